"""Pieces that must keep coming: a server that only holds the line is given up on.

A time limit of the connection does not see it: a server that sends signs of life and no word keeps it open for good.
"""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Callable, Generator, Iterator
from queue import Empty, Full, Queue
from typing import TypeVar

T = TypeVar("T")

_AHEAD = 100  # pieces that are read before they are asked for
_LOOK = 0.1  # seconds after which the reading thread looks whether anybody still listens


class _End:
    """Stands at the end of the pieces, with what ended them."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


def in_time(pieces: Callable[[], Iterator[T]], seconds: float, is_word: Callable[[T], bool]) -> Generator[T]:
    """The pieces, as long as one that is a word comes every so many seconds.

    They are read in a thread of their own, with the caller's context variables (LangChain's callbacks live there). A
    thread that hears nothing cannot be ended from outside: it is left behind, and ends with the connection.

    Args:
        pieces: begins to read; its iterator is closed when nobody listens any more.
        seconds: from the start or the last word to the next.
        is_word: whether a piece is more than a sign of life.

    Raises:
        TimeoutError: no word came in time.
        Exception: whatever the pieces raise.
    """
    arrived: Queue[T | _End] = Queue(_AHEAD)
    left = threading.Event()

    def put(item: T | _End) -> None:
        while not left.is_set():
            try:
                return arrived.put(item, timeout=_LOOK)
            except Full:
                continue
        return None

    def read() -> None:
        ended: BaseException | None = None
        reading: Iterator[T] = iter(())
        try:
            reading = pieces()
            for piece in reading:
                put(piece)
                if left.is_set():
                    break
        except BaseException as error:  # noqa: BLE001 - it is raised where the pieces are wanted
            ended = error
        finally:
            if isinstance(reading, Generator):
                reading.close()
            put(_End(ended))

    threading.Thread(target=contextvars.copy_context().run, args=(read,), daemon=True).start()
    patience = seconds
    try:
        while True:
            asked = time.monotonic()
            try:
                item = arrived.get(timeout=patience)
            except Empty:
                raise TimeoutError(f"no word within {seconds:g} seconds") from None
            if isinstance(item, _End):
                if item.error:
                    raise item.error
                return
            # Only waiting counts, and not what the listener does between two pieces.
            patience = seconds if is_word(item) else max(0.0, patience - (time.monotonic() - asked))
            yield item
    finally:
        left.set()
