"""Running cases through the bot: the same chain as ``ask``, unchanged."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from qabot.answering.answer import Answer
from qabot.answering.bot import Bot
from qabot.answering.conversation import Conversation
from qabot.errors import QabotError
from qabot.evaluation.case import Case
from qabot.evaluation.compare import compare
from qabot.evaluation.report import Report
from qabot.evaluation.result import Result, score
from qabot.render import error_line

Progress = Callable[[int, int, Result], None]
"""Called after each case with how many are done, how many there are, and the result."""


def evaluate(
    bot: Bot,
    cases: Sequence[Case],
    *,
    out: Path | None = None,
    baseline: Mapping[str, bool] | None = None,
    progress: Progress | None = None,
) -> Report:
    """Ask every case and score it.

    A case that ends in an error or a time-out is listed with it and left out of every mean. Interrupted (Ctrl-C), it
    reports what was done so far, with ``interrupted`` set.

    Args:
        bot: the bot.
        cases: from `load_cases`.
        out: file that every result is written to as soon as it is there, as JSON lines; overwritten.
        baseline: an earlier run to compare with, from `read_baseline` (read it first: it may be the same file).
        progress: called after each case.

    Raises:
        QabotError: ``out`` cannot be written.
    """
    results: list[Result] = []
    interrupted = False
    with _writer(out) as write:
        try:
            for number, case in enumerate(cases, start=1):
                result = run_case(bot, case)
                results.append(result)
                write(result)
                if progress:
                    progress(number, len(cases), result)
        except KeyboardInterrupt:
            interrupted = True
    return Report(
        results=tuple(results),
        comparison=None if baseline is None else compare(results, baseline),
        interrupted=interrupted,
    )


def run_case(bot: Bot, case: Case) -> Result:
    """Ask the turns of a case in one conversation and score the last answer."""
    try:
        return score(case, _converse(bot, case), bot.index.text)
    except Exception as error:  # noqa: BLE001 - nothing in one case may lose the run
        return Result(case, error=error_line(error))


def _converse(bot: Bot, case: Case) -> Answer:
    conversation = Conversation()
    for question in case.turns[:-1]:
        conversation = conversation.with_turn(bot.ask(question, conversation, scope=case.scope))
    return bot.ask(case.turns[-1], conversation, scope=case.scope)


@contextmanager
def _writer(out: Path | None) -> Iterator[Callable[[Result], None]]:
    if out is None:
        yield lambda _: None
        return
    _spare_other_files(out)
    try:
        # By lines, so that what is done is kept, whatever comes. A lone surrogate, which JSON can hold and UTF-8
        # cannot, becomes JSON's own escape for it.
        with out.open("w", encoding="utf-8", errors="backslashreplace", buffering=1) as file:
            yield lambda result: print(json.dumps(result.document(), ensure_ascii=False), file=file)
    except OSError as error:
        reason = error.strerror or error
        raise QabotError(f"The results cannot be written to {out}: {reason}. Give --out another file.") from error


def _spare_other_files(out: Path) -> None:
    """Refuse to overwrite what is no file of results, such as the cases themselves."""
    if not out.is_file():  # not there, or a device
        return
    with suppress(OSError):  # what cannot be read cannot be written either, and that is said next
        first = out.read_text(encoding="utf-8", errors="replace").lstrip().split("\n", 1)[0]
        if first and '"correct": ' not in first:
            raise QabotError(f"{out} holds something other than results. Give --out another file, or remove this one.")
