"""Which lines a site repeats, as runs learn it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from eval.cleaning import SightingsInMemory
from qabot.articles.article import Document, Layout
from qabot.articles.boilerplate.clean import ENOUGH, MANY, line_key, line_keys, repeated_rows
from qabot.settings import Settings
from qabot.store import writing
from qabot.store.catalogue import Catalogue
from qabot.store.index import Index
from qabot.store.location import Location
from qabot.store.records import UpdateReport
from qabot.store.sources import KEPT, SiteSightings, SourceState, hashed
from tests.store.hashing import HashingEncoder

Run = Callable[..., UpdateReport]
APPEAL = "Get the harbour news of Lenn in your mailbox"


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    opened = Catalogue.open(tmp_path / "store" / "catalogue.sqlite", create=True)
    yield opened
    opened.close()


def document(number: int, *rows: str) -> Document:
    return Document(f"/news/{number}.txt", rows, Layout.PAGE)


def save(catalogue: Catalogue, *documents: Document) -> tuple[SiteSightings, frozenset[int]]:
    sightings = SiteSightings(catalogue)
    for each in documents:
        sightings.put(each.site, each.source, line_keys(each))
    return sightings, sightings.save()


def test_what_a_window_repeats_is_known_to_its_first_document(catalogue: Catalogue) -> None:
    documents = [document(number, f"Story {number}", APPEAL) for number in range(ENOUGH + 1)]
    sightings, outdated = save(catalogue, *documents)
    assert [repeated_rows(each, sightings) for each in documents] == [{APPEAL}] * (ENOUGH + 1)
    assert not outdated


def test_what_is_forgotten_in_an_archive_takes_no_other_reason_with_it(catalogue: Catalogue) -> None:
    copies = {
        "/news.jsonl#30": "the same article as /news.jsonl#12",
        "/news.jsonl#31": "the same article as /news.jsonl#1",
    }
    catalogue.put_source(SourceState("/news.jsonl", unread=copies))
    catalogue.leave_out("/news.jsonl", "a" * 16, "/news.jsonl#1")
    [state] = catalogue.sources(["/news.jsonl"]).values()
    assert (list(state.unread), list(state.left_out)) == (["/news.jsonl#30"], ["a" * 16])


def test_documents_of_earlier_runs_count_and_are_outdated_once(catalogue: Catalogue) -> None:
    earlier = [document(number, f"Story {number}", APPEAL) for number in range(ENOUGH)]
    sightings, outdated = save(catalogue, *earlier)
    assert not any(repeated_rows(each, sightings) for each in earlier)
    assert not outdated
    new = document(ENOUGH, "Another story", APPEAL)
    sightings, outdated = save(catalogue, new)
    assert repeated_rows(new, sightings) == {APPEAL}
    assert outdated == {hashed(each.source) for each in earlier}
    outdated = {number: save(catalogue, document(number, f"Story {number}", APPEAL))[1] for number in range(4, 12)}
    assert [number for number, documents in outdated.items() if documents] == [MANY]  # where short lines are known


def test_another_site_has_lines_of_its_own(catalogue: Catalogue) -> None:
    save(catalogue, *(document(number, f"Story {number}", APPEAL) for number in range(ENOUGH)))
    other = Document("/elsewhere/1.txt", (APPEAL,), Layout.PAGE)
    sightings, outdated = save(catalogue, other)
    assert not repeated_rows(other, sightings)
    assert not outdated


def test_copies_of_one_document_do_not_make_its_lines_the_sites(catalogue: Catalogue) -> None:
    copies = [document(number, "The whole story", APPEAL) for number in range(3 * ENOUGH)]
    sightings, _ = save(catalogue, *copies)
    assert not any(repeated_rows(each, sightings) for each in copies)


def test_a_document_that_changed_counts_as_it_is_now(catalogue: Catalogue) -> None:
    documents = [document(number, f"Story {number}", APPEAL) for number in range(ENOUGH)]
    save(catalogue, *documents)
    save(catalogue, document(0, "Story 0, told anew"))
    new = document(ENOUGH, "Another story", APPEAL)
    assert not repeated_rows(new, save(catalogue, new)[0])
    catalogue.drop_lines_of([each.source for each in documents])
    assert catalogue.documents_with(hashed("/news"), [line_key(APPEAL)]) == {line_key(APPEAL): {hashed(new.source)}}


def test_of_a_common_line_some_documents_are_kept(catalogue: Catalogue) -> None:
    for number in range(0, 60, 20):
        save(catalogue, *(document(each, f"Story {each}", APPEAL) for each in range(number, number + 20)))
    [kept] = catalogue.documents_with(hashed("/news"), [line_key(APPEAL)]).values()
    assert len(kept) == KEPT


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=6), min_size=1, max_size=12))
def test_as_sightings_in_memory(catalogue: Catalogue, pages: list[list[str]]) -> None:
    # a line of its own in each, so that none is a copy of another
    documents = [document(number, f"Story {number}", *rows) for number, rows in enumerate(pages)]
    catalogue.drop_lines_of([f"/news/{number}.txt" for number in range(12)])
    memory = SightingsInMemory()
    for each in documents:
        memory.put(each.site, each.source, line_keys(each))
    sightings, _ = save(catalogue, *documents)
    for each in documents:
        assert repeated_rows(each, sightings) == repeated_rows(each, memory)


# -- runs ------------------------------------------------------------------------------------------------------------


PAGE = """Skip to content
News
Sport

