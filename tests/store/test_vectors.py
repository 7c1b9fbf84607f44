"""The search by vectors: Chroma finds what comparing all finds, in every scope; only its writer writes to it."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from qabot.articles.article import Article
from qabot.store import searcher, vectors
from qabot.store.catalogue import Catalogue, embedding_key
from qabot.store.location import SearchIndexError
from qabot.store.passages import Passage
from qabot.store.records import ANYWHERE, Scope
from qabot.store.search_files import SearchFiles, noted_of
from qabot.store.searcher import Searcher
from qabot.store.vectors import VectorIndex, VectorWriter

DATES = ("2021-05-04", "2021-12", "2022", "2022-06-30", None)
PUBLISHERS = ("The Coast Post", "Farm Weekly", None)
SCOPES = {
    ANYWHERE: lambda _: True,
    Scope(since=date(2022, 1, 1)): lambda made: made.published in ("2022", "2022-06-30"),
    Scope(until=date(2021, 12, 30)): lambda made: made.published == "2021-05-04",
    Scope(since=date(2021, 12, 1), until=date(2022, 6, 30)): lambda made: made.published in ("2021-12", "2022-06-30"),
    Scope(publishers=("farm WEEKLY",)): lambda made: made.publisher == "Farm Weekly",
    Scope(publishers=("nobody",)): lambda _: False,
}
ROOT = str(Path(__file__).parents[2])


@dataclass(frozen=True)
class Made:
    """An article of one passage."""

    passage_id: int
    vector: NDArray[np.float32]
    text: str
    publisher: str | None = None
    published: str | None = None

    @property
    def article(self) -> Article:
        """The article; its text ends in what no other's does, which is not in its passage."""
        text = f"{self.text} {self.passage_id}"
        return Article(f"/{self.passage_id}", text, publisher=self.publisher, published=self.published)

    def write(self, catalogue: Catalogue, former: Made | None = None) -> None:
        passage = Passage(self.passage_id, 0, len(self.text), self.text, ())
        gone = former.article.article_id if former else None
        catalogue.write(self.article, [passage], self.vector[None], self.article.source, former=gone)


def unit(count: int, seed: int, dimension: int = 8) -> NDArray[np.float32]:
    found = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def made(count: int, first: int = 1) -> list[Made]:
    return [
        Made(first + n, vector, f"Text {first + n}.", PUBLISHERS[n % len(PUBLISHERS)], DATES[n % len(DATES)])
        for n, vector in enumerate(unit(count, first))
    ]


def exact(held: Sequence[Made], query: NDArray[np.float32], k: int, scope: Scope = ANYWHERE) -> list[int]:
    inside = [each for each in held if SCOPES[scope](each)]
    return [each.passage_id for each in sorted(inside, key=lambda each: -float(each.vector @ query))][:k]


ALL = made(400)
QUERIES = unit(5, seed=9000)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    with closing(Catalogue.open(tmp_path_factory.mktemp("store") / "catalogue.sqlite", create=True)) as opened:
        with opened.transaction():
            for each in ALL:
                each.write(opened)
        yield opened


@pytest.fixture(scope="module")
def search_files(catalogue: Catalogue) -> SearchFiles:
    made_index = SearchFiles(catalogue)
    made_index.mend()
    return made_index


def folder(search_files: SearchFiles) -> Path:
    confirmed = search_files.last_confirmed()
    assert confirmed
    return confirmed.vectors


def find(
    catalogue: Catalogue, queries: NDArray[np.float32], k: int, scope: Scope = ANYWHERE, *, compared: bool = False
) -> list[list[int]]:
    """What is nearest in a catalogue as it is now; ``compared``: where Chroma cannot be opened."""
    with pytest.MonkeyPatch.context() as patch, closing(Searcher(catalogue)) as opened:
        if compared:
            patch.setattr(VectorIndex, "__init__", no_room)
        return [[hit.passage_id for hit in hits] for hits in opened.nearest(queries, k, scope)]


