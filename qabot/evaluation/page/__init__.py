"""The Report as one HTML page that opens offline: charts, and a table of all cases that can be searched."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from markupsafe import Markup

from qabot.errors import writing
from qabot.evaluation.metrics import METRICS, RETRIEVAL, answered_rightly, answers_given
from qabot.evaluation.page import charts
from qabot.evaluation.report import Report, shown, shown_interval
from qabot.evaluation.result import Result
from qabot.evaluation.scoring import DEPTH, plain_answer, ranking
from qabot.evaluation.statistics import Estimate
from qabot.render.text import check_page, counted, page_template, plain

MAKER = "qabot eval"  # of its pages
_FOLDER = Path(str(files(__name__)))
_HEADLINES = (
    "lead_accuracy",
    "accuracy",
    "f1",
    "citation_correctness",
    "hits@5",
    "answered_accuracy",
    "coverage",
    "abstention_recall",
)
_DRAWN_BY_TAG = 3


def check_report(path: Path) -> None:
    """Refuse to write the report to where no page can be.

    Raises:
        QabotError: there is no such folder, or the file holds something other than a report.
    """
    check_page(path, "--report", MAKER)


def write_page(path: Path, report: Report) -> None:
    """Write the report as a page.

    Raises:
        QabotError: it cannot be written, as of `check_report`.
    """
    check_report(path)
    text = page(report)
    with writing(path, "Give --report another file."):
        path.write_text(text, encoding="utf-8")


def page(report: Report) -> str:
    """Return the page."""
    script = "".join((_FOLDER / name).read_text(encoding="utf-8") for name in ("marks.js", "page.js"))
    comparison = report.comparison
    flips = {
        **dict.fromkeys(comparison.fixed if comparison else (), "fixed"),
        **dict.fromkeys(comparison.broken if comparison else (), "broken"),
    }
    disagreed = frozenset(report.verdicts.disagreed if report.verdicts else ())
    return page_template("page.html.jinja", _FOLDER).render(
        maker=MAKER,
        cases=counted(len(report.results), "case"),
        report=report,
        record=report.record,
        comparison=comparison,
        metrics=METRICS,
        headlines=_headlines(report),
        groups=_groups(report),
        unmeasured=[name for name, each in report.metrics.items() if each.value is None],
        charts=_charts(report),
        tag_columns=_tag_metrics(report),
        tags=sorted({tag for result in report.results for tag in result.case.tags}),
        disagreed=disagreed,
        outcomes=_outcomes(report, flips, len(disagreed)),
        rows=[(result, _outcome(result), flips.get(result.case.case_id)) for result in report.results],
        marked=_marked,
        shown=shown,
        interval=shown_interval,
        breakable=_breakable,
        started=_time(report.record.started) if report.record else None,
        style=Markup((_FOLDER / "page.css").read_text(encoding="utf-8")),  # noqa: S704 - our own
        script=Markup(script),  # noqa: S704 - our own
        script_digest=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )


def _breakable(name: str) -> Markup:
    """Return the name of a metric as one that a narrow column breaks at its underscores."""
    return Markup("_<wbr>").join(name.split("_"))  # join escapes each part


def _headlines(report: Report) -> list[tuple[str, str, Estimate]]:
    """Name, metric and estimate of what is shown first."""
    if report.figures:
        values = report.figure_values.values()
        return [(figure.name, figure.metric, each) for figure, each in zip(report.figures, values, strict=True)]
    found = [(name, name, report.metrics[name]) for name in _HEADLINES]
    return [each for each in found if each[2].value is not None]


def _groups(report: Report) -> dict[str, list[tuple[str, Estimate]]]:
    groups: dict[str, list[tuple[str, Estimate]]] = {}
    for name, estimate in report.metrics.items():
        if estimate.value is not None:
            groups.setdefault(METRICS[name].group, []).append((name, estimate))
    return groups


def _charts(report: Report) -> list[charts.Chart]:
    by_tag = {
        name: {tag: each[name] for tag, each in report.by_tag.items() if each[name].value is not None}
        for name in _tag_metrics(report)
    }
    drawn = [name for name, estimates in by_tag.items() if len(estimates) > 1]
    drawn.sort(key=lambda name: name in RETRIEVAL)  # which has a chart of its own
    found = [
        charts.bars(f"{name} by tag", {"all": report.metrics[name], **by_tag[name]}) for name in drawn[:_DRAWN_BY_TAG]
    ]
    scored = [result for result in report.results if result.scored]
    if points := answered_rightly(scored).risk_coverage():
        found.append(charts.risk_coverage(points, report.metrics["coverage"].value))
    if bins := answers_given(scored).reliability():
        found.append(charts.calibration(bins))
    rankings = [ranking(r.case, r.said["evidence"]) for r in scored if r.said and "evidence" in r.said]
    if known := [each for each in rankings if each]:
        at = {
            k: {
                "hits@k": sum(each.hit(k) for each in known) / len(known),
                "recall@k": sum(each.recall(k) for each in known) / len(known),
                "nDCG@k": sum(each.ndcg(k) for each in known) / len(known),
            }
            for k in range(1, DEPTH + 1)
        }
        found.append(charts.retrieval(at, len(known)))
    return found


def _tag_metrics(report: Report) -> list[str]:
    """Return the metrics that are told by tag: those of the set's figures, else the usual ones."""
    names = dict.fromkeys(figure.metric for figure in report.figures) if report.figures else _HEADLINES
    return [name for name in names if report.metrics[name].value is not None]


def _outcome(result: Result) -> str:
    if not result.scored:
        return "not scored"
    if result.correct is None:
        return "not judged"
    return "right" if result.correct else "wrong"


def _outcomes(report: Report, flips: Mapping[str, str], disagreed: int) -> dict[str, int]:
    """Return what the cases can be filtered by, with how many there are of each."""
    kinds = [_outcome(result) for result in report.results] + [*flips.values(), *["judge differs"] * disagreed]
    kinds += ["declined" for result in report.results if result.abstained]
    order = ("right", "wrong", "declined", "not judged", "not scored", "fixed", "broken", "judge differs")
    return {kind: kinds.count(kind) for kind in order if kind in kinds}


def _marked(result: Result) -> dict[str, Any]:
    """Return what the page's script makes a case of, when a person marks the answer."""
    said = result.said or {}
    given = plain(" ".join((said["short_answer"] or plain_answer(said)).split()))
    return {
        "asked": result.case.document(),
        "given": given,
        "abstained": result.abstained,
        "right": bool(result.correct),
    }


def _time(iso: str) -> str:
    return f"{datetime.fromisoformat(iso):%d %B %Y, %H:%M} UTC".lstrip("0")
