"""A source that holds many articles: each is added, replaced, removed and counted by itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from qabot.articles.read import read_source
from qabot.settings import Settings
from qabot.store import ingest, writing
from qabot.store.index import Index
from qabot.store.ingest import remove, update
from qabot.store.location import Location
from qabot.store.records import UpdateReport
from tests.store.hashing import HashingEncoder
from tests.store.test_ingest import bytes_of

Run = Callable[..., UpdateReport]
SITE = "https://news.example"
PLACES = "Lenn Osk Tarn Ume Vik Arn Bode Cull Dorn Elm Fane Gorm".split()


def line(number: int, *, text: str | None = None, **fields: object) -> dict[str, object]:
    """An article of its own about a place."""
    place = PLACES[number % len(PLACES)]
    story = (
        f"The town of {place} counted {number + 17} boats in its harbour on Monday, the harbour master said.\n\n"
        f"Nobody in {place} had expected so many of them, and the {number + 3} inns of the town were full for weeks."
    )
    return {
        "url": f"{SITE}/{number}", "title": f"Boats of {place} {number}", "published": "2024-05-01",
        "text": text or story, **fields,
    }  # fmt: skip


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive.jsonl"


@pytest.fixture
def put(archive: Path) -> Callable[..., None]:
    def put(*lines: dict[str, object] | str) -> None:
        archive.write_text("".join(f"{each if isinstance(each, str) else json.dumps(each)}\n" for each in lines))

    return put


@pytest.fixture
def index(location: Location, hashing: HashingEncoder) -> Callable[[], Iterator[Index]]:
    def index() -> Iterator[Index]:
        opened = Index.open(location, Settings(), encoder=hashing)
        yield opened
        opened.close()

    return index


def counts(report: UpdateReport) -> tuple[int, int, int, int, int]:
    return report.added, report.updated, report.unchanged, report.removed, report.articles


def test_every_line_is_an_article(
    run: Run, archive: Path, put: Callable[..., None], index: Callable[[], Iterator[Index]]
) -> None:
    put(*map(line, range(5)))
    assert counts(run(archive)) == (5, 0, 0, 0, 5)
    assert counts(run(archive)) == (0, 0, 5, 0, 5)
    for opened in index():
        records = opened.articles()
    assert [record.source for record in records] == [f"{archive}#{SITE}/{number}" for number in range(5)]
    assert [record.url for record in records] == [f"{SITE}/{number}" for number in range(5)]


def test_a_new_text_replaces_the_article_of_its_address(
    run: Run, archive: Path, put: Callable[..., None], index: Callable[[], Iterator[Index]], hashing: HashingEncoder
) -> None:
    put(*map(line, range(5)))
    run(archive)
    for opened in index():
        before = {record.url: record.article_id for record in opened.articles()}
    embedded = len(hashing.encoded)
    put(line(0), line(1, text="All boats have left the harbour again, the harbour master said on Friday."), line(2),
        line(3, title="Boats, boats, boats"), line(4), line(5))  # fmt: skip
    assert counts(run(archive)) == (1, 2, 3, 0, 6)
    assert len(hashing.encoded) == embedded + 3
    for opened in index():
        now = {record.url: record.article_id for record in opened.articles()}
        [text] = opened.about(now[f"{SITE}/1"]).changes
        [title] = opened.about(now[f"{SITE}/3"]).changes
        assert opened.about(now[f"{SITE}/0"]).changes == opened.about(now[f"{SITE}/5"]).changes == ()
    assert (text.former_id, text.what) == (before[f"{SITE}/1"], ("text",))
    assert (title.former_id, title.what) == (before[f"{SITE}/3"], ("title",))
    assert now[f"{SITE}/3"] == before[f"{SITE}/3"]


def test_history_goes_on_through_every_text(
    run: Run, archive: Path, put: Callable[..., None], index: Callable[[], Iterator[Index]]
) -> None:
    for number in range(3):
        put(line(0, text=f"On day {number} the harbour of Lenn was closed by ice, the harbour master said."))
        run(archive)
    put(line(0, text="On day 0 the harbour of Lenn was closed by ice, the harbour master said."))
    run(archive)
    for opened in index():
        [record] = opened.articles()
        changes = opened.about(record.article_id).changes
    assert len(changes) == 3
    assert changes[0].former_id == record.article_id
    assert len({change.former_id for change in changes}) == 3


def test_what_is_gone_is_removed(run: Run, archive: Path, put: Callable[..., None]) -> None:
    put(*map(line, range(5)))
    run(archive)
    put(line(4), line(1))
    assert counts(run(archive)) == (0, 0, 2, 3, 2)
    assert counts(run(archive)) == (0, 0, 2, 0, 2)


def test_lines_without_an_address_are_told_by_their_text(
    run: Run, archive: Path, put: Callable[..., None], hashing: HashingEncoder
) -> None:
    put(*(line(number, url=None) for number in range(4)))
    run(archive)
    embedded = len(hashing.encoded)
    put(*(line(number, url=None) for number in (7, 0, 1, 3)))
    assert counts(run(archive)) == (1, 0, 3, 1, 4)
    assert len(hashing.encoded) == embedded + 1


def test_a_bad_line_costs_no_other(run: Run, archive: Path, put: Callable[..., None]) -> None:
    put(line(0), "{broken", line(1), {"url": f"{SITE}/9"}, line(2))
    for expected in ((3, 0, 0, 0, 3), (0, 0, 3, 0, 3)):
        report = run(archive)
        assert counts(report) == expected
        assert [skipped.source for skipped in report.skipped] == [f"{archive}#2", f"{archive}#4"]
    put(line(0), line(7), line(1), line(2))
    assert counts(run(archive)) == (1, 0, 3, 0, 4)
    assert run(archive).skipped == ()


def test_bad_lines_are_tried_again_when_that_may_help(
    run: Run, archive: Path, put: Callable[..., None], location: Location, hashing: HashingEncoder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    long = line(1, text="The long list of boats. " * 1000)
    put(line(0), long, "{broken")
    small = Settings(max_article_mb=0.01)
    opened: list[str] = []
    monkeypatch.setattr(
        ingest, "read_source", lambda source, *_, **__: opened.append(source) or read_source(source, *_)
    )

    def again(settings: Settings) -> tuple[UpdateReport, int]:
        opened.clear()
        return update(location, [str(archive)], settings, encoder=hashing), len(opened)

    first, times = again(small)
    assert (counts(first), len(first.skipped), times) == ((1, 0, 0, 0, 1), 2, 1)
    second, times = again(small)
    assert (counts(second), second.skipped, times) == ((0, 0, 1, 0, 1), first.skipped, 0)
    third, times = again(Settings())
    assert (counts(third), len(third.skipped), times) == ((1, 0, 1, 0, 2), 1, 1)
    assert again(Settings())[1] == 0
    monkeypatch.setattr(ingest, "__version__", "0.0.0")
    assert again(Settings())[1] == 1


def test_what_became_unreadable_is_kept(run: Run, archive: Path, put: Callable[..., None]) -> None:
    put(*(line(number, url=None) for number in range(3)))
    run(archive)
    put(line(0, url=None), "{broken", line(2, url=None))
    assert counts(run(archive)) == (0, 0, 2, 0, 3)


def test_a_damaged_archive_loses_nothing(run: Run, tmp_path: Path) -> None:
    import gzip

    packed = tmp_path / "archive.jsonl.gz"
    data = gzip.compress("".join(f"{json.dumps(line(number))}\n" for number in range(400)).encode())
    packed.write_bytes(data)
    assert run(packed).added == 400
    packed.write_bytes(data[: len(data) // 2])
    report = run(packed)
    assert (report.added, report.removed, report.articles, len(report.skipped)) == (0, 0, 400, 1)
    assert 0 < report.unchanged < 400


def test_twice_the_same_line(run: Run, archive: Path, put: Callable[..., None]) -> None:
    put(line(0), line(1), line(0, url=f"{SITE}/other"))
    for expected in ((2, 0, 0, 0, 2), (0, 0, 2, 0, 2), (0, 0, 2, 0, 2)):
        report = run(archive)
        assert counts(report) == expected
        assert [(each.source, each.reason) for each in report.skipped] == [
            (f"{archive}#{SITE}/other", f"the same article as {archive}#{SITE}/0")
        ]
        if expected[0]:  # then changed, then not
            archive.write_text(archive.read_text() + "\n")


@pytest.mark.parametrize("size", [1, 100])
def test_of_several_texts_of_one_address_the_last_is_held(
    run: Run, archive: Path, put: Callable[..., None], index: Callable[[], Iterator[Index]],
    monkeypatch: pytest.MonkeyPatch, size: int,
) -> None:  # fmt: skip
    monkeypatch.setattr(writing, "_DOCUMENTS", size)
    later = line(0, text="All boats have left the harbour of Lenn again, the harbour master said on Friday.")
    put(line(0), line(1), later)
    assert counts(run(archive)) == (2, 0, 0, 0, 2)
    for _ in range(2):
        archive.write_text(archive.read_text() + "\n")
        assert counts(run(archive)) == (0, 0, 2, 0, 2)
    for opened in index():
        assert opened.search_words("left", 3)
        assert all(not opened.about(record.article_id).changes for record in opened.articles())
    put(line(0), line(1))
    run(archive)
    assert run(archive).articles == 2
    for opened in index():
        assert not opened.search_words("left", 3)


def test_an_article_that_moves_between_archives(
    run: Run, archive: Path, put: Callable[..., None], tmp_path: Path, hashing: HashingEncoder
) -> None:
    other = tmp_path / "another.jsonl"
    put(line(0), line(1))
    other.write_text(json.dumps(line(2)) + "\n")
    run(archive, other)
    embedded = len(hashing.encoded)
    put(line(0))
    other.write_text("".join(json.dumps(line(number)) + "\n" for number in (1, 2)))
    for _ in range(2):
        assert counts(run(archive, other)) == (0, 0, 3, 0, 3)
    assert len(hashing.encoded) == embedded


def test_a_removed_line_stays_away(
    run: Run, archive: Path, put: Callable[..., None], index: Callable[[], Iterator[Index]], location: Location
) -> None:
    put(*map(line, range(3)))
    run(archive)
    for opened in index():
        [gone] = [record.article_id for record in opened.articles() if record.url == f"{SITE}/1"]
    remove(location, [gone], Settings())
    for _ in range(2):
        report = run(archive)
        assert counts(report) == (0, 0, 2, 0, 2)
        assert [each.reason[:7] for each in report.skipped] == ["removed"]
        put(*map(line, range(3)), "")


def test_a_removed_line_leaves_no_trace_in_its_copies(
    run: Run, archive: Path, put: Callable[..., None], index: Callable[[], Iterator[Index]], location: Location
) -> None:
    put(line(0), line(1, url=f"{SITE}/quokkas"), line(1, url=f"{SITE}/zanzibar"))
    run(archive)
    assert b"zanzibar" in bytes_of(location.store)
    for opened in index():
        [gone] = [record.article_id for record in opened.articles() if record.url == f"{SITE}/quokkas"]
    remove(location, [gone], Settings())
    assert [word for word in (b"quokkas", b"zanzibar") if word in bytes_of(location.store)] == []
    assert counts(run(archive)) == (0, 0, 1, 0, 1)


def test_pruned_with_its_file(run: Run, archive: Path, put: Callable[..., None]) -> None:
    put(*map(line, range(3)))
    run(archive)
    archive.unlink()
    assert counts(run(prune=True)) == (3, 0, 0, 3, 3)


def test_no_article_is_taken_twice_by_a_folder_and_its_archive(
    run: Run, archive: Path, put: Callable[..., None], tmp_path: Path
) -> None:
    put(line(0))
    (tmp_path / "copy.md").write_text(f"---\ntitle: A copy\n---\n{line(0)['text']}\n")
    report = run(archive, tmp_path / "copy.md")
    assert counts(report) == (1, 0, 0, 0, 1)
    assert [each.reason for each in report.skipped] == [f"the same article as {archive}#{SITE}/0"]
