"""What can be shown where, and an answer shown as it comes."""

from __future__ import annotations

import codecs
import os
import shlex
import shutil
import subprocess
import sys
import unicodedata
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import TextIO

from rich.console import Console
from rich.text import Text

from qabot.answering.answer import Answer
from qabot.chat.status import Status
from qabot.chat.wrapping import WordWriter
from qabot.errors import QabotError
from qabot.render import notes, plain

_INDENT = 4  # columns below the text of a source's note
_LETTERS = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "•": "*"})


def styled(stream: TextIO) -> bool:
    """Whether colour, hyperlinks and moving parts are welcome: on a terminal, unless the environment says no."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def linked(stream: TextIO) -> bool:
    """Whether hyperlinks are welcome and do no harm: a few terminals print or choke on what they should skip."""
    old_vte = os.environ.get("VTE_VERSION", "").isdigit() and int(os.environ["VTE_VERSION"]) < 5000
    return styled(stream) and not old_vte and os.environ.get("TERM") not in ("linux", "eterm", "eterm-color")


def console(stream: TextIO, *, plain: bool = False) -> Console:
    """A console that colours only where `styled` says so, whatever else the environment asks of rich."""
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
        drawn: whether standard output is a terminal on which text may be styled and shown as it comes.
    """

    def __init__(self, *, plain: bool = False) -> None:
        """Take the standard streams.

        Args:
            plain: nothing is styled, moved in, shown in part or drawn twice: for screen readers.
        """
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors=_READABLE)
        self.out = console(sys.stdout, plain=plain)
        self.err = console(sys.stderr, plain=plain)
        self._plain = plain
        self.drawn = self.out.is_terminal and not plain

    def show(self, text: Text | str = "", *, indent: int = 0) -> None:
        """Write to standard output: wrapped at words on a terminal; off one plain, however long the lines are.

        Args:
            text: what to write.
            indent: columns by which all lines that wrapping makes but the first are moved in.
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
        """Write one line to standard error."""
        if self.err.is_terminal:
            self.err.print(plain(message))
        else:
            sys.stderr.write(plain(message) + "\n")
            sys.stderr.flush()

    def status(self, message: str) -> Status:
        """Say what is being done, until the status is stopped or something is shown in its place."""
        return Status(sys.stderr, message, moves=not self._plain and os.environ.get("TERM") != "dumb")

    def copy(self, text: str) -> None:
        """Hand a text to the terminal for the clipboard (OSC 52), which works over ssh too.

        Raises:
            QabotError: standard output is no terminal that may be asked.
        """
        if not self.out.is_terminal or os.environ.get("TERM") == "dumb":
            raise QabotError(
                "There is no terminal with a clipboard here. /save FILE.md writes the conversation to a file."
            )
        sys.stdout.write(f"\x1b]52;c;{b64encode(text.encode('utf-8', 'replace')).decode()}\x07")
        sys.stdout.flush()

    def page(self, text: Text, *, at: str) -> None:
        """Show a text that may be longer than the screen: there in a pager, opened where ``at`` stands.

        The pager is what PAGER names, else ``less``; where there is none, the text is simply shown.
        """
        command = shlex.split(os.environ.get("PAGER") or "less")
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
        subprocess.run(command, input=captured.get(), text=True, encoding=sys.stdout.encoding, errors="replace")

    def answer(
        self,
        pieces: Iterator[str | Answer],
        complete: Callable[[Answer], None] = lambda _: None,
        *,
        waiting: str = "Reading the articles",
    ) -> Answer:
        """Show an answer, on a terminal as it comes, then its sources.

        Args:
            pieces: text in pieces, the whole `Answer` last, as `Bot.stream` gives them. Closed in any case, which
                ends a language model's request when a person interrupts.
            complete: called with the whole answer as soon as it is there, before its sources are shown.
            waiting: says what is being done until the first piece is there.
        """
        with self.status(waiting) as status:
            answer, shown = self._stream(pieces, status)
        try:
            complete(answer)
        finally:
            if shown.split() != plain(answer.text).split():
                self.show(Text(plain(answer.text).strip()))
            self.sources(answer)
            if answer.notice:
                self.notice(answer.notice)
        return answer

    def sources(self, answer: Answer) -> None:
        """Show an empty line and the notes below an answer, if it has any."""
        found = notes(answer, short=self.drawn and linked(sys.stdout))
        if found:
            self.show()
        for note in found:
            if not linked(sys.stdout):
                note = _unlinked(note)
            self.show(note, indent=_INDENT if answer.citations else 2)

    def _stream(self, pieces: Iterator[str | Answer], status: Status) -> tuple[Answer, str]:
        writer = WordWriter(sys.stdout, lambda: self.out.width) if self.drawn else None
        with closing(pieces):  # type: ignore[type-var]  # Bot.stream is a generator; its type promises an iterator
            for piece in pieces:
                if isinstance(piece, Answer):
                    status.stop()
                    return piece, writer.end() if writer else ""
                if writer and piece:
                    status.stop()
                    writer.write(plain(piece))
        raise RuntimeError("the stream ended without an answer")


def _unlinked(text: Text) -> Text:
    """The text without its hyperlinks."""
    text = text.copy()
    text.spans = [
        span if isinstance(span.style, str) else span._replace(style=span.style.update_link(None))
        for span in text.spans
    ]
    return text


def _readable(error: UnicodeError) -> tuple[str, int]:
    """What stands for characters that the output's encoding has not: the nearest ones of ASCII, else question marks."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end].translate(_LETTERS)
    base = "".join(each for each in unicodedata.normalize("NFKD", missing) if not unicodedata.combining(each))
    return "".join(each if each.isascii() else "?" for each in base), error.end


_READABLE = "qabot.readable"
codecs.register_error(_READABLE, _readable)
