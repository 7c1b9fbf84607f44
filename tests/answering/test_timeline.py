"""Timelines: dated events, merged and cited."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from qabot.answering.answer import Evidence
from qabot.answering.timeline import events, topic_asked_of
from qabot.errors import UsageError
from qabot.text.dates.period import Period
from tests.samples import evidence

TOPIC = "the dam at Aldham"


def piece(name: str, text: str, published: str | None = "2024-05-08", origin: str | None = None) -> Evidence:
    return evidence(text, name, published=published, origin=origin or name, similarity=0.7)


ONE = piece(
    "one",
    "The dam at Aldham was opened on 3 May 1961. Six years later the dam broke and flooded Aldham. "
    "The fish in the river at Dunmore are of twelve kinds. The council voted for a new dam at Aldham on Tuesday.",
)
OTHER = piece("other", "In May 1961 the dam at Aldham was opened. Nobody likes rain in 1999.", None)


def test_events_are_in_order_and_duplicates_merged() -> None:
    found = events(TOPIC, [ONE, OTHER])
    assert [event.date for event in found] == ["1961-05-03", "1967", "2024-05-07"]
    opened, broke, voted = found
    assert {citation.article_id for citation in opened.citations} == {"one", "other"}
    assert opened.independent_origins == 2
    assert "counted from" in broke.reasoning
    assert voted.told == "Tuesday"
    markers = [citation.marker for event in found for citation in event.citations]
    assert markers == sorted(markers)


def test_quotes_are_verbatim() -> None:
    for event in events(TOPIC, [ONE, OTHER]):
        for citation in event.citations:
            text = ONE.text if citation.article_id == "one" else OTHER.text
            assert text[citation.start : citation.end] == citation.quote


def test_a_span_keeps_what_happened_in_it() -> None:
    assert [e.date for e in events(TOPIC, [ONE], Period(date(1965, 1, 1), date(1970, 1, 1)))] == ["1967"]
    assert events("the tower of Babel", [ONE]) == []


def test_an_article_without_dates_is_of_its_day() -> None:
    (event,) = events(TOPIC, [piece("new", "The dam at Aldham is too small for the valley.")])
    assert (event.date, event.told) == ("2024-05-08", "")


def test_an_event_is_dated_by_its_own_time() -> None:
    text = (
        "After the flood of 3 May 1961, the council closed the dam at Aldham on 9 June 1961. "
        "The dam at Aldham stands on the site of a mill that had been built after the war of 1872. "
        "In early July talks on the dam at Aldham went on, which had begun in 1999. "
        "The dam at Aldham leaked from 1979 to 1989."
    )
    assert [event.date for event in events(TOPIC, [piece("own", text, None)])] == ["1961-06-09"]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Ida Brandt, who was born at the dam at Aldham in 1950, opened it on 9 June 1961.", "1961-06-09"),
        ("Ida Brandt, who was born in 1950, likes the dam at Aldham.", "2024-05-08"),
        ("The men who had been trapped since the dam at Aldham burst were found on 4 May 2024.", "2024-05-04"),
        ("The man who is held because of the dam at Aldham was seen until 4 May 2024.", "2024-05-08"),
        ("The dam at Aldham has been closed since 1984.", "1984"),
        ("The owner sold the dam at Aldham after the council had warned of leaks in 1999.", "2024-05-08"),
        ("The dam at Aldham broke soon after midnight on 3 May 1961.", "1961-05-03"),
        ("Few people moved to the dam at Aldham despite the fair of 1975.", "2024-05-08"),
        ("When the dam at Aldham won prizes from 1989 to 1995, fame seemed near.", None),
        ("The dam at Aldham was opened at the 1999 fair.", "1999"),
        ("Ahead of the fair on 3 May 1999, the dam at Aldham was painted on 1 May 1999.", "1999-05-01"),
        ("The dam at Aldham was sold at a time when the ban of 1950 held.", "2024-05-08"),
        ("You can swim at the dam at Aldham.", None),
        ("The dam at Aldham is as big as that of Dunmore, which broke in 1950.", "2024-05-08"),
        ("Did the dam at Aldham leak in 1999?", None),
    ],
)
def test_an_event_has_no_date_of_something_else(text: str, date: str | None) -> None:
    assert [event.date for event in events(TOPIC, [piece("own", text)])] == ([date] if date else [])


def test_who_is_only_a_pronoun_is_named_by_the_sentences_before() -> None:
    text = (
        "The dam at Aldham has many friends. Ida Brandt led them. In 1999 she bought the dam. "
        'Of the dam "he knew nothing", Otto Marsh said in 2005.'
    )
    bought, said, _ = events(TOPIC, [piece("who", text)])
    assert (bought.date, bought.text) == ("1999", "Ida Brandt led them. In 1999 she bought the dam.")
    assert bought.citations[0].quote == bought.text
    assert said.text.startswith("Of the dam")
    text = "Ida Brandt led them. In 1999 she bought the dam at Aldham. In 2001 she sold the dam at Aldham."
    bought, sold = events(TOPIC, [piece("two", text)])
    assert sold.text.endswith("In 2001 she sold the dam at Aldham.")
    assert [each.citations[0].marker for each in (bought, sold)] == [1, 2]
    named = "On 3 May 1961 the High Court said that it would close the dam at Aldham."
    assert [event.text for event in events(TOPIC, [piece("court", f"It rained. {named}")])] == [named]
    assert events(TOPIC, [piece("nobody", "Then they sold it. Of the dam at aldham they sold half in 1999.")]) == []


def test_what_an_article_says_of_itself_is_no_event() -> None:
    text = "This article was first printed in 1999 for the friends of the dam at Aldham."
    assert events(TOPIC, [piece("self", text)]) == []


def test_a_day_that_was_taken_back_is_no_event() -> None:
    early = replace(
        piece("early", "The dam at Aldham was opened on 3 May 1961."), withdrawn=frozenset({"3 May 1961", "3 May"})
    )
    late = piece(
        "late",
        "The dam at Aldham is old. An earlier report said that the dam at Aldham was opened on 3 May 1961; "
        "the correct day is 5 May 1961. We said that the dam at Aldham broke in 1967. That was wrong.",
    )
    found = events(TOPIC, [early, late])
    assert [event.date for event in found] == ["2024-05-08"]


@pytest.mark.parametrize(
    ("typed", "topic"),
    [
        ("Summarise relations between Russia and the Taliban", "Russia and the Taliban"),
        ("What do the articles say about the dam at Aldham?", "the dam at Aldham"),
        ("the history of the dam at Aldham", "the dam at Aldham"),
        ("Timeline of Moscow's ties with Kabul", "Moscow's ties with Kabul"),
        ("the history of brewing", "the history of brewing"),  # nothing is named behind it
        ("Who opened  the dam?", "Who opened the dam?"),
        ("Kabul", "Kabul"),
    ],
)
def test_what_a_timeline_is_asked_of(typed: str, topic: str) -> None:
    assert topic_asked_of(typed) == topic


def test_a_topic_has_the_length_of_a_question() -> None:
    with pytest.raises(UsageError, match="Shorten it"):
        topic_asked_of("dam " * 1_000)
