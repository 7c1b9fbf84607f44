"""The catalogue: one SQLite file that is the truth; Chroma and the word index are made from it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from qabot.articles.article import Article
from qabot.errors import QabotError
from qabot.store.database import Database
from qabot.store.passages import Passage, embedded_text
from qabot.store.records import ArticleRecord, StoredPassage
from qabot.store.sources import SourceState

_RECORD = """article_id, title, author, publisher, published, source, coalesce(origin, article_id),
    (SELECT count(*) FROM passages WHERE passages.article_id = articles.article_id), indexed, url, about"""
_SHARING = 50


@dataclass(frozen=True)
class Entry:
    """A passage as the derived indexes need it."""

    passage_id: int
    vector: NDArray[np.float32]
    text: str
    title: str | None
    publisher: str | None
    published: str | None


class Catalogue(Database):
    """One open catalogue; safe to use from several threads."""

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
            replaced = self.delete([article_id], change=None) + self.delete(
                [old for old in replaces if old != article_id], change="replaced"
            )
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
        return replaced > 0

    def delete(self, article_ids: Sequence[str], change: str | None = "removed") -> int:
        """Let go of articles and their passages; those that were of one origin with them are to be grouped again."""
        gone = 0
        with self.transaction():
            for article_id in article_ids:
                source = self._one("SELECT source FROM articles WHERE article_id = ?", [article_id])
                if source is None:
                    continue
                one = [(article_id,)]
                self._do("INSERT OR IGNORE INTO outbox SELECT passage_id FROM passages WHERE article_id = ?", one)
                self._do(
                    "UPDATE articles SET origin = NULL "
                    "WHERE origin = (SELECT origin FROM articles WHERE article_id = ?)",
                    one,
                )
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

    def put_bands(self, article_id: str, bands: Sequence[int]) -> None:
        """Hold the bands of an article's signature."""
        self._do("INSERT OR IGNORE INTO bands VALUES (?, ?)", [(band, article_id) for band in bands])

    def sharing_bands(self, bands: Sequence[int]) -> Counter[str]:
        """The articles that have one of the bands, and how many of them; of each band some articles only."""
        rows = (self._rows("SELECT article_id FROM bands WHERE band = ? LIMIT ?", [band, _SHARING]) for band in bands)
        return Counter(article_id for found in rows for (article_id,) in found)

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
