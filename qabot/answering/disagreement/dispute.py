"""The kind of a disagreement: things changed, articles contradict each other, or a reprint altered something."""

from __future__ import annotations

import re

from qabot.answering.answer import DisagreementKind, Evidence
from qabot.answering.disagreement.told import Point, Saying, tells_state
from qabot.text.tokens import content_stems, stem

_SETTLED = 7
"""Days between two articles from which on a state may have changed; a plan or a toll may from one day to the next."""
_COUNTS_UP = re.compile(
    r"\b(?:toll|deaths?|died|dead|killed|injured|wounded|hurt|missing|homeless|displaced|evacuated|arrested|detained"
    r"|infected|infections|cases|raised|collected|rescued|counted|fled|crossed|burn(?:ed|t)|earned|grossed|sold"
    r"|so far|at least)\b",
    re.IGNORECASE,
)
_MEASURES = frozenset(
    map(stem, "metre meter kilometre kilometer km mile foot feet yard inch hectare acre tonne ton kilo litre".split())
)
_REPRINTED = 0.75
"""Runs of three content words that two passages share, as a share of the shorter one's, where one is a reprint."""
_LONG_ENOUGH = 25
"""So many such runs a passage has at least, or else it is too short to tell."""


def kind_of(point: Point, one: Saying, other: Saying, *, of_now: bool) -> DisagreementKind:
    """Return of which kind a disagreement is.

    Args:
        point: on what they differ.
        one: what the one says.
        other: what the other says.
        of_now: whether how things stand is asked for.
    """
    if are_reprints(one.evidence, other.evidence):
        return "garbled"
    mine, others = one.published, other.published
    if not mine or not others or mine.meets(others):
        return "conflicting"
    earlier, later = (one, other) if mine.ordinals() < others.ordinals() else (other, one)
    if _may_have_changed(point, earlier, later, mine.gap(others), of_now):
        return "superseded"
    return "conflicting"


def _may_have_changed(point: Point, earlier: Saying, later: Saying, apart: int, of_now: bool) -> bool:
    """True if both claims can hold, each of its own day, as toll and plan and office change."""
    if point == "date":  # a day that was still to come may have been moved; one that is past cannot
        time, day = earlier.time, earlier.published
        return bool(time and time.period and day and time.period.ordinals()[1] > day.ordinals()[0])
    grew = earlier.amount and later.amount and later.amount.value > earlier.amount.value
    if grew and all(_COUNTS_UP.search(each.told) for each in (earlier, later)):
        return True
    if earlier.amount and earlier.amount.unit in _MEASURES:
        return False  # what is 300 metres high stays so
    return apart >= _SETTLED and (of_now or (tells_state(earlier) and tells_state(later)))


def are_reprints(one: Evidence, other: Evidence) -> bool:
    """True if two passages are of reprints: of one origin, or the same but for a few words.

    Articles whose numbers differ are of different origins; where a reprint garbled a number, the words around tell.
    """
    if one.origin == other.origin:
        return True
    mine, others = _runs(one.text), _runs(other.text)
    shorter = min(len(mine), len(others))
    return shorter >= _LONG_ENOUGH and len(mine & others) >= _REPRINTED * shorter


def _runs(text: str) -> set[tuple[str, ...]]:
    stems = content_stems(text)
    return set(zip(stems, stems[1:], stems[2:], strict=False))
