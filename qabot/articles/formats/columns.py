"""Columns of a printed page that is drawn row by row, across them: each row is cut where a column begins.

Words drawn one by one begin anywhere, and the cells of a table are short. Columns of text begin at one place in nearly
every row, with much text on both sides of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

_ROWS = 4  # that show a column
_SHARE = 0.8  # of the rows that reach over the place where a column begins
_LETTERS = 18  # of a row in a column
_NEAR = 1.5  # points
_WIDTH = 0.45  # of a character, in sizes of type; on the safe side


@dataclass(frozen=True)
class Row:
    """A printed row.

    Attributes:
        parts: its pieces with the places where they begin, in points.
        y: the height of its base line, in points.
        size: the size of type of most of it, in points.
    """

    parts: tuple[tuple[float, str], ...]
    y: float
    size: float

    @property
    def x(self) -> float:
        """Where it begins."""
        return self.parts[0][0]

    @property
    def text(self) -> str:
        """Its characters."""
        return " ".join("".join(text for _, text in self.parts).split())

    @property
    def end(self) -> float:
        """Where it ends at the least."""
        x, text = self.parts[-1]
        return x + _WIDTH * self.size * len(text.strip())


def in_columns(rows: Sequence[Row]) -> list[Row]:
    """Return the rows of a page cut into those of its columns, one column after the other."""
    starts = _starts(rows)
    if not starts:
        return list(rows)
    found: list[Row] = []
    zone: list[tuple[int, Row]] = []  # the rows of columns side by side, each with the number of its column
    for row in rows:
        cut = list(_cut(row, starts))
        if len(cut) == 1 and any(
            row.x + _NEAR < start < row.end for start in starts
        ):  # it reaches over a column's edge
            found += _by_column(zone)
            zone.clear()
            found.append(row)
        else:
            zone += [(sum(each.x >= start - _NEAR for start in starts), each) for each in cut]
    return found + _by_column(zone)


def _by_column(zone: Iterable[tuple[int, Row]]) -> list[Row]:
    return [row for _, row in sorted(zone, key=lambda each: each[0])]


def _starts(rows: Sequence[Row]) -> list[float]:
    """Return the places where columns begin beside others."""
    at: defaultdict[int, list[tuple[Row, float]]] = defaultdict(list)
    for row in rows:
        for x, _ in row.parts[1:]:
            at[round(x)].append((row, x))
    found: list[float] = []
    for places in sorted(at.values(), key=len, reverse=True):
        start = median(x for _, x in places)
        if len(places) < _ROWS or any(abs(start - other) < _NEAR for other in found):
            continue
        beside = [row for row, _ in places]
        low, high = min(row.y for row in beside), max(row.y for row in beside)
        over = [row for row in rows if low <= row.y <= high and row.x + _NEAR < start < row.end]
        sides = [list(_cut(row, [start])) for row in beside]
        if len(beside) < _SHARE * len(over) or any(len(each) < 2 for each in sides):
            continue
        if all(median(len(each[side].text) for each in sides) >= _LETTERS for side in (0, 1)):
            found.append(start)
    return sorted(start for start in found if _is_column(rows, start, sorted(found)))


def _is_column(rows: Sequence[Row], start: float, starts: Sequence[float]) -> bool:
    """True if what stands between this beginning and the next is text and no table's cells."""
    own = [each for row in rows for each in _cut(row, starts) if abs(each.x - start) < _NEAR]
    return median([len(each.text) for each in own] or [0]) >= _LETTERS


def _cut(row: Row, starts: Sequence[float]) -> Iterator[Row]:
    """Yield a row in the pieces that begin where columns do."""
    begins = [0]
    begins += [n for n, (x, _) in enumerate(row.parts) if n and any(abs(x - start) < _NEAR for start in starts)]
    for begin, end in pairwise([*begins, len(row.parts)]):
        piece = replace(row, parts=row.parts[begin:end])
        if piece.text:
            yield piece
