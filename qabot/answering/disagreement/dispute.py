"""A disagreement as it is found: who claims what, and of which kind it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from qabot.answering.answer import DisagreementKind, Evidence
from qabot.answering.disagreement.told import Told, tells_state
from qabot.answering.draft import Claim, Dispute, Quote
from qabot.text.dates.period import parse_period
from qabot.text.quantities import Quantity
from qabot.text.tokens import content_stems, stem

_SETTLED = 7
"""Days between two articles from which on a state may have changed; a plan or a toll may from one day to the next."""
_CHANGED = re.compile(
    r"\b(?:no longer|instead of|after all|than planned|put off|postponed|rescheduled|delayed|brought forward"
    r"|moved (?:to|from)|raised|revised|reversed|overturned|called off|up from|down from"
    r"|has (?:risen|climbed|fallen|grown))\b",
    re.IGNORECASE,
)
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


Point = Literal["number", "date", "name"]
"""On what articles differ."""


@dataclass(frozen=True)
class Saying:
    """What one sentence, which is quoted, says on a point: a slice ``[start:end]`` of it."""

    quote: Quote
    told: Told
    start: int
    end: int

    @property
    def text(self) -> str:
        """The words."""
        return self.told.text[self.start : self.end]

    @property
    def evidence(self) -> Evidence:
        """The passage that it stands in."""
        return self.quote.evidence

    @property
    def claim(self) -> Claim:
        """It as an answer tells it: with when what the sentence tells happened, where it states one time, or is one."""
        times = [t for t in self.told.times if t.start < self.end and self.start < t.end] or list(self.told.times)
        happened = times[0].period.iso() if len(times) == 1 else None
        return Claim(self.quote, self.start, self.end, happened)

    @property
    def amount(self) -> Quantity | None:
        """The number claimed, where it is one."""
        return next((a for a in self.told.amounts if a.start < self.end and self.start < a.end), None)


def dispute_of(point: Point, one: Saying, other: Saying, *, about: str, of_now: bool = False) -> Dispute:
    """Return the dispute that two sayings make.

    Args:
        point: on what they differ.
        one: what the one says.
        other: what the other says.
        about: what it is about.
        of_now: whether how things stand is asked for.
    """
    kind = _kind(point, one, other, of_now)
    first, second = one, other
    if kind == "garbled":
        if _is_original(other, one):
            first, second = other, one
    elif (other.evidence.published or "") > (one.evidence.published or ""):
        first, second = other, one
    return Dispute(kind, " ".join(about.split()), ((first.claim,), (second.claim,)))


def _kind(point: Point, one: Saying, other: Saying, of_now: bool) -> DisagreementKind:
    if are_reprints(one.evidence, other.evidence):
        return "garbled"
    published = parse_period(one.evidence.published), parse_period(other.evidence.published)
    if published[0] is None or published[1] is None or published[0].meets(published[1]):
        return "conflicting"
    ordered = published[0].ordinals() < published[1].ordinals()
    earlier, later = (one, other) if ordered else (other, one)
    if _CHANGED.search(later.told.text):
        return "superseded"
    apart = published[0].gap(published[1])
    return "superseded" if _may_have_changed(point, earlier, later, apart, of_now) else "conflicting"


def _may_have_changed(point: Point, earlier: Saying, later: Saying, apart: int, of_now: bool) -> bool:
    """True if both claims can hold, each of its own day, as toll and plan and office change."""
    if point == "date":
        # A day that was still to come may have been moved; one that is past cannot.
        ahead = [e for e in earlier.told.expressions if e.start < earlier.end and earlier.start < e.end and e.period]
        day = parse_period(earlier.evidence.published)
        return bool(ahead and ahead[0].period and day and ahead[0].period.ordinals()[1] > day.ordinals()[0])
    grew = earlier.amount and later.amount and later.amount.value > earlier.amount.value
    if grew and all(_COUNTS_UP.search(claim.told.text) for claim in (earlier, later)):
        return True
    if earlier.amount and earlier.amount.unit in _MEASURES:
        return False  # what is 300 metres high stays so
    return apart >= _SETTLED and (of_now or (tells_state(earlier.told) and tells_state(later.told)))


@lru_cache(maxsize=256)
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


def _is_original(claim: Saying, rival: Saying) -> bool:
    """True if a claim is the original's rather than a rival one, which a reprint makes."""
    one, other = claim.evidence, rival.evidence
    if one.origin == other.origin:
        return one.article_id == one.origin
    return (one.published or "9999") < (other.published or "9999")
