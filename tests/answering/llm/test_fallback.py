"""Who answers where a language model fails, and what is kept of its replies; on a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qabot.answering.bot import load_answerer
from qabot.answering.draft import Draft
from qabot.answering.llm import model as chat_model
from qabot.answering.llm.answerer import LanguageModelAnswerer
from qabot.answering.pipeline import Answerer
from qabot.errors import ModelError
from qabot.settings import Settings
from tests.answering.llm.wexmoor import EVIDENCE, KEY, conversation_about
from tests.model_server import ModelServer

QUESTION = "When was the harbour of Wexmoor opened?"
GOOD = "SHORT: 1911\nIt was opened in 1911 by Queen Maud. [1]\n"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as running:
        yield running


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setattr(chat_model, "BACKOFF", 0.01)


def draft_of(answerer: Answerer) -> tuple[list[str], Draft]:
    *pieces, draft = answerer.stream(QUESTION, EVIDENCE)
    assert isinstance(draft, Draft)
    return [str(piece) for piece in pieces], draft


def with_fallback(server: ModelServer, model: str = "openai:test") -> Answerer:
    return load_answerer(Settings(model=model, base_url=server.base_url, fallback="extractive"))


def test_nobody_stands_in_while_the_model_answers(server: ModelServer) -> None:
    server.says(GOOD)
    _, draft = draft_of(with_fallback(server))
    assert (draft.statements[0].text, draft.written_by, draft.notice) == (
        "It was opened in 1911 by Queen Maud.",
        None,
        None,
    )


def test_where_it_fails_another_answers_and_says_so(server: ModelServer) -> None:
    answerer = with_fallback(server)
    server.fails(401)
    pieces, draft = draft_of(answerer)
    assert pieces == []
    assert draft.written_by == "extractive"
    assert draft.short_answer == "1911"
    assert str(draft.notice).startswith("openai:test refused the key. Check OPENAI_API_KEY. Answered without it: ")
    assert answerer.name == "openai:test"
    assert answerer.rewrite("And when?", conversation_about("Ann Lee did.")) is None


def test_where_it_breaks_off_the_whole_answer_is_the_others(server: ModelServer) -> None:
    server.says("It was closed in 1974. [1]\nIt was", cut=True)
    pieces, draft = draft_of(with_fallback(server))
    assert pieces == ["It was closed in 1974. [1]"]
    assert draft.short_answer == "1911"
    assert "broke off in the middle" in str(draft.notice)


def test_a_model_that_cannot_be_had_at_all(server: ModelServer) -> None:
    answerer = with_fallback(server, "nonesuch:x")
    _, draft = draft_of(answerer)
    assert draft.short_answer == "1911"
    assert "LangChain knows no provider 'nonesuch'" in str(draft.notice)
    assert answerer.rewrite("And when?", conversation_about("Ann Lee did.")) is None
    with pytest.raises(ModelError):
        load_answerer(Settings(model="nonesuch:x"))


# Replies that are kept


def cached(server: ModelServer, path: Path, **settings: object) -> LanguageModelAnswerer:
    told = {"model": "openai:test", "base_url": server.base_url, "answer_cache": path, **settings}
    return LanguageModelAnswerer.open(Settings(**told))  # type: ignore[arg-type]


def test_a_reply_is_asked_for_once(server: ModelServer, tmp_path: Path) -> None:
    server.says(GOOD)
    first = cached(server, tmp_path / "replies").answer(QUESTION, EVIDENCE)
    again = cached(server, tmp_path / "replies").answer(QUESTION, EVIDENCE)
    assert (first.statements, first.short_answer) == (again.statements, again.short_answer)
    assert again.tokens == {}
    assert len(server.requests) == 1
    cached(server, tmp_path / "replies").answer(f"{QUESTION} Say so.", EVIDENCE)
    cached(server, tmp_path / "replies").answer(QUESTION, EVIDENCE[:1])
    cached(server, tmp_path / "replies", model="openai:other").answer(QUESTION, EVIDENCE)
    assert len(server.requests) == 4


def test_no_reply_is_kept_by_default_nor_one_that_was_cut_short(server: ModelServer, tmp_path: Path) -> None:
    server.says(GOOD, finish="length")
    cached(server, tmp_path / "replies").answer(QUESTION, EVIDENCE)
    cached(server, tmp_path / "replies").answer(QUESTION, EVIDENCE)
    assert len(server.requests) == 2
    assert Settings().answer_cache is None


def test_a_cache_that_is_no_file_of_replies(server: ModelServer, tmp_path: Path) -> None:
    (tmp_path / "replies").write_text("something else " * 100)
    with pytest.raises(ModelError, match="answer_cache"):
        cached(server, tmp_path / "replies")


# Where a key goes


def test_no_key_is_sent_to_an_address_that_a_file_names(
    server: ModelServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "qabot.toml").write_text(f'model = "openai:test"\nbase_url = "{server.base_url}"\n')
    monkeypatch.chdir(tmp_path)
    server.says(GOOD)
    LanguageModelAnswerer.open(Settings()).answer(QUESTION, EVIDENCE)
    assert server.requests[0].key == "Bearer none"
    server.fails(401)
    with pytest.raises(ModelError, match=r"None was sent, for qabot\.toml names the address; set QABOT_BASE_URL"):
        LanguageModelAnswerer.open(Settings()).answer(QUESTION, EVIDENCE)
    monkeypatch.setenv("QABOT_BASE_URL", server.base_url)
    server.says(GOOD)
    LanguageModelAnswerer.open(Settings()).answer(QUESTION, EVIDENCE)
    assert server.requests[-1].key == f"Bearer {KEY}"


def test_a_provider_whose_key_is_not_known_is_sent_to_no_such_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "qabot.toml").write_text('model = "together:test"\nbase_url = "http://127.0.0.1:1/v1"\n')
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelError, match=r"is not sent to an address that qabot\.toml names"):
        LanguageModelAnswerer.open(Settings())
