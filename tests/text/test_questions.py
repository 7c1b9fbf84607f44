from __future__ import annotations

import pytest

from qabot.text.questions import questions_from


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("The harbour was enlarged by the city.", None),
        ("Ines Falk opened the museum of bells.", ("doer", "Who opened the museum of bells?", "Ines Falk")),
        ("She opened the museum of her dreams.", None),
        ("He spoke with the mayor, Ines Falk, about it.", ("person", "Who is Ines Falk?", "mayor")),
        ("The Owl Bridge is a toll bridge, old and slow.", ("thing", "What is the Owl Bridge?", "a toll bridge")),
        ("But September is a month of rain.", None),
        ("Ines Falk, the lawyer, wept.", ("person", "Who is Ines Falk?", "lawyer")),
        ("Of mayor Ines Falk’s plans nothing is known.", ("person", "Who is Ines Falk?", "mayor")),
    ],
)
def test_a_sentence_makes_a_question_and_its_answer(text: str, made: tuple[str, str, str] | None) -> None:
    assert questions(text) == ([made] if made else [])


def questions(text: str) -> list[tuple[str, str, str]]:
    return [(each.kind, each.question, each.answer) for each in questions_from(text)]


@pytest.mark.parametrize(
    ("text", "asked", "answer", "whether"),
    [
        (
            "The harbour was enlarged by the city in 1911.",
            "When was the harbour enlarged?",
            "1911",
            "Was the harbour enlarged in 1911?",
        ),
        (
            "Rennick was elected on 3 May 2019.",
            "When was Rennick elected?",
            "3 May 2019",
            "Was Rennick elected in 2019?",
        ),
        (
            "About 31 people were injured in the collapse.",
            "How many people were injured in the collapse?",
            "31",
            "Were 31 people injured in the collapse?",
        ),
        (
            "The bank will cut 600 jobs in Velm.",
            "How many jobs will the bank cut in Velm?",
            "600",
            "Will the bank cut 600 jobs in Velm?",
        ),
    ],
)
def test_what_a_sentence_tells_can_also_be_asked_whether_it_is_so(
    text: str, asked: str, answer: str, whether: str
) -> None:
    (_, question, told), yes = questions(text)
    assert (question, told, yes) == (asked, answer, ("whether", whether, "Yes"))


@pytest.mark.parametrize("text", ["a" * 200_000, "Ann Lee, the mayor, " * 20_000, "a\n" * 100_000])
def test_a_text_without_the_end_of_a_sentence_takes_no_time(text: str) -> None:
    assert list(questions_from(text)) == []
