"""The one place that talks to a language model: open it by name, ask it, and say in one line where it fails.

Its replies are kept in a file where one is named, so that a run can be repeated word for word.

The original exception is not chained to that error: it may repeat the key.
"""

from __future__ import annotations

import contextvars
import hashlib
import json
import os
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from qabot.answering.draft import Reply
from qabot.answering.llm.faults import Fault, fault_of, reason
from qabot.answering.llm.parse import tokens_of
from qabot.errors import ModelError
from qabot.settings import PROXIES, Settings, is_from_file

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage

T = TypeVar("T")
M = TypeVar("M", bound="AIMessage | AIMessageChunk")

ATTEMPTS = 3
BACKOFF = 0.5  # seconds before the second attempt; twice as long before the third
LONGEST_WAIT = 20.0  # seconds: a server that asks for more is not waited for

_KEYS = {name: f"{name.upper()}_API_KEY" for name in "anthropic cohere deepseek groq openai openrouter xai".split()}
_KEYS |= {"google_genai": "GOOGLE_API_KEY", "mistralai": "MISTRAL_API_KEY"}
"""The variable in which a provider's package looks for the key."""
_EXTRAS = ("anthropic", "ollama", "openai")  # of this package
_EXAMPLES = "openai:gpt-5-mini, anthropic:claude-haiku-4-5 or ollama:llama3.2"
_OLLAMA_TOKENS = 8192  # Ollama silently cuts the beginning off a request that is longer than this setting
_TOKENS_A_PASSAGE = 320


