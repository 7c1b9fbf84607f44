"""Printed lines to paragraphs: what wraps is joined, what is hyphenated mended, what runs along the pages left out."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

_EDGE = 3  # lines at the top and at the bottom of a page, among which its running head and foot are
_PART = 4  # a line is a running one that stands on one page of so many
_GAP = 1.3  # leadings: a wider one parts paragraphs
_INDENT = 0.6  # sizes of type
_FULL = 0.8  # of the usual width: where the next word would have fitted into that much, the line was ended on purpose
_BRIM = 0.95  # the same where little else tells that the text goes on
_HALF = 0.6  # and where a small letter tells it
_COLUMN = 28  # characters: no column of running text is narrower
_PARTED = 0.02  # of the lines end in a parted word, where words are parted
_BLOCK = 4  # lines from which a block's own width is known

_DIGITS = re.compile(r"\d+")
_ENDED = re.compile(r"[.!?:…][”’\"')\]]*$")
_BULLET = re.compile(r"[•‣▪●○◦■□➢❖]\s")
_NUMBERED = re.compile(r"\(?(?:\d{1,2}|[a-z])[.)]\s")
_HYPHENATED = re.compile(r"([^\W\d_]+)[-‐\xad]$")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


@dataclass(frozen=True)
class Line:
    """A printed line.

    Attributes:
        text: its characters.
        page: the number of its page.
        x: where it begins, in points along the direction of writing.
        y: the height of its base line, in points; it grows upwards.
        size: of the type that most of it is in, in points.
    """

    text: str
    page: int
    x: float
    y: float
    size: float


def running_lines(lines: Iterable[Line]) -> frozenset[Line]:
    """Running heads and feet and page numbers: at the edge of several pages, at the same height, figures aside."""
    pages: defaultdict[int, list[Line]] = defaultdict(list)
    for line in lines:
        pages[line.page].append(line)
    places: defaultdict[tuple[int, str], list[Line]] = defaultdict(list)
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


def paragraphs(lines: Sequence[Line]) -> list[str]:
    """The paragraphs of lines that are given in the order in which they are read."""
    if not lines:
        return []
    page = _Measures.of(lines)
    found: list[list[Line]] = []
    latest: dict[float, list[Line]] = {}  # the last paragraph of each size of type
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
    hyphens = _Hyphens(lines)
    return [_joined(paragraph, hyphens) for paragraph in found]


@dataclass(frozen=True)
class _Measures:
    """What is usual in a document: of its running text the size, the width in characters and the leading."""

    size: float
    width: float
    leading: float
    widths: dict[Line, float]  # of lines in blocks that are long enough to show a width of their own

    @classmethod
    def of(cls, lines: Sequence[Line]) -> _Measures:
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

    def goes_on(self, paragraph: Sequence[Line], line: Line) -> bool:
        """Whether a line continues the paragraph before it."""
        above = paragraph[-1]
        if len(above.text) == 1 and above.text.isupper() and above.size > 1.8 * line.size:  # a drop cap
            return True
        if not _same_size(above, line) or _BULLET.match(line.text):
            return False
        if not self._is_below(above, line):
            return above.y != line.y and self._is_cut_before(above, line)
        if _HYPHENATED.search(above.text) and line.text[0].islower():
            return True
        ended = bool(_ENDED.search(above.text))
        if ended and (abs(line.x - above.x) > _INDENT * line.size) and not self._hangs(paragraph, line):
            return False
        if line.x < paragraph[0].x - 1 and _is_item(paragraph[0]):
            return False
        if (ended or len(paragraph) > 1) and _NUMBERED.match(line.text) and line.x <= paragraph[0].x + 1:
            return not ended and not _NUMBERED.match(paragraph[0].text)
        return self._is_full(above, line, _HALF if not ended and line.text[0].islower() else _FULL)

    def is_resumed(self, paragraph: Sequence[Line], line: Line) -> bool:
        """Whether a line continues a paragraph that something else stands behind."""
        above = paragraph[-1]
        elsewhere = above.page != line.page or line.y > above.y
        return elsewhere and line.text[0].islower() and self._is_cut_before(above, line)

    def _is_below(self, above: Line, line: Line) -> bool:
        """Whether a line is the next of the same block."""
        leading = self.leading * max(line.size / self.size, 1)
        return above.page == line.page and _same_size(above, line) and 0 < above.y - line.y <= _GAP * leading

    def _hangs(self, paragraph: Sequence[Line], line: Line) -> bool:
        """Whether a line is indented below the first of its paragraph, or the first is itself indented."""
        first = paragraph[0]
        if len(paragraph) > 1:
            return False
        return line.x < first.x or _is_item(first)

    def _is_cut_before(self, above: Line, line: Line) -> bool:
        """Whether the text goes on from the end of a column to the top of another."""
        share = _FULL if line.text[0].islower() else _BRIM
        return not _ENDED.search(above.text) and self._is_full(above, line, share)

    def _is_full(self, line: Line, following: Line, share: float = _FULL) -> bool:
        """Whether a line ended because the next word did not fit into it."""
        width = self.widths.get(line, self.width * self.size / line.size)
        return len(line.text) + 1 + len(following.text.split(" ", 1)[0]) > share * width


def _is_item(line: Line) -> bool:
    return bool(_BULLET.match(line.text) or _NUMBERED.match(line.text))


def _rounded(size: float) -> float:
    return round(2 * size) / 2


def _same_size(one: Line, other: Line) -> bool:
    return abs(one.size - other.size) <= 0.1 * max(one.size, other.size)


def _joined(paragraph: Sequence[Line], hyphens: _Hyphens) -> str:
    text = paragraph[0].text
    for above, line in pairwise(paragraph):
        if above.size > 1.8 * line.size:
            text += line.text
        elif _HYPHENATED.search(text):
            text = text[: None if hyphens.stays(text, line.text) else -1] + line.text
        elif re.search(r"\S[—/-]$", text):
            text += line.text
        else:
            text += f" {line.text}"
    return text


class _Hyphens:
    """Which hyphens at the ends of lines belong to the words, as the other words of the document tell."""

    def __init__(self, lines: Sequence[Line]) -> None:
        inner = (line.text.partition(" ")[2].rpartition(" ")[0] for line in lines)
        self._words = {word.casefold() for text in inner for word in _WORD.findall(text)}
        broken = [(above.text, line.text) for above, line in pairwise(lines) if _HYPHENATED.search(above.text)]
        # Whoever parts words by this sign at all parts many, for compounds seldom stand at a line's end.
        plain = all(text.endswith("-") for text, _ in broken)
        told = any(self._told(*each) is False for each in broken)
        self._parts_words = plain and (told or len(broken) > _PARTED * len(lines))

    def stays(self, text: str, following: str) -> bool:
        """Whether a hyphen at the end of ``text`` does, before ``following``."""
        if not following[0].islower():
            return True
        if not text.endswith("-"):  # typesetters have characters of their own for hyphens that they put in
            return False
        told = self._told(text, following)
        return not self._parts_words if told is None else told

    def _told(self, text: str, following: str) -> bool | None:
        head, tail = _HYPHENATED.search(text), _WORD.match(following)
        if not head or not tail:
            return None
        first, second = head[1].casefold(), tail[0].casefold()
        if first + second in self._words:
            return False
        return f"{first}-{second}" in self._words or {first, second} <= self._words or None
