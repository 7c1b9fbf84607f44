"""The one seam to a language model: opening it by name, asking it, and saying in one line what went wrong.

LangChain's providers raise what they like; here it becomes a ModelError. Its message never holds the answer of a server
unredacted, and the original exception is not chained: either may repeat the key.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from qabot.answering.statements import printable
from qabot.errors import ModelError
from qabot.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk, BaseMessage

T = TypeVar("T")

ATTEMPTS = 3
BACKOFF = 0.5  # seconds before the second attempt; twice as long before the third
LONGEST_WAIT = 20.0  # seconds that a server may ask us to wait

_KEYS = {  # the variable in which a provider's package looks for the key
    "anthropic": "ANTHROPIC_API_KEY",
    "cohere": "COHERE_API_KEY",
    "deepseek": "DEEPSEEK_API_KEY",
    "google_genai": "GOOGLE_API_KEY",
    "groq": "GROQ_API_KEY",
    "mistralai": "MISTRAL_API_KEY",
    "openai": "OPENAI_API_KEY",
    "openrouter": "OPENROUTER_API_KEY",
    "xai": "XAI_API_KEY",
}
_EXTRAS = ("anthropic", "ollama", "openai")  # of this package
_EXAMPLES = "openai:gpt-5-mini, anthropic:claude-haiku-4-5 or ollama:llama3.2"
_SECRET_VARIABLE = re.compile(r"KEY|TOKEN|SECRET|PASSWORD")
_LIKE_A_SECRET = re.compile(r"\b(?:sk|pk|key|gsk|xai|lsv2)[-_][\w*.-]{4,}|\b(?=\w*\d)[\w-]{24,}", re.IGNORECASE)
_TOO_LONG = re.compile(r"context.(?:length|size|window)|too (?:long|large|many tokens)", re.IGNORECASE)
_REASON_CHARS = 200


class ChatModel:
    """A language model, by its name ``provider:name``.

    Attributes:
        name: ``provider:name``, as LangChain's ``init_chat_model`` spells it.
    """

    def __init__(self, name: str, settings: Settings) -> None:
        """Open a model; nothing is sent yet.

        Raises:
            ModelError: the name is none, the provider is unknown, or its package or key is missing.
        """
        provider, colon, model = name.partition(":")
        if not (provider and colon and model):
            raise ModelError(f"There is no model {name!r}. Write provider:name, as in {_EXAMPLES}, or extractive.")
        self.name = name
        self._provider = provider.lower().replace("-", "_")
        self._model = model
        self._base_url = settings.base_url
        self._timeout = settings.model_timeout
        self._chat = self._open()

    def ask(self, messages: Sequence[BaseMessage]) -> str:
        """The model's whole reply, as text.

        Raises:
            ModelError: there is none.
        """
        return str(self._patiently(lambda: self._chat.invoke(list(messages))).text)

    def stream(self, messages: Sequence[BaseMessage]) -> Generator[AIMessageChunk]:
        """The model's reply in pieces, as they arrive. Once the first has arrived, nothing is tried again.

        Raises:
            ModelError: there is none, or it broke off.
        """
        first, rest = self._patiently(lambda: self._begin(messages))
        if first is None:
            return
        yield first
        try:
            yield from rest
        except Exception as error:  # noqa: BLE001 - see the module's docstring
            fault = self._fault(error)
            raise ModelError(f"{self.name} broke off in the middle of its answer. {fault.cure}") from None

    def _begin(self, messages: Sequence[BaseMessage]) -> tuple[AIMessageChunk | None, Iterator[AIMessageChunk]]:
        pieces = self._chat.stream(list(messages))
        return next(pieces, None), pieces

    def _patiently(self, request: Callable[[], T]) -> T:
        """``request()``, tried again after a fault that may pass."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return request()
            except Exception as error:  # noqa: BLE001 - see the module's docstring
                fault = self._fault(error)
                wait = BACKOFF * 2 ** (attempt - 1) if fault.wait is None else fault.wait
                if attempt == ATTEMPTS or not fault.passing or wait > LONGEST_WAIT:
                    raise ModelError(f"{self.name} {fault.what}. {fault.cure}") from None
            time.sleep(wait)
        raise AssertionError("unreachable")

    def _open(self) -> BaseChatModel:
        from langchain.chat_models import init_chat_model

        try:
            chat: BaseChatModel = init_chat_model(self._model, model_provider=self._provider, **self._arguments())
        except ImportError as error:
            raise ModelError(
                f"{self.name} needs a package that is not installed: {self._installation(error)}"
            ) from None
        except ModelError:
            raise
        except Exception as error:  # noqa: BLE001 - see the module's docstring
            if "Unsupported provider" in str(error):
                raise ModelError(
                    f"LangChain knows no provider {self._provider!r}. Write provider:name, as in {_EXAMPLES}."
                ) from None
            raise ModelError(f"{self.name} cannot be set up: {_reason(error)}. {self._key_cure()}") from None
        return chat

    def _arguments(self) -> dict[str, Any]:
        """What the provider's class takes. To try again is our part: no two providers do it alike."""
        arguments: dict[str, Any] = {"base_url": self._base_url} if self._base_url else {}
        if self._provider == "ollama":
            return arguments | {"client_kwargs": {"timeout": self._timeout}, "temperature": 0}
        variable = _KEYS.get(self._provider)
        if variable and not os.environ.get(variable):
            if not self._base_url:
                raise ModelError(f"{self.name} needs a key. Set {variable} in the environment.")
            arguments["api_key"] = "none"  # local servers want none, the packages do
        return arguments | {"timeout": self._timeout, "max_retries": 0}

    def _installation(self, error: ImportError) -> str:
        if self._provider in _EXTRAS:
            return f"pip install 'qabot[{self._provider}]'"
        named = re.search(r"`(pip install [^`]+)`", str(error))
        return named[1] if named else f"pip install langchain-{self._provider.replace('_', '-')}"

    def _key_cure(self) -> str:
        variable = _KEYS.get(self._provider)
        return f"Check {variable}." if variable else "Check the key and the settings of that provider."

    def _fault(self, error: Exception) -> _Fault:
        """What an exception of a provider's package means, by LangChain's common types, else by its status or name."""
        from langchain_core import exceptions as common

        def known(kind: type[Exception], status: range, name: str) -> bool:
            # Packages that do not raise the common types yet still carry the status or the name of the fault.
            return isinstance(error, kind) or _status(error) in status or name in type(error).__name__

        retry = "Try again, or answer without it: --model extractive."
        if isinstance(error, common.ContextOverflowError) or (
            _status(error) in (400, 413) and _TOO_LONG.search(str(error))
        ):
            return _Fault("cannot take so long a request", "Give it fewer passages: --passages 5.")
        if known(common.ModelAuthenticationError, range(401, 402), "Authentication"):
            return _Fault("refused the key", self._key_cure())
        if known(common.ModelPermissionDeniedError, range(403, 404), "PermissionDenied"):
            return _Fault("may not be used with this key", f"{self._key_cure()[:-1]}, or take another --model.")
        if known(common.ModelNotFoundError, range(404, 405), "NotFound"):
            pull = f" or fetch it: ollama pull {self._model}" if self._provider == "ollama" else ""
            return _Fault("is not there", f"Check its name{self._address_hint()}{pull}.")
        if known(common.ModelRateLimitError, range(429, 430), "RateLimit"):
            cure = "Wait, check the quota, or take another --model."
            return _Fault("takes no more requests for now", cure, passing=True, wait=_retry_after(error))
        if known(common.ModelTimeoutError, range(408, 409), "Timeout"):
            cure = "Try again, or raise the setting model_timeout (QABOT_MODEL_TIMEOUT)."
            return _Fault(f"did not answer within {self._timeout:g} seconds", cure)
        if known(common.ModelAPIError, range(500, 600), "InternalServer"):
            status = _status(error)
            what = f"has a fault of its own{f' ({status})' if status else ''}"
            return _Fault(what, retry, passing=True, wait=_retry_after(error))
        if known(common.ModelConnectionError, range(0), "Connect") or isinstance(error, ConnectionError):
            return _Fault("cannot be reached", f"Check that it runs{self._address_hint('at')}.", passing=True)
        return _Fault(f"failed: {_reason(error)}", retry)

    def _address_hint(self, word: str = "or the address") -> str:
        """Where the request went, without a user name or a password that the address may hold."""
        if not self._base_url:
            return " and the network" if word == "at" else ""
        parts = urlsplit(self._base_url)
        where = f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"
        return f" {word} {where} (the setting base_url)"


@dataclass(frozen=True)
class _Fault:
    """A fault of a model: what it did, as the end of a sentence; the cure; whether it may pass, and when (seconds)."""

    what: str
    cure: str
    passing: bool = False
    wait: float | None = None


def _status(error: Exception) -> int:
    status = getattr(error, "status_code", None) or getattr(getattr(error, "response", None), "status_code", None)
    return status if isinstance(status, int) else 0


def _retry_after(error: Exception) -> float | None:
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    try:
        return max(0.0, float(headers["retry-after"]))
    except (KeyError, ValueError):  # not given, or given as a date
        return None


def _reason(error: Exception) -> str:
    """What an exception says, on one line and without anything that is or looks like a secret."""
    text = " ".join(printable(str(error)).split()) or type(error).__name__
    for variable, value in os.environ.items():
        if _SECRET_VARIABLE.search(variable) and value:
            text = text.replace(value, "…")
    return _LIKE_A_SECRET.sub("…", text)[:_REASON_CHARS].rstrip(" .")
