"""The visible text of a page: a line for each block element, without what the markup hides."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from copy import deepcopy
from html.parser import HTMLParser
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from qabot.articles.decoding import unescaped, without_endless_references
from qabot.articles.formats.trees import BLOCKS, name, strip

if TYPE_CHECKING:
    from lxml.etree import _Element
    from lxml.html import HtmlElement

_BLOCKS = BLOCKS.union(
    "audio br button form head iframe label legend menu nav option select textarea title video".split()
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_STRUCK = ("del", "s", "strike")
_UNSEEN = ("script", "style", "template", "noscript", "title", "svg")
_WHOLE = ("html", "body")  # hidden until the page has loaded
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_MARKUP = re.compile(
    rf"<({'|'.join(_UNSEEN)})\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|</?[a-z!?][^>]*(?:>|\Z)", re.I | re.S
)

_MOST_UNCLOSED = 3  # marks of one kind without an end; for each, Python's parser looks through the rest of the page

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.S)
_HIDING = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|color\s*:\s*transparent|"
    r"(?:text-indent|left|top)\s*:\s*-\d{3,}|text-decoration(?:-line)?\s*:[^;]*\bline-through\b)",
    re.I,
)
_STRUCK_CLASS = re.compile(r"(?:^|\s)(?:line-through|strike(?:-?through)?|struck(?:-?out)?)(?:\s|$)", re.I)
_ZERO = r"(?:0++(?:\.0++)?|\.0++)"
_NO_SIZE = re.compile(rf"(?:^|;)\s*font(?:-size)?\s*:\s*(?:{_ZERO}|[01](?:\.\d*)?p[xt])(?=[a-z%/\s;!]|$)", re.I)
_SIZE = re.compile(r"(?:^|;)\s*font(?:-size)?\s*:", re.I)
_FADED = re.compile(rf"(?:^|;)\s*opacity\s*:\s*{_ZERO}\s*(?:[;!]|$)", re.I)
_COLOUR = re.compile(r"(?:^|;)\s*color\s*:\s*([^;!]+)", re.I)
_BACKGROUND = re.compile(r"(?:^|;)\s*background(?:-color)?\s*:\s*([^;!]+)", re.I)
_WHITE = re.compile(r"white|#fff(?:fff)?|rgba?\(255,255,255(?:,1(?:\.0*)?)?\)|hsl\(0,0%,100%\)", re.I)
_MOST = 0.95
_AROUND = 50  # levels above an element where a background is looked for
_MARKED = (
    ".//*[@hidden or @style or @aria-hidden or contains(@class, 'str') or contains(@class, 'line-through') or "
    "contains(' del dialog font s strike ', concat(' ', local-name(), ' '))]"
)
GONE = "GONE"
"""What elements are called that are to be removed; none that was parsed has such a name."""
_FEW = 1 / 3  # the most of a page's text that it may hide; more was visible when it was saved


class Lines(NamedTuple):
    """The visible lines of a page.

    Attributes:
        lines: one for each block element, in order.
        links: the lines that are nothing but a link, without headings.
        linked_headings: the headings that are nothing but a link, as an article's may be.
    """

    lines: tuple[str, ...]
    links: frozenset[str]
    linked_headings: frozenset[str]


class _Parser(HTMLParser):
    """Collect the lines of a page from its elements as they open and close, in markup or in a tree."""

    def __init__(self, hidden: bool = False) -> None:
        super().__init__(convert_charrefs=True)
        self._takes_hidden = hidden
        self.lines: list[str] = []
        self.links: set[str] = set()
        self.linked_headings: set[str] = set()
        self._pieces: list[str] = []
        self._plain = False  # true once the line has text outside of links
        self._link = self._heading = 0  # how many are open
        self._titled = False  # true where the last link stood in a heading
        self._unseen: str | None = None
        self._depth = 0  # how many elements of that name are open
        self._unclosed: Counter[str] = Counter()

    def parse_starttag(self, i: int) -> int:
        return self._end_of("tag", super().parse_starttag, i)

    def parse_comment(self, i: int, report: bool = True) -> int:  # noqa: ARG002 - the name that its caller may use
        return self._end_of("comment", super().parse_comment, i)

    def parse_html_declaration(self, i: int) -> int:
        return self._end_of("declaration", super().parse_html_declaration, i)

    def _end_of(self, kind: str, parse: Callable[[int], int], start: int) -> int:
        """Return where a mark ends; -1 where it does not, after which its characters are text."""
        if self._unclosed[kind] > _MOST_UNCLOSED:
            return -1
        try:
            end = parse(start)
        except AssertionError:  # "<![of a kind that HTML does not have]>"
            end = self.parse_bogus_comment(start)
        self._unclosed[kind] += end < 0
        return end

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self._break()
            if self._unseen == "p":  # ends where a block begins
                self._unseen = None
        if self._unseen is not None:
            self._depth += tag == self._unseen
        elif tag in _UNSEEN or (not self._takes_hidden and tag not in _VOID and _is_unread(tag, dict(attrs))):
            self._unseen, self._depth = tag, 1
        elif tag in _HEADINGS:
            self._heading += 1
        elif tag == "a":
            self._link += 1
            self._titled = bool(self._heading)

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._break()
        if tag == self._unseen:
            self._depth -= 1
            if not self._depth:
                self._unseen = None
        elif self._unseen is None and tag in _HEADINGS:
            self._heading = max(0, self._heading - 1)
        elif self._unseen is None and tag == "a":
            self._link = max(0, self._link - 1)

    def handle_data(self, data: str) -> None:
        if self._unseen is None:
            self._pieces.append(data)
            self._plain = self._plain or not (self._link or data.isspace())

    def _break(self) -> None:
        line = " ".join("".join(self._pieces).split())
        if line:
            self.lines.append(line)
            if not self._plain:
                (self.linked_headings if self._titled else self.links).add(line)
        self._pieces.clear()
        self._plain = False

    def close(self) -> None:
        super().close()
        self._break()


def visible_lines(html: str, hidden: bool = False) -> tuple[str, ...]:
    """Return the visible lines of a page by Python's own parser, which drops nothing; the hidden ones too if asked."""
    before, end, rest = without_endless_references(html).rpartition(">")
    parser = _Parser(hidden)
    parser.feed(before + end + rest.replace("<", "&lt;"))  # nothing opened there closes; looking for its end takes long
    parser.close()
    return tuple(parser.lines)


