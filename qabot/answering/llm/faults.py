"""Faults of language models: from whatever a provider's package raises to one line with a cure.

A server's own message is quoted only after redaction: it may repeat the key.
"""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from qabot.answering.llm.parse import printable
from qabot.errors import ModelError

_SECRET_VARIABLE = re.compile(r"KEY|TOKEN|SECRET|PASSWORD")
_LIKE_A_SECRET = re.compile(r"\b(?:sk|pk|key|gsk|xai|lsv2)[-_][\w*.-]{4,}|\b(?=\w*\d)[\w-]{24,}", re.IGNORECASE)
_TOO_LONG = re.compile(
    r"context.(?:length|size|window)|(?:prompt|input|request).{0,20}too (?:long|large)", re.IGNORECASE
)
_TAKES = re.compile(r"context (?:length|size|window)\D{0,20}(\d{3,})", re.IGNORECASE)
_NOTHING = re.compile(r"^No generation chunks were returned")  # LangChain's, where a stream ends before it begins
# httpx's for a connection that ends too soon, in order or not, where a package does not translate them.
_BROKEN = frozenset({"NetworkError", "RemoteProtocolError"})
_REASON_CHARS = 200
_RETRY = "Try again, or answer without it: --model extractive."


class ContextTooLongError(ModelError):
    """The request holds more tokens than the model takes; ``takes`` is how many it does, where the server says so."""

    takes: int | None = None


@dataclass(frozen=True)
class Fault:
    """A fault of a model.

    Attributes:
        what: what happened, as the end of a sentence that begins with the model's name.
        cure: a sentence that says what to do.
        passing: True if the same request may succeed later.
        wait: seconds to wait before that, where the server says so.
        kind: of the error that it is.
        takes: tokens that the model takes, where the server says so.
    """

    what: str
    cure: str
    passing: bool = False
    wait: float | None = None
    kind: type[ModelError] = ModelError
    takes: int | None = None

    def error(self, model: str) -> ModelError:
        """Return the error that a person sees."""
        error = self.kind(f"{model} {self.what}. {self.cure}")
        if isinstance(error, ContextTooLongError):
            error.takes = self.takes
        return error


def fault_of(error: Exception, key_cure: str, address: str, pull: str, timeout: float) -> Fault:
    """Return the fault that an exception means, by LangChain's common types, else by its HTTP status or class name.

    ``key_cure`` is the sentence that says where the key comes from, ``address`` where requests go, without what is
    secret in it, and ``pull`` how an absent model is fetched; empty where that is the provider's own, or cannot be.
    """
    from langchain_core import exceptions as common

    status = _status(error)

    def known(kind: type[Exception], statuses: range, name: str) -> bool:
        # Packages that do not raise the common types yet carry the status or the name of the fault.
        return isinstance(error, kind) or status in statuses or name in type(error).__name__

    if isinstance(error, common.ContextOverflowError) or (status in (400, 413) and _TOO_LONG.search(str(error))):
        takes = _TAKES.search(str(error))
        what, cure = "cannot take so long a request", "Give it fewer passages: --passages 5."
        return Fault(what, cure, kind=ContextTooLongError, takes=int(takes[1]) if takes else None)
    if known(common.ModelAuthenticationError, range(401, 402), "Authentication"):
        return Fault("refused the key", key_cure)
    if known(common.ModelPermissionDeniedError, range(403, 404), "PermissionDenied"):
        return Fault("may not be used with this key", f"{key_cure[:-1]}, or take another --model.")
    if known(common.ModelNotFoundError, range(404, 405), "NotFound"):
        return Fault("is not there", f"Check its name{f' or the address {address}' if address else ''}{pull}.")
    if known(common.ModelRateLimitError, range(429, 430), "RateLimit"):
        cure = "Wait, check the quota, or take another --model."
        return Fault("takes no more requests for now", cure, passing=True, wait=_retry_after(error))
    if known(common.ModelTimeoutError, range(408, 409), "Timeout"):
        cure = "Try again, or raise the setting model_timeout (QABOT_MODEL_TIMEOUT)."
        return Fault(f"did not answer within {timeout:g} seconds", cure)
    if known(common.ModelAPIError, range(500, 600), "InternalServer"):
        what = f"has a fault of its own{f' ({status})' if status else ''}"
        return Fault(what, _RETRY, passing=True, wait=_retry_after(error))
    broken = not _BROKEN.isdisjoint(kind.__name__ for kind in type(error).__mro__)
    if broken or known(common.ModelConnectionError, range(0), "Connect") or isinstance(error, ConnectionError):
        where = f"at {address}" if address else "and the network"
        return Fault("cannot be reached", f"Check that it runs {where}.", passing=True)
    if _NOTHING.search(str(error)):
        return Fault("returned nothing", _RETRY)
    return Fault(f"failed: {reason(error)}", _RETRY)


def reason(error: Exception) -> str:
    """Return what an exception says, on one line and without anything that is or looks like a secret."""
    text = " ".join(printable(str(error)).split()) or type(error).__name__
    for variable, value in os.environ.items():
        if _SECRET_VARIABLE.search(variable) and value:
            text = text.replace(value, "…")
    return _LIKE_A_SECRET.sub("…", text)[:_REASON_CHARS].rstrip(" .")


def _status(error: Exception) -> int:
    status = getattr(error, "status_code", None) or getattr(getattr(error, "response", None), "status_code", None)
    return status if isinstance(status, int) else 0


def _retry_after(error: Exception) -> float | None:
    """Return the seconds that the server asks to wait, which it gives as a number or as a date."""
    headers: Any = getattr(getattr(error, "response", None), "headers", None) or {}
    asked = str(headers.get("retry-after", ""))
    try:
        return max(0.0, float(asked))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(asked).timestamp() - time.time())
    except ValueError:  # it asks for nothing
        return None
