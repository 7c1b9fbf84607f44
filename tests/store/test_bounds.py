"""What reads without end is stopped, and the rest goes on."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from qabot.articles.article import Document, Reading
from qabot.errors import ArticleError
from qabot.store import bounds, ingest
from qabot.store.bounds import bounded
from qabot.store.location import Location
from qabot.store.records import UpdateReport


@pytest.fixture(autouse=True)
def looking_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "_FIRST_LOOK", 0.01)
    monkeypatch.setattr(bounds, "_LOOK", 0.01)


def endless_time() -> None:
    while True:
        with suppress(Exception):  # as readers do that take all errors for damage
            sum(range(1000))


def endless_memory() -> None:
    held = []
    while True:
        held.append(bytearray(b"x" * 100_000))


@pytest.mark.parametrize(
    ("endless", "bound", "most", "reason"),
    [
        (endless_time, "SECONDS", 0.1, r"takes more than 0\.1 s: save what is wanted"),
        (endless_memory, "BYTES", 50_000_000, "takes more than 50 MB of memory: save what is wanted"),
    ],
)
def test_what_takes_too_much_is_stopped(
    endless: Callable[[], None], bound: str, most: float, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, bound, most)
    before = signal.getsignal(signal.SIGALRM)
    with pytest.raises(ArticleError, match=reason), bounded("a.eml"):
        endless()
    assert signal.getsignal(signal.SIGALRM) == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_in_another_thread_nothing_is_bounded() -> None:
    found = []

    def read() -> None:
        with bounded("a.eml"):
            found.append(signal.getitimer(signal.ITIMER_REAL))

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    assert found == [(0.0, 0.0)]


def test_the_rest_is_indexed(
    location: Location, run: Callable[..., UpdateReport], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = ingest.read_source

    def documents(source: str) -> Iterator[Document]:
        endless_time()
        yield Document(source, ())

    def read_source(source: str, *arguments: object, **options: object) -> Reading | None:
        if source.endswith("wheat.md"):
            return Reading(source, documents(source))
        return whole(source, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(ingest, "read_source", read_source)
    monkeypatch.setattr(bounds, "SECONDS", 1)
    report = run()
    assert report.added == 2
    [skipped] = report.skipped
    assert (skipped.source, skipped.reason) == (
        str(location.articles / "wheat.md"),
        "reading it takes more than 1 s: save what is wanted of it as a file of its own",
    )
