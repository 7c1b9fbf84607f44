"""ZIP packages of XML (DOCX, EPUB), opened so that no hostile file costs more than a refusal."""

from __future__ import annotations

import io
import posixpath
import re
import zlib
from collections.abc import Iterator, Sequence
from html.entities import html5
from typing import TYPE_CHECKING
from urllib.parse import unquote
from zipfile import BadZipFile, ZipFile

from qabot.articles.article import Document, Layout, Raw, Stated
from qabot.articles.boilerplate import lines as line
from qabot.articles.formats.page_lines import without_hidden
from qabot.articles.formats.trees import EPUB_TYPE, Block, blocks, lower, name, xml
from qabot.articles.provenance import entitled, from_properties
from qabot.errors import ArticleError

if TYPE_CHECKING:
    from lxml.etree import _Element
    from lxml.html import HtmlElement

_WORDS = 40  # of prose in an article; a part with fewer is a title page, a dedication or a picture
_PROSE = 8  # words of a line of prose
_OUTSIDE = re.compile(r"\b(?:colophon|copyright-page|cover|index|landmarks|lo[ait]|page-list|titlepage|toc)\b")
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]*);")
_XML_ENTITIES = (b"amp", b"lt", b"gt", b"quot", b"apos")
_ENCRYPTION = "META-INF/encryption.xml"
_OPF = "{http://www.idpf.org/2007/opf}"

_OF_TEXT = re.compile(r"word/(?:document|footnotes|endnotes)\d*\.xml")
_HIDDEN = re.compile(rb"<\w+:(?:vanish|dstrike)\b")
_STYLES = "p[style-name='Title'] => h1:fresh\np[style-name='Subtitle'] => h2:fresh"
_REFERENCES = "//sup[a[contains(@id, 'note-ref-')]] | //a[contains(@href, 'note-ref-')]"

_DAMAGED = (KeyError, ValueError, OSError, EOFError, SyntaxError, BadZipFile, NotImplementedError, zlib.error)
"""The errors of reading a damaged part or XML that is none; lxml's syntax errors are Python's."""
_PARTS = 20_000
_TEXT_BYTES = 30_000_000  # of all XML, unpacked: a book of ten thousand pages
_ELEMENTS = 500_000  # tags of a DOCX file, of which mammoth makes objects
_TEXT = (".xml", ".rels", ".opf", ".ncx", ".xhtml", ".html", ".htm")


def read_docx(raw: Raw) -> Iterator[Document]:
    """Yield the one document of a DOCX file.

    Raises:
        ArticleError: it is damaged, protected by a password, or no DOCX file.
    """
    with _open_package(raw, "DOCX") as package:
        tree = _tree(raw, package)
        stated = _docx_properties(package, raw.source)
    rows, stated = _entitled(blocks(tree), stated)
    yield Document(raw.source, rows, Layout.WRITTEN, stated, raw.url)


def _tree(raw: Raw, package: ZipFile) -> HtmlElement:
    import lxml.html
    import mammoth

    try:
        html = mammoth.convert_to_html(
            io.BytesIO(_texts_without_hidden_runs(raw.source, package)),
            style_map=_STYLES,
            include_embedded_style_map=False,
            external_file_access=False,
            convert_image=lambda _image: [],
        ).value
    except ArticleError:
        raise
    except Exception as error:  # mammoth lets through KeyError, ExpatError, RecursionError, OSError, ...
        raise ArticleError(
            raw.source, f"it is a damaged DOCX file ({type(error).__name__}): open it and save it as DOCX again"
        ) from error
    tree = lxml.html.fragment_fromstring(html or "<p/>", create_parent="body")
    for mark in tree.xpath(_REFERENCES):  # "[1]" in a sentence, and the arrow back at the note
        mark.drop_tree()
    lower(tree)
    return tree


def _texts_without_hidden_runs(source: str, package: ZipFile) -> bytes:
    """Return a DOCX file of the parts that are text, without the runs that nobody sees or sees struck out twice.

    Mammoth takes these for text (those that are struck out once it tells apart), and would unpack any part that another
    names, of whatever size.

    Raises:
        ArticleError: they have too many elements.
    """
    written = io.BytesIO()
    elements = 0
    with ZipFile(written, "w") as copy:
        for part in filter(_is_text, package.namelist()):
            try:
                content = package.read(part)
            except _DAMAGED:  # mammoth tells whether it does without
                continue
            elements += content.count(b"<")
            if elements > _ELEMENTS:
                raise ArticleError(source, f"it has more than {_ELEMENTS:,} tags of XML: split it into articles")
            copy.writestr(part, _without_hidden_runs(content) if _OF_TEXT.fullmatch(part) else content)
    return written.getvalue()


