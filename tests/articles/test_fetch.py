"""Against a real server on this machine, and a real resolver."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from qabot.articles.fetch import USER_AGENT, fetch, is_public
from qabot.articles.read import read_articles
from qabot.errors import ArticleError
from qabot.settings import Settings

OPEN = Settings(allow_private_addresses=True, max_article_mb=0.1)
PAGE = (
    "<html><head><title>Bridge opens</title><meta charset=utf-8></head><body><article><h1>Bridge opens</h1>"
    + "".join(
        f"<p>Paragraph {n} says that the bridge over the river is open to the public at last.</p>" for n in range(9)
    )
    + "</article></body></html>"
)


class Handler(BaseHTTPRequestHandler):
    agents: ClassVar[list[str]] = []

    def log_message(self, *args: object) -> None:
        pass

    def answer(self, status: int = 200, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self.agents.append(self.headers["User-Agent"])
        with suppress(BrokenPipeError, ConnectionResetError):
            getattr(self, f"get_{self.path.strip('/').partition('/')[0]}")()

    def get_page(self) -> None:
        self.answer(body=PAGE.encode(), Content_Type="text/html; charset=utf-8")

    def get_packed(self) -> None:
        self.answer(body=gzip.compress(PAGE.encode()), Content_Type="text/html", Content_Encoding="gzip")

    def get_bomb(self) -> None:
        self.answer(body=gzip.compress(b"a" * 50_000_000), Content_Type="text/plain", Content_Encoding="gzip")

    def get_odd(self) -> None:
        self.answer(body=b"x", Content_Type="text/plain", Content_Encoding="zstd")

    def get_picture(self) -> None:
        self.answer(body=b"\x89PNG", Content_Type="image/png")

    def get_untyped(self) -> None:
        self.answer(body=b"hello")

    def get_missing(self) -> None:
        self.answer(404)

    def get_moved(self) -> None:
        self.answer(302, Location="/page")

    def get_away(self) -> None:
        self.answer(302, Location="ftp://example.org/x")

    def get_round(self) -> None:
        self.answer(302, Location=self.path + "/x")

    def get_endless(self) -> None:
        self.answer(Content_Type="text/plain")
        while True:
            self.wfile.write(b"words " * 10_000)

    def get_slow(self) -> None:
        self.answer(Content_Type="text/plain")
        while True:
            self.wfile.write(b"w")
            self.wfile.flush()
            time.sleep(0.1)

    def get_silent(self) -> None:
        time.sleep(3)

    def get_dripping(self) -> None:  # headers that never end
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            self.wfile.write(b"X-A: b\r\n")
            self.wfile.flush()
            time.sleep(0.1)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.daemon_threads = True
        running.block_on_close = False
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        running.shutdown()
        thread.join()


@pytest.mark.parametrize("path", ["page", "packed", "moved"])
def test_a_page_is_fetched(server: str, path: str) -> None:
    fetched = fetch(f"{server}/{path}", settings=OPEN)
    assert fetched.data == PAGE.encode()
    assert fetched.content_type == "text/html"
    assert fetched.url == f"{server}/{'page' if path == 'moved' else path}"
    assert Handler.agents[-1] == USER_AGENT


def test_a_url_becomes_an_article(server: str) -> None:
    (article,) = read_articles(f"{server}/moved", OPEN)
    assert article.title == "Bridge opens"
    assert article.text.count("\n\n") == 8
    assert (article.source, article.url) == (f"{server}/moved", f"{server}/page")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("picture", "it is image/png, not one of"),
        ("untyped", "of no stated type"),
        ("missing", "answers 404"),
        ("away", "only http and https"),
        ("round", "more than 5 times"),
        ("odd", "zstd"),
        ("endless", "QABOT_MAX_ARTICLE_MB"),
        ("bomb", "QABOT_MAX_ARTICLE_MB"),
    ],
)
def test_what_is_refused(server: str, path: str, reason: str) -> None:
    with pytest.raises(ArticleError, match=reason):
        fetch(f"{server}/{path}", settings=OPEN)


@pytest.mark.parametrize("path", ["slow", "silent", "dripping"])
def test_time_is_bounded_over_all(server: str, path: str) -> None:
    started = time.monotonic()
    with pytest.raises(ArticleError, match=r"within 0\.5 seconds"):
        fetch(f"{server}/{path}", settings=OPEN, seconds=0.5)
    assert time.monotonic() - started < 2


def test_private_addresses_need_a_setting(server: str) -> None:
    for url in (server + "/page", server.replace("127.0.0.1", "localhost") + "/page"):
        with pytest.raises(ArticleError, match="QABOT_ALLOW_PRIVATE_ADDRESSES"):
            fetch(url, settings=Settings())


def test_a_redirect_to_a_private_address_is_refused(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first host counts as public here, so that only the redirect's target is judged."""
    port = int(server.rpartition(":")[2])
    real = socket.getaddrinfo

    def resolve(host: str, *args: object, **kwargs: object) -> list[tuple]:  # type: ignore[type-arg]
        return real("127.0.0.1" if host == "public.example" else host, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr("qabot.articles.fetch.socket.getaddrinfo", resolve)
    monkeypatch.setattr("qabot.articles.fetch.is_public", lambda address: address == "127.0.0.1")
    monkeypatch.setattr(
        Handler, "get_inward", lambda self: self.answer(302, Location=f"http://[::1]:{port}/page"), raising=False
    )
    with pytest.raises(ArticleError, match=r"::1 is a private address"):
        fetch(f"http://public.example:{port}/inward", settings=Settings())


@pytest.mark.parametrize(
    "url", ["ftp://example.org/", "file:///etc/passwd", "http://", "http://[::1", "https://a\x00b/"]
)
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(ArticleError):
        fetch(url, settings=OPEN)


def test_a_host_that_is_not_there() -> None:
    with pytest.raises(ArticleError, match="cannot be reached"):
        fetch("http://no-such-host.invalid/", settings=Settings())


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "240.0.0.1", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "192.0.2.1",
    ],
)  # fmt: skip
def test_private_addresses(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822", "::ffff:93.184.216.34"]
)
def test_public_addresses(address: str) -> None:
    assert is_public(address)
