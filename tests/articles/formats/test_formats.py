from __future__ import annotations

import codecs
import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.articles.formats import HEAD, format_of_content, root_name, without_prolog
from tests.articles.formats import files

LINE = json.dumps({"text": "The port closes."}).encode() + b"\n"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"%PDF-1.7\n%", "pdf"),
        (files.docx(""), "docx"),
        (files.epub({}), "epub"),
        (LINE, "jsonl"),
        (codecs.BOM_UTF8 + b"\n" + LINE, "jsonl"),
        (b'{"text": "' + b"x" * 2 * HEAD, "jsonl"),
        (gzip.compress(LINE, mtime=0), "jsonl"),
        (b"<!DOCTYPE html><html><body>", "html"),
        (b'<?xml version="1.0"?>\n<!-- x --><html xmlns="http://www.w3.org/1999/xhtml">', "html"),
        (b"\n<HEAD><title>", "html"),
        (b"<rss version='2.0'>", "feed"),
        (b"<?xml version='1.0'?><urlset>", "sitemap"),
        (b"Received: by x\n\tfor y\nFrom: a@b.example\n\nWords", "mail"),
        (b"From: Ann <a@b.example>\r\nSubject: Port\r\nDate: Mon, 3 May 2021 10:00:00 +0100\r\n\r\nWords", "mail"),
        (b"---\ntitle: Port\n---\nWords", "markdown"),
        (b"+++\r\n# a note\r\ntitle = 'Port'\r\n+++\r\nWords", "markdown"),
        (b"# Port closes\n\nWords", "markdown"),
    ],
)
def test_what_is_plain_is_told(data: bytes, name: str) -> None:
    told = format_of_content(data[:HEAD])
    assert told is not None
    assert told.name == name


@pytest.mark.parametrize(
    "data",
    [
        b"", b"Words of an article.", b"From: our correspondent\nSetubal, Monday\n\nWords", b"From: Reuters\n\nWords",
        b"Date: 3 May\nSubject: Coal\nWords go on", b"{a brace} opens it", b"{\n", b"[1, 2]", b"---\n\nWords", b"#tag",
        b"PK\x03\x04" + b"\0" * 40, gzip.compress(b"Words", mtime=0), b"\x1f\x8b\x08 and more", b"<p>Words</p>",
        b"\xff\xfe\0", b"+++\nWords",
        b'{"text": "cut',
    ],
)  # fmt: skip
def test_what_is_not_plain_is_not(data: bytes) -> None:
    assert format_of_content(data) is None


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_looked_at_without_harm(data: bytes) -> None:
    for head in (data, b"PK\x03\x04" + data, b"\x1f\x8b" + data, b"{" + data, b"<" + data, b"From: " + data):
        format_of_content(head)


FEED = '<rss version="2.0"><channel/></rss>'


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (FEED.encode(), "rss"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- <feed> -->\n<?style x?><RDF:rdf xmlns:RDF="x">', "rdf"),
        (b'<!DOCTYPE rss [<!ENTITY a "<urlset>">]><rss>', "rss"),
        (b"<!DOCTYPE rss PUBLIC \"-//x > y//\" 'z.dtd'>\n<rss>", "rss"),
        (b"<!doctype html><html>", "html"),
        (FEED.encode("utf-16"), "rss"),
        (b"<ns:urlset/>", "urlset"),
        (b"words <rss>", ""),
        (b"", ""),
        (b"<!-- never closed <rss>", ""),
        (b"\x1f\x8b\x08", ""),
    ],
)
def test_root_name(data: bytes, name: str) -> None:
    assert root_name(data) == name


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (FEED, "feed"),
        ("<urlset/>", "sitemap"),
        ("<sitemapindex/>", "sitemap"),
        ("<html/>", "html"),
        ("<nitf/>", None),
        ("<p>x", None),
    ],
)
def test_the_root_element_tells_the_format(data: str, told: str | None) -> None:
    found = format_of_content(data.encode())
    assert (found and found.name) == told


def test_a_prolog_goes_with_all_its_entities() -> None:
    text = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b"> <!ENTITY c "]">]>\n<!-- x --><x>&a;</x>'
    assert without_prolog(text) == "<x>&a;</x>"


@given(st.lists(st.sampled_from(["<!--", "-->", "<?", "?>", "<!DOCTYPE", "[", "]", ">", '"', "'", "<", "a", " "])))
def test_any_text_has_a_prolog_or_none(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert text.endswith(without_prolog(text))
    assert without_prolog(without_prolog(text)) == without_prolog(text)


@pytest.mark.parametrize("piece", ["<!--", "<?", "<!DOCTYPE", '<!DOCTYPE "', "<!---->", "<!DOCTYPE [", "<!DOCTYPE []"])
def test_a_prolog_costs_no_more_than_its_length(piece: str) -> None:
    import time

    started = time.process_time()
    root_name(piece.encode() * 100_000)
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "head",
    [
        b"---\r\n" + b"# a\r\n" * 5_000 + b"Hello you\r\n",
        b"<!-- -->" * 8_000 + b"<div>a",
        b"<?xml?> " * 8_000 + b"<div>a",
    ],
)
def test_a_hostile_head_takes_no_time(head: bytes) -> None:
    assert format_of_content(head) is None


def test_comments_before_fields_and_elements_hide_no_format() -> None:
    for data, name in (
        (b"---\r\n# a\r\n#\r\ntitle: Port", "markdown"),
        (b"<!-- a --> \n<!-- b --><html>", "html"),
    ):
        found = format_of_content(data)
        assert found
        assert found.name == name
