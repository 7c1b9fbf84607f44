"""A server on loopback that speaks the protocols of `model_protocols`, whole and streamed, as a test scripts it.

with ModelServer() as server:
    server.says("The harbour closed in 1974. [1]")
    settings = Settings(model="openai:test", base_url=server.base_url)
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.model_protocols import BY_PATH, ModelProtocol


@dataclass(frozen=True)
class Request:
    path: str
    body: dict[str, Any]
    key: str  # as it was sent: "Bearer ..." or bare

    @property
    def system(self) -> str:
        return _text(self.body.get("system")) or self._content("system")  # Anthropic's is no message

    @property
    def user(self) -> str:
        return self._content("user")

    def _content(self, role: str) -> str:
        return "\n".join(_text(message["content"]) for message in self.body["messages"] if message["role"] == role)


def _text(content: Any) -> str:
    """A message's content, which may be a list of blocks."""
    return content if isinstance(content, str) else "".join(block["text"] for block in content or ())


@dataclass
class Reply:
    """What the server does with one request."""

    pieces: Sequence[str] = ()
    finish: str | None = "stop"
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0  # seconds before anything is sent
    cut: bool = False  # the connection is closed after the pieces
    stall: float = 0.0  # seconds between the pieces
    error: tuple[str, str | None] | None = None  # message and code, as the protocol words it
    obey: Callable[[Request], str] | None = None  # makes the text from the request


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # the client did not wait for the end
            super().handle_error(request, client_address)


class ModelServer:
    """Answers each request with the next scripted reply; the last one again where there are no more."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self._replies: deque[Reply] = deque()
        self._last = Reply(status=500, body=b"the test has scripted no reply")
        self._http = _Server(("127.0.0.1", 0), self._handler())
        self.root = f"http://127.0.0.1:{self._http.server_port}"
        self.base_url = f"{self.root}/v1"

    def __enter__(self) -> ModelServer:
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def forget(self) -> None:
        """Unscript the replies that were not given yet."""
        self._replies.clear()

    def says(self, text: str, *, piece: int = 4, **how: Any) -> None:
        """Script a reply of this text, streamed in pieces of so many characters."""
        self._replies.append(Reply([text[i : i + piece] for i in range(0, len(text), piece)], **how))

    def says_nothing(self, pieces: int, **how: Any) -> None:
        """Script a reply of so many pieces without a word."""
        self._replies.append(Reply([""] * pieces, **how))

    def obeys(self, make: Callable[[Request], str]) -> None:
        """Script a reply that is made from the request."""
        self._replies.append(Reply(obey=make))

    def fails(self, status: int, message: str = "no", *, code: str | None = None, **headers: str) -> None:
        """Script an error."""
        sent = {key.replace("_", "-"): value for key, value in headers.items()}
        self._replies.append(Reply(status=status, error=(message, code), headers=sent))

    def sends(self, body: bytes, content_type: str = "application/json") -> None:
        """Script a body that may be anything."""
        self._replies.append(Reply(body=body, headers={"Content-Type": content_type}))

    def _take(self) -> Reply:
        if self._replies:
            self._last = self._replies.popleft()
        return self._last

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                key = self.headers.get("Authorization") or self.headers.get("x-api-key") or ""
                request = Request(self.path, body, key)
                server.requests.append(request)
                reply = server._take()
                time.sleep(reply.wait)
                self._answer(request, reply, BY_PATH[self.path.split("?")[0]])

            def _answer(self, request: Request, reply: Reply, protocol: ModelProtocol) -> None:
                pieces = [reply.obey(request)] if reply.obey else list(reply.pieces)
                if reply.error:
                    self._send(reply.status, json.dumps(protocol.error(*reply.error)).encode(), reply.headers)
                elif reply.body or reply.status != 200:
                    self._send(reply.status, reply.body, reply.headers)
                elif request.body.get("stream"):
                    self._stream(pieces, reply, request, protocol)
                else:
                    self._send(200, json.dumps(protocol.whole("".join(pieces), reply.finish)).encode(), {})

            def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
                self.send_response(status)
                for name, value in ({"Content-Type": "application/json"} | headers).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def _stream(self, pieces: list[str], reply: Reply, request: Request, protocol: ModelProtocol) -> None:
                self.send_response(200)
                self.send_header("Content-Type", protocol.content_type)
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                for event in protocol.pieces(pieces, request.body):
                    self._write(event)
                    time.sleep(reply.stall)
                if reply.cut:
                    self.close_connection = True
                    return
                for event in protocol.end(reply.finish, request.body):
                    self._write(event)
                self.wfile.write(b"0\r\n\r\n")

            def _write(self, data: bytes) -> None:
                self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
                self.wfile.flush()

            def log_message(self, *_: object) -> None:
                pass

        return Handler
