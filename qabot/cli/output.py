"""Standard output and standard error, as the contract has them."""

from __future__ import annotations

import json
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from rich.progress import Progress

_PLAIN_EVERY_SECONDS = 5.0


def notice(message: str) -> None:
    """One line on standard error."""
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()


def write(text: str) -> None:
    """Text to standard output, exactly."""
    sys.stdout.write(text)


def print_json(document: object) -> None:
    """One JSON document on standard output; escaped where the output's encoding has not all its characters."""
    text = json.dumps(document, ensure_ascii=False, indent=2)
    try:
        text.encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        text = json.dumps(document, indent=2)
    write(text + "\n")


class IndexProgress:
    """Shows how far indexing is, on standard error: a bar on a terminal, elsewhere a line every few seconds.

    Called with how many articles and sources are done, how many there are as far as is known, and which one it is
    about. Shows nothing before the first call.
    """

    def __init__(self) -> None:
        self._bar: Progress | None = None
        self._task: Any = None
        self._last_line: float | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def __call__(self, done: int, total: int, what: str) -> None:
        """Show this state."""
        from qabot.chat.screen import styled

        if styled(sys.stderr):
            self._show_bar(done, total, what)
        else:
            self._show_line(done, total, what)

    def _show_bar(self, done: int, total: int, what: str) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        from qabot.chat.screen import console
        from qabot.render import plain

        if not self._bar:
            columns = (
                TextColumn("Indexing"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                TextColumn("{task.fields[what]}", markup=False, style="dim"),
            )
            self._bar = Progress(*columns, console=console(sys.stderr), transient=True)
            self._task = self._bar.add_task("", total=total, what="")
            self._bar.start()
        self._bar.update(self._task, completed=done, total=total, what=plain(what)[-40:])

    def _show_line(self, done: int, total: int, what: str) -> None:
        from qabot.render import plain

        now = time.monotonic()
        if self._last_line is None:
            self._last_line = now
        if now - self._last_line >= _PLAIN_EVERY_SECONDS and what:
            self._last_line = now
            notice(f"Indexing: {done} of {total}: {plain(what)}")
