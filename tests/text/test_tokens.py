from __future__ import annotations

import pytest

from qabot.text.tokens import content_stems, fold, is_content, stem, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("organisation", "organization"),
        ("recognised", "recognizes"),
        ("Élysée’s", "elysee"),
        ("U.S.", "US"),
        ("Rønnæs", "ronnaes"),
        ("Łódź", "lodz"),
        ("Đoković", "dokovic"),
    ],
)
def test_spellings_meet(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_words_keep_what_joins_them() -> None:
    assert words("Mr. O’Neil’s AT&T said: “it’s 3.5”") == ["Mr", "O’Neil’s", "AT&T", "said", "it’s", "3.5"]


def test_a_folded_word_has_no_case_accent_or_possessive_ending() -> None:
    assert [fold(word) for word in ("Kraków’s", "U.S.A", "ÅNGSTRÖM")] == ["krakow", "usa", "angstrom"]


def test_function_words_carry_no_content_but_names_in_capitals_do() -> None:
    assert [is_content(word) for word in ("us", "US", "The", "who", "WHO", "I")] == [
        False,
        True,
        False,
        False,
        True,
        False,
    ]
    assert content_stems("The WHO said that they were testing it") == ("who", "test")
