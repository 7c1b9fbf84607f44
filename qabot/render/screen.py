"""The terminal: what it can show, an answer as it comes, a pager, a line that says what is being done."""

from __future__ import annotations

import codecs
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
import unicodedata
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from threading import Event, RLock, Thread
from types import TracebackType
from typing import ClassVar, Self, TextIO

from rich.console import Console
from rich.text import Text
from wcwidth import clip, wcswidth

from qabot.answering.answer import Answer
from qabot.errors import QabotError
from qabot.render.answer import notes, told_text, understood_as
from qabot.render.notice import notice
from qabot.render.text import plain
from qabot.settings import EXTRACTIVE

_INDENT = 4  # columns below the text of a source's note
_LETTERS = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "•": "*"})


def styled(stream: TextIO) -> bool:
    """True if colour, hyperlinks and moving parts are welcome: on a terminal, unless the environment says no."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and not _is_dumb()


def _is_dumb() -> bool:
    """True if the terminal can do nothing but write one line below the other."""
    return os.environ.get("TERM") == "dumb"


def linked(stream: TextIO) -> bool:
    """True if hyperlinks are welcome and do no harm: a few terminals print them or hang on them."""
    old_vte = os.environ.get("VTE_VERSION", "").isdigit() and int(os.environ["VTE_VERSION"]) < 5000
    return styled(stream) and not old_vte and os.environ.get("TERM") not in ("linux", "eterm", "eterm-color")


def console(stream: TextIO, *, plain: bool = False) -> Console:
    """Return a console that colours only where `styled` says so, whatever else the environment asks of rich."""
    lively = styled(stream) and not plain
    return Console(
        file=stream,
        force_terminal=stream.isatty(),
        force_interactive=lively,
        color_system="auto" if lively else None,
        no_color=not lively,
        highlight=False,
        markup=False,
        emoji=False,
    )


class Screen:
    """Standard output for what was asked for, standard error for everything else.

    Attributes:
        out: the console of standard output.
        err: the console of standard error.
        drawn: true if standard output is a terminal on which text may be styled and shown as it comes.
    """

    def __init__(self, *, plain: bool = False) -> None:
        """Take the standard streams.

        Args:
            plain: true for screen readers: nothing is styled, indented, shown in part or drawn twice.
        """
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors=_READABLE)
        self.out = console(sys.stdout, plain=plain)
        self.err = console(sys.stderr, plain=plain)
        self._still = plain or _is_dumb()
        self.drawn = self.out.is_terminal and not self._still

    def show(self, text: Text | str = "", *, indent: int = 0) -> None:
        """Write to standard output: wrapped at words on a terminal, elsewhere plain and unwrapped.

        Args:
            text: what to write.
            indent: columns by which wrapping indents all lines but the first.
        """
        if not self.out.is_terminal:
            sys.stdout.write(f"{text}\n")
            sys.stdout.flush()
        elif self.drawn and isinstance(text, Text) and self.out.width > 3 * indent > 0:
            lines = text.wrap(self.out, self.out.width - indent)
            self.out.print(Text("\n" + " " * indent).join(lines), soft_wrap=True)
        else:
            self.out.print(text)

    def notice(self, message: str) -> None:
        """Write lines to standard error."""
        notice(plain(message))

    def status(self, message: str) -> Status:
        """Show on standard error what is being done, until the status is stopped."""
        return Status(sys.stderr, message, moves=not self._still)

    def copy(self, text: str) -> None:
        """Ask the terminal to put a text into the clipboard (OSC 52), which works over ssh too.

        Raises:
            QabotError: standard output is no terminal that can do it.
        """
        if not self.out.is_terminal or _is_dumb():
            raise QabotError(
                "There is no terminal with a clipboard here. /save FILE.md writes the conversation to a file."
            )
        sys.stdout.write(f"\x1b]52;c;{b64encode(text.encode('utf-8', 'replace')).decode()}\x07")
        sys.stdout.flush()

    def page(self, text: Text, *, at: str) -> None:
        """Show a text; where it is longer than the screen, in a pager that opens where ``at`` stands.

        The pager is the one that PAGER names, else ``less``; where there is none, the text is shown as by `show`.
        """
        command = _pager()
        if not (self.drawn and sys.stdin.isatty() and command and shutil.which(command[0])):
            self.show(text)
            return
        lines = text.wrap(self.out, self.out.width)
        if len(lines) < self.out.height - 1:
            self.show(text)
            return
        with self.out.capture() as captured:
            self.out.print(Text("\n").join(lines), soft_wrap=True)
        if command[0].endswith("less"):
            line = next((number for number, each in enumerate(lines, 1) if at in each.plain), 1)
            command += ["-R", f"+{max(1, line - self.out.height // 3)}"]
        # Ctrl-C is the pager's: killed for it, less would leave the terminal on its own screen, without echo.
        before = signal.signal(signal.SIGINT, lambda _signal, _frame: None)
        try:
            subprocess.run(command, input=captured.get(), text=True, encoding=sys.stdout.encoding, errors="replace")
        finally:
            signal.signal(signal.SIGINT, before)

    def answer(
        self,
        pieces: Iterator[str | Answer],
        complete: Callable[[Answer], None],
        *,
        model: str,
        seconds: float | None,
    ) -> Answer:
        """Show how a question was understood, if not as it was asked, the answer and its sources.

        On a terminal a language model's answer is shown as it comes, and how its question was understood below it.

        Args:
            pieces: text in pieces, the whole `Answer` last, as `Bot.stream` yields them. The generator is closed in any
                case, which ends a language model's request when a person interrupts.
            complete: called with the whole answer, before its sources are shown.
            model: who writes it; that it is reading is shown until the first piece is there.
            seconds: how long a language model has for its first word; None: that is not told.
        """
        extractive = model == EXTRACTIVE
        reading = "Reading the articles" if extractive else f"{model} is reading the articles"
        has = f". It has {seconds:g} seconds to begin" if seconds else ""
        with self.status(f"{reading}{has}") as status:
            answer, shown = self._stream(pieces, status, drawn=self.drawn and not extractive)
        try:
            complete(answer)
        finally:
            if understood := understood_as(answer):
                self.notice(understood)
            if shown.split() != plain(answer.text).split():
                self.show(told_text(answer))
            self.sources(answer)
            if answer.notice:
                self.notice(answer.notice)
        return answer

    def sources(self, answer: Answer) -> None:
        """Show an empty line and the notes of an answer, if it has any."""
        found = notes(answer, short=self.drawn and linked(sys.stdout))
        if found:
            self.show()
        for note in found:
            if not linked(sys.stdout):
                note = _unlinked(note)
            self.show(note, indent=_INDENT if answer.citations else 2)

    def _stream(self, pieces: Iterator[str | Answer], status: Status, *, drawn: bool) -> tuple[Answer, str]:
        """Return the answer, and what of its text was shown already: all of it where it is drawn as it comes."""
        writer = WordWriter(sys.stdout, lambda: self.out.width) if drawn else None
        with closing(pieces):  # type: ignore[type-var]  # Bot.stream is a generator; its type promises an iterator
            try:
                for piece in pieces:
                    if isinstance(piece, Answer):
                        status.stop()
                        return piece, writer.end() if writer else ""
                    if writer and piece:
                        status.stop()
                        writer.write(plain(piece))
            except Exception:
                if writer:  # what broke off stays, and the error begins a line
                    writer.end()
                raise
        raise RuntimeError("the stream ended without an answer")


def _pager() -> list[str]:
    """Return the command of the pager; none where PAGER is no command line."""
    try:
        return shlex.split(os.environ.get("PAGER") or "less")
    except ValueError:
        return []


def _unlinked(text: Text) -> Text:
    """Return a text without its hyperlinks."""
    text = text.copy()
    text.spans = [
        span if isinstance(span.style, str) else span._replace(style=span.style.update_link(None))
        for span in text.spans
    ]
    return text


def _readable(error: UnicodeError) -> tuple[str, int]:
    """Return ASCII for what the output's encoding lacks (question marks where nothing is near), and where to go on."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end].translate(_LETTERS)
    base = "".join(each for each in unicodedata.normalize("NFKD", missing) if not unicodedata.combining(each))
    return "".join(each if each.isascii() else "?" for each in base), error.end


