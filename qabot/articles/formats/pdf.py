"""A PDF by pypdf: its printed lines with their places, and the paragraphs that are made of them."""

from __future__ import annotations

import io
import logging
import math
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from qabot.articles.article import Document, Layout, Raw, Stated
from qabot.articles.decoding import normalise
from qabot.articles.formats.columns import Row, in_columns
from qabot.articles.paragraphs import HYPHENATED, Hyphens
from qabot.articles.provenance import from_properties
from qabot.articles.tables import CELLS
from qabot.errors import ArticleError

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

_EDGE = 3  # lines at the top and at the bottom of a page, among which its running head and foot are
_PART = 4  # a running line stands on at least one page of so many
_GAP = 1.3  # leadings: a wider gap separates paragraphs
_INDENT = 0.6  # sizes of type that make an indentation
_FULL = 0.8  # of the usual width: where the next word would have fitted into it, the line was ended on purpose
_BRIM = 0.95  # the same where nothing else shows that the text goes on
_HALF = 0.6  # and where a small letter shows it
_COLUMN = 28  # characters of the narrowest column of running text
_BLOCK = 4  # lines of a block that show a width of its own
_DIGITS = re.compile(r"\d+")
_ENDED = re.compile(r"[.!?:…][”’\"')\]]*$")
_BULLET = re.compile(r"[•‣▪●○◦■□➢❖]\s")
_NUMBERED = re.compile(r"\(?(?:\d{1,2}|[a-z])[.)]\s")
_SOFT = re.compile(r"\xad\s*$")

_PAGES = 1000
_SECONDS = 60  # the longest that a file may keep the others waiting
_UNPACKED = 30_000_000  # bytes of one stream
_PARSED = 1_000_000  # operands and operators of one page
_FORMS = 500  # pieces of one page
_LETTERS = 50  # in all pages; fewer are a stamp on a picture
_UNREADABLE = 0.2  # the most characters without a meaning
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
_OCR = "run text recognition (OCR) over it and index what that writes"


def read_pdf(raw: Raw) -> Iterator[Document | ArticleError]:
    """Yield the one document of a PDF, and an error for each of its pages that is only a picture.

    Raises:
        ArticleError: it is damaged, protected by a password, too long, or has no text that can be read.
    """
    lines, pictures, stated = _read(raw)
    text = "".join(line.text for line in lines)
    unreadable = sum(not each.isprintable() or each == "\ufffd" for each in text)
    if len(text) > _LETTERS and unreadable > _UNREADABLE * len(text):
        raise ArticleError(raw.source, f"its fonts do not say which characters they show: {_OCR}")
    if sum(map(str.isalpha, text)) < _LETTERS:
        raise ArticleError(raw.source, f"its pages are pictures without text: {_OCR}")
    running = _running_lines(lines)
    rows = _paragraphs([line for line in lines if line not in running])
    removed = tuple(dict.fromkeys(line.text for line in lines if line in running))
    yield Document(raw.source, tuple(rows), Layout.PAGE, stated, raw.url, removed=removed)
    for number in pictures:
        yield ArticleError(f"{raw.source}#page={number}", f"this page is a picture without text: {_OCR}")


def _read(raw: Raw) -> tuple[list[Row], list[int], tuple[Stated, ...]]:
    """Return the printed lines, the numbers of the pages that are only pictures, and what the properties state."""
    from pypdf import Configuration, PdfReader, apply_configuration
    from pypdf.errors import DependencyError, FileNotDecryptedError

    logging.getLogger("pypdf").addHandler(logging.NullHandler())  # without a handler, Python prints its warnings
    limits = Configuration(
        zlib_maximum_output_length=_UNPACKED,
        lzw_maximum_output_length=_UNPACKED,
        run_length_maximum_output_length=_UNPACKED,
        array_based_stream_maximum_output_length=_UNPACKED,
        stream_parsing_work_maximum_count=_PARSED,
        xform_maximum_invocations_per_extraction=_FORMS,
    )
    try:
        with apply_configuration(limits):
            reader = PdfReader(io.BytesIO(raw.data))
            return *_lines(reader, raw.source), _stated(reader, raw.source)
    except ArticleError:
        raise
    except (FileNotDecryptedError, DependencyError) as error:
        raise ArticleError(raw.source, "it is protected by a password: save it without one") from error
    except Exception as error:  # pypdf: "broken PDF files might cause other exceptions"
        raise ArticleError(
            raw.source, f"it is damaged ({type(error).__name__}): open it in a viewer and print it to a PDF again"
        ) from error


