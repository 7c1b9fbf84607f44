"""From an address to its document, with manners: robots.txt, a pause per host, no needless request.

Size, time, redirects and types are bounded here; which addresses may be connected to, in `qabot.articles.connection`.
"""

from __future__ import annotations

import time
import weakref
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpcore
import httpx
from protego import Protego

from qabot.articles.article import Validators
from qabot.articles.connection import Deadline, PrivateAddressError, Transport
from qabot.articles.decoding import unpacked
from qabot.articles.formats import TYPES, Format, format_of_response
from qabot.articles.urls import normal_url
from qabot.errors import ArticleError
from qabot.resources import __version__
from qabot.settings import Settings

AGENT = "qabot"  # the name that a group of rules in a robots.txt is for
USER_AGENT = f"{AGENT}/{__version__} (reads articles for one person's own collection)"
MAX_REDIRECTS = 5
SECONDS = 30.0
LONGEST_WAIT = 10.0
"""Seconds that are waited where a server asks to come back later; one that asks for more is left alone."""
_BUSY = 60.0  # seconds to leave a server alone that answers 429 without saying for how long
_SILENCES = 3  # times in a row that a host may fail to answer before it is left alone
_VALIDATOR = 1000  # characters of a validator; a longer one is not worth keeping
_DRAINED = 100_000  # bytes of an unwanted body that are read, so that the connection can be used again, ...
_DRAINING = 1.0  # ... and seconds that this may take

ROBOTS_BYTES = 512_000  # of a robots.txt that are read; RFC 9309, section 2.5, asks for 500 kibibytes at least
_LONGEST_DELAY = 10.0  # seconds between two requests; a site that asks for more gets no more than that


@dataclass(frozen=True)
class Fetched:
    """A document from the network.

    Attributes:
        data: its bytes.
        url: its address after redirects.
        format: the format that its media type and its address show.
        charset: the encoding that the server claims.
        validators: the server's marks of its state, for the next time.
    """

    data: bytes
    url: str
    format: Format
    charset: str | None
    validators: Validators


@dataclass
class _Host:
    """The state of a host in this run; times as of `time.monotonic`."""

    last: float = float("-inf")  # when it was asked last
    rest_until: float = float("-inf")  # it wants to be left alone until then
    silences: int = 0  # times in a row that it did not answer


