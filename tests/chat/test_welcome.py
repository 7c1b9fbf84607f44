"""The first minute of a chat: what to answer from where nothing is indexed yet, and questions to begin with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from qabot import resources
from qabot.answering.answer import Answer
from qabot.chat.welcome import example_questions, offer_articles
from qabot.errors import QabotError
from qabot.settings import EXTRACTIVE, Settings
from qabot.store.location import Location
from tests.samples import answered

FAIR = (
    "The mayor, Ada Quill, cut the ribbon at noon. The brewer Otto Marsh founded the spring fair in the old town. "
    "Visitors admired the new bridge with its tower. "
    "The old mill was rebuilt by hand in 1790. They reached the U.S. embassy."
)
ASKED = ["Who is Ada Quill?", "When was the old mill rebuilt?", "Who founded the spring fair in the old town?"]


class Typed:
    """Answers to what is asked, in turn."""

    def __init__(self, *lines: str) -> None:
        self.lines = list(lines)
        self.asked = 0

    def __call__(self, _prompt: str) -> str:
        self.asked += 1
        if not self.lines:
            raise EOFError
        return self.lines.pop(0)


class Indexed:
    """Takes the place of indexing, which is tested elsewhere: what cannot be read is named ``bad``."""

    def __init__(self) -> None:
        self.sources: list[str] = []

    def __call__(self, source: str, _settings: Settings, _progress: object) -> None:
        self.sources.append(source)
        if source == "bad":
            raise QabotError("There are no articles in bad.")


@pytest.fixture
def indexed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Indexed:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    indexing = Indexed()
    monkeypatch.setattr("qabot.chat.welcome._index", indexing)
    return indexing


def offer(monkeypatch: pytest.MonkeyPatch, *lines: str, index: Path | None = None) -> Typed:
    typed = Typed(*lines)
    monkeypatch.setattr("builtins.input", typed)
    offer_articles(Settings(index=index), lambda _done, _total, _what: None)
    return typed


@pytest.mark.parametrize("line", ["", "1"])
def test_the_starter_articles_are_taken_where_no_index_is_named(
    monkeypatch: pytest.MonkeyPatch, indexed: Indexed, line: str
) -> None:
    assert offer(monkeypatch, line).asked == 1
    assert indexed.sources == []  # Bot.open indexes them


def test_the_starter_articles_are_indexed_where_one_is_named_that_is_empty(
    monkeypatch: pytest.MonkeyPatch, indexed: Indexed, tmp_path: Path
) -> None:
    offer(monkeypatch, "1", index=tmp_path / "mine")
    assert indexed.sources == [str(resources.starter_articles())]


def test_what_cannot_be_read_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch, indexed: Indexed, capsys: pytest.CaptureFixture[str]
) -> None:
    assert offer(monkeypatch, "2", "bad", "~/news").asked == 3
    assert indexed.sources == ["bad", "~/news"]
    said = capsys.readouterr().err
    assert "There are no articles in bad." in said
    assert "Type the folder, file or address itself." in said


@pytest.mark.parametrize("typed", ["'my news'", r"my\ news", '"my news"', "my news"])
def test_a_path_is_taken_as_terminals_paste_it(
    monkeypatch: pytest.MonkeyPatch, indexed: Indexed, tmp_path: Path, typed: str
) -> None:
    (tmp_path / "my news").mkdir()
    offer(monkeypatch, typed)
    assert indexed.sources == ["my news"]


@pytest.mark.parametrize("typed", ["it's", "a b", "https://example.org/a\\b", "'q'"])
def test_what_is_no_quoted_path_is_taken_as_it_is(
    monkeypatch: pytest.MonkeyPatch, indexed: Indexed, typed: str
) -> None:
    offer(monkeypatch, typed)
    assert indexed.sources == [typed]


@pytest.mark.parametrize("typed", ["q", "quit", "Exit", "/quit"])
def test_what_leaves_a_chat_leaves_the_offer(monkeypatch: pytest.MonkeyPatch, indexed: Indexed, typed: str) -> None:
    with pytest.raises(SystemExit) as left:
        offer(monkeypatch, typed)
    assert left.value.code == 0
    assert indexed.sources == []


def test_who_would_rather_leave_may(monkeypatch: pytest.MonkeyPatch, indexed: Indexed) -> None:
    with pytest.raises(KeyboardInterrupt):
        offer(monkeypatch)


def test_nothing_is_asked_where_there_are_articles_or_an_index(
    monkeypatch: pytest.MonkeyPatch, indexed: Indexed, tmp_path: Path
) -> None:
    articles = tmp_path / "mine" / "articles"
    articles.mkdir(parents=True)
    (articles / "fair.md").write_text("The fair opened on Monday.")
    assert offer(monkeypatch, index=tmp_path / "mine").asked == 0
    built = Location(tmp_path / "built" / "articles", tmp_path / "built" / "store")
    built.store.mkdir(parents=True)
    built.catalogue.touch()
    assert offer(monkeypatch, index=tmp_path / "built").asked == 0


class Sure:
    """A bot that answers every question with the same confidence, from another article each time."""

    model = EXTRACTIVE

    def __init__(self, confidence: float, quote: str = "") -> None:
        self.confidence, self.quote, self.asked = confidence, quote, list[str]()
        self.index = SimpleNamespace(articles=lambda: [SimpleNamespace(article_id="1")], text=lambda _: FAIR)

    def ask(self, question: str) -> Answer:
        self.asked.append(question)
        citation = replace(answered().citations[0], article_id=str(len(self.asked)), quote=self.quote)
        return answered(question, confidence=self.confidence, citations=(citation,))


def examples(bot: Any, *, wanted: bool = True) -> tuple[str, ...]:
    return example_questions(bot, lambda: wanted)


def test_they_are_of_several_kinds_and_stand_on_their_own() -> None:
    bot = Sure(0.95)
    assert list(examples(bot)) == bot.asked == ASKED


def test_only_what_is_answered_surely_is_offered() -> None:
    bot = Sure(0.8)
    assert examples(bot) == ()
    assert bot.asked == ASKED


@pytest.mark.parametrize(("confidence", "offered"), [(0.8, (ASKED[2],)), (0.7, ())])
def test_the_sentence_that_a_question_was_made_of_need_not_be_quoted_so_surely(
    confidence: float, offered: tuple[str, ...]
) -> None:
    assert examples(Sure(confidence, quote=FAIR.split(". ")[1] + ".")) == offered


def test_who_has_begun_is_left_alone() -> None:
    bot = Sure(0.95)
    assert examples(bot, wanted=False) == ()
    assert not bot.asked
