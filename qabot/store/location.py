"""The folder of an index: where it lies, who writes to it, and what goes wrong in it, in one line with the cure."""

from __future__ import annotations

import errno
import json
import os
import shlex
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from qabot import resources
from qabot.errors import NO_PERMISSION, NO_SPACE, IndexBusyError, QabotError, StoreError

CATALOGUE = "catalogue.sqlite"
_STARTER = "starter-"  # how the name of a store of the starter articles begins; the version follows
_LOCK = "writer.lock"
_HOLDER = "writer.json"
_FULL_SIGNS = ("No space left", "os error 28", "disk is full", "File too large", "os error 27")


@dataclass(frozen=True)
class Location:
    """An index: ``articles`` is the user's folder, ``store`` is made from it and from all else that is named."""

    articles: Path
    store: Path

    @property
    def folder(self) -> Path:
        """The folder that ``--index`` names it by."""
        return _named_by(self.store)

    @property
    def starters(self) -> bool:
        """True if the articles are those that come with qabot."""
        return self.articles == resources.starter_articles()

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
        index: the folder that ``--index`` or ``QABOT_INDEX`` names, its ``~`` expanded. None: ``index/`` in
            the working directory where it is a folder, else the starter articles that come with qabot, their store in
            the user's data folder; naming that store names them too.
        create: the index is about to be made: without a name it is ``index/`` in the working directory, never the
            starter articles.
    """
    here = Path("index")
    if index is None and (create or here.is_dir()):
        index = here
    folder = index.absolute() if index is not None else None
    if folder is not None and not is_starter(folder):
        return Location(articles=folder / "articles", store=folder / "store")
    # Another version may bring other articles.
    return Location(
        articles=resources.starter_articles(), store=_starter_stores() / f"{_STARTER}{resources.__version__}"
    )


def is_starter(folder: Path) -> bool:
    """True if a folder is the store of the starter articles, of this version of qabot or of another."""
    return folder.name.startswith(_STARTER) and folder.parent == _starter_stores()


def _named_by(store: Path) -> Path:
    """Return the folder that ``--index`` names a store by; that of the starter articles is named by itself."""
    return store if is_starter(store) else store.parent


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


def no_article(location: Location) -> QabotError:
    """Return the error that the index at ``location`` holds no article."""
    return QabotError(
        f"The index in {location.store.parent} holds no article. Name some: {index_command(location.store)} PATH_OR_URL"
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


# -- what goes wrong --------------------------------------------------------------------------------------------------


@contextmanager
def told_plainly(store: Path) -> Iterator[None]:
    """Turn what the operating system and SQLite raise inside the block into a `StoreError`."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise StoreError(_operational(store, str(error))) from error
    except sqlite3.DatabaseError as error:
        raise StoreError(damaged(store, str(error))) from error
    except OSError as error:
        raise StoreError(_system(store, error)) from error


def damaged(store: Path, reason: str) -> str:
    """Return what to say of a store that cannot be mended from its own files."""
    return f"The store in {store} is damaged ({reason}). {made_again(store)}"


def made_again(store: Path) -> str:
    """Return how a store is made again that is of no use any more."""
    again = f"qabot index --index {shlex.quote(str(_named_by(store)))}"
    return (
        f"Delete that folder and run {again}, with what you named before. What came by standard input, or is gone from "
        "where it was, is in that folder alone: keep a copy of it."
    )


def _full(store: Path) -> str:
    """Return what to say where there is no room left."""
    return f"The disk is full: {store} could not be written. Free some space and run it again; nothing is lost."


def _operational(store: Path, reason: str) -> str:
    if "full" in reason:
        return _full(store)
    if "readonly" in reason or "unable to open" in reason:
        return _not_permitted(store)
    if "locked" in reason or "busy" in reason:
        return f"Another program holds {store} open. Close it and try again."
    if "disk I/O" in reason:
        return f"The disk that holds {store} cannot be read or written, or is full. Make room and try again."
    return damaged(store, reason)


def _system(store: Path, error: OSError) -> str:
    if error.errno in NO_SPACE:
        return _full(store)
    if error.errno in NO_PERMISSION:
        return _not_permitted(store)
    where = error.filename or store
    reason = (error.strerror or str(error)).lower()
    return f"The index cannot be used: {where}: {reason}. Mend that, or choose another folder with --index."


def _not_permitted(store: Path) -> str:
    return f"There is no permission to write to {store}. Grant it, or choose another folder with --index."


class SearchIndexError(Exception):
    """Chroma or tantivy failed; what helps is to make the search index anew."""


@contextmanager
def rust_errors() -> Iterator[None]:
    """Turn whatever Chroma and tantivy raise, a panic of their Rust code too, into a `SearchIndexError`.

    A full disk, which they tell of in words, becomes an `OSError`.
    """
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError, SearchIndexError):
        raise
    except BaseException as error:  # a panic is no Exception
        reason = str(error).strip().split("\n", 1)[0] or type(error).__name__
        if any(sign in reason for sign in _FULL_SIGNS):
            raise OSError(errno.ENOSPC, reason) from error
        raise SearchIndexError(reason) from error
