"""From a document to its article: what is left out, and what its words say of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from qabot.articles import clean as cleaning
from qabot.articles.article import Article, Stated
from qabot.articles.dateline import dateline, is_dateline
from qabot.articles.decoding import normalise
from qabot.articles.document import Document, Layout
from qabot.articles.fields import from_fields
from qabot.articles.formats.html import left_out
from qabot.articles.metadata import author_in_text, byline, publisher_in_appeals, without_site
from qabot.articles.stated import in_order, settled
from qabot.errors import ArticleError

_BYLINES = 8  # lines at a page's top among which its date and byline may stand


def article_of(document: Document, repeated: Collection[str] = ()) -> Article:
    """The article that a document holds.

    Args:
        document: what stands in a file or page.
        repeated: those of its rows that other articles of its site have too.

    Raises:
        ArticleError: there is no article in it.
    """
    if document.layout is Layout.WRITTEN:
        return _article(document, document.rows)
    if document.layout is Layout.EXTRACTED:
        return _extracted(document, repeated)
    return _page(document, repeated)


def _page(document: Document, repeated: Collection[str]) -> Article:  # noqa: ARG001
    cleaned = cleaning.clean(document.rows)
    head = cleaned.head
    stated = [
        *from_fields({"title": head.title}, "heading"),
        *from_fields({"author": head.author}, "byline"),
        *from_fields({"publisher": head.publisher}, "heading"),
        *from_fields({"published": head.published}, "dateline"),
        *from_fields({"author": author_in_text(cleaned.paragraphs)}, "text"),
        *from_fields({"publisher": publisher_in_appeals(cleaned.removed)}, "text"),
    ]
    return _article(document, cleaned.paragraphs, stated, cleaned.removed)


def _extracted(document: Document, repeated: Collection[str]) -> Article:  # noqa: ARG001
    known = settled(document.stated)
    title = known.get("title")
    rows = [row for row in document.rows if row != title and not cleaning.is_left_out(row)]
    first = next((row for row in rows if row in document.page and not is_dateline(row)), None)
    top = document.page[: document.page.index(first)] if first else ()
    rows = [row for n, row in enumerate(rows) if n >= _BYLINES or not (is_dateline(row) or byline(row))]
    stated = [
        *from_fields({"title": without_site(title, known.get("publisher"))}, "JSON-LD"),
        *from_fields({"author": author_in_text(rows)}, "text"),
        *from_fields({"published": next(filter(None, map(dateline, reversed(top[-_BYLINES:]))), None)}, "dateline"),
    ]
    return _article(document, rows, stated, [row for row in left_out(document.page, rows) if row != title])


def _article(
    document: Document, rows: Iterable[str], stated: Iterable[Stated] = (), removed: Iterable[str] = ()
) -> Article:
    text = "\n\n".join(filter(None, (normalise(row).replace("\n", " ").strip() for row in rows)))
    if not any(character.isalnum() for character in text):
        raise ArticleError(
            document.source, "there is no article in it: check that the page was saved whole, or remove it"
        )
    given = in_order([*stated, *document.stated])
    fields = settled(given)
    fields.setdefault("url", document.address) if document.address else None
    return Article(document.source, text, stated=given, removed=tuple(removed), **fields)
