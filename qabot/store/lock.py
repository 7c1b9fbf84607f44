"""One writer at a time, and who it is."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from qabot.errors import IndexBusyError
from qabot.store.trouble import told_plainly

_LOCK = "writer.lock"
_HOLDER = "writer.json"


@contextmanager
def writer(store: Path, *, timeout: float = 0) -> Iterator[None]:
    """Be the one that writes to ``store`` while the block runs.

    The operating system lets go of the lock when its process ends, however it ends.

    Args:
        store: the folder, made where it is missing.
        timeout: seconds to wait for another writer.

    Raises:
        IndexBusyError: another process is writing; it is named.
        StoreError: the folder cannot be written to.
    """
    from filelock import FileLock, Timeout

    with told_plainly(store):
        store.mkdir(parents=True, exist_ok=True)
        lock = FileLock(store / _LOCK)
        try:
            lock.acquire(timeout=timeout)
        except Timeout:
            raise IndexBusyError(f"{_holder(store)}. Wait until it has ended and try again.") from None
    try:
        with told_plainly(store):
            _sign(store)
        yield
    finally:
        with suppress(OSError):
            (store / _HOLDER).unlink()
        lock.release()


def _sign(store: Path) -> None:
    since = datetime.now().astimezone().isoformat(timespec="seconds")
    who = {"pid": os.getpid(), "host": socket.gethostname(), "since": since}
    (store / _HOLDER).write_text(json.dumps(who), encoding="utf-8")


def _holder(store: Path) -> str:
    try:
        who = json.loads((store / _HOLDER).read_text(encoding="utf-8"))
        return f"Process {who['pid']} on {who['host']} has been writing to the index in {store} since {who['since']}"
    except (OSError, ValueError, KeyError, TypeError):  # it is about to sign, or has just ended
        return f"Another process is writing to the index in {store}"
