"""The capitalised names of a text: where they stand, of which country they are, and whether two are spellings of one.

"Russia", "Russian" and "Moscow" stand for one another where a question names one.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import dropwhile, permutations

from qabot.text.dates.calendar_rules import MONTH, WEEKDAY
from qabot.text.lexicon import HONORIFICS, OFFICES, OPENERS, TITLES, UPPER
from qabot.text.tokens import WORD, fold, is_content, words

_NUMBERED_NOUN = r"(?:resolution|article|law|decree|order|flight|section|case|room)"  # "resolution 77" is a name
_PARTICLE = r"(?:of|the|al|el|bin|ibn|de|der|den|van|von|di|da|du|la|le|and|for|on|&)"
_TITLE = rf"(?:{'|'.join(TITLES)})\.(?= [{UPPER}])"
_CAPITAL = rf"{_TITLE}|(?:[{UPPER}]\.)+|[{UPPER}][\w’'&.-]*[\w]|[{UPPER}]"
_NAME = re.compile(
    rf"(?:{_CAPITAL})(?:(?: |-)(?:{_PARTICLE} ){{0,2}}(?:(?:[ae]l-)?(?:{_CAPITAL})|\d+\b))*|\b{_NUMBERED_NOUN} \d+"
)
_DAY_BEFORE = re.compile(rf"{WEEKDAY} |{MONTH} (?=[a-z])|{MONTH} \d+ (?=[^\W\d])|\d")

# What news calls a government by, beside its capital.
_SEATS = {"kremlin": "russia", "white house": "united states", "pentagon": "united states"}
_SEATS |= {"downing street": "united kingdom", "whitehall": "united kingdom"}
_SHORT = dict.fromkeys(("us", "usa", "america", "american", "americans"), "united states")
_SHORT |= {"uk": "united kingdom", "britain": "united kingdom"}
SAME_COUNTRY = {
    word: listed
    for listed in (
        "us usa america american americans united states|uk britain british briton britons united kingdom|"
        "denmark danish dane danes|finland finnish finn finns|france french|germany german germans|greece greek greeks|"
        "ireland irish|"
        "netherlands dutch|poland polish pole poles|scotland scottish scot scots|spain spanish spaniard spaniards|"
        "sweden swedish swede swedes|switzerland swiss|turkey turkish turk turks|uae emirates emirati|wales welsh"
    ).split("|")
    for word in listed.split()
}
"""For a word, all words that name the same country, where no ending turns one into another."""


def naming_words(text: str) -> set[str]:
    """Return the words of names and the numbers of a text, folded: what has a capital and is no function word."""
    return {fold(word) for word in words(text) if word[0].isdigit() or (word[0].isupper() and is_content(word))}


def name_spans(sentence: str) -> Iterator[tuple[int, int]]:
    """Yield where the capitalised names of a sentence stand, particles included: "Bank of England" is one.

    The first word of the sentence counts where it is no function word and none that only begins a sentence.
    """
    for match in _NAME.finditer(sentence):
        first = not WORD.search(sentence, 0, match.start())
        for start, end in _parts(sentence, *match.span()):
            text = sentence[start:end]
            # "In Kabul", "Although Ada Quill", "On Monday the High Court": what stands before a name is no part of it.
            while text and (_is_no_name(re.split(r"[ -]", text)[0], first=first) or _DAY_BEFORE.match(text)):
                head = len(re.split(r"[ -]", text)[0]) + 1
                start, text = start + head, text[head:]
            if text and (text[0].isupper() or (text[0].isalpha() and text[-1].isdigit())):
                yield start, start + len(without_possessive(text))


def _is_no_name(word: str, *, first: bool) -> bool:
    """True if a word, perhaps the first of its sentence, begins no name."""
    return not is_content(word) or (first and fold(word) in OPENERS)


def _parts(sentence: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the names that "and" joins: "China and Pakistan" are two, "Ministry of Industry and Trade" is one."""
    if is_country(tuple(fold(word) for word in words(sentence[start:end]))):
        yield start, end
        return
    for joint in re.finditer(r"\sand\s", sentence[start:end]):
        cut = start + joint.start()
        if not re.search(r"\s(?:of|for)\s", sentence[start:cut]):
            yield from _parts(sentence, start, cut)
            yield from _parts(sentence, start + joint.end(), end)
            return
    yield start, end


@cache
def _country_names() -> dict[tuple[str, ...], str]:
    """Return the country by each of its names, its adjective and its capital, as folded words."""
    from countryinfo import all_countries

    names: dict[tuple[str, ...], str] = {}
    for country in all_countries():
        facts = country.info()
        name = str(facts.get("name", ""))
        for form in (name, facts.get("demonym"), facts.get("capital")):
            folded = tuple(fold(word) for word in words(str(form or "")))
            if folded:
                names.setdefault(folded, fold(name))
                names.setdefault((*folded[:-1], folded[-1] + "s"), fold(name))
    for form, name in (*_SEATS.items(), *_SHORT.items()):
        names[tuple(form.split())] = name
    return names


