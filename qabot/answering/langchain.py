"""The retrieval as LangChain knows such a thing, for a chain of your own."""

from __future__ import annotations

from dataclasses import fields

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, SkipValidation

from qabot.answering.answer import UNTOLD, Evidence
from qabot.answering.retrieve import SHOWN, retrieve
from qabot.store.records import OpenIndex, Scope


class HybridRetriever(BaseRetriever):
    """Passages for a question, as `qabot.answering.retrieve.retrieve` finds them.

    Each ``Document`` has the passage as its text and what else ``Evidence`` tells of it as its metadata.

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


def _document(evidence: Evidence) -> Document:
    told = {field.name: getattr(evidence, field.name) for field in fields(evidence) if field.name not in UNTOLD}
    return Document(page_content=told.pop("text"), metadata=told)
