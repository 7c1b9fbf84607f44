from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Callable, Collection
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qabot.articles import assemble
from qabot.articles.article import Article, Document
from qabot.errors import QabotError, StoreError
from qabot.settings import Settings
from qabot.store import workers
from qabot.store.index import Index
from qabot.store.ingest import remove, update
from qabot.store.location import Location
from qabot.store.records import UpdateReport
from qabot.store.sources import hashed
from tests.articles.web_server import Answer, Site
from tests.store.conftest import HARBOUR, WHEAT
from tests.store.hashing import HashingEncoder

Run = Callable[..., UpdateReport]


def titles(location: Location, hashing: HashingEncoder) -> list[str | None]:
    index = Index.open(location, Settings(), encoder=hashing)
    try:
        return [record.title for record in index.articles()]
    finally:
        index.close()


def test_first_run_then_nothing_to_do(run: Run, hashing: HashingEncoder) -> None:
    first = run()
    assert first == UpdateReport(3, 0, 0, 0, (), articles=3, passages=3, undated=1, gone=0)
    embedded = len(hashing.encoded)
    assert run() == replace(first, added=0, unchanged=3)
    assert len(hashing.encoded) == embedded


def test_progress_counts_what_is_written(location: Location, settings: Settings, hashing: HashingEncoder) -> None:
    told: list[tuple[int, int, str]] = []
    update(location, [], settings, encoder=hashing, progress=lambda *step: told.append(step))
    sources = sorted(str(each) for each in location.articles.iterdir())
    assert told == [
        *((0, 3, source) for source in sources),  # read
        *((0, 3, source) for source in sources),  # cleaned
        *((done, 3, source) for done, source in enumerate(sources, 1)),
        (3, 3, ""),
    ]


def test_a_touched_file_is_unchanged(run: Run, location: Location, hashing: HashingEncoder) -> None:
    run()
    embedded = len(hashing.encoded)
    os.utime(location.articles / "bridge.md", (1, 1))
    assert run().unchanged == 3
    assert len(hashing.encoded) == embedded


def test_a_changed_file_replaces_its_article(run: Run, location: Location, hashing: HashingEncoder) -> None:
    run()
    (location.articles / "bridge.md").write_text(HARBOUR.replace("steel", "oak").replace("Ida Brandt", "Jo Brandt"))
    index = Index.open(location, Settings(), encoder=hashing)
    before = index.articles()[0].article_id
    report = run()
    assert (report.added, report.updated, report.unchanged, report.articles, report.passages) == (0, 1, 2, 3, 3)
    [change] = index.about(index.articles()[0].article_id).changes
    assert (change.former_id, change.what) == (before, ("text",))
    assert not index.search_words("steel", 5)
    assert "oak" in index.passages([index.search_words("oak", 5)[0].passage_id])[0].text
    index.close()


def test_a_changed_title_is_a_changed_article(run: Run, location: Location, hashing: HashingEncoder) -> None:
    run()
    (location.articles / "bridge.md").write_text(HARBOUR.replace("Harbour bridge reopens", "Bridge open again"))
    assert run().updated == 1
    assert "Bridge open again" in titles(location, hashing)
    assert hashing.encoded[-1].startswith("Bridge open again")


def test_a_moved_file_is_not_embedded_again(run: Run, location: Location, hashing: HashingEncoder) -> None:
    run()
    embedded = len(hashing.encoded)
    (location.articles / "bridge.md").rename(location.articles / "moved.md")
    report = run()
    assert (report.added, report.updated, report.unchanged, report.articles) == (0, 0, 3, 3)
    assert len(hashing.encoded) == embedded
    index = Index.open(location, Settings(), encoder=hashing)
    [moved] = [record for record in index.articles() if record.source == str(location.articles / "moved.md")]
    assert index.about(moved.article_id).changes == ()
    index.close()
    assert run().unchanged == 3
    assert run(prune=True).removed == 0


def test_the_same_article_twice(run: Run, location: Location) -> None:
    shutil.copy(location.articles / "bridge.md", location.articles / "copy.md")
    for _ in range(2):
        report = run()
        assert report.articles == 3
        assert [(Path(each.source).name, each.reason) for each in report.skipped] == [
            ("copy.md", f"the same article as {location.articles / 'bridge.md'}")
        ]
    (location.articles / "bridge.md").unlink()
    report = run(prune=True)
    assert (report.unchanged, report.removed, report.articles, report.skipped) == (3, 0, 3, ())


