"""Trees of markup: made without harm, what is raised in them replaced, and the paragraphs that they hold.

All of it takes a time that grows with their size and not with its square.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qabot.articles.decoding import normalise
from qabot.articles.tables import CELLS, lines_of_table

if TYPE_CHECKING:
    from lxml.etree import _Element
    from lxml.html import HtmlElement

BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure "
    "footer h1 h2 h3 h4 h5 h6 header hr html li main ol p pre section summary table tbody td tfoot th thead tr "
    "ul".split()
)
"""Elements of HTML whose text stands on lines of its own."""
# A whole tag, and what is no markup although it may look so: comments, and the text of elements that hold nothing else.
_ATTRIBUTE = r"""[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"?|'[^']*+'?|[^\s>]*+))?+"""
_MOST_ATTRIBUTES = 1000
_TAG = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))|"
    r"<(?:(iframe|noembed|noframes|script|style|textarea|title|xmp)(?=[\s/>])|/?[a-z][^\s/>]*+)"
    rf"(?:{_ATTRIBUTE}){{0,{_MOST_ATTRIBUTES}}}+(?P<more>{_ATTRIBUTE})?(?(1).*?(?:</\1(?=[\s/>])|\Z))",
    re.I | re.S,
)
_DEEPEST = 256  # levels of elements
_END = re.compile(r"</(?:body|html)\s*>", re.I)  # lxml ends there, some pages go on


def parsed(html: str) -> HtmlElement:
    """Return the tree of a page without comments.

    Raises:
        lxml.etree.LxmlError: none can be made of it.
        ValueError: the same, or a tag has so many attributes that lxml, which goes through all for each, takes long.
    """
    import lxml.html

    if any(tag["more"] for tag in _TAG.finditer(html)):
        raise ValueError("too many attributes")
    parser = lxml.html.HTMLParser(huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True)
    return lxml.html.document_fromstring(_END.sub("", html).encode(), parser=parser)


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


