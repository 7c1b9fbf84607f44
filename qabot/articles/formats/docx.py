"""A word processor's file (DOCX), by mammoth: its paragraphs, lists, tables and notes; nothing that lies outside it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING
from zipfile import ZipFile

from qabot.articles.article import Stated
from qabot.articles.document import Document, Layout, Raw
from qabot.articles.formats.markup import blocks, entitled
from qabot.articles.formats.package import DAMAGED, open_package, xml
from qabot.articles.formats.properties import from_properties
from qabot.errors import ArticleError

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_STYLES = "p[style-name='Title'] => h1:fresh\np[style-name='Subtitle'] => h2:fresh"
_REFERENCES = "//sup[a[contains(@id, 'note-ref-')]] | //a[contains(@href, 'note-ref-')]"


def read(raw: Raw) -> Iterator[Document]:
    """The one document of a DOCX file.

    Raises:
        ArticleError: it is damaged, protected by a password, or no DOCX file.
    """
    with open_package(raw, "DOCX") as package:
        tree = _tree(raw)
        stated = _properties(package, raw.source)
    rows, stated = entitled(blocks(tree), stated)
    yield Document(raw.source, rows, Layout.WRITTEN, stated, raw.url)


def _tree(raw: Raw) -> HtmlElement:
    import lxml.html
    import mammoth

    try:
        html = mammoth.convert_to_html(
            io.BytesIO(raw.data),
            style_map=_STYLES,
            include_embedded_style_map=False,
            external_file_access=False,
            convert_image=lambda _image: [],
        ).value
    except (
        Exception
    ) as error:  # mammoth raises what its parts raise: KeyError, ExpatError, RecursionError, OSError, ...
        raise ArticleError(
            raw.source, f"it is a damaged DOCX file ({type(error).__name__}): open it and save it as DOCX again"
        ) from error
    tree = lxml.html.fragment_fromstring(html or "<p/>", create_parent="body")
    for mark in tree.xpath(_REFERENCES):  # "[1]" in a sentence, and the arrow back at the note
        mark.drop_tree()
    return tree


def _properties(package: ZipFile, source: str) -> tuple[Stated, ...]:
    """What the core properties state (ECMA-376 part 2, section 11)."""
    from lxml import etree

    try:
        root = xml(package.read("docProps/core.xml"))
    except DAMAGED:
        return ()
    if root is None:
        return ()
    found = {etree.QName(child).localname: child.text for child in root.iterchildren("{*}*")}
    authors = (found.get("creator") or "").split(";")
    return from_properties({"title": found.get("title"), "author": authors, "language": found.get("language")}, source)
