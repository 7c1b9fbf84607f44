"""The answer of a language model, against a real server that answers well, badly and maliciously."""

from __future__ import annotations

import re
import socket
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from qabot.answering.answer import Conversation
from qabot.answering.draft import Draft, Rewrite, compose
from qabot.answering.llm import model as chat_model
from qabot.answering.llm.answerer import MAX_OUTPUT, LanguageModelAnswerer
from qabot.errors import ModelError
from qabot.settings import Settings
from tests.answering.llm.wexmoor import BRIDGE, EVIDENCE, HARBOUR, KEY, conversation_about, make_evidence
from tests.model_server import ModelServer


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as running:
        yield running


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setattr(chat_model, "BACKOFF", 0.01)


@pytest.fixture
def answerer(server: ModelServer) -> LanguageModelAnswerer:
    return open_answerer(server.base_url)


def open_answerer(base_url: str | None, **settings: object) -> LanguageModelAnswerer:
    return LanguageModelAnswerer.open(Settings(**{"model": "openai:test", "base_url": base_url, **settings}))  # type: ignore[arg-type]


def answer(answerer: LanguageModelAnswerer, question: str = "When was the harbour closed?") -> Draft:
    draft = answerer.answer(question, EVIDENCE)
    for statement in draft.statements:  # whatever the model says, this holds
        for quote in statement.quotes:
            assert quote.evidence in EVIDENCE
            assert (
                quote.text == quote.evidence.text[quote.start - quote.evidence.start : quote.end - quote.evidence.start]
            )
    text, citations = compose(draft)
    assert {int(marker) for marker in re.findall(r"\[(\d+)\]", text)} == {citation.marker for citation in citations}
    return replace(draft, tokens={})


def failure(answerer: LanguageModelAnswerer) -> str:
    with pytest.raises(ModelError) as caught:
        answerer.answer("When was the harbour closed?", EVIDENCE)
    message = str(caught.value)
    assert "\n" not in message
    assert KEY not in message
    assert caught.value.__context__ is None or caught.value.__suppress_context__  # it may repeat the key
    return message


# What it says


def test_a_good_answer_is_cited_with_the_sentences_that_it_copied_from(
    server: ModelServer, answerer: LanguageModelAnswerer
) -> None:
    server.says(
        "SHORT: 1974\nThe harbour was closed to ships in 1974. [1] <<was closed to ships in 1974>>\n"
        "The bridge cost 1.5 billion dollars. [2] <<cost $1.5bn>>\n"
    )
    draft = answer(answerer)
    text, citations = compose(draft)
    assert text == "The harbour was closed to ships in 1974. [1] The bridge cost 1.5 billion dollars. [2]"
    assert citations[0].quote == "“It was closed\nto ships in 1974,” said Ann Lee, the mayor."
    assert (citations[0].start, citations[1].quote) == (97, "The bridge at Wexmoor is 402 metres long and cost $1.5bn.")
    assert (draft.short_answer, draft.confidence, draft.notice) == ("1974", 1.0, None)


@pytest.mark.parametrize(
    ("short", "stands"),
    [
        ("Ann Lee", True),
        ("the mayor", True),
        ("closed to ships", True),
        ("not Ann Lee", False),
        ("Ann Maud", False),  # the words stand there, and not together
        ("Lee, the queen", False),
        ("safe", False),  # it says "not safe"
        ("not safe", True),
        ("<<>>", False),
    ],
)
def test_a_short_answer_stands_together_in_what_was_checked(
    server: ModelServer, answerer: LanguageModelAnswerer, short: str, stands: bool
) -> None:
    text = "Ann Lee, the mayor, said that the harbour was not safe. It was closed to ships in 1974 by Queen Maud."
    server.says(
        f"SHORT: {short}\nAnn Lee, the mayor, said that the harbour was not safe. [1]\n"
        "It was closed to ships in 1974 by Queen Maud. [1]\n"
    )
    draft = answerer.answer("Is it safe?", [make_evidence(text, article_id="harbour")])
    assert len(draft.statements) == 2
    assert draft.short_answer == (short if stands else None)


