"""The clauses of a sentence: what it says beside its main clause may be false where the main clause is true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from qabot.text.phrases import Word, noun_phrases, tagged

_MARKS = frozenset(",;:—–()")
_OPENING = ("DTQ", "PNQ", "CJS", "CJT", "AVQ")  # which, who, because, that, how
_RELATIVE = frozenset({"which", "who", "that", "whom"})
_FINITE = ("VVD", "VVZ", "VB", "VD", "VH", "VM", "VVB")
_VERB = ("VV", "VB", "VD", "VH", "VM")


@dataclass(frozen=True)
class Clause:
    """A part of a sentence, as it stands there.

    ``alone`` is the same as a sentence of its own, with the words that it speaks of in front where it lacks them.
    """

    text: str
    alone: str


def clauses(sentence: str) -> list[Clause]:
    """Return the clauses of a sentence in order: appositions and the like too, but no subject without its verb."""
    words = tagged(sentence)
    found = []
    for first, end in pairwise([*_beginnings(words), len(words)]):
        part = [word for word in words[first:end] if word.text not in _MARKS]
        if part and (first or end == len(words) or any(word.tag.startswith(_VERB) for word in part)):
            text = sentence[part[0].start : part[-1].end].rstrip(".!?")
            found.append(Clause(text, _alone(text, part, sentence[: part[0].start])))
    return found


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


def _alone(text: str, part: Sequence[Word], before: str) -> str:
    """Return a clause, which has these words, as a sentence of its own; ``before`` stands before it in its sentence."""
    first, offset = part[0], part[0].start
    phrases = noun_phrases(before)
    subject = before[phrases[0].start : phrases[0].end] if phrases else ""
    nearest = before[phrases[-1].start : phrases[-1].end] if phrases else ""
    if first.text.lower() in _RELATIVE and len(part) > 1 and part[1].tag.startswith((*_VERB, "AV0", "XX0")):
        return f"{nearest} {text[part[1].start - offset :]}.".strip()
    if first.tag in (*_OPENING, "CJC") and len(part) > 1:
        part = part[1:]
        text = text[part[0].start - offset :]
        if not part[0].tag.startswith(_VERB):
            return f"{text}."
    if part[0].tag in ("VVN", "VVG", "AJ0"):
        return f"{subject} was {text}.".strip()
    if part[0].tag.startswith(_VERB):
        return f"{subject} {text}.".strip()
    if before and not any(word.tag.startswith((*_FINITE, "VVN")) for word in part):
        return f"{nearest} is {text}.".strip()
    return f"{text}."
