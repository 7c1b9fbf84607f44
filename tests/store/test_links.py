"""Sources that name others: feeds, sitemaps and lists on standard input."""

from __future__ import annotations

import hashlib
import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from qabot.settings import Settings
from qabot.store.index import Index
from qabot.store.ingest import remove, update
from qabot.store.location import Location
from qabot.store.records import ArticleRecord, UpdateReport
from tests.articles.web_server import Answer, Site, page, serving
from tests.store.hashing import HashingEncoder
from tests.store.test_ingest import bytes_of

Counts = tuple[int, int, int, int]


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        for name in ("one", "two", "three"):
            running.pages[f"/{name}"] = page(f"Bridge {name} opens", f"The bridge {name} is open to the public at last")
        yield running


def feed(site: Site, *names: str, title: str = "News of {}") -> Answer:
    items = "".join(f"<item><link>{site.url}/{name}</link><title>{title.format(name)}</title></item>" for name in names)
    return Answer(
        f"<rss version='2.0'><channel><title>Sado Times</title>{items}</channel></rss>",
        headers={"Content-Type": "application/rss+xml"},
    )


def unless_known(answer: Answer) -> Callable[..., Answer]:
    """A page that its server knows by its bytes: 304 to who has it."""
    body = answer.body.encode() if isinstance(answer.body, str) else answer.body
    tag = f'"{hashlib.sha256(body).hexdigest()[:8]}"'

    def respond(handler: object) -> Answer:
        known = handler.headers.get("If-None-Match") == tag  # type: ignore[attr-defined]
        headers = {**answer.headers, "ETag": tag}
        return Answer(status=304, headers=headers) if known else Answer(answer.body, headers=headers)

    return respond


@pytest.fixture
def web(location: Location, hashing: HashingEncoder) -> Callable[..., UpdateReport]:
    def web(*sources: str) -> UpdateReport:
        settings = Settings(allow_private_addresses=True, web_pause=0)
        return update(location, sources, settings, encoder=hashing)

    return web


@pytest.fixture
def records(location: Location, hashing: HashingEncoder) -> Callable[[], list[ArticleRecord]]:
    def records() -> list[ArticleRecord]:
        index = Index.open(location, Settings(), encoder=hashing)
        found = index.articles()
        index.close()
        return found

    return records


def counts(report: UpdateReport) -> Counts:
    return report.added, report.updated, report.unchanged, report.articles


def test_the_pages_of_a_feed_are_read_with_what_it_says_of_them(
    site: Site, web: Callable[..., UpdateReport], location: Location, hashing: HashingEncoder
) -> None:
    site.pages["/feed"] = feed(site, "one", "two", "one")
    assert counts(web(f"{site.url}/feed")) == (2, 0, 0, 2)
    assert sorted(site.paths()) == ["/feed", "/one", "/two"]
    index = Index.open(location, Settings(), encoder=hashing)
    for record in index.articles():
        name = record.source.rpartition("/")[2]
        stated = [(each.value, each.where) for each in index.about(record.article_id).stated if each.field == "title"]
        assert (f"News of {name}", "feed") in stated
        assert record.title == f"Bridge {name} opens"
    index.close()


def test_what_did_not_change_is_not_sent_again(site: Site, web: Callable[..., UpdateReport]) -> None:
    site.pages["/feed"] = unless_known(feed(site, "one", "two"))
    for name in ("one", "two"):
        site.pages[f"/{name}"] = unless_known(page(f"Bridge {name} opens"))
    assert counts(web(f"{site.url}/feed")) == (2, 0, 0, 2)
    site.asked.clear()
    assert counts(web(f"{site.url}/feed")) == (0, 0, 2, 2)
    assert site.paths() == ["/feed"]
    site.pages["/feed"] = unless_known(feed(site, "two", "three"))
    site.pages["/two"] = unless_known(page("Bridge two opens", "The bridge is closed to the public again"))
    assert counts(web(f"{site.url}/feed")) == (1, 1, 0, 3)
    assert counts(web(f"{site.url}/one")) == (0, 0, 1, 3)


