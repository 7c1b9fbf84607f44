"""``qabot eval``: how good the answers are."""

from __future__ import annotations

import shlex
import shutil
import sys
import tempfile
from contextlib import ExitStack, closing
from dataclasses import dataclass, fields, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qabot.cli.options import Chroma, IndexFolder, Json, Model, Passages, expanded, settings_for_reading, with_options
from qabot.cli.output import EvalProgress, IndexProgress, index_progress, print_json, write
from qabot.errors import QabotError, UsageError
from qabot.render.notice import notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qabot.evaluation.comparison import Requirement
    from qabot.evaluation.report import Report
    from qabot.evaluation.run import CaseSet
    from qabot.settings import Settings

BELOW = 4
INTERRUPTED = 130
JUDGED_AT_ONCE = 4
_ASKING_NOTHING = {
    "new": ("index", "chroma", "json"),
    "earlier": ("baseline", "report", "fail_under", "fail_over", "judge", "jobs", "json"),
}
"""Options with which no case is asked, and those that say something beside them."""


Cases = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="CASES.jsonl",
        help="Files of cases; none: those about the starter articles. With --set: the folder of the set.",
    ),
]
New = Annotated[
    Path | None,
    typer.Option(
        "--new",
        metavar="FILE",
        callback=expanded,
        help="Ask nothing: write a first file of cases, made from the articles.",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE",
        callback=expanded,
        help="Write every case's result as JSON lines, and a record beside it.",
    ),
]
Resume = Annotated[
    bool, typer.Option("--resume", help="Go on with an --out file that was cut short: ask only what is missing.")
]
Baseline = Annotated[
    Path | None,
    typer.Option("--baseline", metavar="FILE", callback=expanded, help="Compare with an earlier run's --out file."),
]
Page = Annotated[
    Path | None,
    typer.Option("--report", metavar="FILE.html", callback=expanded, help="Write the report as one page, with charts."),
]
Earlier = Annotated[
    Path | None,
    typer.Option(
        "--from", metavar="FILE", callback=expanded, help="Ask nothing: report an earlier run from its --out file."
    ),
]
FailUnder = Annotated[
    list[str] | None,
    typer.Option("--fail-under", metavar="METRIC=VALUE", help="Exit with 4 where a metric is below; repeat it."),
]
FailOver = Annotated[
    list[str] | None,
    typer.Option("--fail-over", metavar="METRIC=VALUE", help="The same where less is better: ece, latency_p95."),
]
Jobs = Annotated[
    int | None,
    typer.Option("--jobs", metavar="N", min=1, max=64, help="Ask so many cases at a time."),
]
JudgeName = Annotated[
    str | None,
    typer.Option("--judge", metavar="NAME", help="A language model judges the answers too; no figure depends on it."),
]
Limit = Annotated[int | None, typer.Option("--limit", metavar="N", min=1, help="Only the first N cases.")]
SetName = Annotated[
    str | None,
    typer.Option("--set", metavar="NAME", help="A public set that lies in a folder of yours; they are named above."),
]
SetIndex = Annotated[
    Path | None,
    typer.Option(
        "--set-index", metavar="DIR", callback=expanded, help="Keep the index of the set there, for the next time."
    ),
]


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """The options of ``qabot eval``."""

    cases: Cases = None
    index: IndexFolder = None
    chroma: Chroma = None
    model: Model = None
    passages: Passages = None
    new: New = None
    out: Out = None
    resume: Resume = False
    baseline: Baseline = None
    report: Page = None
    earlier: Earlier = None
    fail_under: FailUnder = None
    fail_over: FailOver = None
    jobs: Jobs = None
    judge: JudgeName = None
    limit: Limit = None
    set_name: SetName = None
    set_index: SetIndex = None
    json: Json = False


