"""Spellings: one name written in several ways, and the short form and the long one of one body."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import dropwhile

from qabot.text.tokens import fold, is_content, words

_SHORTEST = 4  # letters of a name whose spellings are compared
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"([aou])e", r"\1"),  # Mueller, Muller
        (r"ph", "f"),
        (r"(?<=[bcdgkt])h", ""),  # Gandhi, Khan
        (r"[cq]", "k"),
        (r"(?:[eiy]|(?<=[aeiouy])j)+", "i"),
        (r"[ou]+", "u"),
        (r"(.)\1+", r"\1"),
    )
)
_CAPITALISED = r"[A-Z][\w’'&-]*"
_FULL = re.compile(rf"{_CAPITALISED}(?: (?:(?:of|for|and|the|on|in|de|du|&) ){{0,2}}{_CAPITALISED})+")
"""A name of several words, "and" included: "Northern Grain and Seed Exchange"."""
_ACRONYM = re.compile(r"(?:[A-Z]\.?){3,6}|[A-Z][a-z]{3,5}")  # CSTO, and Nato as some papers write it


def as_written(question: str, text: str) -> str:
    """Return a question with its names as a text writes them: "Taleban" for "Taliban", the long form for "CSTO".

    What the text has as it is asked, and what it has in no form, stays. Only what both ways of writing say alike is
    exchanged, so that the question goes on asking about the same.
    """
    told = words(text)
    has = {without_possessive(word).casefold() for word in told}
    question = _short_for_long(question, told, has)
    for short in dict.fromkeys(words(question)):
        if without_possessive(short).casefold() not in has and is_content(short) and (full := long_form(short, text)):
            question = exchanged(question, without_possessive(short), full)
    names = [without_possessive(word) for word in reversed(told) if word[0].isupper() and len(fold(word)) >= _SHORTEST]
    spellings = {sound(name): name for name in names} | {fold(name): name for name in names}
    for word in map(without_possessive, dict.fromkeys(words(question))):
        if word.casefold() not in has and is_content(word):
            question = exchanged(question, word, spellings.get(fold(word)) or spellings.get(sound(word)) or word)
    return question


def exchanged(text: str, word: str, other: str) -> str:
    """Return a text with another word in the place of one; a possessive ending stays."""
    return re.sub(rf"(?<![\w’']){re.escape(word)}(?!\w)", lambda _: other, text)


def without_possessive(word: str) -> str:
    """Return a word without its possessive ending."""
    return re.sub(r"['’]s$", "", word)


def long_form(short: str, text: str) -> str | None:
    """Return the name in a text that a word is the acronym of; None where there is none."""
    letters = fold(short)
    if not _ACRONYM.fullmatch(without_possessive(short)):
        return None
    return next((name for name in _names(text, len(letters)) if abbreviates(letters, words(name))), None)


def sound(name: str) -> str:
    """Return what the spellings of a name have in common: letters that are written for one another are one."""
    key = fold(name)
    for pattern, letters in _SOUNDS:
        key = pattern.sub(letters, key)
    return key


def abbreviates(short: str, full: Sequence[str]) -> bool:
    """True if a word is made of the first letters of others: of all but small ones ("of"), which may add theirs."""
    if not full:
        return not short
    first, *rest = full
    if short[:1].lower() == first[0].lower() and abbreviates(short[1:], rest):
        return True
    return first[0].islower() and abbreviates(short, rest)


def initials(text: str) -> list[str]:
    """Return the initials of a text's names of three and more words, in small letters, with small words and without."""
    found: dict[str, None] = {}
    for match in _FULL.finditer(text):
        name = list(dropwhile(lambda word: not is_content(word), words(match.group())))  # "The", "In the"
        capitals = [word[0] for word in name if word[0].isupper()]
        if 3 <= len(capitals) <= 6:
            found["".join(capitals).lower()] = None
            found["".join(word[0] for word in name).lower()] = None
    return list(found)


def _short_for_long(question: str, told: Sequence[str], has: set[str]) -> str:
    """Return the question with the acronyms that the text has instead of a name in full."""
    short = [word for word in dict.fromkeys(told) if _ACRONYM.fullmatch(word)]
    for name in _names(question, 2):
        full = words(name)
        if not has.issuperset(without_possessive(word).casefold() for word in full if is_content(word)):
            mine = next((word for word in short if abbreviates(fold(word), full)), None)
            if mine:
                return question.replace(name, mine)
    return question


def _names(text: str, least: int) -> Iterator[str]:
    """Yield the names of a text, of at least so many words, and their parts that begin and end in capitals."""
    for name in _FULL.findall(text):
        ends = [(match.start(), match.end()) for match in re.finditer(r"\S+", name)]
        for first in range(len(ends)):
            for last in range(len(ends) - 1, first + least - 2, -1):
                if name[ends[first][0]].isupper() and name[ends[last][0]].isupper():
                    yield name[ends[first][0] : ends[last][1]]
