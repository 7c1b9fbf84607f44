from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.text.terms import terms_of


@pytest.mark.parametrize(
    ("claim", "known"),
    [
        ("The Russians left.", "Russia left."),
        ("Russia banned it.", "The Russian court banned it."),
        ("The Afghans agreed.", "In Afghanistan they agreed."),
        ("The UN met.", "The United Nations met."),
        ("The United States left.", "The US left."),
        ("The U. S. left.", "The U.S. left."),
        ("J.K. Rowling wrote it.", "J. K. Rowling wrote it."),
        ("It cost $1,500.", "It cost 1500 dollars."),
        ("It cost 1.5 billion.", "It cost $1.5bn."),
        ("There were 3 men.", "Three men were there."),
        ("They saw eight men and the two women.", "They saw 8 men and women."),
        ("On 2 May 2024.", "2024-05-02, in May."),
        ("Mr Putin spoke.", "President Putin spoke."),
        ("It is example.org/a.", "at example.org/a they say"),
        ("Three people died.", "It killed 3 people."),
        ("Around 300 houses burned.", "About 300 houses burned."),
        ("Since 1974, ships stay away.", "Closed in 1974."),
        ("However, it rained.", "It rained."),
        ("Twenty-five men came.", "25 men came."),
        ("25 men came.", "There came twenty-five men."),
    ],
)
def test_what_is_said_in_other_words_is_not_missing(claim: str, known: str) -> None:
    assert terms_of(claim).missing_in(terms_of(known)) == ()


@pytest.mark.parametrize(
    ("claim", "known", "missing"),
    [
        ("In Niger.", "In Nigeria.", ("Niger",)),
        ("In Austria.", "In Australia.", ("Austria",)),
        ("It cost 1.5 billion.", "It cost $1.5m.", ("billion",)),
        ("In 2003.", "In 2002 and 1203.", ("2003",)),
        ("It cost 1,000.", "It cost 1 or 2,001,000.", ("1000",)),
        ("The US left.", "They told us that they left.", ("US",)),
        ("It is on evil.com now.", "It is evil.", ("evil.com",)),
        ("Twelve men.", "Eleven men.", ("12",)),
        ("Twenty-five men came.", "20 boats and 5 men came.", ("25",)),
    ],
)
def test_what_is_changed_is_missing(claim: str, known: str, missing: tuple[str, ...]) -> None:
    assert terms_of(claim).missing_in(terms_of(known)) == missing


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("two people", "2 people", True), ("two people", "three people", False), ("one year", "five years", False)],
)
def test_the_substance_of_a_count_is_its_number(one: str, other: str, same: bool) -> None:
    assert (terms_of(one).substance == terms_of(other).substance) is same


@given(st.text())
def test_a_text_bears_itself_out(text: str) -> None:
    assert terms_of(text).missing_in(terms_of(text)) == ()