@with_options
def evaluate(*, options: Evaluation) -> None:
    """Measure the answers on eval cases.

    Examples:
      qabot eval
      qabot eval --new mine.jsonl
      qabot eval mine.jsonl --out run.jsonl --report run.html
      qabot eval mine.jsonl --out run.jsonl --resume
      qabot eval mine.jsonl --baseline run.jsonl --fail-under accuracy=0.9 --fail-over latency_p95=500
      qabot eval --from run.jsonl --report run.html
      qabot eval --set realtimeqa ../realtimeqa --set-index realtimeqa-index --limit 50

    A case is a line of JSON: {"id": "age", "turns": ["How old is she?"], "answers": [["41"]]}. Reported are the
    answers, the refusals, the citations, what was retrieved, how far the confidence can be trusted, and the time, each
    with its 95% interval. The exit code is 4 where a metric is below --fail-under or above --fail-over, or the run is
    worse than --baseline beyond chance, or a case that these count on was not asked, as where a run of --from was cut
    short.

    Sets: realtimeqa, mtrag-un, ramdocs, squad (and what has its form), qed, timeqa, treccast. None comes with qabot.
    """
    settings = settings_for_reading(options.index, options.chroma, model=options.model, passages=options.passages)
    from qabot.evaluation.comparison import compare, read_baseline
    from qabot.evaluation.judge import Judge

    _refuse_contradictions(options)
    if options.new:
        _write_first_cases(options.new, settings, options.json)
        return
    # What can be wrong is told before the cases are asked; and --out may be the file of --baseline.
    judge = Judge.open(options.judge, settings) if options.judge else None
    requirements = _requirements(options)
    before = read_baseline(options.baseline) if options.baseline else None
    if options.report:
        from qabot.evaluation.page import check_report

        check_report(options.report)
    report, headline = _earlier_run(options.earlier) if options.earlier else _run(options, settings)
    stopped = report.interrupted and not options.earlier
    if judge and not stopped:
        with IndexProgress() as progress:
            show = partial(progress.stage, "Judging")
            verdicts = judge.judge(report.results, options.jobs or JUDGED_AT_ONCE, show)
        report, stopped = replace(report, verdicts=verdicts), verdicts.interrupted
    if before:
        report = replace(report, comparison=compare(report.results, before, report.record, headline))
    _print(report, requirements, options)
    if stopped:
        raise typer.Exit(INTERRUPTED)
    _exit(report, requirements)


def _refuse_contradictions(options: Evaluation) -> None:
    """Refuse options that contradict each other.

    Raises:
        UsageError: some do.
    """
    if options.resume and not options.out:
        raise UsageError("--resume goes on with a file of results. Name it: --out FILE --resume.")
    given = [each.name for each in fields(options) if getattr(options, each.name) != each.default]
    for name, beside in _ASKING_NOTHING.items():
        others = ", ".join(_flag(each) for each in given if each not in (name, *beside))
        if name in given and others:
            raise UsageError(f"{_flag(name)} asks nothing, so {others} would say nothing. Leave it out.")
    if options.set_index and not options.set_name:
        raise UsageError("--set-index is where the index of a --set is kept. Name the set, or use --index.")
    if options.set_name and (options.index or options.chroma or len(options.cases or ()) != 1):
        raise UsageError("A set has an index of its own and lies in one folder. Write: qabot eval --set NAME FOLDER")


def _flag(name: str) -> str:
    """Return what a field of `Evaluation` is called on the command line."""
    return {"cases": "CASES.jsonl", "earlier": "--from", "set_name": "--set"}.get(name, f"--{name.replace('_', '-')}")


def _write_first_cases(path: Path, settings: Settings, json: bool) -> None:
    """Write a first file of cases from the articles of the index, and say what is to be done with it."""
    from qabot.evaluation.first_cases import write_first_cases
    from qabot.evaluation.run import on_index
    from qabot.render.text import counted, index_label
    from qabot.store.open_index import open_or_build_starters

    with index_progress(settings) as progress, closing(open_or_build_starters(settings, progress)) as index:
        count, place = write_first_cases(path, index), index.place
    if json:
        print_json({"file": str(path), "cases": count, "index": place})
    notice(f"{counted(count, 'case')} written to {path}, made by rule from {index_label(place)}.")
    notice("Correct each by hand: the question, what answers it, its source; delete what is no good, and add your own.")
    notice(f"Then: {on_index(settings, f'qabot eval {shlex.quote(str(path))}')}")


