"""The passages that are nearest to a vector: Chroma is asked, and what it does not have is compared.

A scope is looked at after Chroma has answered: so many are asked for that enough should be inside, and the word index
says which are. (Chroma's own condition on metadata takes fifty times as long as a search without one.) Where too few
are, more are asked for. Where comparing the vectors of all that is inside is no more work, as the catalogue has them,
that is done instead.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from qabot.store.bm25 import Bm25Index
from qabot.store.catalogue import Catalogue
from qabot.store.records import ANYWHERE, Hit, Scope
from qabot.store.vectors import VectorIndex

_PENDING = 2_000
"""For so many passages that changed since, others are asked for in their place."""
_SPARE = 2
"""So many times as many are expected to be inside a scope as are needed: passages of an article are inside together."""
_DEARER = 3
"""So many vectors are compared in the time that it takes to ask for one and to see whether it is inside."""
_MORE = 4
"""So many times as many are asked for where too few were inside."""


class Nearest:
    """Searches the passages of a catalogue by their vectors."""

    def __init__(
        self,
        catalogue: Catalogue,
        index: VectorIndex | None,
        words: Bm25Index | None,
        pending: Collection[int] = (),
    ) -> None:
        """Search a catalogue.

        Args:
            catalogue: holds the passages.
            index: the vector index; None: there is none that can be asked, and all vectors are compared.
            words: the word index that was made with it; None: all passages are pending.
            pending: passages that are not in the indexes as they are in the catalogue.
        """
        self._catalogue = catalogue
        self._index = index
        self._words = words
        self._pending = frozenset(pending)

    def search(self, vectors: NDArray[np.float32], k: int, scope: Scope = ANYWHERE) -> list[list[Hit]]:
        """Return the k nearest passages of each vector by cosine similarity, best first.

        Args:
            vectors: of unit length, shape (queries, dimension).
            k: how many.
            scope: which articles may be found.
        """
        if k < 1:
            return [[] for _ in vectors]
        late = self._catalogue.inside(sorted(self._pending), scope)
        found = self._confirmed(self._words, vectors, k, scope) if self._words else [[] for _ in vectors]
        return [
            _best([*hits, *self._compared(vector, late, k)], k) for hits, vector in zip(found, vectors, strict=True)
        ]

    def _confirmed(self, words: Bm25Index, vectors: NDArray[np.float32], k: int, scope: Scope) -> list[list[Hit]]:
        """Return the nearest of those that did not change since."""
        inside, wanted = words.count(scope), k + min(len(self._pending), _PENDING)
        if scope != ANYWHERE:
            wanted = int(_SPARE * wanted * words.count() / max(inside, 1))

        def compared(vector: NDArray[np.float32]) -> list[Hit]:
            return self._compared(vector, sorted(words.inside(scope) - self._pending), k)

        if not self._index or (scope != ANYWHERE and _DEARER * wanted >= inside):
            return [compared(vector) for vector in vectors]
        found = self._asked(self._index, words, vectors, k, wanted, scope)
        for n, hits in enumerate(found):
            if hits is None and _DEARER * _MORE * wanted < inside:
                [found[n]] = self._asked(self._index, words, vectors[n][None], k, _MORE * wanted, scope)
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


def _best(hits: Iterable[Hit], k: int) -> list[Hit]:
    """Return the k best of hits, each passage once."""
    return sorted({hit.passage_id: hit for hit in hits}.values(), key=lambda hit: -hit.score)[:k]
