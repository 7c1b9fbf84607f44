"""The paragraphs of a tree of XML or HTML that holds an article and nothing else, as DOCX and EPUB make them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qabot.articles.decoding import normalise
from qabot.articles.formats import BLOCKS
from qabot.articles.tables import CELLS, lines_of_table

if TYPE_CHECKING:
    from lxml.etree import _Element

_UNSEEN = frozenset("audio del form head iframe math nav object s script strike style svg template title video".split())


def xml(data: bytes, *, recover: bool = False) -> _Element | None:
    """Return the root of an XML document; entities and the network stay out; None where nothing could be recovered.

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


@dataclass(frozen=True)
class Block:
    """A paragraph, a heading, an item of a list or a row of a table; ``tag`` is the nearest element around it."""

    tag: str
    text: str


def blocks(root: _Element) -> list[Block]:
    """Return the blocks of a tree in order; items of numbered lists with their numbers.

    The libraries that make the tree nest no deeper than 256 levels.
    """
    walk = _Walk()
    walk.visit(root)
    walk.flush()
    return walk.found


def name(element: _Element) -> str:
    """Return an element's name in lower case without its namespace; "" for a comment."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


class _Walk:
    def __init__(self) -> None:
        self.found: list[Block] = []
        self._pieces: list[str] = []
        self._tag = "p"
        self._number = ""

    def visit(self, element: _Element) -> None:
        tag = name(element)
        if not tag or tag in _UNSEEN:
            return
        if tag == "br":
            self._pieces.append(" ")
        elif tag == "table" and (rows := _rows_of_table(element)):
            self.flush()
            lines = [each for each in element.iter() if name(each) == "tr"]
            first = next((line for line, cells in zip(lines, rows, strict=True) if sum(map(bool, cells)) > 1), ())
            headed = all(name(cell) == "th" for cell in first if name(cell))
            for line in lines_of_table(rows, headed=headed):
                self._pieces.append(line)
                self._as_block("tr")
        elif tag == "tr" and _is_one_line(element):
            self.flush()
            self._pieces.append(CELLS.join(_text_of(cell) for cell in element if name(cell)))
            self._as_block(tag)
        elif tag in BLOCKS:
            self.flush()
            around, self._tag = self._tag, tag
            self._inside(element)
            self.flush()
            self._tag = around
        else:
            self._inside(element)

    def flush(self) -> None:
        self._as_block(self._tag)

    def _inside(self, element: _Element) -> None:
        number = _start(element) if name(element) == "ol" else None
        self._pieces.append(element.text or "")
        for child in element:
            if name(child) == "li":
                self._number = "" if number is None else f"{number}. "
                number = None if number is None else number + 1
            self.visit(child)
            self._pieces.append(child.tail or "")

    def _as_block(self, tag: str) -> None:
        text = " ".join(normalise("".join(self._pieces)).split())
        if text.strip("| "):
            self.found.append(Block(tag, self._number + text))
            self._number = ""
        self._pieces.clear()


def _rows_of_table(table: _Element) -> list[list[str]]:
    """Return the texts of a table's cells; none of one whose cells hold more than a line each."""
    rows = [each for each in table.iter() if name(each) == "tr"]
    if not all(map(_is_one_line, rows)):
        return []
    return [
        [text for cell in row if name(cell) in ("td", "th") for text in (_text_of(cell), *[""] * (_spanned(cell) - 1))]
        for row in rows
    ]


def _text_of(cell: _Element) -> str:
    return " ".join(each.text for each in blocks(cell))


def _spanned(cell: _Element) -> int:
    given = str(cell.get("colspan") or 1)
    return int(given) if given.isdecimal() and len(given) < 3 else 1


def _is_one_line(row: _Element) -> bool:
    """True if a table's row has short cells, and is no frame that the page is laid out in."""
    return all(sum(name(each) in BLOCKS for each in cell.iterdescendants()) <= 1 for cell in row)


def _start(numbered: _Element) -> int:
    start = str(numbered.get("start") or 1)
    return int(start) if start.isascii() and start.isdecimal() and len(start) < 10 else 1