def test_a_marker_alone_is_enough(server: ModelServer, answerer: LanguageModelAnswerer) -> None:
    server.says("Queen Maud opened the harbour in 1911 [1]. Dutch engineers built the bridge【2†source】.")
    draft = answer(answerer, "Who opened the harbour?")
    assert [(statement.text, statement.quotes[0].text) for statement in draft.statements] == [
        ("Queen Maud opened the harbour in 1911.", "The harbour of Wexmoor was opened in 1911 by Queen Maud."),
        ("Dutch engineers built the bridge.", "It was built by Dutch engineers for the county."),
    ]


def test_sentences_are_streamed_as_they_pass_and_make_up_the_whole(
    server: ModelServer, answerer: LanguageModelAnswerer
) -> None:
    server.says("It was opened in 1911. [1]\nThe moon is round.\nIt was closed in 1974. [1]\n", piece=1)
    *pieces, draft = answerer.stream("When?", EVIDENCE)
    assert pieces == ["It was opened in 1911. [1]", " It was closed in 1974. [2]"]
    assert isinstance(draft, Draft)
    assert "".join(map(str, pieces)) == compose(draft)[0]


def test_the_model_is_told_the_passages_between_delimiters_that_change(
    server: ModelServer, answerer: LanguageModelAnswerer
) -> None:
    server.says("NOT IN THE ARTICLES")
    answer(answerer, "Is {this} a {{brace}}?")
    answer(answerer)
    first, second = server.requests
    assert first.user.endswith("Question: Is {this} a {{brace}}?")
    assert HARBOUR in first.user
    assert BRIDGE in first.user
    boundaries = [re.findall(r"^<passage 1 (\w{16})>$", request.user, re.MULTILINE)[0] for request in (first, second)]
    assert boundaries[0] != boundaries[1]
    assert boundaries[0] in first.system
    assert first.key == f"Bearer {KEY}"


def test_only_so_many_passages_are_given_as_the_settings_say(server: ModelServer) -> None:
    server.says("It was built by Dutch engineers. [2]")
    draft = open_answerer(server.base_url, passages=1).answer("Who built it?", EVIDENCE)
    assert BRIDGE not in server.requests[0].user
    assert not draft.statements


def test_without_evidence_nothing_is_sent(server: ModelServer, answerer: LanguageModelAnswerer) -> None:
    assert answerer.answer("When?", ()) == Draft((), None, 0.0)
    assert not server.requests


@pytest.mark.parametrize(
    "text",
    [
        "NOT IN THE ARTICLES",
        "**Not in the articles.**",
        "I'm sorry, but I cannot answer that.",
        "Based on the passages, I cannot determine the population of Wexmoor.",
        "The provided passages do not mention the population of Wexmoor. [1]",
        "The population is not stated in the articles [1][2].",
        "There is no information about the population of Wexmoor in the passages.",
        "None of the passages give the population.",
        "<think>The harbour closed in 1974. [1]</think>\nNOT IN THE ARTICLES",
    ],
)
def test_a_model_that_says_it_cannot_answer_abstains(
    server: ModelServer, answerer: LanguageModelAnswerer, text: str
) -> None:
    server.says(text)
    assert answer(answerer, "How many people live in Wexmoor?") == Draft((), None, 0.0)


def test_a_part_that_is_not_answered_is_said_beside_the_part_that_is(
    server: ModelServer, answerer: LanguageModelAnswerer
) -> None:
    server.says("The harbour was closed in 1974. [1]\nNOT IN THE ARTICLES\n")
    draft = answer(answerer, "When was the harbour closed, and how many people lived there?")
    assert len(draft.statements) == 1
    assert draft.notice == "To a part of the question the model found no answer."


