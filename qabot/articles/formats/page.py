"""A page of HTML: its article, found by trafilatura on a tree made ready for it, or all its visible lines."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from configparser import ConfigParser
from functools import cache
from html import unescape
from itertools import islice
from typing import TYPE_CHECKING, Any

from qabot.articles.article import Document, Layout, Raw
from qabot.articles.decoding import decode, normalise
from qabot.articles.formats.page_lines import (
    GONE,
    Lines,
    drop_unseen,
    is_complete,
    lines_of,
    visible_lines,
    without_hidden,
)
from qabot.articles.formats.page_metadata import stated_by_page
from qabot.articles.formats.trees import drop_deep, lower, parsed, strip
from qabot.articles.paragraphs import paragraphs
from qabot.articles.provenance import first_of
from qabot.articles.tables import lines_of_table
from qabot.errors import ArticleError

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# Words in the class or the id of a box that advertises other things than the article.
_BOX = re.compile(
    r"newsletter|(?:^|[\s_-])(?:promos?|related\w*|recirc\w*|recommend\w*|trending|most-?(?:read|popular)|cta)(?:$|[\s_-])",
    re.I,
)
_BODY = re.compile(r"(?:^|[\s_-])(?:article|story|entry|body|content|text)(?:$|[\s_-])", re.I)
_NO_BODY = re.compile(r"author|bio|caption|card|comment|item__|list|quote|reply|review|teaser", re.I)
_BOXES = ("div", "section", "ul", "ol", "p", "form", "aside", "article")
_INNER = frozenset("a abbr b bdi bdo cite code em font i ins mark q s small span strong sub sup time u".split())
_AROUND = ("article", "section", "main", "td", "center", "div")  # where text may stand without a paragraph
_BESIDE = frozenset("br p ul ol blockquote table figure h2 h3 h4".split())  # what text may follow in an article
_ROWS = frozenset(("p", "head", "item", "row", "quote", "code", "list", "table", "lb", "div"))
_SMALL = 0.2  # the most that a box has of the text in a page's paragraphs
_LARGE = 20  # larger boxes after which the search for boxes ends
_LINK = 4  # words of a link to something else; a shorter line may be an item of a list
_LONG = 8  # words of a paragraph
_ALL = 0.8  # the share of repeated paragraphs in an article that stands there again; captions differ
_MANY = 5  # links in a page of links
_FEW = 0.1  # the most other text in a page of links
_POSTS = 3
_SEEN = 0.7  # of an article's text in a page's data; where less of it is found in the page, the page shows a part
_GLUED = re.compile(r"(?<=[a-z][.!?])(?=[A-Z][a-z])")
_BRIEF = 40  # characters of the shortest article
_ENOUGH, _FAR_MORE = 250, 3  # characters of a brief, and times of it that show that something was overlooked
_PARTS, _FRAMED = 2, 40  # paragraphs or breaks, and words, in a cell that is a page's frame
_WRAPPERS = 4  # elements around a quotation that hold nothing else

_DECLARED = re.compile(rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.I)
_REFERENCE = re.compile(r"&#(?:x([0-9a-f]{1,6})|([0-9]{1,7}));?", re.I)
_SOFT_HYPHEN = re.compile(r"\u00ad|&shy;|&#(?:173|xad);", re.I)


def read_html(raw: Raw) -> Iterator[Document]:
    """Yield the one document of a page."""
    html = decode(raw.data, raw.source, raw.charset or declared_encoding(raw.data))
    yield read_page(html, raw.source, raw.url)


def declared_encoding(data: bytes) -> str | None:
    """Return the encoding that a page's head claims."""
    match = _DECLARED.search(data[:4096])
    return match[1].decode("ascii") if match else None


