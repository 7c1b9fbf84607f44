"""Columns of a PDF, whatever the order in which they are drawn, and what only looks like columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import zip_longest

import pytest

from qabot.articles.article import Document, Raw
from qabot.articles.formats.columns import Row, in_columns
from qabot.articles.formats.pdf import read_pdf
from qabot.errors import ArticleError
from tests.articles.formats.files import drawn_pdf

LEFT = [
    "The council of Setubal has voted to close",
    "its coal port, which ends four decades of",
    "shipments that employed a third of all in",
    "the town. Mayor Ana Duarte said that the",
    "decision was not taken lightly.",
]
RIGHT = [
    "Every docker would be offered retraining,",
    "or a pension at 58, she said. The union of",
    "the dockers called it a betrayal, and has",
    "announced a strike for the last week of",
    "May, the first in the port since 1998.",
]
WHOLE = "The vote on Monday passed by 14 to 9 after a debate of six hours, the longest in the history of the town hall."
Cell = tuple[float, float, str]


def one_by_one(cells: Sequence[Cell]) -> str:
    return "\n".join(f"BT /F1 10 Tf 1 0 0 1 {x} {y} Tm ({text}) Tj ET" for x, y, text in cells)


def in_one_object(cells: Sequence[Cell]) -> str:
    return "BT /F1 10 Tf " + "\n".join(f"1 0 0 1 {x} {y} Tm ({text}) Tj" for x, y, text in cells) + " ET"


def by_moves(cells: Sequence[Cell]) -> str:
    moves, at = [], (0.0, 0.0)
    for x, y, text in cells:
        moves.append(f"{x - at[0]} {y - at[1]} Td ({text}) Tj")
        at = x, y
    return "BT /F1 10 Tf " + "\n".join(moves) + " ET"


def word_by_word(cells: Sequence[Cell]) -> str:
    drawn = []
    for x, y, text in cells:
        at = x
        for word in text.split():
            drawn.append((at, y, f"{word} "))
            at += 5.2 * (len(word) + 1)
    return in_one_object(drawn)


def words_one_by_one(cells: Sequence[Cell]) -> str:
    drawn = []
    for x, y, text in cells:
        words = text.split()
        drawn += [(x + 5.5 * len(" ".join([*words[:n], ""])), y, word) for n, word in enumerate(words)]
    return one_by_one(drawn)


def rows_of(content: str) -> list[str]:
    (document,) = read_pdf(Raw("a.pdf", drawn_pdf(content)))
    assert isinstance(document, Document)
    return list(document.rows)


def side_by_side(*columns: Sequence[str], start: float = 60, step: float = 250) -> list[Cell]:
    rows = zip_longest(*columns, fillvalue="")
    return [(start + step * n, 700 - 12 * i, text) for i, row in enumerate(rows) for n, text in enumerate(row) if text]


@pytest.mark.parametrize("drawn", [one_by_one, in_one_object, by_moves, word_by_word, words_one_by_one])
def test_columns_drawn_row_by_row_are_read_one_after_the_other(drawn: Callable[[Sequence[Cell]], str]) -> None:
    assert rows_of(drawn(side_by_side(LEFT, RIGHT))) == [" ".join(LEFT), " ".join(RIGHT)]


@pytest.mark.parametrize(
    ("drawn", "step"), [(one_by_one, 205), (in_one_object, 205), (by_moves, 205), (words_one_by_one, 245)]
)
def test_the_gutter_may_be_narrow_and_lines_stand_alone(drawn: Callable[[Sequence[Cell]], str], step: float) -> None:
    left, right = ["", *LEFT], [*RIGHT[:3], "", *RIGHT[3:]]
    assert " ".join(rows_of(drawn(side_by_side(left, right, step=step)))) == " ".join([*LEFT, *RIGHT])


def test_words_drawn_one_by_one_are_one_line_and_no_columns() -> None:
    assert rows_of(words_one_by_one(side_by_side(LEFT))) == [" ".join(LEFT)]


def test_a_column_may_be_longer_and_a_line_across_them_ends_both() -> None:
    longer = [*LEFT, "Ships will go to Sines instead."]
    found = rows_of(one_by_one([*side_by_side(longer, RIGHT), (60, 600, WHOLE)]))
    assert found == [" ".join(longer), " ".join(RIGHT), WHOLE]


def test_three_columns() -> None:
    columns = [[line[n : n + 24] for line in LEFT] for n in (0, 8, 16)]
    found = rows_of(one_by_one(side_by_side(*columns, step=170)))
    assert " ".join(found) == " ".join(" ".join(text.strip() for text in column) for column in columns)


def test_columns_drawn_one_after_the_other_stay_as_they_are() -> None:
    cells = side_by_side(LEFT, RIGHT)
    assert rows_of(one_by_one(sorted(cells, key=lambda cell: cell[0]))) == [" ".join(LEFT), " ".join(RIGHT)]


def test_the_rows_of_a_table_stay_rows() -> None:
    names = ["The quay in the north of the port", "The quay in the south of the port", "Coal", "Ships", "All of them"]
    found = " ".join(rows_of(one_by_one(side_by_side(names, ["31,400", "12", "9", "4", "40"]))))
    assert "north of the port 31,400" in found
    assert "All of them 40" in found


@pytest.mark.parametrize("drawn", [one_by_one, in_one_object, by_moves, word_by_word])
def test_the_cells_of_a_table_have_the_heads_of_their_columns(drawn: Callable[[Sequence[Cell]], str]) -> None:
    table = [
        ["Ferry", "Velm", "Riga"],
        ["Bicycle", "2 crowns", "4 crowns"],
        ["Van of the town", "9 crowns", "17 crowns"],
    ]
    cells = [
        (60, 700, LEFT[4]),
        *((x, y - 40, text) for x, y, text in side_by_side(*table, step=120)),
        (60, 600, WHOLE),
    ]
    assert rows_of(drawn(cells)) == [
        LEFT[4],
        "Ferry: Velm | Bicycle: 2 crowns | Van of the town: 9 crowns",
        "Ferry: Riga | Bicycle: 4 crowns | Van of the town: 17 crowns",
        WHOLE,
    ]


def test_a_page_that_is_only_a_picture_is_told() -> None:
    text = one_by_one(side_by_side(LEFT))
    document, error = read_pdf(Raw("a.pdf", drawn_pdf(text, "", "", pictures=[1])))
    assert isinstance(document, Document)
    assert document.rows == (" ".join(LEFT),)
    assert isinstance(error, ArticleError)
    assert error.source == "a.pdf#page=2"
    assert "picture without text" in error.reason


def test_words_that_begin_anywhere_take_no_time() -> None:
    rows = [Row(tuple((10.0 * n, "word") for n in range(400)), 800.0 - 10 * at, 10.0) for at in range(80)]
    assert [row.text for row in in_columns(rows)]
