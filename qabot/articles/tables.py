"""Tables as lines that each say what their cells are about: a figure means nothing without its row and its column."""

from __future__ import annotations

import re
from collections.abc import Sequence

CELLS = " | "
"""The separator of the cells of a table's row, which is one line."""
_PIPE = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"[\s|:+=-]*-[\s|:+=-]*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DIGIT = re.compile(r"\d")
_WORDS = 6  # of a column's head
_FIGURES = 0.5  # the least share of cells with a figure below heads that only their place tells
_LEAST = 2  # rows below the heads


def lines_of_table(rows: Sequence[Sequence[str]], *, headed: bool = False) -> list[str]:
    """Return the lines of a table: where its first row holds the columns' heads, each cell of the others with its head.

    Args:
        rows: the texts of its cells; empty ones stand for what a cell spans.
        headed: true where the table says that its first row holds the heads.
    """
    first, *others = rows or [()]
    if not others or not (headed or _is_head(first, others)):
        return list(filter(None, map(_joined, rows)))
    whole = all(len(row) == len(first) for row in others)
    lines = (_labelled(first, row) if len(row) == len(first) else _joined(row) for row in others)
    return list(filter(None, lines if whole else (_joined(first), *lines)))


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
    """Return the lines of a plain text, those of tables in them, whose cells bars part, with the heads of the cells."""
    found: list[str] = []
    table: list[list[str]] = []
    ruled = False
    for line in (*lines, ""):
        cells = [cell.strip() for cell in _PIPE.split(line.strip().removeprefix("|").removesuffix("|"))]
        if table and _RULE.fullmatch(line) and len(cells) == len(table[0]):
            ruled = ruled or len(table) == 1  # the rule of Markdown below the heads
        elif len(cells) > 1 and (not table or len(cells) == len(table[0])):
            table.append(cells)
        else:
            found += _lines_of_text(table, ruled)
            table, ruled = ([cells], False) if len(cells) > 1 else ([], False)
            found += [line] if not table and line else []
    return found


def _lines_of_text(table: Sequence[Sequence[str]], ruled: bool) -> list[str]:
    return lines_of_table(table, headed=ruled) if len(table) > _LEAST else list(map(_joined, table))