def _without_hidden_runs(content: bytes) -> bytes:
    from lxml import etree

    if not _HIDDEN.search(content) or (root := xml(content)) is None:
        return content
    for mark in root.findall(".//{*}r/{*}rPr/*"):
        properties = mark.getparent()
        run = None if properties is None else properties.getparent()
        if name(mark) in ("vanish", "dstrike") and _is_on(mark) and run is not None:
            for child in [each for each in run if each is not properties]:
                run.remove(child)
    seen: bytes = etree.tostring(root)
    return seen


def _is_on(mark: _Element) -> bool:
    """True if a property that is a switch is on (ECMA-376 part 1, section 17.17.4)."""
    return next((value for key, value in mark.attrib.items() if key.endswith("}val")), "1") not in ("0", "false", "off")


def _docx_properties(package: ZipFile, source: str) -> tuple[Stated, ...]:
    """Return what the core properties state (ECMA-376 part 2, section 11)."""
    from lxml import etree

    try:
        root = xml(package.read("docProps/core.xml"))
    except _DAMAGED:
        return ()
    if root is None:
        return ()
    found = {etree.QName(child).localname: child.text for child in root.iterchildren("{*}*")}
    authors = (found.get("creator") or "").split(";")
    return from_properties({"title": found.get("title"), "author": authors, "language": found.get("language")}, source)


def read_epub(raw: Raw) -> Iterator[Document | ArticleError]:
    """Yield the documents of an EPUB, in the order of its spine.

    Raises:
        ArticleError: it is damaged or locked, or there is no article in it.
    """
    articles: dict[str, list[Block]] = {}
    with _open_package(raw, "EPUB") as package:
        try:
            folder, opf = _package_document(package)
            locked = _part(package, _ENCRYPTION) if _ENCRYPTION in package.namelist() else b""
        except _DAMAGED as error:
            raise ArticleError(
                raw.source, f"it is a damaged EPUB ({type(error).__name__}): get it again where it came from"
            ) from error
        paths = {href: posixpath.join(folder, unquote(href)) for href in _spine(opf)}
        held = {part.filename: part.file_size for part in package.infolist()}
        _refuse_too_much(raw.source, [held.get(path, 0) for path in paths.values()])
        for href, path in paths.items():
            if path.encode() in locked:
                raise ArticleError(raw.source, "it is locked by its seller (DRM): get it without a lock")
            try:
                body = _body(package.read(path))
            except _DAMAGED as error:
                reason = f"this part of the EPUB is missing or damaged ({type(error).__name__}): get it again"
                yield ArticleError(f"{raw.source}#{href}", reason)
                continue
            if body is None:
                continue
            body = without_hidden(body)
            lower(body)
            if (found := blocks(body)) and _is_article(body, found):
                articles[href] = found
    if not articles:
        raise ArticleError(raw.source, "there is no article in it: check that it was saved whole, or remove it")
    stated = _epub_properties(opf, raw.source)
    for href, found in articles.items():
        rows, of_part = _entitled(found, tuple(each for each in stated if each.field != "title"))
        if len(articles) == 1 and all(each.field != "title" for each in of_part):
            of_part = stated  # where there are several articles, the book's title is none of theirs
        yield Document(f"{raw.source}#{href}", rows, Layout.WRITTEN, of_part, raw.url)


def _package_document(package: ZipFile) -> tuple[str, _Element]:
    """Return the package document's folder and root (EPUB OCF 3.3, section 4.2.6.3.1)."""
    container = xml(_part(package, "META-INF/container.xml"))
    rootfile = None if container is None else container.find(".//{*}rootfile")
    if rootfile is None:
        raise ValueError("no package document")
    path = rootfile.get("full-path", "")
    opf = xml(_part(package, path))
    if opf is None:
        raise ValueError("an empty package document")
    return posixpath.dirname(path), opf


