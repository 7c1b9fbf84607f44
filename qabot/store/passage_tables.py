"""Passages in the catalogue, with their vectors: what Chroma and the word index are made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qabot.store.database import Database


@dataclass(frozen=True)
class Entry:
    """A passage as the derived indexes need it."""

    passage_id: int
    vector: NDArray[np.float32]
    text: str
    title: str | None
    publisher: str | None
    published: str | None


class PassageTables(Database):
    """The table of passages, and that of those which the derived indexes do not have yet."""

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

    def vectors_of(self, keys: Sequence[bytes]) -> dict[bytes, NDArray[np.float32]]:
        """The vectors that are held for embedded texts (by `embedding_key`)."""
        rows = self._rows_in("SELECT embedded, vector FROM passages WHERE embedded IN (?)", keys)
        return {key: np.frombuffer(vector, "<f4") for key, vector in rows}

    def article_vectors(self, article_id: str) -> NDArray[np.float32]:
        """The vectors of an article's passages, in order: shape (passages, dimension)."""
        rows = self._rows("SELECT vector FROM passages WHERE article_id = ? ORDER BY start", [article_id])
        return np.stack([np.frombuffer(row[0], "<f4") for row in rows]) if rows else np.empty((0, 0), np.float32)

    def articles_of(self, passage_ids: Sequence[int]) -> dict[int, str]:
        """The article of each passage that is held."""
        return dict(self._rows_in("SELECT passage_id, article_id FROM passages WHERE passage_id IN (?)", passage_ids))
