"""The file of results that a run writes as it goes, and that a later one may go on with."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from qabot.errors import CaseError, QabotError
from qabot.evaluation.case import Case
from qabot.evaluation.record import RunRecord, differences, read_record, record_path
from qabot.evaluation.result import Result, read_results


def kept_results(out: Path, record: RunRecord, cases: Sequence[Case]) -> dict[str, Result]:
    """The scored results in the file of a run that was cut short, by id; none where there is no file yet.

    Raises:
        CaseError: they are those of another run, or the file holds something else.
    """
    if not out.exists():
        return {}
    earlier = read_record(out)
    if earlier is None:
        raise CaseError(f"There is no {record_path(out)}, so it is not known what {out} is of. Leave out --resume.")
    if changed := differences(record, earlier):
        raise CaseError(f"{out} is of another run ({'; '.join(changed)}). Leave out --resume to begin anew.")
    ids = {case.case_id for case in cases}
    return {r.case.case_id: r for r in read_results(out) if r.scored and r.case.case_id in ids}


@contextmanager
def ledger(out: Path | None, kept: Mapping[str, Result], cases: Sequence[Case]) -> Iterator[Callable[[Result], None]]:
    """What writes each result to the file as soon as it is there. At the end all lines are in the order of the cases.

    Args:
        out: the file; None: nothing is written.
        kept: results of an earlier run, which stay in it.
        cases: in their order.

    Raises:
        QabotError: the file cannot be written, or holds something other than results.
    """
    if out is None:
        yield lambda _: None
        return
    _spare_other_files(out)
    order = {case.case_id: place for place, case in enumerate(cases)}
    written = list(kept)
    try:
        if kept:
            _rewrite(out, list(kept.values()))
        # By lines, so that what is done is kept, whatever comes.
        with out.open("a" if kept else "w", encoding="utf-8", errors="backslashreplace", buffering=1) as file:

            def write(result: Result) -> None:
                file.write(_line(result))
                written.append(result.case.case_id)

            yield write
        if out.is_file() and written != sorted(written, key=order.__getitem__):
            _rewrite(out, sorted(read_results(out), key=lambda result: order[result.case.case_id]))
    except OSError as error:
        reason = error.strerror or error
        raise QabotError(f"The results cannot be written to {out}: {reason}. Give --out another file.") from error


def _line(result: Result) -> str:
    # A lone surrogate, which JSON can hold and UTF-8 cannot, becomes JSON's own escape for it.
    return json.dumps(result.document(), ensure_ascii=False) + "\n"


def _rewrite(out: Path, results: Sequence[Result]) -> None:
    """Put these lines in place of the file's; whatever ends this, the file is the old one or the new one."""
    new = out.with_name(out.name + ".new")
    with new.open("w", encoding="utf-8", errors="backslashreplace") as file:
        file.writelines(map(_line, results))
    new.replace(out)


def _spare_other_files(out: Path) -> None:
    """Refuse to overwrite what is no file of results, such as the cases themselves."""
    if not out.is_file():  # not there, or a device
        return
    with suppress(OSError):  # what cannot be read cannot be written either, and that is said next
        first = out.read_text(encoding="utf-8", errors="replace").lstrip().split("\n", 1)[0]
        if first and '"correct": ' not in first:
            raise QabotError(f"{out} holds something other than results. Give --out another file, or remove this one.")
