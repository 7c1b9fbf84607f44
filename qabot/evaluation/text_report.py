"""The Report for the terminal (pure): without colour, at most 100 columns wide."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from qabot.evaluation.compare import Comparison, Requirement
from qabot.evaluation.curves import Estimate
from qabot.evaluation.metrics import METRICS
from qabot.evaluation.report import Report
from qabot.evaluation.result import Result
from qabot.evaluation.verdicts import Verdicts
from qabot.render import cell

WIDTH = 100
_LISTED = 30  # of a long list of cases the terminal shows so many; the JSON has them all
_BY_TAG = {  # the columns of the table by tag: how many of how many
    "answered": "coverage",
    "right of them": "answered_accuracy",
    "cited": "citation_correctness",
    "declined": "abstention_recall",
    "found@5": "hits@5",
}


def report_text(report: Report, requirements: Sequence[Requirement] = ()) -> str:
    """The report, with those of the requirements that are not met."""
    blocks = [_title(report), _figures(report), _metrics(report), _by_tag(report)]
    blocks.append(_listing("Wrong", [f"{r.case.case_id}: {_said(r)}, {_but(r)}" for r in report.wrong]))
    blocks.append(_listing("Not scored", [f"{r.case.case_id}: {r.error}" for r in report.errors]))
    blocks.append(_verdicts(report.verdicts))
    blocks.append(_comparison(report.comparison))
    unmet = [
        f"{r.metric} is {shown(r.metric, report.metrics[r.metric])}, not {_bound(r)}"
        for r in report.unmet(requirements)
    ]
    blocks.append(_listing("Below --fail-under, or above --fail-over", unmet))
    return "\n\n".join(block for block in blocks if block)


def shown(metric: str, estimate: Estimate) -> str:
    """The value of a metric as a person reads it."""
    if estimate.value is None:
        return "not measured"
    return f"{estimate.value:.0f} ms" if METRICS[metric].milliseconds else f"{estimate.value:.3f}"


def shown_interval(metric: str, estimate: Estimate) -> str:
    """Its 95% interval; empty where it has none."""
    if estimate.interval is None:
        return ""
    low, high = estimate.interval
    return f"{low:.0f} to {high:.0f} ms" if METRICS[metric].milliseconds else f"{low:.3f} to {high:.3f}"


def _title(report: Report) -> str:
    title = f"{len(report.results)} cases"
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
    made += [f"{record.index['articles']} articles"] if "articles" in record.index else []
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


def _metrics(report: Report) -> str:
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
    lines = _aligned(rows)
    if unmeasured:
        lines += textwrap.wrap(f"Not measured (no case asks for it): {', '.join(unmeasured)}.", WIDTH)
    return "\n".join(lines)


def _row(name: str, metric: str, estimate: Estimate) -> tuple[str, str, str, str]:
    counted = str(estimate.count) if estimate.hits is None else f"{estimate.hits}/{estimate.count}"
    better = " (less is better)" if METRICS[metric].less_is_better and not METRICS[metric].milliseconds else ""
    return name, shown(metric, estimate), shown_interval(metric, estimate), counted + better


def _by_tag(report: Report) -> str:
    if not report.by_tag:
        return ""
    columns = _BY_TAG
    if report.figures:
        columns = {figure.metric: figure.metric for figure in report.figures if figure.metric != "accuracy"}
    rows = [("tag", "accuracy", "95% interval", *columns)]
    for tag, estimates in report.by_tag.items():
        accuracy = estimates["accuracy"]
        counts = (_counted(estimates[name]) for name in columns.values())
        rows.append((_shortened(tag, 26), _counted(accuracy), shown_interval("accuracy", accuracy), *counts))
    if all(row[1] == "-" for row in rows[1:]):
        rows = [(row[0], *row[3:]) for row in rows]
    while len(_aligned(rows)[0]) > WIDTH:
        rows = [row[:-1] for row in rows]
    return "\n".join(_aligned(rows))


def _counted(estimate: Estimate) -> str:
    if estimate.value is None:
        return "-"
    return f"{estimate.hits}/{estimate.count}" if estimate.hits is not None else f"{estimate.value:.3f}"


def _verdicts(verdicts: Verdicts | None) -> str:
    if verdicts is None:
        return ""
    agreement = verdicts.agreement
    if agreement.value is None or agreement.interval is None:
        return f"Judge {verdicts.judge}: no verdict on any case ({verdicts.failed} failed)."
    low, high = agreement.interval
    kappa = "" if verdicts.kappa is None else f", kappa {verdicts.kappa:.2f}"
    lines = [
        f"Judge {verdicts.judge} (in none of the figures): calls {sum(verdicts.right.values())} of "
        f"{agreement.count} right,",
        f"agrees with the score on {agreement.hits} ({agreement.value:.3f}, {low:.3f} to {high:.3f}{kappa})"
        f"{f', failed on {verdicts.failed}' if verdicts.failed else ''}.",
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
    if comparison.headline != "accuracy":
        lines[0] = f"Against the baseline, by {comparison.headline}: p = {comparison.p_value:.3g}: {verdict}."
    for kind, ids in (("fixed", comparison.fixed), ("broken", comparison.broken)):
        lines += [_listing(kind.capitalize(), ids)] if ids else []
    moved = {name: each for name, each in comparison.measures.items() if each.beyond_chance}
    lines += [
        f"  {name} {each.mean:+.3f} ({each.interval[0]:+.3f} to {each.interval[1]:+.3f}, {each.compared} cases)"
        for name, each in moved.items()
    ]
    if comparison.not_compared:
        lines.append(f"{len(comparison.not_compared)} cases were scored in one of the runs only.")
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


def _said(result: Result) -> str:
    if result.said is None or result.abstained:
        return "abstained"
    return _shortened(str(result.said["short_answer"] or result.said["answer"]), 48)


def _but(result: Result) -> str:
    if result.case.wrong:  # it may hold what is expected, and be wrong all the same
        return result.why.split("; ")[0]
    return "not " + ("abstained" if result.case.abstain else " and ".join(group[0] for group in result.case.answers))


def _bound(requirement: Requirement) -> str:
    return f"{requirement.bound:.0f} ms" if METRICS[requirement.metric].milliseconds else f"{requirement.bound:.3f}"


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _shortened(text: str, width: int) -> str:
    line = cell(text)
    return line if len(line) <= width else line[: width - 1] + "…"