def test_a_page_that_failed_is_tried_again(site: Site, web: Callable[..., UpdateReport]) -> None:
    site.pages["/feed"] = unless_known(feed(site, "one", "late", "two"))
    report = web(f"{site.url}/feed")
    assert counts(report) == (2, 0, 0, 2)
    assert [each.source for each in report.skipped] == [f"{site.url}/late"]
    site.asked.clear()
    site.pages["/late"] = page("Bridge late opens", "The late bridge is open to the public at last")
    assert counts(web(f"{site.url}/feed")) == (1, 0, 2, 3)
    assert site.paths() == ["/feed", "/late"]
    assert counts(web(f"{site.url}/feed")) == (0, 0, 3, 3)


def test_a_page_is_read_once_however_many_name_it(site: Site, web: Callable[..., UpdateReport]) -> None:
    site.pages["/feed"] = feed(site, "one", "two")
    site.pages["/other"] = feed(site, "two", "three")
    assert counts(web(f"{site.url}/feed", f"{site.url}/two", f"{site.url}/other")) == (3, 0, 0, 3)
    assert sorted(site.paths()) == ["/feed", "/one", "/other", "/three", "/two"]


def test_lists_that_name_lists_without_end(site: Site, web: Callable[..., UpdateReport]) -> None:
    def endless(handler: object) -> Answer:
        number = int(handler.path.rpartition("?")[2] or 0) + 1  # type: ignore[attr-defined]
        return feed(site, f"endless?{number}")

    site.pages["/endless"] = endless
    report = web(f"{site.url}/endless?0")
    assert len(report.skipped) == 1
    assert len(site.paths()) <= 4


def test_progress_grows_with_what_is_named(site: Site, location: Location, hashing: HashingEncoder) -> None:
    site.pages["/feed"] = feed(site, "one", "two", "three")
    told: list[tuple[int, int]] = []
    settings = Settings(allow_private_addresses=True, web_pause=0)
    update(
        location, [f"{site.url}/feed"], settings, encoder=hashing,
        progress=lambda done, total, _: told.append((done, total)),
    )  # fmt: skip
    assert told[0] == (0, 1)
    assert told[-1] == (4, 4)
    assert all(done <= total for done, total in told)


def test_what_fell_off_a_feed_stays(site: Site, web: Callable[..., UpdateReport]) -> None:
    entry = "<item><title>{0}</title><description>&lt;p&gt;The {0} was seen by all of the town on Monday, as the mayor had said it would be.&lt;/p&gt;</description></item>"  # noqa: E501

    def answer(*names: str) -> Answer:
        items = "".join(map(entry.format, names)) + f"<item><link>{site.url}/one</link></item>"
        body = f"<rss version='2.0'><channel><title>Sado Times</title>{items}</channel></rss>"
        return Answer(body, headers={"Content-Type": "application/rss+xml"})

    site.pages["/feed"] = answer("comet", "eclipse")
    assert counts(web(f"{site.url}/feed")) == (3, 0, 0, 3)
    site.pages["/feed"] = answer("northern light")
    report = web(f"{site.url}/feed")
    assert (report.added, report.removed, report.articles) == (1, 0, 4)


def test_what_a_feed_holds_stands_for_a_page_until_it_can_be_read(
    site: Site, web: Callable[..., UpdateReport], records: Callable[[], list[ArticleRecord]]
) -> None:
    items = "".join(
        f"<item><title>{name.title()}</title><dc:creator>Ann Lee</dc:creator><dc:date>2024-05-04</dc:date>"
        f"<link>{site.url}/{name}</link><description>The {name} sailed on Monday, she said.</description></item>"
        for name in ("one", "ferry")
    )
    rss = f"<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel>{items}</channel></rss>"
    site.pages["/feed"] = Answer(rss, headers={"Content-Type": "application/rss+xml"})
    for _ in range(2):
        report = web(f"{site.url}/feed")
        assert report.articles == 2
        assert [each.source for each in report.skipped] == [f"{site.url}/ferry"]
        assert report.skipped[0].reason.endswith("until it can be read, the text that its feed holds stands for it")
        by_title = {each.title: each for each in records()}
        assert by_title["Bridge one opens"].source == f"{site.url}/one"
        ferry = by_title["Ferry"]
        assert (ferry.author, ferry.published) == ("Ann Lee", "2024-05-04")
        assert ferry.source == f"{site.url}/feed#{site.url}/ferry"
    site.pages["/ferry"] = page("Ferry sails", "The ferry sailed on Monday with 40 people on it")
    assert not web(f"{site.url}/feed").skipped
    assert sorted((each.title, each.source) for each in records()) == [
        ("Bridge one opens", f"{site.url}/one"), ("Ferry sails", f"{site.url}/ferry"),
    ]  # fmt: skip
    del site.pages["/ferry"]
    (skipped,) = web(f"{site.url}/feed", f"{site.url}/ferry").skipped
    assert "feed" not in skipped.reason
    assert len(records()) == 2


