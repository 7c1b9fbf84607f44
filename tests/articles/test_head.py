from __future__ import annotations

import pytest

from qabot.articles.boilerplate.clean import clean
from qabot.articles.head import _BARS, _SUFFIX, Head, byline, lone_names, read_head

BODY = [
    "The council of Setubal has voted to close its coal port, ending four decades of shipments of fuel.",
    "The vote on Monday passed by 14 to 9 after a debate of six hours, the longest since the council was founded.",
]


def head(*rows: str) -> Head:
    return clean([*rows, *BODY]).head


@pytest.mark.parametrize(
    ("row", "names"),
    [
        ("By Ann Lee", "Ann Lee"),
        ("by Ann Lee and Bo van der Berg", "Ann Lee, Bo van der Berg"),
        ("Written by: Dr. Ann Lee", "Dr. Ann Lee"),
        ("By Ann Lee, Reuters", "Ann Lee"),
        ("By Ann Lee | 3 May 2021", "Ann Lee"),
        ("By Ann Lee in Porto", "Ann Lee"),
        ("By Ann Lee in Porto and Bo Li in Lisbon", "Ann Lee, Bo Li"),
        ("By Ann Lee for the Courier", "Ann Lee"),
        ("By Ann Lee Staff Writer", "Ann Lee"),
        ("By Ann Lee, Sado Editor-at-large", "Ann Lee"),
        ("Posted by Ann Lee", "Ann Lee"),
        ("Words: Ann Lee", "Ann Lee"),
        ("By Reuters", "Reuters"),
        ("Published by Sado Times", None),
        ("By J. R. O’Neill, Élodie Müller & Jean-Luc Dupont", "J. R. O’Neill, Élodie Müller, Jean-Luc Dupont"),
        ("By the river", None),
        ("By Adam West and Jane London", "Adam West, Jane London"),
        ("By West London", None),
        ("By Sports Desk", None),
        ("By the end of May the port had closed.", None),
        ("By Staff Reporters", None),
        ("By E.J. Dionne Jr.", "E.J. Dionne Jr."),
        ("By A.O. Scott and J.R.R. Lee, Reuters", "A.O. Scott, J.R.R. Lee"),
        ("By Donald G. McNeil Jr. and Ann Lee", "Donald G. McNeil Jr., Ann Lee"),
        ("By Ann Lee and Donald G. McNeil Sr.", "Ann Lee, Donald G. McNeil Sr."),
        ("By E.U. Commission", None),
        ("By U.S. National Highway Safety", None),
        ("By Monday he had met Ann Lee Jr.", None),
    ],
)
def test_bylines(row: str, names: str | None) -> None:
    assert byline(row) == names


@pytest.mark.parametrize(
    ("row", "names"),
    [
        ("Giorgio Bianchi", "Giorgio Bianchi"),
        ("Ann Lee, Bo Li and Cy Young", "Ann Lee, Bo Li, Cy Young"),
        ("Middle East", None),
        ("AP Entertainment", None),
        ("Power Stations", None),  # words of the body
        ("Ana Duarte", None),  # a person of the body
        ("Related Topics", None),
        ("Ann", None),
    ],
)
def test_a_line_that_holds_a_name(row: str, names: str | None) -> None:
    body = "The mayor, Ana Duarte, opened the related talks on power and stations and other topics."
    assert lone_names(row, body) == names


def test_title_author_and_date_above_the_body() -> None:
    found = head("Council votes to close the coal port", "Ann Lee", "3 May 2021", "Comments")
    assert found == Head(
        "Council votes to close the coal port", "Ann Lee", published="2021-05-03", lines=frozenset({0, 1, 2})
    )


@pytest.mark.parametrize(
    ("rows", "author", "published", "updated"),
    [
        (["By Ann Lee and Bo Li", "3 May 2021", "Updated 4 May 2021"], "Ann Lee, Bo Li", "2021-05-03", "2021-05-04"),
        (["Updated", "4 May 2021", "Published", "3 May 2021"], None, "2021-05-03", "2021-05-04"),
        (["By Ann Lee | 3 May 2021 | 10:15"], "Ann Lee", "2021-05-03", None),
        (["Ann Lee · May 3, 2021"], "Ann Lee", "2021-05-03", None),
        (["Posted on May 3, 2021 by Ann Lee"], "Ann Lee", "2021-05-03", None),
        (["Ann Lee @annlee", "Mon 3 May 2021 10.15 BST"], "Ann Lee", "2021-05-03", None),
        (["By", "Ann Lee", "Published 10:15, 3 May 2021 | Updated: 12:30, 4 May 2021"], "Ann Lee", "2021-05-03",
         "2021-05-04"),
        (["Porto, 3 May 2021 to 5 May 2021"], None, None, None),
    ],
)  # fmt: skip
def test_names_and_dates_above_the_body(
    rows: list[str], author: str | None, published: str | None, updated: str | None
) -> None:
    title = "Council votes to close the coal port"
    found = read_head([title, *rows, *BODY], 1 + len(rows))
    assert (found.title, found.author, found.published, found.updated) == (title, author, published, updated)
    assert (found.lines == frozenset(range(1 + len(rows)))) == (found.published is not None)


