"""Where an index lies, and the lock of the one that writes to it."""

from __future__ import annotations

import json
import os
import shlex
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from qabot import resources
from qabot.errors import IndexBusyError, StoreError
from qabot.store.errors import told_plainly

CATALOGUE = "catalogue.sqlite"
_STARTER = "starter-"  # how the name of a store of the starter articles begins; the version follows
_LOCK = "writer.lock"
_HOLDER = "writer.json"


@dataclass(frozen=True)
class Location:
    """An index: ``articles`` is the user's folder, ``store`` is made from it and can be deleted and made again."""

    articles: Path
    store: Path

    @property
    def folder(self) -> Path:
        """The folder that ``--index`` names it by; that of the starter articles is their store itself."""
        return self.store if is_starter(self.store) else self.store.parent

    @property
    def catalogue(self) -> Path:
        """The SQLite file that is the source of truth."""
        return self.store / CATALOGUE

    @property
    def built(self) -> bool:
        """True if there is a store (of however many articles)."""
        return self.catalogue.is_file()


def locate(index: Path | None, *, create: bool = False) -> Location:
    """Return the index that a command works on.

    Args:
        index: the folder that ``--index`` or ``QABOT_INDEX`` names. None: ``index/`` in the working directory where
            it is a folder, else the starter articles that come with qabot, their store in the user's data folder;
            naming that store names them too.
        create: the index is about to be made: without a name it is ``index/`` in the working directory, never the
            starter articles.
    """
    here = Path("index")
    if index is None and (create or here.is_dir()):
        index = here
    folder = index.expanduser().absolute() if index is not None else None
    if folder is not None and not is_starter(folder):
        return Location(articles=folder / "articles", store=folder / "store")
    # Another version may bring other articles.
    return Location(
        articles=resources.starter_articles(), store=_starter_stores() / f"{_STARTER}{resources.__version__}"
    )


def is_starter(folder: Path) -> bool:
    """True if a folder is the store of the starter articles, of this version of qabot or of another."""
    return folder.name.startswith(_STARTER) and folder.parent == _starter_stores()


def index_command(store: Path, command: str = "qabot index") -> str:
    """Return a command line that works on the index with this store, and names it where it would take another."""
    here = store.parent == Path("index").absolute()
    return command if here or is_starter(store) else f"{command} --index {shlex.quote(str(store.parent))}"


def no_index(location: Location) -> StoreError:
    """Return the error that there is no index at ``location``; that of the starter articles is nobody's to fill."""
    make = f"{index_command(location.store)} PATH_OR_URL"
    if is_starter(location.store):
        return StoreError(f"There is no index here yet. Make one: {make}")
    return StoreError(
        f"There is no index in {location.folder}. Make one: {make}, or put articles into {location.articles} "
        f"and run {index_command(location.store)}"
    )


def _starter_stores() -> Path:
    from platformdirs import user_data_path

    return user_data_path("qabot")


@contextmanager
def writer(store: Path, *, timeout: float = 0) -> Iterator[None]:
    """Hold the lock of ``store`` while the block runs: one process writes at a time.

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