def _stated(reader: PdfReader, source: str) -> tuple[Stated, ...]:
    """Return what the properties state; when the file was made is not when the article was published."""
    try:
        given: dict[str, Any] = dict(reader.metadata or {})
    except Exception:  # noqa: BLE001 - as below; without its properties an article is one all the same
        return ()
    fields = {"title": given.get("/Title"), "author": given.get("/Author")}
    return from_properties(fields, source, [given.get("/Creator"), given.get("/Producer")])


def _lines(reader: PdfReader, source: str) -> tuple[list[Row], list[int]]:
    pages = reader.pages
    if len(pages) > _PAGES:
        raise ArticleError(source, f"it has {len(pages)} pages and at most {_PAGES} are read: split it into articles")
    found: list[Row] = []
    pictures: list[int] = []
    end = time.monotonic() + _SECONDS
    for number, page in enumerate(pages):
        lines = _Page(number).lines(page)
        found += lines
        if not lines and _shows_picture(page):
            pictures.append(number + 1)
        if time.monotonic() > end:
            raise ArticleError(source, f"reading its text takes more than {_SECONDS} s: print it to a PDF again")
    return found, pictures


def _shows_picture(page: PageObject) -> bool:
    """True if there is a picture among the page's resources."""
    try:
        resources: Any = page["/Resources"]
        shown = resources["/XObject"]
        return any(shown[name]["/Subtype"] == "/Image" for name in shown)
    except Exception:  # noqa: BLE001 - a page without any; and as above
        return False


class _Page:
    """Put together the pieces of text that pypdf finds on a page.

    Places are measured along the direction of writing, so that a page on its side reads as any other. Text in another
    direction than most of the page (a stamp along its edge) is left out.
    """

    def __init__(self, number: int) -> None:
        self._number = number
        self._found: list[tuple[int, Row]] = []  # with the direction, in quarters of a turn
        self._pieces: list[tuple[float, str]] = []
        self._sizes: Counter[float] = Counter()
        self._start: tuple[int, float, float] | None = None

    def lines(self, page: PageObject) -> list[Row]:
        _part_moves(page)
        page.extract_text(visitor_text=self._visit)
        self._end_line()
        letters: Counter[int] = Counter()
        for turn, row in self._found:
            letters[turn] += len(row.text)
        return in_columns([row for turn, row in self._found if turn == letters.most_common(1)[0][0]])

    def _visit(self, text: str, to_page: Sequence[float], to_text: Sequence[float], _font: Any, size: float) -> None:
        from pypdf import mult

        first, *others = text.split("\n")
        a, b, c, d, e, f = mult(list(to_text), list(to_page))
        length = math.hypot(a, b) or 1
        cosine, sine = a / length, b / length
        turn = round(math.atan2(b, a) / (math.pi / 2)) % 4
        place = turn, e * cosine + f * sine, f * cosine - e * sine
        self._add(first, place, abs(size) * math.hypot(c, d))
        for each in others:
            self._end_line()
            self._add(each, place, abs(size) * math.hypot(c, d))

    def _add(self, text: str, place: tuple[int, float, float], size: float) -> None:
        if text.strip():
            if self._start and abs(self._start[2] - place[2]) > size:
                self._end_line()
            self._start = self._start or place
            self._sizes[size] += len(text.strip())
        self._pieces.append((place[1], text))

    def _end_line(self) -> None:
        parts: list[tuple[float, str]] = []
        blank = ""
        for x, text in self._pieces:
            shown = blank + normalise(_SOFT.sub("‐", text)).translate(_LIGATURES)
            if shown.strip():
                parts.append((x, shown))
                blank = ""
            else:
                blank = shown
        if parts and self._start:
            turn, x, y = self._start
            row = Row(((x, parts[0][1]), *parts[1:]), y, self._sizes.most_common(1)[0][0] or 1, self._number)
            self._found.append((turn, row))
        self._pieces.clear()
        self._sizes.clear()
        self._start = None


