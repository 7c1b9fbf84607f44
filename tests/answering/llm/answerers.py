"""Answerers behind every protocol that a model may speak, each against a scripted server."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from qabot.answering.answer import Evidence
from qabot.answering.draft import Draft, compose
from qabot.answering.llm.answerer import LanguageModelAnswerer
from qabot.answering.read import Readings
from qabot.errors import ModelError
from qabot.settings import Settings
from tests.answering.conversations import readings
from tests.answering.llm.wexmoor import EVIDENCE, KEY
from tests.model_server import ModelServer

PROVIDERS = ("openai", "anthropic", "ollama")
# The providers' packages leave the sockets of their clients to the garbage collector.
OPEN_SOCKETS = [
    pytest.mark.usefixtures("collected"),
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]
QUESTION = "When was the harbour closed?"
MARKED = (
    "SHORT: 1974\nThe harbour was closed to ships in 1974. [1] <<was closed to ships in 1974>>\nIt cost $1.5bn. [2]\n"
)


def unsure(question: str) -> Readings:
    """A question of which the reader is never sure that anything answers it."""
    asked = readings(question)
    asked.trained = replace(asked.trained, calibration=replace(asked.trained.calibration, threshold=1.01))
    return asked


def open_answerer(server: ModelServer | None, model: str = "openai:test", **settings: object) -> LanguageModelAnswerer:
    base_url = server and (server.base_url if model.startswith("openai:") else server.root)
    return LanguageModelAnswerer(Settings(**{"model": model, "base_url": base_url, **settings}))  # type: ignore[arg-type]


def draft_of(answerer: LanguageModelAnswerer, readings: Readings, evidence: Sequence[Evidence]) -> Draft:
    *_, draft = answerer.stream(readings, evidence)
    assert isinstance(draft, Draft)
    return draft


def checked(answerer: LanguageModelAnswerer, question: str | Readings = QUESTION) -> Draft:
    """The draft of an answer, of which this holds whatever the model says; without its tokens."""
    draft = draft_of(answerer, readings(question) if isinstance(question, str) else question, EVIDENCE)
    for statement in draft.statements:
        for quote in statement.quotes:
            assert quote.evidence in EVIDENCE
            assert (
                quote.text == quote.evidence.text[quote.start - quote.evidence.start : quote.end - quote.evidence.start]
            )
    text, citations = compose(draft)
    assert {int(marker) for marker in re.findall(r"\[(\d+)\]", text)} == {citation.marker for citation in citations}
    return replace(draft, tokens={})


def failure(answerer: LanguageModelAnswerer) -> str:
    """The one line of a model that does not answer."""
    with pytest.raises(ModelError) as caught:
        draft_of(answerer, readings(QUESTION), EVIDENCE)
    message = str(caught.value)
    assert "\n" not in message
    assert KEY not in message
    assert caught.value.__context__ is None or caught.value.__suppress_context__  # it may repeat the key
    return message