class ChatModel:
    """The language model that the settings name.

    Attributes:
        name: ``provider:name``, as LangChain's ``init_chat_model`` spells it.
        most_tokens: the longest request that it takes, in tokens; None where that is not known.
    """

    def __init__(self, settings: Settings) -> None:
        """Open a model; nothing is sent yet.

        Raises:
            ModelError: the name is malformed, the provider is unknown, or its package or key is missing.
        """
        name = settings.model
        provider, colon, model = name.partition(":")
        if not (provider and colon and model):
            raise ModelError(f"There is no model {name!r}. Write provider:name, as in {_EXAMPLES}, or extractive.")
        self.name = name
        self._provider = provider.lower().replace("-", "_")
        self._model = model
        self._settings = settings
        self._patience = settings.patience
        # A settings file in the working directory may be a stranger's: no key is sent to an address that it names.
        self._keyless = bool(settings.base_url) and is_from_file(settings, "base_url")
        # Nor is anything told to LangSmith because a variable for other programs happens to be set.
        self._traced = settings.tracing and not is_from_file(settings, "tracing")
        self._chat = self._open()
        self.most_tokens = (self._chat.profile or {}).get("max_input_tokens")

    def ask(self, messages: Sequence[BaseMessage]) -> Reply:
        """Return the model's whole reply, or raise a `ModelError` where there is none."""
        message = self._patiently(lambda: next(self._in_time(lambda: iter([self._chat.invoke(list(messages))]))))
        return Reply(str(message.text), tokens_of(message))

    def stream(self, messages: Sequence[BaseMessage]) -> Generator[AIMessageChunk]:
        """Yield the model's reply in pieces as they arrive. After the first word nothing is tried again.

        Raises:
            ContextTooLongError: the request holds more tokens than the model takes.
            ModelError: there is no reply, or it broke off.
        """
        begun, rest = self._patiently(lambda: self._begin(messages))
        with closing(rest):
            yield from begun
            try:
                yield from rest
            except Exception as error:  # noqa: BLE001 - providers raise what they like
                cure = self._fault(error).cure
                raise ModelError(f"{self.name} broke off in the middle of its answer. {cure}") from None

    def _begin(self, messages: Sequence[BaseMessage]) -> tuple[list[AIMessageChunk], Generator[AIMessageChunk]]:
        """Return the pieces up to the first word, and the rest of them."""
        pieces = self._in_time(lambda: self._chat.stream(list(messages)))
        begun = []
        for piece in pieces:
            begun.append(piece)
            if piece.text:
                break
        return begun, pieces

    def _in_time(self, pieces: Callable[[], Iterator[M]]) -> Generator[M]:
        # A model's thoughts are signs that it works too; providers put them in one of these two fields.
        begin = pieces if self._traced else lambda: _untraced(pieces)
        return in_time(begin, self._patience, lambda piece: bool(piece.content or piece.additional_kwargs))

    def _patiently(self, request: Callable[[], T]) -> T:
        """Return ``request()``, tried again after a fault that may pass."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return request()
            except Exception as error:  # noqa: BLE001 - providers raise what they like
                fault = self._fault(error)
                wait = BACKOFF * 2 ** (attempt - 1) if fault.wait is None else fault.wait
                if attempt == ATTEMPTS or not fault.passing or wait > LONGEST_WAIT:
                    raise fault.error(self.name) from None
            time.sleep(wait)
        raise AssertionError("unreachable")

    def _open(self) -> BaseChatModel:
        from langchain.chat_models import init_chat_model

        arguments = self._arguments()
        try:
            chat: BaseChatModel = init_chat_model(self._model, model_provider=self._provider, **arguments)
        except ImportError as error:
            raise ModelError(
                f"{self.name} needs a package that is not installed: {self._installation(error)}"
            ) from None
        except Exception as error:  # noqa: BLE001 - providers raise what they like
            if "Unsupported provider" in str(error):
                raise ModelError(
                    f"LangChain knows no provider {self._provider!r}. Write provider:name, as in {_EXAMPLES}."
                ) from None
            # The address in the settings was checked before.
            wrong_address = type(error).__name__ == "InvalidURL" or "URL" in str(error)
            addresses = f"Correct the addresses in the environment: its own, or {PROXIES}."
            cure = addresses if wrong_address else self._key_cure()
            raise ModelError(f"{self.name} cannot be set up: {reason(error)}. {cure}") from None
        return chat

    def _arguments(self) -> dict[str, Any]:
        """Return the arguments of the provider's class. We retry ourselves: no two providers do it alike."""
        settings = self._settings
        arguments: dict[str, Any] = {"base_url": settings.base_url} if settings.base_url else {}
        if self._provider == "ollama":
            tokens = max(_OLLAMA_TOKENS, 2048 + settings.passages * _TOKENS_A_PASSAGE)
            timeout = {"timeout": self._patience}
            return arguments | {"client_kwargs": timeout, "temperature": 0, "num_ctx": tokens}
        variable = _KEYS.get(self._provider)
        if self._keyless and not variable:
            raise ModelError(f"{self.name} is not sent to an address that {_FILE_SAYS}. Set QABOT_BASE_URL to it.")
        if self._keyless or (variable and not os.environ.get(variable)):
            if not settings.base_url:
                raise ModelError(f"{self.name} needs a key. Set {variable} in the environment.")
            arguments["api_key"] = "none"  # local servers want none, the packages do
        if self._provider == "openai":
            arguments["stream_usage"] = True
            if settings.model_is_local:
                arguments["temperature"] = 0  # local servers draw lots by default; a provider's model may refuse it
        return arguments | {"timeout": self._patience, "max_retries": 0}

    def _installation(self, error: ImportError) -> str:
        if self._provider in _EXTRAS and "socksio" not in str(error):  # which a proxy needs
            return f"pip install '.[{self._provider}]' in the checkout of qabot"
        named = re.search(r"`(pip install [^`]+)`", str(error))
        return named[1] if named else f"pip install langchain-{self._provider.replace('_', '-')}"

    def _key_cure(self) -> str:
        variable = _KEYS.get(self._provider)
        if self._keyless and variable:
            return f"None was sent, for {_FILE_SAYS} the address; set QABOT_BASE_URL to send {variable} there."
        return f"Check {variable}." if variable else "Check the key and the settings of that provider."

    def _fault(self, error: Exception) -> Fault:
        pull = f" or fetch it: ollama pull {self._model}" if self._provider == "ollama" else ""
        return fault_of(error, self._key_cure(), self._address(), pull, self._patience)

    def _address(self) -> str:
        """Return the setting ``base_url`` without a user name or a password that it may hold; empty without it."""
        if not self._settings.base_url:
            return ""
        parts = urlsplit(self._settings.base_url)
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path} (the setting base_url)"


