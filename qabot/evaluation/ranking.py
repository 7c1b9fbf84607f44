"""How far up the retrieved evidence stands what a case names."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qabot.evaluation.case import Case
from qabot.evaluation.scoring import bare_words, holds

_WORDS_OF_A_PART = 4
"""A text of fewer words is too little to be taken for a part of a named passage."""


@dataclass(frozen=True)
class Ranking:
    """A ranking of what was retrieved, best first.

    Attributes:
        gains: at each rank, how many of the named things stand there for the first time.
        targets: how many things are named; at least one.
    """

    gains: tuple[int, ...]
    targets: int

    @property
    def first(self) -> int | None:
        """The rank, from 1 on, at which the first of the named things stands."""
        return next((rank for rank, gain in enumerate(self.gains, start=1) if gain), None)

    def hit(self, k: int) -> float:
        """1.0 where one of the named things stands among the first k, else 0.0."""
        return float(any(self.gains[:k]))

    def recall(self, k: int) -> float:
        """The share of the named things that stand among the first k."""
        return sum(self.gains[:k]) / self.targets

    def reciprocal_rank(self, k: int) -> float:
        """One over the rank of the first of the named things, 0.0 where none stands among the first k.

        Source: Voorhees 1999, "The TREC-8 Question Answering Track Report".
        """
        return 1 / self.first if self.first and self.first <= k else 0.0

    def ndcg(self, k: int) -> float:
        """Normalised discounted cumulative gain: what stands further up counts more.

        Source: Järvelin and Kekäläinen 2002, "Cumulated gain-based evaluation of IR techniques", with the logarithm of
        rank + 1. The ideal ranking has the gains in the best order, then, one a rank, what was not retrieved.
        """
        missing = self.targets - sum(self.gains)
        ideal = sorted((gain for gain in self.gains if gain), reverse=True) + [1] * missing
        return _discounted(self.gains[:k]) / _discounted(ideal[:k])


def ranking(case: Case, evidence: Sequence[Mapping[str, Any]]) -> Ranking | None:
    """Where the evidence holds what the case names; None where it names nothing that could be found.

    A case that names passages is ranked by passage: each of its groups is one thing to be found, where the evidence is
    of a named source (if the case names some). One that names sources alone is ranked by article, the passages of an
    article counting once, where the first of them stands: each named source is one thing to be found.

    Args:
        case: the case.
        evidence: that of ``ask --json``, best first.
    """
    if case.abstain or not (case.passages or case.sources):
        return None
    if case.passages:
        items = [
            [matches(each["text"], group) and from_named_source(case, each["source"]) for group in case.passages]
            for each in evidence
        ]
    else:
        articles = dict.fromkeys(each["source"] for each in evidence)
        items = [[named in source for named in case.sources] for source in articles]
    return Ranking(_first_gains(items), len(case.passages or case.sources))


def matches(text: str, group: Sequence[str]) -> bool:
    """Whether a text holds one of the passages of a group, or is a part of it (of four words at least)."""
    long_enough = len(bare_words(text)) >= _WORDS_OF_A_PART
    return any(holds(text, passage) or (long_enough and holds(passage, text)) for passage in group)


def from_named_source(case: Case, source: str) -> bool:
    """Whether a source is one that the case names; any is where it names none."""
    return not case.sources or any(named in source for named in case.sources)


def _first_gains(items: Sequence[Sequence[bool]]) -> tuple[int, ...]:
    seen: set[int] = set()
    gains = []
    for item in items:
        new = {target for target, there in enumerate(item) if there} - seen
        gains.append(len(new))
        seen |= new
    return tuple(gains)


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))
