"""Replies of language models: in marked text and in JSON, whole, cut off and held back, and kept in a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qabot.answering.llm.answerer import MAX_OUTPUT, LanguageModelAnswerer
from qabot.answering.llm.parse import ReplyReader
from qabot.errors import ModelError
from qabot.settings import Settings
from tests.answering.conversations import readings
from tests.answering.llm.answerers import (
    KNOWN,
    MARKED,
    OPEN_SOCKETS,
    PROVIDERS,
    QUESTION,
    STRUCTURED,
    checked,
    draft_of,
    failure,
    open_answerer,
    unsure,
)
from tests.answering.llm.wexmoor import EVIDENCE
from tests.model_server import ModelServer

pytestmark = OPEN_SOCKETS


def json_answer(*statements: tuple[str, int], short: str = "") -> str:
    rows = [{"text": text, "passages": [number]} for text, number in statements]
    return json.dumps({"short_answer": short, "statements": rows})


# JSON


@pytest.mark.parametrize("provider", STRUCTURED)
def test_a_model_that_has_it_is_asked_for_json_and_each_statement_shown_as_it_comes(
    server: ModelServer, provider: str
) -> None:
    server.says(
        json_answer(
            ("The harbour was closed to ships in 1974.", 1),
            ("It was closed in 1975.", 1),
            ('The bridge "at Wexmoor" cost $1.5bn.', 2),
            short="1974",
        ),
        piece=3,
    )
    *pieces, draft = open_answerer(server, KNOWN[provider]).stream(readings(QUESTION), EVIDENCE)
    assert pieces == ["The harbour was closed to ships in 1974. [1]", ' The bridge "at Wexmoor" cost $1.5bn. [2]']
    assert not isinstance(draft, str)
    assert (draft.short_answer, draft.confidence) == ("1974", pytest.approx(2 / 3))
    asked = json.dumps(server.requests[0].body)
    assert '"short_answer"' in asked
    assert "SHORT:" not in server.requests[0].system
    assert "Write one JSON object" in server.requests[0].system


@pytest.mark.parametrize("provider", STRUCTURED)
@pytest.mark.parametrize(
    ("text", "says"),
    [
        (json_answer(), ()),
        ("NOT IN THE ARTICLES", ()),
        (MARKED, ("The harbour was closed to ships in 1974.", "It cost $1.5bn.")),  # a schema is not always kept
        ('{"short_answer": null, "statements": [{"text": "It was opened in 1911.", "passages": [1', ()),
        ('{"statements": [{"text": 3, "passages": "x"}, {}, {"text": "It was opened in 1911.", "passages": [null]}',
         ("It was opened in 1911.",)),
        ('```json\n{"statements": [{"text": "It was opened in 1911.", "passages": [1]}]}\n```',
         ("It was opened in 1911.",)),
        ('<think>Is it {"statements": [{"text": "It was closed in 1974.", "passages": [1]}]}? No.</think>\n'
         '{"statements": [{"text": "It was opened in 1911.", "passages": [1]}]}', ("It was opened in 1911.",)),
        ("<think>It says so.</think>\nIt was opened in 1911. [1]", ("It was opened in 1911.",)),
    ],
)  # fmt: skip
def test_json_that_is_empty_broken_or_none_at_all(
    server: ModelServer, provider: str, text: str, says: tuple[str, ...]
) -> None:
    server.says(text)
    asked = unsure("Was the harbour of Wexmoor ever closed?")
    draft = draft_of(open_answerer(server, KNOWN[provider]), asked, EVIDENCE)
    assert tuple(statement.text for statement in draft.statements) == says


@pytest.mark.parametrize("provider", STRUCTURED)
def test_a_statement_of_json_that_declines_is_told_as_one_of_marked_text_is(server: ModelServer, provider: str) -> None:
    closed, declined = ("The harbour was closed to ships in 1974.", 1), ("The passages do not say who closed it.", 1)
    server.says(json_answer(closed, declined))
    draft = draft_of(open_answerer(server, KNOWN[provider]), readings(QUESTION), EVIDENCE)
    assert draft.notice == "To a part of the question the model found no answer."
    server.says(json_answer(declined))
    draft = draft_of(open_answerer(server, KNOWN[provider]), readings(QUESTION), EVIDENCE)
    assert draft.notice == "The model found no answer; this, quoted from the articles, most likely answers."


def test_a_server_that_takes_no_schema_is_asked_for_marked_text(server: ModelServer) -> None:
    answerer = open_answerer(server, KNOWN["openai"])
    server.fails(400, "response_format is not supported")
    server.says(MARKED)
    assert len(draft_of(answerer, readings(QUESTION), EVIDENCE).statements) == 2
    assert ["response_format" in request.body for request in server.requests] == [True, False]
    assert draft_of(answerer, readings(QUESTION), EVIDENCE).statements
    assert "response_format" not in server.requests[-1].body


# How it ends


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_answer_that_ends_at_the_limit_says_so(server: ModelServer, provider: str) -> None:
    server.says("It was closed in 1974. [1]\nIt was opened in", finish="length")
    draft = checked(open_answerer(server, f"{provider}:test"))
    assert [statement.text for statement in draft.statements] == ["It was closed in 1974."]
    assert str(draft.notice).endswith("The model's answer broke off and may be incomplete.")


@pytest.mark.parametrize("provider", STRUCTURED)
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
    reply = ReplyReader("text")
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
    reply = ReplyReader("text")
    list(reply.feed(text))
    return reply.loops


def test_a_line_of_dashes_or_a_table_is_no_loop() -> None:
    assert not loops_after("It was closed in 1974. [1]\n" + "-" * 80)
    assert not loops_after("".join(f"| {year} | harbour closed |\n" for year in range(1970, 1980)))


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
