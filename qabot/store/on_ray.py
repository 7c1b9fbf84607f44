"""Workers on Ray: ``qabot index --ray local`` has all processors of this machine work, ``--ray ADDRESS`` a cluster's.

What is to be done is sent in parts of some hundred passages, and the results are taken in order. Ray does a part again
whose worker or machine was lost, and only what came back is written: no article is lost, and none is there twice. The
documents themselves are sent, so that the machines need no folder in common. They need the same Python, Ray, qabot and
embedding model; that is looked at before anything is written.
"""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from typing import Any, TypeVar
from urllib.parse import urlsplit

from qabot.errors import QabotError, StoreError
from qabot.models.encoder import load_encoder
from qabot.resources import __version__
from qabot.store.workers import Workers

T = TypeVar("T")
R = TypeVar("R")

LOCAL = "local"
CLIENT = "ray://"
"""How the address of a cluster begins that this machine is no part of."""
_TOGETHER = 8  # items of a part: 256 passages that are embedded, or articles of some 60
_RETRIES = 5  # of a part whose worker was lost
_MOST_LOTS = 64  # as many as 500 processors need; they are kept in memory, some 20 MB each
_PATIENCE = 5, 120  # seconds: for a connection, and until all machines have said what they have
_MOST_SAID = 300  # characters of what Ray says went wrong
_QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_USAGE_STATS_PROMPT_ENABLED": "0"}
_IMPATIENT = {"RAY_NUM_REDIS_GET_RETRIES": "1"}  # of twenty tries of 40 s each to talk to somebody who may be no Ray


def ray_address(text: str) -> str:
    """Return where Ray is, as it is used.

    Raises:
        ValueError: it is no address.
    """
    text = text.strip()
    try:
        parts = urlsplit(text if text.startswith(CLIENT) else f"//{text}")
        good = text == LOCAL or bool(parts.hostname and parts.port and parts.netloc == text.removeprefix(CLIENT))
    except ValueError:
        good = False
    if not good or "@" in text or not text.isprintable() or " " in text:
        raise ValueError(f"write {LOCAL}, HOST:PORT or {CLIENT}HOST:PORT")
    return text


@contextmanager
def on_ray(address: str, encoder: str) -> Iterator[Workers]:
    """Have the block's work done on Ray; afterwards nothing of it runs on this machine that did not before.

    Args:
        address: as `ray_address` returns it.
        encoder: the name of the embedding model.

    Raises:
        QabotError: Ray is not installed.
        StoreError: there is no Ray at that address, or it cannot do the work.
    """
    if not find_spec("ray"):
        raise QabotError("Ray is not installed. Install it: pip install '.[ray]' in the checkout of qabot")
    with tempfile.TemporaryDirectory(prefix="qabot-", ignore_cleanup_errors=True) as folder, _environment(address):
        ray = _connected(address, folder)
        try:
            _check(ray, address, encoder)
            yield _OnRay(ray)
        finally:
            ray.shutdown()


@contextmanager
def _environment(address: str) -> Iterator[None]:
    """Switch Ray's reports to its makers off; where a Ray is started, have it obey who knows this run's secret alone.

    It listens on all interfaces, asks for a secret unless the user switched that off, and would else keep it in the
    user's home. Its workers would step back behind all else that runs on the machine.
    """
    own = {"RAY_AUTH_TOKEN": secrets.token_hex(32), "RAY_worker_niceness": "0"} if address == LOCAL else _IMPATIENT
    former = dict(os.environ)
    os.environ.update(_QUIET | own)
    try:
        yield
    finally:
        os.environ.update(former)
        for name in os.environ.keys() - former.keys():  # Ray puts some of its own in
            del os.environ[name]


def _connected(address: str, folder: str) -> Any:
    """Return Ray, started in a folder or connected.

    Raises:
        StoreError: it cannot be.
    """
    if address != LOCAL:
        _reach(address)
    import ray

    former = signal.getsignal(signal.SIGTERM)
    options: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.CRITICAL}
    if address == LOCAL:
        options |= {"include_dashboard": False, "_temp_dir": folder}
    try:
        with _hushed():
            ray.init(address, **({} if address.startswith(CLIENT) else options))
    except Exception as error:
        ray.shutdown()
        raise StoreError(_refusal(address, error)) from error
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, former)  # Ray puts its own in its place
    return ray


@contextmanager
def _hushed() -> Iterator[None]:
    """Let nothing reach standard error while the block runs: Ray's C++ writes there what is told in one line after."""
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _reach(address: str) -> None:
    """Raise a `StoreError` where nobody listens; Ray would try it for minutes."""
    parts = urlsplit(address if address.startswith(CLIENT) else f"//{address}")
    try:
        socket.create_connection((parts.hostname or "", parts.port or 0), timeout=_PATIENCE[0]).close()
    except OSError as error:
        raise StoreError(
            f"No Ray answers at {address} ({error.strerror or error}). Start it there (ray start --head), or name "
            "another: --ray ADDRESS"
        ) from None


