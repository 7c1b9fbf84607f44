"""The Bot: an open index and whoever answers from it; the Python API of qabot."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Self

from qabot.answering.answer import NO_TURNS, Answer, Conversation
from qabot.answering.pipeline import Answerer, Ask, Pipeline
from qabot.answering.rank import Trained
from qabot.settings import EXTRACTIVE, Settings, load_settings
from qabot.store.open_index import open_or_build
from qabot.store.records import ANYWHERE, OpenIndex, Progress, Scope

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable


class Bot:
    """Answers questions from an index. Make one by ``open``; use it as a context manager or ``close`` it.

    Attributes:
        index: the open index.
        settings: the settings in force.
        trained: what reads, and how far it is to be trusted.
        model: who writes the answers: ``extractive`` or ``provider:name``.
    """

    def __init__(self, index: OpenIndex, settings: Settings, answerer: Answerer, trained: Trained) -> None:
        self.index = index
        self.settings = settings
        self.trained = trained
        self.model = answerer.name
        self._pipeline = Pipeline(index, answerer, trained, passages=settings.passages)

    @classmethod
    def open(
        cls, index: str | Path | None = None, *, settings: Settings | None = None, progress: Progress | None = None
    ) -> Bot:
        """Open an index; one whose ``articles/`` folder was never indexed is built first.

        Args:
            index: its folder; None: what the settings say (a folder, or a Chroma server), else ``./index``, else the
                starter articles.
            settings: None: those in force in the working directory.
            progress: told articles done, articles in all and the article at hand, while an index is built.

        Raises:
            QabotError: there is no index and no article, the index cannot be opened, or the model is not to be had.
        """
        settings = settings or load_settings()
        if index is not None:
            settings = settings.model_copy(update={"index": Path(index), "chroma": None})
        answerer = load_answerer(settings)  # a wrong model is told before an index is built
        with ThreadPoolExecutor(1, thread_name_prefix="loading") as beside:
            trained = beside.submit(Trained.load)
            opened = open_or_build(settings, progress or (lambda _done, _total, _source: None))
        return cls(opened, settings, answerer, trained.result())

    @property
    def runnable(self) -> Runnable[Ask, Answer]:
        """What ``ask`` does, as a LangChain ``Runnable`` for a chain of your own."""
        from langchain_core.runnables import RunnableLambda  # which takes half a second to import

        return RunnableLambda(self._pipeline.ask)

    @property
    def patience(self) -> float | None:
        """The seconds that a language model has for its first word; None where none is asked."""
        return None if self.model == EXTRACTIVE else self.settings.patience

    def ask(self, question: str, conversation: Conversation = NO_TURNS, *, scope: Scope = ANYWHERE) -> Answer:
        """Answer a question.

        Args:
            question: at most 2,000 characters.
            conversation: the turns before it, on which it may lean.
            scope: which articles may be used.

        Raises:
            UsageError: the question is empty or too long.
            QabotError: it could not be answered: the model fails, the index is damaged.
        """
        return self._pipeline.ask(Ask(question, conversation, scope))

    def stream(
        self, question: str, conversation: Conversation = NO_TURNS, *, scope: Scope = ANYWHERE
    ) -> Iterator[str | Answer]:
        """Like ``ask``, in pieces of text as they may be shown; the whole Answer comes last."""
        return self._pipeline.stream(Ask(question, conversation, scope))

    def close(self) -> None:
        """Close the index."""
        self.index.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def load_answerer(settings: Settings) -> Answerer:
    """Return who writes the answers, or raise a `QabotError` where the model is not to be had."""
    if settings.model == EXTRACTIVE:
        from qabot.answering.extractive import ExtractiveAnswerer

        return ExtractiveAnswerer()
    from qabot.answering.llm.answerer import FallbackAnswerer, LanguageModelAnswerer

    return FallbackAnswerer(settings) if settings.fallback else LanguageModelAnswerer(settings)
