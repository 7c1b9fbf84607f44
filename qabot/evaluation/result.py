"""A Result: what was said to a case and what that is worth; the file of results that a run writes and others read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path
from typing import Any

from qabot.errors import CaseError, QabotError, writing
from qabot.evaluation.case import Case, parse_case
from qabot.evaluation.record import record_path
from qabot.evaluation.scoring import judge

_OURS = ("id", "correct", "cited", "tags", "scores", "why", "case", "error")


@dataclass(frozen=True)
class Result:
    """The outcome of a case: what was said and its score, or the error that kept it from being scored.

    Attributes:
        case: the case.
        said: the document of ``ask --json``; of one who only rewrites questions, its first two fields; None where an
            error came instead.
        correct: as of `qabot.evaluation.scoring.Judgement`, as are the three that follow.
        cited: whether the citations are as they must be.
        scores: by measure.
        why: in words, why it was scored so.
        error: one line; None where the case was scored.
    """

    case: Case
    said: Mapping[str, Any] | None = None
    correct: bool | None = None
    cited: bool | None = None
    scores: Mapping[str, float] = field(default_factory=dict)
    why: str = ""
    error: str | None = None

    @property
    def scored(self) -> bool:
        """True if the case counts in a mean."""
        return self.error is None

    @property
    def answered_or_declined(self) -> bool:
        """True if the question was put to the bot and came back (rather than only rewritten)."""
        return self.said is not None and "abstained" in self.said

    @property
    def abstained(self) -> bool:
        """True if the bot abstained."""
        return self.said is not None and bool(self.said.get("abstained"))

    @property
    def confidence(self) -> float:
        """The bot's, that it has the answer; 0 where it has not said."""
        return float(self.said.get("confidence", 0.0)) if self.said else 0.0

    @property
    def milliseconds(self) -> float | None:
        """Milliseconds that the scored turn took, where that is known."""
        return self.said.get("timings_ms", {}).get("total") if self.said else None

    def document(self) -> dict[str, Any]:
        """Return the result as JSON.

        It is all of ``ask --json``, and ``id``, ``correct``, ``cited``, ``tags``, ``scores``, ``why`` and ``case``.
        Of a case that could not be scored: ``id``, ``question``, ``error``, ``tags``, ``case``, and null for
        ``correct`` and ``cited``.
        """
        identified = {"id": self.case.case_id, **(self.said or {"question": self.case.turns[-1]})}
        outcome: dict[str, Any] = {"correct": self.correct, "cited": self.cited, "tags": list(self.case.tags)}
        if self.error is None:
            outcome |= {"scores": dict(self.scores), "why": self.why}
        else:
            outcome["error"] = self.error
        return {**identified, **outcome, "case": self.case.document()}


def score(case: Case, said: Mapping[str, Any], *, verbatim: bool) -> Result:
    """Return the result of what was said to a case; the arguments are those of `qabot.evaluation.scoring.judge`."""
    judgement = judge(case, said, verbatim=verbatim)
    return Result(case, said, judgement.correct, judgement.cited, judgement.scores, judgement.why)


def read_result(document: Mapping[str, Any]) -> Result:
    """Return the result that `Result.document` wrote.

    Raises:
        ValueError: the document is none.
    """
    try:
        case = parse_case(json.dumps(document["case"]))
        error = document.get("error")
        if error is not None:
            return Result(case, error=str(error))
        said = {key: value for key, value in document.items() if key not in _OURS}
        correct, cited, scores = document["correct"], document["cited"], read_scores(document["scores"])
        return Result(case, said, correct, cited, scores, str(document["why"]))
    except (CaseError, KeyError, TypeError, AttributeError) as problem:
        raise ValueError(f"no result: {problem}") from problem


def read_scores(scores: Any) -> dict[str, float]:
    """Return the scores of a result, by measure.

    Raises:
        TypeError, AttributeError: they are none.
    """
    return {str(name): value + 0.0 for name, value in scores.items()}


