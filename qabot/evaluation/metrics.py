"""Metrics: what a run's results amount to, each with its count and its 95% interval."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from qabot.evaluation.result import Result
from qabot.evaluation.scoring import CUTOFFS, DEPTH
from qabot.evaluation.statistics import (
    Confident,
    Estimate,
    mean_interval,
    percentile,
    percentile_bounds,
    wilson,
)

_PERCENTS = (50, 90, 95, 99)


@dataclass(frozen=True)
class Metric:
    """A metric.

    Attributes:
        group: what it is printed under.
        about: what it is, over which cases.
        share: whether it is a share of cases, with Wilson's interval; else a mean or an area, with a bootstrap's.
        less_is_better: whether a lower value is the better one.
        milliseconds: whether it is a time; else it lies between 0 and 1.
        curve: works it out from all results; None: it is the mean of the results' scores of its name.
    """

    group: str
    about: str
    share: bool = False
    less_is_better: bool = False
    milliseconds: bool = False
    curve: Callable[[Sequence[Result]], Estimate] | None = None

    @property
    def paired(self) -> bool:
        """True if every case has a value of its own, so that two runs can be compared case by case."""
        return self.curve is None


@dataclass(frozen=True)
class Figure:
    """A figure that a public set is known by: a metric under its name there, over all cases or those of a tag."""

    name: str
    metric: str
    tag: str | None = None


def answered_rightly(results: Iterable[Result]) -> Confident:
    """Return all judged cases by confidence: was the question answered, and rightly?"""
    return Confident(
        (result.confidence, float(result.correct and not result.abstained))
        for result in results
        if result.correct is not None
    )


def answers_given(results: Iterable[Result]) -> Confident:
    """Return the judged answers by confidence: were they right?"""
    return Confident(
        (result.confidence, float(result.correct))
        for result in results
        if result.correct is not None and not result.abstained
    )


def answerable(results: Iterable[Result]) -> Confident:
    """Return the cases by confidence: is there an answer?"""
    return Confident(
        (result.confidence, float(not result.case.abstain))
        for result in results
        if result.answered_or_declined and result.case.abstain is not None
    )


def _latency(percent: int) -> Callable[[Sequence[Result]], Estimate]:
    def measure(results: Sequence[Result]) -> Estimate:
        times = sorted(result.milliseconds for result in results if result.milliseconds is not None)
        if not times:
            return Estimate()
        return Estimate(percentile(times, percent), percentile_bounds(times, percent), len(times))

    return measure


_ANSWERS, _ABSTAINING, _CITATIONS = "answers", "abstaining", "citations"
_RETRIEVAL, _FOLLOW_UPS, _TIME = "retrieval", "follow-ups", "time"

METRICS = {
    "lead_accuracy": Metric(
        _ANSWERS, "cases whose short answer and first quote alone are right, or that are rightly declined", share=True
    ),
    "accuracy": Metric(_ANSWERS, "cases answered rightly, or rightly declined", share=True),
    "answered_accuracy": Metric(_ANSWERS, "right ones among the cases that the bot answered", share=True),
    "coverage": Metric(_ANSWERS, "cases that the bot answered", share=True),
    "exact_match": Metric(
        _ANSWERS, "short answers that are the expected one word for word; declined where there is none", share=True
    ),
    "f1": Metric(_ANSWERS, "words that the short answer shares with the expected one; 1 where none is to be given"),
    "containment": Metric(_ANSWERS, "groups of expected answers that stand in the answer word for word"),
    "abstention_precision": Metric(_ABSTAINING, "cases without an answer among those that were declined", share=True),
    "abstention_recall": Metric(_ABSTAINING, "declined ones among the cases without an answer", share=True),
    "roc_area": Metric(
        _ABSTAINING,
        "how often a case with an answer is given more confidence than one without",
        curve=lambda results: answerable(results).roc_area(),
    ),
    "aurc": Metric(
        _ABSTAINING,
        "risk averaged over coverage, a declined case counting as not rightly answered",
        less_is_better=True,
        curve=lambda results: answered_rightly(results).aurc(),
    ),
    "precision_at_half": Metric(
        _ABSTAINING,
        "rightly answered ones among the half of the cases with the most confidence",
        curve=lambda results: answered_rightly(results).precision_at_coverage(0.5),
    ),
    "ece": Metric(
        _ABSTAINING,
        "how far the confidence of answers is from the share that is right, in bins of equal mass",
        less_is_better=True,
        curve=lambda results: answers_given(results).calibration_error(),
    ),
    "brier": Metric(
        _ABSTAINING, "squared distance of an answer's confidence from its being right", less_is_better=True
    ),
    "citation_correctness": Metric(
        _CITATIONS, "rightly cited ones among the answered cases that have an answer", share=True
    ),
    "citation_precision": Metric(_CITATIONS, "citations of an answer that are of what the case names"),
    "citation_recall": Metric(_CITATIONS, "named passages (or, without any, one of the named sources) that are cited"),
    "first_citation": Metric(
        _CITATIONS, "cases whose first citation is of what the case names; a declined one is a miss", share=True
    ),
    **{f"hits@{k}": Metric(_RETRIEVAL, f"cases with something named among the first {k}", share=True) for k in CUTOFFS},
    **{f"recall@{k}": Metric(_RETRIEVAL, f"named things found among the first {k}") for k in CUTOFFS},
    **{f"ndcg@{k}": Metric(_RETRIEVAL, f"discounted gain among the first {k}, against the ideal") for k in CUTOFFS},
    "mrr": Metric(_RETRIEVAL, f"one over the rank of the first thing named, among the first {DEPTH}"),
    "rewrite_completeness": Metric(
        _FOLLOW_UPS, "follow-ups understood as questions with every content word of the expected one", share=True
    ),
    "left_alone": Metric(_FOLLOW_UPS, "questions that stand alone and were left as they are", share=True),
    **{
        f"latency_p{percent}": Metric(
            _TIME,
            f"milliseconds that {percent} in 100 answers take at most",
            less_is_better=True,
            milliseconds=True,
            curve=_latency(percent),
        )
        for percent in _PERCENTS
    },
}
"""Every metric by name; a case that could not be scored is in none of them."""

RETRIEVAL = frozenset(name for name, metric in METRICS.items() if metric.group == _RETRIEVAL)
"""The metrics of what was retrieved."""


def measure(results: Iterable[Result]) -> dict[str, Estimate]:
    """Return every metric of `METRICS`, in that order."""
    scored = [result for result in results if result.scored]
    return {
        name: metric.curve(scored) if metric.curve else _mean(name, scored, metric.share)
        for name, metric in METRICS.items()
    }


def measure_by_tag(results: Sequence[Result]) -> dict[str, dict[str, Estimate]]:
    """`measure` of the cases of each tag, tags sorted."""
    tags = sorted({tag for result in results for tag in result.case.tags})
    return {tag: measure(result for result in results if tag in result.case.tags) for tag in tags}


def _mean(name: str, results: Sequence[Result], share: bool) -> Estimate:
    values = [result.scores[name] for result in results if name in result.scores]
    if not values:
        return Estimate()
    mean = sum(sorted(values)) / len(values)
    if share:
        hits = int(sum(values))
        return Estimate(mean, wilson(hits, len(values)), len(values), hits)
    return Estimate(mean, mean_interval(values), len(values))
