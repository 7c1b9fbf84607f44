"""Plain text: most often a page's, copied with its menus and appeals."""

from __future__ import annotations

from collections.abc import Iterator

from qabot.articles.clean import paragraphs
from qabot.articles.decoding import decode
from qabot.articles.document import Document, Layout, Raw


def read(raw: Raw) -> Iterator[Document]:
    """The one document of a text file."""
    text = decode(raw.data, raw.source, raw.charset)
    yield Document(raw.source, tuple(paragraphs(text)), Layout.PAGE, address=raw.url)
