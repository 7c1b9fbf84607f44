"""Comparing a run with an earlier one, and with what it must reach."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from qabot.errors import CaseError, UsageError, did_you_mean
from qabot.evaluation.metrics import METRICS
from qabot.evaluation.record import RunRecord, differences, read_record
from qabot.evaluation.result import Result, read_documents, read_scores
from qabot.evaluation.statistics import CHANCE, Difference, Estimate, mcnemar, paired_difference

ACCURACY = "accuracy"


@dataclass(frozen=True)
class Baseline:
    """An earlier run, from its ``--out`` file.

    Attributes:
        correct: whether each case was right, by id; None where it was not judged.
        scores: of each scored case, by id and measure.
        record: of the run; None where there is none beside the file.
    """

    correct: Mapping[str, bool | None]
    scores: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    record: RunRecord | None = None


@dataclass(frozen=True)
class Comparison:
    """A run against an earlier one, over the cases that both scored.

    Attributes:
        compared: how many cases both judged.
        fixed: ids of the cases that were wrong and are right.
        broken: ids of the cases that were right and are wrong.
        not_compared: ids of the cases that only one of the runs scored.
        measures: how each measure changed, case by case.
        headline: the metric that decides whether the run is worse.
        changed: what differs between the runs besides, a line each; None where the earlier run has no record.
    """

    compared: int
    fixed: tuple[str, ...]
    broken: tuple[str, ...]
    not_compared: tuple[str, ...]
    measures: Mapping[str, Difference] = field(default_factory=dict)
    headline: str = ACCURACY
    changed: tuple[str, ...] | None = None

    @property
    def p_value(self) -> float:
        """The chance of changes as one-sided as these where both runs are equally good, by the headline metric."""
        if self.headline == ACCURACY:
            return mcnemar(len(self.broken), len(self.fixed))
        measure = self.measures.get(self.headline)
        return measure.p_value if measure else 1.0

    @property
    def worse(self) -> bool:
        """True if the run is worse than the earlier one beyond chance, by the headline metric."""
        if self.headline == ACCURACY:
            return len(self.broken) > len(self.fixed) and self.p_value < CHANCE
        measure = self.measures.get(self.headline)
        return measure is not None and measure.mean < 0 and measure.beyond_chance


def compare(
    results: Sequence[Result], baseline: Baseline, record: RunRecord | None = None, headline: str = ACCURACY
) -> Comparison:
    """Case by case: which ones flipped, and how the measures changed.

    Args:
        results: of this run.
        baseline: the earlier run.
        record: of this run.
        headline: the metric that decides; one that every case has a score of.
    """
    scored = {result.case.case_id: result for result in results if result.scored}
    both = [case_id for case_id in scored if case_id in baseline.correct]
    was = baseline.correct
    judged = [each for each in both if was[each] is not None and scored[each].correct is not None]
    return Comparison(
        compared=len(judged),
        fixed=tuple(case_id for case_id in judged if scored[case_id].correct and not was[case_id]),
        broken=tuple(case_id for case_id in judged if was[case_id] and not scored[case_id].correct),
        not_compared=tuple(sorted(scored.keys() ^ was.keys())),
        measures=_measures({case_id: scored[case_id].scores for case_id in both}, baseline.scores),
        headline=headline,
        changed=tuple(differences(record, baseline.record)) if record and baseline.record else None,
    )


def _measures(
    now: Mapping[str, Mapping[str, float]], before: Mapping[str, Mapping[str, float]]
) -> dict[str, Difference]:
    found = {}
    for name, metric in METRICS.items():
        pairs = [
            (scores[name], before[case_id][name])
            for case_id, scores in now.items()
            if name in scores and name in before.get(case_id, {})
        ]
        if metric.paired and pairs:
            found[name] = paired_difference([new for new, _ in pairs], [old for _, old in pairs])
    return found


def read_baseline(path: Path) -> Baseline:
    """Return an earlier run from its ``--out`` file; cases with an error are left out.

    Of each line ``id`` and ``correct`` are needed, ``scores`` are taken where they are. A last line cut off by a crash
    is passed over.

    Raises:
        CaseError: the file is missing, unreadable or no such file.
    """
    correct: dict[str, bool | None] = {}
    scores: dict[str, Mapping[str, float]] = {}
    for number, document, last in read_documents(path):
        try:
            case_id, was = str(document["id"]), document["correct"]
            measured = read_scores(document.get("scores", {}))
        except (KeyError, TypeError, AttributeError):
            if last:
                break
            raise CaseError(f"{path}:{number}: not a result. Name a file that `qabot eval --out` wrote.") from None
        if isinstance(was, bool) or measured:
            correct[case_id], scores[case_id] = was, measured
    if not correct:
        raise CaseError(f"The baseline {path} holds no scored case. Make one with: qabot eval --out {path}")
    return Baseline(correct, scores, read_record(path))


@dataclass(frozen=True)
class Requirement:
    """A bound that a metric must reach: at least, or, where less is better, at most."""

    metric: str
    bound: float

    @property
    def less_is_better(self) -> bool:
        """True if ``bound`` is an upper one."""
        return METRICS[self.metric].less_is_better

    def met_by(self, metrics: Mapping[str, Estimate]) -> bool:
        """True if it is reached; a metric that was not measured reaches nothing."""
        value = metrics[self.metric].value
        if value is None:
            return False
        return value <= self.bound if self.less_is_better else value >= self.bound


def parse_requirement(text: str, option: Literal["under", "over"] = "under") -> Requirement:
    """``accuracy=0.9`` as a `Requirement`.

    Args:
        text: what was written.
        option: of ``--fail-under`` or of ``--fail-over``.

    Raises:
        UsageError: there is no such metric, it is better the other way round, or the value is none that it can have.
    """
    name, equals, number = text.partition("=")
    metric = name.strip().replace("-", "_")
    example = "accuracy=0.9" if option == "under" else "ece=0.1"
    if not equals:
        raise UsageError(f"--fail-{option} cannot be {text!r}. Write METRIC=VALUE, such as {example}.")
    if metric not in METRICS:
        hint = did_you_mean(metric, METRICS) or f"There are: {', '.join(METRICS)}."
        raise UsageError(f"There is no metric {name.strip()!r}. {hint}")
    known = METRICS[metric]
    if known.less_is_better != (option == "over"):
        better, other = ("lower", "over") if known.less_is_better else ("higher", "under")
        raise UsageError(f"{metric} is better the {better} it is. Write --fail-{other} {metric}={number}.")
    try:
        bound = float(number)
    except ValueError:
        bound = math.nan
    if known.milliseconds and not (0 <= bound < math.inf):
        raise UsageError(f"--fail-{option} {metric} cannot be {number!r}. Write milliseconds, such as 500.")
    if not known.milliseconds and not 0 <= bound <= 1:
        raise UsageError(f"--fail-{option} {metric} cannot be {number!r}. Write a number between 0 and 1, such as 0.9.")
    return Requirement(metric, bound)