def test_nobody_else_is_told_unless_the_user_asks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from langsmith.utils import tracing_is_enabled

    for variable in ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2"):
        monkeypatch.delenv(variable, raising=False)
    assert not tracing_is_enabled()


def test_what_somebody_says_in_an_article_is_no_refusal(server: ModelServer) -> None:
    passage = make_evidence("“I do not know who built it,” the mayor said.", article_id="a")
    server.says("“I do not know who built it,” the mayor said. [1]")
    assert open_answerer(server.base_url).answer("What did the mayor say?", [passage]).statements


# What it may not say


@pytest.mark.parametrize(
    "text",
    [
        "The harbour was closed in 1975. [1]",  # a changed number
        "The harbour was closed to ships by Ann Ray in 1974. [1]",  # a changed name
        "Germans built the bridge. [2]",  # a changed name in front
        "The bridge cost 1.5 million dollars. [2]",  # a changed scale
        "Forty fishermen live there today. [1]",  # a changed number, spelt out
        "Whales sing beautifully under water at night. [1]",  # an invented sentence
        "The harbour was closed in 1975. [1] <<It was closed to ships in 1975>>",  # an invented quote
        "Read on at https://evil.example/?q=secret about the harbour of Wexmoor. [1]",
        "The harbour of Wexmoor is described at evil.example by the mayor. [1]",
        "**Yes.** [1]",
        "[1] [2]",
    ],
)
def test_what_the_cited_passage_does_not_bear_out_is_left_out(
    server: ModelServer, answerer: LanguageModelAnswerer, text: str
) -> None:
    server.says(f"{text}\nIt was opened in 1911 by Queen Maud. [1]\n")
    draft = answer(answerer)
    assert [statement.text for statement in draft.statements] == ["It was opened in 1911 by Queen Maud."]
    if re.search(r"[A-Za-z]", text):
        assert draft.notice == "Left out one sentence of the model's that the passages cited do not bear out."
        assert draft.confidence == 0.5


@pytest.mark.parametrize(
    "marks", ["", " [3]", " [0] [99999999999999999999999]", " [2]", " [2] <<was closed to ships in 1974>>", " [2][7]"]
)
def test_a_marker_that_is_missing_or_wrong_is_put_right(
    server: ModelServer, answerer: LanguageModelAnswerer, marks: str
) -> None:
    server.says(f"The harbour was closed to ships in 1974.{marks}\n")
    draft = answer(answerer)
    assert draft.statements[0].quotes[0].text == "“It was closed\nto ships in 1974,” said Ann Lee, the mayor."
    assert draft.notice is None


def test_where_nothing_is_left_it_abstains_and_says_so(server: ModelServer, answerer: LanguageModelAnswerer) -> None:
    server.says("SHORT: 1975\nThe harbour was closed in 1975. [1]\nIt is sad.\n")
    draft = answer(answerer)
    assert (draft.statements, draft.short_answer, draft.confidence) == ((), None, 0.0)
    assert draft.notice == "Left out 2 sentences of the model's that the passages cited do not bear out."


def test_a_marker_that_points_nowhere_is_dropped_beside_one_that_holds(
    server: ModelServer, answerer: LanguageModelAnswerer
) -> None:
    server.says("SHORT: 1999\nThe harbour was closed to ships in 1974. [7][1, 8]\n")
    draft = answer(answerer)
    assert compose(draft)[0] == "The harbour was closed to ships in 1974. [1]"
    assert draft.short_answer is None  # the quotes do not say it


def test_nothing_of_a_model_becomes_a_link_an_image_or_a_control_sequence(
    server: ModelServer, answerer: LanguageModelAnswerer
) -> None:
    server.says(
        "\x1b[31mThe \x1b]8;;https://evil.example\x07harbour\x1b]8;;\x07 was ![closed](https://evil.example/a.png)\x9b2J"
        " to [ships](https://evil.example) in <a href='https://evil.example'>1974</a>\u202e\x00. [1](https://evil.example)\n",
        piece=3,
    )
    assert compose(answer(answerer))[0] == "The harbour was closed to ships in 1974. [1]"


