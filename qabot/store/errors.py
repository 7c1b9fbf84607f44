"""What goes wrong with files and databases, in one line that names the cure."""

from __future__ import annotations

import errno
import shlex
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qabot.errors import StoreError

_FULL = ("No space left", "os error 28", "disk is full", "File too large", "os error 27")
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_PERMISSION = {errno.EACCES, errno.EPERM, errno.EROFS}


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
        if any(sign in reason for sign in _FULL):
            raise OSError(errno.ENOSPC, reason) from error
        raise SearchIndexError(reason) from error


def damaged(store: Path, reason: str) -> str:
    """Return what to say of a store that cannot be mended from its own files."""
    return f"The store in {store} is damaged ({reason}). {made_again(store)}"


def made_again(store: Path) -> str:
    """Return how a store is made again that is of no use any more."""
    index = store.parent if store.name == "store" else store  # that of the starter articles is named by itself
    return (
        f"Delete that folder and run qabot index --index {shlex.quote(str(index))}, with what you named before: "
        "it is made again from the articles, which are untouched."
    )


def full(store: Path) -> str:
    """Return what to say where there is no room left."""
    return f"The disk is full: {store} could not be written. Free some space and run it again; nothing is lost."


def _operational(store: Path, reason: str) -> str:
    if "full" in reason:
        return full(store)
    if "readonly" in reason or "unable to open" in reason:
        return _not_permitted(store)
    if "locked" in reason or "busy" in reason:
        return f"Another program holds {store} open. Close it and try again."
    if "disk I/O" in reason:
        return f"The disk that holds {store} cannot be read or written, or is full. Make room and try again."
    return damaged(store, reason)


def _system(store: Path, error: OSError) -> str:
    if error.errno in _NO_SPACE:
        return full(store)
    if error.errno in _NO_PERMISSION:
        return _not_permitted(store)
    where = error.filename or store
    reason = (error.strerror or str(error)).lower()
    return f"The index cannot be used: {where}: {reason}. Mend that, or choose another folder with --index."


def _not_permitted(store: Path) -> str:
    return f"There is no permission to write to {store}. Grant it, or choose another folder with --index."