_FILE_SAYS = "qabot.toml names"
_FIRST_TRACERS = ("LANGCHAIN_TRACING", "LANGCHAIN_HANDLER")  # LangChain refuses to work where one is set, untraced


def _untraced(pieces: Callable[[], Iterator[T]]) -> Iterator[T]:
    """Yield the pieces while LangSmith is told nothing, whatever the environment says."""
    from langsmith import tracing_context

    for variable in _FIRST_TRACERS:
        os.environ.pop(variable, None)
    with tracing_context(enabled=False):
        yield from pieces()


def in_time(pieces: Callable[[], Iterator[T]], seconds: float, is_word: Callable[[T], bool]) -> Generator[T]:
    """Yield the pieces as long as one that is a word comes every so many seconds.

    A connection's own time limit does not do this: a server that sends signs of life and no word keeps it open for
    good. A reading thread that hears nothing cannot be ended from outside: it is left behind, and ends with the
    connection.

    Args:
        pieces: begins to read; its iterator is closed when nobody listens any more.
        seconds: from the start or the last word to the next; a `TimeoutError` is raised where none comes.
        is_word: True for a piece that is more than a sign of life.
    """
    arrived: SimpleQueue[T | BaseException] = SimpleQueue()
    left = threading.Event()  # nobody listens any more
    # The thread has the caller's context variables: LangChain's callbacks live there.
    read = contextvars.copy_context().run
    threading.Thread(target=read, args=(_read, pieces, arrived, left), daemon=True).start()
    patience = seconds
    try:
        while True:
            asked = time.monotonic()
            try:
                item = arrived.get(timeout=patience)
            except Empty:
                raise TimeoutError(f"no word within {seconds:g} seconds") from None
            if isinstance(item, StopIteration):
                return
            if isinstance(item, BaseException):
                raise item
            # Only waiting counts, not what the listener does between two pieces.
            patience = seconds if is_word(item) else max(0.0, patience - (time.monotonic() - asked))
            yield item
    finally:
        left.set()


def _read(pieces: Callable[[], Iterator[T]], arrived: SimpleQueue[T | BaseException], left: threading.Event) -> None:
    """Put the pieces into a queue until nobody listens, and at last what ended them, a StopIteration or an error."""
    ended: BaseException = StopIteration()
    reading: Iterator[T] = iter(())
    try:
        reading = pieces()
        for piece in reading:
            arrived.put(piece)
            if left.is_set():
                break
    except BaseException as error:  # noqa: BLE001 - it is raised where the pieces are wanted
        ended = error
    finally:
        if isinstance(reading, Generator):
            reading.close()
        arrived.put(ended)


class ReplyCache:
    """A SQLite file of replies by request, for several threads and processes at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with self._open() as database:
                database.execute("CREATE TABLE IF NOT EXISTS replies (asked TEXT PRIMARY KEY, reply TEXT NOT NULL)")
        except sqlite3.Error as error:
            raise ModelError(f"The answer cache {path} cannot be used: {error}. Change answer_cache.") from error

    @staticmethod
    def key(**asked: str) -> str:
        """Return a digest of all that a request consists of."""
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()

    def get(self, key: str) -> str | None:
        """Return the reply to a request that was made before; None where it was not."""
        with self._open() as database:
            row = database.execute("SELECT reply FROM replies WHERE asked = ?", (key,)).fetchone()
        return str(row[0]) if row else None

    def put(self, key: str, reply: str) -> None:
        """Keep a reply."""
        with self._open() as database:
            database.execute("INSERT OR REPLACE INTO replies VALUES (?, ?)", (key, reply))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=30)) as connection, connection:  # committed, then closed
            yield connection