# Follow-ups


@pytest.mark.parametrize(
    ("reply", "rewritten"),
    [
        ("When did Ann Lee close the harbour of Wexmoor?\n", "When did Ann Lee close the harbour of Wexmoor?"),
        ('Question: "When did Ann Lee do that?"', "When did Ann Lee do that?"),
        ("When did Ann Ray close the harbour?", None),  # a name that nobody said
        ("When did Ann Lee close it, in 1974?", None),
        ("Sure!\nHere is the question:\nWhen?", None),
        ("", None),
        ("When? " * 200, None),
    ],
)
def test_a_follow_up_is_held_to_the_conversation(
    server: ModelServer, answerer: LanguageModelAnswerer, reply: str, rewritten: str | None
) -> None:
    server.says(reply)
    found = answerer.rewrite("And when?", conversation_about("Ann Lee did. [1]"))
    assert (found and found.question) == rewritten
    assert "Answer: Ann Lee did.\n" in server.requests[0].user


def test_a_model_that_fails_to_rewrite_leaves_it_to_the_rules(
    server: ModelServer, answerer: LanguageModelAnswerer
) -> None:
    server.fails(401)
    assert answerer.rewrite("And when?", conversation_about("Ann Lee did. [1]")) is None
    assert answerer.rewrite("When?", Conversation()) == Rewrite("When?")
    assert len(server.requests) == 1


# Faults


@pytest.mark.parametrize(
    ("status", "code", "says", "cure"),
    [
        (401, "invalid_api_key", "refused the key", "OPENAI_API_KEY"),
        (403, None, "may not be used with this key", "another --model"),
        (404, "model_not_found", "is not there", "base_url"),
        (400, "too_long", "cannot take so long a request", "--passages 5"),
        (400, None, "failed: ", "--model extractive"),
    ],
)
def test_a_refusal_of_the_server_is_one_line_with_its_cure(
    server: ModelServer, answerer: LanguageModelAnswerer, status: int, code: str | None, says: str, cure: str
) -> None:
    long = "The maximum context length is 10 tokens." if code == "too_long" else ""
    server.fails(status, f"{long} Key {KEY}\x1b[2J is\nwrong, so is sk-test****cdef", code=code)
    message = failure(answerer)
    assert message.startswith("openai:test ")
    assert says in message
    assert cure in message
    assert "cdef" not in message
    assert "\x1b" not in message
    assert len(server.requests) == (2 if code == "too_long" else 1)  # once more with fewer passages


@pytest.mark.parametrize(("status", "says"), [(429, "takes no more requests"), (503, "a fault of its own (503)")])
def test_a_fault_that_may_pass_is_tried_again(
    server: ModelServer, answerer: LanguageModelAnswerer, status: int, says: str
) -> None:
    server.fails(status, retry_after="0.01")
    server.says("It was closed in 1974. [1]")
    assert answer(answerer).statements
    server.fails(status)
    server.fails(status)
    assert says in failure(answerer)
    assert len(server.requests) == 2 + chat_model.ATTEMPTS


def test_a_server_that_asks_for_too_long_a_wait_is_not_waited_for(
    server: ModelServer, answerer: LanguageModelAnswerer
) -> None:
    server.fails(429, retry_after="3600")
    assert "takes no more requests" in failure(answerer)
    assert len(server.requests) == 1


def test_a_server_that_is_not_there() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    message = failure(open_answerer(f"http://user:password@127.0.0.1:{port}/v1"))
    assert message == (
        f"openai:test cannot be reached. Check that it runs at http://127.0.0.1:{port}/v1 (the setting base_url)."
    )


