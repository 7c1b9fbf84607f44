"""Values that an article takes back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.text.corrections import corrections_in, holds, standing


@pytest.mark.parametrize(
    ("text", "withdrawn"),
    [
        ("An earlier version of this story said that the mill opened in 1921. It opened in 1912.", {"1921"}),
        ("An earlier version of this post said that 5 died; 6 died.", {"5"}),
        ("This article originally had the year as 2019; it is 2020.", {"2019"}),
        ("This article originally named the mayor as Tom Reed. The mayor is Ann Lee.", {"Tom Reed"}),
        ("Correction: The dam holds 40 million litres, not 14 million.", {"14 million"}),
        ("A report wrongly stated that 31 people were hurt. It was 13 people.", {"31"}),
        ("UPDATE: The fair opens on 4 May and not 3 May.", {"3 May"}),
        ("The story misstated the age of Ann Lee. She is 47, not 45.", {"45"}),
        ("The mill opened in 1912, not 1921, as legend has it.", set()),
        ("An earlier version of this story said that the mill was closed.", set()),
        ("Corrections officers met on 3 May.", set()),
        ("An earlier report said that 31 people were hurt; the correct figure is 13.", {"31"}),
        ("On Monday we reported that the bank will cut 900 jobs. That was incorrect: it will cut 600.", {"900"}),
        (
            "The Wire has withdrawn its report that the talks began on 30 January. They began on 31 January.",
            {"30 January"},
        ),
        (
            "A report wrongly named Nina Brandt as the winner of the Lofjord cup. The winner was Karin Moe.",
            {"Nina Brandt"},
        ),
        ("The concert is on 9 May, not 8 May as stated in our Tuesday edition.", {"8 May"}),
        ("Owing to an error, an article on Tuesday misstated the day; it is 6 June, not Wednesday.", {"Wednesday"}),
        ("In our report we said that 31 people had died. That was wrong. The number of the dead is 13.", {"31"}),
        ("The pool will not open on 4 May as planned but on 18 May.", {"4 May"}),
        ("The pool will not open on 4 May, but only on 18 May.", {"4 May"}),
        ("The fair was put back from 13 June to 27 June.", {"13 June"}),
        ("The court did not rule on 4 May but heard the case on 18 May.", set()),
        ("The fair was moved from Osk to Velm.", set()),
        ("A version of this story first appeared in the “Reliable Sources” newsletter. Sign up at Velm Daily.", set()),
        ("It spread, just as with Delta in the original version of the virus did. Then came Omicron.", set()),
        (
            "Correction: A previous version of this story gave a wrong year for a past World Cup. It was in Velm.",
            set(),
        ),
        ("An earlier version misstated the remarks of the pilot of Velm Air. They were those of Ann Lee.", set()),
        ("The shop opens not only on Monday but on Tuesday.", set()),
        ("The mill opened not until 1990 but 1991.", set()),
        ("The report said that he was convicted in 1990. He was released in 2003.", set()),
        ("The report said that 31 people were hurt. It was wrong to leave out the rest, critics say.", set()),
    ],
)
def test_what_a_text_takes_back(text: str, withdrawn: set[str]) -> None:
    assert {value for correction in corrections_in(text) for value in correction.wrong} == withdrawn


def test_a_day_is_taken_back_with_and_without_its_year() -> None:
    (correction,) = corrections_in("An earlier version of this story said 3 May 2021. It was on 4 May 2021.")
    assert correction.wrong == {"3 May 2021", "3 May"}


def test_a_correction_meets_what_tells_of_the_same() -> None:
    (correction,) = corrections_in("An earlier report said that 31 miners were hurt at Velm; the correct figure is 13.")
    assert correction.meets("At the pit of Velm 31 miners were hurt.")
    assert not correction.meets("A bus with 31 passengers left Harrow.")


@pytest.mark.parametrize(
    ("sentences", "stands"),
    [
        (["The ship sank on 3 May."], ["The ship sank on 3 May."]),
        (["A previous version of this article said that it sank."], [""]),
        (["An earlier report said 31 were hurt; the correct figure is 13."], ["the correct figure is 13."]),
        (["Police corrected an earlier statement that 9 fled; 11 fled."], ["11 fled."]),
        ([], []),
        (["We said that it sank.", "That was wrong: it sails."], ["", "That was wrong: it sails."]),
        (["We said that it sank.", "It sails."], ["We said that it sank.", "It sails."]),
    ],
)
def test_what_stands_of_a_sentence(sentences: list[str], stands: list[str]) -> None:
    parts = zip(sentences, standing(sentences), strict=True)
    assert [sentence[start:end] for sentence, (start, end) in parts] == stands


@pytest.mark.parametrize("signs", ["a; " * 650, "a; " * 5_000, "; " * 100_000])
def test_a_sentence_of_many_turns_takes_no_time(signs: str) -> None:
    assert standing([f"This article originally said {signs}"]) in ([(0, 0)], [(0, 29 + len(signs))])


def test_a_value_stands_in_a_text_as_words_of_its_own() -> None:
    assert holds("aged 45, of Velm", {"45"})
    assert holds("about 6 euros.", {"6 euros"})
    assert holds("Five of them were sold.", {"five"})
    assert not holds("in 1945, for $450 or 45.5 or 1,45 euros", {"45"})
    assert not holds("aged 45", ())


@given(st.text(max_size=200))
def test_what_is_taken_back_stands_in_the_text(text: str) -> None:
    whole = f"An earlier version of this story said: {text}"
    assert all(value in whole for correction in corrections_in(whole) for value in correction.wrong)
