"""Articles as lines and as a table."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from qabot.render.articles import article_lines, article_table
from qabot.store.records import ArticleRecord


def article(number: int, origin: int, **known: str) -> ArticleRecord:
    unknown = dict.fromkeys(
        ("title", "author", "publisher", "published", "updated", "language", "url", "original", "about")
    )
    return ArticleRecord(
        article_id=f"{number:08}{0:08}", source=f"/articles/{number}.md", origin=f"{origin:08}{0:08}", passages=number,
        indexed="2024-05-07T12:00:00+00:00", **{**unknown, **known},
    )  # fmt: skip


FAIR = article(1, 1, title="Fair \x1b[31mopens", publisher="The Courier", published="2024-05-06", author="B. Lind")
REPRINT = article(2, 1, title="Fair opens in the hills of Hillbrook", publisher="Hill Gazette", published="2024-05")
UNKNOWN = article(3, 3)


def test_a_line_an_article_with_tabs_and_nothing_that_a_terminal_obeys() -> None:
    assert article_lines([FAIR, UNKNOWN]).splitlines() == [
        "0000000100000000\t2024-05-06\tThe Courier\tB. Lind\tFair opens\t1\t/articles/1.md",
        "0000000300000000\t\t\t\t\t3\t/articles/3.md",
    ]


@pytest.mark.parametrize(
    ("width", "columns"),
    [
        (120, ["Id", "Title", "Publisher", "Published", "Origin", "Passages"]),
        (70, ["Id", "Title", "Publisher", "Published"]),
        (40, ["Id", "Title", "Published"]),
    ],
)
def test_a_table_has_the_columns_that_there_is_room_for(width: int, columns: list[str]) -> None:
    out = StringIO()
    Console(file=out, width=width).print(article_table([FAIR, REPRINT, UNKNOWN], [FAIR, REPRINT, UNKNOWN], width))
    head, *rows = out.getvalue().splitlines()
    assert head.split() == columns
    assert all(len(row) <= width for row in rows)
    assert rows[0].split()[:3] == ["00000001", "Fair", "opens"]
    assert "\x1b" not in out.getvalue()
    assert out.getvalue().count("00000001") == (3 if width == 120 else 1)  # an origin is named where it has reprints
    assert "00000003  /articles/3.md" in out.getvalue()


def test_where_no_article_has_reprints_no_origin_is_shown() -> None:
    out = StringIO()
    Console(file=out, width=120).print(article_table([FAIR, UNKNOWN], [FAIR, UNKNOWN], 120))
    head, row, _ = out.getvalue().splitlines()
    assert head.split() == ["Id", "Title", "Publisher", "Published", "Passages"]
    assert row.split()[-1] == str(FAIR.passages)
