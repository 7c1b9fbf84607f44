"""Names as a text writes them: other spellings, and short forms and long ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.text.spelling import abbreviates, as_written, initials, long_form, sound


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Yanukovych", "Yanukovich"),
        ("Lukashenko", "Lukashenka’s"),
        ("Khamenei", "Khameney"),
        ("Hizbollah", "Hezbullah"),
        ("Quran", "Koran"),
        ("Mueller", "Müller"),
        ("Sørensen", "Soerensen"),
    ],
)
def test_spellings_of_one_name(one: str, other: str) -> None:
    same = one != "Lukashenko"  # another letter at the end is another name
    assert (sound(one) == sound(other)) is same


@pytest.mark.parametrize(
    ("one", "other"),
    [("Hansen", "Hanson"), ("Iran", "Iraq"), ("Braun", "Brown"), ("Jean", "Jan"), ("Slovakia", "Slovenia")],
)
def test_other_names(one: str, other: str) -> None:
    assert sound(one) != sound(other)


def test_acronyms() -> None:
    assert abbreviates("fopw", "Federation of Pipe Works".split())
    assert abbreviates("fpw", "Federation of Pipe Works".split())
    assert not abbreviates("fw", "Federation of Pipe Works".split())
    assert initials("The Federation of Pipe Works met the Lake Council.") == ["fpw", "fopw"]
    assert initials("The Lake and Sea Council met.") == ["lsc", "lasc"]
    assert long_form("FPW", "He heads the old Federation of Pipe Works in Dunst.") == "Federation of Pipe Works"
    assert long_form("Ulte", "The Union of Lake Towns of Estria is old.") == "Union of Lake Towns of Estria"
    assert long_form("fpw", "The Federation of Pipe Works.") is None


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        (
            "What did the FPW decide?",
            "The Federation of Pipe Works decided to strike.",
            "What did the Federation of Pipe Works decide?",
        ),
        (
            "Who leads the Federation of Pipe Works?",
            "Ida Roe has led the FPW since May.",
            "Who leads the FPW?",
        ),
        (
            "Who heads the NGSE?",
            "The Northern Grain and Seed Exchange met.",
            "Who heads the Northern Grain and Seed Exchange?",
        ),
        ("How old is the Ferry and Tram Union?", "The FTU is 40 years old.", "How old is the FTU?"),
        ("Who met Yanukovych’s son?", "Ida Roe met Yanukovich in May.", "Who met Yanukovich’s son?"),
        ("what did yanukovych say", "In May Yanukovich said no.", "what did Yanukovich say"),
        ("Where does Dahlkjaer live?", "Ole Dahlkjær lives in Dunst.", "Where does Dahlkjær live?"),
        ("Who met Yanukovych?", "Yanukovich, also spelt Yanukovych, met Ida Roe.", "Who met Yanukovych?"),
        ("Who is Hansen?", "Hanson is a baker.", "Who is Hansen?"),
        ("Who bakes?", "Hanson is a baker.", "Who bakes?"),
    ],
)
def test_a_question_is_asked_as_a_text_writes_its_names(question: str, text: str, expected: str) -> None:
    assert as_written(question, text) == expected


@given(st.text(max_size=60), st.text(max_size=120))
def test_any_texts_will_do(question: str, text: str) -> None:
    as_written(question, text)
    initials(text)
