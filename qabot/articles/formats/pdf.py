"""A PDF by pypdf: its printed lines with their places, out of which paragraphs are made."""

from __future__ import annotations

import io
import logging
import math
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from qabot.articles.article import Stated
from qabot.articles.decoding import normalise
from qabot.articles.document import Document, Layout, Raw
from qabot.articles.formats.pdf_layout import Line, paragraphs, running_lines
from qabot.articles.formats.properties import from_properties
from qabot.errors import ArticleError

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

_PAGES = 1000
_SECONDS = 120  # no file keeps the others waiting for longer
_UNPACKED = 30_000_000  # bytes of one stream
_PARSED = 1_000_000  # operands and operators of one page
_FORMS = 500  # pieces that one page is put together from
_LETTERS = 50  # fewer in all pages are a stamp on a picture
_UNREADABLE = 0.2  # of the characters
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
_OCR = "run text recognition (OCR) over it and index what that writes"


def read(raw: Raw) -> Iterator[Document]:
    """The one document of a PDF.

    Raises:
        ArticleError: it is damaged, protected by a password, too long, or has no text that can be read.
    """
    lines, stated = _read(raw)
    text = "".join(line.text for line in lines)
    unreadable = sum(not each.isprintable() or each == "\ufffd" for each in text)
    if len(text) > _LETTERS and unreadable > _UNREADABLE * len(text):
        raise ArticleError(raw.source, f"its fonts do not say which characters they show: {_OCR}")
    if sum(map(str.isalpha, text)) < _LETTERS:
        raise ArticleError(raw.source, f"its pages are pictures without text: {_OCR}")
    running = running_lines(lines)
    rows = paragraphs([line for line in lines if line not in running])
    removed = tuple(dict.fromkeys(line.text for line in lines if line in running))
    yield Document(raw.source, tuple(rows), Layout.PAGE, stated, raw.url, removed=removed)


def _read(raw: Raw) -> tuple[list[Line], tuple[Stated, ...]]:
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
            return _lines(reader, raw.source), _stated(reader, raw.source)
    except ArticleError:
        raise
    except (FileNotDecryptedError, DependencyError) as error:
        raise ArticleError(raw.source, "it is protected by a password: save it without one") from error
    except Exception as error:  # pypdf: "broken PDF files might cause other exceptions"
        raise ArticleError(
            raw.source, f"it is damaged ({type(error).__name__}): open it in a viewer and print it to a PDF again"
        ) from error


def _stated(reader: PdfReader, source: str) -> tuple[Stated, ...]:
    """What the properties state; when the file was made is not when the article was published."""
    try:
        given: dict[str, Any] = dict(reader.metadata or {})
    except Exception:  # noqa: BLE001 - as below; without its properties an article is one all the same
        return ()
    fields = {"title": given.get("/Title"), "author": given.get("/Author")}
    return from_properties(fields, source, [given.get("/Creator"), given.get("/Producer")])


def _lines(reader: PdfReader, source: str) -> list[Line]:
    pages = reader.pages
    if len(pages) > _PAGES:
        raise ArticleError(source, f"it has {len(pages)} pages and at most {_PAGES} are read: split it into articles")
    found: list[Line] = []
    end = time.monotonic() + _SECONDS
    for number, page in enumerate(pages):
        found += _Page(number).lines(page)
        if time.monotonic() > end:
            raise ArticleError(source, f"reading its text takes more than {_SECONDS} s: print it to a PDF again")
    return found


class _Page:
    """Puts together the pieces of text that pypdf finds on a page.

    Places are taken along the direction of writing, so that a page that lies on its side reads as any other; what is
    written in another direction than most of the page (a stamp along its edge) is left out.
    """

    def __init__(self, number: int) -> None:
        self._number = number
        self._found: list[tuple[int, Line]] = []  # with the direction, in quarters of a turn
        self._pieces: list[str] = []
        self._sizes: Counter[float] = Counter()
        self._start: tuple[int, float, float] | None = None

    def lines(self, page: PageObject) -> list[Line]:
        page.extract_text(visitor_text=self._visit)
        self._end_line()
        letters: Counter[int] = Counter()
        for turn, line in self._found:
            letters[turn] += len(line.text)
        return [line for turn, line in self._found if turn == letters.most_common(1)[0][0]]

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
        self._pieces.append(text)

    def _end_line(self) -> None:
        text = " ".join(normalise("".join(self._pieces)).translate(_LIGATURES).split())
        if text and self._start:
            turn, x, y = self._start
            self._found.append((turn, Line(text, self._number, x, y, self._sizes.most_common(1)[0][0] or 1)))
        self._pieces.clear()
        self._sizes.clear()
        self._start = None
