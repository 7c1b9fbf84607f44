"""A program in a pseudo-terminal, and the screen that a person would see."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pexpect
import pyte

ROOT = Path(__file__).parents[2]
SLOW_CHAT = [sys.executable, "-m", "tests.chat.slow_chat"]
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "LINES", "PAGER")},
    "TERM": "xterm-256color",
    "PYTHONUNBUFFERED": "1",
    "PYTHONUTF8": "1",
}


class Terminal:
    """A program in a pseudo-terminal.

    Attributes:
        process: the program.
        screen: what a person would see.
        raw: all that it wrote.
        patience: seconds that it is waited for.
    """

    patience = 120.0

    def __init__(
        self, command: Sequence[str], cwd: Path, environment: Mapping[str, str], columns: int = 80, rows: int = 24
    ) -> None:
        self.process = pexpect.spawn(
            command[0],
            list(command[1:]),
            cwd=str(cwd),
            env=dict(environment),
            dimensions=(rows, columns),
            encoding="utf-8",
        )
        self.process.delaybeforesend = None
        self.raw = ""
        self.screen = pyte.Screen(columns, rows)
        self.screen.write_process_input = self.process.send  # it is asked where its cursor is
        self._stream = pyte.Stream(self.screen)

    def expect(self, text: str) -> None:
        """Wait until this stands on the screen, however it was drawn."""
        self.wait(lambda: text in self.shown)

    def expect_prompt(self, typed: str = "") -> None:
        """Wait for a prompt with nothing but this typed behind it."""
        self.wait(lambda: self.typed == f"> {typed}".rstrip() and self.screen.cursor.x == 2 + len(typed))

    def type(self, keys: str) -> None:
        self.process.send(keys)

    def press(self, key: str, sign: str) -> None:
        """Press a key, once a second and as a person would, until its sign stands on the screen.

        Between writing a prompt and waiting for keys, Python's line editor notes a signal but heeds it at the next key.
        """
        pressed = 0.0

        def seen() -> bool:
            nonlocal pressed
            if sign not in self.shown and time.monotonic() > pressed + 1:
                self.type(key)
                pressed = time.monotonic()
            return sign in self.shown

        self.wait(seen)

    def ask(self, line: str, sign: str) -> None:
        """Type a line, and wait for this sign of its answer and the next prompt."""
        self.screen.reset()
        self.type(line + "\r")
        self.expect(sign)
        self.expect_prompt()

    def clear(self) -> None:
        """Forget what stands on the screen."""
        self.screen.reset()

    def resize(self, columns: int, rows: int = 24) -> None:
        self.screen.resize(rows, columns)
        self.process.setwinsize(rows, columns)

    def end(self) -> int:
        """Wait for the end; the exit code."""
        self.wait(lambda: False)
        self.process.close()
        return self.process.exitstatus if self.process.exitstatus is not None else -(self.process.signalstatus or 0)

    @property
    def typed(self) -> str:
        """The line in which the cursor stands."""
        return self.lines[self.screen.cursor.y]

    @property
    def shown(self) -> str:
        """What stands on the screen, wrapped lines put together."""
        return " ".join(line.strip() for line in self.lines if line.strip())

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self.screen.display]

    def wait(self, done: Callable[[], bool]) -> None:
        """Read what the program writes until this is so, or it ends."""
        end = time.monotonic() + self.patience
        while not done():
            try:
                new = self.process.read_nonblocking(4096, timeout=0.2)
            except pexpect.EOF:
                return
            except pexpect.TIMEOUT:
                assert time.monotonic() < end, "not seen; there is:\n" + "\n".join(self.lines)
                continue
            self.raw += new
            self._stream.feed(new)


@contextmanager
def slow_chat(
    folder: Path, *arguments: str, columns: int = 80, rows: int = 24, **environment: str
) -> Iterator[Terminal]:
    """The chat of `tests.chat.slow_chat`, with its prompt waited for."""
    with running(
        Terminal([*SLOW_CHAT, str(folder), *arguments], ROOT, {**ENVIRONMENT, **environment}, columns, rows)
    ) as chat:
        chat.expect_prompt()
        yield chat


@contextmanager
def running(terminal: Terminal) -> Iterator[Terminal]:
    """A program that is ended in any case."""
    try:
        yield terminal
    finally:
        if terminal.process.isalive():
            terminal.process.kill(signal.SIGKILL)
            terminal.process.wait()
        terminal.process.close()
