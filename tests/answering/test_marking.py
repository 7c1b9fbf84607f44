"""Which words of a quote answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.answering.marking import answering_words


@pytest.mark.parametrize(
    ("short_answer", "quote", "marked"),
    [
        ("Ada Quill", "Ada Quill came, and ada\nquill spoke.", ["Ada Quill", "ada\nquill"]),
        ("14 February 2003", "The court did so in 2003.", ["2003"]),
        ("14 February 2003", "In February 2003 the court did so.", ["February 2003"]),
        ("14 February 2003", "Of the judges 14 came in February.", []),
        ("Russia's Supreme Court", "The Supreme Court of Russia did so.", ["Supreme Court"]),
        ("Zamir Kabulov", "Mr Kabulov said so.", ["Kabulov"]),
        ("Zamir Kabulov", "Zamir Ahmad said so.", []),
        ("the brewer Otto Marsh", "Otto Marsh founded it.", ["Otto Marsh"]),
        ("the mayor of the town", "The mayor of the city came to the town.", []),
        ("fifteen groups", "It covered fifteen groups, not fifteen groupings.", ["fifteen groups"]),
        ("fifteen groups", "It covered fifteen lists.", []),
        ("", "Nothing is asked for.", []),
        (None, "Nothing is asked for.", []),
    ],
)
def test_words_that_answer(short_answer: str | None, quote: str, marked: list[str]) -> None:
    assert [quote[start:end] for start, end in answering_words(quote, short_answer)] == marked


@given(st.text(max_size=60), st.text(max_size=30))
def test_places_stand_in_order_within_the_quote(quote: str, short_answer: str) -> None:
    places = answering_words(quote, short_answer)
    flat = [at for place in places for at in place]
    assert flat == sorted(flat)
    assert all(0 <= start < end <= len(quote) for start, end in places)
