"""The vector index: a Chroma collection, made from the catalogue, with one vector for every different text.

Passages whose texts are equal share a vector, by the key of that text, for of many equal vectors HNSW finds some and
loses others that lie beside them. Which passages have a key, the catalogue says.

A folder is written once, by `VectorWriter`, and never changed after that: what follows is written to a copy. Whoever
asks opens it through links, since Chroma writes to the files that it opens, and cannot open what it may not write to.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qabot.store.location import rust_errors

if TYPE_CHECKING:
    from chromadb import Collection

Vectors = dict[bytes, NDArray[np.float32]]
"""By `qabot.store.catalogue.embedding_key`."""

_COLLECTION = "passages"
_DATABASE = "chroma.sqlite3"
_DEFAULT = {"tenant": "default_tenant", "database": "default_database"}
HNSW: dict[str, Any] = {"space": "cosine", "max_neighbors": 16, "ef_construction": 100, "ef_search": 400}
"""`python -m eval speed recall` measures what they find of what comparing all finds."""
_PERSISTED_FROM = 2  # changes: the least that Chroma takes; what was not persisted is worked out anew at every opening
_SAME = 0.999


class VectorIndex:
    """An open collection that nobody changes any more."""

    def __init__(self, folder: Path) -> None:
        """Open it, with all that it holds.

        Raises:
            OSError: there is no room for the small part of it that Chroma writes to.
            SearchIndexError: it is damaged, or no longer there.
        """
        self._engine: Any = None
        self._links = tempfile.TemporaryDirectory(prefix="qabot-")
        try:
            with rust_errors():
                _link(folder, Path(self._links.name))
                self._engine = _engine(Path(self._links.name))
                self._collection = str(self._engine.get_collection(_COLLECTION, **_DEFAULT).id)
                self.count: int = self._engine.count(self._collection)
                self._engine.get(self._collection, limit=1, include=["embeddings"])  # now the folder may be deleted
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close it; Chroma would otherwise keep it open, and its caches, as long as the process lives."""
        self._engine = None
        self._links.cleanup()

    @rust_errors()
    def search(self, vectors: NDArray[np.float32], k: int) -> list[list[tuple[bytes, float]]]:
        """Return for each vector the keys of the k nearest, with their cosine, best first, but for a few (HNSW).

        Source: Malkov and Yashunin, "Efficient and robust approximate nearest neighbor search using Hierarchical
        Navigable Small World graphs" (2020).
        """
        found = self._engine.query(
            self._collection, ids=None, query_embeddings=vectors.tolist(), n_results=k, include=["distances"]
        )
        return [
            [(bytes.fromhex(each), 1 - distance) for each, distance in zip(ids, distances, strict=True)]
            for ids, distances in zip(found.ids, found.distances, strict=True)
        ]

    @rust_errors()
    def wrong(self, count: int, sample: Vectors) -> str | None:
        """Return what is wrong with it, or None: it is counted, and some are looked at.

        Chroma is asked what vectors it has of them, and not whose are nearest: of many that are nearly equal it finds
        some.
        """
        if self.count != count:
            return f"Chroma holds {self.count} vectors instead of {count}"
        found = self._engine.get(self._collection, ids=[key.hex() for key in sample] or None, include=["embeddings"])
        held = dict(zip(found.ids, np.asarray(found.embeddings), strict=True))
        if any(key.hex() not in held or held[key.hex()] @ vector < _SAME for key, vector in sample.items()):
            return "Chroma does not hold texts with their own vectors"
        if any(not self.search(vector[None], 1)[0] for vector in sample.values()):
            return "Chroma finds nothing"
        return None


class VectorWriter:
    """A collection that is being written, in a new folder."""

    @rust_errors()
    def __init__(self, folder: Path, former: Path | None = None) -> None:
        """Begin with what is in ``former``, or with nothing."""
        if former:
            shutil.copytree(former, folder)
        self._folder = folder
        self._client: Any = None
        self._client, self._collection = _opened(folder, create=not former)

    @rust_errors()
    def put(self, vectors: Vectors) -> None:
        """Store these vectors, in place of those stored under their keys."""
        keys = list(vectors)
        for some in self._batches(keys):
            self._collection.upsert(
                ids=[key.hex() for key in some], embeddings=np.stack([vectors[key] for key in some])
            )

    @rust_errors()
    def drop(self, keys: Sequence[bytes]) -> None:
        """Delete what is stored under these keys."""
        for some in self._batches(keys):
            self._collection.delete(ids=[key.hex() for key in some])

    def _batches(self, keys: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
        size = self._client.get_max_batch_size()
        return (keys[first : first + size] for first in range(0, len(keys), size))

    @rust_errors()
    def finish(self) -> int:
        """Close it, and leave out of its files what is no longer needed; return how many vectors are stored."""
        count = self._collection.count()
        self.close()
        with closing(sqlite3.connect(self._folder / _DATABASE)) as connection:
            connection.execute("VACUUM")  # Chroma's log of what was written takes ten times what is left
        return count

    def close(self) -> None:
        """Close it."""
        if self._client:
            self._client.close()
        self._client = None


def _link(folder: Path, to: Path) -> None:
    """Make a folder seem to be another: what Chroma writes to when it opens it is copied."""
    for each in folder.iterdir():
        if each.is_dir():
            (to / each.name).symlink_to(each.absolute(), target_is_directory=True)
    shutil.copyfile(folder / _DATABASE, to / _DATABASE)


def _engine(folder: Path) -> Any:
    """Return what is behind Chroma's client, opened on a folder: the client takes half a second to import."""
    from chromadb_rust_bindings import Bindings, MigrationHash, MigrationMode, SqliteDBConfig

    database = SqliteDBConfig(MigrationHash.MD5, MigrationMode.Apply, str(folder / _DATABASE))
    return Bindings(allow_reset=False, sqlite_db_config=database, hnsw_cache_size=16, persist_path=str(folder))


def _opened(folder: Path, *, create: bool = False) -> tuple[Any, Collection]:
    """Return a client of a folder, and the collection in it."""
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
            hnsw = {**HNSW, "sync_threshold": _PERSISTED_FROM, "batch_size": _PERSISTED_FROM}
            return client, client.create_collection(_COLLECTION, embedding_function=None, configuration={"hnsw": hnsw})
        return client, client.get_collection(_COLLECTION, embedding_function=None)
    except BaseException:
        client.close()
        raise
