"""The Report of a run: as JSON, and as text for the terminal (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from wcwidth import clip, ljust, wcswidth, wrap

from qabot.evaluation.comparison import ACCURACY, Comparison, Requirement
from qabot.evaluation.judge import Verdicts
from qabot.evaluation.metrics import METRICS, Figure, measure, measure_by_tag
from qabot.evaluation.record import RunRecord
from qabot.evaluation.result import Result
from qabot.evaluation.statistics import Estimate
from qabot.render.text import cell, counted


@dataclass(frozen=True)
class Report:
    """The results of a run and what they amount to.

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
        """True if it is worse than the baseline beyond chance."""
        return self.comparison is not None and self.comparison.worse

    def unmet(self, requirements: Iterable[Requirement]) -> list[Requirement]:
        """Return those of the requirements that the run does not meet."""
        return [requirement for requirement in requirements if not requirement.met_by(self.metrics)]


def report_json(report: Report) -> dict[str, Any]:
    """Return the document of ``eval --json``.

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
                   "disagreed": ["court"], "failed": 0, "error": null}     null without --judge
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


WIDTH = 100
_LESS = " (less is better)"
_TOLD = 10  # of the wrong cases, with what was said and expected
_MOST = 240  # characters of what was asked, said or expected
_LISTED = 30  # of a long list of cases the terminal shows so many; the JSON has them all
_BY_TAG = {  # the columns of the table by tag: how many of how many
    "answered": "coverage",
    "right of them": "answered_accuracy",
    "cited": "citation_correctness",
    "declined": "abstention_recall",
    "found@5": "hits@5",
}


def report_text(report: Report, requirements: Sequence[Requirement] = (), *, width: int = WIDTH) -> str:
    """Return the report in so many columns, with those of the requirements that are not met."""
    blocks = [
        _title(report),
        _figures(report),
        _metrics(report, width),
        _by_tag(report, width),
        _wrong(report.wrong, width),
    ]
    blocks.append(_listing("Not scored", [f"{r.case.case_id}: {r.error}" for r in report.errors]))
    blocks.append(_verdicts(report.verdicts, width))
    blocks.append(_comparison(report.comparison))
    unmet = [
        f"{r.metric} is {shown(r.metric, report.metrics[r.metric])}, not {_bound(r)}"
        for r in report.unmet(requirements)
    ]
    blocks.append(_listing("Below --fail-under, or above --fail-over", unmet))
    return "\n\n".join(block for block in blocks if block)


def shown(metric: str, estimate: Estimate) -> str:
    """Return the value of a metric as a person reads it."""
    if estimate.value is None:
        return "not measured"
    return f"{estimate.value:.0f} ms" if METRICS[metric].milliseconds else f"{estimate.value:.3f}"


def shown_interval(metric: str, estimate: Estimate) -> str:
    """Return its 95% interval; empty where it has none."""
    if estimate.interval is None:
        return ""
    low, high = estimate.interval
    return f"{low:.0f} to {high:.0f} ms" if METRICS[metric].milliseconds else f"{low:.3f} to {high:.3f}"


def _title(report: Report) -> str:
    title = counted(len(report.results), "case")
    if report.errors:
        title += f", {len(report.errors)} of them not scored"
    if report.not_judged:
        title += f", {len(report.not_judged)} of them not judged (they name no answer)"
    if report.interrupted:
        title += ", interrupted"
    record = report.record
    if record is None:
        return title
    made = [f"qabot {record.qabot}", record.model["name"]]
    made += [counted(record.index["articles"], "article")] if "articles" in record.index else []
    made += [f"{record.seconds:.0f} s"] if record.seconds is not None else []
    made += [f"{record.resumed} of the results from before"] if record.resumed else []
    return f"{title}\n{', '.join(made)}"


def _figures(report: Report) -> str:
    if not report.figures:
        return ""
    rows = [(f"figures of {report.record.set if report.record else 'the set'}", "value", "95% interval", "cases")]
    for figure, estimate in zip(report.figures, report.figure_values.values(), strict=True):
        rows.append(_row(figure.name, figure.metric, estimate))
    return "\n".join(_aligned(rows))


def _metrics(report: Report, width: int) -> str:
    rows = [("metric", "value", "95% interval", "cases")]
    unmeasured = []
    group = ""
    for name, estimate in report.metrics.items():
        if estimate.value is None:
            unmeasured.append(name)
            continue
        if METRICS[name].group != group:
            group = METRICS[name].group
            rows.append((f"-- {group}", "", "", ""))
        rows.append(_row(name, name, estimate))
    lines = [line.removesuffix(_LESS) if wcswidth(line) > width else line for line in _aligned(rows)]
    if unmeasured:
        lines += wrap(f"Not measured (no case asks for it): {', '.join(unmeasured)}.", width)
    return "\n".join(lines)


def _row(name: str, metric: str, estimate: Estimate) -> tuple[str, str, str, str]:
    seen = str(estimate.count) if estimate.hits is None else f"{estimate.hits}/{estimate.count}"
    better = _LESS if METRICS[metric].less_is_better and not METRICS[metric].milliseconds else ""
    return name, shown(metric, estimate), shown_interval(metric, estimate), seen + better


def _by_tag(report: Report, width: int) -> str:
    if not report.by_tag:
        return ""
    columns = _BY_TAG
    if report.figures:
        columns = {figure.metric: figure.metric for figure in report.figures if figure.metric != "accuracy"}
    rows = [("tag", "lead", "accuracy", "95% interval", *columns)]
    for tag, estimates in report.by_tag.items():
        accuracy = estimates["accuracy"]
        first = _counted(estimates["lead_accuracy"]), _counted(accuracy), shown_interval("accuracy", accuracy)
        rows.append((_shortened(tag, 26), *first, *(_counted(estimates[name]) for name in columns.values())))
    if all(row[2] == "-" for row in rows[1:]):
        rows = [(row[0], *row[4:]) for row in rows]
    while max(map(wcswidth, _aligned(rows))) > width:
        rows = [row[:-1] for row in rows]
    return "\n".join(_aligned(rows))


def _counted(estimate: Estimate) -> str:
    if estimate.value is None:
        return "-"
    return f"{estimate.hits}/{estimate.count}" if estimate.hits is not None else f"{estimate.value:.3f}"


def _verdicts(verdicts: Verdicts | None, width: int) -> str:
    if verdicts is None:
        return ""
    agreement = verdicts.agreement
    error = wrap(f"The judge's first error: {cell(verdicts.error)}", width) if verdicts.error else []
    if agreement.value is None or agreement.interval is None:
        return "\n".join([f"Judge {verdicts.judge}: no verdict on any case ({verdicts.failed} failed).", *error])
    low, high = agreement.interval
    kappa = "" if verdicts.kappa is None else f", kappa {verdicts.kappa:.2f}"
    lines = [
        f"Judge {verdicts.judge} (in none of the figures): calls {sum(verdicts.right.values())} of "
        f"{agreement.count} right,",
        f"agrees with the score on {agreement.hits} ({agreement.value:.3f}, {low:.3f} to {high:.3f}{kappa})"
        f"{f', failed on {verdicts.failed}' if verdicts.failed else ''}.",
        *error,
    ]
    lines += [_listing("It says otherwise of", verdicts.disagreed)] if verdicts.disagreed else []
    return "\n".join(lines)


def _comparison(comparison: Comparison | None) -> str:
    if comparison is None:
        return ""
    verdict = "worse beyond chance" if comparison.worse else "not worse beyond chance"
    lines = [
        f"Against the baseline: {comparison.compared} cases compared, {len(comparison.fixed)} fixed, "
        f"{len(comparison.broken)} broken, p = {comparison.p_value:.3g}: {verdict}."
    ]
    if comparison.headline != ACCURACY:
        lines[0] = f"Against the baseline, by {comparison.headline}: p = {comparison.p_value:.3g}: {verdict}."
    for kind, ids in (("fixed", comparison.fixed), ("broken", comparison.broken)):
        lines += [_listing(kind.capitalize(), ids)] if ids else []
    moved = {name: each for name, each in comparison.measures.items() if each.beyond_chance}
    lines += [
        f"  {name} {each.mean:+.3f} ({each.interval[0]:+.3f} to {each.interval[1]:+.3f}, {each.compared} cases)"
        for name, each in moved.items()
    ]
    if comparison.not_compared:
        lines.append(f"Scored in one of the runs only: {counted(len(comparison.not_compared), 'case')}.")
    if comparison.changed is None:
        lines.append("What else differs is not known: the earlier run has no record.")
    elif comparison.changed:
        lines.append(_listing("What else differs", comparison.changed))
    return "\n".join(lines)


def _listing(title: str, lines: Sequence[str]) -> str:
    if not lines:
        return ""
    more = [f"  and {len(lines) - _LISTED} more (--json has them)"] if len(lines) > _LISTED else []
    short = (_shortened(line, WIDTH - 2) for line in lines[:_LISTED])
    return "\n".join([f"{title} ({len(lines)}):", *(f"  {line}" for line in short), *more])


def _wrong(results: Sequence[Result], width: int) -> str:
    """Return what was asked, said and expected in the first of the cases that are wrong."""
    if not results:
        return ""
    lines = [f"Wrong ({len(results)}):"]
    for result in results[:_TOLD]:
        lines += ["", *_wrapped("", "; ".join(result.case.turns), width)]
        lines += _wrapped("said", _said(result), width)
        lines += _wrapped("expected", f"{result.case.expected} [{result.case.case_id}]", width)
    if len(results) > _TOLD:
        lines += ["", f"  and {len(results) - _TOLD} more (--report FILE.html shows them all)"]
    return "\n".join(lines)


def _wrapped(name: str, text: str, width: int) -> list[str]:
    """Return a text in lines below its name; without a name it stands further left."""
    indent = " " * (len("  expected  ") if name else 2)
    first = f"  {name:<10}" if name else indent
    shown = _shortened(text, _MOST)
    return wrap(shown, max(width, 30), initial_indent=first, subsequent_indent=indent)


def _said(result: Result) -> str:
    """Return what was said, and why that is wrong."""
    why = result.why.split("; ")[0]
    if result.said is None or result.abstained:
        return why
    return f"{result.said['short_answer'] or result.said['answer']} ({why})"


def _bound(requirement: Requirement) -> str:
    return f"{requirement.bound:.0f} ms" if METRICS[requirement.metric].milliseconds else f"{requirement.bound:.3f}"


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(map(wcswidth, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(ljust(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _shortened(text: str, width: int) -> str:
    line = cell(text)
    return line if wcswidth(line) <= width else clip(line, 0, width - 1) + "…"
