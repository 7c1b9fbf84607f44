"""Running cases: each is asked and scored, several at a time where that helps."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from qabot.evaluation.case import Case
from qabot.evaluation.ledger import kept_results, ledger
from qabot.evaluation.record import RunRecord, write_record
from qabot.evaluation.report import Report
from qabot.evaluation.respondent import Respondent
from qabot.evaluation.result import Result, score
from qabot.render import error_line
from qabot.settings import EXTRACTIVE, Settings

_JOBS_WITH_A_SERVER = 4

Progress = Callable[[int, int, Result], None]
"""Called after each case with how many are done, how many there are, and the result."""


def default_jobs(settings: Settings) -> int:
    """How many cases to ask at a time: several where a server does the work, which is waited for."""
    return 1 if settings.model == EXTRACTIVE else _JOBS_WITH_A_SERVER


def evaluate(
    respondent: Respondent,
    cases: Sequence[Case],
    record: RunRecord,
    *,
    out: Path | None = None,
    resume: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Ask every case and score it.

    A case that ends in an error or a time-out is listed with it and left out of every mean. Interrupted (Ctrl-C), it
    reports what was done so far, with ``interrupted`` set.

    Args:
        respondent: who answers; asked ``record.jobs`` cases at a time.
        cases: from `load_cases` or a set.
        record: of this run; written beside ``out`` when it begins and, with its duration, when it ends.
        out: file that every result is written to as soon as it is there, as JSON lines.
        resume: do not ask again what ``out`` holds already of a run with the same record; else it is overwritten.
        progress: called after each case.

    Raises:
        QabotError: ``out`` cannot be written, or not be gone on with.
    """
    began = time.monotonic()
    kept = kept_results(out, record, cases) if out and resume else {}
    record = replace(record, resumed=len(kept))
    done, interrupted = dict(kept), False
    asked = [case for case in cases if case.case_id not in kept]
    with ledger(out, kept, cases) as write, closing(_results(respondent, asked, record.jobs)) as results:
        if out:
            write_record(out, record)
        try:
            for result in results:
                write(result)
                done[result.case.case_id] = result
                if progress:
                    progress(len(done), len(cases), result)
        except KeyboardInterrupt:
            interrupted = True
    record = record.ended(began)
    if out:
        write_record(out, record)
    return Report(tuple(done[case.case_id] for case in cases if case.case_id in done), record, interrupted=interrupted)


def run_case(respondent: Respondent, case: Case) -> Result:
    """Ask the turns of a case in one conversation and score the last answer."""
    try:
        reply = respondent.reply(case)
        return score(case, reply.said, verbatim=reply.verbatim)
    except Exception as error:  # noqa: BLE001 - nothing in one case may lose the run
        return Result(case, error=error_line(error))


def _results(respondent: Respondent, cases: Sequence[Case], jobs: int) -> Generator[Result]:
    """The results as they come; closed before the last, it waits for the cases in hand and asks no more."""
    if jobs == 1:
        yield from (run_case(respondent, case) for case in cases)
        return
    with ThreadPoolExecutor(jobs, thread_name_prefix="eval") as pool:
        futures = [pool.submit(run_case, respondent, case) for case in cases]
        try:
            yield from (future.result() for future in as_completed(futures))
        finally:
            pool.shutdown(cancel_futures=True)
