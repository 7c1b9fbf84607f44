"""robots.txt, pauses and servers that are busy, against a real server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.articles.web import ROBOTS_BYTES, Robots, Web, robots_of
from qabot.errors import ArticleError
from qabot.settings import Settings
from tests.articles.web_server import Answer, Site, moved, page, serving

OPEN = Settings(allow_private_addresses=True, web_pause=0)
PAGE = page("Bridge opens")
FORBIDDEN = "robots.txt forbids programs to read it: save the page yourself and index the file"


@pytest.fixture
def other() -> Iterator[Site]:
    with serving() as running:
        running.pages["/page"] = PAGE
        yield running


def refused(web: Web, url: str) -> str:
    with pytest.raises(ArticleError) as raised:
        web.fetch(url)
    return raised.value.reason


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /pa", False),
        ("User-agent: *\nDisallow: /\nAllow: /page", True),
        ("User-agent: *\nDisallow: /*?print", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: QABot\nDisallow:", True),
        ("User-agent: qabot\nDisallow: /page$", False),
        ("User-agent: articles\nDisallow: /", True),
        ("User-agent: bot\nDisallow: /", True),
        ("\ufeffUser-agent: *\r\nDisallow: /", False),
        ("<html>not found</html>", True),
    ],
)
def test_robots_txt_is_respected(site: Site, rules: str, allowed: bool) -> None:
    site.pages["/robots.txt"] = Answer(rules)
    web = Web(OPEN)
    if allowed:
        assert web.fetch(f"{site.url}/page")
    else:
        assert FORBIDDEN in refused(web, f"{site.url}/page")
        assert site.paths() == []


def test_robots_txt_is_asked_for_once_in_a_run(site: Site) -> None:
    web = Web(OPEN)
    for _ in range(3):
        assert web.fetch(f"{site.url}/page")
    assert [each.path for each in site.asked] == ["/robots.txt", "/page", "/page", "/page"]


@pytest.mark.parametrize(
    ("status", "allowed"), [(404, True), (403, True), (410, True), (429, False), (500, False), (503, False)]
)
def test_where_robots_txt_cannot_be_had(site: Site, status: int, allowed: bool) -> None:
    """No rules: everything is allowed. A server in trouble: nothing is (RFC 9309, section 2.3.1)."""
    site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /", status)
    web = Web(OPEN)
    if allowed:
        assert web.fetch(f"{site.url}/page")
    else:
        reason = refused(web, f"{site.url}/page")
        assert reason == f"its site's robots.txt cannot be had (the server answers {status}): try again later"
        assert site.paths() == []


def test_a_robots_txt_that_does_not_come(site: Site) -> None:
    def slow(asked: object) -> Answer:
        time.sleep(1)
        return Answer()

    site.pages["/robots.txt"] = slow
    reason = refused(Web(OPEN, seconds=0.3), f"{site.url}/page")
    assert reason == "its site's robots.txt was not read within 0.3 seconds: try again later"


def test_a_robots_txt_that_is_elsewhere_holds_here(site: Site, other: Site) -> None:
    site.pages["/robots.txt"] = moved(f"{other.url}/rules")
    other.pages["/rules"] = Answer("User-agent: *\nDisallow: /page")
    assert FORBIDDEN in refused(Web(OPEN), f"{site.url}/page")


def test_a_robots_txt_that_redirects_without_end(site: Site) -> None:
    site.pages["/robots.txt"] = moved("/robots.txt")
    assert "redirects more than 5 times" in refused(Web(OPEN), f"{site.url}/page")


def test_an_endless_robots_txt_is_read_as_far_as_it_must(site: Site) -> None:
    def endless(asked):  # type: ignore[no-untyped-def]
        asked.wfile.write(b"HTTP/1.1 200 OK\r\n\r\nUser-agent: *\nDisallow: /secret\n")
        while True:
            asked.wfile.write(b"# words\n" * 1000)

    site.pages["/robots.txt"] = endless
    site.pages["/secret"] = PAGE
    web = Web(OPEN)
    assert web.fetch(f"{site.url}/page")
    assert FORBIDDEN in refused(web, f"{site.url}/secret")


def test_the_host_that_is_redirected_to_is_asked_for_its_rules_too(site: Site, other: Site) -> None:
    other.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /page")
    site.pages["/away"] = moved(f"{other.url}/page")
    assert FORBIDDEN in refused(Web(OPEN), f"{site.url}/away")
    assert other.paths() == []


def test_a_path_that_is_redirected_to_is_looked_up_in_the_rules_too(site: Site) -> None:
    site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /page")
    site.pages["/old"] = moved("/page")
    assert FORBIDDEN in refused(Web(OPEN), f"{site.url}/old")
    assert site.paths() == ["/old"]


# Pauses


def gaps(site: Site) -> list[float]:
    times = [each.time for each in site.asked if each.path != "/robots.txt"]
    return [later - earlier for earlier, later in pairwise(times)]


def test_there_is_a_pause_between_requests_to_the_same_host(site: Site) -> None:
    web = Web(OPEN.model_copy(update={"web_pause": 0.5}))
    site.pages["/old"] = moved("/page")
    started = time.monotonic()
    assert web.fetch(f"{site.url}/page")
    assert time.monotonic() - started < 0.5, "there is none before the first"
    assert web.fetch(f"{site.url}/old")
    assert len(gaps(site)) == 2
    assert all(0.5 <= gap < 5 for gap in gaps(site))


def test_the_pause_is_no_part_of_the_time_that_a_document_has(site: Site) -> None:
    web = Web(OPEN.model_copy(update={"web_pause": 0.5}), seconds=0.4)
    assert web.fetch(f"{site.url}/page")
    assert web.fetch(f"{site.url}/page")


@pytest.mark.parametrize("rules", ["Crawl-delay: 0.2", "Request-rate: 10/2"])
def test_a_site_may_ask_for_a_longer_pause(site: Site, rules: str) -> None:
    site.pages["/robots.txt"] = Answer(f"User-agent: *\n{rules}")
    web = Web(OPEN)
    for _ in range(3):
        assert web.fetch(f"{site.url}/page")
    assert all(0.2 <= gap < 1 for gap in gaps(site))


@pytest.mark.parametrize(
    ("rules", "delay"), [("Crawl-delay: 86400", 10), ("Crawl-delay: 3", 3), ("Crawl-delay: soon", 0), ("", 0)]
)
def test_the_pause_that_a_site_asks_for_is_bounded(rules: str, delay: float) -> None:
    assert robots_of(200, f"User-agent: *\n{rules}".encode()).delay == delay


# Busy servers


@pytest.mark.parametrize("status", [429, 503])
def test_a_short_wait_is_waited(site: Site, status: int) -> None:
    answers = [Answer(b"busy", status, {"Retry-After": "1"}), PAGE]
    site.pages["/page"] = lambda _: answers.pop(0)
    started = time.monotonic()
    assert Web(OPEN).fetch(f"{site.url}/page")
    assert 1 <= time.monotonic() - started < 10


@pytest.mark.parametrize(
    ("status", "header", "span"),
    [
        (429, "3600", "60 minutes"),
        (503, "100000", "28 hours"),
        (429, None, "60 seconds"),
        (429, "whenever", "60 seconds"),
        (429, "9" * 5000, "11574 days"),
        pytest.param(503, format_datetime(datetime.now(UTC) + timedelta(days=4), usegmt=True), "4 days", id="a date"),
    ],
)
def test_a_server_that_wants_a_long_rest_is_left_alone(site: Site, status: int, header: str | None, span: str) -> None:
    site.pages["/page"] = Answer(b"busy", status, {"Retry-After": header} if header else {})
    site.pages["/second"] = PAGE
    web = Web(OPEN)
    assert refused(web, f"{site.url}/page") == f"its server is busy and asks to come back in {span}: try again then"
    assert "its server is busy" in refused(web, f"{site.url}/second")
    assert site.paths() == ["/page"]


def test_a_server_that_is_busy_again_after_a_wait(site: Site) -> None:
    past = format_datetime(datetime.now(UTC) - timedelta(days=4), usegmt=True)
    site.pages["/page"] = Answer(b"busy", 503, {"Retry-After": past})
    assert "asks to come back in 1 second:" in refused(Web(OPEN), f"{site.url}/page")
    assert site.paths() == ["/page", "/page"]


def test_a_server_that_fails_to_answer_is_given_up(site: Site) -> None:
    """Otherwise a feed of a thousand pages would take its time a thousand times."""
    site.pages["/silent"] = lambda _: time.sleep(0.4)  # type: ignore[assignment,return-value]
    web = Web(OPEN, seconds=0.2)
    assert web.fetch(f"{site.url}/page")
    for _ in range(3):
        assert "not read within" in refused(web, f"{site.url}/silent")
    assert refused(web, f"{site.url}/page") == "its server failed to answer 3 times in a row: try again later"


def test_an_answer_in_between_keeps_a_server_in_play(site: Site) -> None:
    site.pages["/silent"] = lambda _: time.sleep(0.4)  # type: ignore[assignment,return-value]
    web = Web(OPEN, seconds=0.2)
    for _ in range(4):
        assert "not read within" in refused(web, f"{site.url}/silent")
        assert web.fetch(f"{site.url}/page")


@given(st.binary(max_size=ROBOTS_BYTES // 1000), st.text(max_size=30))
def test_any_bytes_are_rules(data: bytes, path: str) -> None:
    robots = robots_of(200, data)
    robots.reason_against(f"http://a.example/{path}")
    assert 0 <= robots.delay <= 10
    assert Robots().reason_against(f"http://a.example/{path}") is None
