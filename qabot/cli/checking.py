"""``qabot eval`` and ``qabot doctor``: how good the answers are, and whether all is well."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qabot.cli.options import IndexFolder, Json, Model, Passages, settings_with
from qabot.cli.output import IndexProgress, notice, print_json, write

if TYPE_CHECKING:
    from qabot.evaluation.result import Result

BELOW = 4
INTERRUPTED = 130


def evaluate(
    cases: Annotated[
        list[str] | None,
        typer.Argument(metavar="CASES.jsonl", help="Files of cases; none: those that come with qabot."),
    ] = None,
    index: IndexFolder = None,
    model: Model = None,
    passages: Passages = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write every case's result as JSON lines.")
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option("--baseline", metavar="FILE", help="Compare with an earlier run's --out file.")
    ] = None,
    fail_under: Annotated[
        list[str] | None,
        typer.Option("--fail-under", metavar="METRIC=VALUE", help="Exit with 4 where a metric is below; repeat it."),
    ] = None,
    json: Json = False,
) -> None:
    """Measure the answers on eval cases.

    Examples:
      qabot eval
      qabot eval mine.jsonl --out results.jsonl
      qabot eval --baseline results.jsonl --fail-under accuracy=0.9

    Reports how many answers, citations and refusals were right. The exit code is 4 where a metric is below
    --fail-under, or the run is worse than --baseline beyond chance.
    """
    settings = settings_with(index=index, model=model, passages=passages)
    from qabot import resources
    from qabot.answering.bot import Bot
    from qabot.evaluation.case import load_cases
    from qabot.evaluation.compare import parse_requirement, read_baseline
    from qabot.evaluation.report import report_json, report_text
    from qabot.evaluation.run import evaluate as run

    requirements = [parse_requirement(text) for text in fail_under or ()]
    earlier = read_baseline(baseline) if baseline else None  # before --out, which may be the same file
    loaded = load_cases(cases or [resources.shipped_cases()])
    with IndexProgress() as progress:
        bot = Bot.open(settings.index, settings=settings, progress=progress)
    with closing(bot):
        report = run(bot, loaded, out=out, baseline=earlier, progress=_show_progress)
    if json:
        print_json(report_json(report))
    else:
        write(report_text(report, requirements) + "\n")
    if report.interrupted:
        raise typer.Exit(INTERRUPTED)
    for requirement in report.unmet(requirements):
        value = report.metrics[requirement.metric].value
        measured = "not measured" if value is None else f"{value:.3f}"
        notice(f"qabot: {requirement.metric} is {measured}, below {requirement.least}")
    if report.worse or report.unmet(requirements):
        raise typer.Exit(BELOW)
    if report.results and len(report.errors) == len(report.results):
        raise typer.Exit(1)


def _show_progress(done: int, total: int, _result: Result) -> None:
    from qabot.chat.screen import styled

    if styled(sys.stderr):
        sys.stderr.write(f"\r\x1b[K{done}/{total}" if done < total else "\r\x1b[K")
        sys.stderr.flush()


def doctor(index: IndexFolder = None, json: Json = False) -> None:
    """Say what is wrong and how to mend it.

    Examples:
      qabot doctor
      qabot doctor --json

    Shows what is installed, which settings are in force, and what the index holds. The exit code is 1 where
    something is wrong.
    """
    settings = settings_with(index=index)
    from qabot.doctor import examine, report_text

    report = examine(settings, flags={"index"} if index else set())
    if json:
        print_json(report.document())
    else:
        from qabot.chat.screen import Screen

        Screen().show(report_text(report))
    if not report.ok:
        raise typer.Exit(1)
