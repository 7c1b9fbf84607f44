"""A byte that a disk got wrong: it changes no answer, it is seen, and what is right mends it."""

from __future__ import annotations

import logging
import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from qabot.errors import StoreError
from qabot.models import onnx_encoder
from qabot.models.encoder import SentenceTransformersEncoder
from qabot.models.onnx_encoder import check_export, export, exported
from qabot.settings import Settings
from qabot.store import ingest
from qabot.store.catalogue import Catalogue
from qabot.store.index import Index
from qabot.store.location import Location, index_command, writer
from qabot.store.records import UpdateReport
from tests.store.hashing import HashingEncoder

Run = Callable[..., UpdateReport]
Found = Callable[[], list[tuple[str, ...]]]
QUESTION = "When did the harbour bridge of Port Lenn reopen?"


@pytest.fixture
def found(location: Location, hashing: HashingEncoder) -> Found:
    """Opens the index and returns the texts that both searches find, with who published them."""

    def found() -> list[tuple[str, ...]]:
        with closing(Index.open(location, Settings(), encoder=hashing)) as index:
            hits = index.search_vectors(hashing.encode([QUESTION])[0], 9), index.search_words(QUESTION, 9)
            passages = [index.passages([hit.passage_id for hit in some]) for some in hits]
            return [tuple(f"{each.text} ({each.article.publisher})" for each in some) for some in passages]

    return found


def check(location: Location) -> None:
    with closing(Index.open(location, Settings(), encoder=HashingEncoder())) as index:
        index.check()


def flip(file: Path, where: float, *, time_too: bool) -> None:
    """Change a byte of a file that keeps its size, and its time where that is not to change too."""
    data, status = bytearray(file.read_bytes()), file.stat()
    data[int(where * len(data))] ^= 0x55
    file.write_bytes(data)
    if not time_too:
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


def change(location: Location, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(location.catalogue)) as connection:
        assert connection.execute(statement, values).rowcount
        connection.commit()


@pytest.mark.parametrize("name", ["chroma.sqlite3", "*/data_level0.bin", "*/index_metadata.pickle", "*.idx", "*.fast"])
@pytest.mark.parametrize("time_too", [True, False])
def test_a_byte_of_the_search_indexes(location: Location, run: Run, found: Found, name: str, time_too: bool) -> None:
    run()
    right = found()
    check(location)
    [file] = [*location.store.glob(f"vectors-*/{name}"), *location.store.glob(f"words-*/{name}")]
    for where in (0.05, 0.5):
        flip(file, where, time_too=time_too)
    if time_too:
        with pytest.raises(StoreError, match=r"search index in .* is damaged\. Mend it: qabot index"):
            check(location)
        assert found() == right
        check(location)
    else:
        with pytest.raises(StoreError, match=r"search index in .* is damaged"):
            check(location)
        run()
        check(location)
        assert found() == right


def test_what_was_copied_is_not_made_anew(location: Location, run: Run, found: Callable[[], object]) -> None:
    run()
    right = found()
    for file in location.store.rglob("*"):
        os.utime(file)
    before = set(location.store.glob("vectors-*"))
    assert found() == right
    assert set(location.store.glob("vectors-*")) == before


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE articles SET text = replace(text, 'Thursday', 'Saturday') WHERE text LIKE '%Thursday%'",
        "UPDATE articles SET published = '2013-05-04' WHERE published = '2023-05-04'",
        "UPDATE articles SET publisher = 'The Toast Post' WHERE publisher = 'The Coast Post'",
        "UPDATE articles SET title = CAST(x'48E1' AS TEXT) WHERE title LIKE 'Harbour%'",  # no UTF-8
    ],
)
def test_a_damaged_article_is_never_quoted_and_read_again(
    location: Location, run: Run, found: Found, hashing: HashingEncoder, caplog: pytest.LogCaptureFixture, harm: str
) -> None:
    run()
    right = found()
    change(location, harm)
    assert [len(each) for each in found()] == [len(each) - 1 for each in right]
    [record] = caplog.records
    assert record.levelno == logging.WARNING
    assert record.getMessage().endswith(f"is damaged and left out. Mend it: {index_command(location.store)}")
    with pytest.raises(StoreError, match=r"1 articles and 0 passages are damaged, and left out .* qabot index"):
        check(location)
    with closing(Index.open(location, Settings(), encoder=hashing)) as index:
        [damaged] = [each.article_id for each in index.articles() if "bridge" in each.source]
        with pytest.raises(StoreError, match=rf"{damaged} is damaged\. Mend it: qabot index"):
            index.text(damaged)
        held = [each.article_id for each in index.articles()]
        assert index.texts([*held, "0" * 16]) == {each: index.text(each) for each in held if each != damaged}
    report = run()
    assert (report.updated, report.unchanged, report.skipped) == (1, 2, ())
    check(location)
    assert found() == right