def _requirements(options: Evaluation) -> list[Requirement]:
    from qabot.evaluation.comparison import parse_requirement

    return [
        *(parse_requirement(text) for text in options.fail_under or ()),
        *(parse_requirement(text, "over") for text in options.fail_over or ()),
    ]


def _case_set(options: Evaluation, stack: ExitStack) -> CaseSet:
    """Return the cases to ask: of a public set, of files, or those that come with qabot."""
    from qabot.evaluation.run import own_cases, starter_cases
    from qabot.evaluation.sets import load_set

    if options.set_name and options.cases:
        store = options.set_index or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="qabot-set-")))
        return load_set(options.set_name, Path(options.cases[0]), store, options.limit)
    own = own_cases(options.cases) if options.cases else starter_cases()
    return replace(own, cases=own.cases[: options.limit])


def _run(options: Evaluation, settings: Settings) -> tuple[Report, str]:
    """Ask the cases; return the report, and the headline metric of their set."""
    from qabot.evaluation.record import RunRecord
    from qabot.evaluation.result import set_aside
    from qabot.evaluation.run import default_jobs, evaluate

    with ExitStack() as stack:
        asked = _case_set(options, stack)
        with IndexProgress() if options.set_name else index_progress(settings) as indexing:
            opened = stack.enter_context(asked.open(settings, indexing))
        record = RunRecord.begin(
            settings,
            asked.cases,
            index=opened.index,
            encoder=opened.encoder,
            set_name=asked.name,
            command=["qabot", *sys.argv[1:]],
            jobs=options.jobs or default_jobs(settings),
        )
        if options.out and not options.resume and (kept := set_aside(options.out)):
            notice(f"{options.out} held the results of an earlier run: they are in {kept} now.")
        with EvalProgress() as progress:
            report = evaluate(
                opened.respondent, asked.cases, record, out=options.out, resume=options.resume, progress=progress
            )
    return replace(report, figures=asked.figures), asked.headline


def _earlier_run(path: Path) -> tuple[Report, str]:
    """Return an earlier run's report, and the headline metric of its set."""
    from qabot.evaluation.record import read_record
    from qabot.evaluation.report import Report
    from qabot.evaluation.result import read_results
    from qabot.evaluation.sets import known_by

    record = read_record(path)
    figures, headline = known_by(record.set if record else None)
    results = tuple(read_results(path))
    cut_short = record is not None and len(results) < record.cases["count"]
    return Report(results, record, figures=figures, interrupted=cut_short), headline


def _print(report: Report, requirements: Sequence[Requirement], options: Evaluation) -> None:
    """Print the report, write its page if one is asked for, and say what was written where."""
    from qabot.evaluation.report import WIDTH, report_json, report_text

    if options.json:
        print_json(report_json(report))
    else:
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else WIDTH
        write(report_text(report, requirements, width=min(width, WIDTH)) + "\n")
    if options.out:
        notice(f"The results are in {options.out}")
    if options.report:
        from qabot.evaluation.page import write_page

        write_page(options.report, report)
        notice(f"The report is in {options.report}: open it in a browser, mark answers right or wrong, save the marks.")


def _exit(report: Report, requirements: Sequence[Requirement]) -> None:
    """Exit with the code that the report and the requirements ask for."""
    from qabot.evaluation.report import shown

    if report.results and len(report.errors) == len(report.results):
        raise QabotError(f"None of the cases could be asked; the first: {report.errors[0].error}")
    unmet = report.unmet(requirements)
    for requirement in unmet:
        name, side = requirement.metric, "above" if requirement.less_is_better else "below"
        notice(f"qabot: {name} is {shown(name, report.metrics[name])}, {side} {requirement.bound:g}")
    before = report.comparison.not_compared if report.comparison else ()
    lost = [each for each in report.errors if requirements or each.case.case_id in before]
    if lost:
        notice(f"qabot: {len(lost)} of {len(report.results)} cases could not be asked; the first: {lost[0].error}")
    unfinished = report.interrupted and bool(requirements or report.comparison)
    if unfinished:
        notice("qabot: The run was cut short: not all of its cases were asked. Go on with it: --out FILE --resume.")
    if report.worse or unmet or lost or unfinished:
        raise typer.Exit(BELOW)