class Web:
    """A visit to the web: one run's manners towards every host. It is for one thread.

    Args:
        settings: ``max_article_mb`` bounds the size, ``allow_private_addresses`` opens the local network, ``web_pause``
            is the time between two requests to the same host.
        seconds: the time for a document with its redirects, headers and body, without the pauses.
    """

    def __init__(self, settings: Settings, *, seconds: float = SECONDS) -> None:
        self.settings = settings
        self._seconds = seconds
        self._deadline = Deadline()
        self._client = httpx.Client(
            transport=Transport(self._deadline, allow_private=settings.allow_private_addresses),
            headers={"User-Agent": USER_AGENT, "Accept": ", ".join((*TYPES, "*/*;q=0.1")), "Accept-Encoding": "gzip"},
            trust_env=False,
            timeout=seconds,
        )
        self._hosts: defaultdict[str, _Host] = defaultdict(_Host)
        self._robots: dict[str, Robots] = {}
        weakref.finalize(self, self._client.close)

    def fetch(self, url: str, known: Validators | None = None) -> Fetched | None:
        """Fetch one document; None where its server says that it has not changed.

        Args:
            url: an http or https address.
            known: the server's marks of the document when it was fetched before.

        Raises:
            ArticleError: it cannot be fetched, or may not be.
        """
        conditions = _conditions(known)
        with self._told_plainly(url, "it"):
            self._client.cookies.clear()  # some chains of redirects need cookies, but only within the chain
            waited = False
            while True:
                with self._opened(url, conditions, before=lambda hop: self._ask_leave(url, hop)) as response:
                    wait = _asked_to_wait(response)
                    if wait is None:
                        return self._received(response, url, conditional=bool(conditions))
                    self._hosts[response.url.host].rest_until = time.monotonic() + wait
                if waited or wait > LONGEST_WAIT:
                    raise _busy(url, wait)
                waited = True

    def _ask_leave(self, url: str, hop: httpx.URL) -> None:
        """Wait until a host may be asked again for what its robots.txt allows."""
        host = self._hosts[hop.host]
        if host.silences >= _SILENCES:
            raise ArticleError(url, f"its server failed to answer {_SILENCES} times in a row: try again later")
        rest = host.rest_until - time.monotonic()
        if rest > LONGEST_WAIT:
            raise _busy(url, rest)
        asked_last = host.last  # before its robots.txt, which is no page
        site = str(hop.copy_with(path="/", query=None, fragment=None, userinfo=b""))
        if site not in self._robots:
            self._robots[site] = self._read_robots(site)
        robots = self._robots[site]
        if reason := robots.reason_against(str(hop)):
            raise ArticleError(url, reason)
        again = max(host.rest_until, asked_last + max(self.settings.web_pause, robots.delay))
        time.sleep(max(0, again - time.monotonic()))

    def _read_robots(self, site: str) -> Robots:
        data = bytearray()
        try:
            with (
                self._told_plainly(site, "its site's robots.txt"),
                self._opened(f"{site}robots.txt", {}, before=lambda _: None) as response,
            ):
                for chunk in _plain(response, ROBOTS_BYTES, site):
                    data += chunk
                    if len(data) >= ROBOTS_BYTES:
                        break
                return robots_of(response.status_code, bytes(data[:ROBOTS_BYTES]))
        except ArticleError as error:
            return Robots(closed=error.reason)

    @contextmanager
    def _opened(
        self, url: str, headers: Mapping[str, str], before: Callable[[httpx.URL], None]
    ) -> Iterator[httpx.Response]:
        """Open the answer at the end of a chain of redirects, body unread; call ``before`` before each request."""
        request: httpx.Request | None = self._client.build_request("GET", url, headers=headers)
        seconds = self._seconds
        for _ in range(MAX_REDIRECTS + 1):
            if request is None or request.url.scheme not in ("http", "https") or not request.url.host:
                raise ArticleError(url, "only http and https addresses are read: check the address")
            before(request.url)
            host, began = self._hosts[request.url.host], time.monotonic()
            self._deadline.set(seconds)
            try:
                response = self._client.send(request, stream=True)
                try:
                    if response.has_redirect_location:
                        self._drain(response)
                    else:
                        yield response
                    host.silences = 0
                finally:
                    response.close()
                    host.last = time.monotonic()
            except (httpcore.TimeoutException, httpcore.NetworkError):
                host.silences += 1
                raise
            if not response.has_redirect_location:
                return
            request = response.next_request
            if request is not None:
                request.url = request.url.copy_with(userinfo=b"")
            seconds -= time.monotonic() - began
        raise ArticleError(url, f"it redirects more than {MAX_REDIRECTS} times: name the final address")

    def _received(self, response: httpx.Response, url: str, *, conditional: bool) -> Fetched | None:
        if response.status_code == httpx.codes.NOT_MODIFIED and conditional:
            self._drain(response)
            return None
        if not response.is_success:
            self._drain(response)
            raise ArticleError(url, _refusal(response.status_code))
        media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        kind = format_of_response(media_type, response.url.path)
        if kind is None:
            raise ArticleError(url, f"it is {media_type or 'of no stated type'}, which is not read: name an article")
        limit = kind.most_bytes(self.settings)
        data = bytearray()
        for chunk in _plain(response, limit + 1, url):
            data += chunk
            if len(data) > limit:
                cure = "name the pages that you want" if kind.index else "set QABOT_MAX_ARTICLE_MB to read it"
                raise ArticleError(url, f"it is more than the limit of {limit / 1_000_000:g} MB: {cure}")
        if not data.strip():
            raise ArticleError(url, "the server sends nothing: check the address")
        validators = Validators(_validator(response, "etag"), _validator(response, "last-modified"))
        return Fetched(bytes(data), normal_url(str(response.url)), kind, response.charset_encoding, validators)

    def _drain(self, response: httpx.Response) -> None:
        self._deadline.set(_DRAINING)
        seen = 0
        with suppress(httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
            for chunk in response.iter_raw():
                seen += len(chunk)
                if seen > _DRAINED:
                    break

    @contextmanager
    def _told_plainly(self, url: str, what: str) -> Iterator[None]:
        """Turn errors of the network into plain ones; ``what`` could not be read."""
        try:
            yield
        except PrivateAddressError as error:
            raise ArticleError(
                url, f"{error} is a private address: set QABOT_ALLOW_PRIVATE_ADDRESSES=true to read it"
            ) from error
        except (httpx.InvalidURL, UnicodeError, ValueError) as error:
            raise ArticleError(url, "this is no valid address: check it") from error
        except (httpcore.TimeoutException, httpx.TimeoutException) as error:
            raise ArticleError(url, f"{what} was not read within {self._seconds:g} seconds: try again later") from error
        except httpx.RemoteProtocolError as error:  # raised by httpx itself where it cannot read a redirect
            raise ArticleError(url, f"{what} redirects to no valid address: name the final address") from error
        except httpcore.ConnectError as error:
            raise ArticleError(url, f"its server cannot be reached ({_one_line(error)}): check the address") from error
        except (httpx.HTTPError, httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            raise ArticleError(url, f"{what} breaks off ({_one_line(error)}): try again later") from error


def _conditions(known: Validators | None) -> dict[str, str]:
    given = (("If-None-Match", known.etag), ("If-Modified-Since", known.last_modified)) if known else ()
    return {name: value for name, value in given if value}


def _validator(response: httpx.Response, header: str) -> str | None:
    value = str(response.headers.get(header, "")).strip()
    return value if value.isascii() and value.isprintable() and 0 < len(value) <= _VALIDATOR else None


def _asked_to_wait(response: httpx.Response) -> float | None:
    """Return the seconds for which a busy server asks to be left alone; None where it is not busy."""
    header = response.headers.get("retry-after", "").strip()
    if response.status_code not in (429, 503) or not (header or response.status_code == 429):
        return None
    if header.isdecimal():
        return float(header[:9])
    try:
        date = parsedate_to_datetime(header)
    except ValueError:
        return _BUSY
    return max(0.0, (date.replace(tzinfo=date.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _busy(url: str, seconds: float) -> ArticleError:
    return ArticleError(url, f"its server is busy and asks to come back in {_span(seconds)}: try again then")


def _span(seconds: float) -> str:
    for name, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {name}"
    return f"{seconds:.0f} seconds" if seconds >= 2 else "1 second"


def _refusal(status: int) -> str:
    if status in (401, 402, 403, 451):
        return f"its server keeps it from programs ({status}): save the page yourself and index the file"
    if status in (404, 410):
        return f"there is no such page (the server answers {status}): check the address"
    later = status >= 500 or status in (304, 408, 425)
    return f"the server answers {status}: {'try again later' if later else 'check the address'}"


def _plain(response: httpx.Response, limit: int, url: str) -> Iterator[bytes]:
    """Yield the body, unpacked, at most ``limit`` bytes at a time."""
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding in ("identity", ""):
        yield from response.iter_raw()
    elif coding in ("gzip", "x-gzip", "deflate"):
        try:
            yield from unpacked(response.iter_raw(), limit)
        except zlib.error as error:
            raise ArticleError(url, "the server sends it damaged: try again later") from error
    else:
        raise ArticleError(
            url, f"the server packs it as {coding!r}, which qabot did not ask for: save the page yourself"
        )


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


@dataclass(frozen=True)
class Robots:
    """A site's rules.

    Attributes:
        rules: as parsed; None where there are none.
        closed: why nothing of the site may be read now; None where it may.
    """

    rules: Protego | None = None
    closed: str | None = None

    def reason_against(self, url: str) -> str | None:
        """Return why that page may not be read; None where it may."""
        if self.closed or self.rules is None or self.rules.can_fetch(url, AGENT):
            return self.closed
        return "its site's robots.txt forbids programs to read it: save the page yourself and index the file"

    @property
    def delay(self) -> float:
        """The seconds that the site wants between two requests, up to ten."""
        if self.rules is None:
            return 0
        rate = self.rules.request_rate(AGENT)
        wanted = max(self.rules.crawl_delay(AGENT) or 0, rate.seconds / rate.requests if rate else 0)
        return min(wanted, _LONGEST_DELAY)


def robots_of(status: int, data: bytes) -> Robots:
    """Return the rules in a site's answer to the request for its robots.txt.

    Everything is allowed where there is no such file, and nothing where the site cannot answer (RFC 9309, section
    2.3.1), which includes a site that is asked too often (429).

    ``data`` are the first `ROBOTS_BYTES` bytes of the answer.
    """
    if 200 <= status < 300:
        return Robots(Protego.parse(data.decode("utf-8-sig", "replace")))
    if 400 <= status < 500 and status != 429:
        return Robots()
    return Robots(closed=f"its site's robots.txt cannot be had (the server answers {status}): try again later")
