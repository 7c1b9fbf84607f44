"""Who answers where a language model fails; on a real server."""

from __future__ import annotations

import pytest

from qabot.answering.bot import load_answerer
from qabot.answering.draft import Draft
from qabot.answering.pipeline import Answerer
from qabot.errors import ModelError
from qabot.settings import Settings
from tests.answering.conversations import readings
from tests.answering.llm.answerers import OPEN_SOCKETS
from tests.answering.llm.wexmoor import EVIDENCE, conversation_about
from tests.model_server import ModelServer

pytestmark = OPEN_SOCKETS

QUESTION = "When was the harbour of Wexmoor opened?"
GOOD = "SHORT: 1911\nIt was opened in 1911 by Queen Maud. [1]\n"


def draft_of(answerer: Answerer) -> tuple[list[str], Draft]:
    *pieces, draft = answerer.stream(readings(QUESTION), EVIDENCE)
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