def test_damage_that_cannot_be_noted_is_told_with_what_notes_it(
    location: Location, run: Run, found: Found, hashing: HashingEncoder
) -> None:
    run()
    right = found()
    change(location, "UPDATE articles SET text = replace(text, 'Thursday', 'Saturday')")
    doctor, again = index_command(location.store, "qabot doctor"), index_command(location.store)
    with closing(Index.open(location, Settings(), encoder=hashing)) as index:
        ids = [each.article_id for each in index.articles()]
        with writer(location.store):  # another process
            index.texts(ids)
        assert str(index.damage).endswith(f"is damaged and left out. Mend it: {doctor}, then {again}")
        run()
        assert found() != right
        index.texts(ids)
        assert str(index.damage).endswith(f"is damaged and left out. Mend it: {again}")
    run()
    assert found() == right


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE passages SET vector = zeroblob(length(vector))",
        'UPDATE passages SET "end" = "end" - 9',
        "UPDATE sentences SET record = zeroblob(9)",
        "DELETE FROM passage_sums",
        "UPDATE passages SET article_id = 'x' || substr(article_id, 2)",
    ],
)
def test_a_damaged_passage_is_made_again_from_its_article(
    location: Location, run: Run, found: Found, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    run()
    right = found()
    change(location, f"{harm} WHERE passage_id = (SELECT min(passage_id) FROM passages)")
    assert [len(each) for each in found()] == [len(each) - 1 for each in right]
    for file in location.articles.iterdir():
        file.rename(location.store.parent / file.name)
    monkeypatch.setattr(ingest, "read_source", None)  # the article is there
    run()
    check(location)
    assert found() == right


def test_what_is_made_again_is_so_too_after_a_run_that_was_cut_short(
    location: Location, run: Run, found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    run()
    right = found()
    change(location, "UPDATE passages SET vector = zeroblob(length(vector))")
    assert found() != right

    def stop(_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ingest.Writing, "write", stop)
        with pytest.raises(KeyboardInterrupt):
            run()
    run()
    check(location)
    assert found() == right


def test_a_group_that_nobody_leads_is_made_again(location: Location, run: Run) -> None:
    run()
    change(location, "UPDATE articles SET origin = 'x' || substr(origin, 2) WHERE title LIKE 'Harbour%'")
    with pytest.raises(StoreError, match="1 articles and 0 passages are damaged"):
        check(location)
    assert run().unchanged == 3
    check(location)


def test_a_damaged_vector_is_not_taken_for_another_article(location: Location, run: Run) -> None:
    run()
    change(location, "UPDATE passages SET vector = zeroblob(length(vector))")
    (location.articles / "again.md").write_bytes((location.articles / "wheat.md").read_bytes() + b"Rain came late.\n")
    run()
    with closing(Catalogue.open(location.catalogue)) as catalogue:
        [new] = [each.article_id for each in catalogue.articles() if "again" in each.source]
        assert catalogue.article_vectors(new).any(axis=1).all()


def test_a_damaged_article_is_taken_from_wherever_it_is_found(location: Location, run: Run, found: Found) -> None:
    run()
    right = found()
    change(location, "UPDATE articles SET text = replace(text, 'Thursday', 'Saturday')")
    assert found() != right
    (location.articles / "copy.md").write_bytes((location.articles / "bridge.md").read_bytes())
    run(location.articles / "copy.md")
    check(location)
    assert found() == right


def test_a_damaged_article_whose_file_is_gone_is_named(location: Location, run: Run) -> None:
    run()
    (location.articles / "bridge.md").unlink()
    change(location, "UPDATE articles SET title = 'Harbour fridge' WHERE title LIKE 'Harbour bridge%'")
    with pytest.raises(StoreError, match="1 articles"):
        check(location)
    for _ in range(2):
        [skipped] = run().skipped
        assert skipped.source.endswith("bridge.md")
        assert "damaged" in skipped.reason
    run(prune=True)
    check(location)


def test_a_wrong_byte_anywhere_in_the_catalogue_changes_no_answer(
    location: Location, run: Run, found: Found, tmp_path: Path
) -> None:
    run()
    right = [set(each) for each in found()]
    shutil.copytree(location.store, tmp_path / "whole")
    seed = random.Random(5)
    told = seen = 0
    for _ in range(12):  # `python -m eval faults bytes` does so often
        shutil.rmtree(location.store)
        shutil.copytree(tmp_path / "whole", location.store)
        flip(location.catalogue, seed.random(), time_too=True)
        try:
            assert [set(each) <= every for each, every in zip(found(), right, strict=True)] == [True, True]
        except StoreError:
            told += 1
        try:
            check(location)
        except StoreError:
            seen += 1
    assert seen >= told


# -- models ------------------------------------------------------------------------------------------------------------


@pytest.mark.model
def test_a_damaged_export_is_made_again(
    torch_encoder: SentenceTransformersEncoder, encoder_export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, digest = torch_encoder.name, torch_encoder.digest
    [made] = encoder_export.iterdir()
    monkeypatch.setattr(onnx_encoder, "_write", lambda _, folder: shutil.copytree(made, folder, dirs_exist_ok=True))
    store = tmp_path / "store"
    shutil.copytree(encoder_export, store)
    check_export(store, digest)
    [folder] = store.iterdir()
    for name, where in (("model.ort", 0.7), ("tokenizer.json", 0.3), ("about.json", 0.1)):
        data = (folder / name).read_bytes()
        flip(folder / name, where, time_too=True)
        assert exported(store, name, digest) is None
        (folder / name).write_bytes(data)
        assert exported(store, name, digest) is not None
    flip(folder / "model.ort", 0.7, time_too=False)
    with pytest.raises(StoreError, match=r"was damaged.*qabot index"):
        check_export(store, digest)
    assert exported(store, name, digest) is None
    assert export(torch_encoder, store) is None
    check_export(store, digest)
