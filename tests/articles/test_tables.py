from __future__ import annotations

import pytest

from qabot.articles.article import Raw
from qabot.articles.formats.package import read_epub
from qabot.articles.tables import cells_of, lines_of_table, with_tables
from tests.articles.formats.files import epub, xhtml
from tests.articles.formats.pages import PARAGRAPHS, page, paragraphs, rows
from tests.articles.reading import parse_article

TABLE = [["Quay", "1998", "Ships a day"], ["North", "31,400 tons", "4"], ["South", "closed", "12"]]
LINES = ["Quay: North | 1998: 31,400 tons | Ships a day: 4", "Quay: South | 1998: closed | Ships a day: 12"]


def test_each_cell_stands_with_the_heads_of_its_row_and_column() -> None:
    assert lines_of_table(TABLE) == LINES


@pytest.mark.parametrize(
    "table",
    [
        [["North", "4", "12"], ["South", "5", "9"], ["East", "6", "8"]],  # no heads
        [["Mayor", "Ana Duarte"], ["Union", "Rui Faria"], ["Port", "Setubal"]],
        [["Quay", "Ships"], ["North", "4"]],  # one row tells too little
    ],
)
def test_a_table_without_heads_stays_as_it_is(table: list[list[str]]) -> None:
    assert lines_of_table(table) == [" | ".join(row) for row in table]


def test_rows_that_do_not_fit_under_the_heads_are_given_none() -> None:
    table = [*TABLE, ["West", "7"], ["All quays", "", ""]]
    assert lines_of_table(table, headed=True) == ["Quay | 1998 | Ships a day", *LINES, "West | 7", "All quays"]


@pytest.mark.parametrize(
    "lines",
    [
        [" | ".join(row) for row in TABLE],
        ["| " + " | ".join(row) + " |" for row in TABLE],
        ["| Quay | 1998 | Ships a day |", "|---|:--:|--:|", *(" | ".join(row) for row in TABLE[1:])],
        ["Quay  1998         Ships a day", "North  31,400 tons  4", "", "South  closed       12"],
        [
            "Quay  1998         Ships a day",
            "----  -----------  --",
            "North  31,400 tons  4",
            "South  closed       12",
        ],
    ],
)
def test_tables_in_plain_text(lines: list[str]) -> None:
    assert with_tables(["The quays:", "", *lines, "", "So it was."]) == ["The quays:", "", *LINES, "", "So it was."]


def test_the_corner_of_a_table_in_plain_text_may_be_empty() -> None:
    lines = ["         North  South", "Ships    4      12", "Men      310    95"]
    assert with_tables(lines) == ["Ships | North: 4 | South: 12", "Men | North: 310 | South: 95", ""]


@pytest.mark.parametrize(
    "lines",
    [
        ["It rained.  Nobody came to the old quay in those days.", "It froze.  All 40 of them came to the quay."] * 2,
        ["    North Quay", "    31 ships", "    44 ships"],  # set in, and no table
        ["Mayor    Ana Duarte", "Union    Rui Faria", "Port     Setubal"],
    ],
)
def test_gaps_in_other_lines_are_no_table(lines: list[str]) -> None:
    assert with_tables(lines) == lines


def test_the_cells_of_a_line() -> None:
    line = "Depth | North: 4 m | Opens: 7:30"
    assert [(cell.head, line[cell.start : cell.end]) for cell in cells_of(line)] == [
        ("", "Depth"),
        ("North", "4 m"),
        ("Opens", "7:30"),
    ]
    assert cells_of("North: 4 m") == []


def test_bars_in_other_lines_are_no_table() -> None:
    lines = ["Home | World | Sport", "By Ann Lee | 3 May 2021", "Port to close | Sado Times", "The port will close."]
    assert with_tables(lines) == lines


def test_tables_of_every_format() -> None:
    cells = ["".join(f"<td>{cell}</td>" for cell in row) for row in TABLE]
    html = "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"
    assert rows(page(body=paragraphs(*PARAGRAPHS) + html))[-2:] == LINES
    plain = "\n\n".join((*PARAGRAPHS, *(" | ".join(row) for row in TABLE)))
    assert parse_article(plain.encode(), "a.txt", ".txt").text.split("\n\n")[-2:] == LINES
    tabs = "\n".join((PARAGRAPHS[0], "", *("\t".join(row) for row in TABLE), "", PARAGRAPHS[1]))
    assert parse_article(tabs.encode(), "a.txt", ".txt").text.split("\n\n")[1:3] == LINES
    ruled = "\n".join((" | ".join(TABLE[0]), "---|---|---", *(" | ".join(row) for row in TABLE[1:])))
    written = parse_article(f"{PARAGRAPHS[0]}\n\n{ruled}\n".encode(), "a.md", ".md")
    assert written.text.split("\n\n")[-2:] == LINES


def test_a_caption_stands_above_its_table() -> None:
    cells = ["".join(f"<td>{cell}</td>" for cell in row) for row in TABLE]
    html = "<table><caption>Ships a day</caption>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"
    written = parse_article(f"{PARAGRAPHS[0]}\n\n{html}\n".encode(), "a.md", ".md")
    assert written.text.split("\n\n")[1:] == ["Ships a day", *LINES]
    book = epub({"one.xhtml": xhtml(paragraphs(*PARAGRAPHS) + html)})
    (document,) = read_epub(Raw("a.epub", book))
    assert not isinstance(document, Exception)
    assert document.rows[-3:] == ("Ships a day", *LINES)


def test_the_lines_of_a_cell_are_parted() -> None:
    html = "<table><tr><th>Quay</th><th>Ships<br>a day</th></tr><tr><td>North</td><td>4<br>(in May)</td></tr></table>"
    assert rows(page(body=paragraphs(*PARAGRAPHS) + html))[-1] == "Quay: North | Ships a day: 4 (in May)"


@pytest.mark.parametrize("line", ["-" * 100_000 + "a", "|-" * 50_000 + "a", " " * 100_000 + "a"])
def test_hostile_rules_take_no_time(line: str) -> None:
    assert with_tables(["Quay | Ships", line, "North | 4"])[-1] == "North | 4"


def test_a_long_cell_is_no_head_that_each_row_tells_again() -> None:
    assert lines_of_table([["Quay", "a" * 1_000_000], *[["North", "4"]] * 10_000], headed=True)[-1] == "North | 4"
