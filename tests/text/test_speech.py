from __future__ import annotations

import pytest

from qabot.text.speech import speeches

HARBOUR = """The warden of Velm harbour, Olga Brandt, met the crews on Friday. She brought no papers.

“The crane will stay,” she said. “Mr Lund asked for it.

“He will pay, and the ‘old’ quay remains.”

The crews clapped. Then Per Aas got up. “I sold my boat,” he said.

"That was in May."

“We are not leaving,” said the cook."""


def told(text: str) -> list[tuple[list[str], list[str]]]:
    return [
        ([text[a:b] for a, b in speech.quoted], [text[a:b] for a, b in speech.speaker]) for speech in speeches(text)
    ]


def test_a_speech_runs_over_paragraphs_and_its_speaker_stands_beside_it_or_before() -> None:
    assert told(HARBOUR) == [
        (
            ["“The crane will stay,”", "“Mr Lund asked for it.", "“He will pay, and the ‘old’ quay remains.”"],
            ["The warden of Velm harbour, Olga Brandt, met the crews on Friday."],
        ),
        (["“I sold my boat,”", '"That was in May."'], ["Then Per Aas got up."]),
        (["“We are not leaving,”"], ["said the cook."]),
    ]


@pytest.mark.parametrize(
    ("paragraph", "speaker"),
    [
        ("‘We won’t pay the harbour’s debts,’ she told our reporter.", ["Eva Moe spoke for the crews."]),
        ("“We won't pay,” says Jon Vik, and he said it twice.", ["Eva Moe spoke for the crews."]),
        ("“We won't pay,” Jon Vik says.", ["Jon Vik says."]),
        ("It was loud. “We won't pay,” Jon Vik told them.", ["Jon Vik told them."]),
    ],
)
def test_a_pronoun_stands_for_who_was_named_before(paragraph: str, speaker: list[str]) -> None:
    ((_, found),) = told(f"Eva Moe spoke for the crews.\n\n{paragraph}")
    assert found == speaker


def test_nobody_speaks_where_nobody_is_named_and_nothing_is_quoted() -> None:
    assert told("“It rained,” she said.") == [(["“It rained,”"], [])]
    assert told("It rained, Jon Vik said. The crews’ boats sank.") == []
