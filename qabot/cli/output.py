"""What commands write: documents and text to standard output, notices and progress to standard error."""

from __future__ import annotations

import json
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from rich.progress import Progress

    from qabot.evaluation.result import Result

_PLAIN_EVERY_SECONDS = 5.0


def notice(message: str) -> None:
    """Write one line to standard error."""
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()


def write(text: str) -> None:
    """Write text to standard output as it is."""
    sys.stdout.write(text)


def print_json(document: object) -> None:
    """Write one JSON document to standard output; escape characters if the encoding lacks some."""
    text = json.dumps(document, ensure_ascii=False, indent=2)
    try:
        text.encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        text = json.dumps(document, indent=2)
    write(text + "\n")


class _Progress:
    """Shows how far something is, on standard error: a bar on a terminal, elsewhere a line every few seconds.

    Shows nothing before it is first told.
    """

    _doing = ""

    def __init__(self) -> None:
        self._bar: Progress | None = None
        self._task: Any = None
        self._last_line = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def _show(self, done: int, total: int, detail: str, line: str) -> None:
        """Show a state.

        Args:
            done: how many are done.
            total: how many there are.
            detail: what stands behind the bar.
            line: what is written where there is no bar; none where it is empty.
        """
        from qabot.render.screen import styled

        now = time.monotonic()
        if styled(sys.stderr):
            self._move_bar(done, total, detail)
        elif line and now - self._last_line >= _PLAIN_EVERY_SECONDS:
            self._last_line = now
            notice(line)

    def _move_bar(self, done: int, total: int, detail: str) -> None:
        if not self._bar:
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            from qabot.render.screen import console

            columns = (
                TextColumn(self._doing),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                TextColumn("{task.fields[detail]}", markup=False, style="dim"),
            )
            self._bar = Progress(*columns, console=console(sys.stderr), transient=True)
            self._task = self._bar.add_task("", total=total, completed=done, detail="")
            self._bar.start()
        self._bar.update(self._task, completed=done, total=total, detail=detail)


class IndexProgress(_Progress):
    """How far indexing is.

    Called with how many articles and sources are done, how many there are as far as is known, and which one it is
    about.
    """

    _doing = "Indexing"

    def __call__(self, done: int, total: int, what: str) -> None:
        """Show this state."""
        from qabot.render.text import plain

        what = plain(what)
        self._show(done, total, what[-40:], f"Indexing: {done} of {total}: {what}" if what else "")


class EvalProgress(_Progress):
    """How far an evaluation is: called after each case with how many are done, how many there are, and its result."""

    _doing = "Asking"

    def __init__(self) -> None:
        super().__init__()
        self._began = self._last_line
        self._seen = self._right = self._judged = 0

    def __call__(self, done: int, total: int, result: Result) -> None:
        """Show this state."""
        self._seen += 1
        self._judged += result.correct is not None
        self._right += bool(result.correct)
        so_far = f"{self._right} of {self._judged} right" if self._judged else ""
        left = (total - done) * (time.monotonic() - self._began) / self._seen
        line = ", ".join(part for part in (f"{done} of {total}", so_far, f"{left:.0f} s left") if part)
        self._show(done, total, so_far, line)
