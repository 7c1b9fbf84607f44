"""The catalogue: one SQLite file that is the truth; Chroma and the word index are made from it."""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from qabot.articles.article import Article
from qabot.articles.provenance import FIELDS
from qabot.errors import QabotError
from qabot.store.database import ARTICLE_COLUMNS
from qabot.store.passages import Passage, embedded_text, packed
from qabot.store.records import About, ArticleRecord, Change, StoredPassage
from qabot.store.search_tables import SearchTables
from qabot.store.sources import SiteLineTable, SourceTables, stated_in, stated_json

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from qabot.text.annotate import Sentence

_RECORD = """article_id, title, author, publisher, published, source, coalesce(origin, article_id),
    (SELECT count(*) FROM passages WHERE passages.article_id = articles.article_id), indexed,
    updated, language, url, original, about"""
_SHARING = 50


class Content(NamedTuple):
    """What is held of an article beside its text: the values of `FIELDS`, and what is stated and removed, as JSON."""

    fields: tuple[str | None, ...]
    stated: str
    removed: str


class Catalogue(SourceTables, SiteLineTable, SearchTables):
    """An open catalogue; safe to use from several threads."""

    def counts(self) -> tuple[int, int, int]:
        """Return how many articles and passages there are, and how many of the articles state no date."""
        [counted] = self._rows(
            "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM passages), "
            "(SELECT count(*) FROM articles WHERE published IS NULL)"
        )
        return counted[0], counted[1], counted[2]

    def fingerprint(self) -> str:
        """Return the SHA-256 of everything indexed and of the embedding model's digest."""
        digest = hashlib.sha256((self.get("encoder_digest") or "").encode())
        for row in self._rows(
            "SELECT article_id, title, author, publisher, published, updated, language, url, original, about, "
            "coalesce(origin, article_id) FROM articles ORDER BY article_id"
        ):
            digest.update(json.dumps(row).encode())
        return digest.hexdigest()

    # -- articles ------------------------------------------------------------------------------------------------

    def articles(self) -> list[ArticleRecord]:
        """Return all articles, sorted by source."""
        return [ArticleRecord(*row) for row in self._rows(f"SELECT {_RECORD} FROM articles ORDER BY source")]  # noqa: S608

    def article_ids(self) -> list[str]:
        """Return the ids of all articles."""
        return [row[0] for row in self._rows("SELECT article_id FROM articles")]

    def records(self, article_ids: Sequence[str]) -> dict[str, ArticleRecord]:
        """Return those of the articles that are held, by id."""
        rows = self._rows_in(f"SELECT {_RECORD} FROM articles WHERE article_id IN (?)", article_ids)  # noqa: S608
        return {row[0]: ArticleRecord(*row) for row in rows}

    def resolve(self, article_id: str) -> str:
        """Return the one article id that is ``article_id`` or begins with it.

        Raises:
            QabotError: none or several begin so; the nearest are named.
        """
        begun = article_id.lower()
        found = [
            row[0]
            for row in self._rows(
                "SELECT article_id FROM articles WHERE article_id BETWEEN ? AND ? ORDER BY article_id LIMIT 4",
                [begun, f"{begun}{chr(sys.maxunicode)}"],
            )
            if begun.strip()
        ]
        some = self._rows("SELECT article_id FROM articles LIMIT 10000") if not found else ()
        return the_one(article_id, found, [row[0] for row in some])

    def text(self, article_id: str) -> str:
        """Return the stored text of an article that is held."""
        return self.texts([article_id])[article_id]

    def texts(self, article_ids: Sequence[str]) -> dict[str, str]:
        """Return the stored texts of those of the articles that are held, by id."""
        return dict(self._rows_in("SELECT article_id, text FROM articles WHERE article_id IN (?)", article_ids))

    def passages(self, passage_ids: Sequence[int]) -> list[StoredPassage]:
        """Return those of the passages that are held, in the order asked for."""
        rows = {
            row[0]: row[1:]
            for row in self._rows_in(
                'SELECT passage_id, start, "end", article_id, substr(text, start + 1, "end" - start), record '
                "FROM passages JOIN articles USING (article_id) JOIN sentences USING (passage_id) "
                "WHERE passage_id IN (?)",
                passage_ids,
            )
        }
        articles = self.records(sorted({row[2] for row in rows.values()}))
        return [
            StoredPassage(passage_id, start, end, text, articles[article_id], record)
            for passage_id in passage_ids
            if passage_id in rows
            for start, end, article_id, text, record in [rows[passage_id]]
        ]

    def about(self, article_id: str) -> About:
        """Return what is shown of an article that is held beside its record and its text."""
        [(stated, removed)] = self._rows("SELECT stated, removed FROM articles WHERE article_id = ?", [article_id])
        changes = self._rows(
            "SELECT time, former_id, what FROM changes WHERE article_id = ? ORDER BY number", [article_id]
        )
        return About(
            stated_in(stated),
            tuple(json.loads(removed)),
            tuple(Change(time, former_id, tuple(what.split(", "))) for time, former_id, what in changes),
        )

    # -- what a run writes ---------------------------------------------------------------------------------------

    def write(
        self,
        article: Article,
        passages: Sequence[Passage],
        vectors: NDArray[np.float32],
        container: str,
        *,
        former: str | None = None,
        what: Sequence[str] = (),
    ) -> None:
        """Store an article, its passages and their sentences, in one transaction.

        Args:
            article: the article.
            passages: its passages.
            vectors: one a passage, of unit length.
            container: the source that was read; ``article.source`` names the article in it.
            former: id of the article that it replaces; it may be its own.
            what: the names of the fields that changed with that; they go into its history.
        """
        article_id, content = article.article_id, content_of(article)
        with self.transaction():
            self._let_go([article_id, *([former] if former and former != article_id else [])])
            columns, values = ", ".join(ARTICLE_COLUMNS), ", ".join("?" * len(ARTICLE_COLUMNS))
            self._do(
                f"INSERT INTO articles ({columns}) VALUES ({values})",  # noqa: S608
                [
                    (article_id, article.source, container, *content.fields, _now(), content.stated, content.removed,
                     article.text)
                ],
            )  # fmt: skip
            self._put_passages(article, passages, vectors)
            self.sum_articles([article_id])
            self._do("DELETE FROM forgotten WHERE article_id = ?", [(article_id,)])
            if former:
                self._do("UPDATE changes SET article_id = ? WHERE article_id = ?", [(article_id, former)])
            if former and what:
                self._do(
                    "INSERT INTO changes (article_id, former_id, time, what) VALUES (?, ?, ?, ?)",
                    [(article_id, former, _now(), ", ".join(what))],
                )

    def _put_passages(self, article: Article, passages: Sequence[Passage], vectors: NDArray[np.float32]) -> None:
        self._do(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)",
            [
                (passage.passage_id, article.article_id, passage.start, passage.end, embedding_key(article, passage),
                 vector.astype("<f4").tobytes())
                for passage, vector in zip(passages, vectors, strict=True)
            ],
        )  # fmt: skip
        self.put_sentences({passage.passage_id: passage.sentences for passage in passages})
        self.sum_passages([passage.passage_id for passage in passages])
        self.have_pending("article_id", [article.article_id])

    def put_sentences(self, sentences: Mapping[int, Sequence[Sentence]]) -> None:
        """Store the sentences of passages, by the passages' ids, in place of those stored before."""
        self._do(
            "INSERT OR REPLACE INTO sentences VALUES (?, ?)",
            ((passage_id, packed(each)) for passage_id, each in sentences.items()),
        )

    def put_place(self, article: Article, container: str) -> None:
        """Record where an article that is held stands now, and where in it it says what it says of itself."""
        content = content_of(article)
        with self.transaction():
            whole = not self.damaged_articles([article.article_id])
            self._do(
                "UPDATE articles SET source = ?, container = ?, stated = ?, removed = ? WHERE article_id = ?",
                [(article.source, container, content.stated, content.removed, article.article_id)],
            )
            if whole:
                self.sum_articles([article.article_id])

    def drop_passages(self, article_ids: Sequence[str], also: Sequence[int]) -> None:
        """Delete all passages of articles, and ``also`` these, and nothing else of them."""
        with self.transaction():
            for where, values in (("article_id", article_ids), ("passage_id", also)):
                self.have_pending(where, values)
                self._do(f"DELETE FROM passages WHERE {where} = ?", [(value,) for value in values])  # noqa: S608

    def delete(self, article_ids: Sequence[str]) -> int:
        """Delete articles with all that was made from them; return how many there were."""
        each = [(article_id,) for article_id in article_ids]
        with self.transaction():
            sources = self._rows_in("SELECT source FROM articles WHERE article_id IN (?)", article_ids)
            self.drop_lines_of([source for (source,) in sources])
            self._do("DELETE FROM changes WHERE article_id = ?", each)
            return self._let_go(article_ids)

    def _let_go(self, article_ids: Sequence[str]) -> int:
        """Delete articles and their passages, and have their reprints grouped again; return how many there were."""
        gone = 0
        for article_id in article_ids:
            one = [(article_id,)]
            self.have_pending("article_id", [article_id])
            self._do(
                "UPDATE articles SET origin = NULL WHERE origin = (SELECT origin FROM articles WHERE article_id = ?)",
                one,
            )
            gone += self._do("DELETE FROM articles WHERE article_id = ?", one)
        return gone

    def forget(self, article_ids: Sequence[str]) -> int:
        """Delete articles that the user removed: they stay away until they change or are named.

        Returns:
            How many there were.
        """
        with self.transaction():
            for article_id in article_ids:
                [(container, name, url)] = self._rows(
                    "SELECT container, source, url FROM articles WHERE article_id = ?", [article_id]
                )
                self._do("INSERT OR IGNORE INTO forgotten VALUES (?)", [(article_id,)])
                # An address may spell the title out.
                self._do("DELETE FROM links WHERE url = ?", [(container,), (url,)])
                if self._one("SELECT count(*) FROM articles WHERE container = ?", [container]) == 1:
                    self.drop_source(container)
                else:
                    self.leave_out(container, article_id, name)
            return self.delete(article_ids)

    def forgotten(self) -> set[str]:
        """Return the ids of the articles that the user removed."""
        return {row[0] for row in self._rows("SELECT article_id FROM forgotten")}

    def held(self, containers: Sequence[str]) -> list[tuple[str, str, str, str | None]]:
        """Return id, container, source and URL of every article that is held from these containers."""
        statement = "SELECT article_id, container, source, url FROM articles WHERE container IN (?)"
        return [(row[0], row[1], row[2], row[3]) for row in self._rows_in(statement, containers)]

    def article(self, article_id: str) -> Article:
        """Return an article that is held as it was when it was written."""
        content = self.contents([article_id])[article_id]
        return Article(
            self.records([article_id])[article_id].source,
            self.text(article_id),
            stated=stated_in(content.stated),
            removed=tuple(json.loads(content.removed)),
            **dict(zip(FIELDS, content.fields, strict=True)),
        )

    def containers_of(self, article_ids: Sequence[str]) -> set[str]:
        """Return the containers of those of the articles that are held."""
        rows = self._rows_in("SELECT container FROM articles WHERE article_id IN (?)", article_ids)
        return {container for (container,) in rows}

    def all_sources(self) -> list[str]:
        """Return every source that was read to its end, or that an article is held from."""
        return [row[0] for row in self._rows("SELECT source FROM sources UNION SELECT container FROM articles")]

    def contents(self, article_ids: Sequence[str]) -> dict[str, Content]:
        """Return all but the texts of those of the articles that are held, by id."""
        statement = f"SELECT article_id, stated, removed, {', '.join(FIELDS)} FROM articles WHERE article_id IN (?)"  # noqa: S608
        return {row[0]: Content(row[3:], row[1], row[2]) for row in self._rows_in(statement, article_ids)}

    # -- origins -------------------------------------------------------------------------------------------------

    def without_origin(self) -> list[str]:
        """Return the ids of the articles that were not yet compared with the others."""
        return [row[0] for row in self._rows("SELECT article_id FROM articles WHERE origin IS NULL ORDER BY source")]

    def put_bands(self, article_id: str, bands: Sequence[int]) -> None:
        """Store the bands of an article's signature, in place of those stored before."""
        with self.transaction():
            self._do("DELETE FROM bands WHERE article_id = ?", [(article_id,)])
            self._do("INSERT OR IGNORE INTO bands VALUES (?, ?)", [(band, article_id) for band in bands])

    def sharing_bands(self, bands: Sequence[int]) -> Counter[str]:
        """Count how many of the bands each article has; of a band at most 50 articles are looked at."""
        rows = (self._rows("SELECT article_id FROM bands WHERE band = ? LIMIT ?", [band, _SHARING]) for band in bands)
        return Counter(article_id for found in rows for (article_id,) in found)

    def origin_members(self, origin: str) -> list[ArticleRecord]:
        """Return the articles of a group of reprints."""
        return [ArticleRecord(*row) for row in self._rows(f"SELECT {_RECORD} FROM articles WHERE origin = ?", [origin])]  # noqa: S608

    def led_by_none(self) -> list[str]:
        """Return the ids of the articles whose group is led by an article that is not there."""
        rows = self._rows("SELECT article_id FROM articles WHERE origin NOT IN (SELECT article_id FROM articles)")
        return [article_id for (article_id,) in rows]

    def group_again(self, article_ids: Sequence[str]) -> None:
        """Have articles compared with the others again."""
        self._do("UPDATE articles SET origin = NULL WHERE article_id = ?", [(each,) for each in article_ids])

    def put_origin(self, article_ids: Sequence[str], origin: str) -> None:
        """Record that these articles are reprints of one another, led by ``origin``."""
        self._do("UPDATE articles SET origin = ? WHERE article_id = ?", [(origin, each) for each in article_ids])


