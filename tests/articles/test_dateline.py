from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.articles.dateline import (
    date_in_path,
    date_label,
    is_dateline,
    read_dateline,
    split_dateline,
    stated_date,
)
from qabot.text.dates.period import day_span


@pytest.mark.parametrize(
    ("line", "published", "updated"),
    [
        ("Wednesday 27 November 2024 12:03 GMT", "2024-11-27", None),
        ("22nd April 2024", "2024-04-22", None),
        ("22. April 2024", "2024-04-22", None),
        ("Published 3 May 2021", "2021-05-03", None),
        ("Published 3 May 2021, 10:15 BST", "2021-05-03", None),
        ("Published at 18:45, 16 June 2022", "2022-06-16", None),
        ("Published 10:15 AM EDT, Fri June 17, 2022", "2022-06-17", None),
        ("Published: Mon, May 3, 2021, 9:15 a.m. ET", "2021-05-03", None),
        ("First published on Mon 3 May 2021", "2021-05-03", None),
        ("This article was first published on 3 May 2021.", "2021-05-03", None),
        ("Sept. 4, 2020", "2020-09-04", None),
        ("Tue 14 Mar 2023 18.05 GMT", "2023-03-14", None),
        ("19 November 2019 • 1:16pm", "2019-11-19", None),
        ("2021-05-03T10:15:00Z", "2021-05-03", None),
        ("2021/05/03", "2021-05-03", None),
        ("25/12/2020", "2020-12-25", None),
        ("12/25/2020", "2020-12-25", None),
        ("11.15.2019 10:09 AM", "2019-11-15", None),
        ("03/04/2021", "2021", None),
        ("05/05/2021", "2021-05-05", None),
        ("April 2024", "2024-04", None),
        ("Published in May 2021", "2021-05", None),
        ("May 3, 2021 · 4 min read", "2021-05-03", None),
        ("May 3, 2021Updated 4:05 p.m. ET", "2021-05-03", None),
        ("3 May 2021 | Updated 5 May 2021", "2021-05-03", "2021-05-05"),
        ("Posted: May 3, 2021 / 10:15 AM EDT / Updated: May 4, 2021 / 09:00 AM EDT", "2021-05-03", "2021-05-04"),
        ("Updated Nov. 19, 2019 8:21 am ET / Original Nov. 18, 2019 8:03 am ET", "2019-11-18", "2019-11-19"),
        ("Thu 3 Mar 2022 06.00 EST Last modified on Fri 4 Mar 2022 10.00 EST", "2022-03-03", "2022-03-04"),
        ("Updated 4 May 2021", None, "2021-05-04"),
        ("Last updated on 5 May 2021", None, "2021-05-05"),
        ("Updated 1453 GMT (2253 HKT) June 17, 2022", None, "2022-06-17"),
        ("This article was last updated on May 4, 2021 at 10:00.", None, "2021-05-04"),
    ],
)
def test_datelines(line: str, published: str | None, updated: str | None) -> None:
    assert read_dateline(line) == {k: v for k, v in (("published", published), ("updated", updated)) if v}
    assert is_dateline(line)


@pytest.mark.parametrize(
    "line",
    [
        "In 2003, Russia's court ruled on the case.",
        "The vote of 3 May 2021 changed everything",
        "In May 2021",  # a heading
        "3 May 2021 – 5 May 2021",  # which of them?
        "May 2021 issue",
        "May",
        "2024",
        "31 February 2020",
        "Nov 27",
        "Comments",
        "Updated 10:15 BST",
        "",
        "99/99/2021",
    ],
)
def test_no_dateline(line: str) -> None:
    assert read_dateline(line) is None
    assert not is_dateline(line)


@pytest.mark.parametrize(
    ("line", "before", "published"),
    [
        ("By Ann Lee | 3 May 2021", "By Ann Lee", "2021-05-03"),
        ("Ann Lee, May 3, 2021", "Ann Lee", "2021-05-03"),
        ("By Ann Lee on Monday, May 3rd, 2021 at 11:04 a.m.", "By Ann Lee", "2021-05-03"),
        ("By Ann Lee Published: 10:15, 3 May 2021", "By Ann Lee", "2021-05-03"),
        ("Ann Lee · Monday 3 May 2021 · 4 min read", "Ann Lee", "2021-05-03"),
    ],
)
def test_what_stands_before_a_dateline(line: str, before: str, published: str) -> None:
    assert split_dateline(line) == (before, {"published": published})


