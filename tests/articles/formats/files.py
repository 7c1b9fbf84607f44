"""Small real files of the formats that are not text, made by code."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import cast
from xml.sax.saxutils import escape

from pypdf import PageObject, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

Printed = tuple[float, float, float, str]
"""A line on a page: x, y, size, text; in points."""


def pdf(
    pages: Iterable[Iterable[Printed]],
    info: Mapping[str, str] | None = None,
    *,
    password: str | None = None,
    user_password: str = "",
    algorithm: str = "AES-256",
    matrix: str = "1 0 0 1 0 0",
) -> bytes:
    """A PDF with these lines printed on its pages, in Helvetica."""
    writer = PdfWriter()
    for lines in pages:
        page = writer.add_blank_page(595, 842)
        shown = "\n".join(f"BT /F1 {size} Tf 1 0 0 1 {x} {y} Tm ({_literal(text)}) Tj ET" for x, y, size, text in lines)
        _put(writer, page, f"q {matrix} cm\n{shown}\nQ".encode("cp1252"))
    if info:
        writer.add_metadata(dict(info))
    if password is not None:
        writer.encrypt(user_password, password, algorithm=algorithm)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def drawn_pdf(*contents: str, pictures: Iterable[int] = ()) -> bytes:
    """A PDF whose pages are drawn by these operators, in Helvetica as /F1; some show a picture, by their numbers."""
    writer = PdfWriter()
    for number, content in enumerate(contents):
        page = writer.add_blank_page(595, 842)
        _put(writer, page, content.encode("cp1252"))
        if number in pictures:
            image = DecodedStreamObject()
            image.update({NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Image")})
            resources = cast("DictionaryObject", page["/Resources"])
            shown = DictionaryObject({NameObject("/I1"): writer._add_object(image)})
            resources[NameObject("/XObject")] = shown
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def page_of(
    text: Sequence[str], *, x: float = 72, y: float = 700, size: float = 11, leading: float = 13
) -> list[Printed]:
    """Lines of running text below one another; an empty one is a gap."""
    return [(x, y - number * leading, size, line) for number, line in enumerate(text) if line]


def _literal(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _put(writer: PdfWriter, page: PageObject, content: bytes) -> None:
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
            NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
        }
    )
    stream = DecodedStreamObject()
    stream.set_data(content)
    page[NameObject("/Contents")] = writer._add_object(stream.flate_encode())
    fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})


def package(parts: Mapping[str, str | bytes]) -> bytes:
    """A ZIP archive with these parts, in their order."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def with_parts(data: bytes, parts: Mapping[str, str | bytes]) -> bytes:
    """The package with more parts."""
    stream = io.BytesIO(data)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def paragraph(text: str, style: str | None = None, *, more: str = "") -> str:
    """A paragraph of WordprocessingML; ``more`` is markup at its end."""
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r><w:t>{escape(text)}</w:t></w:r>{more}</w:p>"


def docx(body: str, properties: str = "", *, footnotes: str = "", relationships: str = "", prolog: str = "") -> bytes:
    """A DOCX file with this body, these core properties and these footnotes, all in XML."""
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{name.replace(" ", "")}"><w:name w:val="{name}"/></w:style>'
        for name in ("Title", "heading 1", "heading 2", "List Number")
    )
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="png" ContentType="image/png"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{RELATIONSHIPS}"><Relationship Id="a" Target="word/document.xml" '
        f'Type="{OFFICE}/officeDocument"/></Relationships>',
        "word/document.xml": f"{prolog}<w:document {W} {R}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{RELATIONSHIPS}">{relationships}</Relationships>',
        "word/styles.xml": f"<w:styles {W}>{styles}</w:styles>",
        "word/footnotes.xml": f"<w:footnotes {W}>{footnotes}</w:footnotes>",
        "docProps/core.xml": "<cp:coreProperties "
        'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/">{properties}</cp:coreProperties>',
    }
    return package(parts)


def epub(parts: Mapping[str, str], metadata: str = "", *, more: Mapping[str, str | bytes] | None = None) -> bytes:
    """An EPUB with these parts (XHTML by name) in its spine, in their order, and this metadata in XML."""
    kind = 'media-type="application/xhtml+xml"'
    items = "".join(
        f'<item id="i{n}" href="{name}" {kind} properties="{"nav" * (name == "nav.xhtml")}"/>'
        for n, name in enumerate(parts)
    )
    spine = "".join(f'<itemref idref="i{n}"/>' for n in range(len(parts)))
    opf = (
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf">'
        f"{metadata}</metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="EPUB/content.opf"/></rootfiles></container>'
    )
    return package(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": container,
            "EPUB/content.opf": opf,
            **{f"EPUB/{name}": text for name, text in parts.items()},
            **(more or {}),
        }
    )


def xhtml(body: str, prolog: str = "") -> str:
    """A part of an EPUB."""
    return (
        f'{prolog}<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">'
        f"<head><title/></head><body>{body}</body></html>"
    )
