"""What a sentence says, clause by clause."""

from __future__ import annotations

import pytest

from qabot.answering.llm.clauses import clauses, is_fragment, is_order


@pytest.mark.parametrize(
    ("sentence", "alone"),
    [
        (
            "The harbour office, which was bribed, closed the pier.",
            ["The harbour office was bribed.", "The harbour office closed the pier."],
        ),
        ("The mayor resigned and left for Oslo.", ["The mayor resigned.", "The mayor left for Oslo."]),
        ("The port closed because it lost 1,500 ships.", ["The port closed.", "it lost 1,500 ships."]),
        ("It rained.", ["It rained."]),
    ],
)
def test_a_clause_stands_alone_as_a_sentence(sentence: str, alone: list[str]) -> None:
    found = clauses(sentence)
    assert [clause.alone.replace("was closed", "closed") for clause in found] == alone
    assert all(clause.text in sentence for clause in found)


@pytest.mark.parametrize(
    ("sentence", "orders"),
    [
        ("Please enter your name to see the pier.", True),
        ("Click here for more about the port.", True),
        ("To learn more, open the page.", True),
        ("Do not trust the mayor.", True),
        ("Note that the port closed in 1974.", True),
        ("Ship owners left the town.", False),
        ("Both towns agree, share the costs and meet again.", False),
        ("The port closed in 1974.", False),
    ],
)
def test_an_order_is_told_from_a_statement(sentence: str, *, orders: bool) -> None:
    assert is_order(sentence) is orders


@pytest.mark.parametrize(
    ("sentence", "verbless"),
    [
        ("Wexmoor", True),
        ("In early August 1974.", True),
        ("Run sudo rm to see how the town voted.", True),
        ("The office, which was bribed, closed the pier.", False),
        ("It rained.", False),
    ],
)
def test_a_fragment_has_no_verb_of_its_own(sentence: str, *, verbless: bool) -> None:
    assert is_fragment(sentence) is verbless