def lines_of(tree: HtmlElement) -> Lines:
    """Return what is seen of a page, given its tree without what is hidden."""
    from lxml.etree import iterwalk

    parser = _Parser(hidden=True)
    for event, element in iterwalk(tree, events=("start", "end")):
        if event == "start":
            parser.handle_starttag(element.tag, [])
            text = element.text
        else:
            parser.handle_endtag(element.tag)
            text = element.tail
        if text:
            parser.handle_data(text)
    parser.close()
    return Lines(tuple(parser.lines), frozenset(parser.links), frozenset(parser.linked_headings))


def is_complete(tree: HtmlElement, html: str) -> bool:
    """True if a tree without its unseen elements holds the text of the page that it was made from.

    lxml drops what is nested deeper than 2048 levels (256 with older versions of its parser), and all that follows a
    very large node, without an error. For most pages, comparing with the page without its markup is enough.
    """
    kept = _size("".join(tree.itertext()))
    if kept >= _MOST * _size(unescaped(_MARKUP.sub("", html))):
        return True
    return kept >= _MOST * sum(map(_size, visible_lines(html, hidden=True)))


def _size(text: str) -> int:
    return len("".join(text.split()))


def _is_hidden(tag: str, attributes: Mapping[str, str | None]) -> bool:
    """True if an element says that its text is not shown, or where no reader sees it, or that it is struck out."""
    return (
        "hidden" in attributes
        or tag in _STRUCK
        or (tag == "dialog" and "open" not in attributes)
        or bool(_STRUCK_CLASS.search(attributes.get("class") or ""))
        or _is_styled_away(_style(attributes))
    )


def _style(attributes: Mapping[str, str | None]) -> str:
    return _COMMENT.sub("", attributes.get("style") or "")


def _is_unread(tag: str, attributes: Mapping[str, str | None]) -> bool:
    """True if an element's own attributes hide it, in whatever way."""
    style = _style(attributes)
    return tag not in _WHOLE and bool(
        _is_hidden(tag, attributes)
        or attributes.get("aria-hidden") == "true"
        or _NO_SIZE.search(style)
        or _FADED.search(style)
    )


def _is_styled_away(style: str) -> bool:
    colour, background = _COLOUR.search(style), _BACKGROUND.search(style)
    return bool(_HIDING.search(style)) or bool(
        colour and background and _named(colour[1]) == _named(background[1]) != "inherit"
    )


def _named(colour: str) -> str:
    colour = "".join(colour.lower().split())
    if _WHITE.fullmatch(colour):
        return "white"
    return "#" + "".join(digit * 2 for digit in colour[1:]) if re.fullmatch("#[0-9a-f]{3}", colour) else colour


def drop_unseen(tree: HtmlElement) -> None:
    """Remove scripts and the like from a tree."""
    from lxml.etree import strip_elements

    strip_elements(tree, *_UNSEEN, with_tail=False)


def without_hidden(tree: _Element) -> _Element:
    """Return a tree of HTML or XHTML without what its elements' own attributes hide; style sheets are not read.

    Text that is hidden from screen readers, transparent, or white on an unstated background goes only where it is a
    small part of the page: it may be an article that a dialog covered, or that was about to fade in.
    """
    doubtful: list[_Element] = []
    unsized: set[_Element] = set()
    for element in tree.xpath(_MARKED):
        style = _style(element.attrib)
        if name(element) in _WHOLE:
            continue
        if _is_hidden(name(element), element.attrib):
            element.tag = GONE
        elif element.get("aria-hidden") == "true" or _FADED.search(style) or _is_white(element):
            doubtful.append(element)
        elif _NO_SIZE.search(style):
            _drop_unsized(element, unsized)
    strip(tree, GONE)
    if not doubtful:
        return tree
    kept = deepcopy(tree)
    for element in doubtful:
        element.tag = GONE
    strip(tree, GONE)
    return tree if _size(_text(tree)) > (1 - _FEW) * _size(_text(kept)) else kept


def _text(tree: _Element) -> str:
    return str(tree.xpath("string()"))


def _drop_unsized(element: _Element, done: set[_Element]) -> None:
    """Remove the text of an element of size zero, except inside elements that state a size of their own.

    Those whose text is gone are ``done``, and none of them is looked at again.
    """
    unsized = [element]
    while unsized:
        each = unsized.pop()
        if each in done:
            continue
        done.add(each)
        each.text = None
        for child in each:
            child.tail = None
            style = _style(child.attrib)
            if not _SIZE.search(style) or _NO_SIZE.search(style):
                unsized.append(child)


def _is_white(element: _Element) -> bool:
    colour = _COLOUR.search(_style(element.attrib))
    stated = colour[1] if colour else element.get("color", "") if name(element) == "font" else ""
    if _named(stated) != "white":
        return False
    return not any(
        "background" in each.get("style", "") or each.get("bgcolor") or each.get("background")
        for each in islice(chain((element,), element.iterancestors()), _AROUND)
    )
