"""Against a real server on this machine, and a real resolver."""

from __future__ import annotations

import gzip
import re
import time
import zlib

import pytest

from qabot.articles.article import Validators
from qabot.articles.web import USER_AGENT, Fetched, Web
from qabot.errors import ArticleError
from qabot.settings import Settings
from tests.articles.web_server import Answer, Site, moved, page

OPEN = Settings(allow_private_addresses=True, max_article_mb=0.1, web_pause=0)
PAGE = page("Bridge opens")
TEXT = {"Content-Type": "text/plain"}


def got(url: str, known: Validators | None = None, *, seconds: float = 30) -> Fetched:
    fetched = Web(OPEN, seconds=seconds).fetch(url, known)
    assert fetched is not None
    return fetched


def refused(url: str, *, seconds: float = 30, settings: Settings = OPEN) -> str:
    with pytest.raises(ArticleError) as raised:
        Web(settings, seconds=seconds).fetch(url)
    assert raised.value.source == url
    assert "\n" not in str(raised.value)
    return raised.value.reason


def test_a_page_is_fetched(site: Site) -> None:
    fetched = got(f"{site.url}/page#part")
    assert fetched.data == str(PAGE.body).encode()
    assert (fetched.url, fetched.format.name, fetched.charset) == (f"{site.url}/page", "html", "utf-8")
    assert {each.headers["user-agent"] for each in site.asked} == {USER_AGENT}


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "deflate"])
def test_a_packed_page_is_unpacked(site: Site, coding: str) -> None:
    pack = zlib.compress if coding == "deflate" else gzip.compress
    site.pages["/packed"] = Answer(pack(b"words " * 50), headers={**TEXT, "Content-Encoding": coding})
    assert got(f"{site.url}/packed").data == b"words " * 50


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(site: Site, status: int) -> None:
    site.pages["/old"] = moved("page?utm_source=old&id=3", status)
    assert got(f"{site.url}/old").url == f"{site.url}/page?id=3"


def test_cookies_last_as_long_as_a_chain_of_redirects(site: Site) -> None:
    site.pages["/wall"] = lambda asked: (
        PAGE
        if asked.headers["Cookie"] == "seen=1"
        else Answer(status=302, headers={"Location": "/wall", "Set-Cookie": "seen=1"})
    )
    web = Web(OPEN)
    assert web.fetch(f"{site.url}/wall")
    assert web.fetch(f"{site.url}/page")
    assert "cookie" not in site.asked[-1].headers


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(b"\x89PNG", headers={"Content-Type": "image/png"}), "it is image/png, which is not read"),
        (Answer(b"hello"), "it is of no stated type"),
        (Answer(b"x", 404), "there is no such page (the server answers 404): check the address"),
        (Answer(b"x", 410), "no such page"),
        (Answer(b"x", 403), "keeps it from programs (403): save the page yourself and index the file"),
        (Answer(b"x", 500), "the server answers 500: try again later"),
        (Answer(b"x", 503), "the server answers 503: try again later"),
        (Answer(b"x", 400), "the server answers 400: check the address"),
        (Answer(status=304), "the server answers 304: try again later"),
        (Answer(status=301), "the server answers 301"),
        (Answer(b" \n", headers=TEXT), "the server sends nothing"),
        (Answer(b"x", headers={**TEXT, "Content-Encoding": "zstd"}), "'zstd'"),
        (Answer(b"x", headers={**TEXT, "Content-Encoding": "gzip"}), "damaged"),
        (Answer(gzip.compress(b"words")[:-3], headers={**TEXT, "Content-Encoding": "gzip"}), "damaged"),
        (Answer(b"words " * 100_000, headers=TEXT), "it is more than the limit of 0.1 MB: set QABOT_MAX_ARTICLE_MB"),
        (moved("ftp://example.org/x"), "only http and https"),
        (moved("file:///etc/passwd"), "only http and https"),
        (moved("//"), "address"),
        (moved("http://[::1"), "redirects to no valid address"),
    ],
)
def test_what_is_refused(site: Site, answer: Answer, reason: str) -> None:
    site.pages["/x"] = answer
    said = refused(f"{site.url}/x")
    assert re.search(reason, said) or reason in said


def test_redirects_are_bounded(site: Site) -> None:
    site.pages["/round"] = moved("/round")
    assert "more than 5 times" in refused(f"{site.url}/round")
    assert site.paths() == ["/round"] * 6


@pytest.mark.parametrize("path", ["/report.md", "/report.txt"])
def test_a_type_that_says_little_is_overruled_by_the_address(site: Site, path: str) -> None:
    site.pages[path] = Answer(b"# Port", headers={"Content-Type": "application/octet-stream"})
    assert got(site.url + path).format.name == ("markdown" if path.endswith("md") else "text")


def test_bombs_are_not_unpacked(site: Site) -> None:
    bomb = gzip.compress(gzip.compress(b"a" * 20_000_000, 1), 1)
    site.pages["/bomb"] = Answer(gzip.decompress(bomb), headers={**TEXT, "Content-Encoding": "gzip"})
    site.pages["/double"] = Answer(bomb, headers={**TEXT, "Content-Encoding": "gzip, gzip"})
    assert "QABOT_MAX_ARTICLE_MB" in refused(f"{site.url}/bomb")
    assert "'gzip, gzip'" in refused(f"{site.url}/double")


