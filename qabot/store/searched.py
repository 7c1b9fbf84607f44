"""What is searched: the search indexes as they were last confirmed, and in memory what was written since.

So whoever asks need not wait for a writer, nor finish what one left half done. What was confirmed may just be written
to: of its vectors so many are looked at as there were, of the word index what it committed, and in both no passage that
is about to change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qabot.store.catalogue import Catalogue
from qabot.store.errors import rust_errors
from qabot.store.flat import HeldVectors
from qabot.store.records import Hit, Scope
from qabot.store.search_index import LastConfirmed, SearchIndex

if TYPE_CHECKING:
    from qabot.store.bm25 import Bm25Index
    from qabot.store.vectors import VectorIndex

_LOOKS = 9  # at what is written all the time


class Searched:
    """What a reader searches; it follows what others write."""

    def __init__(self, search_index: SearchIndex, catalogue: Catalogue) -> None:
        self._search_index = search_index
        self._catalogue = catalogue
        self._version = -1
        self._confirmed: LastConfirmed | None = None
        self._vectors: VectorIndex | None = None
        self._words: Bm25Index | None = None
        self._pending: frozenset[int] = frozenset()
        self._since: _InMemory | None = None
        self._distrusted = ""

    @property
    def generation(self) -> str:
        """The name of the confirmed write that is searched; empty where there is none."""
        return self._confirmed.generation if self._confirmed else ""

    def close(self) -> None:
        """Close the files; the next use opens them again."""
        if self._vectors:
            self._vectors.close()
        self._vectors = self._words = self._since = self._confirmed = None
        self._pending = frozenset()
        self._version = -1

    def distrust(self) -> None:
        """Search what the catalogue holds alone: what was confirmed is damaged, and cannot be mended now."""
        self._distrusted = self._search_index.generation
        self.close()

    def vectors(self, query: NDArray[np.float32], k: int, scope: Scope) -> list[Hit]:
        """Return the k passages nearest to a vector of unit length, shape (1, dimension), best first."""
        if k < 1:
            return []
        self._follow()
        confirmed = self._opened_vectors.search(query, k, scope)[0] if self._confirmed else []
        since = self._since.vectors(query, k, scope) if self._since else []
        return sorted([*confirmed, *since], key=lambda hit: -hit.score)[:k]

    def words(self, query: str, k: int, scope: Scope) -> list[Hit]:
        """Return the k passages that match the words of ``query`` best, best first."""
        self._follow()
        confirmed = self._opened_words.search(query, k, scope, self._pending) if self._confirmed else []
        since = self._since.words(query, k, scope) if self._since else []
        return list(_in_turn(confirmed, since))[:k] if since else confirmed

    def spelt_nearly(self, word: str, k: int) -> list[Hit]:
        """Return k passages with a word that is spelt nearly as this one; none where this one itself is known."""
        self._follow()
        confirmed = self._opened_words.spelt_nearly(word, k) if self._confirmed else []
        since = self._since.spelt_nearly(word, k) if self._since else []
        return [] if confirmed is None or since is None else [*confirmed, *since][:k]

    @property
    def _opened_vectors(self) -> VectorIndex:
        assert self._confirmed
        if self._vectors is None:
            from qabot.store.vectors import VectorIndex

            prefix = "flat/"
            sizes = {name.removeprefix(prefix): size for name, size in self._confirmed.sizes.items()}
            self._vectors = VectorIndex(self._confirmed.vectors, sizes=sizes)
        return self._vectors

    @property
    def _opened_words(self) -> Bm25Index:
        assert self._confirmed
        if self._words is None:
            from qabot.store.bm25 import Bm25Index

            self._words = Bm25Index(self._confirmed.words)
        return self._words

    def _follow(self) -> None:
        """Look at what another process has written since, until nothing was written while it was looked at."""
        for _ in range(_LOOKS):
            if self._version == (version := self._catalogue.version):
                return
            confirmed, pending = self._now()
            self._version = version
            if (confirmed, pending) == (self._confirmed, self._pending):
                return
            self._change(confirmed, pending)

    def _now(self) -> tuple[LastConfirmed | None, frozenset[int]]:
        """Return what was last confirmed, if it is to be trusted, and the passages that are searched in memory."""
        found = self._search_index.last_confirmed()
        if found and found.generation != self._distrusted:
            return found, found.pending
        return None, frozenset(self._catalogue.passage_ids())

    def _change(self, confirmed: LastConfirmed | None, pending: frozenset[int]) -> None:
        if self._vectors and (not confirmed or confirmed.generation != self.generation):
            self._vectors.close()
            self._vectors = self._words = None
        self._confirmed, self._pending = confirmed, pending
        self._since = _InMemory(self._catalogue, sorted(pending)) if pending else None
        if confirmed:  # opened while its files are those of the moment
            self._opened_vectors.leave_out(pending, being_written=not confirmed.untouched)
            _ = self._opened_words


class _InMemory:
    """Passages that are searched in memory."""

    @rust_errors()
    def __init__(self, catalogue: Catalogue, passage_ids: Sequence[int]) -> None:
        from qabot.store.bm25 import Bm25Index

        entries = catalogue.entries(passage_ids)
        self._vectors = HeldVectors.of(entries)
        self._words = Bm25Index(None)
        self._words.change(entries)

    @rust_errors()
    def vectors(self, query: NDArray[np.float32], k: int, scope: Scope) -> list[Hit]:
        return self._vectors.search(query, k, scope)[0]

    def words(self, query: str, k: int, scope: Scope) -> list[Hit]:
        return self._words.search(query, k, scope)

    def spelt_nearly(self, word: str, k: int) -> list[Hit] | None:
        return self._words.spelt_nearly(word, k)


def _in_turn(one: Sequence[Hit], other: Sequence[Hit]) -> Iterator[Hit]:
    """Yield the hits of two word indexes in turn: how rare a word is, is counted in each by itself."""
    for hits in zip_longest(one, other):
        yield from (hit for hit in hits if hit)
