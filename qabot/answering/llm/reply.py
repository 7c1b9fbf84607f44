"""A language model's reply: read as it arrives, and kept in a file where one is named, so that a run can be redone."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from qabot.answering.llm.model import tokens_of
from qabot.answering.llm.parse import Claim, ClaimReader, JsonReader, after_thoughts, printable
from qabot.answering.llm.prompts import Form
from qabot.errors import ModelError

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk

# The fields in which providers say why a reply ended, and their words for one that was cut off or held back.
_END_KEYS = ("finish_reason", "stop_reason", "stopReason", "done_reason", "status")
_CUT_OFF = frozenset({"length", "max_tokens", "incomplete", "MAX_TOKENS", "model_context_window_exceeded"})
_HELD_BACK = frozenset({"content_filter", "refusal", "SAFETY", "safety"})


class ReplyReader:
    """Reads the claims out of a reply as it arrives, and how it ended.

    Attributes:
        text: what has arrived.
        empty: True if that is nothing but white space and the model's own thoughts.
        tokens: read and written, as the provider counts them.
        cut_off: True until the provider says that the reply ended where it should.
        held_back: True if the provider says that the model would not answer.
        refused: True if the model says that the passages do not answer.
    """

    def __init__(self, form: Form) -> None:
        self.text = ""
        self.empty = True
        self.tokens: Counter[str] = Counter()
        self.cut_off = True
        self.held_back = False
        self.refused = False
        self._json = JsonReader() if form == "JSON" else None
        self._marked = ClaimReader()

    @property
    def short_answer(self) -> str | None:
        """The short answer that the model gives; not checked."""
        return self._json.short_answer if self._json else self._marked.short_answer

    def feed(self, piece: str) -> Iterator[Claim]:
        """Yield the claims that are complete with this piece. A model asked for JSON may write marked text instead."""
        self.text += piece
        if self.empty:
            piece = after_thoughts(self.text)
            if not printable(piece).strip():
                return
            self.empty = False
            if not piece.lstrip().startswith(("{", "`")):
                self._json = None
        yield from (self._json or self._marked).feed(piece)

    def close(self) -> Iterator[Claim]:
        """Yield the claims in what is left when the text has ended."""
        if self._json:
            self._json.close()
            self.refused = self._json.refused
        else:
            claims = list(self._marked.close())
            if self.cut_off and claims and not claims[-1].marks:  # it may be half a sentence
                claims.pop()
            yield from claims

    def ended_by(self, piece: AIMessageChunk) -> None:
        """Note the tokens and the reason for ending that a piece carries beside its text."""
        self.tokens.update(tokens_of(piece))
        metadata = piece.response_metadata
        reasons = [metadata[key] for key in _END_KEYS if metadata.get(key)]
        if reasons:
            self.cut_off = reasons[0] in _CUT_OFF
        if _HELD_BACK.intersection(reasons[:1]) or piece.additional_kwargs.get("refusal"):
            self.held_back = True


class ReplyCache:
    """A SQLite file of replies by request, for several threads and processes at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with self._open() as database:
                database.execute("CREATE TABLE IF NOT EXISTS replies (asked TEXT PRIMARY KEY, reply TEXT NOT NULL)")
        except sqlite3.Error as error:
            raise ModelError(f"The answer cache {path} cannot be used: {error}. Change answer_cache.") from error

    @staticmethod
    def key(**asked: str) -> str:
        """Return a digest of all that a request consists of."""
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()

    def get(self, key: str) -> str | None:
        """Return the reply to a request that was made before; None where it was not."""
        with self._open() as database:
            row = database.execute("SELECT reply FROM replies WHERE asked = ?", (key,)).fetchone()
        return str(row[0]) if row else None

    def put(self, key: str, reply: str) -> None:
        """Keep a reply."""
        with self._open() as database:
            database.execute("INSERT OR REPLACE INTO replies VALUES (?, ?)", (key, reply))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=30)) as connection, connection:  # committed, then closed
            yield connection


def without_boundary(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of a prompt with the random word of its delimiter lines taken out."""
    boundary = variables["boundary"]
    return {name: value.replace(boundary, "") for name, value in variables.items() if name != "boundary"}
