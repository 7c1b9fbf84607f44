"""A page: the article by trafilatura, what the page says of itself, and all its visible lines."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from html import unescape
from html.parser import HTMLParser

from qabot.articles.decoding import decode, normalise
from qabot.articles.document import Document, Layout, Raw
from qabot.articles.formats import page_metadata

_DECLARED = re.compile(rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.I)
_REFERENCE = re.compile(r"&#(?:x([0-9a-f]{1,6})|([0-9]{1,7}));?", re.I)
_BLOCKS = frozenset(
    "address article aside blockquote body br button caption center dd details dialog div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 head header hr html label legend li main menu nav ol option p pre section "
    "select summary table tbody td textarea tfoot th thead title tr ul video audio iframe".split()
)
_UNSEEN = frozenset(("script", "style", "template", "noscript", "title", "svg"))


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

    trafilatura leans towards recall here (its precision setting drops short paragraphs and lists). lxml drops text
    below 256 levels of nesting and after very large nodes without a word, so its tree is compared with Python's own
    parser. Where the article was not found, or not all of the page was seen, all its visible lines are the document:
    better a stray line than half of the article gone.
    """
    import lxml.html
    import trafilatura

    for library in ("trafilatura", "htmldate"):  # without a handler, Python prints their warnings
        logging.getLogger(library).addHandler(logging.NullHandler())
    html = normalise(_REFERENCE.sub(_control_character, html))
    lines = visible_lines(html)
    parser = lxml.html.HTMLParser(huge_tree=True, encoding="utf-8")
    try:
        tree = lxml.html.document_fromstring(html.encode(), parser=parser)
    except (lxml.etree.LxmlError, ValueError):  # nothing that could be a tree
        return Document(source, lines, Layout.PAGE, address=url)
    kept = sum(len("".join(text.split())) for text in tree.itertext())
    complete = kept >= 0.95 * sum(len("".join(line.split())) for line in lines)
    stated = page_metadata.stated(tree)
    extracted = trafilatura.bare_extraction(
        tree, url=url, favor_recall=True, include_comments=False, include_tables=True, with_metadata=True
    )
    text = "" if extracted is None or isinstance(extracted, dict) else extracted.text or ""
    paragraphs = tuple(stripped for line in text.split("\n") if (stripped := line.strip()))
    address = next((each.value for each in stated if each.field == "url"), url)
    if not paragraphs or not complete:
        return Document(source, lines, Layout.PAGE, stated, address)
    return Document(source, paragraphs, Layout.EXTRACTED, stated, address, lines)


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


class _Lines(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self._pieces: list[str] = []
        self._unseen: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in _BLOCKS:
            self.break_line()
        if tag in _UNSEEN and self._unseen is None:
            self._unseen = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._unseen:
            self._unseen = None
        if tag in _BLOCKS:
            self.break_line()

    def handle_data(self, data: str) -> None:
        if self._unseen is None:
            self._pieces.append(data)

    def break_line(self) -> None:
        line = " ".join("".join(self._pieces).split())
        if line:
            self.lines.append(line)
        self._pieces.clear()


def visible_lines(html: str) -> tuple[str, ...]:
    """The text of a page as Python's own parser sees it, a block element a line."""
    parser = _Lines()
    parser.feed(html)
    parser.close()
    parser.break_line()
    return tuple(parser.lines)