def _part_moves(page: PageObject) -> None:
    """Have pypdf tell of each piece of text that is put at a place of its own: it does so before the font is chosen."""
    from pypdf.generic import ContentStream, NameObject

    try:
        content = ContentStream(page["/Contents"], page.pdf, "bytes")  # as pypdf itself reads it for its text
    except (AttributeError, KeyError):  # an empty page
        return
    parted: list[tuple[Any, bytes]] = []
    font: tuple[Any, bytes] | None = None
    for operation in content.operations:
        if operation[1] == b"Tf":
            font = operation
        elif operation[1] in (b"Td", b"TD", b"Tm") and font:
            parted.append(font)
        parted.append(operation)
    content.operations = parted
    page[NameObject("/Contents")] = content


def _running_lines(lines: Iterable[Row]) -> frozenset[Row]:
    """Return running heads and feet: at the edge of several pages, at the same height, alike but for figures."""
    pages: defaultdict[int, list[Row]] = defaultdict(list)
    for line in lines:
        pages[line.page].append(line)
    places: defaultdict[tuple[int, str], list[Row]] = defaultdict(list)
    for on_page in pages.values():
        down = sorted(on_page, key=lambda line: -line.y)
        for line in dict.fromkeys([*down[:_EDGE], *down[-_EDGE:]]):
            places[round(line.y), _DIGITS.sub("0", line.text.casefold())].append(line)
    return frozenset(
        line
        for same in places.values()
        if (count := len({line.page for line in same})) > 1 and _PART * count >= len(pages)
        for line in same
    )


def _paragraphs(lines: Sequence[Row]) -> list[str]:
    """Join lines, given in reading order, into paragraphs."""
    if not lines:
        return []
    page = _Measures.of(lines)
    found: list[list[Row]] = []
    latest: dict[float, list[Row]] = {}  # the last paragraph of each size of type
    for line in lines:
        paragraph = found[-1] if found else None
        if paragraph and page.goes_on(paragraph, line):
            paragraph.append(line)
        elif (open_one := latest.get(_rounded(line.size))) and page.is_resumed(open_one, line):
            paragraph = open_one  # after a picture's caption or a note at the foot of the page
            paragraph.append(line)
        else:
            paragraph = [line]
            found.append(paragraph)
        latest[_rounded(line.size)] = paragraph
    hyphens = Hyphens([line.text for line in lines], typeset=True)
    return [_joined(paragraph, hyphens) for paragraph in found]


