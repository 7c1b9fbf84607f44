"""Replies of language models: whole, cut off and held back, and kept in a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from qabot.answering.llm.answerer import MAX_OUTPUT, LanguageModelAnswerer
from qabot.answering.llm.parse import ReplyReader
from qabot.errors import ModelError
from qabot.settings import Settings
from tests.answering.conversations import readings
from tests.answering.llm.answerers import (
    MARKED,
    OPEN_SOCKETS,
    PROVIDERS,
    QUESTION,
    checked,
    draft_of,
    failure,
    open_answerer,
    unsure,
)
from tests.answering.llm.wexmoor import EVIDENCE
from tests.model_server import ModelServer

pytestmark = OPEN_SOCKETS


# How it ends


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_answer_that_ends_at_the_limit_says_so(server: ModelServer, provider: str) -> None:
    server.says("It was closed in 1974. [1]\nIt was opened in", finish="length")
    draft = checked(open_answerer(server, f"{provider}:test"))
    assert [statement.text for statement in draft.statements] == ["It was closed in 1974."]
    assert str(draft.notice).endswith("The model's answer broke off and may be incomplete.")


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_a_model_that_declines(server: ModelServer, provider: str) -> None:
    server.says("", finish="content_filter")
    with pytest.raises(ModelError, match="declined to answer"):
        draft_of(open_answerer(server, f"{provider}:test"), readings(QUESTION), EVIDENCE)


def test_output_without_end_is_not_read_to_the_end(server: ModelServer, answerer: LanguageModelAnswerer) -> None:
    server.says("It was closed in 1974. [1]\n" + " ".join(map(str, range(MAX_OUTPUT))), piece=1000)
    draft = checked(answerer)
    assert len(draft.statements) == 1
    assert "may be incomplete" in str(draft.notice)


@pytest.mark.parametrize("again", ["Mexico City, ", "The mayor said so. [1] ", "x" * 299 + " ", "la "])
def test_a_model_in_a_loop_is_no_longer_listened_to(again: str) -> None:
    reply = ReplyReader()
    told = "It was closed to ships in 1974. [1]\n"
    taken = 0
    for piece in [told, *[again] * 60]:
        list(reply.feed(piece))
        taken += len(piece)
        if reply.loops:
            break
    assert taken <= len(told) + max(4 * len(again), 60)
    assert not any(loops_after(told * times) for times in (1, 2, 3))


def loops_after(text: str) -> bool:
    reply = ReplyReader()
    list(reply.feed(text))
    return reply.loops


def test_a_line_of_dashes_or_a_table_is_no_loop() -> None:
    assert not loops_after("It was closed in 1974. [1]\n" + "-" * 80)
    assert not loops_after("".join(f"| {year} | harbour closed |\n" for year in range(1970, 1980)))


def test_an_answer_stands_behind_thoughts(server: ModelServer, answerer: LanguageModelAnswerer) -> None:
    server.says("<think>It was closed in 1974, it says. [1]</think>\nIt was opened in 1911. [1]")
    assert [statement.text for statement in checked(answerer).statements] == ["It was opened in 1911."]


@pytest.mark.parametrize("text", ["", " \n ", "<think>Hm. [1]</think>"])
def test_an_empty_reply(server: ModelServer, answerer: LanguageModelAnswerer, text: str) -> None:
    server.says(text)
    assert "returned nothing" in failure(answerer)


@pytest.mark.parametrize("body", [b"<html>It works!</html>", b"[1, 2", b"data: {broken\n\n"])
def test_a_reply_that_is_no_protocol(server: ModelServer, answerer: LanguageModelAnswerer, body: bytes) -> None:
    server.sends(body, "text/event-stream")
    assert failure(answerer).startswith("openai:test ")


# Replies that are kept


def cached(server: ModelServer, path: Path, **settings: object) -> LanguageModelAnswerer:
    told = {"model": "openai:test", "base_url": server.base_url, "answer_cache": path, **settings}
    return LanguageModelAnswerer(Settings(**told))  # type: ignore[arg-type]


def test_a_reply_is_asked_for_once(server: ModelServer, tmp_path: Path) -> None:
    server.says(MARKED)
    first = draft_of(cached(server, tmp_path / "replies"), readings(QUESTION), EVIDENCE)
    again = draft_of(cached(server, tmp_path / "replies"), readings(QUESTION), EVIDENCE)
    assert (first.statements, first.short_answer) == (again.statements, again.short_answer)
    assert again.tokens == {}
    assert len(server.requests) == 1
    draft_of(cached(server, tmp_path / "replies"), readings(f"{QUESTION} Say so."), EVIDENCE)
    draft_of(cached(server, tmp_path / "replies"), readings(QUESTION), EVIDENCE[:1])
    draft_of(cached(server, tmp_path / "replies", model="openai:other"), readings(QUESTION), EVIDENCE)
    assert len(server.requests) == 4


def test_a_reply_that_declines_is_asked_for_once_too(server: ModelServer, tmp_path: Path) -> None:
    asking = cached(server, tmp_path / "replies")
    server.says("NOT IN THE ARTICLES\n")
    assert not checked(asking, unsure(QUESTION)).statements
    assert not checked(asking, unsure(QUESTION)).statements
    assert len(server.requests) == 1


def test_of_a_reply_that_is_cut_off_the_whole_sentences_count(
    server: ModelServer, answerer: LanguageModelAnswerer
) -> None:
    server.says("The harbour was closed to ships in 1974. It was opened in 1911. The bridge is 4", finish="length")
    draft = checked(answerer)
    assert [each.text for each in draft.statements] == [
        "The harbour was closed to ships in 1974.", "It was opened in 1911.",
    ]  # fmt: skip
    assert draft.notice == "The model's answer broke off and may be incomplete."


def test_no_reply_is_kept_by_default_nor_one_that_was_cut_short(server: ModelServer, tmp_path: Path) -> None:
    server.says(MARKED, finish="length")
    draft_of(cached(server, tmp_path / "replies"), readings(QUESTION), EVIDENCE)
    draft_of(cached(server, tmp_path / "replies"), readings(QUESTION), EVIDENCE)
    assert len(server.requests) == 2
    assert Settings().answer_cache is None


def test_a_cache_that_is_no_file_of_replies(server: ModelServer, tmp_path: Path) -> None:
    (tmp_path / "replies").write_text("something else " * 100)
    with pytest.raises(ModelError, match="answer_cache"):
        cached(server, tmp_path / "replies")
