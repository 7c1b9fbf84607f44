from __future__ import annotations

from collections.abc import Callable

import pytest

from qabot.articles.article import Document, Layout, Raw
from qabot.articles.formats.package import read_epub
from qabot.errors import ArticleError
from tests.articles.formats import files
from tests.articles.formats.files import xhtml

BODY = "The council of Setubal has voted to close its coal port, which ends four decades of shipments. " * 3
TEXT = " ".join(BODY.split())
METADATA = (
    "<dc:title>The Sado Review, May</dc:title><dc:creator>Ann Lee</dc:creator><dc:publisher>Sado Times</dc:publisher>"
    "<dc:date>2021-05-03T00:00:00Z</dc:date><dc:language>en-GB</dc:language>"
)


def read(data: bytes) -> list[Document]:
    return [each for each in read_epub(Raw("news/a.epub", data)) if isinstance(each, Document)]


def stated(document: Document) -> dict[str, tuple[str, str]]:
    return {each.field: (each.value, each.where) for each in document.stated}


def article(title: str) -> str:
    return xhtml(f"<h1>{title}</h1><p>{BODY}</p><ul><li>Imports</li></ul>")


def test_every_part_that_holds_an_article_is_one() -> None:
    contents = "".join(
        f'<p><a href="{n}.xhtml">The council of Setubal votes to close its port</a></p>' for n in range(9)
    )
    data = files.epub(
        {
            "cover.xhtml": xhtml('<img src="cover.jpg"/><p>The Sado Review</p>'),
            "nav.xhtml": article("The navigation"),
            "list.xhtml": xhtml(f"<h1>In this issue</h1>{contents}"),
            "rights.xhtml": xhtml(f'<section epub:type="copyright-page"><p>{BODY}</p></section>'),
            "one.xhtml": article("Port closes"),
            "sub/two%20b.xhtml": article("Port opens"),
        },
        METADATA,
        more={"EPUB/sub/two b.xhtml": article("Port opens")},
    )
    documents = read(data)
    assert [each.source for each in documents] == ["news/a.epub#one.xhtml", "news/a.epub#sub/two%20b.xhtml"]
    assert all(each.rows == (TEXT, "Imports") and each.layout is Layout.WRITTEN for each in documents)
    assert stated(documents[0]) == {
        "title": ("Port closes", "heading"),
        "author": ("Ann Lee", "file properties"),
        "publisher": ("Sado Times", "file properties"),
        "published": ("2021-05-03", "file properties"),
        "language": ("en", "file properties"),
    }


def test_the_title_of_the_file_is_that_of_its_only_article_where_no_heading_is() -> None:
    only = files.epub({"a.xhtml": xhtml(f"<p>{BODY}</p>")}, METADATA)
    assert stated(read(only)[0])["title"] == ("The Sado Review, May", "file properties")
    two = files.epub({"a.xhtml": xhtml(f"<p>{BODY}</p>"), "b.xhtml": article("Port")}, METADATA)
    assert "title" not in stated(read(two)[0])


def test_programs_roles_and_other_dates_state_nothing() -> None:
    metadata = (
        "<dc:creator>calibre (7.1)</dc:creator><dc:publisher>calibre</dc:publisher>"
        '<dc:creator opf:role="ill">Bo Li</dc:creator><dc:date opf:event="modification">2021-05-03</dc:date>'
        "<dc:date>0101-01-01T00:00:00+00:00</dc:date>"
    )
    assert stated(read(files.epub({"a.xhtml": article("Port")}, metadata))[0]) == {"title": ("Port", "heading")}


def test_entities_of_html_are_characters_and_a_documents_own_stay_out() -> None:
    prolog = '<!DOCTYPE html [<!ENTITY own SYSTEM "file:///etc/hostname"><!ENTITY b "ha">]>'
    document = read(files.epub({"a.xhtml": xhtml(f"<p>{BODY}</p><p>Caf&eacute;&nbsp;&amp; &own;bar &b;</p>", prolog)}))[
        0
    ]
    assert document.rows[1] == "Café & bar"


def test_a_part_that_is_no_good_xml_is_read_as_far_as_it_goes() -> None:
    document = read(files.epub({"a.xhtml": xhtml(f"<p>{BODY}<br></p><p>It is over.</p>")}))[0]
    assert document.rows[0] == TEXT
    assert "It is over." in document.rows


