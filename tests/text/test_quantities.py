"""Numbers, and whether two can be the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.text.lexicon import ONES, TENS
from qabot.text.quantities import QUANTITY_FORMS, Quantity, quantities_in


def amount(text: str) -> Quantity:
    (found,) = quantities_in(text)
    return found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("six million people", "about 6 million people"),
        ("6.2 million euros", "6.17 million euros"),
        ("1,987 houses", "about 2,000 houses"),
        ("nearly 60 boats", "57 boats"),
        ("more than 50 boats", "54 boats"),
        ("dozens of boats", "54 boats"),
        ("twenty-one boats", "21 boats"),
        ("half a million voters", "500,000 voters"),
        ("at least 30 boats", "at least 31 boats"),
        ("three percent", "3%"),
        ("two and a half million boats", "2.5 million boats"),
        ("60 000 boats", "60,000 boats"),
        ("1,20,000 boats", "120,000 boats"),
        ("3.2bn boats", "3.2 billion boats"),
        ("one hundred and twenty boats", "120 boats"),
        ("two dozen boats", "24 boats"),
        ("45 lakh boats", "4.5 million boats"),
        ("2½ tonnes", "2.5 tonnes"),
        ("three quarters of a million boats", "750,000 boats"),
    ],
)
def test_wording_and_precision_make_no_difference(one: str, other: str) -> None:
    assert amount(one).agrees(amount(other))
    assert amount(other).agrees(amount(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("six million people", "seven million people"),
        ("17 boats", "71 boats"),
        ("about 60 boats", "80 boats"),
        ("at least 12 boats", "at least 21 boats"),
        ("dozens of boats", "200 boats"),
        ("2,000 houses", "2,500 houses"),
        ("one hundred boats", "one hundred and twenty boats"),
        ("two boats", "two dozen boats"),
        ("3 boats", "3.2bn boats"),
    ],
)
def test_other_numbers_do(one: str, other: str) -> None:
    assert not amount(one).agrees(amount(other))
    assert not amount(other).agrees(amount(one))


@pytest.mark.parametrize(("one", "other"), [("3 percent", "40 boats"), ("€12", "9 boats")])
def test_a_share_or_a_sum_says_nothing_of_what_is_counted(one: str, other: str) -> None:
    assert amount(one).agrees(amount(other))
    assert amount(other).agrees(amount(one))


@pytest.mark.parametrize(("word", "number"), (ONES | TENS).items())
def test_every_number_in_words_is_read(word: str, number: int) -> None:
    assert amount(f"{word.capitalize()} boats sank.").value == number
    form = QUANTITY_FORMS["number"].fullmatch(word)
    assert form


def test_what_is_counted_is_known() -> None:
    assert [found.unit for found in quantities_in("$5 for 12 boats, up 3 percent on the 5th day")] == ["$", "boat", "%"]


@given(st.text(max_size=80))
def test_any_text_is_read(text: str) -> None:
    for found in quantities_in(text):
        assert text[found.start : found.end] == found.text
        assert found.low <= found.high
        assert found.agrees(found)


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("two years", "24 months", True),
        ("62 miles", "100 kilometres", True),
        ("62 miles", "200 kilometres", False),
        ("14 months", "19 months", False),
        ("24 hours", "one day", True),
        ("60 minutes", "one hour", True),
        ("two weeks", "one fortnight", True),
        ("2 tonnes", "2,000 kg", True),
        ("2 tonnes", "3,000 kg", False),
        ("5 miles", "5 years", True),
    ],
)
def test_other_units_of_the_same_dimension_are_converted(one: str, other: str, agree: bool) -> None:
    (mine,), (others,) = quantities_in(f"It took {one}."), quantities_in(f"It took {other}.")
    assert mine.agrees(others) is agree
