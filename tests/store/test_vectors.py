"""The vector index: by whichever of its ways it searches, it finds the same."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from qabot.store import flat, vectors
from qabot.store.errors import SearchIndexError
from qabot.store.flat import FlatVectors
from qabot.store.records import ANYWHERE, Entry, Hit, Scope
from qabot.store.vectors import VectorIndex

DATES = ("2021-05-04", "2021-12", "2022", "2022-06-30", None)
PUBLISHERS = ("The Coast Post", "Farm Weekly", None)
SCOPES = {
    ANYWHERE: lambda _: True,
    Scope(since=date(2022, 1, 1)): lambda entry: entry.published in ("2022", "2022-06-30"),
    Scope(until=date(2021, 12, 30)): lambda entry: entry.published == "2021-05-04",
    Scope(since=date(2021, 12, 1), until=date(2022, 6, 30)): lambda entry: entry.published in ("2021-12", "2022-06-30"),
    Scope(publishers=("farm WEEKLY",)): lambda entry: entry.publisher == "Farm Weekly",
    Scope(publishers=("nobody",)): lambda _: False,
}


def made(count: int, first: int = 1) -> list[Entry]:
    found = np.random.default_rng(first).standard_normal((count, 8)).astype(np.float32)
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    return [
        Entry(first + n, vector, "", None, PUBLISHERS[n % len(PUBLISHERS)], DATES[n % len(DATES)])
        for n, vector in enumerate(found)
    ]


def nearest(entries: list[Entry], query: NDArray[np.float32], k: int, scope: Scope) -> list[int]:
    inside = [entry for entry in entries if SCOPES[scope](entry)]
    return [entry.passage_id for entry in sorted(inside, key=lambda entry: -float(entry.vector @ query))][:k]


ROOT = str(Path(__file__).parents[2])
ENTRIES = made(400)
QUERIES = np.stack([entry.vector for entry in made(5, first=9000)])


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VectorIndex]:
    made_index = VectorIndex(tmp_path_factory.mktemp("vectors"), create=True)
    made_index.put(ENTRIES)
    yield made_index
    made_index.close()


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("way", ["compared", "Chroma", "Chroma finds too few"])
def test_the_nearest_are_found(index: VectorIndex, monkeypatch: pytest.MonkeyPatch, scope: Scope, way: str) -> None:
    if way != "compared":
        monkeypatch.setattr(vectors, "COMPARED", -1)
        monkeypatch.setattr(vectors, "COMPARED_IN_SCOPE", -1)
        monkeypatch.setattr(vectors, "OPENING", -1)
        monkeypatch.setattr(vectors, "_NEAREST", 300 if way == "Chroma" else 10)
    found = index.search(QUERIES, 7, scope)
    assert [[hit.passage_id for hit in hits] for hits in found] == [
        nearest(ENTRIES, query, 7, scope) for query in QUERIES
    ]
    for query, hits in zip(QUERIES, found, strict=True):
        cosines = [float(ENTRIES[hit.passage_id - 1].vector @ query) for hit in hits]
        assert [hit.score for hit in hits] == pytest.approx(cosines, abs=1e-5)


def test_what_is_put_again_and_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flat, "_FEW", 50)
    index, entries = FlatVectors(tmp_path, create=True), made(200)
    index.put(entries)
    before = FlatVectors(tmp_path)  # of a process that reads meanwhile
    again = [*made(30), *made(20, first=500)]
    index.put(again)
    index.drop(range(100, 201))
    assert (index.lag(), index.in_copy(), index.copied) == (250, 0, 0)
    index.copy_made()
    left = [entry for entry in (*entries[:99], *again[30:]) if entry.passage_id < 100 or entry.passage_id >= 500]
    for each in (index, FlatVectors(tmp_path)):
        assert each.count() == len(left)
        for query in QUERIES:
            [hits] = each.search(query[None], 300, ANYWHERE)
            assert [hit.passage_id for hit in hits] == nearest(left, query, 300, ANYWHERE)
    assert (tmp_path / "rows.bin").stat().st_size == len(left) * flat._ROW.itemsize  # written anew without the rest
    assert before.search(QUERIES[:1], 3, ANYWHERE)[0][0].score > 0


def test_files_that_do_not_belong_together(tmp_path: Path) -> None:
    FlatVectors(tmp_path, create=True).put(made(9))
    rows = tmp_path / "rows.bin"
    rows.write_bytes(rows.read_bytes()[: 5 * flat._ROW.itemsize])
    with pytest.raises(ValueError, match="not those of its passages"):
        FlatVectors(tmp_path)


def test_another_dimension(index: VectorIndex) -> None:
    with pytest.raises(SearchIndexError, match="dimension 8 are held, not of 5"):
        index.search(np.ones((1, 5), np.float32), 3, ANYWHERE)


@pytest.mark.parametrize("scope", [ANYWHERE, Scope(since=date(2022, 1, 1))])
def test_what_chroma_does_not_have_yet_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scope: Scope) -> None:
    for name in ("COMPARED", "COMPARED_IN_SCOPE", "OPENING"):
        monkeypatch.setattr(vectors, name, -1)
    monkeypatch.setattr(vectors, "LAG", 60)
    built = VectorIndex(tmp_path, create=True)
    built.put(ENTRIES[:300])
    assert built.wrong(300, ENTRIES[:9]) is None
    built.close()
    again = replace(ENTRIES[7], vector=ENTRIES[350].vector, published="2022")  # of a new title
    steps = [
        (ENTRIES[300:340], [], False),
        ([again], [1, 2, 305], False),
        (ENTRIES[340:370], [], True),
    ]
    left = {entry.passage_id: entry for entry in ENTRIES[:300]}
    for put, drop, copied in steps:
        index = VectorIndex(tmp_path)
        index.drop(drop)
        index.put(put)
        assert (index._opened is not None) == copied
        left = {id_: entry for id_, entry in left.items() if id_ not in drop} | {
            entry.passage_id: entry for entry in put
        }
        assert index.wrong(len(left), put, opening_chroma=True) is None
        queries = np.stack([*QUERIES, ENTRIES[7].vector, again.vector])
        for query, hits in zip(queries, index.search(queries, 9, scope), strict=True):
            assert [hit.passage_id for hit in hits] == nearest(list(left.values()), query, 9, scope)
        assert index._flat.lag() == 0 or not copied
        index.close()


def test_chroma_is_opened_when_it_was_worth_it(index: VectorIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "COMPARED", 100)
    monkeypatch.setattr(vectors, "OPENING", 10 * len(ENTRIES))
    another = VectorIndex(index._folder)
    opened = []
    for _ in range(4):
        found = another.search(QUERIES[:3], 5, ANYWHERE)
        assert [hit.passage_id for hit in found[2]] == nearest(ENTRIES, QUERIES[2], 5, ANYWHERE)
        opened.append(another._opened is not None)
    another.close()
    assert opened == [False, False, False, True]


def test_a_small_index_is_asked_without_chroma(index: VectorIndex) -> None:
    code = (
        "import sys; from pathlib import Path; import numpy as np; from qabot.store.records import ANYWHERE;"
        "from qabot.store.vectors import VectorIndex;"
        f"index = VectorIndex(Path({str(index._folder)!r}));"
        "print(len(index.search(np.ones((1, 8), np.float32), 5, ANYWHERE)[0]), 'chromadb' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout == "5 False\n"


def test_chroma_heeds_no_settings_but_ours(tmp_path: Path) -> None:
    """It reads a file .env of the working directory, which may be a stranger's, and variables for other programs."""
    (tmp_path / ".env").write_text("ANONYMIZED_TELEMETRY=True\nCHROMA_OTEL_COLLECTION_ENDPOINT=http://a.example\n")
    code = (
        "import sys; from pathlib import Path; from qabot.store.vectors import ChromaVectors\n"
        "set_ = ChromaVectors(Path('chroma'), create=True)._client.get_settings()\n"
        "print(set_.anonymized_telemetry, repr(set_.chroma_otel_collection_endpoint), set_.chroma_api_impl)"
    )
    environment = {**os.environ, "PYTHONPATH": ROOT, "CHROMA_API_IMPL": "chromadb.api.fastapi.FastAPI"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("False '' chromadb.api.rust.RustBindingsAPI\n", "")


def test_of_many_equal_passages_chroma_need_not_find_any_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = VectorIndex(tmp_path, create=True)
    index.put(ENTRIES)
    monkeypatch.setattr(vectors.ChromaVectors, "search", lambda _self, asked, k: [[Hit(1, 0.3)] * k for _ in asked])
    assert index.wrong(400, ENTRIES[:9], opening_chroma=True) is None
    index.close()


def test_a_vector_that_chroma_has_wrong_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "_SAMPLE", 400)
    index = VectorIndex(tmp_path, create=True)
    index.put(ENTRIES)
    index._chroma.put(np.array([7]), ENTRIES[8].vector[None])
    assert index.wrong(400, ENTRIES[:9], opening_chroma=True) == "Chroma does not hold passages with their own vectors"
    index.close()
