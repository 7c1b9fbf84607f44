"""How many passages a language model is given."""

from __future__ import annotations

import re

import pytest

from qabot.answering.llm import answerer as answerers
from qabot.errors import ModelError
from tests.answering.conversations import readings
from tests.answering.llm.answerers import OPEN_SOCKETS, QUESTION, draft_of, open_answerer
from tests.answering.llm.wexmoor import EVIDENCE
from tests.model_server import ModelServer

pytestmark = OPEN_SOCKETS


def test_passages_are_left_out_until_the_model_has_room_for_them(server: ModelServer) -> None:
    server.fails(400, "This model's maximum context length is 10 tokens.", code="context_length_exceeded")
    server.says("It was closed in 1974. [1]")
    draft = draft_of(open_answerer(server), readings(QUESTION), EVIDENCE)
    assert draft.statements
    assert draft.notice == "The model had room for 1 of 2 passages."
    assert EVIDENCE[0].text in server.requests[1].user
    assert EVIDENCE[1].text not in server.requests[1].user
    server.fails(400, "This model's maximum context length is 10 tokens.")
    with pytest.raises(ModelError, match="so long a request"):
        draft_of(open_answerer(server), readings(QUESTION), EVIDENCE)


def test_passages_are_left_out_before_anything_is_sent_where_the_room_is_known(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    answerer = open_answerer(server, passages=10)
    monkeypatch.setattr(answerer._model, "most_tokens", 1000)
    server.says("It was closed in 1974. [1]")
    draft = draft_of(answerer, readings(QUESTION), EVIDENCE * 5)
    given = len(re.findall(r"^<passage ", server.requests[0].user, re.MULTILINE))
    assert 1 < given < 10
    assert draft.notice == f"The model had room for {given} of 10 passages."
    assert len(server.requests) == 1


def test_the_room_that_the_server_tells_is_filled(server: ModelServer) -> None:
    server.fails(400, "request (2100 tokens) exceeds the available context size (1000 tokens), try increasing it")
    server.says("It was closed in 1974. [1]")
    draft = draft_of(open_answerer(server, passages=10), readings(QUESTION), EVIDENCE * 5)
    given = len(re.findall(r"^<passage ", server.requests[1].user, re.MULTILINE))
    assert 5 < given < 10
    assert draft.notice == f"The model had room for {given} of 10 passages."


def test_the_passages_take_so_many_tokens_unless_a_number_of_them_is_asked_for(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answerers, "MOST_TOKENS", 300)
    server.says("NOT IN THE ARTICLES")
    draft_of(open_answerer(server), readings(QUESTION), EVIDENCE * 5)
    draft_of(open_answerer(server, passages=9), readings(QUESTION), EVIDENCE * 5)
    few, asked = (len(re.findall(r"^<passage ", request.user, re.MULTILINE)) for request in server.requests)
    assert few < 6
    assert asked == 9
