from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from qabot.answering.llm import model as chat_model
from qabot.answering.llm.answerer import LanguageModelAnswerer
from tests.answering.llm.answerers import open_answerer
from tests.answering.llm.wexmoor import KEY
from tests.model_server import ModelServer


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as running:
        yield running


@pytest.fixture
def answerer(server: ModelServer) -> LanguageModelAnswerer:
    return open_answerer(server)


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.setattr(chat_model, "BACKOFF", 0.01)


@pytest.fixture
def collected() -> Iterator[None]:
    """Collects what the test leaves, and that alone: the garbage collector takes seconds for all that is loaded."""
    gc.freeze()
    yield
    gc.collect()
    gc.unfreeze()
