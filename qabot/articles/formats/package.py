"""ZIP packages (DOCX, EPUB) and the XML in them, opened so that no hostile file costs more than a refusal."""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from qabot.articles.document import Raw
from qabot.errors import ArticleError

if TYPE_CHECKING:
    from lxml.etree import _Element

DAMAGED = (KeyError, ValueError, OSError, EOFError, SyntaxError, BadZipFile, NotImplementedError, zlib.error)
"""What reading a part of a damaged package raises, and what is no XML; lxml's syntax errors are Python's."""
_PARTS = 20_000
_TEXT_BYTES = 30_000_000  # unpacked, of all that is XML: a book of ten thousand pages
_TEXT = (".xml", ".rels", ".opf", ".ncx", ".xhtml", ".html", ".htm")


def open_package(raw: Raw, kind: str) -> ZipFile:
    """The parts of a package; none of them is unpacked yet.

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
    # A part is never unpacked beyond the size that it declares (zipfile stops there).
    text = sum(part.file_size for part in parts if part.filename.lower().endswith(_TEXT))
    if len(parts) > _PARTS or text > _TEXT_BYTES:
        raise ArticleError(
            raw.source, f"it unpacks to {text / 1_000_000:.0f} MB of text in {len(parts)} parts: split it into articles"
        )
    return package


def xml(data: bytes, *, recover: bool = False) -> _Element | None:
    """The root of an XML document; entities and the network stay out; None where nothing could be recovered.

    Raises:
        lxml.etree.XMLSyntaxError: it is not well formed, and was not to be recovered.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=recover)
    try:
        root: _Element | None = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        if not recover:
            raise
        return None
    return root