def no_room(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


WAYS = {  # _SPARE and _MORE of `searcher`, and how often Chroma is asked where 160 of 400 are inside
    "Chroma": (2, 4, 1),
    "Chroma, asked twice": (0.2, 40, 2),
    "Chroma finds too few": (0.2, 2, 2),
    "few inside": (100, 4, 0),
}


@pytest.mark.usefixtures("search_files")
@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("way", [*WAYS, "compared"])
def test_the_nearest_are_found(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, scope: Scope, way: str) -> None:
    asks: list[int] = []
    search = VectorIndex.search

    def counted(index: VectorIndex, query: NDArray[np.float32], k: int) -> list[list[tuple[bytes, float]]]:
        asks.append(k)
        return search(index, query, k)

    monkeypatch.setattr(VectorIndex, "search", counted)
    if way == "compared":
        monkeypatch.setattr(VectorIndex, "__init__", no_room)
        often = 0
    else:
        spare, more, often = WAYS[way]
        monkeypatch.setattr(searcher, "_SPARE", spare)
        monkeypatch.setattr(searcher, "_MORE", more)
        monkeypatch.setattr(searcher, "_DEARER", 1)
    with closing(Searcher(catalogue)) as asked:
        for query in QUERIES:
            asks.clear()
            [hits] = asked.nearest(query[None], 7, scope)
            assert [hit.passage_id for hit in hits] == exact(ALL, query, 7, scope)
            cosines = [float(ALL[hit.passage_id - 1].vector @ query) for hit in hits]
            assert [hit.score for hit in hits] == pytest.approx(cosines, abs=1e-5)
            if scope == Scope(since=date(2022, 1, 1)):
                assert len(asks) == often
        found = asked.nearest(QUERIES, 7, scope)
    assert [len(hits) for hits in found] == [len(exact(ALL, query, 7, scope)) for query in QUERIES]


def test_what_changed_its_publisher_alone_is_in_the_new_scope_and_no_more_in_the_old(tmp_path: Path) -> None:
    """Its vector is in Chroma, and the word index still has it under the former publisher."""
    held = made(40)
    moved = replace(held[0], publisher="Farm Weekly")
    with closing(Catalogue.open(tmp_path / "catalogue.sqlite", create=True)) as catalogue:
        search_files = SearchFiles(catalogue)
        for each in held:
            each.write(catalogue)
        search_files.mend()
        moved.write(catalogue, held[0])
        for compared in (False, True):
            for publisher, there in (("The Coast Post", False), ("Farm Weekly", True)):
                [found] = find(catalogue, moved.vector[None], 40, Scope(publishers=(publisher,)), compared=compared)
                assert (moved.passage_id in found) is there


def test_what_changed_since_is_found_at_once_and_in_the_next_index(tmp_path: Path) -> None:
    held = {each.passage_id: each for each in made(100)}
    again = Made(7, ALL[350].vector, "Text 7, of a new title.")
    same = Made(901, held[20].vector, held[20].text, held[20].publisher, held[20].published)
    with closing(Catalogue.open(tmp_path / "catalogue.sqlite", create=True)) as catalogue:
        search_files = SearchFiles(catalogue)
        for each in held.values():
            each.write(catalogue)
        search_files.mend()
        former = folder(search_files)
        catalogue.delete([held[n].article.article_id for n in (1, 2, 20)])
        again.write(catalogue, held[7])
        for each in (same, new := made(1, first=800)[0]):
            each.write(catalogue)
        left = [each for n, each in held.items() if n not in (1, 2, 7, 20)] + [again, same, new]
        queries = np.stack([*QUERIES, held[7].vector, again.vector, held[1].vector, held[20].vector])
        late = find(catalogue, queries, 9)
        search_files.mend()
        for found in (late, find(catalogue, queries, 9)):
            assert found == [exact(left, each, 9) for each in queries]
        assert not catalogue.pending()
        assert not former.exists()
        with closing(VectorIndex(folder(search_files))) as index:
            assert index.count == len(left)


def test_equal_passages_share_a_vector_and_hide_no_other(tmp_path: Path) -> None:
    """HNSW links equal vectors to one another alone, and so loses those that lie beside them."""
    forms, others = unit(3, seed=3), [Made(5_000 + n, each, f"Text {n}.") for n, each in enumerate(unit(40, seed=4))]
    equal = [Made(1 + n, forms[n % 3], f"Form {n % 3}.") for n in range(600)]
    with closing(Catalogue.open(tmp_path / "catalogue.sqlite", create=True)) as catalogue:
        search_files = SearchFiles(catalogue)
        with catalogue.transaction():
            for each in (*equal, *others):
                each.write(catalogue)
        search_files.mend()
        with closing(VectorIndex(folder(search_files))) as index:
            assert index.count == 43
        for each in others:
            assert find(catalogue, each.vector[None], 1) == [[each.passage_id]]
        [found] = find(catalogue, forms[:1], 250)
        assert {passage_id % 3 for passage_id in found[:200]} == {1}
        catalogue.delete([each.article.article_id for each in equal[3:]])
        search_files.mend()
        [found] = find(catalogue, forms[:1], 50)
        assert len(found) == 43


def test_many_dropped_vectors_have_all_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qabot.store.search_files._FEW", 3)
    written: list[Path | None] = []
    begin = VectorWriter.__init__

    def watched(self: VectorWriter, to: Path, former: Path | None = None) -> None:
        written.append(former)
        begin(self, to, former)

    monkeypatch.setattr(VectorWriter, "__init__", watched)
    held = made(8)
    with closing(Catalogue.open(tmp_path / "catalogue.sqlite", create=True)) as catalogue:
        search_files = SearchFiles(catalogue)
        for each in held:
            each.write(catalogue)
        for gone in (None, *held[:5], None):
            if gone:
                catalogue.delete([gone.article.article_id])
            search_files.mend()
    assert [bool(former) for former in written] == [False, True, True, True, True, False]


def test_who_asks_writes_nothing_and_keeps_what_a_writer_deletes(search_files: SearchFiles, tmp_path: Path) -> None:
    shutil.copytree(folder(search_files), tmp_path / "copy")
    before = noted_of([tmp_path / "copy"])
    with closing(VectorIndex(tmp_path / "copy")) as index:
        first = index.search(QUERIES, 5)
        assert noted_of([tmp_path / "copy"]) == before
        shutil.rmtree(tmp_path / "copy")
        assert index.search(QUERIES, 5) == first


@pytest.mark.usefixtures("search_files")
def test_another_dimension(catalogue: Catalogue) -> None:
    with pytest.raises(SearchIndexError, match="dimension of 8, got 5"):
        find(catalogue, np.ones((1, 5), np.float32), 3)


def test_what_is_wrong_with_a_new_collection_is_seen(tmp_path: Path) -> None:
    held = {embedding_key(each.article, Passage(0, 0, 6, each.text, ())): each.vector for each in ALL[:20]}
    writer = VectorWriter(tmp_path / "vectors")
    writer.put(held)
    assert writer.finish() == 20
    with closing(VectorIndex(tmp_path / "vectors")) as index:
        assert index.wrong(20, held) is None
        assert index.wrong(21, held) == "Chroma holds 20 vectors instead of 21"
        one, other = list(held)[:2]
        for sample in ({one: held[other]}, {bytes(16): held[one]}):
            assert index.wrong(20, sample) == "Chroma does not hold texts with their own vectors"


def test_chroma_heeds_no_settings_but_ours(tmp_path: Path) -> None:
    """It reads a file .env of the working directory, which may be a stranger's, and variables for other programs."""
    (tmp_path / ".env").write_text("ANONYMIZED_TELEMETRY=True\nCHROMA_OTEL_COLLECTION_ENDPOINT=http://a.example\n")
    code = (
        "import sys; from pathlib import Path; from qabot.store.vectors import VectorWriter\n"
        "set_ = VectorWriter(Path('chroma'))._client.get_settings()\n"
        "print(set_.anonymized_telemetry, repr(set_.chroma_otel_collection_endpoint), set_.chroma_api_impl)"
    )
    environment = {**os.environ, "PYTHONPATH": ROOT, "CHROMA_API_IMPL": "chromadb.api.fastapi.FastAPI"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("False '' chromadb.api.rust.RustBindingsAPI\n", "")


def test_who_asks_need_not_import_the_client(search_files: SearchFiles) -> None:
    code = (
        "import sys; from contextlib import closing; from pathlib import Path; import numpy as np\n"
        "from qabot.store.vectors import VectorIndex\n"
        "with closing(VectorIndex(Path(sys.argv[1]))) as index:\n"
        "    print(len(index.search(np.ones((1, 8), np.float32), 5)[0]), 'chromadb' in sys.modules)"
    )
    command = [sys.executable, "-c", code, str(folder(search_files))]
    environment = {**os.environ, "PYTHONPATH": ROOT}
    done = subprocess.run(command, env=environment, capture_output=True, check=True, text=True)
    assert done.stdout == "5 False\n"


@pytest.mark.filterwarnings("ignore:legacy embedding function")
def test_the_client_finds_what_the_engine_finds_and_has_the_chosen_parameters(
    search_files: SearchFiles, tmp_path: Path
) -> None:
    shutil.copytree(folder(search_files), tmp_path / "copy")
    client, collection = vectors._opened(tmp_path / "copy")
    with closing(client), closing(VectorIndex(folder(search_files))) as index:
        found = collection.query(query_embeddings=QUERIES, n_results=9, include=["distances"])
        asked = index.search(QUERIES, 9)
        assert [[key.hex() for key, _ in some] for some in asked] == found["ids"]
        assert [[1 - score for _, score in some] for some in asked] == [
            pytest.approx(d) for d in found["distances"] or []
        ]
        hnsw = collection.configuration["hnsw"]
        assert {name: hnsw[name] for name in vectors.HNSW} == vectors.HNSW  # type: ignore[literal-required]
