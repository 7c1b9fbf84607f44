"""The vector index, made from the catalogue: a Chroma collection, and the same vectors in a flat file; no text.

Which of them is asked is a matter of time alone. To compare all vectors is exact, knows scopes and needs no Chroma,
which takes longer to import than a question takes, and holds all vectors in memory. Chroma is the faster one where
there are millions, and asked from when on as much was spent on comparing as opening it takes. Where a scope leaves few
of its nearest, all vectors of the scope are compared. (Chroma's own condition on metadata takes fifty times as long as
a search without one.)

Chroma may lag behind: what is put and dropped is copied to it when that is worth opening it, and what it does not have
yet is compared.

A folder is opened here only where `qabot.store.search_index` has no reason to doubt it: a damaged one can crash the
process.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qabot.store.errors import rust_errors
from qabot.store.flat import FlatVectors
from qabot.store.records import ANYWHERE, Entry, Hit, Scope

if TYPE_CHECKING:
    from chromadb import Collection

_COLLECTION = "passages"


class ChromaVectors:
    """An open collection."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        import chromadb
        from chromadb.config import Settings

        # What is said here wins over the variables and the file .env of the working directory, which Chroma reads too.
        settings = Settings(
            anonymized_telemetry=False,
            chroma_otel_collection_endpoint="",
            chroma_api_impl="chromadb.api.rust.RustBindingsAPI",
            _env_file=None,  # type: ignore[call-arg]  # which pydantic adds
        )
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
        """Close the folder; Chroma would otherwise keep it open, and its caches, as long as the process lives."""
        self._client.close()

    def count(self) -> int:
        """Return how many passages are held."""
        return self._collection.count()

    def put(self, passage_ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        """Store these passages, in place of those stored under their ids; one vector each."""
        for some in self._batches(len(passage_ids)):
            self._collection.upsert(ids=[str(each) for each in passage_ids[some]], embeddings=vectors[some])

    def drop(self, passage_ids: NDArray[np.int64]) -> None:
        """Delete these passages."""
        for some in self._batches(len(passage_ids)):
            self._collection.delete(ids=[str(each) for each in passage_ids[some]])

    def _batches(self, count: int) -> Iterator[slice]:
        size = self._client.get_max_batch_size()
        return (slice(first, first + size) for first in range(0, count, size))

    def held(self, passage_ids: NDArray[np.int64]) -> dict[int, NDArray[np.float32]]:
        """Return the vectors of those of the passages that are held, of unit length."""
        found = self._collection.get(ids=[str(each) for each in passage_ids], include=["embeddings"])
        vectors = np.asarray(found["embeddings"], dtype=np.float32)
        return {int(each): vector for each, vector in zip(found["ids"], vectors, strict=True)}

    def search(self, vectors: NDArray[np.float32], k: int) -> list[list[Hit]]:
        """Return the k nearest passages of each vector, best first, but for a few in a thousand (HNSW).

        Source: Malkov and Yashunin, "Efficient and robust approximate nearest neighbor search using Hierarchical
        Navigable Small World graphs" (2020).
        """
        found = self._collection.query(query_embeddings=vectors, n_results=k, include=["distances"])
        return [
            [Hit(int(each), 1 - distance) for each, distance in zip(ids, distances, strict=True)]
            for ids, distances in zip(found["ids"], found["distances"] or [], strict=True)
        ]


COMPARED = 2_000_000
"""At most so many vectors are compared instead of asking Chroma: some 90 milliseconds of a processor."""
COMPARED_IN_SCOPE = 4_000_000
"""The same in a scope, for which Chroma has to find many more than are wanted."""
OPENING = 100_000_000
"""Comparing so many vectors takes as long as opening Chroma with millions of them."""
LAG = 1_000
"""So many passages, put or dropped, are copied to Chroma."""
_NEAREST = 2_000  # hits of Chroma among which those inside a scope are looked for
_SAMPLE = 5
_SAME = 0.999


class VectorIndex:
    """An open vector index; Chroma is opened when it is first needed."""

    @rust_errors()
    def __init__(self, folder: Path, *, create: bool = False, sizes: Mapping[str, int] | None = None) -> None:
        """Open it, or make an empty one; ``sizes`` as of `FlatVectors`."""
        self._folder = folder
        self._flat = FlatVectors(folder / "flat", create=create, sizes=sizes)
        self._asks_chroma = os.access(folder, os.W_OK)  # it cannot open what it cannot write to
        self._opened = ChromaVectors(folder, create=True) if create else None
        self._compared = 0  # vectors, where Chroma might have been asked

    def close(self) -> None:
        """Close the folder."""
        if self._opened:
            self._opened.close()
        self._opened = None

    @property
    def _chroma(self) -> ChromaVectors:
        if not self._opened:
            self._opened = ChromaVectors(self._folder)
        return self._opened

    @rust_errors()
    def put(self, entries: Sequence[Entry]) -> None:
        """Store these passages, in place of those stored under their ids."""
        self._flat.put(entries)
        self._copy()

    @rust_errors()
    def drop(self, passage_ids: Sequence[int]) -> None:
        """Delete these passages."""
        self._flat.drop(passage_ids)
        self._copy()

    def _copy(self) -> None:
        """Bring Chroma up to date, where it is open or far behind."""
        if self._opened or self._flat.lag() >= LAG:
            put, vectors, dropped = self._flat.to_copy()
            self._chroma.drop(dropped)
            self._chroma.put(put, vectors)
            self._flat.copy_made()

    def leave_out(self, passage_ids: AbstractSet[int], *, being_written: bool) -> None:
        """Find these passages no more; Chroma is not asked while another process may be writing to it."""
        self._flat.leave_out(passage_ids)
        self._asks_chroma = not being_written and os.access(self._folder, os.W_OK)

    @rust_errors()
    def search(self, vectors: NDArray[np.float32], k: int, scope: Scope) -> list[list[Hit]]:
        """Return the k nearest passages of each vector by cosine similarity, best first.

        Args:
            vectors: of unit length, shape (queries, dimension).
            k: how many.
            scope: which articles may be found.
        """
        if k < 1:
            return [[] for _ in vectors]
        cost = self._flat.cost(scope) * len(vectors)
        if not self._asks_chroma or cost <= len(vectors) * (COMPARED if scope == ANYWHERE else COMPARED_IN_SCOPE):
            return self._flat.search(vectors, k, scope)
        if not self._opened and self._compared + cost <= OPENING:
            self._compared += cost
            return self._flat.search(vectors, k, scope)
        wanted = k + self._flat.dropped() if scope == ANYWHERE else max(k, _NEAREST)
        found = [self._flat.within(hits, scope) for hits in self._chroma.search(vectors, wanted)]
        if any(len(hits) < k for hits in found):
            return self._flat.search(vectors, k, scope)
        new = self._flat.search(vectors, k, scope, first=self._flat.copied)
        return [sorted([*hits, *more], key=lambda hit: -hit.score)[:k] for hits, more in zip(found, new, strict=True)]

    @rust_errors()
    def wrong(self, count: int, sample: Sequence[Entry], *, opening_chroma: bool = False) -> str | None:
        """Return what is wrong with the index, or None: passages are counted, some are looked for by their own vectors.

        Chroma is asked what vectors it has of them, and not whose are nearest: of many that are equal it finds some.

        Args:
            count: how many passages there are.
            sample: some of them.
            opening_chroma: open Chroma too; else it is only looked at where it is open.
        """
        if (held := self._flat.count()) != count:
            return f"it holds {held} passages instead of {count}"
        asked = np.stack([each.vector for each in sample[:: max(1, len(sample) // _SAMPLE)]]) if sample else None
        hits = self._flat.search(asked, 1, ANYWHERE) if asked is not None else []
        if any(not found or found[0].score < _SAME for found in hits):
            return "it does not find passages by their own vectors"
        return self._wrong_with_chroma() if self._opened or opening_chroma else None

    def _wrong_with_chroma(self) -> str | None:
        if (held := self._chroma.count()) != self._flat.in_copy():
            return f"Chroma holds {held} passages instead of {self._flat.in_copy()}"
        ids, vectors = self._flat.some_copied(_SAMPLE)
        copies = self._chroma.held(ids) if len(ids) else {}
        if any(
            passage_id not in copies or copies[passage_id] @ vector < _SAME
            for passage_id, vector in zip(ids.tolist(), vectors, strict=True)
        ):
            return "Chroma does not hold passages with their own vectors"
        if len(ids) and not self._chroma.search(vectors[:1], 1)[0]:
            return "Chroma finds nothing"
        return None