def test_a_removed_page_leaves_nothing_in_its_feed(
    site: Site, web: Callable[..., UpdateReport], location: Location, records: Callable[[], list[ArticleRecord]]
) -> None:
    site.pages["/feed"] = feed(site, "one", "quokkas-dance", "missing", title="Zanzibarian {}")
    site.pages["/quokkas-dance"] = page("Quokkas dance", "The quokkas danced with quetzalcoatl on Monday")
    web(f"{site.url}/feed")
    assert b"Zanzibarian missing" in bytes_of(location.store)
    [quokkas] = [record.article_id for record in records() if record.title == "Quokkas dance"]
    remove(location, [quokkas], Settings())
    assert b"quokka" not in bytes_of(location.store).lower()
    assert b"quetzalcoatl" not in bytes_of(location.store).lower()
    for _ in range(2):
        report = web(f"{site.url}/feed")
        assert report.articles == 1
        assert any("removed from the index before" in each.reason for each in report.skipped)
    assert counts(web(f"{site.url}/quokkas-dance")) == (1, 0, 0, 2)


# -- standard input --------------------------------------------------------------------------------------------------


@pytest.fixture
def piped(web: Callable[..., UpdateReport], monkeypatch: pytest.MonkeyPatch) -> Callable[[str], UpdateReport]:
    def piped(text: str) -> UpdateReport:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        return web("-")

    return piped


STORY = "The harbour of {0} was closed by ice on Monday, the harbour master of {0} said to the paper."


def test_what_is_piped_in_is_kept_beside_what_was(
    piped: Callable[[str], UpdateReport], records: Callable[[], list[ArticleRecord]], web: Callable[..., UpdateReport],
    location: Location, hashing: HashingEncoder,
) -> None:  # fmt: skip
    assert counts(piped(STORY.format("Lenn"))) == (1, 0, 0, 1)
    assert counts(piped(STORY.format("Lenn"))) == (0, 0, 1, 1)
    assert counts(piped(STORY.format("Osk"))) == (1, 0, 0, 2)
    assert {record.source[:6] for record in records()} == {"stdin:"}
    report = update(location, [], Settings(), encoder=hashing, prune=True)
    assert (report.removed, report.articles) == (0, 5)


def test_an_archive_is_piped_in(piped: Callable[[str], UpdateReport]) -> None:
    lines = [json.dumps({"url": f"https://a.example/{name}", "text": STORY.format(name)}) for name in ("Lenn", "Osk")]
    assert counts(piped("\n".join(lines))) == (2, 0, 0, 2)
    assert counts(piped("\n".join(lines))) == (0, 0, 2, 2)


def test_a_list_is_piped_in(
    site: Site, piped: Callable[[str], UpdateReport], location: Location, tmp_path: Path
) -> None:
    note = tmp_path / "note.txt"
    note.write_text(STORY.format("Lenn"))
    listed = f"{site.url}/one\n{note}\n{site.url}/missing\n"
    report = piped(listed)
    assert counts(report) == (2, 0, 0, 2)
    assert [each.source for each in report.skipped] == [f"{site.url}/missing"]
    assert counts(piped(listed)) == (0, 0, 2, 2)
