"""The SQLite file of a catalogue: its tables, format and transactions, facts about the whole index, and checksums.

The checksums are of articles and of passages, made in the transaction that writes these: what a disk got wrong is seen,
and never quoted. SQLite itself notices a wrong byte only where its file is none of SQLite's any more.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Any, Self, TypeVar

from qabot.articles.provenance import FIELDS
from qabot.errors import StoreError
from qabot.store.location import damaged, index_command, made_again, told_plainly

FORMAT = 9
"""Goes up too when what `bring_up_to_date` makes changes: the record of a sentence, the signature of an article."""
_OLDEST = 2
"""The oldest format that can be brought up to date."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS articles (  -- what is long last, so that listing articles need not read it
    article_id TEXT PRIMARY KEY, source TEXT NOT NULL, container TEXT NOT NULL,  -- the file or URL that was read
    title TEXT, author TEXT, publisher TEXT, published TEXT, updated TEXT, language TEXT, url TEXT, original TEXT,
    about TEXT, origin TEXT, indexed TEXT NOT NULL, stated TEXT NOT NULL, removed TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS articles_source ON articles (source);
CREATE INDEX IF NOT EXISTS articles_container ON articles (container);
CREATE INDEX IF NOT EXISTS articles_origin ON articles (origin);
CREATE INDEX IF NOT EXISTS articles_scope ON articles (published, publisher, article_id);
CREATE TABLE IF NOT EXISTS passages (
    passage_id INTEGER PRIMARY KEY, article_id TEXT NOT NULL REFERENCES articles ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, embedded BLOB NOT NULL, vector BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS passages_article ON passages (article_id);
CREATE INDEX IF NOT EXISTS passages_embedded ON passages (embedded);
CREATE TABLE IF NOT EXISTS sentences (  -- of a passage, as `qabot.store.passages.packed` makes them
    passage_id INTEGER PRIMARY KEY REFERENCES passages ON DELETE CASCADE, record BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS article_sums (  -- checksums
    article_id TEXT PRIMARY KEY REFERENCES articles ON DELETE CASCADE, sum BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS passage_sums (
    passage_id INTEGER PRIMARY KEY REFERENCES passages ON DELETE CASCADE, sum BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS bands (  -- of the articles' MinHash signatures: near copies have one in common
    band INTEGER NOT NULL, article_id TEXT NOT NULL REFERENCES articles ON DELETE CASCADE,
    PRIMARY KEY (band, article_id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS bands_article ON bands (article_id);
CREATE TABLE IF NOT EXISTS sources (  -- what was read, so that what did not change is not read again
    source TEXT PRIMARY KEY, size INTEGER, mtime_ns INTEGER, sha256 TEXT, etag TEXT, last_modified TEXT,
    left_out TEXT NOT NULL, unread TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS links (  -- of feeds and sitemaps, with what they state of an article until it was read
    source TEXT NOT NULL, url TEXT NOT NULL, stated TEXT, PRIMARY KEY (source, url)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS links_url ON links (url);
CREATE TABLE IF NOT EXISTS site_lines (  -- which documents of a site hold which lines: hashes alone
    site INTEGER NOT NULL, line INTEGER NOT NULL, document INTEGER NOT NULL,
    PRIMARY KEY (site, line, document)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS site_lines_document ON site_lines (document);
CREATE TABLE IF NOT EXISTS forgotten (article_id TEXT PRIMARY KEY) WITHOUT ROWID;  -- removed by the user: stays away
CREATE TABLE IF NOT EXISTS pending (  -- changed here, not yet in Chroma and BM25: "embedded" is, or was
    passage_id INTEGER NOT NULL, embedded BLOB NOT NULL, PRIMARY KEY (passage_id, embedded)) WITHOUT ROWID;
DROP TABLE IF EXISTS outbox;  -- of formats before 6
CREATE TABLE IF NOT EXISTS changes (  -- what became of an article: ids and the names of fields alone
    number INTEGER PRIMARY KEY, article_id TEXT NOT NULL, former_id TEXT NOT NULL, time TEXT NOT NULL,
    what TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS changes_article ON changes (article_id);
"""
ARTICLE_COLUMNS = ("article_id", "source", "container", *FIELDS, "indexed", "stated", "removed", "text")
_PASSAGE_COLUMNS = ("passage_id", "article_id", "start", '"end"', "embedded", "vector", "record")
DAMAGED = "damaged"
"""A fact about the index: whether somebody found a wrong checksum in it."""
_SOME = 500  # values bound to one statement
_SUMMED = 50  # rows in memory, with all that is in them
# What is deleted is overwritten, so that a forgotten article leaves nothing in free pages.
_WRITING = ("journal_mode = WAL", "foreign_keys = ON", "secure_delete = ON", "synchronous = NORMAL")

_Stamp = tuple[tuple[int, int] | None, ...]
T = TypeVar("T")


class Database:
    """An open file with its tables; safe to use from several threads."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._connection = connection
        self._lock = threading.RLock()
        self._frozen: _Stamp | None = None  # what the file was when it was opened as one that nobody changes
        self._openings = 1

    @classmethod
    def open(cls, path: Path, *, create: bool = False) -> Self:
        """Open the file at ``path``, or make one with empty tables.

        Raises:
            StoreError: there is none, it is damaged or of a newer format, or the folder cannot be used.
        """
        store = path.parent
        with told_plainly(store):
            if create:
                store.mkdir(parents=True, exist_ok=True)
            elif not path.is_file():
                raise StoreError(f"There is no index in {store.parent}. Make one: {index_command(store)} PATH_OR_URL")
            return cls._opened(path, _connect(str(path), _WRITING))

    @classmethod
    def open_to_read(cls, path: Path) -> Self:
        """Open the file at ``path``, also where nothing can be written: there is no permission, or no room.

        Raises:
            StoreError: as for `open`.
        """
        try:
            return cls.open(path)
        except StoreError as error:
            if not isinstance(error.__cause__, sqlite3.OperationalError):
                raise
            try:
                connection, frozen = _connect_unchanged(path)
                database = cls._opened(path, connection)
            except (sqlite3.Error, OSError):
                raise error from error.__cause__
            database._frozen = frozen
            return database

    @classmethod
    def _opened(cls, path: Path, connection: sqlite3.Connection) -> Self:
        try:
            database = cls(path, connection)
            database._check_format()
        except BaseException:
            connection.close()
            raise
        return database

    @property
    def store(self) -> Path:
        """The folder that it lies in."""
        return self._path.parent

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def delete_file(self) -> None:
        """Close and delete the file."""
        self.close()
        for suffix in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)

    def _check_format(self) -> None:
        tables = {row[0] for row in self._rows("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not tables:
            with self.transaction():
                self.make_current()
        elif "meta" not in tables:
            raise StoreError(damaged(self.store, "it is no catalogue of qabot"))
        found = self.get("format") or "none"
        if not found.isdecimal():
            raise StoreError(damaged(self.store, f"format {found}"))
        if int(found) < _OLDEST:
            raise StoreError(
                f"The index in {self.store} was made by an older qabot (format {found}). {made_again(self.store)}"
            )
        if int(found) > FORMAT:
            raise StoreError(
                f"The index in {self.store} was made by a newer qabot (format {found}). Update qabot, "
                f"or delete that folder and build it anew with: {index_command(self.store)}"
            )

    def make_current(self) -> None:
        """Make the tables that are missing, and give the file the current format."""
        for statement in _SCHEMA.split(";"):
            self._connection.execute(statement)
        self.put("format", str(FORMAT))

    @property
    def outdated(self) -> bool:
        """True if the file is of an older format than the current one."""
        return self.get("format") != str(FORMAT)

    # -- statements ----------------------------------------------------------------------------------------------

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write all that the block writes, or nothing of it."""
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

    @contextmanager
    def at_one_moment(self) -> Iterator[None]:
        """Have all that the block reads be of one moment, whatever others write meanwhile."""
        with told_plainly(self.store), self._lock:
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN")
            try:
                yield
            finally:
                self._connection.execute("ROLLBACK")

    def _rows(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with told_plainly(self.store), self._lock:
            return self._connection.execute(statement, values).fetchall()

    def _rows_in(self, statement: str, values: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a statement with ``IN (?)``, however many values there are."""
        for some in in_parts(values, _SOME):
            yield from self._rows(statement.replace("(?)", f"({', '.join('?' * len(some))})"), some)

    def _one(self, statement: str, values: Sequence[Any] = ()) -> Any:
        rows = self._rows(statement, values)
        return rows[0][0] if rows else None

    def _do(self, statement: str, rows: Iterable[Sequence[Any]]) -> int:
        """Run a statement for each row of values; return how many rows of its table changed."""
        with self.transaction():
            return self._connection.executemany(statement, rows).rowcount

    def get(self, key: str) -> str | None:
        """Return a fact about the whole index; None where it was never recorded."""
        value: str | None = self._one("SELECT value FROM meta WHERE key = ?", [key])
        return value

    def put(self, key: str, value: str) -> None:
        """Record a fact about the whole index."""
        self._do("INSERT OR REPLACE INTO meta VALUES (?, ?)", [(key, value)])

    @property
    def version(self) -> int:
        """A number that changes when another connection has written."""
        with told_plainly(self.store), self._lock:
            if self._frozen and self._frozen != _stamp(self._path):
                self._connection.close()
                self._connection, self._frozen = _connect_unchanged(self._path)
                self._openings += 1
        return (self._openings << 40) + int(self._one("PRAGMA data_version"))

    def vacuum(self) -> None:
        """Rewrite the file without free pages and empty its log, so that what was deleted is in neither."""
        with told_plainly(self.store), self._lock:
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    # -- checksums -----------------------------------------------------------------------------------------------

    def sum_articles(self, article_ids: Sequence[str]) -> None:
        """Store the checksums of articles as they are now."""
        sums = [(article_id, now) for article_id, _, now in self._article_sums(article_ids)]
        self._do("INSERT OR REPLACE INTO article_sums VALUES (?, ?)", sums)

    def sum_passages(self, passage_ids: Sequence[int]) -> None:
        """Store the checksums of passages, with their vectors and sentences, as they are now."""
        sums = [(passage_id, now) for passage_id, _, now in self._passage_sums(passage_ids)]
        self._do("INSERT OR REPLACE INTO passage_sums VALUES (?, ?)", sums)

    def damaged_articles(self, article_ids: Sequence[str]) -> set[str]:
        """Return those of the articles that are held that are not as they were written."""
        return {article_id for article_id, stored, now in self._article_sums(article_ids) if stored != now}

    def damaged_passages(self, passage_ids: Sequence[int]) -> set[int]:
        """Return those of the passages that are held that are not as they were written; articles are not looked at."""
        return {passage_id for passage_id, stored, now in self._passage_sums(passage_ids) if stored != now}

    def _article_sums(self, article_ids: Sequence[str]) -> Iterator[tuple[str, bytes | None, bytes]]:
        return self._sums("articles LEFT JOIN article_sums USING (article_id)", ARTICLE_COLUMNS, article_ids)

    def _passage_sums(self, passage_ids: Sequence[int]) -> Iterator[tuple[int, bytes | None, bytes]]:
        tables = "passages LEFT JOIN sentences USING (passage_id) LEFT JOIN passage_sums USING (passage_id)"
        return self._sums(tables, _PASSAGE_COLUMNS, passage_ids)

    def _sums(self, tables: str, columns: Sequence[str], ids: Sequence[T]) -> Iterator[tuple[T, bytes | None, bytes]]:
        """Yield the ids in the first of the columns, each with its checksum as it was stored and as it is now."""
        values = ", ".join(f"CAST({name} AS BLOB)" for name in columns)  # text that is damaged may be no text
        statement = f"SELECT {columns[0]}, sum, {values} FROM {tables} WHERE {columns[0]} IN (?)"  # noqa: S608
        for some in in_parts(ids, _SUMMED):
            for row in self._rows_in(statement, some):
                yield row[0], row[1], _sum(row[2:])

    def check_structure(self) -> None:
        """Look at every page of the file.

        Raises:
            StoreError: SQLite finds something wrong with it.
        """
        found = self._one("PRAGMA integrity_check(1)")
        if found != "ok":
            raise StoreError(damaged(self.store, str(found).strip().split("\n")[-1]))


def _connect(name: str, pragmas: Iterable[str] = (), *, uri: bool = False) -> sqlite3.Connection:
    connection = sqlite3.connect(name, timeout=30, isolation_level=None, check_same_thread=False, uri=uri)
    connection.text_factory = _text
    try:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


def _text(stored: bytes) -> str:
    """Return a stored text, also one with a wrong byte: its checksum tells."""
    return stored.decode(errors="replace")


def _connect_unchanged(path: Path) -> tuple[sqlite3.Connection, _Stamp | None]:
    """Open a file that cannot be written to; what is returned with it tells whether somebody else changed it since.

    With a log beside it, it is read through that, whose index is then kept in memory. Without one SQLite insists on
    making one, unless it is told that nobody changes the file.
    """
    log, index = _beside(path)
    if log.is_file() and index.is_file():
        return _connect(f"{path.absolute().as_uri()}?mode=ro&readonly_shm=1", uri=True), None
    stamp = _stamp(path)
    return _connect(f"{path.absolute().as_uri()}?immutable=1", uri=True), stamp


def _beside(path: Path) -> tuple[Path, Path]:
    return path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")


def _stamp(path: Path) -> _Stamp:
    """Return size and time of a file and of its log."""
    found: list[tuple[int, int] | None] = []
    for file in (path, _beside(path)[0]):
        try:
            status = file.stat()
        except FileNotFoundError:
            found.append(None)
        else:
            found.append((status.st_size, status.st_mtime_ns))
    return tuple(found)


def in_parts(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield values in parts of that size, the last of which may be shorter."""
    return (values[first : first + size] for first in range(0, len(values), size))


def _sum(values: Sequence[bytes | None]) -> bytes:
    digest = blake2b(digest_size=8)
    for value in values:
        digest.update(b"-" if value is None else b"%d:" % len(value))
        digest.update(value or b"")
    return digest.digest()
