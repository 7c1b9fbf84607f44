"""The pipeline and the retrieval as LangChain knows such things, for a chain of your own."""

from __future__ import annotations

from dataclasses import fields

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda
from pydantic import ConfigDict, SkipValidation

from qabot.answering.answer import Answer, Evidence
from qabot.answering.pipeline import Ask, Pipeline
from qabot.answering.retrieve import SHOWN, retrieve
from qabot.store.open_index import OpenIndex
from qabot.store.records import Scope


class HybridRetriever(BaseRetriever):
    """Passages for a question, as `qabot.answering.retrieve.retrieve` finds them.

    Each ``Document`` has the passage as its text and the fields of ``Evidence`` as its metadata.

    Attributes:
        index: an open index.
        scope: which articles may be used.
        k: how many passages are returned.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: SkipValidation[OpenIndex]
    scope: Scope = Scope()
    k: int = SHOWN

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:  # noqa: ARG002
        return [_document(evidence) for evidence in retrieve(self.index, query, scope=self.scope, k=self.k)]


def runnable(pipeline: Pipeline) -> Runnable[Ask, Answer]:
    """Return the whole pipeline, step by step: it answers one question, also where that asks two things."""
    return RunnableLambda(pipeline.rewrite) | RunnableLambda(pipeline.retrieve) | RunnableLambda(pipeline.answer)


def _document(evidence: Evidence) -> Document:
    told = {field.name: getattr(evidence, field.name) for field in fields(evidence) if field.name != "record"}
    return Document(page_content=told.pop("text"), metadata=told)
