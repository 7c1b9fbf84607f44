"""How far ``qabot eval`` is, on standard error: a bar on a terminal, elsewhere a line now and then."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from qabot.cli.output import notice

if TYPE_CHECKING:
    from rich.progress import Progress

    from qabot.evaluation.result import Result

_PLAIN_EVERY_SECONDS = 5.0


class EvalProgress:
    """Called after each case with how many are done, how many there are, and its result. Shows nothing before."""

    def __init__(self) -> None:
        self._bar: Progress | None = None
        self._task: Any = None
        self._began = self._last_line = time.monotonic()
        self._seen = self._right = self._judged = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def __call__(self, done: int, total: int, result: Result) -> None:
        """Show this state."""
        from qabot.chat.screen import styled

        self._seen += 1
        self._judged += result.correct is not None
        self._right += bool(result.correct)
        if styled(sys.stderr):
            self._show_bar(done, total)
        else:
            self._show_line(done, total)

    def _so_far(self) -> str:
        return f"{self._right} of {self._judged} right" if self._judged else ""

    def _show_bar(self, done: int, total: int) -> None:
        if not self._bar:
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            from qabot.chat.screen import console

            columns = (
                TextColumn("Asking"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                TextColumn("{task.fields[so_far]}", markup=False, style="dim"),
            )
            self._bar = Progress(*columns, console=console(sys.stderr), transient=True)
            self._task = self._bar.add_task("", total=total, completed=done, so_far="")
            self._bar.start()
        self._bar.update(self._task, completed=done, so_far=self._so_far())

    def _show_line(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._last_line < _PLAIN_EVERY_SECONDS:
            return
        self._last_line = now
        left = (total - done) * (now - self._began) / self._seen
        notice(", ".join(part for part in (f"{done} of {total}", self._so_far(), f"{left:.0f} s left") if part))
