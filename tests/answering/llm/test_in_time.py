"""A server that only holds the line, and a listener that leaves."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Iterator

import pytest

from qabot.answering.llm.model import in_time

SPOKEN = contextvars.ContextVar("SPOKEN", default="nobody")


def test_pieces_come_in_order_and_with_the_callers_context() -> None:
    SPOKEN.set("here")
    assert list(in_time(lambda: iter([SPOKEN.get(), "a", "b"]), 5, bool)) == ["here", "a", "b"]


def test_what_the_pieces_raise_is_raised_after_them() -> None:
    def pieces() -> Iterator[str]:
        yield "a"
        raise ValueError("broken")

    heard = []
    with pytest.raises(ValueError, match="broken"):
        heard.extend(in_time(pieces, 5, bool))
    assert next(in_time(pieces, 5, bool)) == "a"


def test_signs_of_life_are_no_words() -> None:
    never = threading.Event()

    def pieces() -> Iterator[str]:
        yield "a"
        while not never.wait(0.01):
            yield ""

    listening = in_time(pieces, 0.2, bool)
    assert next(listening) == "a"
    with pytest.raises(TimeoutError):
        list(listening)
    never.set()


def test_a_listener_that_leaves_ends_the_reading_even_of_what_has_no_end() -> None:
    closed = threading.Event()

    def pieces() -> Iterator[str]:
        try:
            while True:
                yield "a"
        finally:
            closed.set()

    listening = in_time(pieces, 5, bool)
    assert next(listening) == "a"
    listening.close()
    assert closed.wait(5)
