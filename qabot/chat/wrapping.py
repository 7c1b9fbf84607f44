"""Text that comes in pieces, wrapped at words as it comes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TextIO

from wcwidth import wcswidth


class WordWriter:
    """Writes text that comes in pieces, each word as soon as it is whole, and wraps at words."""

    def __init__(self, stream: TextIO, width: Callable[[], int]) -> None:
        """Take where to write and how wide that is just now, in columns."""
        self._stream = stream
        self._width = width
        self._column = 0
        self._space = ""  # written with the word that follows it, if it fits
        self._unfinished = ""
        self._shown: list[str] = []

    def write(self, piece: str) -> None:
        """Write the words that are whole now."""
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
