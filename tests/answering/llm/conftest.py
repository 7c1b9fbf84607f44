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


@pytest.fixture(scope="module")
def _frozen() -> Iterator[None]:
    gc.freeze()
    yield
    gc.unfreeze()
    gc.collect()


@pytest.fixture
def collected(_frozen: None) -> Iterator[None]:
    """Collects what each test leaves, and that alone: for all that is loaded it takes seconds."""
    yield
    gc.collect()
    gc.freeze()  # what a test has loaded for the others