def name(element: _Element) -> str:
    """Return an element's name in lower case without its namespace; "" for a comment."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def drop_deep(tree: HtmlElement) -> bool:
    """Remove what is nested so deep that looking around each element would take long; true if anything was."""
    from lxml.etree import iterwalk

    deepest, depth = [], 0
    walk = iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        depth += 1 if event == "start" else -1
        if depth == _DEEPEST and event == "start" and len(element):
            deepest.append(element)
            walk.skip_subtree()
    for element in deepest:
        del element[:]
    return bool(deepest)


def strip(root: _Element, name: str, *, keep_text: bool = False) -> None:
    """Remove the elements of a name at once: one by one, the text around them would be copied each time.

    What follows them stays, and what is in them where that is asked.
    """
    from lxml.etree import strip_elements, strip_tags

    parents = {parent for each in root.iter(name) if (parent := each.getparent()) is not None}
    if keep_text:
        strip_tags(root, name)
    else:
        strip_elements(root, name, with_tail=False)
    for parent in parents:  # texts that are neighbours now become one: trafilatura takes long over many
        parent.text = parent.text
        for child in parent:
            child.tail = child.tail


# Raised characters: marks of footnotes, which are no part of the number before them, and powers, which are.
_SUPER = re.compile(r"vertical-align\s*:\s*super", re.I)
_NOTE = re.compile(r"\bnoteref\b|\bdoc-noteref\b|\bfootnote-?ref\b", re.I)
EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
_NUMBER = re.compile(r"\[?\d{1,3}\]?")
_SYMBOLS = re.compile(r"[*†‡§¶#]+")
_BRACKETED = re.compile(r"\[[^\[\]]{1,40}\]|\(\d{1,3}\)")
_NUMBERS = re.compile(r"\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*")
_LETTER = re.compile(r"[a-z]")
_SIGNED = re.compile(r"[-−–+]\d{1,3}")
_POWERS = str.maketrans("0123456789-−–+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁻⁺")
# What is raised to a power: ten, a unit, a single letter.
_RAISED = re.compile(r"(?:^|[^\w.,])(?:10|[A-Za-z]|mc)$|(?:^|[\s\d/·])(?:[kcdmµn]?m|ft|yd|mi)$")
_SMALL = re.compile(r"(?:^|[^\d.,])\d{1,3}$")
_STATED = re.compile(r"(?:\d{4}|[.,]\d+|[^\W\d_]{4}|[.,;:!?”\"’')])$")

_INLINE = ("a", "b", "em", "font", "i", "span", "strong", "sup", "u")
_NEAR = 40  # characters before a mark that tell what it is
_FAR = 50  # elements before a mark that are looked at
_LOWERED = "LOWERED"  # what an element is called once it holds what stands for it; no parsed one has such a name


def instead_of(mark: str, base: str, *, linked: bool = False) -> str:
    """Return what stands in a text for raised characters: nothing for a footnote's mark, "⁶" for a power.

    A mark in brackets cannot be taken for a digit, and stays.

    The base is the text before them; they are linked where they are a link to a place in the same document.
    """
    mark, base = mark.strip(), base.rstrip()
    if _BRACKETED.fullmatch(mark):
        return f" {mark}" if base else mark
    if linked or _SYMBOLS.fullmatch(mark):
        return ""
    if _SIGNED.fullmatch(mark) or (mark.isdecimal() and _RAISED.search(base)):
        return mark.translate(_POWERS)
    if _NUMBERS.fullmatch(mark) and base:
        # After a small number it may be either, and is neither a digit of it nor lost.
        return f" [{mark}]" if mark.isdecimal() and _SMALL.search(base) else ""
    return "" if _LETTER.fullmatch(mark) and _STATED.search(base) else mark


def lower(root: _Element) -> None:
    """Replace the raised characters in a tree of HTML or XHTML by what stands for them."""
    within: set[_Element] = set()  # others that are raised
    for element in list(root.iter("{*}sup", "{*}span", "{*}font", "{*}a")):
        tag = name(element)
        if element.getparent() is None or element in within:
            continue
        if tag == "sup" or (tag in ("span", "font") and _SUPER.search(element.get("style", ""))):
            linked = _is_link(element.getparent()) or any(map(_is_link, element.iter()))
        elif tag == "a" and _is_reference(element):
            linked = True
        else:
            continue
        base = _before(element)
        mark = "".join(element.itertext())
        within.update(element.iter("{*}sup", "{*}span", "{*}font", "{*}a"))
        del element[:]
        element.text = instead_of(mark, base, linked=linked and bool(base.strip()))
        element.tag = _LOWERED
    strip(root, _LOWERED, keep_text=True)


def _is_link(element: _Element | None) -> bool:
    """True if an element is a link to a place in the same document."""
    return element is not None and name(element) == "a" and "#" in str(element.get("href", ""))


def _is_reference(link: _Element) -> bool:
    """True if a link is the mark of a footnote that only a style sheet raises."""
    if not _is_link(link) or not _NUMBER.fullmatch("".join(link.itertext()).strip()):
        return False
    if _NOTE.search(" ".join((link.get(EPUB_TYPE, ""), link.get("role", ""), link.get("class", "")))):
        return True
    return str(link.get("href", "")).startswith("#") and not (_before(link) or " ")[-1].isspace()


def _before(element: _Element) -> str:
    """Return the text before an element in its paragraph, or the end of it."""
    at, after = element, ""
    for _ in range(_FAR):
        previous, parent = at.getprevious(), at.getparent()
        if parent is None:
            break
        if previous is None:
            if text := (parent.text or "") + after:
                return text[-_NEAR:]
            if name(parent) not in _INLINE:
                break
            at, after = parent, ""
            continue
        own = previous.itertext() if name(previous) else ()
        text = "".join((*own, previous.tail or "", after))
        if previous.tag == _LOWERED and len(text) < _NEAR:  # it is a part of the text around it
            after = text
        elif text:
            return text[-_NEAR:]
        at = previous
    return after


_UNSEEN = frozenset("audio del form head iframe math nav object s script strike style svg template title video".split())


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
            for caption in (each for each in element if name(each) == "caption"):
                self.visit(caption)
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
