"""A page: the article by trafilatura, what the page says of itself, and all its visible lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape

from qabot.articles.decoding import decode, normalise
from qabot.articles.document import Document, Layout, Raw
from qabot.articles.formats import page_metadata
from qabot.articles.formats.page_article import article_rows
from qabot.articles.formats.page_lines import drop_unseen, is_complete, lines_of, visible_lines, without_hidden
from qabot.errors import ArticleError

_DECLARED = re.compile(rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.I)
_END = re.compile(r"</(?:body|html)\s*>", re.I)  # some pages go on after it; lxml does not
_REFERENCE = re.compile(r"&#(?:x([0-9a-f]{1,6})|([0-9]{1,7}));?", re.I)
_SOFT_HYPHEN = re.compile(r"\u00ad|&shy;|&#(?:173|xad);", re.I)


def read(raw: Raw) -> Iterator[Document]:
    """The one document of a page."""
    html = decode(raw.data, raw.source, raw.charset or declared_encoding(raw.data))
    yield read_page(html, raw.source, raw.url)


def declared_encoding(data: bytes) -> str | None:
    """The encoding that a page's head claims."""
    match = _DECLARED.search(data[:4096])
    return match[1].decode("ascii") if match else None


def read_page(html: str, source: str, url: str | None = None) -> Document:
    """Find the article in a page.

    Where it was not found, or where lxml did not see all of the page, all visible lines are the document: better a
    stray line than half of the article gone.

    Args:
        html: as `qabot.articles.decoding.decode` leaves it.
        source: as of `qabot.articles.article.Article`.
        url: the address that it was fetched from.

    Raises:
        ArticleError: there are links to articles in it and no article.
    """
    import lxml.html

    html = _without_references(_SOFT_HYPHEN.sub("", _END.sub("", html)))
    parser = lxml.html.HTMLParser(huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = lxml.html.document_fromstring(html.encode(), parser=parser)
    except (lxml.etree.LxmlError, ValueError):  # nothing that could be a tree
        return Document(source, visible_lines(html), Layout.PAGE, address=url)
    stated = page_metadata.stated(tree, url)
    address = next((each.value for each in stated if each.field == "url"), url)
    drop_unseen(tree)
    if not is_complete(tree, html):
        return Document(source, visible_lines(html), Layout.PAGE, stated, address)
    tree = without_hidden(tree)
    seen = lines_of(tree)
    try:
        rows = article_rows(tree, seen, live="LiveBlogPosting" in html)
    except ValueError as error:
        raise ArticleError(
            source, "it holds links to articles but none itself: name their addresses instead"
        ) from error
    if not rows:
        return Document(source, seen.lines, Layout.PAGE, stated, address)
    return Document(source, tuple(rows), Layout.EXTRACTED, stated, address, seen.lines)


def _without_references(html: str) -> str:
    """The page without references to characters that `normalise` takes out."""
    plain = _REFERENCE.sub(_control_character, html)
    return html if plain == html else normalise(plain)


def _control_character(reference: re.Match[str]) -> str:
    """A reference to a control character as that character (parsers differ on them); another as it is."""
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    if code < 0x20 or code == 0x7F or 0x2028 <= code <= 0x202E or 0x2066 <= code <= 0x2069:
        return chr(code)
    return unescape(reference[0]) if 0x80 <= code < 0xA0 else reference[0]  # these stand for Windows-1252


def left_out(lines: Sequence[str], paragraphs: Sequence[str]) -> list[str]:
    """The lines that are in no paragraph, told by their runs of three words, so that time grows with the page only."""
    kept = {run for paragraph in paragraphs for run in _runs(paragraph)}
    return [row for row in lines if not kept.issuperset(_runs(row))]


def _runs(line: str) -> set[tuple[str, ...]]:
    words = line.split()
    return {tuple(words[i : i + 3]) for i in range(max(1, len(words) - 2))}