def the_one(article_id: str, begun: Sequence[str], others: Sequence[str]) -> str:
    """Return the article that is asked for by its id, or by how that begins.

    Args:
        article_id: as a person wrote it.
        begun: the ids that begin so.
        others: ids that may have been meant where none does.

    Raises:
        QabotError: there are none or several; the nearest are named.
    """
    if article_id in begun:
        return article_id
    if len(begun) == 1:
        return begun[0]
    if begun:
        raise QabotError(f"More than one article begins with {article_id!r}: {', '.join(begun[:4])}. Name more of it.")
    from difflib import get_close_matches

    near = get_close_matches(article_id.lower(), others, n=3)
    meant = f" (did you mean {', '.join(near)}?)" if near else ""
    raise QabotError(f"There is no article {article_id!r}{meant}. See: qabot articles list")


def content_of(article: Article) -> Content:
    """Return what is to be held of an article."""
    fields = tuple(getattr(article, name) for name in FIELDS)
    return Content(fields, stated_json(article.stated), json.dumps(article.removed, ensure_ascii=False))


def embedding_key(article: Article, passage: Passage) -> bytes:
    """Return a digest of the text that is embedded of a passage, so that the same text is never embedded twice."""
    return hashlib.blake2b(embedded_text(article, passage).encode(), digest_size=16).digest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
