"""What the search indexes are made from: passages with their vectors, and which of them changed since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qabot.store.database import Database, in_parts
from qabot.store.records import Entry, Scope

_COMPARED = 500  # vectors in memory: so few are read into the same place again, which is twice as fast


class SearchTables(Database):
    """The tables of passages and of what is pending. A key is the digest of what is embedded of a passage."""

    def pending(self) -> list[int]:
        """Return the ids of the passages that the search indexes lack, or should no longer have."""
        return [row[0] for row in self._rows("SELECT DISTINCT passage_id FROM pending")]

    def pending_keys(self) -> list[bytes]:
        """Return the keys that these passages have and had."""
        return [row[0] for row in self._rows("SELECT DISTINCT embedded FROM pending")]

    def have_pending(self, where: str, values: Sequence[Any]) -> None:
        """Have the search indexes look again at passages, named by what is in one of their columns."""
        statement = f"INSERT OR IGNORE INTO pending SELECT passage_id, embedded FROM passages WHERE {where} = ?"  # noqa: S608
        self._do(statement, [(value,) for value in values])

    def clear_pending(self, passage_ids: Sequence[int]) -> None:
        """Record that the search indexes are up to date with these passages."""
        self._do("DELETE FROM pending WHERE passage_id = ?", [(passage_id,) for passage_id in passage_ids])

    def passage_ids(self) -> list[int]:
        """Return the ids of all passages."""
        return [row[0] for row in self._rows("SELECT passage_id FROM passages")]

    def without_passages(self) -> list[str]:
        """Return the ids of the articles that have no passage, as none should be."""
        return [row[0] for row in self._rows("SELECT article_id FROM articles EXCEPT SELECT article_id FROM passages")]

    def keys(self) -> list[bytes]:
        """Return the keys of all passages, each once."""
        return [row[0] for row in self._rows("SELECT DISTINCT embedded FROM passages")]

    def entries(self, passage_ids: Sequence[int]) -> list[Entry]:
        """Return those of the passages that are held, as the word index needs them."""
        rows = list(
            self._rows_in(
                'SELECT article_id, passage_id, start, "end", title, publisher, published '
                "FROM passages JOIN articles USING (article_id) WHERE passage_id IN (?)",
                passage_ids,
            )
        )
        of_article: defaultdict[str, list[tuple[int, int, int]]] = defaultdict(list)
        for article_id, passage_id, start, end, *_ in rows:
            of_article[article_id].append((passage_id, start, end))
        texts = {  # cut here, as the database would read the whole text for each of its passages
            passage_id: text[start:end]
            for article_id, slices in of_article.items()
            for (text,) in self._rows("SELECT text FROM articles WHERE article_id = ?", [article_id])
            for passage_id, start, end in slices
        }
        return [Entry(row[1], texts[row[1]], *row[4:]) for row in rows if row[1] in texts]

    def vectors_of(self, keys: Sequence[bytes]) -> dict[bytes, NDArray[np.float32]]:
        """Return the vectors that are held under these keys; of damaged passages none."""
        rows = list(self._rows_in("SELECT embedded, passage_id, vector FROM passages WHERE embedded IN (?)", keys))
        wrong = self.damaged_passages([passage_id for _, passage_id, _ in rows])
        return {key: np.frombuffer(vector, "<f4") for key, passage_id, vector in rows if passage_id not in wrong}

    def vectors(self, passage_ids: Sequence[int], dimension: int) -> Iterator[tuple[list[int], NDArray[np.float32]]]:
        """Yield those of the passages that are held with their vectors, some at a time: shape (some, dimension)."""
        for some in in_parts(passage_ids, _COMPARED):
            rows = self._rows_in("SELECT passage_id, vector FROM passages WHERE passage_id IN (?)", some)
            held = [row for row in rows if len(row[1]) == 4 * dimension]  # what is damaged may be shorter
            vectors = np.frombuffer(b"".join(vector for _, vector in held), "<f4").reshape(-1, dimension)
            yield [passage_id for passage_id, _ in held], vectors

    def article_vectors(self, article_id: str) -> NDArray[np.float32]:
        """Return the vectors of an article's passages, in order: shape (passages, dimension)."""
        rows = self._rows("SELECT vector FROM passages WHERE article_id = ? ORDER BY start", [article_id])
        return np.stack([np.frombuffer(row[0], "<f4") for row in rows]) if rows else np.empty((0, 0), np.float32)

    def articles_of(self, passage_ids: Sequence[int]) -> dict[int, str]:
        """Return the article id of each passage that is held."""
        return dict(self._rows_in("SELECT passage_id, article_id FROM passages WHERE passage_id IN (?)", passage_ids))

    def article_states(self) -> dict[str, tuple[str, int]]:
        """Return for each article a checksum of all that is to be known of it elsewhere, and its characters."""
        rows = self._rows(
            "SELECT article_id, length(text), sum, origin, (SELECT max(number) FROM changes WHERE changes.article_id = "
            "articles.article_id), (SELECT group_concat(passage_id) FROM passages WHERE passages.article_id = "
            "articles.article_id) FROM articles LEFT JOIN article_sums USING (article_id)"
        )
        return {row[0]: (blake2b(repr(row[2:]).encode(), digest_size=8).hexdigest(), row[1]) for row in rows}

    # -- scopes --------------------------------------------------------------------------------------------------

    def passages_under(self, keys: Collection[bytes]) -> dict[bytes, list[int]]:
        """Return the passages that have one of these keys."""
        found: defaultdict[bytes, list[int]] = defaultdict(list)
        for key, passage_id in self._rows_in(
            "SELECT embedded, passage_id FROM passages WHERE embedded IN (?)", list(keys)
        ):
            found[key].append(passage_id)
        return found

    def inside(self, passage_ids: Sequence[int], scope: Scope) -> list[int]:
        """Return those of the passages that are held and inside a scope."""
        rows = self._rows_in(
            "SELECT passage_id, published, publisher FROM passages JOIN articles USING (article_id) "
            "WHERE passage_id IN (?)",
            passage_ids,
        )
        return [passage_id for passage_id, published, publisher in rows if scope.includes(published, publisher)]

    def passages_of(self, article_ids: Sequence[str]) -> list[int]:
        """Return the ids of the passages of articles."""
        rows = self._rows_in("SELECT passage_id FROM passages WHERE article_id IN (?)", article_ids)
        return [passage_id for (passage_id,) in rows]
