"""Searching: the search indexes as they were last confirmed, and what was written since.

So whoever asks need not wait for a writer, nor finish what one left half done. Passages that changed since are left out
of the word index and searched in one in memory; their vectors are compared.

A scope of a search by vectors is looked at after Chroma has answered: so many are asked for that enough should be
inside, and the word index says which are. (Chroma's own condition on metadata takes fifty times as long as a search
without one.) Where too few are, more are asked for. Where comparing the vectors of all that is inside is no more work,
as the catalogue has them, that is done instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from qabot.store.bm25 import Bm25Index
from qabot.store.catalogue import Catalogue
from qabot.store.location import SearchIndexError
from qabot.store.records import ANYWHERE, Hit, Scope
from qabot.store.search_files import LastConfirmed, SearchFiles
from qabot.store.vectors import VectorIndex

_LOOKS = 9  # at what is written all the time
_PENDING = 2_000
"""For so many passages that changed since, others are asked for in their place."""
_SPARE = 2
"""So many times as many are expected to be inside a scope as are needed: passages of an article are inside together."""
_DEARER = 3
"""So many vectors are compared in the time that it takes to ask for one and to see whether it is inside."""
_MORE = 4
"""So many times as many are asked for where too few were inside."""


class Searcher:
    """The passages of a catalogue as a reader searches them; it follows what others write."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._search_files = SearchFiles(catalogue)
        self._version = -1
        self._confirmed: LastConfirmed | None = None
        self._vectors: VectorIndex | None = None  # where it can be asked
        self._words: Bm25Index | None = None
        self._pending: frozenset[int] = frozenset()  # passages that are not in these as they are in the catalogue
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
        self._distrusted = self._search_files.generation
        self.close()

    def follow(self) -> None:
        """Open what is to be searched, and look at what others write until nothing was written meanwhile."""
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
        found = self._search_files.last_confirmed()
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
        if not confirmed.whole:
            raise SearchIndexError("its files are not as they were written")
        self._words = Bm25Index(confirmed.words)
        with suppress(OSError):  # there is no room for what Chroma writes: all vectors are compared
            self._vectors = VectorIndex(confirmed.vectors)

    def _let_go(self) -> None:
        if self._vectors:
            self._vectors.close()
        self._vectors = self._words = self._since = self._confirmed = None

    # -- searching -----------------------------------------------------------------------------------------------

    def nearest(self, vectors: NDArray[np.float32], k: int, scope: Scope = ANYWHERE) -> list[list[Hit]]:
        """Return the k nearest passages of each vector by cosine similarity, best first.

        Args:
            vectors: of unit length, shape (queries, dimension).
            k: how many.
            scope: which articles may be found.
        """
        self.follow()
        if k < 1:
            return [[] for _ in vectors]
        late = self._catalogue.inside(sorted(self._pending), scope)
        found = self._unchanged(self._words, vectors, k, scope) if self._words else [[] for _ in vectors]
        return [
            _best([*hits, *self._compared(vector, late, k)], k) for hits, vector in zip(found, vectors, strict=True)
        ]

    def _unchanged(self, words: Bm25Index, vectors: NDArray[np.float32], k: int, scope: Scope) -> list[list[Hit]]:
        """Return the nearest of those that did not change since."""
        inside, wanted = words.count(scope), k + min(len(self._pending), _PENDING)
        if scope != ANYWHERE:
            wanted = int(_SPARE * wanted * words.count() / max(inside, 1))

        def compared(vector: NDArray[np.float32]) -> list[Hit]:
            return self._compared(vector, sorted(words.inside(scope) - self._pending), k)

        if not self._vectors or (scope != ANYWHERE and _DEARER * wanted >= inside):
            return [compared(vector) for vector in vectors]
        found = self._asked(self._vectors, words, vectors, k, wanted, scope)
        for n, hits in enumerate(found):
            if hits is None and _DEARER * _MORE * wanted < inside:
                [found[n]] = self._asked(self._vectors, words, vectors[n][None], k, _MORE * wanted, scope)
        return [compared(vector) if hits is None else hits for hits, vector in zip(found, vectors, strict=True)]

    def _asked(
        self, index: VectorIndex, words: Bm25Index, vectors: NDArray[np.float32], k: int, wanted: int, scope: Scope
    ) -> list[list[Hit] | None]:
        """Ask Chroma for so many; return those inside a scope, or None where they are less than k, and not all."""
        near = index.search(vectors, min(wanted, index.count)) if index.count else [[] for _ in vectors]
        under = self._catalogue.passages_under({key for some in near for key, _ in some})
        every = {passage_id for some in under.values() for passage_id in some} - self._pending
        inside = every if scope == ANYWHERE else words.inside(scope, every)
        found: list[list[Hit] | None] = []
        for some in near:
            held = ((passage_id, score) for key, score in some for passage_id in under.get(key, ()))
            hits = [Hit(passage_id, score) for passage_id, score in held if passage_id in inside]
            found.append(hits if len(hits) >= k or len(some) == index.count else None)
        return found

    def _compared(self, vector: NDArray[np.float32], passage_ids: Sequence[int], k: int) -> list[Hit]:
        """Return the k nearest of these passages."""
        best: list[Hit] = []
        for ids, vectors in self._catalogue.vectors(passage_ids, len(vector)):
            scores = vectors @ vector
            nearest = np.argsort(-scores, kind="stable")[:k]
            best = _best([*best, *(Hit(ids[n], float(scores[n])) for n in nearest)], k)
        return best

    def words(self, query: str, k: int, scope: Scope) -> list[Hit]:
        """Return the k passages that match the words of ``query`` best, best first."""
        self.follow()
        confirmed = self._words.search(query, k, scope, self._pending) if self._words else []
        since = self._since.search(query, k, scope) if self._since else []
        return list(_in_turn(confirmed, since))[:k] if since else confirmed

    def spelt_nearly(self, word: str, k: int) -> list[Hit]:
        """Return k passages with a word that is spelt nearly as this one; none where this one itself is known."""
        self.follow()
        confirmed = self._words.spelt_nearly(word, k) if self._words else []
        since = self._since.spelt_nearly(word, k) if self._since else []
        return [] if confirmed is None or since is None else [*confirmed, *since][:k]


def _best(hits: Iterable[Hit], k: int) -> list[Hit]:
    """Return the k best of hits, each passage once."""
    return sorted({hit.passage_id: hit for hit in hits}.values(), key=lambda hit: -hit.score)[:k]


def _in_memory(catalogue: Catalogue, passage_ids: Sequence[int]) -> Bm25Index:
    """Return a word index of some passages."""
    words = Bm25Index(None)
    words.change(catalogue.entries(passage_ids))
    return words


def _in_turn(one: Sequence[Hit], other: Sequence[Hit]) -> Iterator[Hit]:
    """Yield the hits of two word indexes in turn: how rare a word is, is counted in each by itself."""
    for hits in zip_longest(one, other):
        yield from (hit for hit in hits if hit)
