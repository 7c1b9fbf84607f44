"""Origins: which articles are reprints of one another, word for word or in other words, and which of them leads.

An article is compared with a few candidates only, found by the bands of its MinHash signature and by the passages
nearest to its own, so that a new one costs the same however large the index is. What is a reprint of a reprint is of
the same origin; `qabot.store.copies` says which two articles are reprints.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from functools import lru_cache
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from qabot.models.encoder import Encoder
from qabot.store.catalogue import Catalogue
from qabot.store.copies import Prose, bands, is_near_copy, is_paraphrase, same_facts
from qabot.store.records import ANYWHERE, ArticleRecord
from qabot.store.vectors import VectorIndex
from qabot.text.dates.iso import day_span

_NEIGHBOURS = 20  # passages that are looked at for each of an article's
_NEAR = 0.7  # cosine similarity from which on two passages may be of reprints
_LOOKED_UP = 32  # passages of a long article that are looked up
_CANDIDATES = 8  # articles, by either way
_SAME_TIME = 31  # days between two publications at most, where much may have been edited
_KEPT, _COMPARED = 256, 100_000  # texts, with the vectors of their sentences; pairs of articles
_NO_DATE = "9999"


def group_new(catalogue: Catalogue, vectors: VectorIndex, encoder: Encoder) -> None:
    """Give an origin to every article that has none yet.

    Args:
        catalogue: holds the articles; their passages are in ``vectors``.
        vectors: the vector index.
        encoder: the embedding model; used where only the sentences can tell.
    """
    comparison = _Comparison(catalogue, encoder)
    for article_id in catalogue.without_origin():
        signature = bands(comparison.prose(article_id))
        catalogue.put_bands(article_id, signature)
        group = _group_of(catalogue, article_id)
        for candidate in _candidates(catalogue, vectors, article_id, signature):
            if candidate not in group and comparison.reprints(article_id, candidate):
                group |= _group_of(catalogue, candidate)
        catalogue.put_origin(list(group), leader(group.values()).article_id)


def leader(group: Iterable[ArticleRecord]) -> ArticleRecord:
    """The article that leads a group of reprints.

    It is the one whose publisher another names as the original's; else the earliest, one without a date last; of two
    of the same day the longer, then by title. A date of reduced precision counts as its last day, after a full one of
    that day: "2024" comes before "2025-01-01" and after "2024-12-31".
    """
    group = list(group)
    publications: defaultdict[str, set[str]] = defaultdict(set)
    for article in group:
        for name in _publishers(article):
            publications[name].add(article.article_id)
    credited: set[str] = set()
    credits_another: set[str] = set()
    for article in group:
        named = publications.get(_letters(article.original or ""), set()) - {article.article_id}
        credited |= named
        credits_another |= {article.article_id} if named else set()

    def rank(article: ArticleRecord) -> tuple[bool, bool, int, int, int, str, str]:
        article_id = article.article_id
        first, last = (day.toordinal() for day in day_span(article.published or _NO_DATE))
        by_credit = article_id in credits_another, article_id not in credited
        return *by_credit, last, -first, -article.passages, article.title or "", article_id

    return min(group, key=rank)


class _Comparison:
    """Compares articles of a catalogue; what was made of them is kept for a while."""

    def __init__(self, catalogue: Catalogue, encoder: Encoder) -> None:
        self._catalogue = catalogue
        self._compared = lru_cache(_COMPARED)(self._compare)
        self.prose = lru_cache(_KEPT)(lambda article_id: Prose(catalogue.text(article_id), encoder.encode))

    def reprints(self, one: str, other: str) -> bool:
        """Whether two articles are reprints of one another."""
        return self._compared(*sorted((one, other)))

    def _compare(self, one: str, other: str) -> bool:
        prose = self.prose(one), self.prose(other)
        apart = _days_apart(*self._catalogue.records([one, other]).values()) > _SAME_TIME
        return same_facts(*prose) and (is_near_copy(*prose, apart=apart) or is_paraphrase(*prose, apart=apart))


def _days_apart(one: ArticleRecord, other: ArticleRecord) -> int:
    """How many days lie at least between the publication of two articles; 0 where that is unknown."""
    if not one.published or not other.published:
        return 0
    earlier, later = sorted(day_span(each) for each in (one.published, other.published))
    return max(0, (later[0] - earlier[1]).days)


def _group_of(catalogue: Catalogue, article_id: str) -> dict[str, ArticleRecord]:
    """The articles that are known to be of one origin with an article, itself included."""
    [article] = catalogue.records([article_id]).values()
    return {each.article_id: each for each in [article, *catalogue.origin_members(article.origin)]}


def _candidates(
    catalogue: Catalogue, vectors: VectorIndex, article_id: str, signature: Collection[int]
) -> dict[str, None]:
    """The articles that may be reprints of one, the likeliest first."""
    by_bands = catalogue.sharing_bands(list(signature))
    by_passages = _nearest(catalogue, vectors, catalogue.article_vectors(article_id))
    found: dict[str, None] = {}
    for counted in (by_bands, by_passages):
        del counted[article_id]
        found |= dict.fromkeys(candidate for candidate, _ in counted.most_common(_CANDIDATES))
    return found


def _nearest(catalogue: Catalogue, vectors: VectorIndex, mine: NDArray[np.float32]) -> Counter[str]:
    """The articles whose passages are near to those of an article, and to how many of them."""
    if not mine.size:
        return Counter()
    looked_up = mine[:: -(-len(mine) // _LOOKED_UP)]
    near = [
        [hit.passage_id for hit in hits if hit.score >= _NEAR]
        for hits in vectors.search(looked_up, _NEIGHBOURS, ANYWHERE)
    ]
    article_of = catalogue.articles_of(sorted({each for ids in near for each in ids}))
    return Counter(article for ids in near for article in {article_of[each] for each in ids if each in article_of})


def _publishers(article: ArticleRecord) -> set[str]:
    """What an article's publisher may be called: by its name, or by the site that the article stands on."""
    host = (urlsplit(article.url or "").hostname or "").removeprefix("www.")
    return {_letters(name) for name in (article.publisher or "", host, *host.split(".")[:-1])} - {""}


def _letters(name: str) -> str:
    """A name without what one and the same is written with and without: "The Conversation", "theconversation"."""
    return "".join(re.findall(r"\w", name.casefold())).removeprefix("the")
