"""Hybrid retrieval: dense and word search fused, as a LangChain retriever."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from qabot.answering.answer import Evidence
from qabot.store.index import Hit, Index, Scope

SHOWN = 10
"""At least so many passages are shown as evidence, where the index has them."""
_DEPTH = 50
"""How many hits of each search are fused."""
_RANK_CONSTANT = 60


class HybridRetriever(BaseRetriever):
    """Passages for a question, by cosine similarity and by BM25, fused by reciprocal rank.

    Whoever builds a LangChain chain of their own can take it as it is: each ``Document`` has the passage as its text
    and the fields of ``Evidence`` as its metadata.

    Attributes:
        index: an open index.
        scope: which articles may be used.
        k: how many passages are returned.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: Index
    scope: Scope = Scope()
    k: int = SHOWN

    def evidence(self, question: str) -> list[Evidence]:
        """The ``k`` best passages for a question that stands alone, best first."""
        vector = self.index.encoder.encode([question])[0]
        dense = self.index.search_vectors(vector, _DEPTH, self.scope)
        words = self.index.search_words(question, _DEPTH, self.scope)
        fused = dict(fuse([dense, words])[: self.k])
        passages = self.index.passages(list(fused))
        similarity = {hit.passage_id: hit.score for hit in dense}
        return [
            Evidence(
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
                score=fused[passage.passage_id],
                similarity=similarity.get(passage.passage_id, 0.0),
            )
            for passage in passages
        ]

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:  # noqa: ARG002
        return [_document(evidence) for evidence in self.evidence(query)]


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


def _document(evidence: Evidence) -> Document:
    metadata = asdict(evidence)
    return Document(page_content=metadata.pop("text"), metadata=metadata)
