"""What is cleaned, cut and embedded makes the same index, whoever does it; what reads without end is stopped."""

from __future__ import annotations

import pickle
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
from numpy.typing import NDArray

from qabot.articles.article import Document, Reading
from qabot.errors import ArticleError, StoreError
from qabot.settings import Settings
from qabot.store import ingest, workers
from qabot.store.ingest import update
from qabot.store.location import Location
from qabot.store.records import UpdateReport
from qabot.store.workers import DefectError, Here, Workers, bounded
from tests.store.contents import contents
from tests.store.hashing import HashingEncoder

T = TypeVar("T")
R = TypeVar("R")


class Elsewhere:
    """Other processes, as they look from here: all is computed at once, the last first, and everything is pickled."""

    lots = 3

    def promise(self, function: Callable[[T], R], items: Sequence[T]) -> list[Callable[[], R]]:
        found = {number: self._done(function, items[number]) for number in reversed(range(len(items)))}
        return [partial(self._given, found[number]) for number in range(len(items))]

    def _done(self, function: Callable[[T], R], item: T) -> bytes:
        function, item = pickle.loads(pickle.dumps((function, item)))
        try:
            return pickle.dumps(function(item))
        except ArticleError as error:
            return pickle.dumps(error)

    def _given(self, found: bytes) -> Any:
        result = pickle.loads(found)
        if isinstance(result, ArticleError):
            raise result
        return result


@pytest.fixture(autouse=True)
def small_lots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qabot.store.writing._DOCUMENTS", 4)
    monkeypatch.setattr("qabot.store.writing._TOGETHER", 2)


@pytest.fixture
def many(location: Location) -> Location:
    """Articles, among them copies, some with passages in common, and one that is none."""
    common = "The council met on Monday. It will meet again in June, in the old town hall by the river.\n"
    for number in range(9):
        own = (
            f"Ward {number} asked for {number + 2} new bridges. Nobody knows who is to pay for them, said Ada Quill.\n"
        )
        text = f"---\ntitle: The council\n---\n{common * 8}\n{own * 8}"
        (location.articles / f"ward{number}.md").write_text(text, "utf-8")
    (location.articles / "copy.md").write_text((location.articles / "ward3.md").read_text("utf-8"), "utf-8")
    (location.articles / "none.md").write_text("---\ntitle: Nothing\n---\n!!! ???\n", "utf-8")
    return location


def made_by(by: Workers, location: Location, name: str, encoder: HashingEncoder) -> Location:
    made = Location(location.articles, location.store.parent / name)
    report = update(made, [], Settings(), encoder=encoder, workers=by)
    assert (report.added, [Path(each.source).name for each in report.skipped]) == (12, ["none.md", "ward3.md"])
    return made


def test_the_index_is_the_same(many: Location) -> None:
    here = made_by(Here(), many, "here", HashingEncoder())
    elsewhere = made_by(Elsewhere(), many, "elsewhere", HashingEncoder())
    assert contents(elsewhere) == contents(here)
    (many.articles / "ward3.md").write_text("Ward 3 has a bridge now, of wood. It is open to all.", "utf-8")
    for made, by in ((here, Here()), (elsewhere, Elsewhere())):
        report = update(made, [], Settings(), encoder=HashingEncoder(), workers=by)
        assert (report.added, report.unchanged) == (1, 12)
    assert contents(elsewhere) == contents(here)


class Counting(HashingEncoder):
    """Never gives the same vector again."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = super().encode(texts)
        vectors += np.arange(len(self.encoded) - len(texts), len(self.encoded))[:, None]
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def test_equal_texts_share_a_vector_though_they_are_embedded_at_the_same_time(many: Location) -> None:
    class Watched(Here):
        lots = 3

    encoder = Counting()
    made = made_by(Watched(), many, "counted", encoder)
    vectors: dict[bytes, set[bytes]] = {}
    passages = contents(made)["passages"]
    for *_, key, vector in passages:
        vectors.setdefault(key, set()).add(vector)
    assert len(vectors) < len(passages)
    assert {len(each) for each in vectors.values()} == {1}
    embedded = [each for each in encoder.encoded if each.startswith("The council\n")]
    assert len(embedded) == len(set(embedded)) > 9


def test_lots_are_embedded_beside_one_another(location: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qabot.store.writing._TOGETHER", 1)
    together = threading.Barrier(3)

    class Meeting(HashingEncoder):
        def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
            together.wait(30)  # raises where the others do not come
            return super().encode(texts)

    class Threads(Here):
        lots = 3

    assert update(location, [], Settings(), encoder=Meeting(), workers=Threads()).added == 3


def test_what_fails_there_fails_here(location: Location) -> None:
    class Failing(HashingEncoder):
        def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
            raise StoreError("The embedding model is a sieve. Choose another.")

    class Lots(Here):
        lots = 3

    with pytest.raises(StoreError, match="a sieve"):
        update(location, [], Settings(), encoder=Failing(), workers=Lots())
    assert not [each for each in threading.enumerate() if each.name.startswith("encoding")]


@pytest.mark.parametrize("kind", [ArticleError, DefectError])
def test_errors_of_articles_travel(kind: type[ArticleError]) -> None:
    there = pickle.loads(pickle.dumps(kind("/a.md", "it is empty")))
    assert (type(there), there.source, there.reason, str(there)) == (kind, "/a.md", "it is empty", "/a.md: it is empty")


@pytest.fixture
def looking_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_FIRST_LOOK", 0.01)
    monkeypatch.setattr(workers, "_LOOK", 0.01)


def endless_time() -> None:
    while True:
        with suppress(Exception):  # as readers do that take all errors for damage
            sum(range(1000))


def endless_memory() -> None:
    held = []
    while True:
        held.append(bytearray(b"x" * 100_000))


@pytest.mark.usefixtures("looking_soon")
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
    monkeypatch.setattr(workers, bound, most)
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


@pytest.mark.usefixtures("looking_soon")
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
    monkeypatch.setattr(workers, "SECONDS", 1)
    report = run()
    assert report.added == 2
    [skipped] = report.skipped
    assert (skipped.source, skipped.reason) == (
        str(location.articles / "wheat.md"),
        "reading it takes more than 1 s: save what is wanted of it as a file of its own",
    )