def test_two_files_that_swap_their_articles(run: Run, location: Location, hashing: HashingEncoder) -> None:
    run()
    (location.articles / "bridge.md").write_text(WHEAT)
    (location.articles / "wheat.md").write_text(HARBOUR)
    assert run().articles == 3
    assert run().unchanged == 3
    assert titles(location, hashing) == [
        "Wheat harvest fails in the north",
        "A satellite for weather",
        "Harbour bridge reopens",
    ]


def test_a_file_that_becomes_a_copy(run: Run, location: Location) -> None:
    run()
    (location.articles / "wheat.md").write_text(HARBOUR)
    report = run()
    assert (report.removed, report.articles, len(report.skipped)) == (1, 2, 1)


def test_a_file_that_may_not_be_looked_at_is_not_gone(
    run: Run, location: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    run()
    look = os.stat

    def refused(path: Any, **options: Any) -> os.stat_result:
        if str(path).endswith("wheat.md"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return look(path, **options)

    monkeypatch.setattr(os, "stat", refused)
    report = run(location.articles / "bridge.md", prune=True)
    assert (report.articles, report.removed, report.gone) == (3, 0, 0)


def test_prune_forgets_what_is_gone(run: Run, location: Location, hashing: HashingEncoder) -> None:
    run()
    (location.articles / "wheat.md").unlink()
    kept = run()
    assert (kept.articles, kept.gone) == (3, 1)
    report = run(prune=True)
    assert report.gone == 0
    assert (report.removed, report.unchanged, report.articles, report.passages) == (1, 2, 2, 2)
    index = Index.open(location, Settings(), encoder=hashing)
    assert not index.search_words("wheat", 3)
    assert len(index.search_vectors(hashing.encode(["wheat"])[0], 3)) == 2
    index.close()


def test_what_cannot_be_read_is_skipped(run: Run, location: Location) -> None:
    (location.articles / "binary.txt").write_bytes(bytes(range(256)) * 40)
    (location.articles / "empty.txt").write_bytes(b"")
    (location.articles / "blank.md").write_text(" \n\n \n")
    (location.articles / "huge.txt").write_bytes(b"All is well. " * 1_600_000)
    report = run()
    assert report.added == 3
    assert {Path(each.source).name for each in report.skipped} == {"binary.txt", "empty.txt", "blank.md", "huge.txt"}
    assert all(each.reason and "\n" not in each.reason for each in report.skipped)
    assert run().unchanged == 3


def test_a_defect_in_reading_one_costs_no_other(run: Run, location: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    def article_of(document: Document, repeated: Collection[str] = ()) -> Article:
        if "wheat" in document.source:
            raise ArithmeticError("too deep\nby far")
        return assemble.article_of(document, repeated)

    monkeypatch.setattr(workers, "article_of", article_of)
    report = run()
    assert report.added == 2
    assert [each.reason for each in report.skipped] == [
        "reading it failed (ArithmeticError: too deep by far): please report this defect of qabot"
    ]
    monkeypatch.undo()
    assert run().added == 1


def test_a_name_that_is_no_text(run: Run, location: Location) -> None:
    try:
        Path(os.fsdecode(os.path.join(os.fsencode(location.articles), b"\xff.txt"))).write_text(HARBOUR)
    except OSError:
        pytest.skip("this file system holds no such name")
    report = run()
    assert report.added == 3
    assert [each.reason for each in report.skipped] == ["its name is no text: rename it"]


def test_what_became_unreadable_keeps_its_last_good_state(
    run: Run, location: Location, hashing: HashingEncoder
) -> None:
    run()
    (location.articles / "bridge.md").write_bytes(b"")
    report = run()
    assert (report.unchanged, len(report.skipped), report.articles) == (2, 1, 3)
    assert "Harbour bridge reopens" in titles(location, hashing)


def test_files_outside_the_folder(run: Run, location: Location, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("A quiet day passed in the village, without any news at all.")
    run()
    report = run(tmp_path / "note.txt")
    assert (report.added, report.unchanged, report.articles) == (1, 0, 4)
    assert run(prune=True).articles == 4


def test_a_path_that_is_not_there_does_not_stop_a_folder(run: Run, location: Location) -> None:
    report = run(location.articles, "faer.md")
    assert report.added == 3
    [skipped] = report.skipped
    assert (Path(skipped.source).name, skipped.reason) == ("faer.md", "there is no such file: check the path")


def test_nothing_to_index(run: Run, location: Location, tmp_path: Path) -> None:
    for file in location.articles.iterdir():
        file.unlink()
    with pytest.raises(QabotError, match=r"There are no articles in .*articles"):
        run()
    location.articles.rmdir()
    with pytest.raises(QabotError, match=r"There are no articles in .*articles"):
        run()
    with pytest.raises(QabotError, match="There is no file or folder"):
        run(tmp_path / "nowhere.txt")
    assert not location.store.exists()
    (tmp_path / "empty.txt").write_text("")
    report = run(tmp_path / "empty.txt")
    assert (report.articles, [Path(skipped.source).name for skipped in report.skipped]) == (0, ["empty.txt"])
    assert not location.built


def test_another_embedding_model(run: Run, location: Location, settings: Settings) -> None:
    run()
    with pytest.raises(StoreError, match=r"made with the embedding model hashing, not other"):
        update(location, [], settings, encoder=HashingEncoder("other"))
    (location.articles / "new.txt").write_text("The new bell of the old church was heard for miles.")
    with pytest.raises(StoreError, match=r"its weights changed"):
        update(location, [], settings, encoder=HashingEncoder(digest="1" * 64))


def bytes_of(store: Path) -> bytes:
    return b"".join(file.read_bytes() for file in store.rglob("*") if file.is_file())


SECRET = """<html><head><title>Unspeakable titlewords</title>
<meta property="og:title" content="Gyroscopic headwords"><meta name="author" content="Xiomara Yrjö">
</head><body><nav><a href="/">Kaleidoscope</a></nav><article><h1>Unspeakable titlewords</h1>
<p>The zanzibarian quokkas danced with quetzalcoatl on Monday, and nobody in the town knew why they had come.</p>
<p>They were fed by the mayor, who had never seen such animals before, and they left again on the next morning.</p>
<p>Subscribe to the Zygomorphic newsletter</p>
</article><footer>Kaleidoscope, all rights reserved</footer></body></html>"""


def test_remove_leaves_nothing_that_was_stated_or_left_out(
    run: Run, location: Location, settings: Settings, hashing: HashingEncoder
) -> None:
    page = location.articles / "page.html"
    page.write_text(SECRET)
    run()
    page.write_text(SECRET.replace("quokkas", "wombats"))
    assert run().updated == 1
    index = Index.open(location, settings, encoder=hashing)
    [secret] = [record for record in index.articles() if record.source == str(page)]
    assert index.about(secret.article_id).changes
    assert {"Unspeakable titlewords", "Gyroscopic headwords"} <= {
        each.value for each in index.about(secret.article_id).stated
    }
    assert any("Kaleidoscope" in line for line in index.about(secret.article_id).removed)
    index.close()
    words = [
        word.encode()
        for word in "wombat zanzibar quetzalcoatl titlewords headwords xiomara kaleidosc zygomorph quokka".split()
    ]
    before = bytes_of(location.store).lower()
    assert [word for word in words if word not in before] == [b"quokka"]
    remove(location, [secret.article_id], settings)
    after = bytes_of(location.store).lower()
    assert [word for word in words if word in after] == []
    with closing(sqlite3.connect(location.catalogue)) as connection:
        assert not connection.execute("SELECT * FROM changes").fetchall()
        assert connection.execute("SELECT * FROM forgotten").fetchall() == [(secret.article_id,)]
        document = hashed(str(page))
        assert not connection.execute("SELECT * FROM site_lines WHERE document = ?", [document]).fetchall()
        assert not connection.execute("SELECT * FROM sources WHERE source = ?", [str(page)]).fetchall()


def test_remove_leaves_no_word_of_it(run: Run, location: Location, settings: Settings, hashing: HashingEncoder) -> None:
    (location.articles / "secret.md").write_text(
        "---\ntitle: Unspeakable titlewords\npublisher: Secretpaper\n---\n"
        "The zanzibarian quokkas danced with quetzalcoatl on Monday."
    )
    run()
    words = (b"quokka", b"zanzibarian", b"quetzalcoatl", b"titlewords", b"ecretpaper")
    before = bytes_of(location.store)
    assert all(word in before for word in words)
    index = Index.open(location, settings, encoder=hashing)
    [secret] = [record.article_id for record in index.articles() if record.publisher == "Secretpaper"]
    index.close()
    assert remove(location, [secret[:8]], settings) == 1
    after = bytes_of(location.store)
    assert [word for word in words if word in after.lower()] == []
    index = Index.open(location, settings, encoder=hashing)
    assert len(index.articles()) == len(index.search_vectors(hashing.encode(["x"])[0], 9)) == 3
    index.close()


def test_what_was_removed_stays_away_until_named_or_changed(
    run: Run, location: Location, settings: Settings, hashing: HashingEncoder
) -> None:
    run()
    index = Index.open(location, settings, encoder=hashing)
    bridge = index.articles()[0].article_id
    index.close()
    shutil.copy(location.articles / "bridge.md", location.articles / "copy.md")
    remove(location, [bridge], settings)
    for _ in range(2):
        report = run()
        assert (report.articles, report.unchanged, report.removed) == (2, 2, 0)
        assert all("removed from the index before" in each.reason for each in report.skipped)
        assert len(report.skipped) == 2
    assert run(location.articles / "bridge.md").added == 1
    assert run().articles == 3
    remove(location, [bridge], settings)
    (location.articles / "bridge.md").write_text(HARBOUR + "\nThe bridge was closed again on Friday.\n")
    assert run().added == 1


def test_remove_something_unknown_removes_nothing(
    run: Run, location: Location, settings: Settings, hashing: HashingEncoder
) -> None:
    run()
    index = Index.open(location, settings, encoder=hashing)
    known = index.articles()[0].article_id
    index.close()
    with pytest.raises(QabotError, match="There is no article 'nope'"):
        remove(location, [known, "nope"], settings)
    assert len(titles(location, hashing)) == 3


def test_remove_without_an_index(location: Location, settings: Settings) -> None:
    with pytest.raises(StoreError, match="There is no index"):
        remove(location, ["a"], settings)


def test_search_indexes_are_made_anew_without_embedding(
    run: Run, rebuild: Callable[[], None], location: Location, settings: Settings, hashing: HashingEncoder
) -> None:
    run()
    embedded = len(hashing.encoded)
    index = Index.open(location, settings, encoder=hashing)
    query = hashing.encode(["harbour"])[0]
    before, fingerprint = index.search_vectors(query, 3), index.fingerprint
    rebuild()
    after = index.search_vectors(query, 3)
    assert [hit.passage_id for hit in after] == [hit.passage_id for hit in before]
    assert index.fingerprint == fingerprint
    index.close()
    assert len(hashing.encoded) == embedded + 1
    assert len(list(location.store.glob("vectors-*"))) == len(list(location.store.glob("words-*"))) == 1


def test_a_url_is_read_again_and_counts_as_unchanged(location: Location, hashing: HashingEncoder, site: Site) -> None:
    page = "<html><body><article><h1>Rain</h1><p>{}</p></article></body></html>"
    text = "It rained in the whole country on Sunday, and the rivers rose by a metre or more. " * 5
    settings = Settings(allow_private_addresses=True, web_pause=0)
    counts = []
    for body in (text, text, text + "Roads were closed in three of the provinces on Monday."):
        site.pages["/rain"] = Answer(page.format(body), headers={"Content-Type": "text/html"})
        report = update(location, [f"{site.url}/rain"], settings, encoder=hashing)
        counts.append((report.added, report.unchanged, report.updated, report.articles))
    assert counts == [(1, 0, 0, 1), (0, 1, 0, 1), (0, 0, 1, 1)]
    assert update(location, [], settings, encoder=hashing, prune=True).articles == 4


def test_new_bytes_of_the_same_article_are_no_change(run: Run, location: Location, hashing: HashingEncoder) -> None:
    run()
    (location.articles / "bridge.md").write_text(HARBOUR + "\n\n\n")
    assert run().unchanged == 3
