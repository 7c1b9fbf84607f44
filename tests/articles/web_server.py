"""A real server on this machine that answers as it is told and remembers what it was asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Answer:
    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    path: str
    headers: dict[str, str]
    time: float
    port: int
    """Of the client: the same for questions over one connection."""


def page(title: str, words: str = "The bridge over the river is open to the public at last") -> Answer:
    paragraphs = "".join(
        f"<p>Paragraph {n} of {title} says: {words}, as the mayor had announced.</p>" for n in range(9)
    )
    html = (
        f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{paragraphs}</article></body></html>"
    )
    return Answer(html, headers={"Content-Type": "text/html; charset=utf-8"})


def moved(to: str, status: int = 302) -> Answer:
    return Answer(status=status, headers={"Location": to})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Site

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        site = self.server
        headers = {name.lower(): value for name, value in self.headers.items()}
        site.asked.append(Asked(self.path, headers, time.monotonic(), self.client_address[1]))
        answer = site.pages.get(self.path.partition("?")[0], Answer(b"no such page", 404))
        with suppress(BrokenPipeError, ConnectionResetError):
            if callable(answer):
                answer = answer(self)
            if answer is None:
                self.close_connection = True
                return
            body = answer.body.encode() if isinstance(answer.body, str) else answer.body
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if answer.status != 304:
                self.wfile.write(body)


Page = Answer | Callable[[_Handler], Answer | None]
"""The answer of a path; a function may write to ``handler.wfile`` itself and return None."""


class Site(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages: dict[str, Page] = {}
        self.asked: list[Asked] = []

    def handle_error(self, *args: object) -> None:
        """Clients that go away in the middle are what is tested."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def paths(self) -> list[str]:
        """Return the paths that were asked for, except robots.txt."""
        return [each.path for each in self.asked if each.path != "/robots.txt"]


@contextmanager
def serving() -> Iterator[Site]:
    with Site() as site:
        thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield site
        site.shutdown()
        thread.join()