def _refusal(address: str, error: Exception) -> str:
    said: list[str] = []
    cause: BaseException | None = error
    while cause:
        said.append(" ".join(str(cause).split())[:_MOST_SAID])
        cause = cause.__cause__ or cause.__context__
    if version := next((each for each in said if "ersion mismatch" in each), None):
        return f"Ray at {address} is another than here. Install the same Ray and Python on both. {version}"
    if address == LOCAL:
        return f"Ray could not be started: {said[0].rstrip('.')}. Index without --ray."
    return (
        f"Ray at {address} cannot be used: {said[0].rstrip('.')}. Name HOST:PORT on a machine of the cluster, and "
        f"{CLIENT}HOST:10001 on any other."
    )


def _check(ray: Any, address: str, encoder: str) -> None:
    """See whether all machines have the same qabot and the same embedding model.

    Raises:
        StoreError: one has not.
    """
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy as On

    nodes = {each["NodeID"]: each["NodeManagerHostname"] for each in ray.nodes() if each["Alive"]}
    if not ray.cluster_resources().get("CPU"):
        raise StoreError(f"Ray at {address} has no processor to work with. Start a worker: ray start --address ADDRESS")
    look = ray.remote(num_cpus=0)(_looker())
    asked = [look.options(scheduling_strategy=On(each, soft=False)).remote(encoder) for each in nodes]
    try:
        answers: Sequence[tuple[str, str]] = ray.get(asked, timeout=_PATIENCE[1])
    except ray.exceptions.RayError as error:
        raise StoreError(f"Not all machines of the Ray at {address} answer. Mend or stop them: ray status") from error
    _compare(zip(nodes.values(), answers, strict=True), (__version__, load_encoder(encoder).digest))


def _looker() -> Callable[[str], tuple[str, str]]:
    """Return a function that Ray sends as it is written, since it imports it only where it can."""

    def look(name: str) -> tuple[str, str]:
        """Return the version of qabot where it runs, and the digest of an embedding model, or why there is none."""
        try:
            from qabot.errors import QabotError
            from qabot.models.encoder import load_encoder
            from qabot.resources import __version__
        except ImportError:
            return "", ""
        try:
            return __version__, load_encoder(name).digest
        except QabotError as error:
            return __version__, str(error)

    return look


def _compare(machines: Iterable[tuple[str, tuple[str, str]]], here: tuple[str, str]) -> None:
    for machine, (version, model) in machines:
        if version != here[0]:
            held = f"has qabot {version}" if version else "has no qabot"
            raise StoreError(f"{machine}, a machine of Ray's, {held}. Install there what is here: qabot {here[0]}")
        if model != here[1]:
            held = model if " " in model else "Its embedding model has other weights than that here."
            raise StoreError(f"{machine}, a machine of Ray's, cannot embed: {held} Put the model there that is here.")


class _OnRay:
    """A Ray that does the work."""

    def __init__(self, ray: Any) -> None:
        self._ray = ray
        self._do = ray.remote(num_cpus=1, max_retries=_RETRIES)(_all_of)
        # A lot has eight parts: two for every processor, while one lot is written.
        self.lots = min(_MOST_LOTS, 2 + int(ray.cluster_resources()["CPU"]) // 4)

    def promise(self, function: Callable[[T], R], items: Sequence[T]) -> list[Callable[[], R]]:
        """Send all items, and return for each a callable that waits for what ``function`` made of it.

        Raises:
            StoreError: of the callables: Ray could not do it, whatever was tried.
        """
        firsts = range(0, len(items), _TOGETHER)
        results = _Results(self._ray, [self._do.remote(function, items[each : each + _TOGETHER]) for each in firsts])
        return [partial(results.take, number) for number in range(len(items))]


def _all_of(function: Callable[[T], R], items: Sequence[T]) -> list[R | QabotError]:
    """Return what a function makes of each item; where that is a plain error, the error."""
    found: list[R | QabotError] = []
    for item in items:
        try:
            found.append(function(item))
        except QabotError as error:
            found.append(error)
    return found


class _Results:
    """What comes back; the part that was taken from last is kept."""

    def __init__(self, ray: Any, sent: Sequence[Any]) -> None:
        self._ray = ray
        self._sent = sent
        self._part = -1
        self._found: list[Any] = []

    def take(self, number: int) -> Any:
        """Wait for the result of an item and return it, or raise the error that it is."""
        part, at = divmod(number, _TOGETHER)
        if part != self._part:
            self._found, self._part = self._wait(self._sent[part]), part
        found = self._found[at]
        if isinstance(found, QabotError):
            raise found
        return found

    def _wait(self, sent: Any) -> list[Any]:
        try:
            found: list[Any] = self._ray.get(sent)
        except self._ray.exceptions.RayTaskError as error:
            raise error.cause from error
        except self._ray.exceptions.RayError as error:
            raise StoreError(
                f"Ray could not do a part of the work in {_RETRIES + 1} tries ({type(error).__name__}). What is "
                "written stays: mend its machines (ray status) and run it again."
            ) from error
        return found
