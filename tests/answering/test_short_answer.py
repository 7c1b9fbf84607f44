"""Short answers: the span that is asked for, or the list of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.answering.query import analyse
from qabot.answering.short_answer import count_asked, listed, short_answer
from qabot.answering.spans import Span, spans_for
from qabot.models.reader import Reading


@pytest.mark.parametrize(
    ("question", "sentence", "read", "expected"),
    [
        ("When did it open?", "It opened on 3 May 1998 in Riga.", "1998", "3 May 1998"),
        ("When did it open?", "It opened in 1998, years after 1980.", "opened", "1998"),
        ("How much did it cost?", "It cost 38 million euros.", "38 million", "38 million euros"),
        ("Which resolution was passed?", "The UN Council passed Resolution 77 in May.", "UN Council", "Resolution 77"),
        ("Who opened it?", "Ms Ingrid Dahl opened it.", "Dahl", "Ms Ingrid Dahl"),
        ("What post does Ingrid Dahl hold?", "Ingrid Dahl, mayor of Velm, left.", "left", "mayor of Velm"),
        ("Did it open?", "It opened in 1998.", "1998", None),
        ("In which year did it open?", "It opened on 3 May 1998 in Riga.", "May", "1998"),
        ("How many days did it last?", "It lasted for 45 days.", "45 days", "45"),
        ("How old is the pilot?", "A 17-year-old pilot flew home.", "17-year-old", "17"),
        ("Which two towns were flooded?", "Riga and Velm were flooded.", "Riga", "Riga and Velm"),
        (
            "Which planet did the Orlo Sky Telescope show?",
            "It shows Jupiter, the Orlo Sky Telescope.",
            "Sky",
            "Jupiter",
        ),
        ("How many people died?", "The toll has risen to 112, he said.", "risen to 112", "112"),
        ("How many seats does it hold?", "It holds 71 of the 120 seats.", "71 of the 120", "71"),
        ("How many seats are there?", "It holds 71 of the 120 seats.", "120", "120"),
        ("How many people died?", "Another 24 people died in Velm.", "24", None),
        ("How many more people died?", "Another 24 people died in Velm.", "24", None),
        ("What did the minister say about it?", "Minister Ingrid Dahl said it would rain.", "Ingrid Dahl", None),
        ("What did the minister say about it?", "Ingrid Dahl said it would rain.", "it would rain", "it would rain"),
        ("Who is Ingrid Dahl?", "Velm’s chief executive, Ingrid Dahl, is to go.", "is to go", "Velm’s chief executive"),
        ("Who is Ole Dahl?", "Ole Dahl, owner of 7.5 acres of land, left.", "left", "owner of 7.5 acres of land"),
        ("Which site banned it?", "Velmtok’s ban on adverts begins today.", "Velmtok’s ban on adverts", "Velmtok"),
    ],
)
def test_the_span_that_is_asked_for(question: str, sentence: str, read: str, expected: str | None) -> None:
    start = sentence.index(read)
    reading = Reading(1.0, start, start + len(read), 1.0)
    spans = spans_for(analyse(question), sentence, (reading.start, reading.end))
    assert short_answer(analyse(question), sentence, spans, reading) == expected


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("Which four ports were closed?", 4),
        ("Name the five members of the council.", 5),
        ("Which ports were closed?", None),
        ("Who are the directors of the film?", None),
        ("Which port was closed?", 1),
        ("Which business was sold?", 1),
        ("Who is the director of the film?", 1),
        ("What does the port export?", 1),
    ],
)
def test_how_many_are_asked_for(question: str, count: int | None) -> None:
    assert count_asked(analyse(question)) == count


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        (
            "Which four countries met?",
            "The group of Norway, the United States, China and Peru met in Oslo.",
            "Norway, the United States, China and Peru",
        ),
        ("Which two countries abstained?", "China and Malaysia abstained, Peru did not.", "China and Malaysia"),
        (
            "Who are the directors of the film?",
            "It was directed by Jo Dahl, Ann Berg and Ed Wu.",
            "Jo Dahl, Ann Berg and Ed Wu",
        ),
        ("Which two countries abstained?", "Norway, China and Peru abstained.", None),
        ("Which countries abstained?", "Norway abstained when China had left.", None),
    ],
)
def test_the_list_is_a_slice_with_as_many_members(question: str, sentence: str, expected: str | None) -> None:
    asked = analyse(question)
    spans = spans_for(asked, sentence)
    found = listed(sentence, spans, spans[0], count_asked(asked))
    assert (sentence[found.start : found.end] if found else None) == expected


@given(st.text(max_size=200), st.integers(0, 5))
def test_any_text_can_be_searched_for_a_list(text: str, count: int) -> None:
    spans = spans_for(analyse("Which towns were flooded?"), text)
    for around in spans or [Span(0, 0, "name")]:
        found = listed(text, spans, around, count or None)
        assert found is None or (found.start <= around.start and around.end <= found.end and found.pattern == "list")
