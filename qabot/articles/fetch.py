"""An address to its document, bounded in size, time and redirects, and kept off the local network.

The address is checked where the connection is made, and the connection goes to the very address that was checked: a
check made earlier could be undone by the next look-up of the name. It sits in a network backend of httpcore (its
documented extension point) under an httpx transport.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx

from qabot import __version__
from qabot.errors import ArticleError
from qabot.settings import Settings

USER_AGENT = f"qabot/{__version__} (reads articles for one person's own collection)"
MAX_REDIRECTS = 5
SECONDS = 30.0
TYPES = ("text/html", "application/xhtml+xml", "text/plain", "text/markdown")

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True)
class Fetched:
    """A document from the network: its bytes, the address after redirects, its type and the encoding it claims."""

    data: bytes
    url: str
    content_type: str
    charset: str | None


class Web:
    """A visit to the web: one run's manners towards every host."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def fetch(self, url: str) -> Fetched:
        """Get one document."""
        return fetch(url, settings=self._settings)


class _PrivateAddressError(httpcore.ConnectError):
    pass


def fetch(url: str, *, settings: Settings, seconds: float = SECONDS) -> Fetched:
    """Get one document.

    Args:
        url: an http or https address.
        settings: ``max_article_mb`` bounds the size, ``allow_private_addresses`` opens the local network.
        seconds: for all of it: redirects, headers and body.

    Raises:
        ArticleError: it cannot be had, or may not be.
    """
    deadline = time.monotonic() + seconds
    try:
        with httpx.Client(
            transport=_Transport(deadline, allow_private=settings.allow_private_addresses),
            headers={"User-Agent": USER_AGENT, "Accept": ", ".join(TYPES), "Accept-Encoding": "identity"},
            trust_env=False,
            timeout=seconds,
        ) as client:
            request: httpx.Request | None = client.build_request("GET", url)
            for _ in range(MAX_REDIRECTS + 1):
                if request is None or request.url.scheme not in ("http", "https") or not request.url.host:
                    raise ArticleError(url, "only http and https addresses are read: check the address")
                response = client.send(request, stream=True)
                try:
                    if not response.is_redirect:
                        return _document(response, url, settings)
                    request = response.next_request
                finally:
                    response.close()
            raise ArticleError(url, f"it redirects more than {MAX_REDIRECTS} times: name the final address")
    except _PrivateAddressError as error:
        raise ArticleError(
            url, f"{error} is a private address: set QABOT_ALLOW_PRIVATE_ADDRESSES=true to read it"
        ) from error
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise ArticleError(url, "this is no valid address: check it") from error
    except (httpcore.TimeoutException, httpx.TimeoutException) as error:
        raise ArticleError(url, f"it was not read within {seconds:g} seconds: try again later") from error
    except (httpx.HTTPError, httpcore.ConnectError, httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        raise ArticleError(url, f"it cannot be reached ({_one_line(error)}): check the address") from error


def _document(response: httpx.Response, url: str, settings: Settings) -> Fetched:
    if not response.is_success:
        raise ArticleError(url, f"the server answers {response.status_code}: check the address")
    content_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type not in TYPES:
        raise ArticleError(url, f"it is {content_type or 'of no stated type'}, not one of {', '.join(TYPES)}")
    limit = int(settings.max_article_mb * 1_000_000)
    data = bytearray()
    for chunk in _plain(response, limit + 1, url):
        data += chunk
        if len(data) > limit:
            raise ArticleError(
                url,
                f"it is more than the limit of {settings.max_article_mb:g} MB for one article: "
                "set QABOT_MAX_ARTICLE_MB to read it",
            )
    return Fetched(bytes(data), str(response.url), content_type, response.charset_encoding)


def _plain(response: httpx.Response, limit: int, url: str) -> Iterator[bytes]:
    """The body; unpacked by at most ``limit`` bytes a step where the server packs unasked."""
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding == "identity":
        yield from response.iter_raw()
    elif coding in ("gzip", "deflate"):
        unpack = zlib.decompressobj(wbits=47)  # either header
        try:
            for chunk in response.iter_raw():
                yield unpack.decompress(chunk, limit)
        except zlib.error as error:
            raise ArticleError(url, "the server sends it damaged: try again later") from error
    else:
        raise ArticleError(url, f"the server packs it as {coding!r}, which qabot did not ask for")


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet; addresses wrapped in IPv6 count as what they wrap."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        wrapped = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            wrapped = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if wrapped is not None:
            return is_public(str(wrapped))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


class _Backend(httpcore.NetworkBackend):
    """Connects to checked addresses only, and reads no longer than until the deadline."""

    def __init__(self, deadline: float, *, allow_private: bool) -> None:
        self._deadline = deadline
        self._allow_private = allow_private
        self._system = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore.ConnectError(f"there is no host {host}") from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if not self._allow_private:
            for address in addresses:
                if not is_public(address):
                    raise _PrivateAddressError(address if address == host else f"{host} ({address})")
        failure: httpcore.ConnectError | None = None
        for address in addresses:
            try:
                stream = self._system.connect_tcp(
                    address, port, _left(self._deadline, timeout), local_address, socket_options
                )
                return _Stream(stream, self._deadline)
            except httpcore.ConnectError as error:
                failure = error
        raise failure or httpcore.ConnectError(f"there is no host {host}")


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline, timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, _left(self._deadline, timeout))
        return _Stream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(deadline: float, timeout: float | None) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time is up")
    return left if timeout is None else min(left, timeout)


class _Transport(httpx.BaseTransport):
    """httpx over a pool whose network backend is ours; its errors stay httpcore's and are translated in ``fetch``."""

    def __init__(self, deadline: float, *, allow_private: bool) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            network_backend=_Backend(deadline, allow_private=allow_private),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                extensions=request.extensions,
            )
        )
        return httpx.Response(response.status, headers=response.headers, stream=_Body(response))

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        return self._response.iter_stream()

    def close(self) -> None:
        self._response.close()
