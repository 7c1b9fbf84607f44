from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.articles.article import Stated
from qabot.articles.head import agency_in_byline
from qabot.articles.notes import author_in_text, originals, publisher_in_appeals, wire

BODY = ["The council of Setubal has voted to close its coal port, ending four decades of shipments of fuel."] * 10


def stated_in(note: str, field: str = "original") -> list[str]:
    return [each.value for each in originals([*BODY, note]) if each.field == field]


@pytest.mark.parametrize(
    ("note", "name"),
    [
        ("In this article originally written for The Review*, Ann Lee, lecturer, asks why.", "The Review"),
        ("*This article was originally published by The Review. Please see here for our rules.", "The Review"),
        ("This article was republished from The Review under a Creative Commons licence.", "The Review"),
        ("This article is republished with permission of the Sado Times", "Sado Times"),
        ("This story was first published by Sado Times.", "Sado Times"),
        ("This article first appeared on Sado Times and is republished here.", "Sado Times"),
        ("This article first appeared in The Courier on 3 May 2021.", "The Courier"),
        ("This story originally appeared on SADO TODAY: Port closes at last", "SADO TODAY"),
        (
            "A version of this article originally appeared in the March 2021 issue of Harbour Monthly.",
            "Harbour Monthly",
        ),
        (
            "This column was first published by the Center for Harbour Reporting in 2019.",
            "Center for Harbour Reporting",
        ),
        ("This article was originally published by U.S. News & Harbour Report.", "U.S. News & Harbour Report"),
        ("This piece was originally published on sadotimes.com.", "sadotimes.com"),
        ("This article is republished from openHarbour under a CC licence", "openHarbour"),
        ("This article was produced by SHF Harbour News, which publishes it weekly.", "SHF Harbour News"),
        ("This interview has been edited. It was originally published by The Review.", "The Review"),
        ("This story was originally written by Ann Lee for the Courier.", "Courier"),
        ("Originally published in The Courier", "The Courier"),
        ("Originally published May 3, 2021 in The Courier", "The Courier"),
        ("First published in the Courier Post on May 3.", "Courier Post"),
        ("Republished from The Courier under a Creative Commons licence", "The Courier"),
        ("Reprinted with permission from The Courier.", "The Courier"),
        ("Read the original article on Sado Live.", "Sado Live"),
    ],
)
def test_where_it_was_published_before(note: str, name: str) -> None:
    assert stated_in(note) == [name]


@pytest.mark.parametrize(
    "row",
    [
        "The story was first reported by Politics Daily on Tuesday, when officials said so.",
        "The report was first published in The Review.",
        "The study was originally published in Harbours, an English weekly.",
        "This article was originally published in Spanish.",
        "This article was first published on our website in 2019",
        "This article was first published on Monday.",
        "This essay was adapted from Ann Lee's book The Port.",
        "This story was produced by Ann Lee",
        "Photo courtesy of The Courier",
        "Courtesy of Ann Lee",
        "A version of this story appeared in print",
        "This article was amended on 3 May 2021.",
        "It was first published by Sado Times.",
    ],
)
def test_what_is_no_note_names_no_original(row: str) -> None:
    assert stated_in(row) == []


def test_when_it_was_first_published() -> None:
    note = "This article was originally published on May 3, 2021."
    assert list(originals([note])) == [Stated("published", "2021-05-03", "note")]
    assert stated_in("This article was first published on Monday.", "published") == []
    assert stated_in("This article was first published in The Courier on 3 May 2021.", "published") == []


@pytest.mark.parametrize(
    ("paragraph", "agency", "published"),
    [
        ("MOSCOW, Nov 27 (Reuters) - Russia said", "Reuters", None),
        ("MOSCOW, Nov 27, 2024 (Reuters) - Russia said", "Reuters", "2024-11-27"),
        ("LONDON, 27 November 2024 (AFP) – Britain said", "AFP", "2024-11-27"),
        ("KYIV, Ukraine (AP) — Ukraine said", "AP", None),
        ("(Reuters) - Oil fell", "Reuters", None),
        ("NEW YORK, Nov. 27, 2024 /PRNewswire/ -- A company said", "PRNewswire", "2024-11-27"),
        ("BERLIN, 3. März 2024 (dpa) - Der Hafen schließt", "dpa", "2024-03-03"),
        ("PARIS, le 4 mars 2024 (AFP) - Le port ferme", "AFP", "2024-03-04"),
        ("PARIS, 4 août (AFP) — Le port ferme", "AFP", None),
        ("MADRID, 4 de marzo de 2024 (EFE) - El puerto cierra", "EFE", "2024-03-04"),
    ],
)
def test_how_an_agencys_text_opens(paragraph: str, agency: str, published: str | None) -> None:
    assert {each.field: each.value for each in wire(paragraph)} == {
        "original": agency, **({"published": published} if published else {})
    }  # fmt: skip


@pytest.mark.parametrize(
    "paragraph",
    ["(Video) - The port", "(Reuters) The port", "The port (AP) — closed", "PORTO (the city) - It", "Reuters said", ""],
)
def test_how_other_texts_open(paragraph: str) -> None:
    assert wire(paragraph) == ()


def test_agencies_in_bylines() -> None:
    assert agency_in_byline("By Ann Lee and Bo Li, Reuters") == "Reuters"
    assert agency_in_byline("By The Associated Press") == "The Associated Press"
    assert agency_in_byline("By Ann Lee, Political Editor") is None
    assert agency_in_byline("Ann SAP") is None


@given(st.lists(st.text(max_size=80) | st.sampled_from(["This article was first published ", "by ", "The ", "in "])))
def test_any_rows_can_be_asked(pieces: list[str]) -> None:
    row = "".join(pieces)
    for each in originals([row]):
        assert each.value
        assert each.field == "published" or each.value.removeprefix("the ") in row
    assert all(each.value in row or each.field == "published" for each in wire(row))
    agency = agency_in_byline(row)
    assert agency is None or agency in row


def test_long_hostile_rows_take_no_time() -> None:
    for row in (
        "this article first " * 30,
        "originally published " * 28,
        "A" * 599,
        "this article was first published in " + "a " * 280,
    ):
        assert list(originals([row] * 30)) == []


@pytest.mark.parametrize(
    ("paragraphs", "author"),
    [
        (
            ["In this article written for The Review*, Ann Lee, Lecturer at Porto University, asks why.", *BODY],
            "Ann Lee",
        ),
        ([*BODY, "Ann Lee is a postdoctoral research fellow in history at Porto University."], "Ann Lee"),
        ([*BODY, "Ana Duarte is the mayor of the town."], None),
        (["Ann Lee spoke first.", *BODY, "Ann Lee is a professor at Porto University, and will not go."], None),
        (BODY, None),
    ],
)
def test_the_author_in_the_text(paragraphs: list[str], author: str | None) -> None:
    assert author_in_text(paragraphs) == author


def test_a_site_that_names_itself_in_its_appeals_is_the_publisher() -> None:
    first = "From harbours to mines, The Courier is where the story is. We know how much it matters to you."
    second = "The Courier is trusted by readers of every kind. We lock nobody out."
    assert publisher_in_appeals([first, second]) == "The Courier"
    assert publisher_in_appeals([first, "Talk with other Courier readers about it"]) == "The Courier"
    assert publisher_in_appeals([first]) is None
    assert publisher_in_appeals(["Ramani told Sado World that The Courier is wrong.", "The Courier is wrong."]) is None


def test_a_note_that_goes_on_and_on_takes_no_time() -> None:
    assert stated_in("This article was first published" + " here," * 90 + " x") == []
