from __future__ import annotations

import collections
import gzip
import io
import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.articles.article import Document, Layout, Raw
from qabot.articles.formats import jsonl
from qabot.articles.formats.jsonl import read_jsonl
from qabot.errors import ArticleError

BODY = "The council of Setubal has voted to close its coal port, ending four decades of shipments."
SECOND = "The vote on Monday passed by 14 to 9 after a debate of six hours in the old hall of the town."


def read(data: bytes, **more: Any) -> list[Document | ArticleError]:
    """Return what is found, and last the error where the rest cannot be read."""
    found: list[Document | ArticleError] = []
    try:
        found.extend(read_jsonl(Raw("news/a.jsonl", data, **more)))
    except ArticleError as error:
        found.append(error)
    return found


def archive(*lines: Any) -> bytes:
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


def told(found: Document | ArticleError) -> str:
    return str(found) if isinstance(found, ArticleError) else found.source


def test_a_line_is_an_article_with_what_its_fields_state() -> None:
    (document,) = read(
        archive(
            {
                "URL": "https://sado.example/port", "title": "Port closes", "text": f"{BODY}\n\n{SECOND}",
                "published": "2021-05-03T10:00:00Z", "authors": ["Ann Lee", "Bo Li"], "publisher": "Sado Times",
                "updated": "2021-05-04", "language": "en",
            }
        )
    )  # fmt: skip
    assert isinstance(document, Document)
    assert (document.source, document.address) == (
        "news/a.jsonl#https://sado.example/port",
        "https://sado.example/port",
    )
    assert (document.rows, document.layout) == ((BODY, SECOND), Layout.PAGE)
    assert {(each.field, each.value) for each in document.stated} == {
        ("url", "https://sado.example/port"), ("title", "Port closes"), ("author", "Ann Lee, Bo Li"),
        ("publisher", "Sado Times"), ("published", "2021-05-03"), ("updated", "2021-05-04"), ("language", "en"),
    }  # fmt: skip
    assert {each.where for each in document.stated} == {"archive"}


def test_a_text_that_is_a_page_is_read_as_one() -> None:
    page = f"<html><head><title>Other</title></head><body><article><p>{BODY}</p><p>{SECOND}</p></article></body></html>"
    (document,) = read(archive({"text": page, "title": "Port closes", "url": "https://sado.example/port"}))
    assert isinstance(document, Document)
    assert (document.layout, BODY in document.rows) == (Layout.EXTRACTED, True)
    assert next((each.value, each.where) for each in document.stated if each.field == "title") == (
        "Port closes",
        "archive",
    )


def test_the_second_line_of_an_address_and_one_without_are_named_by_their_number() -> None:
    url = "https://sado.example/port"
    found = read(archive({"text": BODY, "url": url}, {"text": SECOND, "url": url}, {"text": BODY, "url": "no address"}))
    assert [each.source for each in found] == [f"news/a.jsonl#{url}", "news/a.jsonl#2", "news/a.jsonl#3"]


def test_an_address_that_is_none_is_of_no_site() -> None:
    (document,) = read(archive({"text": BODY, "url": "http://[::1"}))
    assert isinstance(document, Document)
    assert document.site == ""


def test_a_bad_line_costs_no_other() -> None:
    lines = [
        b"{no json",
        b"[1]",
        b'{"title": "T"}',
        b'{"text": 3}',
        b'{"text": " "}',
        b'\xff{"text": "x"}',
        b"",
        b"[" * 5000,
    ]
    found = read(b"\n".join([*lines, archive({"text": BODY}).strip()]))
    assert [told(each).split(": ", 1)[0] for each in found] == [f"news/a.jsonl#{n}" for n in (1, 2, 3, 4, 5, 6, 8, 9)]
    reasons = [each.reason for each in found if isinstance(each, ArticleError)]
    assert [reason.split(":")[0] for reason in reasons] == [
        "this line is no JSON",
        "this line is no JSON object",
        *['this line has no "text"'] * 3,
        "this line is no JSON",
        "this line is no JSON",
    ]
    assert isinstance(found[-1], Document)


