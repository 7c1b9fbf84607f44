"""The clauses of a sentence: which of them bid somebody do something, and whether any has a verb of its own."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from qabot.text.phrases import Word, tagged

_MARKS = frozenset(",;:—–()")
_OPENING = ("DTQ", "PNQ", "CJS", "CJT", "AVQ")  # which, who, because, that, how
_FINITE = ("VVD", "VVZ", "VB", "VD", "VH", "VM", "VVB")
_VERB = ("VV", "VB", "VD", "VH", "VM")


def is_order(sentence: str) -> bool:
    """True if a sentence bids somebody do something: a clause begins with a verb that no subject can belong to."""
    words = tagged(sentence)
    for first in _beginnings(words):
        part = [word for word in words[first:] if word.text not in _MARKS]
        while part and (part[0].tag in ("AV0", "ITJ", "XX0", "PUQ") or part[0].text in "\"“'‘"):
            part = part[1:]
        if part and part[0].tag in ("VVB", "VDB", "VVI") and (first == 0 or not _has_verb(words[:first])):
            return True
    return False


def is_fragment(sentence: str) -> bool:
    """True if a sentence has no verb of its own but in clauses that depend on another."""
    words = tagged(sentence)
    begun = sorted({*_beginnings(words), *(at for at, word in enumerate(words) if word.tag == "TO0")})
    parts = [words[first:end] for first, end in pairwise([*begun, len(words)])]
    main = [part for number, part in enumerate(parts) if not (number and part[0].tag in (*_OPENING, "TO0"))]
    return not any(map(_has_verb, main))


def _beginnings(words: Sequence[Word]) -> list[int]:
    """Return where a clause begins, as indices of words; the first is 0."""
    found = [0]
    for at in range(1, len(words)):
        before, word = words[at - 1], words[at]
        ends = before.text in _MARKS and before.end < word.start  # "1,500" is one number
        opens = word.tag in _OPENING and words[at - 1].tag not in ("PRP", "CJC")
        goes_on = word.tag == "CJC" and at + 1 < len(words) and words[at + 1].tag.startswith((*_VERB, "PNP", "AV0"))
        if ends or opens or goes_on:
            found.append(at)
    return found


def _has_verb(words: Sequence[Word]) -> bool:
    return any(word.tag.startswith((*_FINITE, "VVN")) for word in words)
