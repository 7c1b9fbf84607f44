"""Values that an article takes back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.text.corrections import holds, takes_back, withdrawn_in


@pytest.mark.parametrize(
    ("text", "withdrawn"),
    [
        ("An earlier version of this story said that the mill opened in 1921. It opened in 1912.", {"1921"}),
        ("This article originally named the mayor as Tom Reed. The mayor is Ann Lee.", {"Tom Reed"}),
        ("Correction: The dam holds 40 million litres, not 14 million.", {"14 million"}),
        ("A report wrongly stated that 31 people were hurt. It was 13 people.", {"31"}),
        ("UPDATE: The fair opens on 4 May and not 3 May.", {"3 May"}),
        ("The story misstated the age of Ann Lee. She is 47, not 45.", {"45"}),
        ("The mill opened in 1912, not 1921, as legend has it.", set()),
        ("An earlier version of this story said that the mill was closed.", set()),
        ("Corrections officers met on 3 May.", set()),
    ],
)
def test_what_an_article_takes_back(text: str, withdrawn: set[str]) -> None:
    assert withdrawn_in(text) == withdrawn


def test_a_sentence_on_an_earlier_version_is_known() -> None:
    assert takes_back("A previous version of this article said that it sank.")
    assert not takes_back("The ship sank on 3 May.")


def test_a_value_stands_in_a_text_as_words_of_its_own() -> None:
    assert holds("aged 45, of Velm", {"45"})
    assert holds("about 6 euros.", {"6 euros"})
    assert holds("Five of them were sold.", {"five"})
    assert not holds("in 1945, for $450 or 45.5 or 1,45 euros", {"45"})
    assert not holds("aged 45", ())


@given(st.text(max_size=200))
def test_what_is_taken_back_stands_in_the_text(text: str) -> None:
    assert all(value in text for value in withdrawn_in(f"An earlier version of this story said: {text}"))
