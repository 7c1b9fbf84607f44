"""A Chroma collection in cosine space: passages' ids and their vectors, and nothing else.

Chroma is handed vectors and asked with vectors; it has no embedding function, and its own SQLite file is never opened.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qabot.store.records import Hit

if TYPE_CHECKING:
    from chromadb import Collection

_COLLECTION = "passages"


class ChromaVectors:
    """An open collection."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        import chromadb
        from chromadb.config import Settings

        client: Any = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
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

    def count(self) -> int:
        """How many passages are held."""
        return self._collection.count()

    def put(self, passage_ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        """Hold these passages, in place of what was held under their ids; one vector each."""
        for some in self._batches(len(passage_ids)):
            self._collection.upsert(ids=[str(each) for each in passage_ids[some]], embeddings=vectors[some])

    def drop(self, passage_ids: NDArray[np.int64]) -> None:
        """Let go of these passages."""
        for some in self._batches(len(passage_ids)):
            self._collection.delete(ids=[str(each) for each in passage_ids[some]])

    def _batches(self, count: int) -> Iterator[slice]:
        size = self._client.get_max_batch_size()
        return (slice(first, first + size) for first in range(0, count, size))

    def search(self, vectors: NDArray[np.float32], k: int) -> list[list[Hit]]:
        """The k nearest passages of each vector, best first, but for a few in a thousand (HNSW).

        Source: Malkov and Yashunin, "Efficient and robust approximate nearest neighbor search using Hierarchical
        Navigable Small World graphs" (2020).
        """
        found = self._collection.query(query_embeddings=vectors, n_results=k, include=["distances"])
        return [
            [Hit(int(each), 1 - distance) for each, distance in zip(ids, distances, strict=True)]
            for ids, distances in zip(found["ids"], found["distances"] or [], strict=True)
        ]
