"""Origins: which articles are reprints of one another, word for word or in other words.

An article is compared with the few whose passages lie nearest to its own, so that a new one costs the same however
large the index is. Two are of one origin where most passages of the shorter have a near copy in the other.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from qabot.store.catalogue import Catalogue
from qabot.store.records import ANYWHERE, ArticleRecord
from qabot.store.vectors import VectorIndex

SAME_PASSAGE = 0.85
"""Cosine similarity from which on two passages may be copies: of the same matter in other words, too, so that each must
also be the other's nearest in its article, which passages of two reports on one event seldom are."""
SAME_ARTICLE = 0.6
"""Share of the passages of the shorter article that have a copy in the other."""
SAME_SHORT = 0.93
"""The similarity asked of an article of one or two passages, where their order and number say little."""

_NEIGHBOURS = 10
_CANDIDATES = 8
_SHORT = 2  # passages
_LOOKED_UP = 32  # passages of a long article that are looked up


def group_new(catalogue: Catalogue, vectors: VectorIndex) -> None:
    """Give an origin to every article that has none yet."""
    for article_id in catalogue.without_origin():
        mine = catalogue.article_vectors(article_id)
        reprints = [
            candidate
            for candidate in _candidates(catalogue, vectors, article_id, mine)
            if reprint_share(mine, catalogue.article_vectors(candidate)) >= SAME_ARTICLE
        ]
        records = catalogue.records([article_id, *reprints])
        group = {each.article_id: each for each in records.values()}
        for origin in {record.origin for record in records.values()}:
            group |= {each.article_id: each for each in catalogue.origin_members(origin)}
        catalogue.put_origin(list(group), min(group.values(), key=_leads).article_id)


def reprint_share(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """The share of passages of the shorter article that have a copy in the longer.

    Args:
        one: vectors of unit length of an article's passages, shape (passages, dimension).
        other: those of the other article.
    """
    if not one.size or not other.size:
        return 0.0
    shorter, longer = sorted((one, other), key=len)
    similarity = shorter @ longer.T
    nearest = similarity.argmax(axis=1)
    mutual = similarity[:, nearest].argmax(axis=0) == np.arange(len(shorter))
    same = SAME_PASSAGE if len(shorter) > _SHORT else SAME_SHORT
    return float(((similarity.max(axis=1) >= same) & mutual).mean())


def _candidates(catalogue: Catalogue, vectors: VectorIndex, article_id: str, mine: NDArray[np.float32]) -> list[str]:
    if not mine.size:
        return []
    looked_up = mine[:: -(-len(mine) // _LOOKED_UP)]
    near = [
        [hit.passage_id for hit in hits if hit.score >= SAME_PASSAGE]
        for hits in vectors.search(looked_up, _NEIGHBOURS + 1, ANYWHERE)
    ]
    article_of = catalogue.articles_of(sorted({each for ids in near for each in ids}))
    shared = Counter(article for ids in near for article in {article_of[each] for each in ids if each in article_of})
    del shared[article_id]
    return [article for article, _ in shared.most_common(_CANDIDATES)]


def _leads(article: ArticleRecord) -> tuple[str, str, str]:
    """Sorts the leading article of a group first: the earliest (unknown last), then by title."""
    return article.published or "9999", article.title or "", article.article_id