@pytest.mark.parametrize(
    ("row", "publisher", "published"),
    [
        ("The Sado Courier, 3 March 2024", "The Sado Courier", "2024-03-03"),
        ("Northern Wire, Friday, June 6, 2025", "Northern Wire", "2025-06-06"),
        ("Times of Sado, March 2024", "Times of Sado", "2024-03"),
        ("The Economist, 2024-03-03", "The Economist", "2024-03-03"),
        ("The Siege of Sado, 3 March 2024", None, None),
        ("Setubal, 3 March 2024", None, None),
        ("Sports News, 3 March 2024", None, None),
        ("The Sado Courier, 3 March 2024, page 4", None, None),
        ("The Sado Courier, founded 3 March 2024", None, None),
        ("The Sado Courier, early spring", None, None),
    ],
)
@pytest.mark.parametrize("signed", [[], ["By Ann Roe"]])
def test_a_newspaper_and_a_date_below_the_title(
    row: str, publisher: str | None, published: str | None, signed: list[str]
) -> None:
    found = head("Council of Setubal votes to close coal port", *signed, row)
    assert (found.title, found.author) == (
        "Council of Setubal votes to close coal port",
        "Ann Roe" if signed else None,
    )
    assert (found.publisher, found.published) == (publisher, published)
    assert (len(signed) + 1 in found.lines) == (publisher is not None)


def test_a_newspaper_and_a_date_may_stand_above_the_byline_too() -> None:
    found = head("Council of Setubal votes to close coal port", "Sado Star, 3 March 2024", "By Ann Roe")
    assert (found.author, found.publisher, found.published) == ("Ann Roe", "Sado Star", "2024-03-03")


def test_a_newspapers_name_and_date_above_the_title_may_be_todays() -> None:
    found = head("The Sado Courier, 3 March 2024", "Council of Setubal votes to close coal port", "2 March 2024")
    assert (found.publisher, found.published) == (None, "2024-03-02")


def test_todays_date_in_a_newspapers_head_is_not_the_articles() -> None:
    found = head("Saturday, 22 May 2021", "Home", "World", "Sport", "Council votes to close the coal port", "Ann Lee")
    assert (found.title, found.published) == ("Council votes to close the coal port", None)


def test_an_agency_in_the_byline_is_where_the_article_is_from() -> None:
    found = head("Council votes to close the coal port", "By Ann Lee and Bo Li, Reuters")
    assert (found.author, found.original) == ("Ann Lee, Bo Li", "Reuters")


def test_a_heading_below_the_byline_is_no_title() -> None:
    assert head("Ann Lee", "Why the council voted now").title is None
    assert head("Staff and wire reports", "Why the council voted now").title is None


def test_nothing_is_guessed() -> None:
    assert head() == Head()
    assert head("Home", "World").title is None


@pytest.mark.parametrize(
    ("rows", "title", "publisher"),
    [
        (["Port to close – Sado Times", "Port to close - Sado Times"], "Port to close", "Sado Times"),
        (["Port to close at last - Sado Times", "Port to close at last"], "Port to close at last", "Sado Times"),
        (["Port to close at last", "Port to close at last | Sado Times"], "Port to close at last", "Sado Times"),
        (["Port to close at last | Sado Times"], "Port to close at last", "Sado Times"),
        (["Port to close at last - too late"], "Port to close at last - too late", None),
    ],
)
def test_the_publisher_after_the_title(rows: list[str], title: str, publisher: str | None) -> None:
    found = head(*rows)
    assert (found.title, found.publisher) == (title, publisher)
    assert found.lines == frozenset(range(len(rows)))


def test_a_mention_in_the_text_states_no_publisher() -> None:
    result = clean([*BODY, "“It is good,” Samuel Roth, a fellow at the institute, told Sado World on the phone."])
    assert result.head.publisher is None


MENU = [
    "Skip to content",
    "Log In",
    "World",
    "Sport",
    "Spain shuts its last coal mine",
    "Contact Me",
    "Hong Kong Protests",
]
TITLE = "Council votes to close the coal port"


