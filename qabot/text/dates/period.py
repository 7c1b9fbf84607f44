"""Periods of the calendar: the days from the first to the last that a date of any precision spans."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta

from qabot.text.lexicon import MONTHS

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_SEASON_STARTS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
"""The month that a season begins with: the seasons of meteorology in the north, of three months each."""


@dataclass(frozen=True)
class Period:
    """The days from ``earliest`` to ``latest``, both included; None is an open end.

    Attributes:
        earliest: the first day; None: it began nobody says when.
        latest: the last day; None: it goes on.
    """

    earliest: date | None
    latest: date | None

    def meets(self, other: Period) -> bool:
        """True if they have a day in common."""
        return not self.gap(other)

    def gap(self, other: Period) -> int:
        """Return the days between the one that ends first and the one that begins last; 0 where they meet."""
        (mine, my_end), (others, others_end) = self.ordinals(), other.ordinals()
        return max(0, others - my_end, mine - others_end)

    def overlap(self, other: Period) -> float:
        """Return the days in common as a share of all days of both (Jaccard), between 0 and 1."""
        (mine, my_end), (others, others_end) = self.ordinals(), other.ordinals()
        return self._common(other) / (max(my_end, others_end) - min(mine, others) + 1)

    def share_within(self, other: Period) -> float:
        """Return the share of its days that lie in another period, between 0 and 1."""
        first, last = self.ordinals()
        return self._common(other) / (last - first + 1)

    def _common(self, other: Period) -> int:
        (mine, my_end), (others, others_end) = self.ordinals(), other.ordinals()
        return max(0, min(my_end, others_end) - max(mine, others) + 1)

    def ordinals(self) -> tuple[int, int]:
        """Return the first and the last day as proleptic Gregorian ordinals."""
        return (self.earliest or date.min).toordinal(), (self.latest or date.max).toordinal()

    def iso(self) -> str:
        """Return an ISO date of reduced precision where it is one, else ``first/last``, with ``..`` for an open end."""
        first, last = self.earliest, self.latest
        if first and last:
            if first == last:
                return first.isoformat()
            if self == year_of(first.year):
                return f"{first.year:04}"
            if self == month_of(first.year, first.month):
                return f"{first:%Y-%m}"
        return f"{first or '..'}/{last or '..'}"


def day_span(iso: str) -> tuple[date, date]:
    """Return the first and the last day that an ISO date of reduced precision can mean.

    Raises:
        ValueError: it is no such date.
    """
    match = _ISO.fullmatch(iso)
    if not match:
        raise ValueError(f"not an ISO date: {iso!r}")
    year = int(match[1])
    first_month, last_month = (int(match[2]), int(match[2])) if match[2] else (1, 12)
    if match[3]:
        day = date(year, first_month, int(match[3]))
        return day, day
    return date(year, first_month, 1), date(year, last_month, calendar.monthrange(year, last_month)[1])


def day_number(day: date) -> int:
    """Return a day as an integer that sorts as days do (20240422), for stores that compare numbers only."""
    return day.year * 10_000 + day.month * 100 + day.day


def parse_period(iso: str | None) -> Period | None:
    """Return the days that an ISO date of reduced precision spans; None for None and for any other text."""
    try:
        return Period(*day_span(iso)) if iso else None
    except ValueError:
        return None


def is_later(one: str | None, other: str | None) -> bool:
    """True if an ISO date of reduced precision is later than another, as far as both go: 2024 than no day of 2024."""
    return one is not None and other is not None and one[: len(other)] > other


def in_words(published: str | None) -> str | None:
    """Return an ISO date in words, of the precision it has: ``27 November 2024``, ``November 2024``, ``2024``."""
    period = parse_period(published)
    if period is None or period.earliest is None or published is None:
        return None
    day = period.earliest
    parts = [str(day.day)] if len(published) > 7 else []
    parts += [MONTHS[day.month - 1]] if len(published) > 4 else []
    return " ".join([*parts, f"{day.year:04}"])


def day_of(year: int, month: int, day: int) -> Period | None:
    """Return a day; None where the calendar has no such day."""
    try:
        only = date(year, month, day)
    except ValueError:
        return None
    return Period(only, only)


def month_of(year: int, month: int) -> Period:
    """Return a month."""
    return Period(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def year_of(year: int) -> Period:
    """Return a year."""
    return Period(date(year, 1, 1), date(year, 12, 31))


def years(first: int, last: int) -> Period:
    """Return the days from the first of one year to the last of another."""
    return Period(date(first, 1, 1), date(last, 12, 31))


def months_of(year: int, first: int, last: int) -> Period:
    """Return the months from ``first`` to ``last``, which may be past 12."""
    return Period(_month_start(year, first), _month_start(year, last + 1) - timedelta(days=1))


def _month_start(year: int, month: int) -> date:
    """Return the first day of a month, counted from January of ``year``: 13 is January of the next one."""
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def season_of(year: int, season: str) -> Period:
    """Return a season that begins in ``year``; winter ends in the next one."""
    start = _SEASON_STARTS[season]
    return months_of(year, start, start + 2)


def quarter_of(year: int, quarter: int) -> Period:
    """Return a quarter of a year, 1 to 4."""
    return months_of(year, 3 * quarter - 2, 3 * quarter)


def week_of(day: date) -> Period:
    """Return the week of a day, from Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return Period(monday, monday + timedelta(days=6))


