from __future__ import annotations

import pytest

from qabot.articles.boilerplate.stand_ins import is_stand_in
from qabot.errors import ArticleError
from tests.articles.formats.pages import article_in

WALL = [
    "We value your privacy",
    "We and our 214 partners store cookies on your device to show you personalised ads and to measure them.",
    "You may accept or manage your choices at any time in the privacy settings. Some partners do not ask for your "
    "consent, but rely on their legitimate interest.",
]


@pytest.mark.parametrize(
    ("title", "rows"),
    [
        ("Sado Times", WALL),
        ("Error 404", ["Oops! That page can’t be found.", "It looks like nothing was found at this location."]),
        ("Not found", ["We can’t find the page you requested. Go back to the homepage."]),
        ("502 Bad Gateway", ["502 Bad Gateway", "nginx"]),
        ("Are you a robot?", ["Please complete the captcha below so that we know you are not a robot."]),
        ("Just a moment...", ["Checking your browser before accessing sado.example. This is automatic."]),
        ("Port to close", ["Loading…"]),
        ("Port to close", ["Please wait while the page is loading"]),
        ("Port to close", ["You need to enable JavaScript to run this app."]),
        ("Sado Times", ["Please enable JS and disable any ad blocker"]),
        ("Access denied", ["You have been blocked. Your request ID is 77ab-1."]),
        (
            "Ship runs aground",
            ["Register or log in to read this article.", "Not a subscriber yet?", "Try it for 1 euro."],
        ),
        ("Sign in", ["New here? Create an account. It takes a minute, and your first month is free."]),
        (
            "Sado Times",
            [
                "Unfortunately, our website is currently unavailable in most European countries. We are engaged "
                "on the issue and will continue to look for options that support our full range of content."
            ],
        ),
        ("Thanks!", ["You are subscribed to the Morning Letter.", "Add us to your contacts, lest it end up as spam."]),
        ("Search", ["Your search gave no results for “harbour seal”.", "Please change your search terms."]),
        ("Are you human?", ["We noticed odd requests from your network. Solve the puzzle, please, to go on."]),
        ("Time for an update", ["Your browser is too old to show this site. Please try Lynx or Mosaic."]),
    ],
)
def test_what_stands_in_an_articles_place_is_none(title: str, rows: list[str]) -> None:
    assert is_stand_in(title, rows)
    body = "".join(f"<p>{row}</p>" for row in rows)
    with pytest.raises(ArticleError, match="there is no article in it"):
        article_in(f"<html><head><title>{title}</title></head><body><main>{body}</main></body></html>")


@pytest.mark.parametrize(
    ("title", "rows"),
    [
        ("Court fines site over cookies", ["A court in Lisbon has fined the Sado Times 40,000 euros for its cookies.",
                                           "The site had not asked its readers for their consent before May 2021."]),
        ("Journalists denied access", ["Two journalists were denied access to the port on Monday, police said."]),
        ("Robots load ships", ["Robots now load the ships of Setubal. The last docker left the port in January."]),
        ("Page from a lost book found", ["A page of a lost book was found in Setubal. It had been moved in 1755."]),
        ("How to bake", ["You need four eggs. We bake our cookies for ten minutes, and you can eat them warm.",
                         "Your oven should be hot. Our neighbours put nuts into theirs, as you may know."]),
        ("Login fails", ["You could not log in to your account at the Bank of Sado this morning?",
                         "Nobody could. The website was down for four hours, Ana Duarte said."]),
        ("Search for boat ends", ["The search for a missing boat has ended without a result."]),
        ("Site closes", ["Please remember your newspapers, the archive asked. Its website will close in June."]),
    ],
)  # fmt: skip
def test_an_article_about_such_matters_is_one(title: str, rows: list[str]) -> None:
    assert not is_stand_in(title, rows)


def test_what_somebody_signs_is_none() -> None:
    rows = ["Our newsletters move to a new address next week. You need not register again."]
    assert is_stand_in("New letters", rows)
    assert not is_stand_in("New letters", rows, signed=True)
    page = "<h1>New letters</h1><p>By Ana Duarte</p><p>4 May 2021</p>"
    assert article_in(f"<html><body><main>{page}<p>{rows[0]}</p></main></body></html>").text == rows[0]
