"""A Chroma server: its HTTP interface, as far as an index needs it, and what goes wrong with it, in one line.

Chroma's own client takes longer to import than a question takes to be answered, and waits for a server without end.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from qabot.articles.urls import without_credentials
from qabot.errors import StoreError
from qabot.settings import PROXIES

if TYPE_CHECKING:
    from qabot.settings import Settings

_COLLECTIONS = "tenants/default_tenant/databases/default_database/collections"
_DONE = range(200, 300)
_REFUSED, _TOO_LARGE, _MISSING = (401, 403), 413, 404
_PROXY = (502, 503, 504)  # says that what is behind it does not answer
_TRIES = 2  # a connection that was kept open may have been closed by the other side
_MOST = 1_000  # entries in one request
_PAGE = 1_000  # entries that are listed together

_ANSWERED = ("metadatas", "documents", "distances")

Condition = Mapping[str, Any]
"""As Chroma writes it: on metadata (``where``) or on the text (``where_document``)."""


class MissingCollectionError(Exception):
    """A collection is not there, or no longer."""


class Entry(NamedTuple):
    """What a collection holds under an id; ``distance`` is that from the vector that was asked for, else 0."""

    id: str
    metadata: Mapping[str, Any]
    text: str
    distance: float = 0.0


class Server:
    """A Chroma server, which is asked nothing before it is needed; safe to use from several threads."""

    def __init__(self, settings: Settings) -> None:
        """Take the server, the token and the time limit that the settings name.

        Raises:
            StoreError: the token can be in no request, or the environment names a proxy that can be asked nothing.
        """
        import httpx

        address = settings.chroma or ""
        token = settings.chroma_token.get_secret_value().strip() if settings.chroma_token else ""
        if not (token.isascii() and token.isprintable()):
            raise StoreError("QABOT_CHROMA_TOKEN holds characters that no token has. Set it to the token alone.")
        self.place = without_credentials(address)
        self._patience = settings.chroma_timeout
        self._has_token = bool(token)
        try:
            self._client = httpx.Client(
                base_url=f"{address.rstrip('/')}/api/v2",
                headers={"Authorization": f"Bearer {token}"} if token else {},
                timeout=self._patience,
            )
        except (httpx.InvalidURL, ValueError, ImportError) as error:
            raise StoreError(
                f"The Chroma server at {self.place} cannot be asked ({_reason(error)}). Correct that address, or the "
                f"proxy that the environment names: {PROXIES}."
            ) from error

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    @cached_property
    def most(self) -> int:
        """How many entries one request may have."""
        return min(_MOST, int(self.ask("GET", "pre-flight-checks")["max_batch_size"]))

    def collection(self, name: str) -> Collection | None:
        """Return the collection of that name; None where there is none."""
        try:
            return Collection(self, self.ask("GET", f"{_COLLECTIONS}/{name}"))
        except MissingCollectionError:
            return None

    def create(self, name: str, *, metadata: Mapping[str, Any] | None = None, hnsw: Mapping[str, Any]) -> Collection:
        """Make a collection."""
        body = {"name": name, "metadata": metadata, "configuration": {"hnsw": dict(hnsw)}}
        return Collection(self, self.ask("POST", _COLLECTIONS, body))

    def names(self) -> list[str]:
        """Return the names of all collections."""
        return [each["name"] for each in self.ask("GET", _COLLECTIONS)]

    def remove(self, name: str) -> None:
        """Delete a collection, if it is there."""
        with suppress(MissingCollectionError):
            self.ask("DELETE", f"{_COLLECTIONS}/{name}")

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Return what the server answers.

        Raises:
            MissingCollectionError: the collection is not there.
            StoreError: it does not answer, is no Chroma server, refuses, or fails.
        """
        status, content = self._response(method, path, body)
        try:
            answer = json.loads(content)
        except ValueError:
            answer = None
        if status in _DONE and isinstance(answer, dict | list | int):
            return answer
        said = answer if isinstance(answer, dict) and {"error", "message"} <= set(answer) else None
        if status == _MISSING and said:
            raise MissingCollectionError(said["message"])
        raise StoreError(self._wrong(status, said))

    def _response(self, method: str, path: str, body: Mapping[str, Any] | None) -> tuple[int, bytes]:
        """Return the status and what comes with it, which has as long to come as the server has to begin."""
        import httpx

        for left in reversed(range(_TRIES)):
            try:
                with self._client.stream(method, path, json=body) as response:
                    until, content = time.monotonic() + self._patience, bytearray()
                    for part in response.iter_bytes():  # each of which may be a byte
                        content += part
                        if time.monotonic() > until:
                            raise httpx.ReadTimeout("")
                    return response.status_code, bytes(content)
            except httpx.TimeoutException:
                raise StoreError(
                    f"The Chroma server at {self.place} did not answer within {self._patience:g} s. Try again, "
                    "or give it longer: QABOT_CHROMA_TIMEOUT=SECONDS"
                ) from None
            except (httpx.TransportError, httpx.InvalidURL, OSError) as error:
                if not left or isinstance(error, httpx.ConnectError):
                    raise StoreError(
                        f"No Chroma server answers at {self.place} ({_reason(error)}). Start it (chroma run), "
                        "or name another: --chroma URL"
                    ) from error
        raise AssertionError

    def _wrong(self, status: int, said: Mapping[str, Any] | None) -> str:
        """Return what to say of an answer that is none."""
        if status in _REFUSED:
            name = "Set QABOT_CHROMA_TOKEN to its token, and name the server beside it: --chroma URL or QABOT_CHROMA."
            wanted = "Correct QABOT_CHROMA_TOKEN." if self._has_token else name
            return f"The Chroma server at {self.place} refuses to answer (status {status}). {wanted}"
        if status == _TOO_LARGE:
            return (
                f"An article is too large for the Chroma server at {self.place}, or for a proxy before it. Let them "
                "take larger requests (max_payload_size_bytes), or remove that article."
            )
        if status in _PROXY and not said:
            return f"The Chroma server at {self.place} does not answer the proxy before it (status {status}). Start it."
        if said:
            message = " ".join(str(said["message"]).split())[:200]
            return f"The Chroma server at {self.place} fails: {message} Its log may say more; try again."
        return (
            f"What answers at {self.place} is no Chroma server, or one older than version 1 (status {status}). "
            "Name one: --chroma http://HOST:PORT"
        )


