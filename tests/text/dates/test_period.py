"""Periods of the calendar."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.text.dates.period import (
    Period,
    day_number,
    day_of,
    day_span,
    is_later,
    month_of,
    moved,
    parse_period,
    part_of,
    quarter_of,
    season_of,
    unit_of,
    week_of,
    year_of,
)

UNITS = ["day", "week", "fortnight", "month", "quarter", "spring", "winter", "year", "decade", "century"]
DAYS = st.dates(date(1000, 1, 1), date(3000, 1, 1))


@pytest.mark.parametrize(
    ("iso", "first", "last"),
    [
        ("2024-02-29", date(2024, 2, 29), date(2024, 2, 29)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023", date(2023, 1, 1), date(2023, 12, 31)),
    ],
)
def test_an_iso_date_spans_days_and_is_written_again(iso: str, first: date, last: date) -> None:
    assert day_span(iso) == (first, last)
    assert Period(first, last).iso() == iso
    assert parse_period(iso) == Period(first, last)


@pytest.mark.parametrize(
    "iso", ["", "2023-02-29", "2024-13", "2024-00", "2024-00-01", "24-01-01", "2024/01/01", "soon"]
)
def test_what_is_no_iso_date_spans_nothing(iso: str) -> None:
    assert parse_period(iso) is None
    with pytest.raises(ValueError, match=r".+"):
        day_span(iso)


@pytest.mark.parametrize(
    ("one", "other", "later"),
    [
        ("2024-11-27", "2024-11-26", True),
        ("2025", "2024-11-27", True),
        ("2024-11-27", "2023", True),
        ("2024-11-27", "2024", False),
        ("2024", "2024-11-27", False),
        ("2024", "2025-01", False),
        ("2024", None, False),
        (None, "2024", False),
    ],
)
def test_one_date_is_later_than_another_as_far_as_both_go(one: str | None, other: str | None, later: bool) -> None:
    assert is_later(one, other) is later


def test_days_as_numbers_sort_as_days() -> None:
    assert day_number(date(2024, 4, 2)) == 20240402
    assert day_of(2023, 2, 29) is None


def test_a_part_of_a_period_lies_within_it() -> None:
    november, week = month_of(2024, 11), Period(date(2024, 11, 24), date(2024, 11, 30))
    assert week.share_within(november) == 1
    assert november.share_within(week) == pytest.approx(7 / 30)
    assert week.share_within(month_of(2024, 12)) == 0


@pytest.mark.parametrize(
    ("one", "other", "gap", "overlap"),
    [
        (Period(date(2024, 1, 1), date(2024, 1, 10)), Period(date(2024, 1, 6), date(2024, 1, 15)), 0, 5 / 15),
        (Period(date(2024, 1, 1), date(2024, 1, 10)), Period(date(2024, 1, 13), None), 3, 0),
        (Period(None, date(2024, 1, 1)), Period(date(2024, 1, 1), None), 0, 0),
    ],
)
def test_periods_meet_or_lie_apart(one: Period, other: Period, gap: int, overlap: float) -> None:
    assert one.gap(other) == other.gap(one) == gap
    assert one.meets(other) is (gap == 0)
    assert one.overlap(other) == pytest.approx(overlap, abs=1e-5)


def test_units_of_the_calendar() -> None:
    assert week_of(date(2024, 11, 27)) == Period(date(2024, 11, 25), date(2024, 12, 1))
    assert quarter_of(2024, 4) == Period(date(2024, 10, 1), date(2024, 12, 31))
    assert season_of(2023, "winter") == unit_of(date(2024, 2, 1), "winter")
    assert season_of(2023, "winter") == Period(date(2023, 12, 1), date(2024, 2, 29))
    assert unit_of(date(2000, 5, 1), "century") == Period(date(1901, 1, 1), date(2000, 12, 31))
    assert unit_of(date(2000, 5, 1), "decade") == Period(date(2000, 1, 1), date(2009, 12, 31))


def test_a_month_later_is_clipped_to_the_month() -> None:
    assert moved(date(2024, 1, 31), 1, "month") == date(2024, 2, 29)
    assert moved(date(2024, 2, 29), -1, "year") == date(2023, 2, 28)
    assert moved(date(2024, 1, 31), 1.5, "year") == date(2025, 7, 31)
    with pytest.raises(OverflowError):
        moved(date(2024, 1, 31), 100, "century")


def test_parts_are_thirds() -> None:
    year, month = year_of(2024), Period(date(2024, 2, 1), date(2024, 2, 29))
    assert part_of(year, "early") == Period(date(2024, 1, 1), date(2024, 4, 30))
    assert part_of(month, "late") == Period(date(2024, 2, 21), date(2024, 2, 29))
    assert part_of(Period(date(1990, 1, 1), date(1999, 12, 31)), "mid") == Period(date(1994, 1, 1), date(1996, 12, 31))
    assert part_of(week_of(date(2024, 2, 1)), "mid") == week_of(date(2024, 2, 1))


@given(DAYS, st.sampled_from(UNITS))
def test_a_day_lies_in_its_unit(day: date, unit: str) -> None:
    period = unit_of(day, unit)
    if unit not in ("spring", "winter"):
        assert period.meets(Period(day, day))
    thirds = [part_of(period, part) for part in ("early", "mid", "late")]
    assert (thirds[0].earliest, thirds[2].latest) == (period.earliest, period.latest)
    if thirds[0] != period:
        assert all(a.latest and a.latest + timedelta(days=1) == b.earliest for a, b in pairwise(thirds))
