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
    ],
)  # fmt: skip
def test_an_article_about_such_matters_is_one(title: str, rows: list[str]) -> None:
    assert not is_stand_in(title, rows)
