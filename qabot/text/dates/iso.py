"""ISO dates of reduced precision (``2024-04-22``, ``2024-04``, ``2024``) and the days they span."""

from __future__ import annotations

import calendar
import re
from datetime import date

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def day_span(iso: str) -> tuple[date, date]:
    """The first and the last day that an ISO date of reduced precision can mean.

    Raises:
        ValueError: it is no such date.
    """
    match = _ISO.fullmatch(iso)
    if not match:
        raise ValueError(f"not an ISO date: {iso!r}")
    year = int(match[1])
    first_month = last_month = int(match[2]) if match[2] else 0
    if not first_month:
        first_month, last_month = 1, 12
    if match[3]:
        day = date(year, first_month, int(match[3]))
        return day, day
    return date(year, first_month, 1), date(year, last_month, calendar.monthrange(year, last_month)[1])


def day_number(day: date) -> int:
    """A day as an integer that sorts as the days do (20240422), for stores that compare numbers only."""
    return day.year * 10_000 + day.month * 100 + day.day
