"""Lines made up for these tests, a kind each; no rule may know their words."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.articles.boilerplate import lines as line
from qabot.articles.boilerplate import notices
from qabot.articles.dateline import is_dateline

NONE: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    "row",
    [
        "Share on Facebook",
        "Add a comment",
        "Back to top",
        "Most read",
        "Skip to content",
        "Click to share on Twitter (Opens in new window)",
    ],
)
def test_labels(row: str) -> None:
    assert line.is_label(row)


@pytest.mark.parametrize("row", ["What people say", "Share prices fell.", "Coal", "1. Share", "Why now?"])
def test_what_is_no_label(row: str) -> None:
    assert not line.is_label(row)


def test_a_figure_with_a_point_is_no_number_of_an_item() -> None:
    assert all(map(line.has_bullet, ["1. Coal", "12) Coal", "(3.) Coal", "4.Coal", "• Coal"]))
    assert not any(map(line.has_bullet, ["3.5 million tons", "7.0 quake recorded", "12.30 on Monday"]))


@pytest.mark.parametrize("row", ["Related articles", "Most read in World", "Editors’ Picks", "More from Setubal"])
def test_labels_of_lists(row: str) -> None:
    assert line.is_list_label(row)


@pytest.mark.parametrize(
    "row", ["34 responses to “The port”", "12 Comments", "Leave a Reply", "harbourfan says:", "Comments"]
)
def test_what_opens_comments(row: str) -> None:
    assert line.is_comment_label(row)


def test_scripts_without_spaces_have_words() -> None:
    assert line.is_prose("港の閉鎖は市議会で可決され、四十年の歴史に幕を下ろした。")
    assert not line.is_prose("関連記事")


@pytest.mark.parametrize(
    "row",
    [
        "Related video: The port in four minutes",
        "More:The town that coal built. And what comes next",
        "Fact check:What the port really cost the town",
        "PHOTOS:The last ship leaves the harbour of Setubal",
        "Who pays for it?:The bill for the new harbour, explained",
        "Coal 2021:Why the last mine is shut down this spring",
        "'A sad day':Dockers say farewell to the port of Setubal",
        "►Harbour towns: These five have found another living",
        "HARBOURS IN CRISIS: What the towns on the coast can do now",
        "THE LAST SHIP: Dockers watch her go with tears in their eyes",
        "ALSO READ: The oldest harbours on the coast",
        "See where the ships go now",
        "PHOTOS OF THE PORT:",
    ],
)
def test_links_to_other_articles(row: str) -> None:
    assert line.is_teaser(row, NONE)


@pytest.mark.parametrize(
    "row",
    [
        "Coal: what it is",
        "Population: 3,588,683",
        "Opening hours:9 am to 5 pm",
        "March 17:The harbour closes its gates to all ships from abroad",
        "9/20/1934 - 7/2/1979:Captain of the harbour guard, Setubal",
        "Casa do Mar:12 Rua da Praia, Setubal, 555-0199. Open daily until the evening",
        "SIGNED: One year, $7 million with the club of the town",
        "He said:“We have lost the port, and nobody asked us about it.”",
        "See a doctor once a year",
        "“Who agrees?” reads the caption of a post that was shared 1,700 times.",
        "At 10:15 the ship left, and the town stood on the quay.",
    ],
)
def test_what_is_no_link(row: str) -> None:
    assert not line.is_teaser(row, NONE)


def test_who_speaks_in_an_interview_is_no_link() -> None:
    talk = [
        "The Courier:What will become of the port that your father built?",
        "Ana Duarte:We will plant trees there. The children will like that better.",
        "The Courier:And the dockers of the town, what do they say to it?",
        "Ana Duarte:They know that it had to come. We have found work for all of them.",
    ]
    speakers = line.speakers(talk)
    assert not any(line.is_teaser(row, speakers) for row in talk[1::2])
    assert not line.is_teaser(talk[1])


@pytest.mark.parametrize(
    "row",
    [
        "Watch video The last ship leaves the port 01:46 - Source: The Courier",
        "NOW PLAYING The last ship leaves the port MUST WATCH The last ship leaves the port 02:49",
        "Photos: The port in pictures A docker waves. Hide Caption 3 of 29",
        "3 of 29",
    ],
)
def test_players_and_galleries(row: str) -> None:
    assert line.is_player(row)


def test_a_race_is_no_player() -> None:
    assert not line.is_player("She won the race over the marathon distance in 2:35")


def kinds(row: str) -> list[bool]:
    return [
        line.is_label(row), line.is_form(row), line.is_list_label(row), line.is_comment_label(row), is_dateline(row),
        line.is_age(row), line.is_item(row), line.is_prose(row), line.is_teaser(row, NONE), line.is_teaser(row),
        line.is_player(row), bool(line.speakers([row, row])), notices.is_appeal(row), notices.points_elsewhere(row),
        notices.may_be_site_voice(row), notices.speaks_of_publishing(row), notices.is_credit(row),
        notices.is_contributor(row), notices.is_contact(row), notices.is_note(row),
        notices.is_rights(row), notices.without_caption_marks(row) in row,
    ]  # fmt: skip


@given(st.text(max_size=400))
def test_any_line_is_judged(row: str) -> None:
    assert all(isinstance(kind, bool) for kind in kinds(row))


@pytest.mark.parametrize(
    "piece",
    ["a@b.", "@a ", "sign up ", "show caption 1 ", "A: ", "A:B ", "more ", "12:34 ", "and ", "read the ", ".", "“",
     "1/", "contributed to this ", "Contact Ann ", "you ", "for the latest ", "►", "A. ", "Photo by A/ "],
)  # fmt: skip
@pytest.mark.parametrize("length", [395, 995, 2995, 200_000])
def test_no_line_takes_long(piece: str, length: int) -> None:
    row = (piece * (length // len(piece) + 1))[:length]
    begun = time.process_time()
    kinds(row)
    assert time.process_time() - begun < 0.5


def test_of_long_lines_the_words_of_one_are_kept() -> None:
    short, long, other = "one two", "one two " * 2_000, "two one " * 2_000
    assert line.words(short) is line.words(short)
    first = line.words(long)
    assert (line.words(long) is first, len(line.words(other))) == (True, 4_000)
    assert line.words(long) is not first
