"""The reply of a language model: read as it arrives, and kept in a file, where one is named, to repeat a run."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from qabot.answering.llm.model import tokens_of
from qabot.answering.llm.parse import Claim, ClaimReader, JsonReader
from qabot.answering.llm.prompts import Form
from qabot.errors import ModelError

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk

# Where the providers say why a reply ended, and what they say where it was cut off or held back.
_END_KEYS = ("finish_reason", "stop_reason", "stopReason", "done_reason", "status")
_CUT_OFF = frozenset({"length", "max_tokens", "incomplete", "MAX_TOKENS", "model_context_window_exceeded"})
_HELD_BACK = frozenset({"content_filter", "refusal", "SAFETY", "safety"})


class ReplyReader:
    """A reply as it arrives: its claims, and whether it ended where it should.

    Attributes:
        text: so far.
        tokens: that the model says it read and wrote.
        cut_off: whether it ended before its end; so it is until the provider says that it ended.
        held_back: whether the provider says that the model would not answer.
        refused: whether it says that the passages do not answer.
    """

    def __init__(self, form: Form) -> None:
        self.text = ""
        self.tokens: Counter[str] = Counter()
        self.cut_off = True
        self.held_back = False
        self.refused = False
        self._json = JsonReader() if form == "JSON" else None
        self._marked = ClaimReader()

    @property
    def short_answer(self) -> str | None:
        """What it says the short answer is; not checked."""
        return self._json.short_answer if self._json else self._marked.short_answer

    @property
    def empty(self) -> bool:
        """Whether nothing but white space and the model's own thoughts has arrived."""
        return not self.text.strip() if self._json else self._marked.empty

    def feed(self, piece: str) -> Iterator[Claim]:
        """The claims that are complete with this piece. A model asked for JSON may write marked text all the same."""
        self.text += piece
        if self._json and self.text.strip() and not self.text.lstrip().startswith(("{", "`")):
            self._json, piece = None, self.text
        yield from (self._json or self._marked).feed(piece)

    def close(self) -> Iterator[Claim]:
        """The claims in what is left when the text has ended."""
        if self._json:
            self._json.close()
            self.refused = self._json.refused
        else:
            # What has neither a mark nor an end may be half a sentence.
            yield from (claim for claim in self._marked.close() if claim.marks or not self.cut_off)

    def ended_by(self, piece: AIMessageChunk) -> None:
        """Take in what a piece says beside its text."""
        self.tokens.update(tokens_of(piece))
        metadata = piece.response_metadata
        reasons = [metadata[key] for key in _END_KEYS if metadata.get(key)]
        if reasons:
            self.cut_off = reasons[0] in _CUT_OFF
        if _HELD_BACK.intersection(reasons[:1]) or piece.additional_kwargs.get("refusal"):
            self.held_back = True


class ReplyCache:
    """A SQLite file of replies by what was asked. From several threads and processes at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with self._open() as database:
                database.execute("CREATE TABLE IF NOT EXISTS replies (asked TEXT PRIMARY KEY, reply TEXT NOT NULL)")
        except sqlite3.Error as error:
            raise ModelError(f"The answer cache {path} cannot be used: {error}. Change answer_cache.") from error

    @staticmethod
    def key(**asked: str) -> str:
        """What names a request: a digest of everything that it consists of, but for what is random in it."""
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()

    def get(self, key: str) -> str | None:
        """The reply to a request that was made before."""
        with self._open() as database:
            row = database.execute("SELECT reply FROM replies WHERE asked = ?", (key,)).fetchone()
        return str(row[0]) if row else None

    def put(self, key: str, reply: str) -> None:
        """Keep a whole reply."""
        with self._open() as database:
            database.execute("INSERT OR REPLACE INTO replies VALUES (?, ?)", (key, reply))

    def _open(self) -> _Transaction:
        return _Transaction(self._path)


class _Transaction:
    """A connection that is committed and closed."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, timeout=30)

    def __enter__(self) -> sqlite3.Connection:
        return self._connection

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._connection.commit()
        self._connection.close()


def without_boundary(variables: Mapping[str, str]) -> dict[str, str]:
    """The variables of a prompt with the random word of its delimiter lines taken out."""
    boundary = variables["boundary"]
    return {name: value.replace(boundary, "") for name, value in variables.items() if name != "boundary"}
