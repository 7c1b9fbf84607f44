"""An index of another format: a newer one is refused, an older one made again from what it holds, or refused."""

from __future__ import annotations

import logging
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from qabot.errors import IndexBusyError, StoreError
from qabot.settings import Settings
from qabot.store import ingest
from qabot.store.catalogue import Catalogue
from qabot.store.database import FORMAT
from qabot.store.index import Index
from qabot.store.location import Location, index_command, writer
from qabot.store.records import StoredPassage, UpdateReport
from qabot.text.annotate import annotate, to_record
from qabot.text.dates.period import Period
from tests.store.hashing import HashingEncoder

Run = Callable[..., UpdateReport]
SAID = "The index in {} is of an older format; it is made again from its stored articles."


def change(location: Location, *statements: str) -> None:
    with closing(sqlite3.connect(location.catalogue)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def make_old(location: Location) -> None:
    """Give an index the tables of format 2, which kept no sentences, and articles' signatures of another kind."""
    change(
        location,
        "DROP TABLE sentences",
        "DROP TABLE article_sums",
        "DROP TABLE passage_sums",
        "UPDATE bands SET band = band / 2",
        "DROP TABLE pending",
        "CREATE TABLE outbox (passage_id INTEGER PRIMARY KEY)",
        "UPDATE meta SET value = '2' WHERE key = 'format'",
    )


def passages(location: Location, hashing: HashingEncoder) -> list[StoredPassage]:
    with closing(Index.open(location, Settings(), encoder=hashing)) as index:
        return index.passages([hit.passage_id for hit in index.search_words("bridge harvest satellite", 10)])


def kept(location: Location) -> list[list[tuple[object, ...]]]:
    """All passages of an index, with their vectors, and what is kept of the articles to compare others with."""
    with closing(sqlite3.connect(location.catalogue)) as connection:
        tables = "passages", "bands", "articles"
        return [connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in tables]


def test_the_sentences_of_a_passage_are_kept_beside_it(location: Location, run: Run, hashing: HashingEncoder) -> None:
    run()
    found = passages(location, hashing)
    assert len(found) == 3
    for passage in found:
        assert passage.sentences == annotate(passage.text, passage.article.published)
        assert passage.sentences is passage.sentences
        assert [passage.text[each.start : each.end] for each in passage.sentences] == [
            each.text for each in passage.sentences
        ]


def test_sentences_are_annotated_anew_when_the_day_of_publication_changes(
    location: Location, run: Run, hashing: HashingEncoder
) -> None:
    for day in (3, 8):
        (location.articles / "bridge.md").write_text(
            f"---\npublished: 2024-02-{day:02}\n---\nThe old harbour bridge was opened again yesterday."
        )
        run()
        [bridge] = [each for each in passages(location, hashing) if "bridge" in each.text]
        [yesterday] = bridge.sentences[0].times
        assert yesterday.period == Period(date(2024, 2, day - 1), date(2024, 2, day - 1))


@pytest.mark.parametrize("through", ["opening", "indexing"])
def test_an_older_index_is_made_again_from_its_stored_articles(
    location: Location,
    run: Run,
    hashing: HashingEncoder,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    through: str,
) -> None:
    run()
    before, embedded, rows = passages(location, hashing), len(hashing.encoded), kept(location)
    make_old(location)
    for file in location.articles.iterdir():
        file.rename(location.store.parent / file.name)  # what was read is not needed
    monkeypatch.setattr(ingest, "read_source", None)
    if through == "indexing":
        assert run().articles == 3
    assert passages(location, hashing) == before
    assert [record.getMessage() for record in caplog.records] == [SAID.format(location.store.parent)]
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert len(hashing.encoded) == embedded
    assert kept(location) == rows
    assert sorted(each.name.split("-")[0] for each in location.store.iterdir() if each.is_dir()) == ["vectors", "words"]
    caplog.clear()
    assert passages(location, hashing) == before
    assert not caplog.records


def test_what_is_said_of_an_older_index_goes_to_standard_error(location: Location, run: Run, tmp_path: Path) -> None:
    run()
    make_old(location)
    code = (
        "import sys; from pathlib import Path; from qabot.store.catalogue import Catalogue;"
        "from qabot.store.index import bring_up_to_date;"
        "catalogue = Catalogue.open(Path(sys.argv[1])); bring_up_to_date(catalogue); catalogue.close()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(location.catalogue)], capture_output=True, check=True, text=True
    )
    assert (done.stdout, done.stderr) == ("", SAID.format(location.store.parent) + "\n")


def test_an_older_index_that_another_process_writes_to_is_left_alone(
    location: Location, run: Run, hashing: HashingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    run()
    make_old(location)
    monkeypatch.setattr("qabot.store.index._PATIENCE", 0.1)
    with writer(location.store), pytest.raises(IndexBusyError, match="has been writing to the index"):
        passages(location, hashing)
    assert len(passages(location, hashing)) == 3


def test_an_upgrade_that_is_cut_short_changes_nothing(
    location: Location, run: Run, hashing: HashingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    run()
    make_old(location)
    with monkeypatch.context() as patch:
        patch.setattr("qabot.store.catalogue.packed", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            passages(location, hashing)
    with closing(Catalogue.open(location.catalogue)) as catalogue:
        assert catalogue.get("format") == "2"
        assert catalogue.outdated
    assert len(passages(location, hashing)) == 3


def test_what_is_removed_leaves_no_sentence(
    location: Location, run: Run, settings: Settings, hashing: HashingEncoder
) -> None:
    run()
    make_old(location)
    [bridge] = [each for each in passages(location, hashing) if "bridge" in each.text]
    ingest.remove(location, [bridge.article.article_id], settings, encoder=hashing)
    with closing(sqlite3.connect(location.catalogue)) as connection:
        held = connection.execute("SELECT passage_id FROM sentences").fetchall()
        assert sorted(held) == sorted(connection.execute("SELECT passage_id FROM passages").fetchall())
    assert len(held) == 2
    assert not any(bridge.record in file.read_bytes() for file in location.store.rglob("*") if file.is_file())


def test_a_newer_format(location: Location, run: Run, settings: Settings, hashing: HashingEncoder) -> None:
    run()
    connection = sqlite3.connect(location.catalogue)
    connection.execute("UPDATE meta SET value = '99' WHERE key = 'format'")
    connection.commit()
    connection.close()
    told = rf"made by a newer qabot \(format 99\)\. Update qabot, or .*{re.escape(index_command(location.store))}"
    for attempt in (run, lambda: Index.open(location, settings, encoder=hashing)):
        with pytest.raises(StoreError, match=told):
            attempt()


def test_an_older_format(location: Location, run: Run, settings: Settings, hashing: HashingEncoder) -> None:
    run()
    connection = sqlite3.connect(location.catalogue)
    connection.execute("UPDATE meta SET value = '1' WHERE key = 'format'")
    connection.commit()
    connection.close()
    again = re.escape(index_command(location.store))
    told = rf"made by an older qabot \(format 1\)\. Delete that folder .*{again}, with what you named before"
    for attempt in (run, lambda: Index.open(location, settings, encoder=hashing)):
        with pytest.raises(StoreError, match=told):
            attempt()
    shutil.rmtree(location.store)
    assert run().added == 3


def test_the_format_goes_up_when_a_record_changes() -> None:
    """Where this record is another, what older indexes keep is outdated: let `FORMAT` go up, and change it here."""
    sentences = annotate("The Varna bridge opened yesterday. It cost about 40 million euros.", "2024-04-02")
    reasoning = "the day before, published 2024-04-02: 2024-04-01"
    assert (FORMAT, to_record(sentences)) == (
        9,
        [
            [
                0, 34, ["bridg", "open", "varna", "yesterday"], [[4, 9]],
                [[24, 33, [738977, 738977], "day", reasoning, "published"]],
                [[24, 33, [738977, 738977], "in", True]], [],
            ],
            [
                35, 66, ["40", "cost", "euro", "million"], [], [], [],
                [[43, 59, 40_000_000.0, 36_000_000.0, 44_000_000.0, "about", "euro"]],
            ],
        ],
    )  # fmt: skip
