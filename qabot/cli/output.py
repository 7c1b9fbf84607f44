"""What commands write: documents and text to standard output, notices and progress to standard error."""

from __future__ import annotations

import json
import logging
import sys
import time
from contextlib import suppress
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from qabot.render.notice import notice

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from qabot.evaluation.result import Result
    from qabot.settings import Settings
    from qabot.store.location import Location

_PLAIN_EVERY_SECONDS = 5.0
_BAR_COLUMNS = 76  # that a line needs without its detail


def tell_starter(settings: Settings) -> None:
    """Say where it is the starter articles that answer."""
    from qabot.store.location import is_starter, locate

    if not settings.chroma and is_starter(locate(settings.index).folder):
        notice("Answering from the starter articles that come with qabot. Your own: qabot index PATH_OR_URL")


class Warnings(logging.Handler):
    """Writes qabot's warnings as notices, each on a line of its own whatever line is being redrawn."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one."""
        from qabot.render.screen import Status
        from qabot.render.text import plain

        with suppress(OSError), Status.aside():  # nobody may listen
            notice(plain(record.getMessage()))


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
    """Shows how far something is, on standard error: bars on a terminal, elsewhere a line every few seconds.

    Lines also where it is to be plain. Shows nothing before it is first told; from then on the bars move, whether or
    not there is news.
    """

    _doing = ""

    def __init__(self, *, plain: bool = False) -> None:
        self._plain = plain
        self._bar: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._lock = Lock()
        self._last_line = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def _show(self, done: int, total: int, detail: str, line: str, doing: str | None = None) -> None:
        """Show a state.

        Args:
            done: how many are done.
            total: how many there are; 0: that is not known.
            detail: what stands behind the bar.
            line: what is written where there is no bar; none where it is empty.
            doing: what is being done, which has a bar of its own; None: what is usually done.
        """
        from qabot.render.screen import styled

        now = time.monotonic()
        with self._lock:
            if styled(sys.stderr) and not self._plain:
                self._move_bar(doing or self._doing, done, total, detail)
            elif line and now - self._last_line >= _PLAIN_EVERY_SECONDS:
                self._last_line = now
                notice(line)

    def _move_bar(self, doing: str, done: int, total: int, detail: str) -> None:
        self._bar = self._bar or _bars()
        if doing not in self._tasks:
            for other, task in list(self._tasks.items()):
                if self._bar.tasks[self._bar.task_ids.index(task)].total is None:  # which nobody says the end of
                    self._bar.remove_task(self._tasks.pop(other))
            self._tasks[doing] = self._bar.add_task(doing, total=total or None, detail="", counted="")
        room = max(0, self._bar.console.width - _BAR_COLUMNS)
        shown: dict[str, Any] = {
            "detail": detail[-room:] if room else "",
            "counted": f"{done:,}/{total:,}" if total else "",
        }
        self._bar.update(self._tasks[doing], completed=done, total=total or None, **shown)


def _bars() -> Progress:
    """Return bars that are redrawn ten times a second and gone at the end."""
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

    from qabot.render.screen import console

    bars = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=16),
        TextColumn("{task.fields[counted]}", markup=False),
        TimeRemainingColumn(),
        TextColumn("{task.fields[detail]}", markup=False, style="dim"),
        console=console(sys.stderr),
        transient=True,
    )
    bars.start()
    return bars


class IndexProgress(_Progress):
    """How far indexing is.

    Called with how many articles and sources are done, how many there are as far as is known, and which one it is
    about; told of stages as a `qabot.store.records.StageProgress` is.
    """

    _doing = "Articles"

    def __init__(self, location: Location | None = None, *, plain: bool = False) -> None:
        """Begin; where the index at ``location`` is made now, that is said first."""
        super().__init__(plain=plain)
        self._began: dict[str, float] = {}
        self._made = None if location is None or location.built else location.folder
        self._indexing = False

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        if kind is KeyboardInterrupt and self._indexing:
            from qabot.errors import StoppedError

            kept = "what was stored until then is kept. Go on with the same command: only what is missing is done."
            raise StoppedError(kept) from error

    def __call__(self, done: int, total: int, what: str) -> None:
        """Show this state."""
        from qabot.render.text import plain

        self._indexing = True
        if self._made:
            notice(
                f"Making an index in {plain(str(self._made))}: articles are read, cut into passages and embedded, and "
                "the embedding model is prepared, once. That takes about a minute, and some ten seconds more for every "
                "hundred articles; later only what changed is read."
            )
            self._made = None
        what = plain(what)
        self._show(done, total, what, f"Indexing: {done} of {total}: {what}" if what else "")

    def stage(self, doing: str, done: int = 0, total: int = 0) -> None:
        """Show a stage."""
        began = self._began.setdefault(doing, time.monotonic())
        line = f"{doing}: {done:,} of {total:,}" if total else f"{doing} ..."
        if 0 < done < total:
            line += f", {(time.monotonic() - began) * (total - done) / done:.0f} s left"
        self._show(done, total, "", line, doing)


def index_progress(settings: Settings, *, plain: bool = False) -> IndexProgress:
    """Return what shows how an index is made; say on standard error where it is the starter articles that answer."""
    from qabot.store.location import locate

    tell_starter(settings)
    return IndexProgress(None if settings.chroma else locate(settings.index), plain=plain)


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
