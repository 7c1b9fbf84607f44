"""The faults of a model and of its server, in every protocol: each is one line that says what to do."""

from __future__ import annotations

import socket
import threading

import pytest

from qabot.answering.llm import model as chat_model
from qabot.answering.llm.answerer import LanguageModelAnswerer
from qabot.errors import ModelError
from qabot.settings import Settings
from tests.answering.conversations import readings
from tests.answering.llm.answerers import (
    MARKED,
    OPEN_SOCKETS,
    PROVIDERS,
    QUESTION,
    checked,
    draft_of,
    failure,
    open_answerer,
)
from tests.answering.llm.wexmoor import EVIDENCE, KEY
from tests.model_server import ModelServer

pytestmark = OPEN_SOCKETS

# What the server refuses


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    ("status", "code", "says", "requests"),
    [
        (401, "authentication_error", "refused the key", 1),
        (403, "permission_error", "may not be used with this key", 1),
        (404, "not_found_error", "is not there", 1),
        (429, "rate_limit_error", "takes no more requests", chat_model.ATTEMPTS),
        (500, "api_error", "a fault of its own (500)", chat_model.ATTEMPTS),
        (503, "overloaded_error", "a fault of its own (503)", chat_model.ATTEMPTS),
        (400, "invalid_request_error", "failed: ", 1),
    ],
)
def test_a_fault_is_one_line_in_every_protocol(
    server: ModelServer, provider: str, status: int, code: str, says: str, requests: int
) -> None:
    server.fails(status, f"no, {KEY} is\nwrong", code=code)
    message = failure(open_answerer(server, f"{provider}:test"))
    assert says in message
    assert message.startswith(f"{provider}:test ")
    assert len(server.requests) == requests


@pytest.mark.parametrize(
    ("status", "code", "says", "cure"),
    [
        (401, "invalid_api_key", "refused the key", "OPENAI_API_KEY"),
        (403, None, "may not be used with this key", "another --model"),
        (404, "model_not_found", "is not there", "base_url"),
        (400, "too_long", "cannot take so long a request", "--passages 5"),
        (400, None, "failed: ", "--model extractive"),
    ],
)
def test_a_refusal_of_the_server_is_one_line_with_its_cure(
    server: ModelServer, answerer: LanguageModelAnswerer, status: int, code: str | None, says: str, cure: str
) -> None:
    long = "The maximum context length is 10 tokens." if code == "too_long" else ""
    server.fails(status, f"{long} Key {KEY}\x1b[2J is\nwrong, so is sk-test****cdef", code=code)
    message = failure(answerer)
    assert message.startswith("openai:test ")
    assert says in message
    assert cure in message
    assert "cdef" not in message
    assert "\x1b" not in message
    assert len(server.requests) == (2 if code == "too_long" else 1)  # once more with fewer passages


# What may pass


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_fault_that_passes(server: ModelServer, provider: str) -> None:
    server.fails(429, retry_after="0.01")
    server.says(MARKED)
    assert draft_of(open_answerer(server, f"{provider}:test"), readings(QUESTION), EVIDENCE).statements
    assert len(server.requests) == 2


@pytest.mark.parametrize(("status", "says"), [(429, "takes no more requests"), (503, "a fault of its own (503)")])
def test_a_fault_that_may_pass_is_tried_again(
    server: ModelServer, answerer: LanguageModelAnswerer, status: int, says: str
) -> None:
    server.fails(status, retry_after="0.01")
    server.says("It was closed in 1974. [1]")
    assert checked(answerer).statements
    server.fails(status)
    server.fails(status)
    assert says in failure(answerer)
    assert len(server.requests) == 2 + chat_model.ATTEMPTS


def test_a_server_that_asks_for_too_long_a_wait_is_not_waited_for(
    server: ModelServer, answerer: LanguageModelAnswerer
) -> None:
    server.fails(429, retry_after="3600")
    assert "takes no more requests" in failure(answerer)
    assert len(server.requests) == 1


# Connections


def test_a_server_that_is_not_there() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    settings = Settings(model="openai:test", base_url=f"http://user:password@127.0.0.1:{port}/v1")
    message = failure(LanguageModelAnswerer(settings))
    assert message == (
        f"openai:test cannot be reached. Check that it runs at http://127.0.0.1:{port}/v1 (the setting base_url)."
    )


def test_a_server_that_does_not_answer(server: ModelServer) -> None:
    server.says("It was closed in 1974. [1]", wait=1)
    message = failure(open_answerer(server, model_timeout=0.1))
    assert "did not answer within 0.1 seconds" in message
    assert len(server.requests) == 1


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("slow", ["wait", "stall"])
def test_a_server_that_is_silent_at_first_or_in_between(server: ModelServer, provider: str, slow: str) -> None:
    server.says(MARKED, **{slow: 1.0})
    with pytest.raises(ModelError, match=r"did not answer within 0\.2 seconds|broke off in the middle"):
        draft_of(open_answerer(server, f"{provider}:test", model_timeout=0.2), readings(QUESTION), EVIDENCE)


def test_a_server_that_keeps_the_line_open_and_says_no_word(server: ModelServer) -> None:
    server.says_nothing(1000, stall=0.02)
    with pytest.raises(ModelError, match=r"did not answer within 0\.3 seconds"):
        draft_of(open_answerer(server, model_timeout=0.3), readings(QUESTION), EVIDENCE)
    assert len(server.requests) == 1


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("heard", [65_536, 1])  # bytes; what is not read makes the system reset the connection
def test_a_server_that_hangs_up(provider: str, heard: int) -> None:
    asked = 0
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def hang_up() -> None:
            nonlocal asked
            for _ in range(chat_model.ATTEMPTS):
                connection, _ = listening.accept()
                with connection:
                    connection.recv(heard)
                    asked += 1

        threading.Thread(target=hang_up, daemon=True).start()
        root = f"http://127.0.0.1:{listening.getsockname()[1]}"
        model = LanguageModelAnswerer(Settings(model=f"{provider}:test", base_url=root))
        with pytest.raises(ModelError, match="cannot be reached"):
            draft_of(model, readings(QUESTION), EVIDENCE)
    assert asked == chat_model.ATTEMPTS


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_stream_that_is_cut_in_every_protocol(server: ModelServer, provider: str) -> None:
    server.says("It was closed in 1974. [1]\nIt was opened", cut=True)
    pieces = open_answerer(server, f"{provider}:test").stream(readings(QUESTION), EVIDENCE)
    assert next(pieces) == "It was closed in 1974. [1]"
    with pytest.raises(ModelError, match="broke off in the middle"):
        list(pieces)