def unit_of(day: date, unit: str) -> Period:
    """Return the day, week, fortnight, month, quarter, season, year, decade or century that a day lies in."""
    if unit == "day":
        return Period(day, day)
    if unit in ("week", "fortnight"):
        return week_of(day)
    if unit == "month":
        return month_of(day.year, day.month)
    if unit == "quarter":
        return quarter_of(day.year, (day.month + 2) // 3)
    if unit in _SEASON_STARTS:
        # A winter that began last December is this winter until February.
        return season_of(day.year - (unit == "winter" and day.month < 3), unit)
    if unit == "decade":
        return years(day.year // 10 * 10, day.year // 10 * 10 + 9)
    if unit == "century":
        return years((day.year - 1) // 100 * 100 + 1, (day.year - 1) // 100 * 100 + 100)
    return year_of(day.year)


def moved(day: date, count: float, unit: str) -> date:
    """Return the day ``count`` units later (earlier where negative), or the last day of a month that is too short.

    Raises:
        OverflowError: the calendar does not go so far.
    """
    if unit in ("day", "week", "fortnight"):
        return day + timedelta(days=round(count * {"day": 1, "week": 7, "fortnight": 14}[unit]))
    months = round(count * {"month": 1, "quarter": 3, "decade": 120, "century": 1200}.get(unit, 12))
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    if not MINYEAR <= year <= MAXYEAR:
        raise OverflowError(f"no such year: {year}")
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def part_of(period: Period, part: str) -> Period:
    """Return the first, middle or last third of a period of a month or more ("early 2021"); a shorter one stays whole.

    Thirds are whole months of a year, whole years of a decade or century, days of a month.
    """
    first, last = period.earliest, period.latest
    if first is None or last is None or (last - first).days < 27:
        return period
    which = {"early": 0, "mid": 1, "late": 2}[part]
    if (first.year, first.month) == (last.year, last.month):
        return Period(first.replace(day=10 * which + 1), last if which == 2 else first.replace(day=10 * which + 10))
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if months % 12 == 0 and months > 12:
        count = months // 12
        # A decade's 4, 3 and 3 years.
        cuts = [0, -(-count // 3), -(-count // 3) + count // 3, count]
        return years(first.year + cuts[which], first.year + cuts[which + 1] - 1)
    third = max(1, months // 3)
    start = first.month + which * third
    return months_of(first.year, start, first.month + months - 1 if which == 2 else start + third - 1)
