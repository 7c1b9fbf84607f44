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


@pytest.mark.parametrize("row", ["a@bb.cc." * 45 + " q", "a@bb.cc" + " --x@bb.cc" * 38 + " q"])
def test_addresses_without_end_take_no_time(row: str) -> None:
    assert not notices.is_contact(row)


@pytest.mark.parametrize("row", ["One two three " + "." * 970, "buy link " * 108], ids=["marks", "words"])
def test_rows_of_marks_and_words_take_no_time(row: str) -> None:
    assert not any(notices.may_be_site_voice(f"{row} {n}") for n in range(600))


def test_an_offer_is_found_in_any_sentence() -> None:
    row = "Buy it. The site is ours. If you click on a page or buy through a link, we share of what we earn."
    assert notices.may_be_site_voice(row)