_READABLE = "qabot.readable"
codecs.register_error(_READABLE, _readable)


class WordWriter:
    """Writes text that comes in pieces, each word as soon as it is whole, and wraps lines at words."""

    def __init__(self, stream: TextIO, width: Callable[[], int]) -> None:
        """Take the stream to write to and a function that returns its width now, in columns."""
        self._stream = stream
        self._width = width
        self._column = 0
        self._space = ""  # written before the next word, unless that begins a line
        self._unfinished = ""
        self._shown: list[str] = []

    def write(self, piece: str) -> None:
        """Take a piece of text and write the words that are whole now."""
        self._shown.append(piece)
        *tokens, self._unfinished = re.findall(r"\s+|\S+", self._unfinished + piece) or [""]
        self._emit(tokens)

    def end(self) -> str:
        """Write the rest and a line end; return all text that was taken."""
        self._emit([self._unfinished.strip()])
        self._unfinished = ""
        if self._shown:
            self._stream.write("\n")
            self._stream.flush()
        return "".join(self._shown)

    def _emit(self, tokens: list[str]) -> None:
        width = max(self._width(), 1)
        for token in tokens:
            if "\n" in token:
                self._stream.write("\n" * token.count("\n"))
                self._column, self._space = 0, ""
            elif token.isspace():
                self._space = " " if self._column else ""
            elif token:
                columns = max(wcswidth(token), 1)
                if self._column and self._column + len(self._space) + columns > width:
                    self._column, self._space = 0, "\n"
                self._stream.write(self._space + token)
                self._column += columns + (self._space == " ")
                if self._column > width:  # the terminal has broken a word that is longer than a line
                    self._column = (self._column - 1) % width + 1
                self._space = ""
        self._stream.flush()


