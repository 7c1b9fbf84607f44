"""A disagreement as it is found: who claims what, of which kind it is, and what is said of it in an answer."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import PurePath

from qabot.answering.answer import Citation, Disagreement, DisagreementKind, Evidence, Value
from qabot.answering.disagreement.compare import Difference
from qabot.answering.disagreement.told import Told, looks_ahead, tells_state
from qabot.answering.draft import Quote, Statement
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


@dataclass(frozen=True)
class Claim:
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
    def happened(self) -> str | None:
        """When what the sentence tells happened, where it states one time, or the claim is one."""
        times = [t for t in self.told.times if t.start < self.end and self.start < t.end] or list(self.told.times)
        return times[0].period.iso() if len(times) == 1 else None

    @property
    def amount(self) -> Quantity | None:
        """The number claimed, where it is one."""
        return next((a for a in self.told.amounts if a.start < self.end and self.start < a.end), None)


@dataclass(frozen=True)
class Dispute:
    """A disagreement as it is found: groups of claims that say the same, the one that counts first."""

    kind: DisagreementKind
    about: str
    groups: tuple[tuple[Claim, ...], ...]

    def among(self, quotes: Set[Quote]) -> Dispute | None:
        """What of it lies between sentences that an answer quotes; None where that is no disagreement.

        What is quoted was found to answer best: a difference between such sentences is likeliest to be a real one. Of
        a reprint and its original one is quoted at most; that they tell of the same is sure.
        """
        if self.kind == "garbled":
            return self if any(claim.quote in quotes for group in self.groups for claim in group) else None
        groups = [tuple(claim for claim in group if claim.quote in quotes) for group in self.groups]
        told_of = tuple(group for group in groups if group)
        return replace(self, groups=told_of) if len(told_of) > 1 else None

    def statement(self) -> Statement:
        """What is said of it in an answer."""
        label = [f"“{_tidy(group[0].text)}” ({_who(group[0].evidence)})" for group in self.groups]
        first, *others = label
        if self.kind == "superseded":
            text = f"The articles differ: {first}; earlier {'; '.join(others)}."
        elif self.kind == "garbled":
            text = f"The articles differ: {first} in the original; {'; '.join(others)} in a reprint."
        else:
            text = f"The articles differ: {'; '.join(label)}."
        return Statement(text, tuple(claim.quote for group in self.groups for claim in group[:2]))

    def disagreement(self, citations: Sequence[Citation]) -> Disagreement:
        """It with the markers of its quotes, which are among the citations."""
        markers = {(c.article_id, c.start, c.end): c.marker for c in citations}
        return Disagreement(
            self.kind,
            self.about,
            tuple(
                Value(
                    _tidy(group[0].text),
                    tuple(
                        marker
                        for claim in group
                        if (marker := markers.get((claim.evidence.article_id, claim.quote.start, claim.quote.end)))
                    ),
                    group[0].evidence.published,
                    group[0].happened,
                )
                for group in self.groups
            ),
        )


def dispute_of(difference: Difference, one: Claim, other: Claim, *, about: str, of_now: bool = False) -> Dispute:
    """The dispute that two claims make.

    Args:
        difference: how they differ.
        one: what the one says.
        other: what the other says.
        about: what it is about.
        of_now: whether how things stand is asked for.
    """
    kind = _kind(difference, one, other, of_now)
    first, second = one, other
    if kind == "garbled":
        if _is_original(other, one):
            first, second = other, one
    elif (other.evidence.published or "") > (one.evidence.published or ""):
        first, second = other, one
    return Dispute(kind, _tidy(about), ((first,), (second,)))


def _kind(difference: Difference, one: Claim, other: Claim, of_now: bool) -> DisagreementKind:
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
    return "superseded" if _may_have_changed(difference, earlier, later, apart, of_now) else "conflicting"


def _may_have_changed(difference: Difference, earlier: Claim, later: Claim, apart: int, of_now: bool) -> bool:
    """Whether both claims can hold, each of its own day, as toll and plan and office change."""
    if difference.point == "date":
        # A day that was still to come may have been moved; one that is past cannot.
        ahead = [e for e in earlier.told.expressions if e.start < earlier.end and earlier.start < e.end and e.period]
        day = parse_period(earlier.evidence.published)
        return bool(ahead and ahead[0].period and day and ahead[0].period.ordinals()[1] > day.ordinals()[0])
    if difference.point == "outcome":
        return looks_ahead(earlier.told)
    grew = earlier.amount and later.amount and later.amount.value > earlier.amount.value
    if grew and all(_COUNTS_UP.search(claim.told.text) for claim in (earlier, later)):
        return True
    if earlier.amount and earlier.amount.unit in _MEASURES:
        return False  # what is 300 metres high stays so
    return apart >= _SETTLED and (of_now or (tells_state(earlier.told) and tells_state(later.told)))


@lru_cache(maxsize=256)
def are_reprints(one: Evidence, other: Evidence) -> bool:
    """Whether two passages are of reprints: of one origin, or the same but for a few words.

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


def _is_original(claim: Claim, rival: Claim) -> bool:
    """Whether a claim is the original's rather than a rival one, which a reprint makes."""
    one, other = claim.evidence, rival.evidence
    if one.origin == other.origin:
        return one.article_id == one.origin
    return (one.published or "9999") < (other.published or "9999")


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _who(evidence: Evidence) -> str:
    known = [part for part in (evidence.publisher, evidence.published) if part]
    return ", ".join(known) or evidence.title or PurePath(evidence.source).name
