"""Commands of a chat; sources are opened in a program of the test's own, that writes down what it is told to open."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from qabot.answering.bot import Bot
from qabot.chat.chat import Chat, Opening
from qabot.chat.chat import opened as opened_bot
from qabot.chat.commands import execute, open_source
from qabot.chat.session import Session
from qabot.chat.sessions import Sessions
from qabot.errors import QabotError, UsageError
from qabot.render.screen import Screen
from qabot.settings import Settings
from qabot.store.filters import Filters
from tests.chat.slow_chat import SlowBot
from tests.samples import answered


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file to which the program writes."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("open", "xdg-open"):
        (programs / name).write_text(
            f'#!/bin/sh\necho "$#" "$@" >"{tmp_path}/opened"\ncase "$1" in *broken*) exit 3;; esac\n'
        )
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    return tmp_path / "opened"


def chat_citing(source: str) -> Chat:
    session = Session()
    session.add(answered(citations=(replace(answered().citations[0], source=source),)))
    return Chat(Opening.done(SlowBot()), session)  # type: ignore[arg-type]


def told(opened: Path) -> str:
    while not opened.exists():
        time.sleep(0.01)
    return opened.read_text().strip()


def test_a_web_page_is_opened(opened: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_source(chat_citing("https://example.org/a?b=1&c=$(reboot) ; reboot"), Screen(), "1")
    assert told(opened) == "1 https://example.org/a?b=1&c=$(reboot) ; reboot"
    assert capsys.readouterr().err == "Opening https://example.org/a?b=1&c=$(reboot) ; reboot\n"


def test_the_file_of_an_article_is_opened(opened: Path, tmp_path: Path) -> None:
    article = tmp_path / "-the fair.md"
    article.touch()
    open_source(chat_citing(str(article)), Screen(), "[1]")
    assert told(opened) == f"1 {article.as_uri()}"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("/articles/gone.md", "is gone. /show has the text"),
        ("/bin/sh", "is no web address and no file of an article"),
        ("-", "is no web address and no file of an article"),
        ("file:///etc/passwd", "is no web address and no file of an article"),
        ("--version", "is no web address and no file of an article"),
    ],
)
def test_nothing_else_is_opened(opened: Path, source: str, message: str) -> None:
    with pytest.raises(QabotError, match=message):
        open_source(chat_citing(source), Screen(), "")
    assert not opened.exists()


def test_where_nothing_can_open_it_one_line_says_so(opened: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(QabotError, match=r"has no program to open it with\. It is: https://example\.org/broken"):
        open_source(chat_citing("https://example.org/broken"), Screen(), "1")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(QabotError, match=r"There is no program .*open here to open it with\. It is: https://"):
        open_source(chat_citing("https://example.org/a"), Screen(), "1")


@pytest.mark.parametrize("line", ["/undo 3", "/undo\tit", "/retry in French", "/new fair", "/sources 2", "/copy 1"])
def test_what_a_command_would_not_heed_is_refused_and_nothing_done(line: str) -> None:
    chat = chat_citing("/articles/fair.md")
    with pytest.raises(UsageError, match=rf"^Nothing may follow {line.split()[0]}: '.+' does\.$"):
        execute(line, chat, Screen())
    assert len(chat.session.conversation.turns) == 1


def test_any_white_space_parts_a_command_from_what_follows(capsys: pytest.CaptureFixture[str]) -> None:
    execute("/show\t 1", chat_citing("/articles/fair.md"), Screen())
    assert ">>The mayor, Ada Quill, cut the ribbon at noon.<<" in capsys.readouterr().out


class CountedBot(SlowBot):
    """A bot that counts how often it is closed."""

    trained = None

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self.closed = 0

    def close(self) -> None:
        self.closed += 1


def test_a_conversation_that_is_resumed_is_answered_from_its_own_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    here, other = tmp_path / "here", tmp_path / "other"
    with closing(Sessions(tmp_path)) as sessions:
        sessions.save("mill", answered(index=str(other)))
        sessions.save("fair", answered(index=str(here)))
        bots = [CountedBot()]

        def open_bot(*, settings: Settings) -> SlowBot:
            bots.append(CountedBot(settings))
            return bots[-1]

        monkeypatch.setattr("qabot.answering.bot.Bot.open", open_bot)
        chat = Chat(Opening.done(bots[0]), Session(sessions), place=str(here))  # type: ignore[arg-type]
        chat.filters = Filters(publishers=("Hill Gazette", "The Mercury"))
        execute("/resume fair", chat, Screen())
        assert (len(bots), chat.place) == (1, str(here))
        execute("/resume mill", chat, Screen())
        assert (bots[1].settings.index, chat.place, chat.session.name) == (other, str(other), "mill")
        said = capsys.readouterr().err
        assert f"Going on with the index in {other}." in said
        assert "None of its articles is by The Mercury: no longer only those." in said
        assert chat.filters.publishers == ("Hill Gazette",)
        chat.close()
        assert [bot.closed for bot in bots] == [1, 1]


def test_a_server_that_a_chat_comes_back_to_gets_its_token_again_and_no_other_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = {"own": "http://archive:8000", "other": "http://other:8000", "here": str(tmp_path / "here")}
    with closing(Sessions(tmp_path)) as sessions:
        for name, place in places.items():
            sessions.save(name, answered(index=place))
        configured = Settings(chroma="http://ana:geheim@archive:8000", chroma_token="x", base_url="http://localhost:1")  # type: ignore[arg-type]
        now = configured.model_copy(update={"model": "openai:y", "base_url": None})
        seen = list[Settings]()

        def open_bot(*, settings: Settings) -> SlowBot:
            seen.append(settings)
            return CountedBot(settings)

        monkeypatch.setattr("qabot.answering.bot.Bot.open", open_bot)
        chat = Chat(Opening.done(CountedBot(now)), Session(sessions), place=places["own"], configured=configured)  # type: ignore[arg-type]
        with closing(chat):
            for name in ("here", "own", "other", "own"):
                execute(f"/resume {name}", chat, Screen())
    assert [each.chroma for each in seen] == [None, configured.chroma, places["other"], configured.chroma]
    assert all(each.chroma_token == configured.chroma_token for each in seen[1::2])
    assert seen[2].chroma_token is None
    assert {(each.model, each.base_url) for each in seen} == {("openai:y", None)}


def test_a_bot_whose_model_was_exchanged_is_closed_once_and_when_nothing_uses_it_any_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    index, seen = Index(), list[int]()
    addresses = list[str | None]()

    def answerer(settings: Settings) -> NamedAnswerer:
        addresses.append(settings.base_url)
        return NamedAnswerer(settings.model)

    monkeypatch.setattr("qabot.answering.bot.load_answerer", answerer)
    settings = Settings(model="openai:x", base_url="http://localhost:1")
    chat = Chat(Opening.done(Bot(index, settings, NamedAnswerer("openai:x"), None)), Session())  # type: ignore[arg-type]

    def slow(_: Bot) -> None:
        time.sleep(0.3)
        seen.append(index.closed)

    chat.opening.also(slow)
    for model in ("openai:y", "anthropic:z", "extractive", "openai:x"):
        execute(f"/model {model}", chat, Screen())
        assert chat.model == model
    chat.close()
    assert (seen, index.closed) == ([0], 1)
    # An address is not for the model of another provider, and stays that of the one it was set for.
    assert addresses == ["http://localhost:1", None, None, "http://localhost:1"]


class Index:
    closed = 0

    def close(self) -> None:
        self.closed += 1


@dataclass
class NamedAnswerer:
    name: str


def test_which_undated_articles_are_left_out_is_said_once_before_the_first_answer(
    capsys: pytest.CaptureFixture[str],
) -> None:
    chat = chat_citing("/articles/fair.md")
    chat.filters = Filters(until=date(2024, 12, 31))
    for _ in range(2):
        opened_bot(chat, Screen())
    assert capsys.readouterr().err.count("Left out: 1 article without a date") == 1
    execute("/until 2023", chat, Screen())
    assert capsys.readouterr().err.count("Left out: 1 article without a date") == 1
