"""The time and the memory that reading one document may take."""

from __future__ import annotations

import mmap
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from qabot.errors import ArticleError

SECONDS = 60
"""Of a processor, that a document may take."""
BYTES = 1_000_000_000
"""By so many the memory of the process may grow while one is read."""
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
