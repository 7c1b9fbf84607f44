"""What a text takes back: values that a correction in it says were wrong, and the part of a sentence that stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from qabot.text.dates.expressions import time_expressions
from qabot.text.names import name_spans
from qabot.text.quantities import quantities_in
from qabot.text.sentences import sentence_spans
from qabot.text.tokens import content_stems

_REPORT = (
    r"(?:version|report|article|story|account|statement|announcement|figure|number|count|toll|estimate|dispatch"
    r"|headline|caption|piece|summary)s?"
)
_TOLD = (
    r"(?:said|stated|reported|gave|given|named|identified|described|listed|put|quoted|spelled|spelt|referred"
    r"|attributed|announced|wrote|written)"
)
_TAKES_BACK = re.compile(
    rf"\b(?:an?|the) (?:earlier|previous|original|prior) version of (?:(?:this|our) \w+|the {_REPORT})\b"
    rf"|\b(?:this|the|our) (?:article|story|report|piece|headline) (?:originally|previously|initially|earlier|first)"
    rf" (?:{_TOLD}|had|used)\b"
    r"|\b(?:misstated|misidentified|misreported|misspell?ed|misspelt)\b"
    rf"|\b(?:incorrectly|wrongly|mistakenly|erroneously) (?:\w+ )?{_TOLD}\b"
    r"|\b(?:withdr[ae]wn?|withdraws|retract(?:s|ed)|correct(?:s|ed)) (?:its|the|an?|our|their|that) (?:\w+ )?"
    rf"{_REPORT}\b",
    re.IGNORECASE,
)
"""A sentence that tells what was said before, and is wrong."""
_NAMED = re.compile(r"\b(?:named|names?|identified|misidentified|misspell?ed|misspelt|attributed)\b", re.IGNORECASE)
"""Only where it says who was named so, a name is wrong; others are of what it tells."""
_SAID_BEFORE = re.compile(
    rf"\b(?:earlier|previous|prior|original|initial|first|preliminary|our) (?:\w+ )?{_REPORT}\b"
    rf"(?:[^.;]{{0,40}}?\b{_TOLD}\b)?"
    rf"|\bwe (?:had |have )?{_TOLD}\b|\bhad (?:earlier|previously|first|initially) {_TOLD}\b",
    re.IGNORECASE,
)
"""A sentence that tells what was said before, and is wrong where the words behind say so."""
_RIGHT = re.compile(
    r"\b(?:in fact|the (?:correct|right|true|actual) (?:\w+ ){0,3}?(?:is|was|are|were))\b"
    r"|\b(?:that|this|it|they|(?:the|that|this) \w+) (?:is|was|are|were) (?:not (?:true|right|correct)|incorrect|wrong"
    r"|mistaken|false|inaccurate|an? (?:\w+ )?(?:error|mistake))\b"
    r"|\b(?:it|that|this|which) should (?:have (?:been|read|said)|be|read)\b",
    re.IGNORECASE,
)
"""How what is right begins, behind what was said before."""
_TURN = re.compile(r"(?:[;:–—]|,? but|,? when|,? whereas) ", re.IGNORECASE)
_NOTE = re.compile(r"^\W*(?:corrections?|clarification|update|updated|editor[’']s note|amended)\b", re.IGNORECASE)
"""How a note begins that puts something right."""
_RATHER_THAN = re.compile(
    r"(?:,| and)? (?:not|instead of|rather than) (?:the )?(?P<wrong>(?:(?! as )[^,.;:]){1,60})", re.IGNORECASE
)
_MOVED = re.compile(
    r"\bnot (?!only\b|just\b|merely\b|until\b)"
    r"(?P<wrong>[^.;:]{1,60}?),? but (?:only )?(?:(?:on|in|from|until) )?(?P<right>[^.;:]{1,40})"
    r"|\b(?:postponed|moved|put (?:back|off)|brought forward|pushed back|delayed|rescheduled|shifted)\b[^.;:]{0,40}?"
    r"\bfrom (?P<before>[^.;:]{1,40}?) (?:to|until|till) (?P<behind>[^.;:]{1,40})",
    re.IGNORECASE,
)
"""A day that gives way to another: "not on 4 May as planned but on 18 May", "put back from 4 May to 18 May"."""
_AS_SAID = re.compile(rf"\bas (?:(?:we|it|was|were|had|been|previously|earlier|first|originally) )*{_TOLD}\b", re.I)
_YEAR = re.compile(r",? \d{4}$")
_NUMBER, _DAY, _NAME = "number", "day", "name"
_LONGEST = 2_000
"""Characters of a sentence that is looked into: to see what it takes back, it is read once and again."""
_TURNS = 5
"""So many turns of a sentence are looked at, as behind each of them all of it is read again."""
_ABOUT = 2
"""So many words another text shares with a correction, at least, if it tells of the same."""


@dataclass(frozen=True)
class Correction:
    """Values that a text says were wrong, in its words, and the stems of what it tells of them."""

    wrong: frozenset[str]
    about: frozenset[str]

    def meets(self, text: str) -> bool:
        """True if another text tells of the same: it has two of its words, and a quarter of them."""
        return len(self.about.intersection(content_stems(text))) >= max(_ABOUT, len(self.about) / 4)


def holds(text: str, values: Iterable[str]) -> bool:
    """True if one of the values stands in a text as words of its own: 45 does not stand in "1945", nor in "45.5"."""
    return end_of(text, values) > 0


def end_of(text: str, values: Iterable[str]) -> int:
    """Return where the last of the values that stand in a text ends there; 0 where none does."""
    found = (re.finditer(rf"(?<![\w.,]){re.escape(value)}(?!\w|[.,]\d)", text, re.I) for value in values)
    return max((match.end() for matches in found for match in matches), default=0)


def standing(sentences: Sequence[str]) -> list[tuple[int, int]]:
    """Return of each sentence of a text the part that stands, beside what it tells as said before and wrong.

    All of it in most; an empty part where the whole sentence is taken back, or tells nothing else.
    """
    return [_standing(sentence, following) for sentence, following in zip(sentences, [*sentences, ""][1:], strict=True)]


def _standing(sentence: str, following: str) -> tuple[int, int]:
    nothing, everything = (0, 0), (0, len(sentence))
    if len(sentence) > _LONGEST:
        return everything
    if told := _TAKES_BACK.search(sentence):
        turns = islice(_TURN.finditer(sentence, told.end()), _TURNS)
        right = next((turn.end() for turn in turns if _is_as(sentence, turn)), None)
        return (right, len(sentence)) if right else nothing
    if not (told := _SAID_BEFORE.search(sentence)):
        return everything
    if right_here := _RIGHT.search(sentence, told.end()):
        return right_here.start(), len(sentence)
    return nothing if _RIGHT.match(following) else everything


def _is_as(sentence: str, turn: re.Match[str]) -> bool:
    """True if what stands behind a turn of a sentence has a value of a kind that stands before it too."""
    before, behind = _values(sentence[: turn.start()]), _values(sentence[turn.end() :])
    return any(before[kind] and behind[kind] for kind in before)


@lru_cache(maxsize=32)  # of one question the same articles are looked through twice
def corrections_in(text: str) -> tuple[Correction, ...]:
    """Return what a text says was wrong: numbers, days and names.

    They stand in what was said before, where what stands has another value of the kind; or behind "not", "instead of"
    or "rather than" in a note, or where it goes on with "as we reported"; or are days that others take the place of.
    """
    if not any(sign.search(text) for sign in (_TAKES_BACK, _RIGHT, _AS_SAID, _MOVED)) and not any(
        map(_NOTE.match, text.splitlines())
    ):
        return ()
    sentences = [text[start:end] for start, end in sentence_spans(text)]
    return tuple(_corrections(sentences))


def _corrections(sentences: Sequence[str]) -> Iterator[Correction]:
    parts = standing(sentences)
    for at, (sentence, (start, end)) in enumerate(zip(sentences, parts, strict=True)):
        right, rest = sentence[start:end], sentence[:start] if start else sentence[end:]
        behind = not right and at + 1 < len(sentences)
        if behind:
            right = sentences[at + 1][slice(*parts[at + 1])]
            if not any(_values(right).values()):  # "That was wrong.": what is right comes after it
                right = " ".join([right, *sentences[at + 2 : at + 3]])
        wrong = set(_wrong(rest, right)) if rest else set()
        after_one = at > 0 and parts[at - 1] != (0, len(sentences[at - 1]))
        if rest or after_one or _NOTE.match(sentence) or _AS_SAID.search(sentence):
            wrong.update(*(value for m in _RATHER_THAN.finditer(sentence) for value in _values(m["wrong"]).values()))
        wrong.update(_moved(sentence))
        if wrong:
            before = sentences[at - 1] if after_one else ""
            told = f"{before} {sentence} {right if behind else ''}"
            yield Correction(frozenset(wrong), _about(told, wrong))


def _moved(sentence: str) -> Iterator[str]:
    """Yield the days of a sentence that others take the place of."""
    for match in _MOVED.finditer(sentence):
        wrong, right = (match["wrong"], match["right"]) if match["wrong"] else (match["before"], match["behind"])
        times = time_expressions(right, None)
        if times and times[0].start == 0:
            yield from _values(wrong)[_DAY]


def _wrong(told: str, right: str) -> Iterator[str]:
    """Yield the values of what was said before that what is right gives otherwise."""
    before = _TAKES_BACK.search(told) or _SAID_BEFORE.search(told)
    behind = told[before.end() if before else 0 :]
    wrong = _values(_TAKES_BACK.sub("", told)) | {_DAY: _values(behind)[_DAY]}  # "on Monday we reported"
    for kind, values in _values(right).items():
        if kind == _NAME and not _NAMED.search(told):
            continue
        other = wrong[kind] - values
        if values and kind == _NAME:  # of several names those of as many words: "Nina Brandt won the Lofjord regatta"
            lengths = {len(value.split()) for value in values}
            other = {value for value in other if len(value.split()) in lengths} or other
        if values:
            yield from other
            yield from (_YEAR.sub("", value) for value in other if kind == _DAY)


def _about(told: str, wrong: Iterable[str]) -> frozenset[str]:
    for sign in (_TAKES_BACK, _SAID_BEFORE, _RIGHT, _NOTE):
        told = sign.sub(" ", told)
    return frozenset(content_stems(told)).difference(*map(content_stems, wrong))


def _values(text: str) -> dict[str, set[str]]:
    """Return the values of a text by their kind."""
    times = time_expressions(text, None)
    within = [(time.start, time.end) for time in times]

    def outside(start: int, end: int) -> bool:
        return not any(start < b and a < end for a, b in within)

    return {
        _DAY: {time.text for time in times},
        _NUMBER: {q.text for q in quantities_in(text) if outside(q.start, q.end)},
        _NAME: {text[a:b] for a, b in name_spans(text) if outside(a, b) and a > 0},
    }