def _spine(opf: _Element) -> list[str]:
    """Return the paths of the parts in reading order (EPUB 3.3, section 5.7), without the table of contents."""
    items = {
        item.get("id"): item.get("href")
        for item in opf.iterfind(".//{*}manifest/{*}item")
        if "nav" not in item.get("properties", "").split() and "html" in item.get("media-type", "html")
    }
    references = [each.get("idref") for each in opf.iterfind(".//{*}spine/{*}itemref") if each.get("linear") != "no"]
    return list(dict.fromkeys(href for each in references if (href := items.get(each))))


def _body(data: bytes) -> _Element | None:
    """Return the body of a part; malformed XML is read as far as possible."""
    root = xml(_ENTITY.sub(_character, data), recover=True)
    return None if root is None else next((each for each in root.iter() if name(each) == "body"), root)


def _character(entity: re.Match[bytes]) -> bytes:
    """Return an entity of HTML, which XML does not know, as a reference to its character."""
    characters = "" if entity[1] in _XML_ENTITIES else html5.get(f"{entity[1].decode()};", "")
    return "".join(f"&#{ord(each)};" for each in characters).encode() or entity[0]


def _is_article(body: _Element, found: list[Block]) -> bool:
    """True if a part holds an article's worth of prose: not the cover, a title page or a list of links."""
    if any(_OUTSIDE.search(each.get(EPUB_TYPE, "")) for each in (body, *body) if name(each)):
        return False
    words = [len(line.words(each.text)) for each in found]
    linked = sum(len(line.words("".join(each.itertext()))) for each in body.iter() if name(each) == "a")
    return sum(count for count in words if count >= _PROSE) >= _WORDS and 2 * linked <= sum(words)


def _epub_properties(opf: _Element, source: str) -> tuple[Stated, ...]:
    """Return what the metadata state (Dublin Core; EPUB 2 tells authors and dates apart by attributes)."""
    found: dict[str, list[str]] = {}
    for each in opf.iterfind(".//{*}metadata//{http://purl.org/dc/elements/1.1/}*"):
        kind = each.get(f"{_OPF}event") or each.get(f"{_OPF}role")
        if kind in (None, "publication", "aut"):
            found.setdefault(name(each), []).append("".join(each.itertext()))
    first = {field: texts[0] for field, texts in found.items()}
    return from_properties(
        {
            "title": first.get("title"),
            "author": found.get("creator", []),
            "publisher": first.get("publisher"),
            "published": first.get("date"),
            "language": first.get("language"),
        },
        source,
    )


def _open_package(raw: Raw, kind: str) -> ZipFile:
    """Return the parts of a package; none of them is unpacked yet.

    Raises:
        ArticleError: it is none, needs a password, or holds more text than any article or book.
    """
    try:
        package = ZipFile(raw.stream or io.BytesIO(raw.data))
    except (BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise ArticleError(
            raw.source,
            f"it is damaged or no {kind} file at all (one with a password is none either): "
            f"open it where it was made and save it as {kind} again",
        ) from error
    parts = package.infolist()
    if any(part.flag_bits & 1 for part in parts):
        raise ArticleError(raw.source, "it is protected by a password: save it without one")
    _refuse_too_much(raw.source, [part.file_size if _is_text(part.filename) else 0 for part in parts])
    return package


def _is_text(part: str) -> bool:
    return part.lower().endswith(_TEXT)


def _refuse_too_much(source: str, sizes: Sequence[int]) -> None:
    """Raise where parts of these sizes are too much; none is unpacked beyond the size that it declares (by zipfile)."""
    if len(sizes) > _PARTS or sum(sizes) > _TEXT_BYTES:
        text = f"{sum(sizes) / 1_000_000:.0f} MB of text in {len(sizes)} parts"
        raise ArticleError(source, f"it unpacks to {text}: split it into articles")


def _part(package: ZipFile, path: str) -> bytes:
    """Return a part that is looked at before it is known what the package holds; `ValueError` where it is too long."""
    if package.getinfo(path).file_size > _TEXT_BYTES:
        raise ValueError("a part that is too long")
    return package.read(path)


def _entitled(blocks: Sequence[Block], stated: tuple[Stated, ...]) -> tuple[tuple[str, ...], tuple[Stated, ...]]:
    heading = blocks[0].text if blocks and blocks[0].tag in ("h1", "h2") else None
    return entitled([each.text for each in blocks], heading, stated)
