"""The Report of a run, and its JSON (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from qabot.evaluation.caseset import Figure
from qabot.evaluation.compare import Comparison, Requirement
from qabot.evaluation.curves import Estimate
from qabot.evaluation.metrics import measure, measure_by_tag
from qabot.evaluation.record import RunRecord
from qabot.evaluation.result import Result
from qabot.evaluation.verdicts import Verdicts


@dataclass(frozen=True)
class Report:
    """What a run amounts to.

    Attributes:
        results: one for each case that was asked, in their order.
        record: what it was made with.
        comparison: with an earlier run, where one was given.
        figures: those of the public set that the cases are from.
        interrupted: whether the run ended before all cases were asked.
        verdicts: of a language model as a judge, where one was asked.
    """

    results: tuple[Result, ...]
    record: RunRecord | None = None
    comparison: Comparison | None = None
    figures: tuple[Figure, ...] = ()
    interrupted: bool = False
    verdicts: Verdicts | None = None

    @cached_property
    def metrics(self) -> dict[str, Estimate]:
        """Every metric over all cases."""
        return measure(self.results)

    @cached_property
    def by_tag(self) -> dict[str, dict[str, Estimate]]:
        """Every metric over the cases of each tag."""
        return measure_by_tag(self.results)

    @property
    def figure_values(self) -> dict[str, Estimate]:
        """The set's figures by their names; one of a tag that no case has is not measured."""
        return {
            figure.name: (self.metrics if figure.tag is None else self.by_tag.get(figure.tag, {})).get(
                figure.metric, Estimate()
            )
            for figure in self.figures
        }

    @property
    def errors(self) -> tuple[Result, ...]:
        """The results that could not be scored."""
        return tuple(result for result in self.results if not result.scored)

    @property
    def wrong(self) -> tuple[Result, ...]:
        """The results that were judged and are wrong."""
        return tuple(result for result in self.results if result.scored and result.correct is False)

    @property
    def not_judged(self) -> tuple[Result, ...]:
        """The results that were scored, but of cases that name no answer."""
        return tuple(result for result in self.results if result.scored and result.correct is None)

    @property
    def worse(self) -> bool:
        """Whether it is worse than the baseline beyond chance."""
        return self.comparison is not None and self.comparison.worse

    def unmet(self, requirements: Iterable[Requirement]) -> list[Requirement]:
        """Those of the requirements that the run does not meet."""
        return [requirement for requirement in requirements if not requirement.met_by(self.metrics)]


def report_json(report: Report) -> dict[str, Any]:
    """The document of ``eval --json``.

    Shape::

        {"cases": 60,                            asked, scored or not
         "interrupted": false,
         "metrics": {"accuracy": {"value": 0.95, "interval": [0.86, 0.98], "count": 60, "hits": 57}, ...},
         "figures": {"hits@5": {...}, ...},      those of a public set, under its names for them
         "by_tag": {"fact": {"accuracy": {...}, ...}, ...},
         "wrong": ["moscow"],                    ids
         "not_judged": [],                       ids of cases that name no answer
         "errors": [{"id": "court", "error": "..."}],
         "flips": {"compared": 60, "fixed": ["designated"], "broken": [], "not_compared": [],
                   "headline": "accuracy", "p_value": 1.0, "worse": false,
                   "measures": {"f1": {"compared": 40, "mean": 0.01, "interval": [0, 0.03], "p_value": 0.5}, ...},
                   "changed": ["settings.passages: 10, then 5"]}      null without --baseline
         "judge": {"judge": "openai:gpt-5-mini", "right": {"court": true, ...}, "agreement": {...}, "kappa": 0.9,
                   "disagreed": ["court"], "failed": 0}                    null without --judge
         "record": {...}}                        as in the file beside --out

    The metrics are those of `qabot.evaluation.metrics.METRICS`; where ``count`` is 0, ``value`` and ``interval`` (95%)
    are null: it was not measured. ``hits`` is null where a metric is no share, ``changed`` where the earlier run has no
    record.
    """
    comparison = report.comparison
    return {
        "cases": len(report.results),
        "interrupted": report.interrupted,
        "metrics": _estimates_json(report.metrics),
        "figures": _estimates_json(report.figure_values),
        "by_tag": {tag: _estimates_json(estimates) for tag, estimates in report.by_tag.items()},
        "wrong": [result.case.case_id for result in report.wrong],
        "not_judged": [result.case.case_id for result in report.not_judged],
        "errors": [{"id": result.case.case_id, "error": result.error} for result in report.errors],
        "flips": comparison and {**asdict(comparison), "p_value": comparison.p_value, "worse": comparison.worse},
        "judge": report.verdicts and asdict(report.verdicts),
        "record": report.record and report.record.document(),
    }


def _estimates_json(estimates: Mapping[str, Estimate]) -> dict[str, Any]:
    return {name: asdict(estimate) for name, estimate in estimates.items()}
