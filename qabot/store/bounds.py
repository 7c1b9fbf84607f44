"""The bounds of reading one document: the time and memory that it may take, and that a defect costs it alone."""

from __future__ import annotations

import mmap
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from qabot.articles.article import Document, Reading
from qabot.errors import ArticleError, QabotError

SECONDS = 60
"""Of a processor, that a document may take."""
BYTES = 1_000_000_000
"""By so many the memory of the process may grow while one is read."""
_TRIED = 10_000  # bytes that must fit into the temporary folder
_FIRST_LOOK, _LOOK = 2.0, 0.25  # seconds: what is read in less than the first is not looked at


class _TooMuch(BaseException):  # no Exception, which what reads may catch
    pass


@contextmanager
def bounded(source: str) -> Iterator[None]:
    """Stop the block where it takes too much time or memory.

    The formats have bounds of their own for what is known to be hostile; this one is for all else. It is looked at
    between two steps of Python, in the main thread alone, where the operating system has signals.

    Raises:
        ArticleError: it was stopped.
    """
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        yield
        return
    began, held = time.thread_time(), _memory()

    def look(_number: int, _frame: FrameType | None) -> None:
        if time.thread_time() - began > SECONDS:
            raise _TooMuch(f"reading it takes more than {SECONDS} s")
        if _memory() - held > BYTES:
            raise _TooMuch(f"reading it takes more than {BYTES / 1_000_000:,.0f} MB of memory")

    former = signal.signal(signal.SIGALRM, look)
    signal.siginterrupt(signal.SIGALRM, False)  # what other threads do goes on
    try:
        signal.setitimer(signal.ITIMER_REAL, _FIRST_LOOK, _LOOK)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except _TooMuch as error:
        raise ArticleError(source, f"{error}: save what is wanted of it as a file of its own") from None
    finally:
        signal.signal(signal.SIGALRM, former or signal.SIG_DFL)


def _memory() -> int:
    """Return how many bytes of memory the process holds; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[1]) * mmap.PAGESIZE
    except OSError:
        return 0


class DefectError(ArticleError):
    """Reading an article tripped a defect, ours or a library's."""


def documents_of(reading: Reading) -> Iterator[Document | ArticleError]:
    """Yield the documents of a source, one by one.

    Raises:
        ArticleError: what follows cannot be read.
    """
    documents = iter(reading.documents)
    while True:
        with as_unreadable(reading.source):
            document = next(documents, None)
        if document is None:
            return
        yield document


@contextmanager
def as_unreadable(source: str) -> Iterator[None]:
    """Turn a defect that reading trips, ours or a library's, into a `DefectError`: one article is lost, not all.

    Raises:
        ArticleError: it is nested too deeply to be read, or takes more time or memory than one article may.
        DefectError: reading the source failed.
        QabotError: reading any would, for the temporary folder is full.
    """
    try:
        with bounded(source):
            yield
    except QabotError:
        raise
    except RecursionError as error:
        reason = "it is nested too deeply to be read: save what is wanted of it as a file of its own"
        raise ArticleError(source, reason) from error
    except Exception as error:
        if isinstance(error, OSError):
            _try_temporary_folder()
        what = " ".join(f"{type(error).__name__}: {error}".split())
        raise DefectError(source, f"reading it failed ({what}): please report this defect of qabot") from error


def _try_temporary_folder() -> None:
    """Raise `QabotError` where nothing can be written to the temporary folder, which libraries that read need."""
    try:
        with tempfile.TemporaryFile() as file:
            file.write(bytes(_TRIED))
            file.flush()
    except OSError as error:
        where = f"the temporary folder {tempfile.tempdir}" if tempfile.tempdir else "a temporary folder"
        raise QabotError(
            f"Nothing can be written to {where} ({error.strerror}). Free space there, or set TMPDIR to another folder."
        ) from error
