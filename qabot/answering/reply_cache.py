"""Replies of language models kept in a file, so that a run can be repeated to the letter; off unless it is named."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from qabot.errors import ModelError


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
