"""Which addresses are connected to: a real server and the real resolver, whose answers some tests change."""

from __future__ import annotations

import socket
import time

import pytest

from qabot.articles.connection import is_public
from qabot.articles.web import Web
from qabot.errors import ArticleError
from qabot.settings import Settings
from tests.articles.web_server import Site, moved

CLOSED = Settings(web_pause=0)
OPEN = Settings(web_pause=0, allow_private_addresses=True)
REAL = socket.getaddrinfo


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Of invented hosts, the addresses that each look-up finds in turn; 127.0.0.1 counts as public, nothing else."""
    table: dict[str, list[str]] = {}

    def resolve(host: str, *args: object, **kwargs: object) -> list[tuple]:  # type: ignore[type-arg]
        return REAL(table[host].pop(0) if host in table else host, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr("qabot.articles.connection.socket.getaddrinfo", resolve)
    monkeypatch.setattr("qabot.articles.connection.is_public", lambda address: address == "127.0.0.1")
    return table


def refused(url: str) -> str:
    with pytest.raises(ArticleError) as raised:
        Web(CLOSED).fetch(url)
    return raised.value.reason


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "[::ffff:127.0.0.1]", "0"])
def test_private_addresses_need_a_setting(site: Site, host: str) -> None:
    reason = refused(f"{site.url.replace('127.0.0.1', host)}/page")
    assert "is a private address: set QABOT_ALLOW_PRIVATE_ADDRESSES=true to read it" in reason
    assert site.asked == []


def test_a_public_name_with_a_public_address_is_read(site: Site, names: dict[str, list[str]]) -> None:
    names["public.example"] = ["127.0.0.1"]
    assert Web(CLOSED).fetch(f"{site.url.replace('127.0.0.1', 'public.example')}/page")


def test_a_redirect_to_a_private_address_is_refused(site: Site, names: dict[str, list[str]]) -> None:
    names["public.example"] = ["127.0.0.1"]
    site.pages["/inward"] = moved(f"{site.url.replace('127.0.0.1', '[::1]')}/page")
    reason = refused(f"{site.url.replace('127.0.0.1', 'public.example')}/inward")
    assert reason.startswith("::1 is a private address")


def test_a_robots_txt_that_redirects_to_a_private_address_is_refused(site: Site, names: dict[str, list[str]]) -> None:
    names["public.example"] = ["127.0.0.1"]
    site.pages["/robots.txt"] = moved(f"{site.url.replace('127.0.0.1', '[::1]')}/robots.txt")
    assert refused(f"{site.url.replace('127.0.0.1', 'public.example')}/page").startswith("::1 is a private address")
    assert site.paths() == []


def test_a_name_that_changes_its_address_is_checked_at_every_connection(
    site: Site, names: dict[str, list[str]]
) -> None:
    """The first look-up is public, the next is not: whoever connects must connect to what was checked."""
    url = f"{site.url.replace('127.0.0.1', 'changing.example')}/page"
    names["changing.example"] = ["127.0.0.1", "::1", "::1"]
    web = Web(CLOSED)
    assert web.fetch(url)
    assert len(names["changing.example"]) == 2, "one look-up serves check and connection"
    assert web.fetch(url), "the connection that was checked stays open, and goes where it went"
    assert len(names["changing.example"]) == 2
    assert refused(url).startswith("changing.example (::1) is a private address")


def test_one_private_address_among_several_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "qabot.articles.connection.socket.getaddrinfo",
        lambda *args, **kwargs: REAL("93.184.216.34", *args[1:], **kwargs) + REAL("10.0.0.1", *args[1:], **kwargs),
    )
    assert "mixed.example (10.0.0.1) is a private address" in refused("http://mixed.example/")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "240.0.0.1", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::", "192.0.2.1", "fec0::1", "::127.0.0.1",
        "198.18.0.1", "2001:db8::1",
    ],
)  # fmt: skip
def test_private_addresses(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822", "::ffff:93.184.216.34"]
)
def test_public_addresses(address: str) -> None:
    assert is_public(address)


def test_a_server_that_speaks_no_tls(site: Site) -> None:
    with pytest.raises(ArticleError, match=r"its server cannot be reached \(.*\): check the address") as raised:
        Web(OPEN).fetch(f"{site.url.replace('http', 'https')}/page")
    assert "\n" not in str(raised.value)


def test_the_time_for_tls_is_bounded_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        started = time.monotonic()
        with pytest.raises(ArticleError, match=r"not read within 0\.3 seconds"):
            Web(OPEN, seconds=0.3).fetch(f"https://127.0.0.1:{silent.getsockname()[1]}/")
        assert time.monotonic() - started < 10


def test_a_port_where_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(ArticleError, match=r"its server cannot be reached .*refused"):
        Web(OPEN).fetch(f"http://127.0.0.1:{port}/")