def read_results(path: Path) -> list[Result]:
    """Return the results in a file that ``qabot eval --out`` wrote; a last line that was cut off is passed over.

    Raises:
        CaseError: the file is missing, unreadable or no such file.
    """
    results = []
    for number, document, last in read_documents(path):
        try:
            results.append(read_result(document if isinstance(document, dict) else {}))
        except ValueError as error:
            if last:
                break
            raise CaseError(f"{path}:{number}: {error}. Name a file that `qabot eval --out` wrote.") from None
    return results


def read_documents(path: Path) -> list[tuple[int, Any, bool]]:
    """Return the JSON documents of a file's lines, each with its number and whether it is the last line.

    A line that is no JSON is None; the last one may have been cut off.

    Raises:
        CaseError: the file is missing or unreadable.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except FileNotFoundError:
        raise CaseError(f"There is no file {path}. Make one with: qabot eval --out {path}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise CaseError(f"{path} cannot be read: {error}. Make it anew with: qabot eval --out {path}") from error
    found = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                document = json.loads(line)
            except (ValueError, RecursionError):
                document = None
            found.append((number, document, number == len(lines)))  # every whole line ends in a line break
    return found


@contextmanager
def ledger(out: Path | None, kept: Mapping[str, Result], cases: Sequence[Case]) -> Iterator[Callable[[Result], None]]:
    """Yield what writes a result to the file at once. At the end all lines are in the order of the cases.

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
    with writing(out, "Give --out another file."):
        if kept:
            _rewrite(out, list(kept.values()))
        # By lines, so that what is done is kept, whatever comes.
        file = out.open("a" if kept else "w", encoding="utf-8", errors="backslashreplace", buffering=1)

    def write(result: Result) -> None:
        with writing(out, "Give --out another file."):
            file.write(_line(result))
        written.append(result.case.case_id)

    try:
        yield write
    finally:
        with writing(out, "Give --out another file."):
            file.close()
    if out.is_file() and written != sorted(written, key=order.__getitem__):
        with writing(out, "Give --out another file."):
            _rewrite(out, sorted(read_results(out), key=lambda result: order[result.case.case_id]))


def _line(result: Result) -> str:
    # A lone surrogate, which JSON can hold and UTF-8 cannot, becomes JSON's own escape for it.
    return json.dumps(result.document(), ensure_ascii=False) + "\n"


def _rewrite(out: Path, results: Sequence[Result]) -> None:
    """Put these lines in place of the file's; whatever ends this, the file is the old one or the new one."""
    new = out.with_name(out.name + ".new")
    with new.open("w", encoding="utf-8", errors="backslashreplace") as file:
        file.writelines(map(_line, results))
    new.replace(out)


def set_aside(out: Path) -> Path | None:
    """Rename the results of an earlier run and their record, so that the next run overwrites none.

    Returns:
        What they are called now; None where there are none.

    Raises:
        QabotError: the file holds something other than results, or cannot be renamed.
    """
    _spare_other_files(out)
    if not out.is_file() or not out.stat().st_size:
        return None
    names = chain(["before"], (f"before-{number}" for number in count(2)))
    kept = next(
        path
        for path in (out.with_name(f"{out.stem}.{name}{out.suffix}") for name in names)
        if not (path.exists() or record_path(path).exists())
    )
    try:
        out.replace(kept)
        if record_path(out).is_file():
            record_path(out).replace(record_path(kept))
    except OSError as error:
        raise QabotError(f"{out} cannot be renamed: {error.strerror or error}. Give --out another file.") from error
    return kept


def _spare_other_files(out: Path) -> None:
    """Refuse to overwrite what is no file of results, such as the cases themselves."""
    if not out.is_file():  # not there, or a device
        return
    with suppress(OSError):  # what cannot be read cannot be written either, and that is said next
        first = out.read_text(encoding="utf-8", errors="replace").lstrip().split("\n", 1)[0]
        if first and '"correct": ' not in first:
            raise QabotError(f"{out} holds something other than results. Give --out another file, or remove this one.")
