"""Vectors in a flat file, with what a scope asks of their passages: compared with all of them, search is exact.

It opens at once, as the operating system reads what is looked at, and a scope costs nothing: the days and publishers
of all passages are compared before any vector is. Then their codes are, and the vectors only of those that may be
among the nearest by their codes.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property, lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qabot.store import codes
from qabot.store.records import ANYWHERE, Entry, Hit, Scope
from qabot.text.dates.period import day_number, day_span

_ROW = np.dtype(
    [
        ("passage_id", "<i8"), ("first_day", "<i4"), ("last_day", "<i4"), ("publisher", "<u8"),
        ("scale", "<f4"), ("error", "<f4"),
    ]
)  # fmt: skip
_FREE = 0  # in place of an id that nobody needs; one that was dropped and is to be copied as such is negative
_NO_DAY = -1
_PICKING = 5
"""Picking a vector out of the file costs as much as comparing so many that lie side by side."""
_FEW = 1_000  # free rows that are not worth writing the files anew
_ROUNDING = 1e-5
_BLOCK = 256
_AT_ONCE = 1_000
"""So many vectors are compared in full without looking at their codes."""


class HeldVectors:
    """A row for every vector, the vectors, and their codes: what is searched."""

    def __init__(self, rows: NDArray[Any], vectors: NDArray[np.float32], coded: NDArray[np.uint8]) -> None:
        self._rows, self._vectors, self._codes = rows, vectors, coded

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> HeldVectors:
        """Hold passages in memory."""
        return HeldVectors(*_encoded(entries))

    def count(self) -> int:
        """How many passages are held."""
        return int(np.count_nonzero(self._rows["passage_id"] > 0))

    def cost(self, scope: Scope) -> int:
        """What a search in a scope costs, in vectors that are compared."""
        return self._cost(int(np.count_nonzero(self._inside(scope))))

    def search(self, vectors: NDArray[np.float32], k: int, scope: Scope, first: int = 0) -> list[list[Hit]]:
        """The k nearest passages of each vector, best first; arguments as of `VectorIndex.search`.

        Args:
            vectors: of unit length.
            k: how many.
            scope: which articles may be found.
            first: the first row that is looked at.

        Raises:
            ValueError: the vectors have another dimension.
        """
        inside = self._inside(scope)
        inside[:first] = False
        count = int(np.count_nonzero(inside))
        if not count:
            return [[] for _ in vectors]
        if vectors.shape[1] != self._vectors.shape[1]:
            raise ValueError(f"vectors of dimension {self._vectors.shape[1]} are held, not of {vectors.shape[1]}")
        if count <= max(k, _AT_ONCE):
            return [self._best(vector, np.flatnonzero(inside), k) for vector in vectors]
        if self._cost(count) < len(self._rows):
            rows = np.flatnonzero(inside)
            products, missed = codes.products(self._codes[rows], self._rows["scale"][rows], vectors)
        else:
            rows = np.arange(len(self._rows))
            products, missed = codes.products(self._codes, self._rows["scale"], vectors)
            products[~inside] = -np.inf
        return [
            self._best(vector, rows[_promising(scores, k, self._furthest + off)], k)
            for vector, scores, off in zip(vectors, products.T, missed, strict=True)
        ]

    def _best(self, vector: NDArray[np.float32], rows: NDArray[np.int64], k: int) -> list[Hit]:
        scores = self._vectors[rows] @ vector
        self._let_go()
        best = np.argsort(-scores, kind="stable")[:k]
        ids = self._rows["passage_id"][rows[best]]
        return [Hit(int(each), float(score)) for each, score in zip(ids, scores[best], strict=True)]

    def _let_go(self) -> None:
        """Let the operating system take back what was read of the vectors, which would count as memory of ours."""
        if hasattr(mmap, "MADV_DONTNEED") and isinstance(self._vectors.base, mmap.mmap):
            self._vectors.base.madvise(mmap.MADV_DONTNEED)

    @cached_property
    def _furthest(self) -> float:
        """The longest way from a vector to what its code stands for."""
        return float(self._rows["error"].max(initial=0.0))

    def _cost(self, inside: int) -> int:
        return min(len(self._rows), _PICKING * inside)

    def _inside(self, scope: Scope) -> NDArray[np.bool_]:
        """Which rows are of passages inside a scope."""
        inside = self._held.copy()
        if scope == ANYWHERE:
            return inside
        if scope.since or scope.until:
            inside &= self._rows["first_day"] != _NO_DAY
        if scope.since:
            inside &= self._rows["first_day"] >= day_number(scope.since)
        if scope.until:
            inside &= self._rows["last_day"] <= day_number(scope.until)
        if scope.publishers:
            inside &= np.isin(self._rows["publisher"], [_hashed(name) for name in scope.publishers])
        return inside

    @cached_property
    def _held(self) -> NDArray[np.bool_]:
        held: NDArray[np.bool_] = self._rows["passage_id"] > 0
        return held


class FlatVectors(HeldVectors):
    """Open files: a row for every vector, the vectors, and their codes. Nothing in them is overwritten but ids.

    Another one says how many of the rows were copied elsewhere.

    Attributes:
        copied: how many rows were.
    """

    def __init__(self, folder: Path, *, create: bool = False, sizes: Mapping[str, int] | None = None) -> None:
        """Open them, or make empty ones.

        Args:
            folder: where they lie.
            create: make them.
            sizes: of the files as they were, by name: what was appended since is not looked at.

        Raises:
            OSError: they are not there.
            ValueError: they do not belong together.
        """
        self._sizes = sizes or {}
        self._left_out = np.empty(0, np.int64)
        self._rows_file, self._vectors_file = folder / "rows.bin", folder / "vectors.bin"
        self._codes_file = folder / "codes.bin"
        self._copied_file = folder / "copied.bin"
        if create:
            folder.mkdir(parents=True, exist_ok=True)
            for file in (self._rows_file, self._vectors_file, self._codes_file):
                file.touch(exist_ok=False)
            self._copied_file.write_bytes(np.int64(0).tobytes())
        self._open()

    def _open(self) -> None:
        rows, size, vectors = map(self._size, (self._rows_file, self._codes_file, self._vectors_file))
        self._rows = np.fromfile(self._rows_file, _ROW, rows // _ROW.itemsize)
        dimension, rest = divmod(size, max(1, len(self._rows)))
        if rest or bool(dimension) != bool(len(self._rows)) or vectors != 4 * size or rows != self._rows.nbytes:
            raise ValueError("its vectors are not those of its passages")
        shape = len(self._rows), dimension
        self._vectors: NDArray[np.float32] = _mapped(self._vectors_file, np.dtype("<f4"), shape)
        self._codes: NDArray[np.uint8] = _mapped(self._codes_file, np.dtype(np.uint8), shape)
        self.copied = int(np.fromfile(self._copied_file, np.int64, 1)[0])
        for former in ("_held", "_by_id", "_furthest"):
            vars(self).pop(former, None)

    def _size(self, file: Path) -> int:
        """Return the size that is looked at of a file: it may have grown, or been written anew and be smaller."""
        size = file.stat().st_size
        return min(size, self._sizes.get(file.name, size))

    # -- reading -------------------------------------------------------------------------------------------------

    def leave_out(self, passage_ids: Collection[int]) -> None:
        """Find these passages no more, and those that were left out before again."""
        self._left_out = np.fromiter(passage_ids, np.int64, len(passage_ids))
        vars(self).pop("_held", None)

    @cached_property
    def _held(self) -> NDArray[np.bool_]:
        ids = self._rows["passage_id"]
        held: NDArray[np.bool_] = ids > 0
        return held & ~np.isin(ids, self._left_out) if len(self._left_out) else held

    def within(self, hits: Sequence[Hit], scope: Scope) -> list[Hit]:
        """Those of the hits of a search in the copy that are held as they are there, and inside a scope."""
        ids, rows = self._by_id
        wanted = np.fromiter((hit.passage_id for hit in hits), np.int64, len(hits))
        at = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
        inside = (ids[at] == wanted) & (rows[at] < self.copied) & self._inside(scope)[rows[at]]
        return [hit for hit, is_inside in zip(hits, inside, strict=True) if is_inside]

    @cached_property
    def _by_id(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The ids, rising, and their rows."""
        rows = np.argsort(self._rows["passage_id"])
        return self._rows["passage_id"][rows], rows

    # -- writing -------------------------------------------------------------------------------------------------

    def put(self, entries: Sequence[Entry]) -> None:
        """Hold these passages, in place of what was held under their ids."""
        if not entries:
            return
        former = self._rows_of([entry.passage_id for entry in entries])
        # Whoever has the files open looks at what was there when they were opened, and sees nothing half written.
        rows, vectors, coded = _encoded(entries)
        _append(self._vectors_file, vectors)
        _append(self._codes_file, coded)
        _append(self._rows_file, rows)
        self._free(former)

    def drop(self, passage_ids: Sequence[int]) -> None:
        """Let go of these passages."""
        self._free(self._rows_of(passage_ids))

    def _rows_of(self, passage_ids: Sequence[int]) -> NDArray[np.int64]:
        return np.flatnonzero(np.isin(self._rows["passage_id"], np.array(passage_ids, np.int64)))

    def _free(self, rows: NDArray[np.int64]) -> None:
        if len(rows):
            self._overwrite_ids(rows, -self._rows["passage_id"][rows])
        self._open()

    def _overwrite_ids(self, rows: NDArray[np.int64], ids: NDArray[np.int64] | int) -> None:
        written = np.memmap(self._rows_file, _ROW, "r+")
        written["passage_id"][rows] = ids
        written.flush()

    # -- copying -------------------------------------------------------------------------------------------------

    def lag(self) -> int:
        """How many passages were put or dropped since the last copy."""
        ids = self._rows["passage_id"]
        return len(ids) - self.copied + self.dropped()

    def dropped(self) -> int:
        """How many passages in the copy are no longer held, or no longer as they are there."""
        return int(np.count_nonzero(self._rows["passage_id"][: self.copied] < 0)) + len(self._left_out)

    def in_copy(self) -> int:
        """How many passages the copy holds."""
        return int(np.count_nonzero(self._rows["passage_id"][: self.copied]))

    def some_copied(self, count: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The ids of about so many of the passages in the copy, and their vectors."""
        rows = np.flatnonzero(self._rows["passage_id"][: self.copied] > 0)
        some = rows[:: max(1, len(rows) // count)]
        return self._rows["passage_id"][some], np.asarray(self._vectors[some])

    def to_copy(self) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.int64]]:
        """The ids of the passages that were put since the last copy, their vectors, and the ids of the dropped."""
        ids = self._rows["passage_id"]
        new = self.copied + np.flatnonzero(ids[self.copied :] > 0)
        return ids[new], self._vectors[new], np.setdiff1d(-ids[: self.copied][ids[: self.copied] < 0], ids)

    def copy_made(self) -> None:
        """The copy holds what is held; what was dropped is no longer of interest."""
        ids = self._rows["passage_id"]
        if len(dropped := np.flatnonzero(ids < 0)):
            self._overwrite_ids(dropped, _FREE)
            self._open()
        if len(self._rows) - self.count() > max(_FEW, len(self._rows) // 2):
            self._write_anew()
        self._copied_file.write_bytes(np.int64(len(self._rows)).tobytes())
        self._open()

    def _write_anew(self) -> None:
        held = np.flatnonzero(self._rows["passage_id"])
        for file, data in (
            (self._vectors_file, self._vectors), (self._codes_file, self._codes), (self._rows_file, self._rows)
        ):  # fmt: skip
            anew = file.with_suffix(".new")
            anew.touch()
            _append(anew, data[held])
            anew.replace(file)
        self._open()


def _encoded(entries: Sequence[Entry]) -> tuple[NDArray[Any], NDArray[np.float32], NDArray[np.uint8]]:
    """Return the rows of passages, their vectors, and the codes of these."""
    if not entries:
        return np.empty(0, _ROW), np.empty((0, 0), "<f4"), np.empty((0, 0), np.uint8)
    vectors = np.stack([entry.vector for entry in entries]).astype("<f4")
    coded, scales, errors = codes.encode(vectors)
    rows = np.array([(*_about(entry), 0, 0) for entry in entries], _ROW)
    rows["scale"], rows["error"] = scales, errors
    return rows, vectors, coded


def _append(file: Path, data: NDArray[np.generic]) -> None:
    with file.open("ab") as stream:
        stream.write(np.ascontiguousarray(data).data)
        stream.flush()
        os.fsync(stream.fileno())


def _mapped(file: Path, dtype: np.dtype[Any], shape: tuple[int, int]) -> NDArray[Any]:
    return np.memmap(file, dtype, "r", shape=shape) if shape[0] else np.empty(shape, dtype)


def _promising(scores: NDArray[np.float32], k: int, off: float) -> NDArray[np.int64]:
    """Which may be among the k best, where each score may be off by so much."""
    # The best of every block come to the k-th best of all, or below it, in a fraction of the time.
    blocks = scores[: len(scores) // _BLOCK * _BLOCK].reshape(-1, _BLOCK).max(axis=1)
    near = np.flatnonzero(scores >= _kth(blocks, k) - 2 * (off + _ROUNDING)) if len(blocks) > k else None
    found = scores if near is None else scores[near]
    promising = np.flatnonzero(found >= _kth(found, k) - 2 * (off + _ROUNDING))
    return promising if near is None else near[promising]


def _kth(scores: NDArray[np.float32], k: int) -> np.float32:
    best: np.float32 = np.partition(scores, len(scores) - k)[len(scores) - k]
    return best


def _about(entry: Entry) -> tuple[int, int, int, int]:
    days = _days(entry.published) if entry.published else (_NO_DAY, _NO_DAY)
    return entry.passage_id, *days, _hashed(entry.publisher or "")


@lru_cache(10_000)
def _days(published: str) -> tuple[int, int]:
    first, last = day_span(published)
    return day_number(first), day_number(last)


@lru_cache(10_000)
def _hashed(publisher: str) -> int:
    return int.from_bytes(blake2b(publisher.casefold().encode(), digest_size=8).digest())
