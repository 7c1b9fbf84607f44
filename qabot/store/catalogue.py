"""The catalogue: one SQLite file that is the truth; Chroma and the word index are made from it."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qabot.articles.article import Article
from qabot.errors import QabotError, StoreError
from qabot.store.passages import Passage, embedded_text
from qabot.store.records import ArticleRecord, StoredPassage
from qabot.store.trouble import damaged, told_plainly

FORMAT = 1

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (  -- the text last, so that listing articles need not read it
    article_id TEXT PRIMARY KEY, source TEXT NOT NULL, title TEXT, author TEXT, publisher TEXT, published TEXT,
    url TEXT, about TEXT, origin TEXT, indexed TEXT NOT NULL, removed TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX articles_source ON articles (source);
CREATE INDEX articles_origin ON articles (origin);
CREATE TABLE passages (
    passage_id INTEGER PRIMARY KEY, article_id TEXT NOT NULL REFERENCES articles ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, embedded BLOB NOT NULL, vector BLOB NOT NULL);
CREATE INDEX passages_article ON passages (article_id);
CREATE INDEX passages_embedded ON passages (embedded);
CREATE TABLE sources (  -- what was read, so that what did not change is not read again
    source TEXT PRIMARY KEY, size INTEGER, mtime_ns INTEGER, sha256 TEXT, article_ids TEXT NOT NULL);
CREATE TABLE forgotten (article_id TEXT PRIMARY KEY) WITHOUT ROWID;  -- removed by the user: stays away
CREATE TABLE outbox (passage_id INTEGER PRIMARY KEY);  -- changed here, not yet in Chroma and the word index
CREATE TABLE changes (
    number INTEGER PRIMARY KEY, time TEXT NOT NULL, change TEXT NOT NULL, article_id TEXT NOT NULL,
    source TEXT NOT NULL);
"""
_RECORD = """article_id, title, author, publisher, published, source, coalesce(origin, article_id),
    (SELECT count(*) FROM passages WHERE passages.article_id = articles.article_id), indexed, url, about"""
_SOME = 500  # values bound to one statement


@dataclass(frozen=True)
class SourceState:
    """What a source was when it was last read; ``size`` and the others are None for a URL."""

    source: str
    size: int | None
    mtime_ns: int | None
    sha256: str | None
    article_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """A passage as the derived indexes need it."""

    passage_id: int
    vector: NDArray[np.float32]
    text: str
    title: str | None
    publisher: str | None
    published: str | None