def read_page(html: str, source: str, url: str | None = None) -> Document:
    """Find the article in a page.

    Where none is found, or where lxml did not see all of the page or would take long, all visible lines are the
    document: a stray line is better than half of an article lost.

    The page is as `qabot.articles.decoding.decode` leaves it, ``url`` the address that it was fetched from.

    Raises:
        ArticleError: there are links to articles in it and no article.
    """
    from lxml.etree import LxmlError

    html = _without_references(_SOFT_HYPHEN.sub("", html))
    try:
        tree = parsed(html)
    except (LxmlError, ValueError):  # no tree can be made of it
        lines = visible_lines(html)
        return Document(source, lines, Layout.PAGE, address=url, page=lines)
    is_whole = not drop_deep(tree)
    stated, text = stated_by_page(tree, url)
    told = _paragraphs_told(text)
    address = first_of("url", stated) or url
    drop_unseen(tree)
    if not is_whole or not is_complete(tree, html):
        lines = visible_lines(html)
        return Document(source, lines, Layout.PAGE, stated, address, lines)
    tree = without_hidden(tree)
    lower(tree)
    seen = lines_of(tree)
    try:
        rows = _article_rows(tree, seen, live="LiveBlogPosting" in html)
    except ValueError as error:
        if not told:
            raise ArticleError(
                source, "it holds links to articles but none itself: name their addresses instead"
            ) from error
        rows = []
    if _words(rows) < _SEEN * _words(told):
        rows = list(told)
    if not rows:
        return Document(source, seen.lines, Layout.PAGE, stated, address, seen.lines)
    return Document(source, tuple(rows), Layout.EXTRACTED, stated, address, seen.lines)


def _paragraphs_told(text: str) -> tuple[str, ...]:
    """Return the paragraphs of the text that a page's data hold, which may be markup, or have lost its line ends."""
    if "</" in text:
        return visible_lines(text)
    return tuple(paragraphs(_GLUED.sub("\n", normalise(text))))


def _words(rows: Iterable[str]) -> int:
    return sum(len(row.split()) for row in rows)


def _without_references(html: str) -> str:
    """Return the page without references to characters that `normalise` takes out."""
    plain = _REFERENCE.sub(_control_character, html)
    return html if plain == html else normalise(plain)


def _control_character(reference: re.Match[str]) -> str:
    """Return a reference to a control character as that character, on which parsers differ; another as it is."""
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    if code < 0x20 or code == 0x7F or 0x2028 <= code <= 0x202E or 0x2066 <= code <= 0x2069:
        return chr(code)
    return unescape(reference[0]) if 0x80 <= code < 0xA0 else reference[0]  # these stand for Windows-1252


def _article_rows(tree: HtmlElement, lines: Lines, live: bool = False) -> list[str]:
    """Return the rows of the article in a page; none where there is no article.

    trafilatura is set to favour recall, because its precision setting drops short paragraphs and lists. Rows that are
    nothing but a link to something else are left out. The tree, without comments and hidden text, is changed.

    Raises:
        ValueError: the page holds links to articles and no article.
    """
    _drop_boxes(tree)
    _open_quotes(tree)
    _open_frames(tree)
    _name_paragraphs(tree)
    if live:
        _join_posts(tree)
    rows = _extract(tree)
    if _join_pieces(tree, set(rows)):
        rows = _extract(tree)
    rows = _once(rows)
    own = [row for row in rows if row not in lines.links or len(row.split()) < _LINK]
    rest = [row for row in own if row not in lines.linked_headings]
    if len(rows) - len(rest) >= _MANY and _size(rest) < _FEW * _size(rows):
        raise ValueError("only links")
    return own


def _once(rows: list[str]) -> list[str]:
    """Return the rows of an article without repetitions, where a page holds all of it twice or more."""
    counts = Counter(row for row in rows if len(row.split()) >= _LONG)
    copies, distinct = Counter(counts.values()).most_common(1)[0] if counts else (1, 0)
    return list(dict.fromkeys(rows)) if copies > 1 and distinct >= _ALL * len(counts) else rows


def _size(rows: Iterable[str]) -> int:
    return sum(map(len, rows))