def _forever(data: bytes, pause: float, head: bytes = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"):  # type: ignore[no-untyped-def]
    def answer(asked):  # type: ignore[no-untyped-def]
        asked.wfile.write(head)
        while True:
            asked.wfile.write(data)
            asked.wfile.flush()
            time.sleep(pause)

    return answer


def test_an_endless_body_is_cut_off(site: Site) -> None:
    site.pages["/endless"] = _forever(b"words " * 10_000, 0)
    assert "QABOT_MAX_ARTICLE_MB" in refused(f"{site.url}/endless")


@pytest.mark.parametrize(
    "answer",
    [
        _forever(b"w", 0.1),
        _forever(b"", 0.1, b""),
        _forever(b"X-A: b\r\n", 0.1, b"HTTP/1.1 200 OK\r\n"),
        _forever(b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.05, b""),
        _forever(b"H", 0.1, b""),
    ],
    ids=["dripping body", "silence", "dripping headers", "endless hints", "dripping status"],
)
def test_time_is_bounded_over_all(site: Site, answer: object) -> None:
    site.pages["/slow"] = answer  # type: ignore[assignment]
    started = time.monotonic()
    assert "not read within 0.5 seconds: try again later" in refused(f"{site.url}/slow", seconds=0.5)
    assert time.monotonic() - started < 10


def test_time_is_bounded_over_redirects(site: Site) -> None:
    def slow(asked: object) -> Answer:
        time.sleep(0.3)
        return moved("/slow")

    site.pages["/slow"] = slow
    assert "not read within 0.5 seconds" in refused(f"{site.url}/slow", seconds=0.5)


def test_endless_headers_are_cut_off(site: Site) -> None:
    site.pages["/headers"] = _forever(b"X-A: " + b"b" * 1000 + b"\r\n", 0, b"HTTP/1.1 200 OK\r\n")
    assert "it breaks off" in refused(f"{site.url}/headers", seconds=10)


def test_what_breaks_off_is_no_article(site: Site) -> None:
    site.pages["/short"] = lambda asked: (
        asked.wfile.write(  # type: ignore[func-returns-value,return-value]
            b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\nhalf of it"
        )
        and None
    )
    assert "it breaks off" in refused(f"{site.url}/short")


@pytest.mark.parametrize(
    "url", ["ftp://example.org/", "file:///etc/passwd", "http://", "http://[::1", "https://a\x00b/", "http://x y/"]
)
def test_addresses_that_are_none(url: str) -> None:
    assert "address" in refused(url)


def test_a_host_that_is_not_there() -> None:
    assert "cannot be reached (there is no host no-such-host.invalid)" in refused("http://no-such-host.invalid/")


def test_proxies_from_the_environment_are_not_used(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert got(f"{site.url}/page").data


def test_one_connection_serves_a_whole_visit(site: Site) -> None:
    site.pages["/gone"] = Answer(b"gone", 410)
    site.pages["/old"] = moved("/page")
    web = Web(OPEN)
    for path in ("/page", "/old", "/page"):
        assert web.fetch(site.url + path)
    with pytest.raises(ArticleError):
        web.fetch(f"{site.url}/gone")
    assert web.fetch(f"{site.url}/page")
    assert len({each.port for each in site.asked}) == 1


def test_a_connection_that_the_server_closed_is_made_anew(site: Site) -> None:
    """It says nothing of closing, and closes when the next question comes, so that the closing is seen too late."""
    served: set[int] = set()

    def once(asked):  # type: ignore[no-untyped-def]
        if asked.client_address[1] in served:
            return None
        served.add(asked.client_address[1])
        return PAGE

    site.pages["/once"] = once
    web = Web(OPEN)
    assert web.fetch(f"{site.url}/once")
    assert web.fetch(f"{site.url}/once")
    assert len(served) == 2


# What changed since the last visit


@pytest.mark.parametrize(
    ("header", "asked_by", "value"),
    [
        ("ETag", "if-none-match", '"v1"'),
        ("ETag", "if-none-match", 'W/"v1"'),
        ("Last-Modified", "if-modified-since", "Wed, 27 Nov 2024 12:03:00 GMT"),
    ],
)
def test_a_page_that_is_as_it_was_is_not_sent_again(site: Site, header: str, asked_by: str, value: str) -> None:
    def answer(asked):  # type: ignore[no-untyped-def]
        if asked.headers[asked_by] == value:
            return Answer(status=304, headers={header: value})
        return Answer(PAGE.body, headers={**PAGE.headers, header: value})

    site.pages["/page"] = answer
    first = got(f"{site.url}/page")
    assert (first.validators.etag or first.validators.last_modified) == value
    assert Web(OPEN).fetch(f"{site.url}/page", first.validators) is None
    changed = Web(OPEN).fetch(f"{site.url}/page", Validators('"v0"', "Tue, 26 Nov 2024 12:03:00 GMT"))
    assert changed is not None
    assert changed.data == first.data


def test_validators_go_along_with_redirects(site: Site) -> None:
    site.pages["/old"] = moved("/new")
    site.pages["/new"] = lambda asked: Answer(status=304) if asked.headers["If-None-Match"] else PAGE
    assert Web(OPEN).fetch(f"{site.url}/old", Validators('"v1"', None)) is None


def test_without_validators_no_condition_is_made(site: Site) -> None:
    assert got(f"{site.url}/page", Validators(None, None)).validators == Validators(None, None)
    assert not {"if-none-match", "if-modified-since"} & set(site.asked[-1].headers)


@pytest.mark.parametrize("value", ["é", "x" * 5000, " "])
def test_validators_that_cannot_be_sent_back_are_not_kept(site: Site, value: str) -> None:
    site.pages["/page"] = Answer(PAGE.body, headers={**PAGE.headers, "ETag": value})
    assert got(f"{site.url}/page").validators.etag is None