def test_a_line_that_does_not_end_with_a_dateline() -> None:
    assert split_dateline("3 May 2021 changed everything") is None
    assert split_dateline("By Ann Lee") is None


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("Published", "published"),
        ("Last updated:", "updated"),
        ("Updated on", "updated"),
        ("Comments", None),
        ("", None),
    ],
)
def test_labels_of_the_line_after_them(line: str, field: str | None) -> None:
    assert date_label(line) == field


@pytest.mark.parametrize(
    ("path", "iso"),
    [
        ("/2024/04/22/port", "2024-04-22"),
        ("/world/2024/apr/22/port", "2024-04-22"),
        ("/2019/11/8/20948348/port", "2019-11-08"),
        ("/story/2024-04-22/port", "2024-04-22"),
        ("/2024-04-22-port.html", "2024-04-22"),
        ("/news/20240422/port", "2024-04-22"),
        ("/2024/04/22", "2024-04-22"),
        ("/2024/04/port-closes", "2024-04"),
        ("/2024/may/port-closes", "2024-05"),
        ("/2024/04/98765/port", "2024-04"),
        ("/2024/04/31/port", None),  # no such day
        ("/2024/13/port", None),
        ("/2024/40/port", None),
        ("/20241399/port", None),
        ("/1955/04/22/port", None),  # before there were pages
        ("/2999/04/22/port", None),
        ("/columns/201911181077343476-port", None),  # an id
        ("/article/120240422/port", None),
        ("/2019/12345", None),
        ("/port?date=2024/04/22", None),
        ("/", None),
    ],
)
def test_the_date_in_an_address(path: str, iso: str | None) -> None:
    assert date_in_path(f"https://sado.example{path}") == iso


def test_a_broken_address_has_no_date() -> None:
    assert date_in_path("http://[2024/04/22/") is None


@pytest.mark.parametrize(
    ("value", "iso"),
    [
        (date(2024, 4, 22), "2024-04-22"),
        (datetime(2024, 4, 22, 10, 30), "2024-04-22"),
        (2024, "2024"),
        ("2024", "2024"),
        ("2024-04", "2024-04"),
        ("2024-04-22T10:30:00+02:00", "2024-04-22"),
        ("2024-04-22T23:30:00-05:00", "2024-04-22"),
        ("22 April 2024", "2024-04-22"),
        ("22 de abril de 2024, 10:15", "2024-04-22"),
        ("Mon, 22 Apr 2024 10:00:00 GMT", "2024-04-22"),
        ("Mon Apr 22 2024 10:00:00 GMT+0000 (UTC)", "2024-04-22"),
        (20240422, "2024-04-22"),
        ("20240422T101500Z", "2024-04-22"),
        (1713780000, "2024-04-22"),
        ("1713780000", "2024-04-22"),
        (1713780000123, "2024-04-22"),
        (1713780000.5, "2024-04-22"),
        (123456789, None),
        (20241399, None),
        ("1970-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00Z", None),
        ("Article 5 of 2024", None),
        (float("nan"), None),
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
    assert read_dateline(day.strftime(form)) == {"published": day.isoformat()}


@given(st.text(max_size=200))
def test_any_line_can_be_asked(line: str) -> None:
    dates = read_dateline(line)
    assert dates is None or dates.published or dates.updated
    assert date_in_path(line) is None or day_span(date_in_path(line) or "")
    parts = split_dateline(line)
    assert parts is None or line.startswith(parts[0])


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("Mon., May 3, 2021timer4 min. read", "2021-05-03"),
        ("schedule 3 May 2021 · 5 min read · 12 comments", "2021-05-03"),
        ("23/05/21", "2021-05-23"),
        ("05/23/98", "1998-05-23"),
        ("03/05/21", "2021"),
        ("3 May 2021 - 11:28 AMT", "2021-05-03"),
        ("Submitted on Mon, 2021-05-03 16:31", "2021-05-03"),
    ],
)
def test_datelines_as_publishing_systems_write_them(line: str, published: str) -> None:
    assert read_dateline(line) == {"published": published}


@pytest.mark.parametrize("line", ["1/2/34/5", "23/05/211", "A score of 23/05/21", "on 3 May 2021 NATO met"])
def test_other_lines_with_figures_are_no_datelines(line: str) -> None:
    assert read_dateline(line) is None
