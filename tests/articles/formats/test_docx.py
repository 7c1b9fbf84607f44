from __future__ import annotations

import socket
from collections.abc import Callable
from typing import NoReturn

import pytest

from qabot.articles.article import Document, Layout, Raw
from qabot.articles.formats.package import read_docx
from qabot.errors import ArticleError
from tests.articles.formats import files
from tests.articles.formats.files import OFFICE, paragraph

BODY = "The council of Setubal has voted to close its coal port."


def read(data: bytes) -> Document:
    (document,) = read_docx(Raw("news/a.docx", data))
    return document


def stated(document: Document) -> list[tuple[str, str, str]]:
    return [(each.field, each.value, each.where) for each in document.stated]


def test_paragraphs_headings_and_properties() -> None:
    body = paragraph("Port closes", "Title") + paragraph(BODY) + paragraph("Why now?", "heading1") + paragraph("Coal.")
    document = read(files.docx(body, "<dc:title>Port closes</dc:title><dc:creator>Ann Lee; Bo Li</dc:creator>"))
    assert document.rows == (BODY, "Why now?", "Coal.")
    assert document.layout is Layout.WRITTEN
    assert stated(document) == [
        ("title", "Port closes", "file properties"),
        ("author", "Ann Lee, Bo Li", "file properties"),
        ("title", "Port closes", "heading"),
    ]


def test_a_heading_on_top_is_the_title_where_the_properties_have_none() -> None:
    document = read(files.docx(paragraph("Port closes", "heading1") + paragraph(BODY)))
    assert (document.rows, stated(document)) == ((BODY,), [("title", "Port closes", "heading")])


def test_a_heading_on_top_that_is_not_the_title_stays() -> None:
    body = paragraph("A town changes", "heading1") + paragraph(BODY)
    document = read(files.docx(body, "<dc:title>Port closes</dc:title>"))
    assert document.rows == ("A town changes", BODY)


@pytest.mark.parametrize("creator", ["python-docx", "Microsoft Office User", "LibreOffice", "Apache POI", "", "admin"])
def test_a_program_is_no_author(creator: str) -> None:
    assert stated(read(files.docx(paragraph(BODY), f"<dc:creator>{creator}</dc:creator>"))) == []


def test_a_row_of_a_table_is_one_line_and_a_table_for_the_layout_is_none() -> None:
    def table(*rows: tuple[str, ...]) -> str:
        cells = ["".join(f"<w:tc>{cell}</w:tc>" for cell in row) for row in rows]
        return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"

    figures = table((paragraph("Year"), paragraph("Tons")), (paragraph("2020"), paragraph("500")))
    frame = table((paragraph(BODY) + paragraph("It is over."), paragraph("Aside")))
    assert read(files.docx(figures + frame)).rows == ("Year | Tons", "2020 | 500", BODY, "It is over.", "Aside")


def test_numbered_items_have_their_numbers() -> None:
    numbering = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    data = files.docx(
        "".join(f"<w:p><w:pPr>{numbering}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>" for text in ("Imports", "Prices"))
    )
    # without numbering.xml mammoth takes them for plain paragraphs; with it they are a list
    assert read(data).rows == ("Imports", "Prices")
    abstract = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl></w:abstractNum>'
    )
    part = f'<w:numbering {files.W}>{abstract}<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    assert read(files.with_parts(data, {"word/numbering.xml": part})).rows == ("1. Imports", "2. Prices")


def test_footnotes_stand_at_the_end_and_leave_no_mark_in_the_sentence() -> None:
    reference = '<w:r><w:footnoteReference w:id="7"/></w:r>'
    note = f'<w:footnote w:id="7">{paragraph("By the ministry.")}</w:footnote>'
    document = read(files.docx(paragraph(BODY, more=reference) + paragraph("It is over."), footnotes=note))
    assert document.rows == (BODY, "It is over.", "1. By the ministry.")


def test_what_was_deleted_under_tracked_changes_is_gone() -> None:
    deleted = "<w:del><w:r><w:delText>Not so.</w:delText></w:r></w:del>"
    assert read(files.docx(paragraph(BODY, more=deleted))).rows == (BODY,)


def test_pictures_and_links_outside_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("it reached out")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    links = "".join(
        f'<Relationship Id="{name}" TargetMode="External" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for name, kind, target in (
            ("p", "image", "http://127.0.0.1:9/a.png"),
            ("f", "image", "/etc/hostname"),
            ("h", "hyperlink", "https://sado.example/x"),
        )
    )
    drawing = "".join(
        f'<w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        f'<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData>'
        f'<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:blipFill>'
        f'<a:blip r:link="{name}"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
        for name in "pf"
    )
    link = '<w:hyperlink r:id="h"><w:r><w:t> More.</w:t></w:r></w:hyperlink>'
    document = read(files.docx(paragraph(BODY, more=drawing + link), relationships=links))
    assert document.rows == (f"{BODY} More.",)


ENTITIES = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(10))
BILLION = f'<!DOCTYPE l [<!ENTITY a "ha">{ENTITIES}]>'


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (lambda: b"PK\x03\x04 and no more", "damaged or no DOCX file at all"),
        (
            lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600,
            "one with a password is none either.*: open it where it was made and save it",
        ),
        (lambda: files.package({"word/other.xml": "<a/>"}), "it is a damaged DOCX file"),
        (lambda: files.docx("<w:p>"), "it is a damaged DOCX file"),
        (lambda: files.docx(paragraph("&k;").replace("&amp;", "&"), prolog=BILLION), "it is a damaged DOCX file"),
        (
            lambda: files.docx("<w:sdt><w:sdtContent>" * 3000 + "</w:sdtContent></w:sdt>" * 3000),
            "it is a damaged DOCX file",
        ),
        (lambda: files.docx(paragraph("ha" * 16_000_000)), "it unpacks to 32 MB of text in 7 parts: split it"),
        (lambda: files.docx("<w:p/>" * 500_001), "it has more than 500,000 tags of XML: split it"),
        (
            lambda: files.docx(paragraph(BODY)).replace(b"word/document.xml", b"word/document.png"),
            "it is a damaged DOCX file",
        ),
        (lambda: files.package({f"{n}.txt": "" for n in range(20_001)}), "in 20001 parts"),
    ],
)
def test_what_cannot_be_read_says_why(made: Callable[[], bytes], reason: str) -> None:
    with pytest.raises(ArticleError, match=reason) as caught:
        read(made())
    assert caught.value.source == "news/a.docx"
    assert "\n" not in str(caught.value)


def test_a_package_with_a_password_is_refused() -> None:
    data = bytearray(files.docx(paragraph(BODY)))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(signature, at + 4)
    with pytest.raises(ArticleError, match="protected by a password: save it without one"):
        read(bytes(data))


def test_properties_that_are_damaged_are_none() -> None:
    data = bytearray(files.docx(paragraph("The port is shut."), "<dc:title>Port</dc:title>"))
    at = data.index(b"docProps/core.xml") + len(b"docProps/core.xml")
    for offset in (0, 2, 40):  # no deflate at all, another block, another checksum
        damaged = bytearray(data)
        damaged[at + offset : at + offset + 3] = b"\xff\xff\xff"
        assert stated(read(bytes(damaged))) == []
