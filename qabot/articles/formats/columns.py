"""Columns of a printed page that is drawn row by row, across them: each row is cut where a column begins.

Words drawn one by one begin anywhere, and the cells of a table are short. Columns of text begin at one place in nearly
every row, behind a gap that is wider than those between words, with much text on both sides of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from statistics import median

from qabot.articles.tables import lines_of_table

_ROWS = 4  # that show a column
_SHARE = 0.8  # of the rows that reach over the place where a column begins
_LETTERS = 18  # of a row in a column
_NEAR = 1.5  # points
_NARROW, _WIDE = 0.4, 0.65  # of a character, in sizes of type: what it takes at the least and at the most
_SPACE = 1  # size of type between words, at the most
_APART = 1.5  # sizes of type between the cells of a table, at the least
_WIDER = 1.5  # times the gap between words that a gap between columns is
_LEVEL = 0.2  # sizes of type by which the base lines of one row differ
_ALIKE = 0.1  # the same of its sizes of type
_PLACES = 50  # where most rows have a beginning: columns begin in nearly every row, single words anywhere
_COLUMNS = 10  # of a page; each place and each column that is found is looked for in every row


@dataclass(frozen=True)
class Row:
    """A printed row.

    Attributes:
        parts: its pieces with the places where they begin, in points; none is blank.
        y: the height of its base line, in points; it grows upwards.
        size: the size of type of most of it, in points.
        page: the number of its page.
    """

    parts: tuple[tuple[float, str], ...]
    y: float
    size: float
    page: int = 0

    @property
    def x(self) -> float:
        """Where it begins, along the direction of writing."""
        return self.parts[0][0]

    @cached_property
    def text(self) -> str:
        """Its characters."""
        return " ".join("".join(text for _, text in self.parts).split())

    @property
    def end(self) -> float:
        """Where it ends at the least."""
        return self._end(-1, _NARROW)

    @property
    def reach(self) -> float:
        """Where it ends at the most."""
        return self.widest_end(-1)

    def widest_end(self, part: int) -> float:
        """Return where one of its pieces ends at the most."""
        return self._end(part, _WIDE)

    def gap(self, part: int) -> float:
        """Return the most that stands free before one of its pieces but the first."""
        return self.parts[part][0] - self._end(part - 1, _NARROW)

    def _end(self, part: int, width: float) -> float:
        x, text = self.parts[part]
        return x + width * self.size * len(text.strip())


def in_columns(rows: Sequence[Row]) -> list[Row]:
    """Return the rows of a page cut into those of its columns, one column after the other."""
    across = _joined(rows, _is_beside)
    starts = _starts(across)
    if not starts:
        return list(_with_tables(rows))
    found: list[Row] = []
    zone: list[tuple[int, Row]] = []  # the rows of columns side by side, each with the number of its column
    for row in across:
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


def _joined(rows: Iterable[Row], goes_on: Callable[[Row, Row], bool]) -> list[Row]:
    """Return rows with those put into one that were drawn one after the other and go on in one line."""
    found: list[Row] = []
    for row in rows:
        if found and goes_on(found[-1], row):
            x, text = row.parts[0]
            found[-1] = replace(found[-1], parts=(*found[-1].parts, (x, f" {text}"), *row.parts[1:]))
        else:
            found.append(row)
    return found


def _is_beside(row: Row, other: Row) -> bool:
    """True if a row stands on the base line of another, to its right, in type of its size."""
    level = abs(row.y - other.y) < _LEVEL * row.size and abs(row.size - other.size) <= _ALIKE * row.size
    return level and row.parts[-1][0] < other.x


def _with_tables(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the rows of a page without columns; those of a table with its columns' heads in each."""
    table: list[tuple[list[Row], list[str]]] = []  # what was drawn of each row, and its cells
    for drawn in [*_runs(rows), []]:
        cells = list(_cells(_joined(drawn, _is_beside)[0])) if drawn else []
        if table and len(cells) != len(table[0][1]):
            yield from _of_table(table)
            table = []
        if len(cells) > 1:
            table.append((drawn, cells))
        else:
            yield from _joined(drawn, _is_next)


