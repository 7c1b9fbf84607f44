from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.text.terms import alterations, terms_of


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


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("The court did not lift the ban.", "The court decided to lift the ban."),
        ("Moscow failed to recognise the rulers.", "Moscow was quick to recognise the rulers."),
        ("The senate approved the treaty.", "The senate rejected the treaty."),
        ("Ann Lee opened the new market on Monday.", "Paul Grey opened the new market on Monday."),
        ("The bank lost nine million in 2004.", "The bank lost six million in 2004."),
        ("He took nothing of it home.", "He took much of it home."),
        ("The crew was at sea for three weeks in May.", "The crew was at sea for two weeks in May."),
        ("Many in Chile suffer from Peruvian tariffs.", "Peru suffers from the Chilean tariffs of last year."),
        ("The minister signed the treaty secretly in Oslo.", "The minister signed the treaty in Oslo."),
        ("They can use the bridge.", "They can’t use the bridge."),
        ("The union accepted the offer.", "The union declined the offer."),
    ],
)
def test_a_copy_with_something_else_in_it_is_seen(statement: str, sentence: str) -> None:
    assert alterations(statement, [sentence])
    assert not alterations(sentence, [sentence])


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("Poland was attacked by Sweden.", "Sweden attacked Poland."),
        ("The court did not lift the ban.", "The court refused to lift the ban."),
        ("Russia's court banned the group in 2003.", "The Russian court banned the group in 2003."),
        ("The court lifted the ban on the group.", "The ban on the group was lifted by the court."),
        ("The minister, however, signed the treaty in Oslo.", "The minister signed the treaty in Oslo."),
        ("The copies of the book were sold.", "The shop sold the book in many copies."),
    ],
)
def test_the_same_in_other_words_is_no_altered_copy(statement: str, sentence: str) -> None:
    assert not alterations(statement, [sentence])


def test_a_name_may_be_written_whole_as_it_is_known() -> None:
    sentence = "The mayor said that Harris signed the treaty in Oslo."
    statement = "The mayor said that Kamala Harris signed the treaty in Oslo."
    assert alterations(statement, [sentence])
    assert not alterations(statement, [sentence], "Kamala Harris in Oslo")
    other = "The mayor said that Ann Harris signed the treaty in Oslo."
    assert alterations(other, [sentence], "Kamala Harris, Ann Lee")
    assert alterations("Harris signed the treaty in Oslo, Sweden.", ["Harris signed the treaty in Oslo."], "Sweden")


def test_what_the_text_has_elsewhere_is_not_added() -> None:
    sentence = "The minister signed the treaty in Oslo."
    statement = "The minister signed the disputed treaty in Oslo."
    assert alterations(statement, [sentence])
    assert not alterations(statement, ["The treaty was disputed.", sentence])