Boats of {0} come home

Ana Sol

The town of {0} counted {1} boats in its harbour on Monday, the harbour master said to the paper.

Get the harbour news of the coast in your mailbox every morning at seven

Nobody in {0} had expected so many of them, and the {2} inns of the town were full for weeks after that.

Boats of {0} are painted in the colours of the town, and no two of them are alike, as visitors find out.

The coast, day by day, by those who live on it
"""
TOWNS = "Lenn Osk Tarn Ume Vik Arn Bode Cull".split()


@pytest.fixture
def pages(location: Location) -> list[Path]:
    for file in location.articles.iterdir():
        file.unlink()
    return [location.articles / f"{number}.txt" for number in range(len(TOWNS))]


def write(pages: list[Path], numbers: range) -> None:
    for number in numbers:
        pages[number].write_text(PAGE.format(TOWNS[number], number + 17, number + 3))


def texts(location: Location, hashing: HashingEncoder) -> dict[str, tuple[str, tuple[str, ...]]]:
    index = Index.open(location, Settings(), encoder=hashing)
    found = {
        Path(each.source).name: (index.text(each.article_id), index.about(each.article_id).removed)
        for each in index.articles()
    }
    index.close()
    return found


@pytest.fixture
def at_once(location: Location, pages: list[Path], run: Run, hashing: HashingEncoder, tmp_path: Path) -> object:
    """What is held where all pages are read in one writing."""
    write(pages, range(len(TOWNS)))
    run()
    found = texts(location, hashing)
    location.store.rename(tmp_path / "apart")
    return found


@pytest.mark.parametrize("size", [1, 3])
def test_windows_make_no_difference(
    at_once: object, location: Location, run: Run, hashing: HashingEncoder, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(writing, "_DOCUMENTS", size)
    report = run()
    assert (report.added, report.updated, report.unchanged, report.removed) == (len(TOWNS), 0, 0, 0)
    assert texts(location, hashing) == at_once
    report = run()
    assert (report.added, report.updated, report.unchanged, report.removed) == (0, 0, len(TOWNS), 0)


def test_runs_make_no_difference(
    at_once: object, pages: list[Path], location: Location, run: Run, hashing: HashingEncoder
) -> None:
    for page in pages:
        page.unlink()
    write(pages, range(ENOUGH))
    run()
    before = {name: text for name, (text, _) in texts(location, hashing).items()}
    write(pages, range(ENOUGH, len(TOWNS)))
    report = run()
    assert report.added == len(TOWNS) - ENOUGH
    now = texts(location, hashing)
    assert now == at_once
    index = Index.open(location, Settings(), encoder=hashing)
    for article in index.articles():
        name = Path(article.source).name
        changed = before.get(name, now[name][0]) != now[name][0]
        assert [each.what for each in index.about(article.article_id).changes] == [("cleaning",)] * changed
    index.close()
    assert report.updated == sum(before[name] != now[name][0] for name in before) > 0
