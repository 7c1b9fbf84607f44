from __future__ import annotations

import pytest

from qabot.articles.boilerplate import notices


@pytest.mark.parametrize(
    "row",
    [
        "Sign up for The Courier’s harbour newsletter. Explore the coast with stories of ships and their people",
        "Follow us on Twitter and Facebook.",
        "Please subscribe and keep the news you care about coming.",
        "Prefer to listen? Check out our harbour podcast:",
        "If you buy something through our links, we may earn a commission.",
        "Our harbour reporting is supported in part by a grant from the Sado Foundation.",
        "Journalism like this takes time and money. Consider a subscription.",
    ],
)
def test_appeals(row: str) -> None:
    assert notices.is_appeal(row)


@pytest.mark.parametrize(
    "row",
    [
        "“Subscribe to our newsletter,” the minister told the crowd, to laughter.",
        "The paper sold 40,000 subscriptions in a year, and its newsletter has a million readers.",
        "Users had to sign up for the service before they could read a word of it, the court heard.",
        "The store earns a fifth of each sale, and pays its staff by commission.",
        "Agents get a commission of up to 6% on every house that they sell.",
        "Residents can sign up for flood alerts on the site of the council, Duarte said.",
        "Voters can register to continue receiving their ballots by post.",
        "Come on over here.",
    ],
)
def test_what_is_no_appeal(row: str) -> None:
    assert not notices.is_appeal(row)
    assert not notices.points_elsewhere(row)


@pytest.mark.parametrize(
    "row",
    [
        "Check your local forecast here",
        "What is the weather up to? See the forecast here.",
        "To view the map of the harbour, click here.",
    ],
)
def test_what_points_elsewhere(row: str) -> None:
    assert notices.points_elsewhere(row)


@pytest.mark.parametrize(
    "row",
    [
        "Contributing: Ann Lee and Bo Li, The Courier",
        "Ann Lee and Bo Li contributed to this report.",
        "— Ann Lee contributed reporting from Setubal.",
        "(Reporting by Ann Lee in Setubal; Editing by Bo Li)",
    ],
)
def test_contributors(row: str) -> None:
    assert notices.is_contributor(row)


@pytest.mark.parametrize(
    "row",
    [
        "Each of the towns will get back all the money that it contributed.",
        "Heavy rain and the bad state of the road contributed to the accident on Sunday.",
        "Contributing factors: rain, wind and the dark",
    ],
)
def test_what_is_no_contributor(row: str) -> None:
    assert not notices.is_contributor(row)


@pytest.mark.parametrize(
    "row",
    [
        "Follow Ann D. Lee on Twitter @annlee.",
        "Contact the reporter at ann@courier.example or 602-555-0199. Follow her on Twitter: @annlee.",
        "Email: ann@courier.example",
        "Ann Lee can be reached at ann@courier.example.",
        "Call Courier reporter Ann Lee at (317) 555-0199.",
    ],
)
def test_reporters_addresses(row: str) -> None:
    assert notices.is_contact(row)


@pytest.mark.parametrize(
    "row",
    [
        "Call the harbour office at 602-555-0199 if you see oil on the water.",
        "For tickets, contact Ann Lee at ann@museum.example.",
        "“We won,” @annlee wrote on Twitter.",
        "Ann Lee followed the case on Twitter from the first day to the last, she said.",
    ],
)
def test_what_is_no_reporters_address(row: str) -> None:
    assert not notices.is_contact(row)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("The post Boats for the isles appeared first on Sado Times.", True),
        ("The post went to Ana Duarte, who appeared first on the list.", False),
    ],
)
def test_where_a_feed_has_its_text_from(row: str, expected: bool) -> None:
    assert notices.is_note(row) is expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("This article was published on 3 May by the Sado Times.", True),
        ("The interview was first published in the Sado Times.", True),
        ("The story was republished with leave of the Sado Times.", True),
        ("A version of the story appeared in our newsletter on Monday.", True),
        ("The report was published on Monday by the ministry of finance.", False),
        ("The analysis was published in the journal Nature and draws on 300 samples.", False),
        ("The list is published every year by the council.", False),
    ],
)
def test_what_is_published_in_the_news_is_no_note(row: str, expected: bool) -> None:
    assert notices.is_note(row) is expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("Copyright 2023 The Courier. All rights reserved.", True),
        ("Copyright © 2019-2023 by the Courier’s owners", True),
        ("COPYRIGHT: SADO TIMES, 2023", True),
        ("Copyright cases rose sharply in 2019, the court says in its report.", False),
        ("Copyright Act of 1976 was written for print, and courts struggle with it.", False),
        ("Copyright A" + ".A" * 180, False),
    ],
)
def test_rights(row: str, expected: bool) -> None:
    assert notices.is_rights(row) is expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("Getty Images", True),
        ("Ann Lee/AFP via Getty Images", True),
        ("Photo: Ann Lee, EPA-EFE", True),
        ("Courtesy of the museum", True),
        ("EPA to tighten rules on soot", False),
        ("Bloomberg Enters Presidential Race", False),
        ("Journalists strike at Reuters", False),
        ("Courtesy costs nothing, say drivers", False),
    ],
)
def test_a_headline_about_an_agency_is_no_credit(row: str, expected: bool) -> None:
    assert notices.is_credit(row) is expected


@pytest.mark.parametrize("row", ["a@bb.cc." * 45 + " q", "a@bb.cc" + " --x@bb.cc" * 38 + " q"])
def test_addresses_without_end_take_no_time(row: str) -> None:
    assert not notices.is_contact(row)


@pytest.mark.parametrize("row", ["One two three " + "." * 970, "buy link " * 108], ids=["marks", "words"])
def test_rows_of_marks_and_words_take_no_time(row: str) -> None:
    assert not any(notices.may_be_site_voice(f"{row} {n}") for n in range(600))


def test_an_offer_is_found_in_any_sentence() -> None:
    row = "Buy it. The site is ours. If you click on a page or buy through a link, we share of what we earn."
    assert notices.may_be_site_voice(row)
