from __future__ import annotations

import gzip
import hashlib
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from qabot.articles.article import Document, Layout, Reading
from qabot.articles.read import read_source
from qabot.errors import ArticleError
from qabot.settings import Settings
from tests.articles.formats import files

SETTINGS = Settings(max_article_mb=0.1)
BODY = "The council of Setubal has voted to close its coal port, ending four decades of shipments."
SECOND = "The vote on Monday passed by 14 to 9 after a debate of six hours in the old hall."
PAGE = f"<!doctype html><html><body><article><p>{BODY}</p><p>{SECOND}</p></article></body></html>"


def read(monkeypatch: pytest.MonkeyPatch, data: bytes) -> Reading:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    reading = read_source("-", SETTINGS)
    assert reading is not None
    assert reading.source == "stdin:" + hashlib.sha256(data).hexdigest()[:16]
    return reading


@pytest.mark.parametrize(
    ("data", "layout"),
    [
        (f"{BODY}\n\n{SECOND}\n".encode(), Layout.PAGE),
        (f"---\ntitle: Port\n---\n{BODY}\n".encode(), Layout.WRITTEN),
        (f"# Port closes\n\n{BODY}\n".encode(), Layout.WRITTEN),
        (PAGE.encode(), Layout.EXTRACTED),
        (f"Received: by x\nFrom: Ann <a@b.example>\n\n{BODY}".encode(), Layout.PAGE),
        (files.pdf([files.page_of([BODY, SECOND])]), Layout.PAGE),
        (files.docx(files.paragraph(BODY)), Layout.WRITTEN),
    ],
    ids=["text", "front matter", "markdown", "html", "mail", "pdf", "docx"],
)
def test_the_format_is_told_by_the_bytes(monkeypatch: pytest.MonkeyPatch, data: bytes, layout: Layout) -> None:
    reading = read(monkeypatch, data)
    (document,) = reading.documents
    assert isinstance(document, Document)
    assert (document.layout, document.source, reading.links) == (layout, reading.source, ())
    assert BODY in " ".join(document.rows)


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_an_archive_may_be_larger_than_an_article(monkeypatch: pytest.MonkeyPatch, pack: type[bytes]) -> None:
    lines = "".join(
        json.dumps({"text": f"{number} {hashlib.sha256(b'%d' % number).hexdigest()} {BODY}"}) + "\n"
        for number in range(5000)
    )
    data = pack(lines.encode())
    assert len(data) > 100_000
    reading = read(monkeypatch, data)
    sources = [each.source for each in reading.documents]
    assert sources == [f"{reading.source}#{number}" for number in range(1, 5001)]


def test_an_epub_is_an_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    data = files.epub({"a.xhtml": files.xhtml(f"<p>{BODY} {SECOND} {BODY}</p>")})
    reading = read(monkeypatch, data)
    assert [each.source for each in reading.documents] == [f"{reading.source}#a.xhtml"]


def test_a_list_of_addresses_and_files_is_one_of_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a b.md").write_text(BODY)
    monkeypatch.chdir(tmp_path)
    data = f"https://sado.example/port?utm_source=x\r\n\na b.md\n{tmp_path / 'a b.md'}\n".encode()
    reading = read(monkeypatch, data)
    path = str(tmp_path / "a b.md")
    assert [link.url for link in reading.links] == ["https://sado.example/port", path, path]
    assert list(reading.documents) == []


@pytest.mark.parametrize(
    "text", ["https://sado.example/port\nno/such/file.md\n", "https://sado.example/a is down\n", "."]
)
def test_a_text_that_holds_an_address_is_no_list(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    reading = read(monkeypatch, text.encode())
    assert reading.links == ()
    assert len(list(reading.documents)) == 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty"),
        (b" \n\n", "it is empty"),
        (b"x" * 200_000, "it holds more than 0.1 MB, the limit for one article: split it, or set QABOT_MAX_ARTICLE_MB"),
        (b"\0\1\2\3", "binary"),
    ],
)
def test_what_cannot_be_read_says_why(monkeypatch: pytest.MonkeyPatch, data: bytes, reason: str) -> None:
    with pytest.raises(ArticleError, match=reason):
        list(read(monkeypatch, data).documents)


def test_a_closed_standard_input_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(ArticleError, match="-: it is closed: pipe an article into it, or name a file"):
        read_source("-", SETTINGS)


def test_a_pipe_that_writes_slowly_is_read_to_its_end() -> None:
    code = (
        "from qabot.articles.read import read_source\nfrom qabot.settings import Settings\n"
        "print(*[row for document in read_source('-', Settings()).documents for row in document.rows], sep='\\n')"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as reader:
        assert reader.stdin is not None
        reader.stdin.write(f"{BODY}\n\n".encode())
        reader.stdin.flush()
        out, _ = reader.communicate(f"{SECOND}\n".encode())
    assert out.decode().splitlines() == [BODY, SECOND]
