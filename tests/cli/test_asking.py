"""``qabot ask`` and ``qabot chat`` on a real index, with the extractive answerer and with a language model."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from qabot.store.location import Location, locate
from tests.chat.terminal import Terminal, running
from tests.cli.conftest import Run, reply
from tests.cli.run import COMMAND, environment, qabot
from tests.model_server import ModelServer
from tests.samples import answered, copy_store

pytestmark = pytest.mark.model

QUESTION = "Who cut the ribbon at the fair in Hillbrook?"
UNANSWERED = "How much did the fair in Hillbrook cost?"


def asked(run: Run, *arguments: str, code: int = 0, typed: bytes = b"", **variables: str) -> dict[str, Any]:
    done = run("ask", "--json", *arguments, typed=typed, **variables)
    assert done.returncode == code, done.stderr
    document = json.loads(done.stdout)
    assert isinstance(document, dict)
    check(run, document)
    return document


def check(run: Run, document: dict[str, Any]) -> None:
    """What the contract says of every document."""
    markers = {f"[{citation['marker']}]" for citation in document["citations"]}
    assert all(marker in document["answer"] for marker in markers)
    assert document["abstained"] == (not document["citations"]) == (document["reason"] is not None)
    assert document["independent_origins"] == len({citation["origin"] for citation in document["citations"]})
    for piece, field in ((c, "quote") for c in document["citations"]):
        text = run("articles", "show", piece["article_id"], "--text").stdout
        assert text[piece["start"] : piece["end"]] == piece[field]


def test_an_answer_and_a_second_one_that_leans_on_it(run: Run) -> None:
    document = asked(run, "--session", "fair", QUESTION)
    assert document["short_answer"] == "Ada Quill"
    assert document["model"] == "extractive"
    assert document["citations"][0]["publisher"] == "The Courier"
    follow_up = asked(run, "--continue", "-", typed=b"When did she do that?\n")
    assert follow_up["question"] == "When did she do that?"
    assert follow_up["standalone_question"] != follow_up["question"]


def test_a_session_that_begins_says_so_and_names_the_nearest(run: Run, model: dict[str, str]) -> None:
    first = run("ask", "--session", "fair", QUESTION, **model)
    assert (first.returncode, first.stderr) == (0, "Begins the session fair.\n")
    second = run("ask", "--session", "fairs", QUESTION, **model)
    assert second.stderr == "Begins the session fairs. Did you mean fair?\n"
    third = run("ask", "--session", "fair", QUESTION, **model)
    assert third.stderr == "Understood as: Who cut the ribbon?\n"


def test_a_session_goes_on_with_the_index_that_answered_it(run: Run, built: Path, tmp_path: Path) -> None:
    first = run("ask", "--session", "fair", QUESTION, "--index", "index")
    assert (first.returncode, first.stderr) == (0, "Begins the session fair.\n")
    nobody = tmp_path / "elsewhere"
    nobody.mkdir()
    second = run("ask", "--continue", "--json", "Who is Ada Quill?", home=nobody)
    assert json.loads(second.stdout)["index"] == str(built / "index")
    assert second.stderr == f"Going on with the index in {built}/index, as fair did before.\n"
    [listed] = json.loads(run("sessions", "list", "--json").stdout)
    assert listed["index"] == str(built / "index")
    assert run("sessions", "list").stdout.endswith(f"\tthe index in {built}/index\n")


def test_that_the_starter_articles_answer_is_said_every_time(
    run: Run, tmp_path: Path, starter_location: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    copy_store(starter_location.store, locate(None).store)
    for _ in range(2):
        done = run("ask", "--json", "Who is the supreme leader of the Taliban?", home=here)
        assert "Answering from the starter articles that come with qabot." in done.stderr
        assert json.loads(done.stdout)["index"] == str(locate(None).folder)
    for words in (["articles", "list"], ["eval", "--limit", "1"], ["timeline", "Taliban"]):
        assert run(*words, home=here).stderr.startswith("Answering from the starter articles that come with qabot."), (
            words
        )
    assert run("ask", QUESTION).stderr == ""


def test_the_plain_answer_is_clean(built: Path) -> None:
    done = qabot(built, "ask", QUESTION, FORCE_COLOR="1", TTY_COMPATIBLE="1")
    assert (done.returncode, done.stderr) == (0, "")
    answer, sources = done.stdout.split("\n\n")
    assert "Ada Quill" in answer
    assert sources.startswith(f"[1] The Courier, 2024-05-06, Fair opens on the hill ({built}/index/articles/fair.md)")
    assert "\x1b" not in done.stdout


def test_who_abstains_exits_with_3_and_prints_the_document_all_the_same(run: Run) -> None:
    document = asked(run, UNANSWERED, code=3)
    assert document["abstained"] is True
    assert document["evidence"]
    plain = run("ask", UNANSWERED)
    assert plain.returncode == 3
    assert plain.stdout.startswith(document["answer"])


@pytest.mark.parametrize(
    ("arguments", "within"),
    [
        (["--until", "2023"], False),
        (["--as-of", "2024-05-05"], False),
        (["--as-of", "2024-05"], True),
        (["--since", "2024-05-06", "--until", "2024"], True),
        (["--until", "2025", "--as-of", "2023"], False),
        (["--publisher", "the  COURIER"], True),
        (["--publisher", "Hill Gazette"], False),
        (["--publisher", "Hill Gazette", "--publisher", "The Courier"], True),
    ],
)
def test_a_scope_is_kept(run: Run, model: dict[str, str], arguments: list[str], within: bool) -> None:
    document = asked(run, *arguments, QUESTION, code=0 if within else 3, **model)
    sources = {Path(passage["source"]).name for passage in document["evidence"]}
    assert ("fair.md" in sources) is within
    if not within:
        assert document["reason"] == "out-of-range"


def test_a_span_of_days_says_how_many_undated_articles_it_leaves_out(run: Run, model: dict[str, str]) -> None:
    done = run("ask", "--since", "2024", QUESTION, **model)
    assert (
        done.stderr
        == "Left out: 1 article without a date: state it in front matter (published: 2024-05-03), and index again.\n"
    )
    assert run("ask", "--publisher", "The Courier", QUESTION, **model).stderr == ""


def test_a_timeline_of_a_digest_is_one_of_its_topic(run: Run) -> None:
    events = json.loads(run("timeline", "--json", "Hillbrook fair").stdout)["events"]
    assert events
    for asked in ("Summarise the Hillbrook fair", "Summarise the history of the Hillbrook fair"):
        assert json.loads(run("timeline", "--json", asked).stdout) == {"topic": asked, "events": events}


def test_a_timeline_asks_no_language_model_and_says_what_it_leaves_out(run: Run) -> None:
    done = run("timeline", "--as-of", "2024-12", "fair", QABOT_MODEL="openai:gpt-5")
    assert (done.returncode, done.stderr[:37]) == (0, "Left out: 1 article without a date: s")
    done = run("timeline", "--publisher", "Courier", "fair")
    assert done.stderr == "qabot: No article is by a publisher 'Courier'. Near: The Courier.\n"


def test_what_an_answer_is_told_with_is_plain(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qabot.answering.bot.Bot.ask", lambda *_, **__: answered(notice="said \x1b[31mso"))
    assert run("ask", "--json", QUESTION).stderr == "said so\n"


def test_an_unknown_publisher_is_named_with_the_nearest(run: Run, model: dict[str, str]) -> None:
    done = run("ask", "--publisher", "Courier", QUESTION, **model)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "qabot: No article is by a publisher 'Courier'. Near: The Courier.\n"


@pytest.mark.parametrize("question", ["", " \n", "why " * 600])
def test_what_is_no_question_is_refused(run: Run, model: dict[str, str], question: str) -> None:
    done = run("ask", question, **model)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("qabot: The question")
    piped = run("ask", "--json", "-", typed=question.encode(), **model)
    assert (piped.returncode, piped.stdout) == (2, "")


def test_a_question_that_is_no_text_is_asked_all_the_same(run: Run, model: dict[str, str]) -> None:
    done = run("ask", "--json", "-", typed=b"Who cut the \xff ribbon \xed\xa0\x80 at the fair?\x00\x1b[31m", **model)
    assert done.returncode in (0, 3)
    assert json.loads(done.stdout)["question"].startswith("Who cut the \ufffd ribbon")


def test_output_in_a_narrow_encoding(built: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "ask", "--json", "Who cut the ribbon — at the fair?"],
        capture_output=True,
        cwd=built,
        env=environment(built, PYTHONUTF8="0", PYTHONIOENCODING="ascii"),
    )
    assert done.returncode in (0, 3)
    assert json.loads(done.stdout.decode("ascii"))["question"] == "Who cut the ribbon — at the fair?"


def test_chat_off_a_terminal_answers_line_by_line(run: Run) -> None:
    done = run("chat", typed=f"{QUESTION}\n{UNANSWERED}\n".encode())
    assert (done.returncode, done.stderr) == (0, "")
    assert "Ada Quill" in done.stdout.split("\n\n")[0]
    document = asked(run, "--continue", QUESTION)
    assert document["short_answer"] == "Ada Quill"


def test_chat_on_a_terminal(built: Path, tmp_path: Path) -> None:
    variables = environment(built, QABOT_STATE=str(tmp_path), TERM="xterm-256color", PAGER="cat")
    with running(Terminal([*COMMAND, "chat", "--session", "fair"], built, variables)) as chat:
        chat.expect_prompt()
        chat.expect("extractive | 3 articles")
        chat.ask(QUESTION, "(fair.md)")
        chat.ask("/why", "Fair opens on the hill")
        chat.ask("/timeline Hillbrook fair", "2024-05-06")
        chat.ask("/publisher gaz\t", "Hill Gazette")
        chat.type("\x04")
        assert chat.end() == 0
        assert "qabot chat --session fair" in chat.shown


def test_the_first_chat_of_all_offers_questions_taken_from_the_articles(built: Path, tmp_path: Path) -> None:
    variables = environment(built, QABOT_STATE=str(tmp_path), TERM="xterm-256color")
    with running(Terminal([*COMMAND, "chat"], built, variables)) as chat:
        chat.expect("Tab offers")
        chat.type("\t")
        chat.expect("When was the mill built?")


def test_a_language_model_answers(run: Run, model: dict[str, str]) -> None:
    document = asked(run, QUESTION, **model)
    assert (document["model"], document["short_answer"]) == ("openai:test", "Ada Quill")
    assert "Ada Quill did. [1]" in document["answer"]


def test_a_chat_goes_on_after_the_language_model_failed(run: Run) -> None:
    with ModelServer() as server:
        server.fails(401, "bad key")
        server.obeys(reply)
        variables = {"QABOT_MODEL": "openai:test", "QABOT_BASE_URL": server.base_url, "OPENAI_API_KEY": "x"}
        done = run("chat", typed=f"{QUESTION}\n{QUESTION}\n".encode(), **variables)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("line 1: ")
    assert done.stdout.startswith(f"> {QUESTION}\n\n> {QUESTION}\nAda Quill did. [1]")


def test_a_language_model_that_fails_is_one_line(run: Run) -> None:
    with ModelServer() as server:
        server.fails(401, "bad key")
        variables = {"QABOT_MODEL": "openai:test", "QABOT_BASE_URL": server.base_url, "OPENAI_API_KEY": "x"}
        done = run("ask", QUESTION, **variables)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("qabot: ")
    assert done.stderr.count("\n") == 1
