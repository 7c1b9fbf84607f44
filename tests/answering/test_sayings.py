"""What sentences tell, held against each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.answering.sayings import same_name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Captain Ann Arn", "Arn"),
        ("Zelensky", "Zelenskyy"),
        ("Russia", "Moscow"),
        ("European Court of Justice", "ECJ"),
        ("the President", "Ann Arn"),
        ("US Army", "the American Army"),
        ("The Bank of Velm", "Velm's bank"),
    ],
)
def test_names_in_other_words(one: str, other: str) -> None:
    assert same_name(one, other)
    assert same_name(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Captain Ann Arn", "Captain Bob Born"),
        ("US Army", "Russian Army"),
        ("US Navy", "UK Navy"),
        ("WHO chief", "FIFA chief"),
        ("Will Smith", "May Smith"),
    ],
)
def test_other_names(one: str, other: str) -> None:
    assert not same_name(one, other)
    assert not same_name(other, one)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_names_can_be_compared(one: str, other: str) -> None:
    assert same_name(one, one)
    assert same_name(one, other) == same_name(other, one)
