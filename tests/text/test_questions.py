from __future__ import annotations

import pytest

from qabot.text.questions import questions_from


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("The harbour was enlarged by the city in 1911.", ("time", "When was the harbour enlarged?", "1911")),
        ("Rennick was elected on 3 May 2019.", ("time", "When was Rennick elected?", "3 May 2019")),
        ("The harbour was enlarged by the city.", None),
        ("Ines Falk opened the museum of bells.", ("doer", "Who opened the museum of bells?", "Ines Falk")),
        ("She opened the museum of her dreams.", None),
        ("He spoke with the mayor, Ines Falk, about it.", ("person", "Who is Ines Falk?", "mayor")),
        ("Ines Falk, the lawyer, wept.", ("person", "Who is Ines Falk?", "lawyer")),
        ("Of mayor Ines Falk’s plans nothing is known.", ("person", "Who is Ines Falk?", "mayor")),
    ],
)
def test_a_sentence_makes_a_question_and_its_answer(text: str, made: tuple[str, str, str] | None) -> None:
    found = [(each.kind, each.question, each.answer) for each in questions_from(text)]
    assert found == ([made] if made else [])
