"""The answer of a language model, against a real server that answers well, badly and maliciously."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from qabot.answering.draft import Draft, compose
from qabot.answering.llm.answerer import LanguageModelAnswerer
from tests.answering.conversations import readings
from tests.answering.llm.answerers import (
    MARKED,
    OPEN_SOCKETS,
    PROVIDERS,
    QUESTION,
    checked,
    draft_of,
    open_answerer,
    unsure,
)
from tests.answering.llm.wexmoor import BRIDGE, EVIDENCE, HARBOUR, KEY, conversation_about, make_evidence
from tests.model_protocols import READ, WRITTEN
from tests.model_server import ModelServer

pytestmark = OPEN_SOCKETS

# What it says


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_answer_is_streamed_and_checked_and_its_tokens_counted(server: ModelServer, provider: str) -> None:
    server.says(MARKED, piece=5)
    *pieces, draft = open_answerer(server, f"{provider}:test").stream(readings(QUESTION), EVIDENCE)
    assert pieces == ["The harbour was closed to ships in 1974. [1]", " It cost $1.5bn. [2]"]
    assert not isinstance(draft, str)
    assert (draft.short_answer, draft.notice, dict(draft.tokens)) == ("1974", None, {"input": READ, "output": WRITTEN})
    [request] = server.requests
    assert "from the passages alone" in request.system
    assert request.user.endswith(f"Question: {QUESTION}")
    assert request.key.removeprefix("Bearer ") == ("" if provider == "ollama" else KEY)


def test_a_good_answer_is_cited_with_the_sentences_that_bear_it_out(
    server: ModelServer, answerer: LanguageModelAnswerer
) -> None:
    server.says(
        "SHORT: 1974\nThe harbour was closed to ships in 1974. [1] <<was closed to ships in 1974>>\n"
        "The bridge cost 1.5 billion dollars. [2] <<cost $1.5bn>>\n"
    )
    draft = checked(answerer)
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
    draft = draft_of(answerer, readings("What is told of the harbour?"), [make_evidence(text, article_id="harbour")])
    assert len(draft.statements) == 2
    assert draft.short_answer == (short if stands else None)


def test_what_wants_a_yes_or_no_gets_none_else_for_a_short_answer(
    server: ModelServer, answerer: LanguageModelAnswerer
) -> None:
    server.says("SHORT: 1974\nThe harbour was closed to ships in 1974. [1]")
    assert checked(answerer, "Was the harbour closed to ships?").short_answer == "Yes"
    assert checked(answerer, "When was the harbour closed to ships?").short_answer == "1974"


def test_what_a_claim_should_have_cited_is_quoted_beside_what_it_cites(
    server: ModelServer, answerer: LanguageModelAnswerer
) -> None:
    buyer = make_evidence("The council sold the ferry to a firm from Moss.", article_id="buyer")
    dated = make_evidence("In August 1974 the council of Wexmoor sold the old ferry.", article_id="dated")
    server.says("The council sold the ferry in August 1974. [2]")  # the likelier passage is the first
    draft = draft_of(answerer, readings("When did the council sell the ferry?"), [buyer, dated])
    assert [quote.evidence.article_id for each in draft.statements for quote in each.quotes] == ["buyer", "dated"]


def test_a_marker_alone_is_enough(server: ModelServer, answerer: LanguageModelAnswerer) -> None:
    server.says("Queen Maud opened the harbour in 1911 [1]. Dutch engineers built the bridge【2†source】.")
    draft = checked(answerer, "Who opened the harbour?")
    assert [(statement.text, statement.quotes[0].text) for statement in draft.statements] == [
        ("Queen Maud opened the harbour in 1911.", "The harbour of Wexmoor was opened in 1911 by Queen Maud."),
        ("Dutch engineers built the bridge.", "It was built by Dutch engineers for the county."),
    ]


def test_a_plain_sentence_is_enough(server: ModelServer, answerer: LanguageModelAnswerer) -> None:
    server.says(
        "Answer: The harbour was closed to ships in 1974.\nEnd each sentence with the number of the passage. [1]"
    )
    draft = checked(answerer)
    assert compose(draft)[0] == "The harbour was closed to ships in 1974. [1]"
    assert draft.short_answer == "1974"  # the reader finds it where the model gives none


@pytest.mark.parametrize(("said", "short"), [("Yes, the harbour was closed to ships in 1974.", "Yes")])
def test_a_question_of_yes_or_no_has_its_short_answer(
    server: ModelServer, answerer: LanguageModelAnswerer, said: str, short: str
) -> None:
    server.says(said)
    assert checked(answerer, "Was the harbour closed to ships in 1974?").short_answer == short


@pytest.mark.parametrize(
    ("said", "told", "short"),
    [
        ("Yes, the harbour was closed to ships in 1974.", "The harbour was closed to ships in 1974. [1]", "No"),
        ("No, the harbour was closed to ships in 1974.", "No, the harbour was closed to ships in 1974. [1]", "No"),
    ],
)
def test_a_yes_or_no_goes_where_what_is_stated_surely_means_the_other(
    server: ModelServer, answerer: LanguageModelAnswerer, said: str, told: str, short: str
) -> None:
    server.says(said)
    draft = checked(answerer, "Was the harbour open to ships in 1974?")
    assert (compose(draft)[0], draft.short_answer) == (told, short)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Yes. The harbour was closed to ships in 1974.", "Yes. The harbour was closed to ships in 1974. [1]"),
        ("**Yes.** [1]\nIt was closed to ships in 1974. [1]", "Yes. It was closed to ships in 1974. [1]"),
        ("No. The harbour was closed to ships in 1974.", "The harbour was closed to ships in 1974. [1]"),
    ],
)
def test_a_yes_or_no_alone_begins_the_sentence_behind_it(
    server: ModelServer, answerer: LanguageModelAnswerer, said: str, told: str
) -> None:
    server.says(said)
    draft = checked(answerer, "Was the harbour closed to ships in 1974?")
    assert (compose(draft)[0], draft.short_answer) == (told, "Yes")
    assert (draft.confidence, draft.notice) == (1.0, None)


def test_a_yes_or_no_with_no_sentence_of_its_own_states_nothing(
    server: ModelServer, answerer: LanguageModelAnswerer
) -> None:
    server.says("Yes. No, the harbour was not open.\nNo.")
    draft = checked(answerer, "Was the harbour open to ships in 1974?")
    assert (compose(draft)[0], draft.short_answer) == ("No, the harbour was not open. [1]", "No")
    assert draft.notice == "Left out 2 sentences of the model's that the passages cited do not bear out."


def test_a_sentence_that_is_said_again_is_told_once(server: ModelServer, answerer: LanguageModelAnswerer) -> None:
    server.says("The harbour was closed to ships in 1974. [1]\n" * 3)
    assert compose(checked(answerer))[0] == "The harbour was closed to ships in 1974. [1]"
    server.says("The harbour was closed to ships in 1974. [1]\n" * 5 + "It was opened in 1911. [1]\n")
    draft = checked(answerer)
    assert compose(draft)[0] == "The harbour was closed to ships in 1974. [1]"
    assert draft.notice == "The model's answer broke off and may be incomplete."


def test_sentences_are_streamed_as_they_pass_and_make_up_the_whole(
    server: ModelServer, answerer: LanguageModelAnswerer
) -> None:
    server.says("It was opened in 1911. [1]\nThe moon is round.\nIt was closed in 1974. [1]\n", piece=1)
    *pieces, draft = answerer.stream(readings("When?"), EVIDENCE)
    assert pieces == ["It was opened in 1911. [1]", " It was closed in 1974. [2]"]
    assert isinstance(draft, Draft)
    assert "".join(map(str, pieces)) == compose(draft)[0]


def test_the_model_is_told_the_passages_between_delimiters_that_change(
    server: ModelServer, answerer: LanguageModelAnswerer
) -> None:
    server.says("NOT IN THE ARTICLES")
    checked(answerer, "Is {this} a {{brace}}?")
    checked(answerer)
    first, second = server.requests
    assert "Question: Is {this} a {{brace}}?\n" in first.user
    assert HARBOUR in first.user
    assert BRIDGE in first.user
    boundaries = [re.findall(r"^<passage 1 (\w{16})>$", request.user, re.MULTILINE)[0] for request in (first, second)]
    assert boundaries[0] != boundaries[1]
    assert first.user.startswith(f"The word of the request: {boundaries[0]}\n")
    assert first.key == f"Bearer {KEY}"


def test_only_so_many_passages_are_given_as_the_settings_say(server: ModelServer) -> None:
    server.says("It was built by Dutch engineers. [2]")
    draft = draft_of(open_answerer(server, passages=1), readings(QUESTION), EVIDENCE)
    assert BRIDGE not in server.requests[0].user
    assert "Dutch" not in compose(draft)[0]


def test_without_evidence_nothing_is_sent(server: ModelServer, answerer: LanguageModelAnswerer) -> None:
    assert draft_of(answerer, readings("When?"), ()) == Draft((), None, 0.0)
    assert draft_of(answerer, readings("Which orchestra did the Danish conductor leave?"), EVIDENCE) == Draft(
        (), None, 0.0
    )
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
    assert checked(answerer, unsure("How many people live in Wexmoor?")) == Draft((), None, 0.0)
    assert "NOT IN THE ARTICLES" not in server.requests[-1].user
    assert checked(answerer, unsure("Do people live in Wexmoor?")) == Draft((), None, 0.0)
    assert "write only: NOT IN THE ARTICLES" in server.requests[-1].user


def test_a_part_that_is_not_answered_is_said_beside_the_part_that_is(
    server: ModelServer, answerer: LanguageModelAnswerer
) -> None:
    server.says("The harbour was closed in 1974. [1]\nNOT IN THE ARTICLES\n")
    draft = checked(answerer, "When was the harbour closed, and how many people lived there?")
    assert len(draft.statements) == 1
    assert draft.notice == (
        "I am not sure that this answers the question. To a part of the question the model found no answer."
    )


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What LangSmith would be told."""
    from langchain_core.callbacks import BaseCallbackHandler
    from langchain_core.tracers import langchain as tracers

    told: list[str] = []

    class Tracer(BaseCallbackHandler):
        def __init__(self, **_: object) -> None:
            pass

        def copy_with_metadata_defaults(self, **_: object) -> Tracer:
            return self

        def on_chat_model_start(self, _model: object, messages: list[list[object]], **_: object) -> None:
            told.append(str(messages))

    monkeypatch.setattr(tracers, "LangChainTracer", Tracer)
    return told


