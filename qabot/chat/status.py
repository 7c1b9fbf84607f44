"""One line on a terminal that says what is being done, until there is something to show."""

from __future__ import annotations

import shutil
import time
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Self, TextIO

_CLEAR = "\r\x1b[K"
_SLOW = 2.0  # seconds from which on it says how long it has taken
_TICK = 0.5
_LINE_EVERY = 10.0  # seconds between two lines where nothing may move


class Status:
    """A line that is drawn at once and taken away when it is stopped; off a terminal nothing.

    Where nothing may move it is an ordinary line, written once and left.
    """

    def __init__(self, stream: TextIO, message: str, *, moves: bool = True) -> None:
        """Show the line.

        Args:
            stream: where to; nothing is written where that is no terminal.
            message: what is being done.
            moves: whether the line may be drawn anew and taken away.
        """
        self._stream, self._message = stream, message
        self._moves = moves and stream.isatty()
        self._started = time.monotonic()
        self._lock = Lock()
        self._stopped = Event()
        if self._moves:
            self._draw()
            Thread(target=self._tick, name="status", daemon=True).start()
        else:
            self._line_due = self._started
            self._write_line()

    def tell(self, message: str) -> None:
        """Say that something else is being done now."""
        if message == self._message or self._stopped.is_set():
            return
        self._message = message
        if self._moves:
            self._draw()
        else:
            self._write_line()

    def stop(self) -> None:
        """Take the line away; doing so twice is no harm."""
        with self._lock:
            if not self._stopped.is_set() and self._moves:
                self._stream.write(_CLEAR)
                self._stream.flush()
            self._stopped.set()

    def _write_line(self) -> None:
        if self._stream.isatty() and time.monotonic() >= self._line_due:
            self._line_due = time.monotonic() + _LINE_EVERY
            self._stream.write(f"{self._message}.\n")
            self._stream.flush()

    def _draw(self) -> None:
        spent = time.monotonic() - self._started
        line = f"{self._message}..." + (f" {spent:.0f} s" if spent >= _SLOW else "")
        with self._lock:
            if not self._stopped.is_set():
                self._stream.write(_CLEAR + line[: shutil.get_terminal_size().columns - 1])
                self._stream.flush()

    def _tick(self) -> None:
        while not self._stopped.wait(_TICK):
            if time.monotonic() - self._started >= _SLOW:
                self._draw()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