def _drop_boxes(tree: HtmlElement) -> None:
    """Remove boxes whose names say that they advertise other things, unless much of the page stands in them.

    Its paragraphs show that; where little of its text is in any, all that is no link.
    """
    size = _in_paragraphs if 2 * _in_paragraphs(tree) > _outside_links(tree) else _outside_links
    limit, large = _SMALL * size(tree), 0
    dropped: set[HtmlElement] = set()
    for element in list(tree.iter(*_BOXES)):
        if not _BOX.search(f"{element.get('class', '')} {element.get('id', '')}") or element.getparent() is None:
            continue
        if element in dropped:
            continue
        if size(element) <= limit:
            dropped.update(element.iter(*_BOXES))
            element.tag = GONE
        elif (large := large + 1) == _LARGE:  # so many are nested only in a page that is made to take long
            break
    strip(tree, GONE)


def _in_paragraphs(element: HtmlElement) -> int:
    return sum(len(paragraph.text_content()) for paragraph in element.iter("p"))


def _outside_links(element: HtmlElement) -> int:
    return len(_text(element)) - sum(len(_text(link)) for link in element.iter("a"))


def _open_quotes(tree: HtmlElement) -> None:
    """Make embedded quotations plain ones, which are not passed over as things from elsewhere."""
    for quote in tree.iter("blockquote"):
        element = quote
        for _ in range(_WRAPPERS):
            element.attrib.pop("class", None)
            element.attrib.pop("id", None)
            wrapper = element.getparent()
            if wrapper is None or element.getprevious() is not None or element.getnext() is not None:
                break
            if (wrapper.text or "").strip() or (element.tail or "").strip():
                break
            element = wrapper


def _open_frames(tree: HtmlElement) -> None:
    """Make plain boxes of tables that hold paragraphs: they are no tables but the frames of a page's layout."""
    for cell in list(tree.iter("td", "th")):
        table = next(cell.iterancestors("table"), None)
        if table is None or sum(1 for _ in islice(cell.iter("p", "br"), _PARTS)) < _PARTS:
            continue
        if len(cell.text_content().split()) < _FRAMED:
            continue
        parts = table.iter("tbody", "thead", "tfoot", "tr", "td", "th")
        for element in [table, *(each for each in parts if next(each.iterancestors("table"), None) is table)]:
            element.tag = "div"


def _join_pieces(tree: HtmlElement, found: Collection[str]) -> bool:
    """Put the pieces of a body that advertisements part into the first of them; true if there were any.

    Trafilatura takes one box. Where all of the pieces are among the rows that it finds, they stay where they are.
    """
    groups: dict[tuple[HtmlElement, str], list[HtmlElement]] = {}
    for box in tree.iter("div", "section"):
        name, parent = box.get("class", ""), box.getparent()
        if parent is None or not _BODY.search(name) or _NO_BODY.search(name):
            continue
        around = parent.getparent() if parent.getparent() is not None else parent
        groups.setdefault((around, name), []).append(box)
    joined = False
    for first, *others in groups.values():
        texts = [[text for each in box.findall("p") if len((text := _text(each)).split()) >= _LONG] for box in others]
        missing = any(text not in found for each in texts for text in each)
        if not missing or not any(len(_text(each).split()) >= _LONG for each in first.findall("p")):
            continue
        joined = True
        for box, own in zip(others, texts, strict=True):
            if own:
                first.extend(list(box))
    return joined


