"""What an article takes back: the values that a correction in it says were wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from qabot.text.dates.expressions import time_expressions
from qabot.text.names import name_spans
from qabot.text.quantities import quantities_in
from qabot.text.sentences import sentence_spans

_TAKES_BACK = re.compile(
    r"\b(?:an?|the) (?:earlier|previous|original|prior) version of (?:this|the|our) \w+"
    r"|\b(?:this|the|our) (?:article|story|report|piece|headline) (?:originally|previously|initially|earlier|first)\b"
    r"|\b(?:misstated|misidentified|misreported|misspell?ed|misspelt)\b"
    r"|\b(?:incorrectly|wrongly|mistakenly|erroneously) (?:\w+ )?(?:said|stated|reported|gave|named|identified"
    r"|described|listed|put|quoted|spelled|spelt|referred|attributed)\b",
    re.IGNORECASE,
)
"""A sentence that tells what was said before, and is wrong."""
_NOTE = re.compile(r"^\W*(?:corrections?|clarification|update|updated|editor[’']s note|amended)\b", re.IGNORECASE)
"""How a note begins that puts something right."""
_RATHER_THAN = re.compile(
    r"(?:,| and)? (?:not|instead of|rather than) (?:the )?(?P<wrong>[^,.;:]{1,60})", re.IGNORECASE
)
_NUMBER, _DAY, _NAME = "number", "day", "name"


def takes_back(sentence: str) -> bool:
    """True if a sentence tells what an earlier version of its article said."""
    return bool(_TAKES_BACK.search(sentence))


def holds(text: str, values: Iterable[str]) -> bool:
    """True if one of the values stands in a text as words of its own: 45 does not stand in "1945", nor in "45.5"."""
    return any(re.search(rf"(?<![\w.,]){re.escape(value)}(?!\w|[.,]\d)", text, re.I) for value in values)


def withdrawn_in(text: str) -> frozenset[str]:
    """Return the numbers, days and names that an article says were wrong, in its words.

    They stand in a sentence on an earlier version, where the sentence behind it has another value of the kind; or in a
    note behind "not", "instead of" or "rather than".
    """
    if not (_TAKES_BACK.search(text) or any(_NOTE.match(line) for line in text.splitlines())):
        return frozenset()
    sentences = [text[start:end] for start, end in sentence_spans(text)]
    return frozenset(value for at in range(len(sentences)) for value in _withdrawn(sentences, at))


def _withdrawn(sentences: list[str], at: int) -> Iterator[str]:
    sentence = sentences[at]
    right = sentences[at + 1] if at + 1 < len(sentences) else ""
    told_before = takes_back(sentence)
    if told_before or _NOTE.match(sentence) or (at and takes_back(sentences[at - 1])):
        for match in _RATHER_THAN.finditer(sentence):
            yield from (value for values in _values(match["wrong"]).values() for value in values)
    if told_before:
        wrong = _values(_TAKES_BACK.sub("", sentence))
        for kind, values in _values(right).items():
            if values:
                yield from wrong[kind] - values


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