def _runs(rows: Iterable[Row]) -> list[list[Row]]:
    """Return rows with those together that stand beside one another, in the order in which they were drawn."""
    found: list[list[Row]] = []
    for row in rows:
        if found and _is_beside(found[-1][-1], row):
            found[-1].append(row)
        else:
            found.append([row])
    return found


def _of_table(table: Sequence[tuple[list[Row], list[str]]]) -> Iterator[Row]:
    """Yield the rows of a table; as they stand where the first holds no heads."""
    told = lines_of_table([cells for _, cells in table])
    if len(told) == len(table):  # no row was taken for the heads
        yield from (row for drawn, _ in table for row in _joined(drawn, _is_next))
        return
    for (drawn, _), line in zip(table[1:], told, strict=True):
        yield replace(drawn[0], parts=((drawn[0].x, line),))


def _cells(row: Row) -> Iterator[str]:
    """Yield the cells of a row: what stands so far apart that no word fits between."""
    cell = ""
    for n, (_, text) in enumerate(row.parts):
        if n and row.parts[n][0] - row.widest_end(n - 1) > _APART * row.size:
            yield " ".join(cell.split())
            cell = ""
        cell += text
    yield " ".join(cell.split())


def _is_next(row: Row, other: Row) -> bool:
    """True if a row beside another begins with the word after it."""
    return _is_beside(row, other) and other.x < row.reach + _SPACE * row.size


def _by_column(zone: Iterable[tuple[int, Row]]) -> list[Row]:
    return [row for _, row in sorted(zone, key=lambda each: each[0])]


def _starts(rows: Sequence[Row]) -> list[float]:
    """Return the places where columns begin beside others."""
    at: defaultdict[int, list[tuple[Row, float]]] = defaultdict(list)
    for row in rows:
        for x in {x for x, _ in row.parts if x > row.x + _NEAR}:
            at[round(x)].append((row, x))
    found: list[float] = []
    for places in sorted(at.values(), key=len, reverse=True)[:_PLACES]:
        if len(found) == _COLUMNS:
            break
        start = median(x for _, x in places)
        if len(places) < _ROWS or any(abs(start - other) < _NEAR for other in found):
            continue
        beside = [row for row, _ in places]
        low, high = min(row.y for row in beside), max(row.y for row in beside)
        over = [row for row in rows if low <= row.y <= high and row.x + _NEAR < start < row.end]
        sides = [list(_cut(row, [start])) for row in beside]
        if len(beside) < _SHARE * len(over):
            continue
        if all(median(len(each[side].text) for each in sides) >= _LETTERS for side in (0, 1)):
            found.append(start)
    found.sort()
    return [start for start in found if _is_column(rows, start, found) and _is_behind_gap(rows, start, found)]


def _is_column(rows: Sequence[Row], start: float, starts: Sequence[float]) -> bool:
    """True if what stands between this beginning and the next is text and no table's cells."""
    own = [each for row in rows for each in _cut(row, starts) if abs(each.x - start) < _NEAR]
    return median([len(each.text) for each in own] or [0]) >= _LETTERS


def _is_behind_gap(rows: Iterable[Row], start: float, starts: Sequence[float]) -> bool:
    """True if more stands free before this beginning than between the words of the rows that have it."""
    before: list[float] = []
    between: list[float] = []
    for row in rows:
        gaps = [(x, row.gap(n)) for n, (x, _) in enumerate(row.parts) if n]
        if own := [gap for x, gap in gaps if abs(x - start) < _NEAR]:
            before += own[:1]
            between += [gap for x, gap in gaps if all(abs(x - each) >= _NEAR for each in starts)]
    return not between or median(before) > _WIDER * median(between)


def _cut(row: Row, starts: Sequence[float]) -> Iterator[Row]:
    """Yield a row in the pieces that begin where columns do."""
    first = [next((n for n, (x, _) in enumerate(row.parts) if abs(x - start) < _NEAR), 0) for start in starts]
    for begin, end in pairwise(sorted({0, *first, len(row.parts)})):
        yield replace(row, parts=row.parts[begin:end])
