"""Text whose lines are wrapped at some width, as in mails and old files, and text whose lines are paragraphs."""

from __future__ import annotations

import textwrap

import pytest

from qabot.articles.paragraphs import Hyphens, paragraphs
from tests.articles.reading import parse_article

FIRST = (
    "The council of Setubal has voted to close its coal port on 12 May, ending four decades of shipments to the power "
    "stations. Mayor Ana Duarte said that a long-term plan for the 310 dockers was: retraining, and a pension at 58."
)
SECOND = (
    "The union called the vote a betrayal and announced a strike. It would be the first in the port since 1998, when "
    "the cranes stood still for eleven days and the ships went to Sines."
)


@pytest.mark.parametrize("width", [32, 40, 50, 60, 66, 72, 78])
@pytest.mark.parametrize("between", ["\n\n", "\n  \n", "\n\n\n"])
def test_paragraphs_are_whole_whatever_the_width(width: int, between: str) -> None:
    wrapped = between.join(textwrap.fill(each, width) for each in (FIRST, SECOND))
    assert paragraphs(wrapped) == [FIRST, SECOND]


@pytest.mark.parametrize("width", [40, 72])
def test_an_indented_line_begins_a_paragraph(width: int) -> None:
    text = "\n".join(textwrap.fill(each, width, initial_indent="    ") for each in (FIRST, SECOND))
    assert paragraphs(text) == [FIRST, SECOND]


def test_a_number_at_the_beginning_of_a_line_is_no_item() -> None:
    text = "The council voted to close it on May\n12. The mayor of the town and the\n310 dockers had not been told so."
    assert paragraphs(text) == [" ".join(text.split())]


def test_items_stay_apart() -> None:
    items = ["- a pension at 58 for all who have worked in the port for 30 years", "- retraining for all of the others"]
    text = "\n".join(textwrap.fill(each, 40) for each in items)
    assert paragraphs(f"{textwrap.fill(FIRST, 40)}\n\n{text}") == [FIRST, *items]


def test_a_word_parted_at_a_lines_end_is_mended() -> None:
    text = (
        "The warehouses of the port are empty and\nold, and the town would sell the ware-\nhouses to anybody. The "
        "north-east of the\ntown is poor: they say that the north-\neast was a village of fishermen once."
    )
    joined = "sell the warehouses to anybody. The north-east of the town is poor: they say that the north-east was"
    assert joined in " ".join(paragraphs(text))


@pytest.mark.parametrize(
    "lines",
    [
        ["Mayor of Setubal resigns over port", "Dockers to be paid until September", "Sines hopes for more coal ships"],
        ["Council votes to close the coal port", "By Ann Lee", "3 May 2021"],
        [FIRST, SECOND],
        [FIRST, "Read more about the port of Setubal", "Subscribe to our newsletter", SECOND],
    ],
)
def test_lines_that_are_not_wrapped_stay_as_they_are(lines: list[str]) -> None:
    assert paragraphs("\n".join(lines)) == lines


@pytest.mark.parametrize("suffix", [".txt", ".eml"])
def test_no_sentence_of_a_wrapped_article_is_lost(suffix: str) -> None:
    body = "\n\n".join(textwrap.fill(each, 40) for each in (FIRST, SECOND))
    if suffix == ".eml":
        head = (
            "From: Ann Lee <ann@sado.example>\nSubject: Council to close port\nDate: Mon, 3 May 2021 10:15:00 +0100\n"
        )
    else:
        head = "Council to close port\n\nBy Ann Lee\n\n3 May 2021\n"
    article = parse_article(f"{head}\n{body}\n".encode(), f"a{suffix}", suffix)
    assert (article.title, article.author, article.published) == ("Council to close port", "Ann Lee", "2021-05-03")
    assert article.text == f"{FIRST}\n\n{SECOND}"
    assert article.removed == ()


@pytest.mark.parametrize("text", ["a" * 300_000, "a" * 300_000 + "-b", "a-" * 150_000 + "."])
def test_a_long_line_without_a_hyphen_at_its_end_takes_no_time(text: str) -> None:
    assert Hyphens([text, "b", text], typeset=True).joined(text, "b") == f"{text} b"
