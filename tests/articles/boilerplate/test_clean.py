"""Pages made up for these tests, in the forms that sites have; no rule may know their words."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.articles.boilerplate import lines as line
from qabot.articles.boilerplate.clean import (
    Cleaned,
    clean,
)
from qabot.articles.paragraphs import Hyphens, paragraphs

BODY = [
    "The council of Setubal has voted to close its coal port, ending four decades of shipments of fuel.",
    "The vote on Monday passed by 14 to 9 after a debate of six hours, the longest since the council was founded.",
    "“We could not go on like this,” said the mayor, Ana Duarte. “You know what your children breathe.",
    "“Our support for the workers is real. We will donate the land, and you can read every page of the plan.”",
    "Why now?",
    "The last power station in the district shut in January, and imports have fallen by 80% since 2017.",
]


def cleaned(*rows: str | list[str]) -> Cleaned:
    return clean([one for row in rows for one in ([row] if isinstance(row, str) else row)])


def left(*rows: str | list[str]) -> list[str]:
    return list(cleaned(*rows).paragraphs)


def test_an_article_alone_is_left_alone() -> None:
    assert left(BODY) == BODY


@pytest.mark.parametrize("form", ["Berth {}", "The crane {}", "Pier {}: coal", "coal, grain and salt {}"])
def test_where_there_is_no_paragraph_all_lines_stay(form: str) -> None:
    rows = [form.format(number) for number in range(1_000)]
    assert left(rows) == rows
    assert left("Home", "Ports", "Share on Facebook") == []  # but not those of a menu


@pytest.mark.parametrize(
    "head",
    [
        ["Home", "News", "Sport", "Skip to main content", "Council votes to close the coal port"],
        ["World | Europe | Asia", "Council votes to close the coal port", "Share on Facebook", "3 May 2021"],
        ["Council votes to close the coal port", "Published", "3 May 2021", "Share", "By Ann Lee", "Comments (14)"],
        ["Council votes to close the coal port", "Martha Okello", "Related video: The port in four minutes"],
        [
            "Council votes to close the coal port",
            "Your support keeps us going",
            "From harbours to mines, The Courier is where the story is. We know how much it matters to you.",
            "At a time like this we need people on the ground. Your donation lets us send them to you.",
            "Your gift makes all the difference.",
        ],
    ],
    ids=["menu", "breadcrumbs", "dates and shares", "video", "appeal"],
)  # fmt: skip
def test_what_stands_before_the_body_goes(head: list[str]) -> None:
    result = cleaned(head, BODY)
    assert list(result.paragraphs) == BODY
    assert result.head.title == "Council votes to close the coal port"


def test_a_standfirst_stays() -> None:
    deck = "After forty years of dust, the town on the Sado looks for another living"
    assert left("Council votes to close the coal port", deck, "Martha Okello", BODY) == [deck, *BODY]


@pytest.mark.parametrize(
    "tail",
    [
        ["Comments", "Join the conversation", "Your email address will not be published.", "Name *"],
        ["Add a comment", "This is the place for all the news of the harbour and the town.", "Log in"],
        ["Related articles", "Spain shuts its last coal mine", "Coal in charts", "Back to top"],
        ["Topics", "Portugal", "Coal", "Reuse this content"],
        ["Sign up for our newsletter to get the best stories in your inbox every morning.", "Energy", "Climate"],
        ["Please log in to comment.", "Thank you for signing up", "Reload the browser to be logged in"],
        ["© 2021 The Courier. All rights reserved.", "About us", "Careers"],
        ["This article was originally published by The Courier. Please see here for our guidelines."],
        ["This story was republished from The Courier with its leave. Read it there in full."],
        ["We use cookies to improve your experience. You can read more in our privacy policy.", "Accept all"],
        ["How relevant is this ad to you?", "Video player was slow to load Ad froze Audio on ad was too loud Other"],
        ["We depend on readers like you.", "Your support powers our reporting. Every contribution makes a difference."],
    ],
)  # fmt: skip
def test_what_stands_after_the_body_goes(tail: list[str]) -> None:
    result = cleaned(BODY, tail)
    assert list(result.paragraphs) == BODY
    assert list(result.removed) == tail


@pytest.mark.parametrize(
    "between",
    [
        ["Sign up to Morning Courier", "Free daily newsletter"],
        ["Get the Courier's weekly newsletter Sign up here to have it in your inbox."],
        ["Follow us on Twitter and Facebook."],
        ["Read more: Spain shuts its last coal mine"],
        ["Fact check:What the port really cost the town"],
        ["Share", "Advertisement"],
        ["Ann Lee/AFP/Getty Images"],
        ["Related articles", "Spain shuts its last coal mine in Asturias", "What coal did to the lungs of a town"],
    ],
)
def test_what_is_beyond_doubt_goes_from_the_body_too(between: list[str]) -> None:
    assert left(BODY[:2], between, BODY[2:]) == BODY


@pytest.mark.parametrize(
    "row",
    [
        "Find an open place with a wide view of the sky. Make sure you have a chair so that you can look up.",
        "You open your browser, and your heart sinks. We have all been there, and our readers know it well.",
        "So what should you do? Subscribe to one paper. Read it slowly. Your attention is the only thing you own.",
        "Support for public broadcasting fell to 41% in 2019, and donations to the newsroom by half.",
        "“Subscribe to our newsletter and follow us on Twitter,” the minister told the crowd, to laughter.",
        "The company said it would change its privacy policy. Users had been asked to agree to terms of service.",
        "The ruling",
        "Coal: what it is",
        "• Lyrids: April 21-22",
        "Ann Lee is a lecturer in history at the University of Porto.",
        "A good harbour is one where […] the ships can wait out a storm, and the crews can sleep at night.",
        "In 2022, the mayor said:",
    ],
)
def test_in_doubt_a_line_of_the_body_stays(row: str) -> None:
    assert left(BODY[:2], row, BODY[2:]) == [*BODY[:2], row, *BODY[2:]]


def test_one_request_does_not_take_a_paragraph_with_it() -> None:
    row = (
        "The river rose by two metres overnight and carried off the old bridge, the weather office said on Sunday. "
        "Four villages are cut off, and the army is flying in food. Sign up here for our newsletter."
    )
    assert row in left(BODY, row)


def test_a_list_may_go_on_after_a_label() -> None:
    awards = [entry for n in range(12) for entry in (f"Best part number {n}", f"Somebody Else, “Film {n}” (Studio)")]
    rows = [BODY[0], *awards[:12], "Share", *awards[12:]]
    assert left(rows) == [row for row in rows if row != "Share"]


def test_a_comment_label_above_the_body_does_not_end_it() -> None:
    assert left(BODY[0], "Comments", BODY[1:]) == BODY


def test_a_caption_loses_label_credit_and_double() -> None:
    caption = "Ships still wait at the mouth of the river for a berth that will not come."
    assert left(BODY[0], caption, f"{caption} (AP)", BODY[1:]) == [BODY[0], caption, *BODY[1:]]
    assert left(BODY[0], f"Caption: {caption} Ann Lee /Alamy", BODY[1:]) == [BODY[0], caption, *BODY[1:]]


def test_figures_that_repeat_are_no_doubles() -> None:
    entry = "• Birth rate: 15 births per 1,000 people in the whole of the state."
    assert left(BODY[0], entry, "Ohio", entry, BODY[1]).count(entry) == 2


def test_wrapped_lines_are_joined_and_others_are_not() -> None:
    wrapped = (
        "The three largest rivers on the island have fallen to their lowest\nlevels since records began in 1931, the "
        "weather office said, and\ntwo towns ration water.\n\nRain is not expected before the end of August, and the\n"
        "harvest is lost."
    )
    assert len(paragraphs(wrapped)) == 2
    assert paragraphs("\n".join(BODY)) == BODY
    assert paragraphs("Ann Lee\nMonday\n\n\n\nComments") == ["Ann Lee", "Monday", "Comments"]
    assert paragraphs("Ann Lee of the faculty  at Norvik spoke.") == ["Ann Lee of the faculty  at Norvik spoke."]


rows = st.lists(st.sampled_from([*BODY, "Share", "Comments", "Related articles", "Topics", "By Ann Lee", "3 May 2021"]))


@given(
    rows
    | st.lists(st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1).map(str.strip).filter(bool))
)
def test_cleaning_only_takes_away(given_rows: list[str]) -> None:
    result = clean(given_rows)
    remaining = iter(given_rows)
    assert all(any(row in other for other in remaining) for row in result.paragraphs)
    stated = {result.head.title, result.head.author, result.head.publisher, result.head.published}
    assert len(result.paragraphs) + len(result.removed) >= len(given_rows) - len(result.head.lines)
    assert all(value is None or value for value in stated)


@given(rows)
def test_sentences_of_the_body_survive_whatever_stands_around(given_rows: list[str]) -> None:
    prose = {row for row in given_rows if line.is_prose(row) and row in BODY}
    comments = given_rows.index("Comments") if "Comments" in given_rows else len(given_rows)
    labels = sum(row not in BODY for row in given_rows)  # of a page with its menus, the densest part is the article
    if labels < 8 and not any(row in BODY for row in given_rows[comments:]):  # no article goes on after comments
        assert prose <= set(clean(given_rows).paragraphs)


MENU = ["Home", "News", "Sport", "Search", "Log in", "Newsletters", "Subscribe", "Contact us", "About the harbour"]
TEASERS = [
    row
    for n in range(6)
    for row in (
        f"Island number {n} votes on its ferry",
        f"The {n} ferries of the island have not sailed for a week.",
        "2h ago",
    )
]


@pytest.mark.parametrize(
    "tail",
    [
        ["Share this:", "Facebook", "Twitter", "More in World", *TEASERS, "Privacy policy", "© 2021 The Courier"],
        [
            "12 responses to “Council votes to close the coal port”",
            *(row for n in range(6) for row in (f"docker{n} says:", "November 19, 2019 at 6:34 am", BODY[1].upper())),
            "Leave a Reply Cancel reply",
        ],
        ["Topics", "Portugal", "Coal", "Ports", "Share on Facebook", "Share on Twitter", *MENU, "All rights reserved."],
    ],
    ids=["teasers", "comments", "menu"],
)
def test_of_a_page_with_its_menus_the_article_is_left(tail: list[str]) -> None:
    above = [*MENU, "Island number 7 votes on its ferry", "We use cookies to make this site better. Accept all"]
    result = cleaned(
        above, MENU, "Council votes to close the coal port", "3 May 2021", BODY, BODY[0][:-1] + " today.", tail
    )
    assert list(result.paragraphs) == [*BODY, BODY[0][:-1] + " today."]
    assert result.head.title == "Council votes to close the coal port"
    assert result.head.published == "2021-05-03"


def test_an_article_in_a_page_may_end_in_a_list() -> None:
    dates = [f"May {n} – Setubal, harbour stage number {n}" for n in range(1, 9)]
    assert left(
        MENU, "Council votes to close the coal port", BODY, "The last sailings", dates, "Share", MENU, MENU
    ) == [
        *BODY,
        "The last sailings",
        *dates,
    ]


def test_a_page_in_another_script() -> None:
    rows = [
        "港の閉鎖は市議会で可決され、四十年の歴史に幕を下ろした。",
        "市長は「このままではいけない」と述べ、計画を説明した。",
    ]
    assert left("港の閉鎖", rows, "Facebook", "Twitter") == rows


@pytest.mark.parametrize(
    "headline",
    [
        "A trip to the islands: These five beaches are the emptiest of the summer",
        "Tired of crowded beaches? Five islands where nobody goes in summer",
        "Bakers of Lisbon open their ovens to tourists hungry for custard tarts",
    ],
)
def test_a_headline_of_another_article_goes(headline: str) -> None:
    article = [
        *BODY[:4],
        *(f"The {n}th speaker of the council said that the coal harbour cost too much." for n in range(9)),
    ]
    assert left(article[:5], headline, article[5:]) == article
    assert left(article, headline) == article


def test_a_heading_with_words_of_what_it_heads_stays() -> None:
    article = [
        *BODY[:4],
        *(f"The {n}th speaker of the council said that the coal harbour cost too much." for n in range(9)),
    ]
    for heading in (
        "Speakers of the council: The harbour costs too much money",
        "What the last speakers had to say about it",
    ):
        assert heading in left(article[:6], heading, article[6:])


def test_reporters_addresses_go_from_the_end_and_not_from_the_body() -> None:
    address = "Contact Ann Lee at ann@courier.example or follow her on Twitter @annlee."
    assert left(BODY, address) == BODY
    long = [f"{row} It was decision number {n}." for n in range(3) for row in BODY if line.is_prose(row)]
    assert address in left(long[0], address, long)


def test_long_hostile_lines_take_no_time() -> None:
    for row in ("we " * 300_000, "A" * 500_000, "(" * 500_000, "“" * 300_000, "By " * 200_000):
        assert clean([row, *BODY]).paragraphs
    many = clean(["Comments", *BODY] * 500)
    assert many.paragraphs


def test_a_line_is_joined_to_the_end_of_a_text_and_not_to_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Hyphens.joined
    lengths: list[int] = []

    def joined(self: Hyphens, text: str, following: str) -> str:
        lengths.append(len(text))
        return whole(self, text, following)

    monkeypatch.setattr(Hyphens, "joined", joined)
    words = "and the ferry to the island of Arn went on in the fog with mail and milk for all who live by the sea "
    (text,) = paragraphs("\n".join(textwrap.wrap(words * 200, 72)))
    assert text == " ".join((words * 200).split())
    assert len(lengths) > 200
    assert max(lengths) < 100
