from __future__ import annotations

import pytest

from qabot.articles.formats.raised import instead_of
from tests.articles.formats.pages import PARAGRAPHS, page, paragraphs, rows


@pytest.mark.parametrize(
    ("base", "mark", "left"),
    [
        ("the port shipped 31,400", "1", ""),
        ("in 1998", "2", ""),
        ("said the mayor", "12", ""),
        ("a pension.", "3,4", ""),
        ("1.5", "*", ""),
        ("31,400", "a", ""),
        ("the mayor", "[7]", " [7]"),
        ("30", "1", " [1]"),  # a footnote or a power: neither is made up
        ("a tank of 10", "6", "⁶"),
        ("3 × 10", "−4", "⁻⁴"),
        ("310 km", "2", "²"),
        ("E = mc", "2", "²"),
        ("the 21", "st", "st"),
        ("Setubal", "TM", "TM"),
        ("", "1", "1"),
    ],
)
def test_what_stands_for_raised_characters(base: str, mark: str, left: str) -> None:
    assert instead_of(mark, base) == left


@pytest.mark.parametrize(
    "mark",
    [
        "<sup>1</sup>",
        '<sup><a href="#note1">1</a></sup>',
        '<a href="#note1"><sup>1</sup></a>',
        '<span style="vertical-align: super">1</span>',
        '<a href="#fn1">1</a>',
        '<b><sup id="r1">1</sup></b>',
    ],
)
def test_the_mark_of_a_footnote_is_no_digit_of_the_number_before_it(mark: str) -> None:
    told = f"In 1998 it shipped 31,400{mark} tons of coal, as the council said, from a tank of 10<sup>6</sup> litres."
    expected = "In 1998 it shipped 31,400 tons of coal, as the council said, from a tank of 10⁶ litres."
    assert rows(page(body=paragraphs(*PARAGRAPHS, told)))[-1] == expected


def test_a_link_to_another_place_is_no_footnote() -> None:
    told = 'The council voted on <a href="https://sado.example/12#top">12</a> May to close the port for good.'
    assert rows(page(body=paragraphs(*PARAGRAPHS, told)))[-1].startswith("The council voted on 12 May")