class Collection:
    """A collection of a server.

    Attributes:
        metadata: what was noted of it when it was asked for.
    """

    def __init__(self, server: Server, answer: Any) -> None:
        if not isinstance(answer, dict) or "id" not in answer:
            raise StoreError(f"What answers at {server.place} is no Chroma server. Name one: --chroma http://HOST:PORT")
        self._server = server
        self._path = f"{_COLLECTIONS}/{answer['id']}"
        self.metadata: Mapping[str, Any] = answer.get("metadata") or {}

    def note(self, metadata: Mapping[str, Any]) -> None:
        """Note this of the collection, in place of what was noted before."""
        self._server.ask("PUT", self._path, {"new_metadata": metadata})
        self.metadata = metadata

    def count(self) -> int:
        """Return how many entries it has."""
        return int(self._server.ask("GET", f"{self._path}/count"))

    def put(self, entries: Sequence[Entry], vectors: Sequence[NDArray[np.float32]], *, texts: bool = False) -> None:
        """Store entries with their vectors, in place of those with their ids; ``texts``: with their texts."""
        for first in range(0, len(entries), self._server.most):
            some = slice(first, first + self._server.most)
            body = {
                "ids": [each.id for each in entries[some]],
                "embeddings": [base64.b64encode(each.astype("<f4").tobytes()).decode() for each in vectors[some]],
                "metadatas": [each.metadata for each in entries[some]],
                "documents": [each.text for each in entries[some]] if texts else None,
            }
            self._server.ask("POST", f"{self._path}/upsert", body)

    def drop(self, ids: Sequence[str]) -> None:
        """Delete the entries with these ids."""
        for first in range(0, len(ids), self._server.most):
            self._server.ask("POST", f"{self._path}/delete", {"ids": ids[first : first + self._server.most]})

    def named(self, ids: Sequence[str], *, texts: bool = False) -> dict[str, Entry]:
        """Return those of the entries with these ids that there are, by id."""
        found: dict[str, Entry] = {}
        for first in range(0, len(ids), self._server.most):
            body = {"ids": ids[first : first + self._server.most], "include": _included(texts)}
            found |= {each.id: each for each in _entries(self._server.ask("POST", f"{self._path}/get", body))}
        return found

    def ids(self, where: Condition | None = None) -> list[str]:
        """Return the ids of all entries, or of those that a condition is true of."""
        return [each.id for each in self._all(where, [])]

    def all_entries(self, where: Condition | None = None) -> list[Entry]:
        """Return all entries, without their texts, or those that a condition is true of."""
        return self._all(where, _included(False))

    def _all(self, where: Condition | None, include: list[str]) -> list[Entry]:
        found: list[Entry] = []
        while True:
            body = {"where": where, "limit": _PAGE, "offset": len(found), "include": include}
            page = _entries(self._server.ask("POST", f"{self._path}/get", body))
            found += page
            if len(page) < _PAGE:
                return found

    def has(self, containing: Condition) -> bool:
        """True if a condition is true of the text of some entry."""
        body = {"where_document": containing, "limit": 1, "include": []}
        return bool(self._server.ask("POST", f"{self._path}/get", body)["ids"])

    def nearest(
        self,
        vector: NDArray[np.float32],
        k: int,
        *,
        where: Condition | None = None,
        containing: Condition | None = None,
    ) -> list[Entry]:
        """Return the k entries nearest to a vector that the conditions are true of, the nearest first."""
        body = {
            "query_embeddings": [vector.tolist()],
            "n_results": k,
            "where": where,
            "where_document": containing,
            "include": _ANSWERED,
        }
        answer = self._server.ask("POST", f"{self._path}/query", body)
        return _entries({name: (answer.get(name) or [None])[0] for name in ("ids", *_ANSWERED)})


def _included(texts: bool) -> list[str]:
    return ["metadatas", "documents"] if texts else ["metadatas"]


def _entries(answer: Mapping[str, Any]) -> list[Entry]:
    """Return the entries of an answer, which has a list for each of their parts."""
    ids = answer["ids"] or []
    parts = (answer.get(name) or [None] * len(ids) for name in _ANSWERED)
    return [
        Entry(id_, metadata or {}, text or "", distance or 0.0)
        for id_, metadata, text, distance in zip(ids, *parts, strict=True)
    ]


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())[:100] or type(error).__name__