def _text(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def _name_paragraphs(tree: HtmlElement) -> None:
    """Turn into paragraphs what is one in all but name: trafilatura passes it over."""
    for element in tree.iter("div"):
        before, after = element.getprevious(), element.getnext()
        if before is None or after is None or before.tag != "p" or after.tag not in ("p", "ul", "ol"):
            continue
        if all(inner.tag in _INNER and inner.tag != "a" for inner in element.iterdescendants()):
            element.tag = "p"
    for around in list(tree.iter(*_AROUND)):
        texts = [around.text, *(child.tail for child in around)]
        if any(text and len(text.split()) >= _LONG for text in texts) and any(child.tag in _BESIDE for child in around):
            _part(around)


def _part(around: HtmlElement) -> None:
    """Turn text that stands directly in an element, around the blocks in it, into paragraphs."""
    for block in (None, *(child for child in list(around) if child.tag not in _INNER)):
        paragraph = around.makeelement("p")
        if block is None:
            paragraph.text, around.text = around.text, None
            around.insert(0, paragraph)
        else:
            paragraph.text, block.tail = block.tail, None
            block.addnext(paragraph)
        while (following := paragraph.getnext()) is not None and following.tag in _INNER:
            paragraph.append(following)
        if not len(paragraph) and not (paragraph.text or "").strip():
            around.remove(paragraph)


def _join_posts(tree: HtmlElement) -> None:
    """Turn the posts of a live blog into parts of one article."""
    outer = tree.xpath("//article[not(ancestor::article)]")
    for post in tree.xpath("//article" if len(outer) >= _POSTS else "//article[ancestor::article]"):
        post.tag = "div"
        post.attrib.clear()


def _extract(tree: HtmlElement) -> list[str]:
    """Return the rows that trafilatura finds.

    Where it finds little, it would rather have all lines of the page, in one: that counts only where it is far more.
    """
    for library in ("trafilatura", "htmldate"):  # without a handler, Python prints their warnings
        logging.getLogger(library).addHandler(logging.NullHandler())
    try:
        rows = _found(tree, _config_of_briefs())
        if _size(rows) < _ENOUGH and _size(others := _found(tree)) > _FAR_MORE * _size(rows):
            return others
    except Exception:  # noqa: BLE001 - markup that nobody foresaw; its lines still make a document
        return []
    return rows


def _found(tree: HtmlElement, config: ConfigParser | None = None) -> list[str]:
    from trafilatura import bare_extraction
    from trafilatura.settings import DEFAULT_CONFIG

    config = config or DEFAULT_CONFIG
    found = bare_extraction(tree, fast=True, favor_recall=True, include_comments=False, config=config)
    return [] if found is None or isinstance(found, dict) else list(_rows(found.body))


@cache
def _config_of_briefs() -> ConfigParser:
    """Return the configuration in which trafilatura is content with a short text."""
    from trafilatura.settings import use_config

    config: ConfigParser = use_config()
    config["DEFAULT"]["MIN_EXTRACTED_SIZE"] = str(_BRIEF)
    return config


def _rows(body: Any) -> Iterator[str]:
    """Yield the rows of what trafilatura found, one each for a paragraph, a heading, an item, a row of a table."""
    from lxml.etree import iterwalk

    pieces: list[str] = []
    walk = iterwalk(body, events=("start", "end"))
    for event, element in walk:
        if element.tag in _ROWS and not (element.tag == "lb" and (element.tail or "").lstrip()[:1].islower()):
            if row := " ".join("".join(pieces).split()):
                yield row
            pieces.clear()
        elif element.tag == "lb":  # a line that was broken in the midst of a sentence
            pieces.append(" ")
        if event == "end":
            pieces.append(element.tail or "")
        elif element.tag == "table":
            lines = list(element.iter("row"))
            table = [[_cell(cell) for cell in row] for row in lines]
            first = next((line for line, cells in zip(lines, table, strict=True) if sum(map(bool, cells)) > 1), ())
            yield from lines_of_table(table, headed=all(cell.get("role") == "head" for cell in first[1:] or first))
            walk.skip_subtree()
        else:
            pieces.append(element.text or "")
    if row := " ".join("".join(pieces).split()):
        yield row


def _cell(cell: Any) -> str:
    """Return the text of a table's cell, its lines on one."""
    pieces: list[str] = []
    for each in cell.iter():
        apart = " " if each.tag in _ROWS else ""
        pieces += [apart, each.text or "", apart if each is not cell else ""]
        if each is not cell:
            pieces.append(each.tail or "")
    return " ".join("".join(pieces).split())
