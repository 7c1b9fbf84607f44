"""Checksums of articles and passages: what a disk got wrong is seen, and never quoted.

They are made in the transaction that writes what they are of. SQLite itself notices a wrong byte only where its file is
none of SQLite's any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Any

from qabot.articles.provenance import FIELDS
from qabot.errors import StoreError
from qabot.store.database import Database
from qabot.store.location import damaged

_ARTICLE = ("article_id", "source", "container", *FIELDS, "indexed", "stated", "removed", "text")
_PASSAGE = ("passage_id", "article_id", "start", '"end"', "embedded", "vector", "record")
DAMAGED = "damaged"
"""A fact about the index: whether somebody found a wrong checksum in it."""
_TOGETHER = 50  # rows in memory, with all that is in them


class ChecksumTables(Database):
    """The tables of checksums."""

    def sum_articles(self, article_ids: Sequence[str]) -> None:
        """Store the checksums of articles as they are now."""
        for some in _parts(article_ids):
            sums = [(row[0], _sum(row[2:])) for row in self._articles(some)]
            self._do("INSERT OR REPLACE INTO article_sums VALUES (?, ?)", sums)

    def sum_passages(self, passage_ids: Sequence[int]) -> None:
        """Store the checksums of passages, with their vectors and sentences, as they are now."""
        for some in _parts(passage_ids):
            sums = [(row[0], _sum(row[2:])) for row in self._passages(some)]
            self._do("INSERT OR REPLACE INTO passage_sums VALUES (?, ?)", sums)

    def damaged_articles(self, article_ids: Sequence[str]) -> set[str]:
        """Return those of the articles that are held that are not as they were written."""
        return {row[0] for some in _parts(article_ids) for row in self._articles(some) if row[1] != _sum(row[2:])}

    def damaged_passages(self, passage_ids: Sequence[int]) -> set[int]:
        """Return those of the passages that are held that are not as they were written; articles are not looked at."""
        return {row[0] for some in _parts(passage_ids) for row in self._passages(some) if row[1] != _sum(row[2:])}

    def _articles(self, article_ids: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        columns = ", ".join(f"CAST({name} AS BLOB)" for name in _ARTICLE)  # text that is damaged may be no text
        return self._rows_in(
            f"SELECT article_id, sum, {columns} FROM articles LEFT JOIN article_sums USING (article_id) "  # noqa: S608
            "WHERE article_id IN (?)",
            article_ids,
        )

    def _passages(self, passage_ids: Sequence[int]) -> Iterator[tuple[Any, ...]]:
        columns = ", ".join(f"CAST({name} AS BLOB)" for name in _PASSAGE)
        return self._rows_in(
            f"SELECT passage_id, sum, {columns} FROM passages LEFT JOIN sentences USING (passage_id) "  # noqa: S608
            "LEFT JOIN passage_sums USING (passage_id) WHERE passage_id IN (?)",
            passage_ids,
        )

    def check_structure(self) -> None:
        """Look at every page of the file.

        Raises:
            StoreError: SQLite finds something wrong with it.
        """
        found = self._one("PRAGMA integrity_check(1)")
        if found != "ok":
            raise StoreError(damaged(self.store, str(found).strip().split("\n")[-1]))


def _parts(ids: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (ids[first : first + _TOGETHER] for first in range(0, len(ids), _TOGETHER))


def _sum(values: Sequence[bytes | None]) -> bytes:
    digest = blake2b(digest_size=8)
    for value in values:
        digest.update(b"-" if value is None else b"%d:" % len(value))
        digest.update(value or b"")
    return digest.digest()
