"""What speaks for a statement and against it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qabot import support
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
