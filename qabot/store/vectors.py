"""The vector index: a Chroma collection in cosine space, made from the catalogue. It holds no text.

Chroma is handed vectors and asked with vectors; it has no embedding function, and its own SQLite file is never opened.
A folder is opened here only where `qabot.store.derived` has no reason to doubt it: a damaged one can crash the process.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from qabot.articles.dates import day_number, day_span
from qabot.store.passage_tables import Entry
from qabot.store.records import ANYWHERE, Hit, Scope
from qabot.store.trouble import rust_errors

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.api.types import Where

T = TypeVar("T")

_COLLECTION = "passages"
_SAMPLE = 5
_SAME = 0.999


class VectorIndex:
    """An open collection."""

    @rust_errors()
    def __init__(self, folder: Path, *, create: bool = False) -> None:
        import chromadb
        from chromadb.config import Settings

        settings = Settings(anonymized_telemetry=False)
        client: Any = chromadb.PersistentClient(str(folder), settings=settings)
        try:
            if create:
                self._collection: Collection = client.create_collection(
                    _COLLECTION, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
                )
            else:
                self._collection = client.get_collection(_COLLECTION, embedding_function=None)
        except BaseException:
            client.close()
            raise
        self._client = client

    def close(self) -> None:
        """Let go of the folder; Chroma would otherwise keep it open, and its caches, as long as the process lives."""
        self._client.close()

    @rust_errors()
    def put(self, entries: Sequence[Entry]) -> None:
        """Hold these passages, in place of what was held under their ids."""
        for some in self._batches(entries):
            self._collection.upsert(
                ids=[str(entry.passage_id) for entry in some],
                embeddings=np.stack([entry.vector for entry in some]),
                metadatas=[_metadata(entry) for entry in some],
            )

    @rust_errors()
    def drop(self, passage_ids: Sequence[int]) -> None:
        """Let go of these passages."""
        for some in self._batches(passage_ids):
            self._collection.delete(ids=[str(passage_id) for passage_id in some])

    def _batches(self, items: Sequence[T]) -> Iterator[Sequence[T]]:
        size = self._client.get_max_batch_size()
        return (items[first : first + size] for first in range(0, len(items), size))

    @rust_errors()
    def search(self, vectors: NDArray[np.float32], k: int, scope: Scope) -> list[list[Hit]]:
        """The k nearest passages of each vector by cosine similarity, best first.

        Args:
            vectors: of unit length, shape (queries, dimension).
            k: how many.
            scope: which articles may be found.
        """
        if k < 1:
            return [[] for _ in vectors]
        found = self._collection.query(
            query_embeddings=vectors, n_results=k, where=_where(scope), include=["distances"]
        )
        return [
            [Hit(int(each), 1 - distance) for each, distance in zip(ids, distances, strict=True)]
            for ids, distances in zip(found["ids"], found["distances"] or [], strict=True)
        ]

    @rust_errors()
    def wrong(self, count: int, sample: Sequence[Entry]) -> str | None:
        """What is wrong with the collection, or None: passages are counted, some vectors are asked for themselves."""
        if (held := self._collection.count()) != count:
            return f"it holds {held} passages instead of {count}"
        sample = sample[:: max(1, len(sample) // _SAMPLE)]
        if not sample:
            return None
        hits = self.search(np.stack([entry.vector for entry in sample]), 1, ANYWHERE)
        if any(not found or found[0].score < _SAME for found in hits):
            return "it does not find passages by their own vectors"
        return None


def _metadata(entry: Entry) -> dict[str, Any]:
    # Chroma compares numbers only; a passage without the key is outside every condition on it.
    metadata: dict[str, Any] = {"publisher": (entry.publisher or "").casefold()}
    if entry.published:
        first, last = day_span(entry.published)
        metadata |= {"first_day": day_number(first), "last_day": day_number(last)}
    return metadata


def _where(scope: Scope) -> Where | None:
    conditions: list[Any] = []
    if scope.since:
        conditions.append({"first_day": {"$gte": day_number(scope.since)}})
    if scope.until:
        conditions.append({"last_day": {"$lte": day_number(scope.until)}})
    if scope.publishers:
        conditions.append({"publisher": {"$in": [publisher.casefold() for publisher in scope.publishers]}})
    if len(conditions) > 1:
        return {"$and": conditions}
    return conditions[0] if conditions else None