_CLEAR = "\r\x1b[K"
_SLOW = 2.0  # seconds from which on it says how long it has taken
_TICK = 0.5
_LINE_EVERY = 10.0  # seconds between two lines where nothing may move


class Status:
    """A line on a terminal that says what is being done until it is stopped; elsewhere nothing.

    Where nothing may move, each message is an ordinary line that stays.
    """

    _drawn: ClassVar[Status | None] = None  # the one whose line is being redrawn

    def __init__(self, stream: TextIO, message: str, *, moves: bool = True) -> None:
        """Show the line.

        Args:
            stream: the terminal; nothing is written where it is none.
            message: what is being done.
            moves: true if the line may be redrawn and removed.
        """
        self._stream, self._message = stream, message
        self._moves = moves and stream.isatty()
        self._started = time.monotonic()
        self._lock = RLock()
        self._stopped = Event()
        if self._moves:
            Status._drawn = self
            self._draw()
            Thread(target=self._tick, name="status", daemon=True).start()
        else:
            self._line_due = self._started
            self._write_line()

    def tell(self, message: str) -> None:
        """Replace the message."""
        if message == self._message or self._stopped.is_set():
            return
        self._message = message
        if self._moves:
            self._draw()
        else:
            self._write_line()

    def stop(self) -> None:
        """Remove the line, if it is not removed yet."""
        with self._lock:
            if not self._stopped.is_set() and self._moves:
                self._clear()
            self._stopped.set()
            if Status._drawn is self:
                Status._drawn = None

    @classmethod
    @contextmanager
    def aside(cls) -> Iterator[None]:
        """Take the line that is being redrawn away, if there is one, while the block writes lines of its own."""
        drawn = cls._drawn
        if drawn is None:
            yield
            return
        with drawn._lock:
            if not drawn._stopped.is_set():
                drawn._clear()
            yield
            drawn._draw()

    def _clear(self) -> None:
        self._stream.write(_CLEAR)
        self._stream.flush()

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
                self._stream.write(_CLEAR + clip(line, 0, shutil.get_terminal_size().columns - 1))
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
