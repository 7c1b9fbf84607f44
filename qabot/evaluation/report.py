"""The Report of a run: as a table for the terminal and as JSON (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from qabot.evaluation.case import Case
from qabot.evaluation.compare import Comparison, Requirement
from qabot.evaluation.metrics import Share, latency, measure, measure_by_tag
from qabot.evaluation.result import Result
from qabot.render import cell

_LISTED = 30  # of a long list of cases the terminal shows so many; the JSON has them all
_BY_TAG = {  # the columns of the table by tag; what was answered is the count beside its right ones
    "right": "accuracy",
    "answered": "answered_accuracy",
    "cited": "citation_correctness",
    "abst. prec.": "abstention_precision",
    "abst. rec.": "abstention_recall",
}


@dataclass(frozen=True)
class Report:
    """What a run amounts to.

    Attributes:
        results: one for each case that was asked, in their order.
        comparison: with an earlier run, where one was given.
        interrupted: whether the run ended before all cases were asked.
    """

    results: tuple[Result, ...]
    comparison: Comparison | None = None
    interrupted: bool = False

    @cached_property
    def metrics(self) -> dict[str, Share]:
        """Every metric over all cases."""
        return measure(self.results)

    @property
    def errors(self) -> tuple[Result, ...]:
        """The results that could not be scored."""
        return tuple(result for result in self.results if not result.scored)

    @property
    def wrong(self) -> tuple[Result, ...]:
        """The results that were scored and are wrong."""
        return tuple(result for result in self.results if result.scored and not result.correct)

    @property
    def worse(self) -> bool:
        """Whether it is worse than the baseline beyond chance."""
        return self.comparison is not None and self.comparison.worse

    def unmet(self, requirements: Iterable[Requirement]) -> list[Requirement]:
        """Those of the requirements that the run does not meet."""
        return [requirement for requirement in requirements if not requirement.met_by(self.metrics)]


def report_json(report: Report) -> dict[str, object]:
    """The document of ``eval --json``.

    Shape::

        {"cases": 60,                            asked, scored or not
         "interrupted": false,
         "metrics": {"accuracy": {"value": 0.95, "interval": [0.86, 0.98], "hits": 57, "count": 60}, ...},
         "by_tag": {"fact": {"accuracy": {...}, ...}, ...},
         "latency_ms": {"p50": 31.0, "p90": 48.2, "p99": 70.1},
         "wrong": ["moscow"],                    ids
         "errors": [{"id": "court", "error": "..."}],
         "flips": {"compared": 60, "fixed": ["designated"], "broken": [], "not_compared": [],
                   "p_value": 1.0, "worse": false}}      null without --baseline

    The metrics are those of `qabot.evaluation.metrics.METRICS`; where ``count`` is 0, ``value`` and ``interval`` (95%)
    are null.
    """
    comparison = report.comparison
    return {
        "cases": len(report.results),
        "interrupted": report.interrupted,
        "metrics": _shares_json(report.metrics),
        "by_tag": {tag: _shares_json(shares) for tag, shares in measure_by_tag(report.results).items()},
        "latency_ms": latency(report.results),
        "wrong": [result.case.case_id for result in report.wrong],
        "errors": [{"id": result.case.case_id, "error": result.error} for result in report.errors],
        "flips": comparison
        and {
            "compared": comparison.compared,
            "fixed": list(comparison.fixed),
            "broken": list(comparison.broken),
            "not_compared": list(comparison.not_compared),
            "p_value": comparison.p_value,
            "worse": comparison.worse,
        },
    }


def report_text(report: Report, requirements: Sequence[Requirement] = ()) -> str:
    """The report for the terminal, without colour, at most 100 columns wide."""
    blocks = [_overview(report), _by_tag(report)]
    blocks.append(_listing("Wrong", [f"{r.case.case_id}: {_said(r)}, not {_expected(r.case)}" for r in report.wrong]))
    blocks.append(_listing("Not scored", [f"{r.case.case_id}: {r.error}" for r in report.errors]))
    blocks.append(_flips(report.comparison))
    unmet = [
        f"{r.metric} is {_percent(report.metrics[r.metric])}, not {r.least:.1%}" for r in report.unmet(requirements)
    ]
    blocks.append(_listing("Below --fail-under", unmet))
    return "\n\n".join(block for block in blocks if block)


def _overview(report: Report) -> str:
    rows = [("metric", "value", "95% interval", "cases")]
    for name, share in report.metrics.items():
        rows.append((name, _percent(share), _interval(share), f"{share.hits}/{share.count}"))
    title = f"{len(report.results)} cases"
    if report.errors:
        title += f", {len(report.errors)} of them not scored"
    if report.interrupted:
        title += ", interrupted"
    times = ", ".join(f"{name} {milliseconds:.0f} ms" for name, milliseconds in latency(report.results).items())
    return "\n".join([title, "", *_aligned(rows), *([f"time to answer: {times}"] if times else [])])


def _by_tag(report: Report) -> str:
    rows = [("tag", "accuracy", "95% interval", *_BY_TAG)]
    for tag, shares in measure_by_tag(report.results).items():
        counts = (f"{shares[name].hits}/{shares[name].count}" for name in _BY_TAG.values())
        rows.append((_shortened(tag, 24), _percent(shares["accuracy"]), _interval(shares["accuracy"]), *counts))
    return "\n".join(_aligned(rows)) if len(rows) > 1 else ""


def _flips(comparison: Comparison | None) -> str:
    if comparison is None:
        return ""
    verdict = "worse beyond chance" if comparison.worse else "not worse beyond chance"
    lines = [
        f"Against the baseline: {comparison.compared} cases compared, {len(comparison.fixed)} fixed, "
        f"{len(comparison.broken)} broken, p = {comparison.p_value:.3g}: {verdict}."
    ]
    for kind, ids in (("fixed", comparison.fixed), ("broken", comparison.broken)):
        lines += [_listing(kind.capitalize(), ids)] if ids else []
    if comparison.not_compared:
        lines.append(f"{len(comparison.not_compared)} cases were scored in one of the runs only.")
    return "\n".join(lines)


def _listing(title: str, lines: Sequence[str]) -> str:
    if not lines:
        return ""
    more = [f"  and {len(lines) - _LISTED} more (--json has them)"] if len(lines) > _LISTED else []
    return "\n".join([f"{title} ({len(lines)}):", *(f"  {_shortened(line, 98)}" for line in lines[:_LISTED]), *more])


def _said(result: Result) -> str:
    if result.answer is None or result.answer.abstained:
        return "abstained"
    return _shortened(result.answer.short_answer or result.answer.text, 48)


def _expected(case: Case) -> str:
    return "abstained" if case.abstain else " and ".join(group[0] for group in case.answers)


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _percent(share: Share) -> str:
    return "not measured" if share.value is None else f"{share.value:.1%}"


def _interval(share: Share) -> str:
    return "" if share.interval is None else f"{share.interval[0]:.1%} to {share.interval[1]:.1%}"


def _shortened(text: str, width: int) -> str:
    line = cell(text)
    return line if len(line) <= width else line[: width - 1] + "…"


def _shares_json(shares: dict[str, Share]) -> dict[str, object]:
    return {
        name: {
            "value": share.value,
            "interval": list(share.interval) if share.interval else None,
            "hits": share.hits,
            "count": share.count,
        }
        for name, share in shares.items()
    }
