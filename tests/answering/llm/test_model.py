"""Opening a language model by its name, where its key goes, and listening to it in time."""

from __future__ import annotations

import contextvars
import re
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from qabot.answering.llm.answerer import LanguageModelAnswerer
from qabot.answering.llm.model import in_time
from qabot.errors import ModelError
from qabot.settings import Settings
from tests.answering.conversations import readings
from tests.answering.llm.answerers import MARKED, OPEN_SOCKETS, QUESTION, checked, draft_of, open_answerer
from tests.answering.llm.wexmoor import EVIDENCE, KEY
from tests.model_server import ModelServer

pytestmark = OPEN_SOCKETS

SPOKEN = contextvars.ContextVar("SPOKEN", default="nobody")


# Opening


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("gpt-5-mini", "There is no model 'gpt-5-mini'. Write provider:name"),
        ("openai:", "Write provider:name"),
        ("nonesuch:x", "LangChain knows no provider 'nonesuch'"),
        ("nvidia:x", "pip install langchain-nvidia-ai-endpoints"),
    ],
)
def test_a_name_that_is_none(name: str, says: str) -> None:
    with pytest.raises(ModelError, match=re.escape(says)) as caught:
        open_answerer(None, name)
    assert "\n" not in str(caught.value)


def test_the_package_that_is_missing_is_named_as_an_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    from langchain.chat_models import base

    base._get_chat_model_creator.cache_clear()
    monkeypatch.setitem(sys.modules, "langchain_ollama", None)
    with pytest.raises(ModelError, match=re.escape("pip install '.[ollama]' in the checkout")):
        open_answerer(None, "ollama:llama3.2")


def test_a_missing_key_is_named_but_a_server_of_ones_own_needs_none(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(ModelError, match="OPENAI_API_KEY"):
        open_answerer(None)
    server.says("It was closed in 1974. [1]")
    assert checked(open_answerer(server)).statements


def test_ollama_is_told_how_much_it_must_read(server: ModelServer) -> None:
    server.says(MARKED)
    draft_of(open_answerer(server, "ollama:test", passages=50), readings(QUESTION), EVIDENCE)
    assert server.requests[0].body["options"]["num_ctx"] >= 16_000


@pytest.mark.parametrize("variable", ["OPENAI_BASE_URL", "HTTPS_PROXY"])
def test_a_wrong_address_in_the_environment_is_not_blamed_on_the_key(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "http://[::1")
    with pytest.raises(ModelError, match="Correct the addresses in the environment") as caught:
        open_answerer(None)
    assert "OPENAI_API_KEY" not in str(caught.value)


def test_a_proxy_that_needs_a_package_names_that_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "socksio", None)
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1")
    with pytest.raises(ModelError, match=re.escape("pip install httpx[socks]")):
        open_answerer(None)


# Where a key goes


def test_no_key_is_sent_to_an_address_that_a_file_names(
    server: ModelServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "qabot.toml").write_text(f'model = "openai:test"\nbase_url = "{server.base_url}"\n')
    monkeypatch.chdir(tmp_path)
    server.says(MARKED)
    draft_of(LanguageModelAnswerer(Settings()), readings(QUESTION), EVIDENCE)
    assert server.requests[0].key == "Bearer none"
    server.fails(401)
    with pytest.raises(ModelError, match=r"None was sent, for qabot\.toml names the address; set QABOT_BASE_URL"):
        draft_of(LanguageModelAnswerer(Settings()), readings(QUESTION), EVIDENCE)
    monkeypatch.setenv("QABOT_BASE_URL", server.base_url)
    server.says(MARKED)
    draft_of(LanguageModelAnswerer(Settings()), readings(QUESTION), EVIDENCE)
    assert server.requests[-1].key == f"Bearer {KEY}"


def test_a_provider_whose_key_is_not_known_is_sent_to_no_such_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "qabot.toml").write_text('model = "together:test"\nbase_url = "http://127.0.0.1:1/v1"\n')
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelError, match=r"is not sent to an address that qabot\.toml names"):
        LanguageModelAnswerer(Settings())


# Pieces in time


def test_pieces_come_in_order_and_with_the_callers_context() -> None:
    SPOKEN.set("here")
    assert list(in_time(lambda: iter([SPOKEN.get(), "a", "b"]), 5, bool)) == ["here", "a", "b"]


def test_what_the_pieces_raise_is_raised_after_them() -> None:
    def pieces() -> Iterator[str]:
        yield "a"
        raise ValueError("broken")

    heard = []
    with pytest.raises(ValueError, match="broken"):
        heard.extend(in_time(pieces, 5, bool))
    assert next(in_time(pieces, 5, bool)) == "a"


def test_signs_of_life_are_no_words() -> None:
    never = threading.Event()

    def pieces() -> Iterator[str]:
        yield "a"
        while not never.wait(0.01):
            yield ""

    listening = in_time(pieces, 0.2, bool)
    assert next(listening) == "a"
    with pytest.raises(TimeoutError):
        list(listening)
    never.set()


def test_a_listener_that_leaves_ends_the_reading_even_of_what_has_no_end() -> None:
    closed = threading.Event()

    def pieces() -> Iterator[str]:
        try:
            while True:
                yield "a"
        finally:
            closed.set()

    listening = in_time(pieces, 5, bool)
    assert next(listening) == "a"
    listening.close()
    assert closed.wait(5)
