"""What speaks for a statement and against it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qabot import support
from qabot.answering.entailment import alterations
from tests.answering.conversations import trained

ARTICLE = (
    "The harbour of Wexmoor was closed to ships in 1974, said Ann Lee, the mayor of the town. Paul Grey opposed it. "
    "Dutch engineers rejected the plan for a bridge in March 1980. Today forty fishermen live by the harbour."
)


@pytest.mark.parametrize(
    ("true", "false"),
    [
        ("The harbour of Wexmoor was closed to ships in 1974.", "The harbour of Wexmoor was closed to ships in 1975."),
        ("Ann Lee said that the harbour was closed to ships.", "Paul Grey said that the harbour was closed to ships."),
        ("Dutch engineers rejected the plan for a bridge.", "Dutch engineers accepted the plan for a bridge."),
        ("Forty fishermen live by the harbour today.", "Forty fishermen do not live by the harbour today."),
        ("The harbour was closed to ships.", "The king of Denmark was crowned in the cathedral."),
    ],
)
def test_a_supported_sentence_scores_higher_than_one_that_is_changed(true: str, false: str) -> None:
    reader = trained().reader
    assert support(true, ARTICLE, reader) > support(false, [ARTICLE], reader)


def test_nothing_supports_nothing() -> None:
    assert support("", ARTICLE) == support("It is.", ARTICLE) == support("The harbour was closed.", []) == 0.0


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=80), st.text(max_size=200))
def test_any_text_has_a_probability(statement: str, text: str) -> None:
    assert 0 <= support(statement, text, trained().reader) <= 1


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