@pytest.fixture(params=["LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2"])
def tracing_variable(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A variable that was set for other programs; LangSmith remembers what it read."""
    from langsmith.utils import get_env_var

    monkeypatch.setenv(request.param, "true")
    get_env_var.cache_clear()
    yield
    get_env_var.cache_clear()


@pytest.mark.usefixtures("tracing_variable")
def test_langsmith_is_told_nothing_unless_qabot_is_asked_to(
    server: ModelServer, told: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.says(MARKED)
    assert checked(open_answerer(server)).statements
    assert told == []
    monkeypatch.chdir(tmp_path)
    (tmp_path / "qabot.toml").write_text("tracing = true")  # which may be a stranger's
    assert checked(open_answerer(server, tracing=True)).statements
    assert told == []


def test_langsmith_is_told_where_qabot_is_asked_to(
    server: ModelServer, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from langsmith.utils import get_env_var

    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    get_env_var.cache_clear()
    server.says(MARKED)
    checked(open_answerer(server, tracing=True))
    get_env_var.cache_clear()
    assert [QUESTION in each for each in told] == [True]


def test_what_somebody_says_in_an_article_is_no_refusal(server: ModelServer) -> None:
    passage = make_evidence("“I do not know who built it,” the mayor said.", article_id="a")
    server.says("“I do not know who built it,” the mayor said. [1]")
    assert draft_of(open_answerer(server), readings("What did the mayor say?"), [passage]).statements


def test_a_prompt_of_ones_own_is_used_and_the_other_is_the_shipped_one(server: ModelServer, tmp_path: Path) -> None:
    (tmp_path / "answer.md").write_text("Set {boundary} apart: {passages} {{so}}\n\nAsked: {question}")
    server.says("NOT IN THE ARTICLES")
    mine = open_answerer(server, prompts=tmp_path)
    checked(mine, "Why?")
    mine.rewrite("And when?", conversation_about("Ann Lee did."))
    assert server.requests[0].user.endswith("{so}\n\nAsked: Why?")
    assert not server.requests[0].system
    assert "stand alone" not in server.requests[0].user
    assert "You rewrite the last question" in server.requests[1].system


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
    draft = checked(answerer)
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
    draft = checked(answerer)
    assert draft.statements[0].quotes[0].text == "“It was closed\nto ships in 1974,” said Ann Lee, the mayor."
    assert draft.notice is None


FALSE = "SHORT: 1975\nThe harbour was closed in 1975. [1]\nIt is sad.\n"


def test_where_nothing_is_left_and_nothing_answers_it_abstains_and_says_so(
    server: ModelServer, answerer: LanguageModelAnswerer
) -> None:
    server.says(FALSE)
    draft = checked(answerer, unsure(QUESTION))
    assert (draft.statements, draft.short_answer, draft.confidence) == ((), None, 0.0)
    assert draft.notice == "Left out 2 sentences of the model's that the passages cited do not bear out."


def test_where_nothing_is_left_what_answers_is_quoted(server: ModelServer, answerer: LanguageModelAnswerer) -> None:
    server.says(FALSE)
    draft = checked(answerer)
    assert (draft.short_answer, draft.written_by) == ("1974", "extractive")
    assert compose(draft)[0].startswith("1974. “")
    assert draft.notice == "The articles do not bear out what the model wrote; this is quoted from them."
    pieces = [piece for piece in answerer.stream(readings(QUESTION), EVIDENCE) if isinstance(piece, str)]
    assert "".join(pieces) == compose(draft)[0]


def test_where_the_reader_is_sure_the_model_is_not_told_how_to_decline(
    server: ModelServer, answerer: LanguageModelAnswerer
) -> None:
    server.says("The passages do not say when.")
    draft = checked(answerer)
    assert "NOT IN THE ARTICLES" not in str(server.requests[-1].body)
    assert "What most likely answers: “" in server.requests[-1].user
    assert (draft.short_answer, draft.written_by) == ("1974", "extractive")
    assert draft.notice == "The model found no answer; this, quoted from the articles, most likely answers."


def test_where_the_reader_is_not_sure_a_model_that_declines_is_believed(
    server: ModelServer, answerer: LanguageModelAnswerer
) -> None:
    server.says("NOT IN THE ARTICLES")
    assert checked(answerer, unsure(QUESTION)) == Draft((), None, 0.0)


def test_where_the_reader_is_not_sure_what_may_answer_is_told_as_such(
    server: ModelServer, answerer: LanguageModelAnswerer
) -> None:
    server.says("The harbour was closed to ships in 1974.")
    draft = checked(answerer, unsure(QUESTION))
    assert compose(draft)[0] == "The harbour was closed to ships in 1974. [1]"
    assert draft.notice == "I am not sure that this answers the question."
    assert draft.confidence < 1


def test_where_the_reader_is_not_sure_what_answers_something_else_is_left_out(
    server: ModelServer, answerer: LanguageModelAnswerer
) -> None:
    server.says("The bridge at Wexmoor is 402 metres long. [2]")
    draft = checked(answerer, unsure(QUESTION))
    assert (draft.statements, draft.confidence) == ((), 0.0)


def test_a_marker_that_points_nowhere_is_dropped_beside_one_that_holds(
    server: ModelServer, answerer: LanguageModelAnswerer
) -> None:
    server.says("SHORT: 1999\nThe harbour was closed to ships in 1974. [7][1, 8]\n")
    draft = checked(answerer)
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
    assert compose(checked(answerer))[0] == "The harbour was closed to ships in 1974. [1]"


# Follow-ups


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_follow_up_is_rewritten(server: ModelServer, provider: str) -> None:
    server.says("When did Ann Lee close the harbour of Wexmoor?")
    rewritten = open_answerer(server, f"{provider}:test").rewrite("And when?", conversation_about("Ann Lee did. [1]"))
    assert rewritten is not None
    assert rewritten.text == "When did Ann Lee close the harbour of Wexmoor?"
    assert dict(rewritten.tokens) == {"input": READ, "output": WRITTEN}


@pytest.mark.parametrize(
    ("reply", "rewritten"),
    [
        ("When did Ann Lee close the harbour of Wexmoor?\n", "When did Ann Lee close the harbour of Wexmoor?"),
        ('Question: "When did Ann Lee do that?"', "When did Ann Lee do that?"),
        ("And when?", None),  # which stands alone no more than before
        ("When did Ann Ray close the harbour?", None),  # a name that nobody said
        ("When did Ann Lee close it, in 1974?", None),
        ("Sure!\nHere is the question:\nWhen?", None),
        ("<think>\nHe means it.\n</think>\n\nWhen did Ann Lee close it?", "When did Ann Lee close it?"),
        ("<think>He means it.</think>When did Ann Lee close it?", "When did Ann Lee close it?"),
        ("", None),
        ("When? " * 200, None),
    ],
)
def test_a_follow_up_is_held_to_the_conversation(
    server: ModelServer, answerer: LanguageModelAnswerer, reply: str, rewritten: str | None
) -> None:
    server.says(reply)
    found = answerer.rewrite("And when?", conversation_about("Ann Lee did. [1]"))
    assert (found and found.text) == rewritten
    assert "Answer: Ann Lee did.\n" in server.requests[0].user


def test_a_model_that_fails_to_rewrite_leaves_it_to_the_rules(
    server: ModelServer, answerer: LanguageModelAnswerer
) -> None:
    server.fails(401)
    assert answerer.rewrite("And when?", conversation_about("Ann Lee did. [1]")) is None
    assert len(server.requests) == 1
