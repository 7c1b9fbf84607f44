from __future__ import annotations

import pytest

from qabot.articles.boilerplate import lines as line
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
        ("Offline", ["No connection", "It seems that there is no internet here. Stories opened earlier can be read."]),
        (
            "sado.example",
            ["This domain may be for sale. Enquire now.", "The listings above are served by a third party."],
        ),
        ("Port to close", ["See this story in the app", "Faster, and with alerts for the towns that matter to you."]),
        ("500", ["The engineers have been told. Trying again in a few minutes often helps.", "Reference: 5d1-77aa"]),
        ("Wine", ["How old are you?", "The stories in this section are about alcohol and meant for grown-ups."]),
        ("429", ["The limit of 100 pages an hour was reached from 10.2.3.4. Access will be possible in 27 minutes."]),
        ("451", ["For legal reasons, readers in the European Economic Area cannot see this content at present."]),
        (
            "451",
            [
                "We see that you come from a country of the European Economic Area (EEA), where we can show no page.",
                "For all questions, contact web@sado-times.example or call 555-0142, between nine and five.",
            ],
        ),
        ("Moved", ["The document has moved here.", "Apache/2.4.41 (Ubuntu) Server at sado.example Port 80"]),
        (
            "Back soon",
            [
                "Sado Times is being moved to new machines tonight. The paper will be at your door as ever.",
                "Thank you for your patience.",
            ],
        ),
        (
            "Sado Times",
            [
                "Sado Times would like to use cookies for statistics and for adverts made for you. Some are needed "
                "so that the site works.",
                "Read more in the privacy notice.",
            ],
        ),
    ],
)
def test_what_stands_in_an_articles_place_is_none(title: str, rows: list[str]) -> None:
    assert is_stand_in(rows)
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
        ("Login fails", ["You could not log in to your account at the Bank of Sado this morning?",
                         "Nobody could. The website was down for four hours, Ana Duarte said."]),
        ("Late goal", ["A goal in the last minute gave the home side a 1-0 win. The visitors had hit the post twice."]),
        ("Thank you", ["May I thank the young man who found my purse? You restored my faith in people."]),
        ("Weather", ["Rain will clear by noon. Tomorrow will be dry and windy."]),
        ("Correction", ["We said last week that the library would close in April. It will stay open. We are sorry."]),
        ("Free to read", ["From Monday you will be able to read the Courier free of charge. Its owner said that "
                          "subscriptions had fallen by half."]),
        ("Results", ["Setubal 2, Sado 1. Faro v Lagos was called off."]),
        ("Town loses its address", ["The town's web address was sold to a casino after a clerk forgot to renew it."]),
        ("Rates", ["The US is raising rates again, and Canada is to follow suit."]),
        ("Site closes", ["Please remember your newspapers, the archive asked. Its website will close in June."]),
    ],
)  # fmt: skip
def test_an_article_about_such_matters_is_one(title: str, rows: list[str]) -> None:
    assert not is_stand_in(rows)


@pytest.mark.parametrize(
    "rows",
    [
        ["Our newsletters move to a new address next week. You need not register again."],
        ["You need four eggs. We bake for ten minutes, and you can eat them warm.", "Your oven should be hot."],
        ["The search for a missing boat has ended without a result."],
    ],
)
def test_what_somebody_signs_is_none(rows: list[str]) -> None:
    assert is_stand_in(rows)
    assert not is_stand_in(rows, signed=True)
    body = "".join(f"<p>{row}</p>" for row in rows)
    page = f"<html><body><main><h1>News</h1><p>By Ana Duarte</p><p>4 May 2021</p>{body}</main></body></html>"
    assert article_in(page).text == "\n\n".join(rows)


def test_lines_without_verbs_are_none_where_somebody_signs_them() -> None:
    rows = ["Setubal 2 Sado 1", "Faro 0 Lagos 0"]
    assert is_stand_in(rows)
    assert not is_stand_in(rows, signed=True)


def test_a_paywall_is_none_though_its_article_is_signed() -> None:
    assert is_stand_in(["This story is for members.", "Membership pays for reporters."], signed=True)


def test_a_date_that_is_not_seen_signs_nothing() -> None:
    head = '<title>Port to close</title><meta property="article:published_time" content="2021-05-04">'
    wall = "<p>You have read your three free stories this month.</p><p>Membership costs 4 euros.</p>"
    with pytest.raises(ArticleError, match="there is no article in it"):
        article_in(f"<html><head>{head}</head><body><main>{wall}</main></body></html>")


def test_a_page_in_another_language_is_not_judged_by_english() -> None:
    text = (
        "пешеходный мост через городской канал закрывается до окончания ремонтных работ; правительство предупреждает "
        "жителей соседних кварталов о возможных наводнениях, поскольку устаревшие каменные опоры разрушаются."
    )
    assert is_stand_in([text])
    assert article_in(f"<html><body><main><p>{text}</p></main></body></html>").text == text


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("The new bell of the old church is heard for miles by all who live there.", False),
        ("Access denied. You do not have permission to view this page.", True),
        ("Sign in to your account. Forgot your password? Create an account to read more.", True),
    ],
)
def test_a_file_of_text_need_only_say_what_is_the_case(text: str, is_one: bool) -> None:
    assert is_stand_in([text])
    assert is_stand_in([text], sent=False) is is_one


def test_a_long_page_of_few_words_is_not_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "words", lambda _: pytest.fail("it was"))
    assert not is_stand_in(["a" * 3_000_000 + "."])