@pytest.mark.parametrize(
    "rows",
    [
        [TITLE, "By Ann Lee", "3 May 2021"],
        [TITLE, "Ann Lee", "3 May 2021", "Share", "4 min read"],
        ["Saturday, 22 May 2021", "Menu", "Home", TITLE, "What a council may do", "Ann Lee | 3 May 2021"],
    ],
)
def test_below_a_menu_the_heading_that_the_text_takes_up_is_the_title(rows: list[str]) -> None:
    found = head(*MENU * 9, *rows)
    assert (found.title, found.author, found.published) == (TITLE, "Ann Lee", "2021-05-03")
    assert min(found.lines) >= 9 * len(MENU)


def test_below_a_menu_a_lone_name_and_a_heading_about_something_else_are_none() -> None:
    found = head(*MENU * 2, "Spain shuts its last mine in Asturias", "Ann Lee")
    assert (found.title, found.author) == (None, None)


def test_dates_of_several_teasers_are_not_the_articles() -> None:
    assert head(*MENU * 2, "Another harbour", "3 May 2021", "A third one", "9 May 2021").published is None


def test_above_a_body_the_heading_that_it_takes_up_is_sooner_the_title() -> None:
    assert head("Welcome to the new Courier experience", TITLE, "By Ann Lee").title == TITLE


@pytest.mark.parametrize(
    "rows",
    [
        ("Port closes", "By Ann Lee", "3 May 2021"),
        ("Setubal Harbour", "By Ann Lee", "3 May 2021"),  # it reads like a name
        ("Collapse", "3 May 2021", "By Ann Lee"),
        ("Harbour in ruins", "By Ann Lee | 3 May 2021"),
    ],
)
def test_a_first_line_of_few_words_above_a_byline_is_the_title(rows: tuple[str, ...]) -> None:
    found = head(*rows)
    assert (found.title, found.author, found.published) == (rows[0], "Ann Lee", "2021-05-03")


def test_a_first_line_of_few_words_above_a_date_or_the_text_is_the_title() -> None:
    assert head("Port closes", "3 May 2021").title == "Port closes"
    assert head("Coal port closing").title == "Coal port closing"  # words of the text
    assert head("Ann Lee", "3 May 2021") == Head(None, "Ann Lee", published="2021-05-03", lines=frozenset({0, 1}))


@pytest.mark.parametrize("first", ["World news", "Skip to content", "Share", "Monday, 3 May 2021", "5 hours ago"])
def test_a_section_a_label_or_a_date_is_no_title(first: str) -> None:
    assert head(first, "By Ann Lee").title is None


@pytest.mark.parametrize("title", ["7.0 quake recorded off Setubal", "$1.34 billion jackpot won in Setubal port"])
def test_a_figure_with_a_point_may_open_a_title(title: str) -> None:
    assert head(title, "3 May 2021").title == title


@pytest.mark.parametrize("row", ["1. Setubal votes to close its port", "(1) Setubal votes to close its port"])
def test_an_item_of_a_list_is_no_title(row: str) -> None:
    assert head(row, "3 May 2021").title is None


def test_a_place_behind_the_author_is_no_author() -> None:
    body = ["In San Francisco the council has voted to close the coal port after a debate of six hours.", *BODY]
    for dated in (["3 May 2021"], []):
        assert clean([TITLE, "By Ann Lee, San Francisco", *dated, *body]).head.author == "Ann Lee"


@pytest.mark.parametrize("title", ["Opinion: Why the port must close", "Photos: Cranes fall", "Watch: Council votes"])
@pytest.mark.parametrize("rows", [("By Ann Lee", "3 May 2021"), ("3 May 2021",), ("3 May 2021", "By Ann Lee")])
def test_a_first_line_with_the_label_of_a_link_is_the_title(title: str, rows: tuple[str, ...]) -> None:
    cleaned = clean([title, *rows, *BODY])
    assert (cleaned.head.title, cleaned.paragraphs, cleaned.removed) == (title, tuple(BODY), ())


def test_a_link_above_the_title_is_none() -> None:
    found = clean(["Related: What a council may do", TITLE, "By Ann Lee", *BODY])
    assert (found.head.title, found.removed) == (TITLE, ("Related: What a council may do",))
    assert clean(["Watch: Cranes fall in Lisbon", "3 May 2021", TITLE, "By Ann Lee", *BODY]).head.title == TITLE
    assert clean(["Watch: Cranes fall in Lisbon", *BODY]).head.title is None


@pytest.mark.parametrize(
    "row", ["Port" + " " * 200_000 + "closes", "A port" + " " * 200_000 + "| closes", "| " * 50_000]
)
def test_hostile_rows_take_no_time(row: str) -> None:
    assert _BARS.split(row)
    assert not (found := _SUFFIX.match(row)) or found["title"] == "A port"


def test_bars_part_a_line_whatever_blanks_are_beside_them() -> None:
    assert _BARS.split("Ann Lee  |•Print| | Share ") == ["Ann Lee", "", "Print", "", "Share "]