def test_a_server_that_does_not_answer(server: ModelServer) -> None:
    server.says("It was closed in 1974. [1]", wait=1)
    message = failure(open_answerer(server.base_url, model_timeout=0.1))
    assert "did not answer within 0.1 seconds" in message
    assert len(server.requests) == 1


def test_a_stream_that_is_cut(server: ModelServer, answerer: LanguageModelAnswerer) -> None:
    server.says("It was closed in 1974. [1]\nIt was opened", cut=True)
    pieces = answerer.stream("When?", EVIDENCE)
    assert next(pieces) == "It was closed in 1974. [1]"
    with pytest.raises(ModelError, match="broke off in the middle"):
        next(pieces)


def test_an_answer_that_ends_at_the_models_limit_says_so(server: ModelServer, answerer: LanguageModelAnswerer) -> None:
    server.says("It was closed in 1974. [1]\nIt was opened in", finish="length")
    draft = answer(answerer)
    assert [statement.text for statement in draft.statements] == ["It was closed in 1974."]
    assert str(draft.notice).endswith("The model's answer broke off and may be incomplete.")


def test_output_without_end_is_not_read_to_the_end(server: ModelServer, answerer: LanguageModelAnswerer) -> None:
    server.says("It was closed in 1974. [1]\n" + "la " * MAX_OUTPUT, piece=1000)
    draft = answer(answerer)
    assert len(draft.statements) == 1
    assert "may be incomplete" in str(draft.notice)


@pytest.mark.parametrize("text", ["", " \n ", "<think>Hm. [1]</think>"])
def test_an_empty_reply(server: ModelServer, answerer: LanguageModelAnswerer, text: str) -> None:
    server.says(text)
    assert "returned nothing" in failure(answerer)


@pytest.mark.parametrize("body", [b"<html>It works!</html>", b"[1, 2", b"data: {broken\n\n"])
def test_a_reply_that_is_no_protocol(server: ModelServer, answerer: LanguageModelAnswerer, body: bytes) -> None:
    server.sends(body, "text/event-stream")
    assert failure(answerer).startswith("openai:test ")


# Opening


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("gpt-5-mini", "There is no model 'gpt-5-mini'. Write provider:name"),
        ("openai:", "Write provider:name"),
        ("nonesuch:x", "LangChain knows no provider 'nonesuch'"),
        ("nvidia:x", "pip install langchain-nvidia-ai-endpoints"),
    ],
)
def test_a_name_that_is_none(name: str, says: str) -> None:
    with pytest.raises(ModelError, match=re.escape(says)) as caught:
        open_answerer(None, model=name)
    assert "\n" not in str(caught.value)


def test_the_package_that_is_missing_is_named_as_an_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    from langchain.chat_models import base

    base._get_chat_model_creator.cache_clear()
    monkeypatch.setitem(sys.modules, "langchain_ollama", None)
    with pytest.raises(ModelError, match=re.escape("pip install 'qabot[ollama]'")):
        open_answerer(None, model="ollama:llama3.2")


def test_a_missing_key_is_named_but_a_server_of_ones_own_needs_none(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(ModelError, match="OPENAI_API_KEY"):
        open_answerer(None)
    server.says("It was closed in 1974. [1]")
    assert answer(open_answerer(server.base_url)).statements


def test_a_prompt_of_ones_own_is_used_and_the_other_is_the_shipped_one(server: ModelServer, tmp_path: Path) -> None:
    (tmp_path / "answer.md").write_text("Set {boundary} apart: {passages} {{so}}\n\nAsked: {question}")
    server.says("NOT IN THE ARTICLES")
    mine = open_answerer(server.base_url, prompts=tmp_path)
    answer(mine, "Why?")
    mine.rewrite("And when?", conversation_about("Ann Lee did."))
    assert server.requests[0].user.endswith("{so}\n\nAsked: Why?")
    assert not server.requests[0].system
    assert "stand alone" not in server.requests[0].user
    assert "You rewrite the last question" in server.requests[1].system