def test_gzip_is_unpacked_whatever_the_name() -> None:
    packed = gzip.compress(archive({"text": BODY})) + gzip.compress(archive({"text": SECOND}))
    assert [each.rows for each in read(packed) if isinstance(each, Document)] == [(BODY,), (SECOND,)]


@pytest.mark.parametrize("damage", [lambda data: data[:-12], lambda data: data[:200] + b"garbage" + data[207:]])
def test_a_damaged_gzip_file_keeps_what_came_before(damage: Any) -> None:
    lines = archive(*({"text": f"{number} {BODY} {number * 7919}"} for number in range(3000)))
    *found, last = read(damage(gzip.compress(lines)))
    assert isinstance(last, ArticleError)
    assert "the gzip file is damaged after this line" in last.reason
    assert all(isinstance(each, Document) or "no JSON" in each.reason for each in found)


def test_a_line_beyond_the_limit_costs_no_other() -> None:
    long = archive({"text": BODY * 100})
    found = read(long + archive({"text": BODY}), limit=2000)
    assert [told(each)[:36] for each in found] == ["news/a.jsonl#1: this line is longer ", "news/a.jsonl#2"]
    assert "than the limit of 0.002 MB for one article: set QABOT_MAX_ARTICLE_MB" in told(found[0])


def test_a_line_without_end_is_given_up() -> None:
    packed = gzip.compress(b"{" + b" " * 30_000_000, compresslevel=1)
    tracemalloc.start()
    found = read(packed, limit=100_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [each.reason.split(":")[0] for each in found if isinstance(each, ArticleError)] == [
        "this line is longer than the limit of 0.1 MB for one article",
        "the file is not read beyond it, for this line does not end after 100 times 0.1 MB",
    ]
    assert peak < 10_000_000


class Endless(io.RawIOBase):
    """An archive that never ends, to be read only as far as it is asked for."""

    def __init__(self) -> None:
        self.line = archive({"text": BODY})
        self.given = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return offset

    def readinto(self, buffer: Any) -> int:
        self.given += len(buffer)
        repeated = self.line * (len(buffer) // len(self.line) + 1)
        buffer[:] = repeated[: len(buffer)]
        return len(buffer)


def test_lines_are_read_as_they_are_asked_for() -> None:
    stream = Endless()
    documents: Iterator[Document | ArticleError] = read_jsonl(
        Raw("news/a.jsonl", stream=io.BufferedReader(stream), limit=10_000)
    )
    for _ in range(50):
        next(documents)
    assert stream.given < 100_000


@given(
    st.lists(
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(max_size=20),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["text", "url", "title", "authors", "published", "language", "x"]),
                    inner,
                    max_size=5,
                )
            ),
            max_leaves=9,
        ),
        max_size=4,
    ),
    st.binary(max_size=20),
)
def test_any_line_gives_a_document_or_an_error(lines: list[Any], rest: bytes) -> None:
    found = read(archive(*lines) + rest)
    assert len(found) <= len(lines) + rest.count(b"\n") + 1
    assert all(isinstance(each, ArticleError) or all(row.strip() for row in each.rows) for each in found)
    assert len({each.source for each in found}) == len(found)


@pytest.mark.parametrize("line", [b"\n", b"{}\n"])
def test_an_archive_without_articles_is_not_read_to_its_end(line: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "_FRUITLESS", 1000)
    article = archive({"text": BODY})
    found = list(read_jsonl(Raw("news/a.jsonl", line * 999 + article)))
    assert isinstance(found[-1], Document)
    stream = Endless()
    stream.line = line
    rest = read_jsonl(Raw("news/a.jsonl", stream=io.BufferedReader(stream), limit=10_000))
    with pytest.raises(ArticleError, match=r"for 1,000 lines before it hold no article: check what made it"):
        collections.deque(rest, maxlen=0)


def test_a_bad_byte_costs_a_character_and_not_the_line() -> None:
    line = json.dumps({"text": f"Café Noël. {BODY}"}, ensure_ascii=False).encode()
    (document,) = read(line.replace(b"Setubal", b"Set\xfabal"))
    assert isinstance(document, Document)
    assert document.rows == (f"Café Noël. {BODY}".replace("Setubal", "Set\ufffdbal"),)
