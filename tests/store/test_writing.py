"""Embedding goes on while the next articles are read."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from qabot.errors import StoreError
from qabot.settings import Settings
from qabot.store.ingest import update
from qabot.store.location import Location
from tests.store.hashing import HashingEncoder


@pytest.fixture(autouse=True)
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qabot.store.writing._DOCUMENTS", 1)
    monkeypatch.setattr("qabot.store.writing._TOGETHER", 1)


class WaitingEncoder(HashingEncoder):
    """Encodes when it is let go on, and keeps in mind what it waited for in vain."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()
        self.waited_in_vain = False

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.waited_in_vain |= not self.go_on.wait(30)
        return super().encode(texts)


def test_the_next_article_is_read_meanwhile(location: Location) -> None:
    encoder, looked_at = WaitingEncoder(), set()

    def progress(_done: int, _total: int, source: str) -> None:
        looked_at.add(source)
        if len(looked_at) == 2:
            encoder.go_on.set()

    assert update(location, [], Settings(), encoder=encoder, progress=progress).added == 3
    assert not encoder.waited_in_vain


def test_what_the_encoder_raises_is_raised(location: Location) -> None:
    class Failing(HashingEncoder):
        def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
            if "Wheat" in texts[0]:
                raise StoreError("The embedding model cannot be loaded: it is a sieve. Choose another.")
            return super().encode(texts)

    with pytest.raises(StoreError, match="a sieve"):
        update(location, [], Settings(), encoder=Failing())
    assert not [each for each in threading.enumerate() if each.name.startswith("encoding")]
    assert update(location, [], Settings(), encoder=HashingEncoder()).articles == 3


class Watching:
    """Keeps in mind what it is told of stages."""

    def __init__(self) -> None:
        self.stages: list[tuple[str, int, int]] = []

    def __call__(self, _done: int, _total: int, _what: str) -> None:
        pass

    def stage(self, doing: str, done: int = 0, total: int = 0) -> None:
        self.stages.append((doing, done, total))


def test_who_wants_to_know_is_told_how_many_passages_are_embedded(location: Location) -> None:
    watching = Watching()
    report = update(location, [], Settings(), encoder=HashingEncoder(), progress=watching)
    embedded = [(done, total) for doing, done, total in watching.stages if doing == "Embedding passages"]
    assert embedded[0][0] == 0
    assert embedded == sorted(embedded)
    assert embedded[-1] == (report.passages, report.passages)
    assert watching.stages[-1][0] == "Finishing the index"
    assert all(total == report.passages for _, total in embedded)  # each of these articles is one passage
    again = Watching()
    update(location, [], Settings(), encoder=HashingEncoder(), progress=again)
    assert not [doing for doing, _, _ in again.stages if doing == "Embedding passages"]
