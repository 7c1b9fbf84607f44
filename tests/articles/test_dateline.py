from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.articles.dateline import dateline, is_dateline, stated_date
from qabot.articles.dates import day_span


@pytest.mark.parametrize(
    ("line", "iso"),
    [
        ("Wednesday 27 November 2024 12:03 GMT", "2024-11-27"),
        ("22nd April 2024", "2024-04-22"),
        ("Published 3 May 2021", "2021-05-03"),
        ("Published: Mon, May 3, 2021, 9:15 a.m. ET", "2021-05-03"),
        ("Sept. 4, 2020", "2020-09-04"),
        ("Tue 14 Mar 2023 18.05 GMT", "2023-03-14"),
        ("2021-05-03T10:15:00Z", "2021-05-03"),
        ("2021/05/03", "2021-05-03"),
        ("25/12/2020", "2020-12-25"),
        ("12/25/2020", "2020-12-25"),
        ("03/04/2021", "2021"),
        ("05/05/2021", "2021-05-05"),
        ("April 2024", "2024-04"),
        ("3 May 2021 | Updated 5 May 2021", "2021-05-03"),
        ("May 3, 2021 · 4 min read", "2021-05-03"),
    ],
)
def test_datelines(line: str, iso: str) -> None:
    assert dateline(line) == iso
    assert is_dateline(line)


@pytest.mark.parametrize(
    "line",
    [
        "In 2003, Russia's court ruled on the case.",
        "The vote of 3 May 2021 changed everything",
        "Updated 5 May 2021",
        "May",
        "2024",
        "31 February 2020",
        "Comments",
        "",
        "99/99/2021",
    ],
)
def test_no_dateline(line: str) -> None:
    assert dateline(line) is None


def test_an_update_is_a_dateline_without_a_date_of_publication() -> None:
    assert is_dateline("Last updated on 5 May 2021")
    assert dateline("Last updated on 5 May 2021") is None


@pytest.mark.parametrize(
    ("value", "iso"),
    [
        (date(2024, 4, 22), "2024-04-22"),
        (datetime(2024, 4, 22, 10, 30), "2024-04-22"),
        (2024, "2024"),
        ("2024", "2024"),
        ("2024-04", "2024-04"),
        ("2024-04-22T10:30:00+02:00", "2024-04-22"),
        ("22 April 2024", "2024-04-22"),
        ("2024-13-45", None),
        ("soon", None),
        (None, None),
        (True, None),
        ([2024], None),
    ],
)
def test_stated_dates(value: object, iso: str | None) -> None:
    assert stated_date(value) == iso


@given(st.text(max_size=60) | st.dates(date(1900, 1, 1), date(2099, 12, 31)).map(lambda day: f"{day:%d %B %Y}"))
def test_a_date_is_always_one_that_exists(text: str) -> None:
    found = stated_date(text)
    assert found is None or day_span(found)


@given(
    st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["%d %B %Y", "%B %d, %Y", "%Y-%m-%d", "%a %d %b %Y"]),
)
def test_written_dates_come_back(day: date, form: str) -> None:
    assert dateline(day.strftime(form)) == day.isoformat()
