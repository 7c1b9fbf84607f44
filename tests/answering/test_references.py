"""What a follow-up refers to: the topics of the questions before it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.answering.references import is_open, topics_of


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("What is the history of lighthouses?", "lighthouses"),
        ("Tell me about the Lisbon treaty.", "Lisbon treaty"),
        ("How many people were killed in the attack on Port Lenn?", "attack on Port Lenn"),
        ("How does river dredging affect eels?", "river dredging"),
        ("What are the main advantages?", None),
    ],
)
def test_the_topic_of_a_question(question: str, topic: str | None) -> None:
    topics = topics_of(question)
    assert (topics[0].text if topics else None) == topic


@pytest.mark.parametrize(
    ("question", "open_"),
    [
        ("What are the main advantages?", True),
        ("Are there any benefits?", True),
        ("What are the advantages of steel?", False),
        ("When did Norway join?", False),
        ("Why?", False),
    ],
)
def test_questions_that_name_nothing_of_their_own(question: str, open_: bool) -> None:
    assert is_open(question) is open_


@given(st.text(max_size=120))
def test_topics_of_any_text_are_found(text: str) -> None:
    assert all(topic.text in text for topic in topics_of(text))
    assert not (is_open(text) and any(topic.proper for topic in topics_of(text)))