def test_numbers_of_items_and_rows_of_tables() -> None:
    body = (
        f'<p>{BODY}</p><ol start="3"><li>Imports<ol><li><p>Coal</p></li></ol></li><li>Prices</li></ol>'
        "<table><tr><th>Year</th><td><p>2020</p></td></tr></table><p>one<br/>two</p><script>x()</script>"
    )
    document = read(files.epub({"a.xhtml": xhtml(body)}))[0]
    assert document.rows[1:] == ("3. Imports", "1. Coal", "4. Prices", "Year | 2020", "one two")


def test_tables_within_tables_cost_no_more_than_their_size() -> None:
    deep = "<table><tr><td>" * 60 + f"<p>{BODY}</p><p>It is over.</p>" + "</td></tr></table>" * 60
    assert read(files.epub({"a.xhtml": xhtml(deep)}))[0].rows == (TEXT, "It is over.")


def test_a_part_that_is_damaged_does_not_cost_the_others() -> None:
    data = files.epub({"a.xhtml": article("A"), "b.xhtml": article("B"), "c.xhtml": article("C")})
    at = data.index(b"EPUB/b.xhtml", data.index(b"EPUB/a.xhtml")) + 40
    found = list(read_epub(Raw("news/a.epub", data[:at] + b"garbage" + data[at + 7 :])))
    assert sorted(each.source for each in found) == [f"news/a.epub#{name}.xhtml" for name in "abc"]
    assert next(str(each) for each in found if isinstance(each, ArticleError)).startswith(
        "news/a.epub#b.xhtml: this part of the EPUB is missing or damaged"
    )


SAME = dict.fromkeys(("%61.xhtml", "a%2exhtml", "%61%2exhtml"), "")  # references to a.xhtml
NAMING = '<container><rootfiles><rootfile full-path="book"/></rootfiles></container>'
ENCRYPTED = '<encryption><CipherReference URI="EPUB/a.xhtml"/></encryption>'


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (lambda: files.package({"mimetype": "application/epub+zip"}), r"damaged EPUB \(KeyError\): get it again"),
        (lambda: files.package({"META-INF/container.xml": "<container/>"}), "damaged EPUB"),
        (lambda: files.package({"META-INF/container.xml": "<contai"}), "damaged EPUB"),
        (lambda: files.epub({"a.xhtml": ""}), "there is no article in it"),
        (lambda: files.epub({"a.xhtml": xhtml("<p>Short.</p>")}), "there is no article in it"),
        (
            lambda: files.epub({"a.xhtml": article("A")}, more={"META-INF/encryption.xml": ENCRYPTED}),
            r"locked by its seller",
        ),
        (lambda: files.epub({"a.xhtml": xhtml("<p>ha</p>" * 4_000_000)}), "unpacks to 36 MB of text"),
        (lambda: files.epub({"a.png": xhtml("<p>ha</p>" * 4_000_000)}), "unpacks to 36 MB of text"),
        (lambda: files.epub({"a.xhtml": xhtml("<p>ha</p>" * 1_300_000), **SAME}), "unpacks to 47 MB of text"),
        (
            lambda: files.package({"META-INF/container.xml": "<a>" + " " * 31_000_000 + "</a>"}),
            "unpacks to 31 MB of text",
        ),
        (
            lambda: files.package({"META-INF/container.xml": NAMING, "book": "<a>" + " " * 31_000_000 + "</a>"}),
            r"damaged EPUB \(ValueError\)",
        ),
        (lambda: files.epub({"a.xhtml": xhtml("<div>" * 5000 + BODY)}), "there is no article in it"),
        (lambda: files.epub({"a.xhtml": article("A")})[:-30], "damaged or no EPUB"),
        (lambda: b"", "damaged or no EPUB"),
    ],
)
def test_what_cannot_be_read_says_why(made: Callable[[], bytes], reason: str) -> None:
    with pytest.raises(ArticleError, match=reason) as caught:
        read(made())
    assert caught.value.source == "news/a.epub"
    assert "\n" not in str(caught.value)


def test_fonts_that_are_scrambled_lock_nothing() -> None:
    scrambled = '<encryption><CipherReference URI="EPUB/font.otf"/></encryption>'
    assert read(files.epub({"a.xhtml": article("A")}, more={"META-INF/encryption.xml": scrambled}))


@pytest.mark.parametrize(
    "sentence",
    ["塞图巴尔市议会投票决定关闭其煤港，结束四十年的煤炭运输。", "セトゥバルの議会は石炭港の閉鎖を決議した。"],
)
def test_an_article_in_a_script_without_blanks(sentence: str) -> None:
    (document,) = read(files.epub({"one.xhtml": xhtml(f"<h1>港</h1><p>{sentence * 4}</p>")}))
    assert document.rows == (sentence * 4,)
