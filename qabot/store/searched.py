"""What is searched: the search indexes as they were last confirmed, and what was written since.

So whoever asks need not wait for a writer, nor finish what one left half done. Passages that changed since are left out
of the word index and searched in one in memory; their vectors are compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import zip_longest
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qabot.store.catalogue import Catalogue
from qabot.store.location import SearchIndexError, rust_errors
from qabot.store.nearest import Nearest
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
        self._since: Bm25Index | None = None
        self._distrusted = ""

    @property
    def generation(self) -> str:
        """The name of the confirmed write that is searched; empty where there is none."""
        return self._confirmed.generation if self._confirmed else ""

    def close(self) -> None:
        """Close the files; the next use opens them again."""
        self._let_go()
        self._pending = frozenset()
        self._version = -1

    def distrust(self) -> None:
        """Search what the catalogue holds alone: what was confirmed is damaged, and cannot be mended now."""
        self._distrusted = self._search_index.generation
        self.close()

    def open(self) -> None:
        """Open what is to be searched."""
        self._follow()

    def vectors(self, query: NDArray[np.float32], k: int, scope: Scope) -> list[Hit]:
        """Return the k passages nearest to a vector of unit length, shape (1, dimension), best first."""
        self._follow()
        nearest = Nearest(self._catalogue, self._vectors, self._words, self._pending)
        return nearest.search(query, k, scope)[0]

    def words(self, query: str, k: int, scope: Scope) -> list[Hit]:
        """Return the k passages that match the words of ``query`` best, best first."""
        self._follow()
        confirmed = self._words.search(query, k, scope, self._pending) if self._words else []
        since = self._since.search(query, k, scope) if self._since else []
        return list(_in_turn(confirmed, since))[:k] if since else confirmed

    def spelt_nearly(self, word: str, k: int) -> list[Hit]:
        """Return k passages with a word that is spelt nearly as this one; none where this one itself is known."""
        self._follow()
        confirmed = self._words.spelt_nearly(word, k) if self._words else []
        since = self._since.spelt_nearly(word, k) if self._since else []
        return [] if confirmed is None or since is None else [*confirmed, *since][:k]

    def _follow(self) -> None:
        """Look at what another process has written since, until nothing was written while it was looked at."""
        for _ in range(_LOOKS):
            if self._version == (version := self._catalogue.version):
                return
            confirmed, pending = self._now()
            self._version = version
            if (confirmed, pending) == (self._confirmed, self._pending):
                return
            try:
                self._change(confirmed, pending)
            except SearchIndexError:  # who is told of it closes this, and has it mended
                raise
            except BaseException:  # an interrupt, a file that cannot be read now: nothing half open is searched later
                self.close()
                raise

    def _now(self) -> tuple[LastConfirmed | None, frozenset[int]]:
        """Return what was last confirmed, if it is to be trusted, and the passages that are searched in memory."""
        found = self._search_index.last_confirmed()
        if found and found.generation != self._distrusted:
            return found, found.pending
        return None, frozenset(self._catalogue.passage_ids())

    def _change(self, confirmed: LastConfirmed | None, pending: frozenset[int]) -> None:
        if not confirmed or confirmed.generation != self.generation:
            self._let_go()
            self._confirmed = confirmed
            if confirmed:
                self._open(confirmed)
        self._confirmed, self._pending = confirmed, pending
        self._since = _in_memory(self._catalogue, sorted(pending)) if pending else None

    def _open(self, confirmed: LastConfirmed) -> None:
        """Open what was confirmed, if it is as it was.

        Raises:
            SearchIndexError: it is not: it is damaged, or a writer has made another in its place.
        """
        from qabot.store.bm25 import Bm25Index
        from qabot.store.vectors import VectorIndex

        if not confirmed.whole:
            raise SearchIndexError("its files are not as they were written")
        self._words = Bm25Index(confirmed.words)
        with suppress(OSError):  # there is no room for what Chroma writes: all vectors are compared
            self._vectors = VectorIndex(confirmed.vectors)

    def _let_go(self) -> None:
        if self._vectors:
            self._vectors.close()
        self._vectors = self._words = self._since = self._confirmed = None


@rust_errors()
def _in_memory(catalogue: Catalogue, passage_ids: Sequence[int]) -> Bm25Index:
    """Return a word index of some passages."""
    from qabot.store.bm25 import Bm25Index

    words = Bm25Index(None)
    words.change(catalogue.entries(passage_ids))
    return words


def _in_turn(one: Sequence[Hit], other: Sequence[Hit]) -> Iterator[Hit]:
    """Yield the hits of two word indexes in turn: how rare a word is, is counted in each by itself."""
    for hits in zip_longest(one, other):
        yield from (hit for hit in hits if hit)
