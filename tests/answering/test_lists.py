"""Questions that ask for several things, and the lists that answer them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.answering.query import analyse
from qabot.answering.short_answer import count_asked, listed
from qabot.answering.spans import Span, spans_for


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
