"""What goes wrong with a Chroma server: one line, with the cure."""

from __future__ import annotations

import time
from contextlib import closing
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from qabot.errors import QabotError, SettingsError, StoreError
from qabot.settings import Settings, load_settings
from qabot.store.chroma_server.client import Server
from qabot.store.chroma_server.filling import check_server
from qabot.store.chroma_server.reading import ServerIndex
from qabot.store.location import Location
from tests.articles.web_server import Answer, Site

ROOT = "/api/v2/tenants/default_tenant/databases/default_database/collections/qabot"


def opened(site: Site, **options: object) -> QabotError:
    """What is said where the index in a server is opened."""
    settings = Settings(chroma=site.url, **options)  # type: ignore[arg-type]
    with pytest.raises(QabotError) as error:
        ServerIndex.open(settings)
    with pytest.raises(QabotError) as same:
        check_server(Location(Path("none"), Path("none")), settings)
    assert str(same.value) == str(error.value)
    assert "\n" not in str(error.value)
    return error.value


@pytest.mark.parametrize(
    ("body", "status"),
    [("<h1>It works</h1>", 200), ('{"detail":"Not Found"}', 404), ("[]", 200), ('{"hello": 1}', 200), ("", 302)],
)
def test_what_is_no_chroma_server(site: Site, body: str, status: int) -> None:
    site.pages[ROOT] = Answer(body, status)
    assert "no Chroma server" in str(opened(site))
    assert "Name one: --chroma http://HOST:PORT" in str(opened(site))


@pytest.mark.parametrize("status", [401, 403])
def test_a_token_is_sent_and_asked_for(site: Site, status: int) -> None:
    def answer(request: BaseHTTPRequestHandler) -> Answer:
        good = request.headers.get("Authorization") == "Bearer open-sesame"
        return Answer('{"error": "NotFoundError", "message": "none"}', 404) if good else Answer(status=status)

    site.pages[ROOT] = answer
    assert "Set QABOT_CHROMA_TOKEN to its token, and name the server beside it: --chroma URL" in str(opened(site))
    assert "Correct QABOT_CHROMA_TOKEN." in str(opened(site, chroma_token="wrong"))
    settings = Settings(chroma=site.url, chroma_token=" open-sesame\n")  # type: ignore[arg-type]
    with closing(Server(settings)) as server:
        assert server.collection("qabot") is None


def test_a_token_is_never_shown() -> None:
    settings = Settings(chroma="http://127.0.0.1:1", chroma_token="geheim\nnis")  # type: ignore[arg-type]
    assert "geheim" not in repr(settings)
    with pytest.raises(StoreError, match="QABOT_CHROMA_TOKEN holds characters") as error:
        Server(settings)
    assert "geheim" not in str(error.value)


def test_a_password_in_the_address_is_sent_and_not_shown(site: Site) -> None:
    sent = "Basic YW5hOmdlaGVpbQ=="
    site.pages[ROOT] = lambda request: Answer(status=401 if request.headers["Authorization"] == sent else 404)
    settings = Settings(chroma=site.url.replace("://", "://ana:geheim@"))
    with pytest.raises(StoreError, match="refuses to answer") as error:
        ServerIndex.open(settings)
    assert "geheim" not in str(error.value)


def test_a_slow_server_is_not_waited_for_without_end(site: Site) -> None:
    def answer(_: BaseHTTPRequestHandler) -> Answer:
        time.sleep(0.3)
        return Answer()

    site.pages[ROOT] = answer
    assert "did not answer within 0.1 s. Try again" in str(opened(site, chroma_timeout=0.1))


def test_an_answer_that_comes_drop_by_drop_is_not_waited_for_without_end(site: Site) -> None:
    def drops(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        for _ in range(200):
            time.sleep(0.02)
            request.wfile.write(b" ")

    site.pages[ROOT] = drops
    began = time.monotonic()
    assert "did not answer within 0.1 s. Try again" in str(opened(site, chroma_timeout=0.1))
    assert time.monotonic() - began < 3


def test_a_server_that_fails_says_why(site: Site) -> None:
    site.pages[ROOT] = Answer('{"error": "InternalError", "message": "out\\nof room"}', 500)
    assert "fails: out of room" in str(opened(site))
    site.pages[ROOT] = Answer("Bad Gateway", 502)
    assert "does not answer the proxy before it" in str(opened(site))
    site.pages[ROOT] = Answer(status=413)
    assert "too large" in str(opened(site))


@pytest.mark.parametrize(
    "address",
    [
        *("", "archive", "archive:8000", "ftp://archive", "http://", "http://a:99999", "http://a b", "http://a/?q"),
        *("http://[::1", "http://[zz]", "http://999.1.1.1", "http://a..b", "http://.", "http://xn--", "http://a:0"),
    ],
)
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(SettingsError, match=r"The setting chroma cannot be .*: write http://HOST:PORT .*QABOT_CHROMA"):
        load_settings(chroma=address)


@pytest.mark.parametrize("proxy", ["http://[::1", "ftp://proxy"])
def test_a_proxy_that_can_be_asked_nothing_is_told_with_its_variables(
    proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", proxy)
    with pytest.raises(StoreError, match=r"at http://archive cannot be asked .*proxy.*: HTTP_PROXY, HTTPS_PROXY"):
        Server(Settings(chroma="http://archive"))


def test_an_address_as_it_is_used() -> None:
    assert load_settings(chroma=" https://archive/chroma/ ").chroma == "https://archive/chroma"