class Catalogue:
    """One open catalogue; safe to use from several threads."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._connection = connection
        self._lock = threading.RLock()

    @classmethod
    def open(cls, path: Path, *, create: bool = False) -> Catalogue:
        """Open the catalogue at ``path``, or make an empty one.

        Raises:
            StoreError: there is none, it is damaged or of a newer format, or the folder cannot be used.
        """
        store = path.parent
        with told_plainly(store):
            if create:
                store.mkdir(parents=True, exist_ok=True)
            elif not path.is_file():
                raise StoreError(f"There is no index in {store.parent}. Make one: qabot index")
            connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
            try:
                # What is deleted is overwritten, so that a forgotten article leaves nothing in free pages.
                for pragma in ("journal_mode = WAL", "foreign_keys = ON", "secure_delete = ON", "synchronous = NORMAL"):
                    connection.execute(f"PRAGMA {pragma}")
                catalogue = cls(path, connection)
                catalogue._check_format()
            except BaseException:
                connection.close()
                raise
        return catalogue

    @property
    def store(self) -> Path:
        """The folder that it lies in."""
        return self._path.parent

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def _check_format(self) -> None:
        with self.transaction():
            if not self._rows("SELECT 1 FROM sqlite_master WHERE name = 'meta'"):
                for statement in _SCHEMA.split(";"):
                    self._connection.execute(statement)
                self.put("format", str(FORMAT))
        found = self.get("format") or "0"
        if not found.isdecimal() or int(found) < FORMAT:
            raise StoreError(damaged(self.store, f"format {found}"))
        if int(found) > FORMAT:
            raise StoreError(
                f"The index in {self.store} was made by a newer qabot (format {found}). Update qabot, "
                f"or delete that folder and build it anew with: qabot index"
            )

    # -- statements ----------------------------------------------------------------------------------------------

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing of what the block writes."""
        with told_plainly(self.store), self._lock:
            if self._connection.in_transaction:  # part of a larger one
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _rows(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with told_plainly(self.store), self._lock:
            return self._connection.execute(statement, values).fetchall()

    def _rows_in(self, statement: str, values: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
        """The rows of a statement with ``IN (?)``, however many values there are."""
        for first in range(0, len(values), _SOME):
            some = values[first : first + _SOME]
            yield from self._rows(statement.replace("(?)", f"({', '.join('?' * len(some))})"), some)

    def _one(self, statement: str, values: Sequence[Any] = ()) -> Any:
        rows = self._rows(statement, values)
        return rows[0][0] if rows else None

    def _do(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        with self.transaction():
            self._connection.executemany(statement, rows)

    # -- what is known of the index ------------------------------------------------------------------------------

    def get(self, key: str) -> str | None:
        """A fact about the whole index."""
        value: str | None = self._one("SELECT value FROM meta WHERE key = ?", [key])
        return value

    def put(self, key: str, value: str) -> None:
        """Record a fact about the whole index."""
        self._do("INSERT OR REPLACE INTO meta VALUES (?, ?)", [(key, value)])

    @property
    def version(self) -> int:
        """A number that changes when another connection has written."""
        return int(self._one("PRAGMA data_version"))

    def check(self) -> None:
        """Read the whole file.

        Raises:
            StoreError: it is damaged.
        """
        verdict = self._one("PRAGMA quick_check(1)")
        if verdict != "ok":
            raise StoreError(damaged(self.store, str(verdict)))

    def counts(self) -> tuple[int, int]:
        """How many articles and passages there are."""
        return int(self._one("SELECT count(*) FROM articles")), int(self._one("SELECT count(*) FROM passages"))

    def fingerprint(self) -> str:
        """SHA-256 of everything indexed and of the embedding model's digest."""
        digest = hashlib.sha256((self.get("encoder_digest") or "").encode())
        for row in self._rows(
            "SELECT article_id, title, author, publisher, published, coalesce(origin, article_id) "
            "FROM articles ORDER BY article_id"
        ):
            digest.update(json.dumps(row).encode())
        return digest.hexdigest()

    # -- articles ------------------------------------------------------------------------------------------------

    def articles(self) -> list[ArticleRecord]:
        """All articles, by source."""
        return [ArticleRecord(*row) for row in self._rows(f"SELECT {_RECORD} FROM articles ORDER BY source")]  # noqa: S608

    def records(self, article_ids: Sequence[str]) -> dict[str, ArticleRecord]:
        """Those of the articles that are held, by id."""
        rows = self._rows_in(f"SELECT {_RECORD} FROM articles WHERE article_id IN (?)", article_ids)  # noqa: S608
        return {row[0]: ArticleRecord(*row) for row in rows}

    def resolve(self, article_id: str) -> str:
        """The id that ``article_id``, or a prefix of one, means.

        Raises:
            QabotError: none or several begin so; the nearest are named.
        """
        pattern = article_id.lower().replace("\\", "").replace("%", "").replace("_", "\\_")
        found = [
            row[0]
            for row in self._rows(
                "SELECT article_id FROM articles WHERE article_id LIKE ? ESCAPE '\\' ORDER BY article_id LIMIT 4",
                [f"{pattern}%" if pattern.strip() else ""],
            )
        ]
        if len(found) == 1 or article_id in found:
            return article_id if article_id in found else str(found[0])
        if found:
            raise QabotError(f"More than one article begins with {article_id!r}: {', '.join(found)}. Name more of it.")
        raise QabotError(f"There is no article {article_id!r}{self._nearest(article_id)}. See: qabot articles list")

    def _nearest(self, article_id: str) -> str:
        from difflib import get_close_matches

        ids = [row[0] for row in self._rows("SELECT article_id FROM articles LIMIT 10000")]
        near = get_close_matches(article_id.lower(), ids, n=3)
        return f" (did you mean {', '.join(near)}?)" if near else ""

    def text(self, article_id: str) -> str:
        """The stored text of an article that is held."""
        return str(self._one("SELECT text FROM articles WHERE article_id = ?", [article_id]))

    def passages(self, passage_ids: Sequence[int]) -> list[StoredPassage]:
        """Those of the passages that are held, in the order asked for."""
        rows = {
            row[0]: row[1:]
            for row in self._rows_in(
                'SELECT passage_id, start, "end", article_id, substr(text, start + 1, "end" - start) '
                "FROM passages JOIN articles USING (article_id) WHERE passage_id IN (?)",
                passage_ids,
            )
        }
        articles = self.records(sorted({row[2] for row in rows.values()}))
        return [
            StoredPassage(passage_id, start, end, text, articles[article_id])
            for passage_id in passage_ids
            if passage_id in rows
            for start, end, article_id, text in [rows[passage_id]]
        ]

    def write(
        self,
        article: Article,
        passages: Sequence[Passage],
        vectors: NDArray[np.float32],
        *,
        replaces: Sequence[str] = (),
    ) -> bool:
        """Hold an article, in place of those that its source held before, in one transaction.

        Args:
            article: the article.
            passages: its passages.
            vectors: one a passage, of unit length.
            replaces: ids of the articles that it replaces.

        Returns:
            Whether it replaced one (itself included).
        """
        article_id = article.article_id
        with self.transaction():
            replaced = [
                old for old in {*replaces, article_id} if self.delete([old], "replaced" if old != article_id else None)
            ]
            self._do(
                "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?, ?)",
                [
                    (article_id, article.source, article.title, article.author, article.publisher, article.published,
                     article.url, article.about, _now(), json.dumps(article.removed), article.text)
                ],
            )  # fmt: skip
            self._do(
                "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (passage.passage_id, article_id, passage.start, passage.end, embedding_key(article, passage),
                     vector.astype("<f4").tobytes())
                    for passage, vector in zip(passages, vectors, strict=True)
                ],
            )  # fmt: skip
            self._do("INSERT OR IGNORE INTO outbox VALUES (?)", [(passage.passage_id,) for passage in passages])
            self._do("DELETE FROM forgotten WHERE article_id = ?", [(article_id,)])
            self._log("updated" if replaced else "added", article_id, article.source)
        return bool(replaced)

    def delete(self, article_ids: Sequence[str], change: str | None = "removed") -> int:
        """Let go of articles and their passages; members of the origin that one led are to be grouped again."""
        gone = 0
        with self.transaction():
            for article_id in article_ids:
                source = self._one("SELECT source FROM articles WHERE article_id = ?", [article_id])
                if source is None:
                    continue
                one = [(article_id,)]
                self._do("INSERT OR IGNORE INTO outbox SELECT passage_id FROM passages WHERE article_id = ?", one)
                self._do("UPDATE articles SET origin = NULL WHERE origin = ?", one)
                self._do("DELETE FROM articles WHERE article_id = ?", one)
                if change:
                    self._log(change, article_id, source)
                gone += 1
        return gone

    def _log(self, change: str, article_id: str, source: str) -> None:
        self._do(
            "INSERT INTO changes (time, change, article_id, source) VALUES (?, ?, ?, ?)",
            [(_now(), change, article_id, source)],
        )

    def vectors_of(self, keys: Sequence[bytes]) -> dict[bytes, NDArray[np.float32]]:
        """The vectors that are held for embedded texts (by `embedding_key`)."""
        rows = self._rows_in("SELECT embedded, vector FROM passages WHERE embedded IN (?)", keys)
        return {key: np.frombuffer(vector, "<f4") for key, vector in rows}

    # -- sources -------------------------------------------------------------------------------------------------

    def sources(self) -> dict[str, SourceState]:
        """What was read, by source."""
        rows = self._rows("SELECT source, size, mtime_ns, sha256, article_ids FROM sources")
        return {row[0]: SourceState(row[0], row[1], row[2], row[3], tuple(json.loads(row[4]))) for row in rows}

    def put_source(self, state: SourceState) -> None:
        """Record what a source was when it was read."""
        row = (state.source, state.size, state.mtime_ns, state.sha256, json.dumps(state.article_ids))
        self._do("INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?, ?)", [row])

    def drop_source(self, source: str) -> None:
        """Know nothing of a source any more."""
        self._do("DELETE FROM sources WHERE source = ?", [(source,)])

    def held(self) -> dict[str, str]:
        """The source of every article that is held, by the article's id."""
        return dict(self._rows("SELECT article_id, source FROM articles"))

    def forget(self, article_ids: Sequence[str]) -> int:
        """Let go of articles for good: they stay away until they change or are named."""
        with self.transaction():
            self._do("INSERT OR IGNORE INTO forgotten VALUES (?)", [(article_id,) for article_id in article_ids])
            return self.delete(article_ids)

    def forgotten(self) -> set[str]:
        """The ids of the articles that the user removed."""
        return {row[0] for row in self._rows("SELECT article_id FROM forgotten")}

    def vacuum(self) -> None:
        """Rewrite the file without free pages and empty its log, so that what was deleted is in neither."""
        with told_plainly(self.store), self._lock:
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    # -- what the derived indexes are made from ------------------------------------------------------------------

    def outbox(self) -> list[int]:
        """Ids of the passages that the derived indexes do not have yet, or should no longer have."""
        return [row[0] for row in self._rows("SELECT passage_id FROM outbox")]

    def clear_outbox(self, passage_ids: Sequence[int]) -> None:
        """These are in the derived indexes now."""
        self._do("DELETE FROM outbox WHERE passage_id = ?", [(passage_id,) for passage_id in passage_ids])

    def passage_ids(self) -> list[int]:
        """The ids of all passages."""
        return [row[0] for row in self._rows("SELECT passage_id FROM passages")]

    def entries(self, passage_ids: Sequence[int]) -> list[Entry]:
        """Those of the passages that are held, as the derived indexes need them."""
        rows = self._rows_in(
            'SELECT passage_id, vector, substr(text, start + 1, "end" - start), title, publisher, published '
            "FROM passages JOIN articles USING (article_id) WHERE passage_id IN (?)",
            passage_ids,
        )
        return [Entry(row[0], np.frombuffer(row[1], "<f4"), *row[2:]) for row in rows]

    # -- origins -------------------------------------------------------------------------------------------------

    def without_origin(self) -> list[str]:
        """The articles that were not yet compared with the others."""
        return [row[0] for row in self._rows("SELECT article_id FROM articles WHERE origin IS NULL ORDER BY source")]

    def article_vectors(self, article_id: str) -> NDArray[np.float32]:
        """The vectors of an article's passages, in order: shape (passages, dimension)."""
        rows = self._rows("SELECT vector FROM passages WHERE article_id = ? ORDER BY start", [article_id])
        return np.stack([np.frombuffer(row[0], "<f4") for row in rows]) if rows else np.empty((0, 0), np.float32)

    def articles_of(self, passage_ids: Sequence[int]) -> dict[int, str]:
        """The article of each passage that is held."""
        return dict(self._rows_in("SELECT passage_id, article_id FROM passages WHERE passage_id IN (?)", passage_ids))

    def origin_members(self, origin: str) -> list[ArticleRecord]:
        """The articles of a group of reprints."""
        return [ArticleRecord(*row) for row in self._rows(f"SELECT {_RECORD} FROM articles WHERE origin = ?", [origin])]  # noqa: S608

    def put_origin(self, article_ids: Sequence[str], origin: str) -> None:
        """These articles are reprints of one another, led by ``origin``."""
        self._do("UPDATE articles SET origin = ? WHERE article_id = ?", [(origin, each) for each in article_ids])


def embedding_key(article: Article, passage: Passage) -> bytes:
    """Names the text that is embedded of a passage: the same text never needs embedding twice."""
    return hashlib.blake2b(embedded_text(article, passage).encode(), digest_size=16).digest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
