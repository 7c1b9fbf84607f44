"""What later articles say otherwise: corrections of others, and how things stand now; on an index of made articles."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from qabot import Bot
from qabot.models.encoder import Encoder
from qabot.settings import Settings
from qabot.store.ingest import update
from qabot.store.location import Location
from qabot.store.records import Scope

ARTICLES = {
    "2025-03-04 Strong earthquake hits Vellmar": "A strong earthquake struck the town of Vellmar on 3 March 2025. "
    "Officials said that 31 people were injured when the old market hall collapsed.",
    "2025-03-06 Hospital in Vellmar counts again": "The hospital of Vellmar has counted again. An earlier report said "
    "that 31 people were injured in the collapse of the market hall; the correct figure is 13.",
    "2025-07-21 Brandt wins the Lofjord regatta": "Nina Brandt won the Lofjord regatta on Sunday.",
    "2025-07-23 What we got wrong": "A report on Monday wrongly named Nina Brandt as the winner of the Lofjord "
    "regatta. The winner was Karin Moe.",
    "2023-11-05 Dam at Kell is safe": "The dam at Kell is safe, the ministry of works said on Sunday.",
    "2024-04-17 Dam at Kell unsafe": "The dam at Kell is not safe, inspectors said on Wednesday. They found cracks.",
    "2024-11-20 Kestrel Bridge closed": "The Kestrel Bridge was closed on Wednesday after engineers found rust.",
    "2026-02-02 Pool to open in May": "The Torvik pool will open on 4 May, the council said. "
    "It was closed for two years.",
    "2026-03-09 Pool to open later": "The Torvik pool will not open on 4 May as planned but on 18 May, "
    "the council said. A burst pipe caused the delay.",
    "2024-04-21 Halmo fair put off": "The Halmo fair, which was to open on 14 May, will now open on 4 May.",
    "2024-11-21 Kestrel Mill to reopen next Friday": "Work took two years. Visitors pay nothing.",
    "2020-05-06 A school for Moss": "The village school in Moss was opened in 1961 by the mayor.",
}


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder, encoder_export: Path) -> Iterator[Bot]:
    folder = tmp_path_factory.mktemp("changing")
    (folder / "articles").mkdir()
    shutil.copytree(encoder_export, folder / "store")
    for heading, text in ARTICLES.items():
        day, title = heading.split(" ", 1)
        told = f"---\ntitle: {title}\npublished: {day}\n---\n{text}\n"
        (folder / "articles" / f"{day}.md").write_text(told, encoding="utf-8")
    update(Location(folder / "articles", folder / "store"), [], Settings(), encoder=encoder)
    with Bot.open(folder, settings=Settings()) as opened:
        yield opened


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "short", "day"),
    [
        ("How many people were injured in the Vellmar earthquake?", "13", "2025-03-06"),
        ("Who won the Lofjord regatta?", "Karin Moe", "2025-07-23"),
        ("When will the Torvik pool open?", "18 May 2026", "2026-03-09"),
    ],
)
def test_what_a_later_article_takes_back_is_no_answer(bot: Bot, question: str, short: str, day: str) -> None:
    answer = bot.ask(question)
    assert answer.short_answer == short
    assert {citation.published for citation in answer.citations} == {day}


@pytest.mark.model
def test_what_was_taken_back_is_not_told_in_a_digest(bot: Bot) -> None:
    told = [citation.quote for citation in bot.ask("Summarise the Vellmar earthquake.").citations]
    assert "A strong earthquake struck the town of Vellmar on 3 March 2025." in told
    assert not any("31 people" in quote and "correct figure" not in quote for quote in told)


@pytest.mark.model
def test_the_newest_article_says_how_things_stand_and_the_older_are_told_behind(bot: Bot) -> None:
    answer = bot.ask("Is the dam at Kell safe?")
    assert answer.short_answer == "No"
    assert answer.text == (
        "As of 17 April 2024: No. “The dam at Kell is not safe, inspectors said on Wednesday.” [1] "
        "5 November 2023: “The dam at Kell is safe, the ministry of works said on Sunday.” [2]"
    )
    (disagreement,) = answer.disagreements
    assert (disagreement.kind, [value.published for value in disagreement.values]) == (
        "superseded",
        ["2024-04-17", "2023-11-05"],
    )


@pytest.mark.model
def test_before_the_newest_article_the_older_counts(bot: Bot) -> None:
    answer = bot.ask("Is the dam at Kell safe?", scope=Scope(until=date(2024, 1, 1)))
    assert answer.text == "Yes. “The dam at Kell is safe, the ministry of works said on Sunday.” [1]"


@pytest.mark.model
def test_a_day_of_the_week_is_told_as_the_date_that_it_means(bot: Bot) -> None:
    answer = bot.ask("When was the Kestrel Bridge closed?")
    assert answer.short_answer == "20 November 2024"
    assert answer.text.startswith("20 November 2024 (“Wednesday” in an article of 20 November 2024). “The Kestrel")
    (told,) = (date for date in answer.dates if date.text == "Wednesday")
    assert told.resolved == "2024-11-20"


@pytest.mark.model
def test_of_a_day_and_another_that_ends_in_its_words_the_one_that_was_read_is_told(bot: Bot) -> None:
    assert bot.ask("When will the Halmo fair open now?").short_answer == "4 May 2024"


@pytest.mark.model
def test_a_day_that_only_the_headline_tells_is_told_as_the_date_that_it_means(bot: Bot) -> None:
    answer = bot.ask("When will the Kestrel Mill reopen?")
    assert answer.short_answer == "29 November 2024"
    assert answer.text.startswith("29 November 2024 (“next Friday” in an article of 21 November 2024). Headline: “")


@pytest.mark.model
def test_a_date_that_the_calendar_alone_tells_stays_as_it_is_told(bot: Bot) -> None:
    assert bot.ask("When was the village school in Moss opened?").text.startswith("1961. “")