@dataclass(frozen=True)
class _Measures:
    """The usual size, width (in characters) and leading of a document's running text."""

    size: float
    width: float
    leading: float
    widths: dict[Row, float]  # of lines in blocks that are long enough to show a width of their own

    @classmethod
    def of(cls, lines: Sequence[Row]) -> _Measures:
        letters: Counter[float] = Counter()
        for line in lines:
            letters[_rounded(line.size)] += len(line.text)
        size = letters.most_common(1)[0][0]
        running = sorted(len(line.text) for line in lines if _rounded(line.size) == size)
        width = running[int(0.75 * len(running))]
        gaps = Counter(
            round(above.y - line.y, 1)
            for above, line in pairwise(lines)
            if above.page == line.page
            and _rounded(above.size) == _rounded(line.size) == size
            and 0.9 * size < above.y - line.y < 2.5 * size
        )
        leading = gaps.most_common(1)[0][0] if gaps else 1.2 * size
        measures = cls(size, width, leading, {})
        blocks = [[lines[0]]]
        for line in lines[1:]:
            if measures._is_below(blocks[-1][-1], line):
                blocks[-1].append(line)
            else:
                blocks.append([line])
        for block in blocks:
            widest = max(len(line.text) for line in block)
            if len(block) >= _BLOCK and widest >= _COLUMN:
                measures.widths.update(dict.fromkeys(block, widest))
        return measures

    def goes_on(self, paragraph: Sequence[Row], line: Row) -> bool:
        """True if a line continues the paragraph before it."""
        above = paragraph[-1]
        if len(above.text) == 1 and above.text.isupper() and above.size > 1.8 * line.size:  # a drop cap
            return True
        if not _same_size(above, line) or _BULLET.match(line.text) or CELLS in above.text or CELLS in line.text:
            return False
        if not self._is_below(above, line):
            return above.y != line.y and self._is_cut_before(above, line)
        if HYPHENATED.search(above.text) and line.text[0].islower():
            return True
        ended = bool(_ENDED.search(above.text))
        if ended and (abs(line.x - above.x) > _INDENT * line.size) and not self._hangs(paragraph, line):
            return False
        if line.x < paragraph[0].x - 1 and _is_item(paragraph[0]):
            return False
        if (ended or len(paragraph) > 1) and _NUMBERED.match(line.text) and line.x <= paragraph[0].x + 1:
            return not ended and not _NUMBERED.match(paragraph[0].text)
        return self._is_full(above, line, _HALF if not ended and line.text[0].islower() else _FULL)

    def is_resumed(self, paragraph: Sequence[Row], line: Row) -> bool:
        """True if a line continues a paragraph that something else interrupted."""
        above = paragraph[-1]
        elsewhere = above.page != line.page or line.y > above.y
        return elsewhere and line.text[0].islower() and self._is_cut_before(above, line)

    def _is_below(self, above: Row, line: Row) -> bool:
        """True if a line is the next of the same block."""
        leading = self.leading * max(line.size / self.size, 1)
        return above.page == line.page and _same_size(above, line) and 0 < above.y - line.y <= _GAP * leading

    def _hangs(self, paragraph: Sequence[Row], line: Row) -> bool:
        """True if a line is indented below the first of its paragraph, or the first is itself indented."""
        first = paragraph[0]
        if len(paragraph) > 1:
            return False
        return line.x < first.x or _is_item(first)

    def _is_cut_before(self, above: Row, line: Row) -> bool:
        """True if the text goes on from the end of a column to the top of another."""
        share = _FULL if line.text[0].islower() else _BRIM
        return not _ENDED.search(above.text) and self._is_full(above, line, share)

    def _is_full(self, line: Row, following: Row, share: float = _FULL) -> bool:
        """True if a line ended because the next word did not fit into it."""
        width = self.widths.get(line, self.width * self.size / line.size)
        return len(line.text) + 1 + len(following.text.split(" ", 1)[0]) > share * width


def _is_item(line: Row) -> bool:
    return bool(_BULLET.match(line.text) or _NUMBERED.match(line.text))


def _rounded(size: float) -> float:
    return round(2 * size) / 2


def _same_size(one: Row, other: Row) -> bool:
    return abs(one.size - other.size) <= 0.1 * max(one.size, other.size)


def _joined(paragraph: Sequence[Row], hyphens: Hyphens) -> str:
    pieces = [paragraph[0].text]
    for above, line in pairwise(paragraph):
        if above.size > 1.8 * line.size:  # a drop cap
            pieces[-1] += line.text
        else:
            hyphens.extend(pieces, line.text)
    return "".join(pieces)
