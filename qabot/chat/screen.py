"""What can be shown where, and an answer shown as it comes."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import TextIO

from rich.console import Console
from rich.text import Text
from wcwidth import wcswidth

from qabot.answering.answer import Answer
from qabot.render import notes_text, plain


def styled(stream: TextIO) -> bool:
    """Whether colour, hyperlinks and moving parts are welcome: on a terminal, unless the environment says no."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def console(stream: TextIO) -> Console:
    """A console that colours only where `styled` says so, whatever else the environment asks of rich."""
    return Console(
        file=stream,
        force_terminal=stream.isatty(),
        force_interactive=styled(stream),
        color_system="auto" if styled(stream) else None,
        no_color=not styled(stream),
        highlight=False,
        markup=False,
        emoji=False,
    )


class Screen:
    """Standard output for what was asked for, standard error for everything else."""

    def __init__(self) -> None:
        self.out = console(sys.stdout)
        self.err = console(sys.stderr)

    def show(self, text: Text | str = "") -> None:
        """Write to standard output: wrapped at words on a terminal; off one plain, however long the lines are."""
        if self.out.is_terminal:
            self.out.print(text)
        else:
            sys.stdout.write(f"{text}\n")

    def notice(self, message: str) -> None:
        """Write one line to standard error."""
        if self.err.is_terminal:
            self.err.print(plain(message))
        else:
            sys.stderr.write(plain(message) + "\n")
            sys.stderr.flush()

    def answer(self, pieces: Iterator[str | Answer], complete: Callable[[Answer], None] = lambda _: None) -> Answer:
        """Show an answer, on a terminal as it comes, then its sources.

        Args:
            pieces: text in pieces, the whole `Answer` last, as `Bot.stream` gives them. Closed in any case, which
                ends a language model's request when a person interrupts.
            complete: called with the whole answer as soon as it is there, before its sources are shown.
        """
        answer, shown = self._stream(pieces)
        try:
            complete(answer)
        finally:
            if shown.split() != plain(answer.text).split():
                self.show(Text(plain(answer.text).strip()))
            notes = notes_text(answer)
            if notes:
                self.show()
                self.show(notes)
            if answer.notice:
                self.notice(answer.notice)
        return answer

    def _stream(self, pieces: Iterator[str | Answer]) -> tuple[Answer, str]:
        waiting = self.err.status("Reading the articles…") if styled(sys.stderr) else None
        writer = _Writer(sys.stdout, self.out.width) if self.out.is_terminal else None
        if waiting:
            waiting.start()
        try:
            with closing(pieces):  # type: ignore[type-var]  # Bot.stream is a generator; its type promises an iterator
                for piece in pieces:
                    if isinstance(piece, Answer):
                        return piece, writer.end() if writer else ""
                    if waiting:
                        waiting.stop()
                    if writer:
                        writer.write(plain(piece))
        finally:
            if waiting:
                waiting.stop()
        raise RuntimeError("the stream ended without an answer")


class _Writer:
    """Writes text that comes in pieces, each word as soon as it is whole, and wraps at words."""

    def __init__(self, stream: TextIO, width: int) -> None:
        self._stream = stream
        self._width = width
        self._column = 0
        self._space = ""  # written with the word that follows it, if it fits
        self._unfinished = ""
        self._shown: list[str] = []

    def write(self, piece: str) -> None:
        self._shown.append(piece)
        *tokens, self._unfinished = re.findall(r"\s+|\S+", self._unfinished + piece) or [""]
        self._emit(tokens)

    def end(self) -> str:
        """Write what is left and the end of the line; return all that was shown."""
        self._emit([self._unfinished.strip()])
        self._unfinished = ""
        if self._shown:
            self._stream.write("\n")
            self._stream.flush()
        return "".join(self._shown)

    def _emit(self, tokens: list[str]) -> None:
        for token in tokens:
            if "\n" in token:
                self._stream.write("\n" * token.count("\n"))
                self._column, self._space = 0, ""
            elif token.isspace():
                self._space = " " if self._column else ""
            elif token:
                width = max(wcswidth(token), 1)
                if self._column and self._column + len(self._space) + width > self._width:
                    self._column, self._space = 0, "\n"
                self._stream.write(self._space + token)
                self._column += width + (self._space == " ")
                self._space = ""
        self._stream.flush()
