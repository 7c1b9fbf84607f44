"""The whole bot on the starter articles: the real store, encoder and reader."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from langchain_core.runnables import RunnableLambda

from qabot import Bot
from qabot.answering.answer import Answer, Conversation
from qabot.answering.extractive import ExtractiveAnswerer
from qabot.answering.langchain import HybridRetriever
from qabot.answering.pipeline import Ask
from qabot.answering.rank import Logistic
from qabot.answering.retrieve import fuse
from qabot.errors import QabotError, UsageError
from qabot.settings import Settings
from qabot.store.location import Location
from qabot.store.records import Hit, Scope

DESIGNATED = "When did Russia designate the Taliban a terrorist organisation?"


@pytest.fixture(scope="module")
def bot(starter_location: Location) -> Iterator[Bot]:
    with Bot.open(starter_location.store.parent, settings=Settings()) as opened:
        yield opened


def test_reciprocal_rank_fusion() -> None:
    fused = fuse([[Hit(1, 0.9), Hit(2, 0.8)], [Hit(2, 7.0), Hit(3, 6.0)]])
    assert [passage_id for passage_id, _ in fused] == [2, 1, 3]
    assert fuse([[Hit(5, 1.0)], [Hit(5, 1.0)]]) == [(5, 1.0)]


@pytest.mark.model
def test_the_date_of_the_designation(bot: Bot) -> None:
    answer = bot.ask(DESIGNATED)
    assert answer.short_answer is not None
    assert "2003" in answer.short_answer
    assert not answer.abstained
    assert answer.reason is None
    assert len(answer.evidence) >= 10
    for citation in answer.citations:
        assert bot.index.text(citation.article_id)[citation.start : citation.end] == citation.quote
        assert f"[{citation.marker}]" in answer.text
    for evidence in answer.evidence:
        assert bot.index.text(evidence.article_id)[evidence.start : evidence.end] == evidence.text
        assert len(evidence.text) <= 1000


@pytest.mark.model
def test_a_follow_up_is_asked_as_it_is_meant(bot: Bot) -> None:
    talk = Conversation().with_turn(bot.ask(DESIGNATED))
    answer = bot.ask("Which court did that?", talk)
    assert answer.question == "Which court did that?"
    assert answer.standalone_question == "Which court designated the Taliban a terrorist organisation?"
    assert "supreme court" in answer.text.lower()


@pytest.mark.model
def test_abstaining_says_why(bot: Bot) -> None:
    far = bot.ask("Who won the football World Cup in 1998?")
    assert (far.abstained, far.reason, far.citations, far.nearest) == (True, "nothing-found", (), ())
    near = bot.ask("How old is Sergei Shoigu?")
    assert (near.abstained, near.reason, near.citations) == (True, "not-stated", ())
    early = bot.ask("Who visited Kabul in November 2024?", scope=Scope(until=date(2024, 4, 30)))
    assert (early.abstained, early.reason) == (True, "out-of-range")
    for excerpt in (*near.nearest, *early.nearest):
        assert bot.index.text(excerpt.article_id)[excerpt.start : excerpt.end] == excerpt.quote
    assert 1 <= len(near.nearest) == len({excerpt.origin for excerpt in near.nearest}) <= 3


@pytest.mark.model
def test_where_a_sentence_tells_but_not_surely_yes_or_no_it_is_shown_as_the_nearest(bot: Bot) -> None:
    question = "Did Russia designate the Taliban a terrorist organisation in 2003?"
    assert bot.ask(question).short_answer == "Yes"
    doubts = replace(bot.trained.calibration, verdict=Logistic({}, -10.0))
    doubter = Bot(bot.index, bot.settings, ExtractiveAnswerer(), replace(bot.trained, calibration=doubts))
    answer = doubter.ask(question)
    assert (answer.abstained, answer.reason, answer.short_answer) == (True, "unsure", None)
    assert "2003" in answer.nearest[0].quote


@pytest.mark.model
def test_what_may_answer_but_not_surely_enough_is_said_to_be_unsure(bot: Bot) -> None:
    question = "Where does Haibatullah Akhundzada live?"
    sure = bot.ask(question)
    strict = replace(bot.trained.calibration, threshold=(1 + sure.confidence) / 2)
    doubter = Bot(bot.index, bot.settings, ExtractiveAnswerer(), replace(bot.trained, calibration=strict))
    answer = doubter.ask(question)
    assert (answer.abstained, answer.reason, answer.citations) == (True, "unsure", ())
    assert answer.nearest[0].quote == sure.citations[0].quote
    assert answer.confidence == sure.confidence


@pytest.mark.model
def test_the_chain_is_a_runnable_and_the_retriever_a_retriever(bot: Bot) -> None:
    shout = bot.runnable | RunnableLambda(lambda answer: answer.text.upper())
    assert "2003" in shout.invoke(Ask(DESIGNATED))
    both = "When and where was the Doha agreement signed?"
    assert bot.runnable.invoke(Ask(both)).text == bot.ask(both).text
    documents = HybridRetriever(index=bot.index, k=3).invoke(DESIGNATED)
    assert len(documents) == 3
    first = documents[0]
    assert (
        bot.index.text(first.metadata["article_id"])[first.metadata["start"] : first.metadata["end"]]
        == first.page_content
    )
    assert json.loads(json.dumps(first.metadata)) == first.metadata


@pytest.mark.model
def test_streamed_pieces_make_up_the_answer(bot: Bot) -> None:
    *pieces, answer = bot.stream(DESIGNATED)
    assert isinstance(answer, Answer)
    assert "".join(str(piece) for piece in pieces) == answer.text


@pytest.mark.parametrize("question", ["", "  \n", "x" * 2001])
def test_a_question_that_cannot_be_asked(bot: Bot, question: str) -> None:
    with pytest.raises(UsageError):
        bot.ask(question)
    with pytest.raises(UsageError):
        bot.stream(question)
    with pytest.raises(UsageError):
        bot.runnable.invoke(Ask(question))


def test_no_articles_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(QabotError, match="qabot index"):
        Bot.open(tmp_path / "nowhere", settings=Settings())
    (tmp_path / "empty" / "articles").mkdir(parents=True)
    with pytest.raises(QabotError):
        Bot.open(tmp_path / "empty", settings=Settings())


def test_settings_come_from_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "qabot.toml").write_text(f"index = {json.dumps(str(tmp_path / 'none'))}\n", encoding="utf-8")
    with pytest.raises(QabotError, match="none"):
        Bot.open()
