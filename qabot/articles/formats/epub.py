"""An EPUB (a magazine, a newspaper, a saved article): one document for each of its parts that holds an article."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from html.entities import html5
from typing import TYPE_CHECKING
from urllib.parse import unquote
from zipfile import ZipFile

from qabot.articles.article import Stated
from qabot.articles.document import Document, Layout, Raw
from qabot.articles.formats.markup import Block, blocks, entitled, name
from qabot.articles.formats.package import DAMAGED, open_package, xml
from qabot.articles.formats.properties import from_properties
from qabot.errors import ArticleError

if TYPE_CHECKING:
    from lxml.etree import _Element

_WORDS = 40  # of prose: what has fewer is a title page, a dedication, a picture with its caption
_PROSE = 8  # words of a line of prose
_OUTSIDE = re.compile(r"\b(?:colophon|copyright-page|cover|index|landmarks|lo[ait]|page-list|titlepage|toc)\b")
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]*);")
_XML_ENTITIES = (b"amp", b"lt", b"gt", b"quot", b"apos")
_TYPE = "{http://www.idpf.org/2007/ops}type"
_ENCRYPTION = "META-INF/encryption.xml"
_OPF = "{http://www.idpf.org/2007/opf}"


def read(raw: Raw) -> Iterator[Document | ArticleError]:
    """The documents of an EPUB, in the order of its spine.

    Raises:
        ArticleError: it is damaged or locked, or there is no article in it.
    """
    articles: dict[str, list[Block]] = {}
    with open_package(raw, "EPUB") as package:
        try:
            folder, opf = _package_document(package)
            locked = package.read(_ENCRYPTION) if _ENCRYPTION in package.namelist() else b""
        except DAMAGED as error:
            raise ArticleError(
                raw.source, f"it is a damaged EPUB ({type(error).__name__}): get it again where it came from"
            ) from error
        for href in _spine(opf):
            path = posixpath.join(folder, unquote(href))
            if path.encode() in locked:
                raise ArticleError(raw.source, "it is locked by its seller (DRM): get it without a lock")
            try:
                body = _body(package.read(path))
            except DAMAGED as error:
                reason = f"this part of the EPUB is missing or damaged ({type(error).__name__}): get it again"
                yield ArticleError(f"{raw.source}#{href}", reason)
                continue
            if body is not None and (found := blocks(body)) and _is_article(body, found):
                articles[href] = found
    if not articles:
        raise ArticleError(raw.source, "there is no article in it: check that it was saved whole, or remove it")
    stated = _properties(opf, raw.source)
    for href, found in articles.items():
        rows, of_part = entitled(found, tuple(each for each in stated if each.field != "title"))
        if len(articles) == 1 and all(each.field != "title" for each in of_part):
            of_part = stated  # of several articles the book's title is none
        yield Document(f"{raw.source}#{href}", rows, Layout.WRITTEN, of_part, raw.url)


def _package_document(package: ZipFile) -> tuple[str, _Element]:
    """The package document's folder and root (EPUB OCF 3.3, section 4.2.6.3.1)."""
    container = xml(package.read("META-INF/container.xml"))
    rootfile = None if container is None else container.find(".//{*}rootfile")
    if rootfile is None:
        raise ValueError("no package document")
    path = rootfile.get("full-path", "")
    opf = xml(package.read(path))
    if opf is None:
        raise ValueError("an empty package document")
    return posixpath.dirname(path), opf


def _spine(opf: _Element) -> list[str]:
    """Where the parts are that are read one after the other (EPUB 3.3, section 5.7), without the table of contents."""
    items = {
        item.get("id"): item.get("href")
        for item in opf.iterfind(".//{*}manifest/{*}item")
        if "nav" not in item.get("properties", "").split() and "html" in item.get("media-type", "html")
    }
    references = [each.get("idref") for each in opf.iterfind(".//{*}spine/{*}itemref") if each.get("linear") != "no"]
    return list(dict.fromkeys(href for each in references if (href := items.get(each))))


def _body(data: bytes) -> _Element | None:
    """The body of a part; what is no good XML is read as far as it goes."""
    root = xml(_ENTITY.sub(_character, data), recover=True)
    return None if root is None else next((each for each in root.iter() if name(each) == "body"), root)


def _character(entity: re.Match[bytes]) -> bytes:
    """An entity of HTML, which XML does not know, as a reference to its character."""
    characters = "" if entity[1] in _XML_ENTITIES else html5.get(f"{entity[1].decode()};", "")
    return "".join(f"&#{ord(each)};" for each in characters).encode() or entity[0]


def _is_article(body: _Element, found: list[Block]) -> bool:
    """Whether a part holds an article's worth of prose: not the cover, a title page or a list of links."""
    if any(_OUTSIDE.search(each.get(_TYPE, "")) for each in (body, *body) if name(each)):
        return False
    words = [len(each.text.split()) for each in found]
    linked = sum(len("".join(each.itertext()).split()) for each in body.iter() if name(each) == "a")
    return sum(count for count in words if count >= _PROSE) >= _WORDS and 2 * linked <= sum(words)


def _properties(opf: _Element, source: str) -> tuple[Stated, ...]:
    """What the metadata state (Dublin Core; EPUB 2 tells authors and dates apart by attributes)."""
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
