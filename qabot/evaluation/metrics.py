"""Metrics: what a run's results amount to, each a share with its count and interval."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qabot.evaluation.result import Result

METRICS = {
    "accuracy": "cases answered rightly, or rightly declined",
    "answered_accuracy": "right ones among the cases that the bot answered",
    "coverage": "cases that the bot answered",
    "citation_correctness": "rightly cited ones among the answered cases that have an answer",
    "abstention_precision": "cases without an answer among those that the bot declined",
    "abstention_recall": "declined ones among the cases without an answer",
}
"""Every metric and what it is the share of; a case that could not be scored is in none of them."""

_Z = 1.959963984540054  # the 97.5th percentile of the normal distribution: 95% between both tails


@dataclass(frozen=True)
class Share:
    """``hits`` of ``count`` cases; with no case it is not measured, which is not the same as zero."""

    hits: int
    count: int

    @property
    def value(self) -> float | None:
        """Between 0 and 1, or None where not measured."""
        return self.hits / self.count if self.count else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95% interval, or None where not measured."""
        return wilson(self.hits, self.count) if self.count else None


def wilson(hits: int, count: int) -> tuple[float, float]:
    """Wilson's 95% interval for a share; sound for few cases and at 0 and 1 too.

    Source: Wilson 1927, "Probable inference, the law of succession, and statistical inference", JASA 22.
    """
    share, z2 = hits / count, _Z * _Z
    centre = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = _Z / (1 + z2 / count) * math.sqrt(share * (1 - share) / count + z2 / (4 * count * count))
    return max(0.0, centre - half), min(1.0, centre + half)


def measure(results: Iterable[Result]) -> dict[str, Share]:
    """Every metric of `METRICS`, in that order."""
    scored = [result for result in results if result.scored]
    answered = [result for result in scored if not result.abstained]
    declined = [result for result in scored if result.abstained]
    return {
        "accuracy": _share(result.correct for result in scored),
        "answered_accuracy": _share(result.correct for result in answered),
        "coverage": _share(not result.abstained for result in scored),
        "citation_correctness": _share(result.cited for result in answered if not result.case.abstain),
        "abstention_precision": _share(result.case.abstain for result in declined),
        "abstention_recall": _share(result.abstained for result in scored if result.case.abstain),
    }


def measure_by_tag(results: Sequence[Result]) -> dict[str, dict[str, Share]]:
    """`measure` of the cases of each tag, tags sorted."""
    tags = sorted({tag for result in results for tag in result.case.tags})
    return {tag: measure(result for result in results if tag in result.case.tags) for tag in tags}


def latency(results: Iterable[Result]) -> dict[str, float]:
    """Milliseconds of the scored turn: the median (``p50``), ``p90`` and ``p99``; empty where nothing was answered."""
    times = sorted(result.answer.timings_ms.get("total", 0.0) for result in results if result.answer)
    return {f"p{percent}": percentile(times, percent) for percent in (50, 90, 99)} if times else {}


def percentile(ordered: Sequence[float], percent: int) -> float:
    """The smallest of the ordered values that at least ``percent`` per cent of them do not exceed (nearest rank)."""
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def _share(outcomes: Iterable[bool | None]) -> Share:
    counted = list(outcomes)
    return Share(sum(map(bool, counted)), len(counted))