def country_of(name: tuple[str, ...]) -> str | None:
    """Return the country whose name, adjective or capital a name (its folded words) is; None where it is none."""
    return _country_names().get(name)


def is_country(name: tuple[str, ...]) -> bool:
    """True if a name (its folded words) is a country's own, neither its adjective nor its capital."""
    joined = " ".join(name)
    return joined in _SHORT or country_of(name) == joined


@lru_cache(maxsize=2_000)
def countries_in(text: str) -> frozenset[str]:
    """Return the countries that a text names, by whichever of their names."""
    folded = [fold(word) for word in words(text)]
    known = _country_names()
    return frozenset(
        known[form]
        for size in (1, 2, 3)
        for start in range(len(folded) - size + 1)
        if (form := tuple(folded[start : start + size])) in known
    )


_ROLES = frozenset("president minister king queen pope court government senate parliament congress house".split())
"""What stands for whoever holds the office: a name beside it differs in wording only."""
_TELL_NOBODY_APART = frozenset(
    (*map(str.lower, HONORIFICS), *OFFICES, *"the a an miss doctor prof sir dame lord lady maulvi".split())
)
"""What stands before names."""
_SPELLED_ALIKE = 0.8
"""Likeness of letters (difflib's ratio) from which on two names are spellings of one."""


def same_name(one: str, other: str) -> bool:
    """True if two names can be the same one's: one is part of the other, its initials, or of the same country.

    Of two countries each is its own, however alike they are spelt.
    """
    mine, others = _name_words(one), _name_words(other)
    if not mine or not others:
        return True
    countries = [country_of(tuple(name)) for name in (mine, others)]
    if all(countries):
        return countries[0] == countries[1]
    if shared := set(mine) & set(others):
        # Beside a title or a given name in common, the rest tells them apart: "Captain Arn", "Captain Born".
        rest = [" ".join(word for word in words(name) if fold(word) not in shared) for name in (one, other)]
        return shared.issuperset(mine) or shared.issuperset(others) or same_name(*rest)
    if countries_in(one) & countries_in(other):
        return True  # "Russia's", "of the Russian Federation"
    if _are_initials(mine, others) or _are_initials(others, mine) or _ROLES & {*mine, *others}:
        return True
    return difflib.SequenceMatcher(None, " ".join(mine), " ".join(others)).ratio() >= _SPELLED_ALIKE


def _are_initials(short: list[str], full: list[str]) -> bool:
    """True if a name of one word is made of the first letters of another's, perhaps without the last one."""
    initials = "".join(word[0] for word in full)
    return len(short) == 1 and len(short[0]) >= 2 and initials.startswith(short[0])


def _name_words(name: str) -> list[str]:
    """Return what tells who is named: "Will" too, and "US", which are none but names where they have a capital."""
    found = [fold(word) for word in words(name) if word[0].isupper() or is_content(word)]
    return [word for word in found if word not in _TELL_NOBODY_APART] or found


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
_CAPITALISED = rf"[{UPPER}][\w’'&-]*"
_FULL = re.compile(rf"{_CAPITALISED}(?: (?:(?:of|for|and|the|on|in|de|du|&) ){{0,2}}{_CAPITALISED})+")
"""A name of several words, "and" included: "Northern Grain and Seed Exchange"."""
_ACRONYM = re.compile(r"(?:[A-Z]\.?){3,6}|[A-Z][a-z]{3,5}")  # CSTO, and Nato as some papers write it
_MOST_OTHERS = 2  # letters that are written for others
_WRITTEN_FOR = ("aeiou", "iy", "vw", "sz", "ckq", "cs", "gj")
"""Letters that are written for one another."""


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
    return re.sub(r"['’][sS]$", "", word)


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


def spelt_alike(asked: str, form: str) -> float:
    """Return how alike a folded word and another are, from 0 to 1; 0 where they are two ("Petrova", "Petrovan")."""
    told = fold(form)
    if told[:1] != asked[0]:
        return 0.0
    longer = told.startswith(asked) or asked.startswith(told)
    if sound(told) != sound(asked) and (longer or not _is_mistyped(asked, told)):
        return 0.0
    return difflib.SequenceMatcher(None, asked, told).ratio()


def _is_mistyped(asked: str, told: str) -> bool:
    """True if a word has letters too many, too few or in another order, or letters that are written for one another.

    With another letter it is mostly another word: "condiment" is not misspelt for "continent".
    """
    extra, missing = (list((Counter(one) - Counter(other)).elements()) for one, other in ((asked, told), (told, asked)))
    if not extra or not missing:
        return True
    return len(extra) == len(missing) <= _MOST_OTHERS and any(
        all(any({*pair} <= {*alike} for alike in _WRITTEN_FOR) for pair in zip(extra, order, strict=True))
        for order in permutations(missing)
    )


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
