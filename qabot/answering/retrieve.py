"""Hybrid retrieval: dense and word search, fused."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress

from qabot.answering.answer import Evidence
from qabot.answering.rerank import Reranker
from qabot.errors import QabotError
from qabot.store.index import Index
from qabot.store.records import ANYWHERE, Hit, Scope, StoredPassage
from qabot.text.dates.constraint import time_constraint, timeliness
from qabot.text.dates.period import parse_period
from qabot.text.tokens import content_stems

SHOWN = 10
"""At least so many passages are shown as evidence, where the index has them."""
_DEPTH = 50
"""How many hits of each search are fused."""
_RANK_CONSTANT = 60
_NUMBER = re.compile(r"\d+")
_REPEATED = 0.5
"""Share of the content words of the shorter of two passages that the longer has too, where it is a reprint's."""


def retrieve(
    index: Index, question: str, *, scope: Scope = ANYWHERE, k: int = SHOWN, reranker: Reranker | None = None
) -> list[Evidence]:
    """Passages for a question, by cosine similarity and by BM25, fused by reciprocal rank, and looked at again.

    Args:
        index: an open index.
        question: one that stands alone.
        scope: which articles may be used.
        k: how many passages are returned.
        reranker: ranks the best passages once more; None: they stay as they were fused.

    Returns:
        Best first; what repeats others comes last.
    """
    vector = index.encoder.encode([question])[0]
    dense = index.search_vectors(vector, _DEPTH, scope)
    words = index.search_words(question, _DEPTH, scope)
    fused = dict(fuse([dense, words]))
    passages = index.passages(list(fused))
    similarity = {hit.passage_id: hit.score for hit in dense}
    evidence = [_evidence(passage, fused[passage.passage_id], similarity) for passage in passages]
    scores = reranker.scores(question, evidence) if reranker else [piece.score for piece in evidence]
    asked = time_constraint(question, scope.as_of)
    scores = [
        score * timeliness(asked, piece.text, parse_period(piece.published))
        for score, piece in zip(scores, evidence, strict=True)
    ]
    scored = sorted(zip(passages, scores, strict=True), key=lambda each: -each[1])
    ranked = reprints_last(scored, _leading_texts(index, passages))[:k]
    return [_evidence(passage, score, similarity) for passage, score in ranked]


def _evidence(passage: StoredPassage, score: float, similarity: Mapping[int, float]) -> Evidence:
    return Evidence(
        article_id=passage.article.article_id,
        title=passage.article.title,
        author=passage.article.author,
        publisher=passage.article.publisher,
        published=passage.article.published,
        source=passage.article.source,
        origin=passage.article.origin,
        text=passage.text,
        start=passage.start,
        end=passage.end,
        score=score,
        similarity=similarity.get(passage.passage_id, 0.0),
    )


def fuse(rankings: Sequence[Sequence[Hit]]) -> list[tuple[int, float]]:
    """Reciprocal rank fusion: passage ids with scores between 0 and 1, best first.

    Source: Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion Outperforms Condorcet and Individual Rank Learning
    Methods" (SIGIR 2009), divided by the highest score there can be.
    """
    scores: defaultdict[int, float] = defaultdict(float)
    for ranking in rankings:
        for rank, hit in enumerate(ranking):
            scores[hit.passage_id] += (_RANK_CONSTANT + 1) / (_RANK_CONSTANT + 1 + rank) / len(rankings)
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def reprints_last(
    ranked: Sequence[tuple[StoredPassage, float]], leading_texts: Mapping[str, str]
) -> list[tuple[StoredPassage, float]]:
    """Passages with their scores, best first, those last that only repeat what a reprint of their article says.

    Of a passage and its repetitions the leading article's stands in the place of the best; without reprints, all is as
    it was. No score is higher than one before it.

    Args:
        ranked: passages with their scores, best first.
        leading_texts: the text of each article that leads an origin, by its id; a passage with a number that neither
            this nor the passage before it has is no repetition, but an article's later state.
    """

    def repeats(passage: StoredPassage, original: StoredPassage) -> bool:
        known = f"{original.text} {leading_texts.get(passage.article.origin, '')}"
        return _same_matter(passage, original) and not _numbers(passage.text) - _numbers(known)

    original: list[tuple[StoredPassage, float]] = []
    repeated: list[tuple[StoredPassage, float]] = []
    places: defaultdict[str, list[int]] = defaultdict(list)  # by origin: what is of another repeats nothing
    for passage, score in ranked:
        for place in places[passage.article.origin]:
            earlier, earlier_score = original[place]
            if _leads(passage) and repeats(earlier, passage):
                original[place] = passage, earlier_score
                repeated.append((earlier, score))
                break
            if repeats(passage, earlier):
                repeated.append((passage, score))
                break
        else:
            places[passage.article.origin].append(len(original))
            original.append((passage, score))
    repeated.sort(key=lambda item: -item[1])
    lowest = original[-1][1] if original else 0.0
    return original + [(passage, min(score, lowest)) for passage, score in repeated]


def _leading_texts(index: Index, passages: Sequence[StoredPassage]) -> dict[str, str]:
    """The texts of the articles that lead the origins of which a reprint was found, by their ids."""
    texts = {}
    for origin in {passage.article.origin for passage in passages if not _leads(passage)}:
        with suppress(QabotError):  # removed just now
            texts[origin] = index.text(origin)
    return texts


def _same_matter(passage: StoredPassage, original: StoredPassage) -> bool:
    """Whether a passage says what one of another article of its origin says, if in other words."""
    one, other = passage.article, original.article
    if one.origin != other.origin or one.article_id == other.article_id:
        return False
    stems, others = set(content_stems(passage.text)), set(content_stems(original.text))
    return len(stems & others) >= _REPEATED * max(1, min(len(stems), len(others)))


def _numbers(text: str) -> set[str]:
    return set(_NUMBER.findall(text))


def _leads(passage: StoredPassage) -> bool:
    return passage.article.article_id == passage.article.origin
