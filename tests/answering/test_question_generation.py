"""A statement as questions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qabot.answering.question_generation import Cloze, clozes


@pytest.mark.parametrize(
    ("statement", "asked"),
    [
        ("Ann Lee closed the harbour in 1974.", {"when Ann Lee closed the harbour?": "1974",
                                                 "who closed the harbour in 1974?": "Ann Lee"}),
        ("The mayor spoke in Wexmoor on 3 May 2021.", {"when The mayor spoke in Wexmoor?": "3 May 2021",
                                                       "where The mayor spoke on 3 May 2021?": "Wexmoor"}),
        ("It cost the town $1.5 million.", {"how much It cost the town?": "$1.5 million"}),
        ("The town lost forty boats to the storm.", {"how many boats The town lost to the storm?": "forty"}),
        ("The bridge was built by the Bank of Wexmoor.", {"what The bridge was built by?": "Bank of Wexmoor"}),
        ("The share of boats fell to 30% last year.",
         {"what percentage The share of boats fell to last year?": "30%"}),
        ("It rained all day.", {}),
        ("Ann Lee won.", {}),  # too little is left to ask with
    ],
)  # fmt: skip
def test_each_name_number_and_date_is_asked_for(statement: str, asked: dict[str, str]) -> None:
    assert {cloze.question: cloze.answer for cloze in clozes(statement)} == asked


@pytest.mark.parametrize(
    ("answer", "span", "alike"),
    [
        ("forty", "40 fishermen", True),
        ("1974", "3 May 1974", True),
        ("1974", "1975", False),
        ("Ann Lee", "the mayor, Lee", True),
        ("Russia", "the Russian court", True),
        ("Ann Lee", "Paul Grey", False),
        ("Ann Lee", "", False),
    ],
)
def test_an_answer_is_alike_in_other_words(answer: str, span: str, alike: bool) -> None:
    assert Cloze("who?", answer, counted=False).is_answered_alike(span) is alike


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=120))
def test_any_text_can_be_asked_about(statement: str) -> None:
    for cloze in clozes(statement):
        assert cloze.answer in statement
        assert cloze.question.endswith("?")
