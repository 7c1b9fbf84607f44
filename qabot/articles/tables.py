"""Tables as lines that each say what their cells are about: a figure means nothing without its row and its column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

CELLS = " | "
"""The separator of the cells of a table's row, which is one line."""
_PIPE = re.compile(r"(?<!\\)\|")
_GAP = re.compile(r" {2,}")
_RULE = re.compile(r"[\s|:+=-]+")  # with a dash in it
_CELL = re.compile(r"(?:(?P<head>[^|\s][^|]*?): )?(?P<cell>[^|\s](?:[^|]*[^|\s])?)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DIGIT = re.compile(r"\d")
_WORDS = 6  # of a column's head
_LONGEST = 100  # characters of it, as it is told again with each row
_FIGURES = 0.5  # the least share of cells with a figure below heads that only their place tells
_LEAST = 2  # rows below the heads


def lines_of_table(rows: Sequence[Sequence[str]], *, headed: bool = False) -> list[str]:
    """Return the lines of a table: where its first row holds the columns' heads, each cell of the others with its head.

    Args:
        rows: the texts of its cells; empty ones stand for what a cell spans. Those in front that have one cell are its
            title.
        headed: true where the table says that its first row below the title holds the heads.
    """
    title = list(takewhile(lambda row: sum(map(bool, row)) < 2, rows))
    if title:
        return [*filter(None, map(_joined, title)), *lines_of_table(rows[len(title) :], headed=headed)]
    first, *others = rows or [()]
    if not others or max(map(len, first)) > _LONGEST or not (headed or _is_head(first, others)):
        return list(filter(None, map(_joined, rows)))
    whole = all(len(row) == len(first) for row in others)
    lines = (_labelled(first, row) if len(row) == len(first) else _joined(row) for row in others)
    return list(filter(None, lines if whole else (_joined(first), *lines)))


@dataclass(frozen=True)
class Cell:
    """A cell of a line that `lines_of_table` made: the slice ``[start:end]`` of the line, and its column's head."""

    head: str
    start: int
    end: int


def cells_of(line: str) -> list[Cell]:
    """Return the cells of a table's line; [] for any other."""
    return [Cell(match["head"] or "", *match.span("cell")) for match in _CELL.finditer(line)] if CELLS in line else []


def _joined(row: Sequence[str]) -> str:
    return CELLS.join(filter(None, row))


def _labelled(heads: Sequence[str], row: Sequence[str]) -> str:
    """Return a row with the heads before its cells; one that has a single cell stands across the table."""
    if sum(map(bool, row)) < 2:
        return _joined(row)
    pairs = zip(heads, row, strict=True)
    return CELLS.join(f"{head.rstrip(':')}: {cell}" if head else cell for head, cell in pairs if cell)


def _is_head(first: Sequence[str], others: Sequence[Sequence[str]]) -> bool:
    """True if a table's first row holds heads: words or years above columns of figures."""
    if len(first) < 2 or len(others) < _LEAST or any(len(row) != len(first) for row in others):
        return False
    if not all(first[1:]) or any(len(cell.split()) > _WORDS for cell in first):
        return False
    if any(_DIGIT.search(cell) and not _YEAR.fullmatch(cell) for cell in first):
        return False
    below = [cell for row in others for cell in row[1:]]
    return sum(bool(_DIGIT.search(cell)) for cell in below) >= _FIGURES * len(below)


def with_tables(lines: Sequence[str]) -> list[str]:
    """Return the lines of a plain text; those of its tables, whose cells bars or gaps part, have the cells' heads.

    A table may have empty lines between its rows; one is put behind it.
    """
    found: list[str] = []
    table: list[list[str]] = []
    rows: list[str] = []  # of it, as they stand
    ruled = False
    for line in (*lines, "."):  # the last one ends the last table
        cells = _cells(line)
        if table and "-" in line and _RULE.fullmatch(line) and len(cells) in (1, len(table[0])):
            ruled = ruled or (len(table) == 1 and len(cells) > 1)  # the rule of Markdown below the heads
        elif table and cells[0] and 1 < len(cells) == len(table[0]):
            table.append(cells)
        elif not table or line:
            found += _lines_of_text(table, rows, ruled)
            table, rows, ruled = ([cells] if len(cells) > 1 else []), [], False
        rows.append(line)
    return found


def _cells(line: str) -> list[str]:
    """Return the cells of a line, which bars or gaps part; one where it is none of a table."""
    if "|" in line:
        return [cell.strip() for cell in _PIPE.split(line.strip().removeprefix("|").removesuffix("|"))]
    cells = _GAP.split(line.rstrip())
    return [line] if any(len(cell.split()) > _WORDS for cell in cells) else cells


def _lines_of_text(table: Sequence[Sequence[str]], rows: Sequence[str], ruled: bool) -> list[str]:
    """Return the lines that a plain text's rows make; as they stand where gaps part them, and they have no heads."""
    barred = "|" in rows[0] if rows else False
    if len(table) > _LEAST and (barred or _is_head(table[0], table[1:])):
        return [*lines_of_table(table, headed=ruled), ""]
    return [_joined(_cells(row)) if barred and "|" in row else row for row in rows]
