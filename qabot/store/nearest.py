"""The passages that are nearest to a vector: Chroma is asked, and what it does not have is compared.

Where few articles are inside a scope, the vectors of all their passages are compared, as the catalogue has them. Else
the scope is looked at after Chroma has answered: so many are asked for that enough should be inside. (Chroma's own
condition on metadata takes fifty times as long as a search without one.) Where too few are, more are asked for, and in
the end all are compared here too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from qabot.store.catalogue import Catalogue
from qabot.store.records import ANYWHERE, Hit, Scope
from qabot.store.vectors import VectorIndex

_FEW = 250
"""The vectors of so many articles are compared in the time that it takes to ask for many and leave most of them out."""
_IN_SCOPE, _MORE = 300, 2_000
"""So many are asked for where they are to be inside a scope, and where of these too few are."""


class Nearest:
    """Searches the passages of a catalogue by their vectors."""

    def __init__(self, catalogue: Catalogue, index: VectorIndex | None, pending: Collection[int] = ()) -> None:
        """Search a catalogue.

        Args:
            catalogue: holds the passages.
            index: the vector index; None: there is none that can be asked, and all vectors are compared.
            pending: passages that are not in the index as they are in the catalogue.
        """
        self._catalogue = catalogue
        self._index = index
        self._pending = sorted(pending)

    def search(self, vectors: NDArray[np.float32], k: int, scope: Scope = ANYWHERE) -> list[list[Hit]]:
        """Return the k nearest passages of each vector by cosine similarity, best first.

        Args:
            vectors: of unit length, shape (queries, dimension).
            k: how many.
            scope: which articles may be found.
        """
        if k < 1:
            return [[] for _ in vectors]
        articles = [] if scope == ANYWHERE else self._catalogue.articles_in(scope)
        if not self._index or (scope != ANYWHERE and len(articles) <= _FEW):
            held = self._passages(articles, scope)
            return [self._compared(vector, held, k) for vector in vectors]
        late = self._catalogue.inside(self._pending, scope)
        wanted = min(k + len(self._pending), max(k, _MORE)) if scope == ANYWHERE else max(k, _IN_SCOPE)
        found = self._asked(self._index, vectors, k, wanted, scope)
        for n, vector in enumerate(vectors):
            if (hits := found[n]) is None and wanted < _MORE:
                [hits] = self._asked(self._index, vector[None], k, _MORE, scope)
            if hits is None:
                hits = self._compared(vector, self._passages(articles, scope), k)
            found[n] = _best([*hits, *self._compared(vector, late, k)], k)
        return [hits or [] for hits in found]

    def _asked(
        self, index: VectorIndex, vectors: NDArray[np.float32], k: int, wanted: int, scope: Scope
    ) -> list[list[Hit] | None]:
        """Ask Chroma for so many; return those inside a scope, or None where they are less than k, and not all."""
        near = index.search(vectors, min(wanted, index.count)) if index.count else [[] for _ in vectors]
        under = self._catalogue.passages_under({key for some in near for key, _ in some}, scope)
        found: list[list[Hit] | None] = []
        for some in near:
            hits = [Hit(passage_id, score) for key, score in some for passage_id in under.get(key, ())]
            found.append(hits if len(hits) >= k or len(some) == index.count else None)
        return found

    def _passages(self, articles: Sequence[str], scope: Scope) -> list[int]:
        return self._catalogue.passage_ids() if scope == ANYWHERE else self._catalogue.passages_of(articles)

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
