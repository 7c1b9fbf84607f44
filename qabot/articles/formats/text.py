"""Plain text: most often a page's, copied with its menus and appeals; with front matter or without."""

from __future__ import annotations

from collections.abc import Iterator

from qabot.articles.clean import paragraphs
from qabot.articles.decoding import decode
from qabot.articles.document import Document, Layout, Raw
from qabot.articles.fields import from_fields
from qabot.articles.formats.markdown import split_front_matter


def read(raw: Raw) -> Iterator[Document]:
    """The one document of a text file."""
    fields, text = split_front_matter(decode(raw.data, raw.source, raw.charset))
    yield Document(raw.source, tuple(paragraphs(text)), Layout.PAGE, from_fields(fields, "front matter"), raw.url)
