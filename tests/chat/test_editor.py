"""Editing a line: keys, history, paste, completion, and the bar below."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from qabot.chat.chat import Chat, Opening
from qabot.chat.editor import ChatCompleter, bar
from qabot.chat.session import Session
from qabot.errors import StoreError
from qabot.store.filters import Filters
from qabot.store.records import ArticleRecord
from tests.chat.slow_chat import SlowBot
from tests.chat.terminal import Terminal, slow_chat


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("state")
    (folder / "history").write_text("\n# 2024-05-06\n+What was asked in an earlier chat?\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def running(folder: Path) -> Iterator[Terminal]:
    with slow_chat(folder) as opened:
        yield opened


@pytest.fixture
def chat(running: Terminal) -> Terminal:
    """A chat that the tests share, with an empty line."""
    running.type("\x07\x05" + "\x15" * 8)  # end a search; delete all lines
    running.wait(lambda: running.typed == ">")
    running.ask("/new", "A new conversation")
    return running


def test_the_history_is_that_of_all_chats(chat: Terminal) -> None:
    chat.type("\x1b[A\x1b[A")
    chat.expect_prompt("What was asked in an earlier chat?")


def test_the_history_is_searched(chat: Terminal) -> None:
    chat.type("\x12earlier")
    chat.expect("What was asked in an earlier chat?")
    chat.type("\r")  # ends the search
    chat.wait(lambda: chat.typed == "> What was asked in an earlier chat?")


def test_ctrl_c_empties_the_line_keeps_it_in_the_history_and_then_says_how_to_quit(
    chat: Terminal, folder: Path
) -> None:
    chat.type("half a question")
    chat.expect_prompt("half a question")
    chat.type("\x03")
    chat.expect_prompt()
    chat.type("\x03")
    chat.expect("Ctrl-D or /quit leaves the chat.")
    chat.expect_prompt()
    assert "half a question" in (folder / "history").read_text("utf-8")


def test_a_question_of_several_lines(chat: Terminal) -> None:
    chat.type("Who cut\x1b\rthe\\\rribbon?")
    chat.wait(lambda: "  ribbon?" in chat.lines)
    at = chat.lines.index("> Who cut")
    assert chat.lines[at + 1 : at + 3] == ["  the", "  ribbon?"]
    chat.type("\r")
    chat.expect("fair.md")
    chat.expect_prompt()


def test_what_is_pasted_is_not_sent(chat: Terminal) -> None:
    chat.type("\x1b[200~first line\r\nsecond line\n\x1b[201~")
    chat.wait(lambda: "  second line" in chat.lines)
    assert "Ada Quill" not in chat.shown


def test_a_command_is_completed_and_explained(chat: Terminal) -> None:
    chat.type("/so")
    chat.expect("the sources of the last answer again")
    chat.type("\t")
    chat.wait(lambda: chat.typed.startswith("> /sources"))


def test_a_publisher_is_completed_after_its_command(chat: Terminal) -> None:
    chat.type("/publisher hi")
    chat.expect("Hill Gazette")
    chat.type("\t")
    chat.expect_prompt("/publisher Hill Gazette")


def test_a_title_is_completed_in_a_question(chat: Terminal) -> None:
    chat.type("What does old mi\t")
    chat.expect_prompt("What does Old mill burns down")


def test_the_keys_of_vi(tmp_path: Path) -> None:
    with slow_chat(tmp_path, "--vi") as chat:
        chat.type("Who cut the the ribbon")
        chat.expect_prompt("Who cut the the ribbon")
        chat.type("\x1b")
        chat.wait(lambda: chat.screen.cursor.x == len("> Who cut the the ribbo"))
        chat.type("bbdwA?")
        chat.expect_prompt("Who cut the ribbon?")
        chat.type("\r")
        chat.expect("(fair.md)")


def test_ctrl_d_does_not_leave_a_line_that_is_not_empty(chat: Terminal) -> None:
    chat.type("abc\x01\x04")
    chat.wait(lambda: chat.typed == "> bc")


def test_the_bar_shows_filters_model_and_articles_as_far_as_there_is_room() -> None:
    chat = Chat(
        Opening.done(SlowBot()),  # type: ignore[arg-type]
        Session(name="fair"),
        Filters(publishers=("Hill Gazette",)),
        "openai:slow",
    )
    assert bar(chat, 80) == " Hill Gazette | openai:slow | ... articles | fair"
    chat.learn_articles(SlowBot())  # type: ignore[arg-type]
    assert bar(chat, 80) == " Hill Gazette | openai:slow | 2 of 3 articles | fair"
    assert bar(chat, 30) == " Hill Gazette | openai:slow..."
    assert bar(chat, 2) == ""
    assert bar(chat, 80, offers=True).endswith(" | Tab offers questions")
    assert bar(chat, 60, offers=True) == " Hill Gazette | openai:slow | 2 of 3 articles | fair"


def test_the_bar_asks_no_index() -> None:
    class Failing(SlowBot):
        class index:  # noqa: N801
            @staticmethod
            def articles() -> list[ArticleRecord]:
                raise StoreError("The server does not answer.")

    chat = Chat(Opening.done(Failing()), Session())  # type: ignore[arg-type]
    chat.opening.also(chat.learn_articles)
    chat.close()
    assert bar(chat, 80) == " extractive | ... articles"


def completions(text: str) -> list[str]:
    chat = Chat(Opening.done(SlowBot()), Session(), articles=SlowBot.index.articles())  # type: ignore[arg-type]
    asked = ChatCompleter(chat).get_completions(Document(text), CompleteEvent(completion_requested=True))
    return [each.text for each in asked]


def test_tab_behind_a_long_text_without_blanks_waits_for_nothing() -> None:
    began = time.process_time()
    assert completions("漢字" * 4_000) == []
    assert completions("Who cut the ribbon? " * 400 + "old mi")[:1] == ["Old mill burns down"]
    assert time.process_time() - began < 1
