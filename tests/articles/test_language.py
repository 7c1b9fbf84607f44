from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.articles.language import language_code, language_of

ENGLISH = (
    "The council of Setubal has voted to close its coal port, ending four decades of shipments to the power stations. "
    "The vote on Monday passed by 14 to 9 after a debate of six hours, the longest since the council was founded."
)
PORTUGUESE = (
    "O conselho de Setúbal votou pelo encerramento do seu porto de carvão, pondo fim a quatro décadas de transporte. A "
    "votação de segunda-feira foi aprovada por 14 contra 9 depois de um debate de seis horas, o mais longo de sempre."
)
RUSSIAN = (
    "Совет города проголосовал за закрытие угольного порта, положив конец четырём десятилетиям перевозок топлива. В "
    "понедельник за это решение после шестичасовых прений высказались четырнадцать депутатов, против были девять."
)


@pytest.mark.parametrize(
    ("text", "code"), [(ENGLISH, "en"), (PORTUGUESE, "pt"), (RUSSIAN, "ru"), (ENGLISH.upper(), "en")]
)
def test_the_language_of_a_text(text: str, code: str) -> None:
    assert language_of(text) == code


@pytest.mark.parametrize(
    "text", ["", "Port to close", ENGLISH[:150], "12, 14; 16 – 18. " * 40, "x = f(a, b) + 1; " * 30]
)
def test_what_is_short_or_doubtful_has_none(text: str) -> None:
    assert language_of(text) is None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("en", "en"), ("EN", "en"), ("en-GB", "en"), ("en_US", "en"), ("en-US.UTF-8", "en"), ("de-DE,de;q=0.9", "de"),
        ("eng", "en"), ("ger", "de"), ("zh-Hans", "zh"), ("iw", "he"), ("English", "en"), ("portuguese", "pt"),
        ("Deutsch", "de"), ("français", "fr"), ("xx", None), ("und", None), ("x-default", None), ("Klingon", None),
        ("", None),
    ],
)  # fmt: skip
def test_codes(name: str, code: str | None) -> None:
    assert language_code(name) == code


@given(st.text(max_size=600))
def test_any_text_can_be_asked(text: str) -> None:
    for code in (language_of(text), language_code(text)):
        assert code is None or (len(code) == 2 and code.isalpha())


def test_nothing_heavy_is_loaded_before_it_is_needed() -> None:
    code = (
        "import sys, qabot.articles.assemble; "
        "print([m for m in ('py3langid', 'babel', 'dateparser', 'trafilatura', 'lxml', 'numpy') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
