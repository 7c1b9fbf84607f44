"""A tree of HTML that holds an article and nothing else, as its paragraphs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qabot.articles.article import Stated
from qabot.articles.decoding import normalise
from qabot.articles.fields import from_fields

if TYPE_CHECKING:
    from lxml.etree import _Element

CELLS = " | "
"""What stands between the cells of a table's row, which is one line: a figure means nothing without its label."""
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure "
    "footer h1 h2 h3 h4 h5 h6 header hr html li main ol p pre section summary table tbody td tfoot th thead tr "
    "ul".split()
)
_UNSEEN = frozenset("audio form head iframe math nav object script style svg template title video".split())


@dataclass(frozen=True)
class Block:
    """A paragraph, a heading, an item of a list or a row of a table; ``tag`` is the nearest element around it."""

    tag: str
    text: str


def blocks(root: _Element) -> list[Block]:
    """The blocks of a tree in order; items of numbered lists with their numbers.

    The libraries that make the tree nest no deeper than 256 levels.
    """
    walk = _Walk()
    walk.visit(root)
    walk.flush()
    return walk.found


def name(element: _Element) -> str:
    """An element's name in lower case without its namespace; of a comment nothing."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def entitled(blocks: Sequence[Block], stated: tuple[Stated, ...]) -> tuple[tuple[str, ...], tuple[Stated, ...]]:
    """The rows of a document and what it states: a heading that opens it is its title, unless it has another."""
    title = next((each.value for each in stated if each.field == "title"), None)
    if blocks and blocks[0].tag in ("h1", "h2") and title in (None, blocks[0].text):
        stated += from_fields({"title": blocks[0].text}, "heading")
        blocks = blocks[1:]
    return tuple(each.text for each in blocks), stated


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
        elif tag == "tr" and _is_one_line(element):
            self.flush()
            self._pieces.append(
                CELLS.join(" ".join(each.text for each in blocks(cell)) for cell in element if name(cell))
            )
            self._as_block(tag)
        elif tag in _BLOCKS:
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


def _is_one_line(row: _Element) -> bool:
    """Whether a table's row is one of cells and not a frame that the page is laid out in."""
    return all(sum(name(each) in _BLOCKS for each in cell.iterdescendants()) <= 1 for cell in row)


def _start(numbered: _Element) -> int:
    start = str(numbered.get("start") or 1)
    return int(start) if start.isascii() and start.isdecimal() and len(start) < 10 else 1
