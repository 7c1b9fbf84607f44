"""The words that time is told with: months, weekdays, years, units and counts, as parts of regular expressions."""

from __future__ import annotations

import calendar
from datetime import date

MONTHS = {name: number for number, name in enumerate(calendar.month_name) if name}
MONTHS |= {name[:3]: number for name, number in MONTHS.items()} | {"Sept": 9}
WEEKDAYS = {name: number for number, name in enumerate(calendar.day_name)}

# The names of months and weekdays are matched by case: "may" and "march" are words.
MONTH = (
    r"(?:(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
YEAR = r"(?:1[0-9]{3}|20[0-9]{2})"
DAY = r"(?:[12][0-9]|3[01]|0?[1-9])(?:st|nd|rd|th)?"
DASH = r"\s?[-–—]\s?"
SEASON = r"(?:spring|summer|autumn|fall|winter)"
UNIT = r"(?:day|week|fortnight|month|quarter|year|decade|centur(?:y|ie))"
PART = r"(?:early|late|mid)"

COUNTS = {
    word: float(number)
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
        " seventeen eighteen nineteen".split()
    )
} | {"a": 1.0, "an": 1.0, "twenty": 20.0, "thirty": 30.0, "forty": 40.0, "fifty": 50.0, "half a": 0.5, "a dozen": 12.0}
COUNT = rf"(?:\d{{1,4}}(?:\.5)?|{'|'.join(sorted(COUNTS, key=len, reverse=True))})"
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}


def month_number(name: str) -> int:
    """The number of a month by its name, full or short, with or without a full stop."""
    return MONTHS[name.rstrip(".")]


def count_of(words: str) -> float:
    """The number that a count's words stand for."""
    folded = " ".join(words.lower().split())
    return COUNTS[folded] if folded in COUNTS else float(folded)


def unit_named(word: str) -> str:
    """A unit in the singular, lower case."""
    folded = word.lower()
    return "century" if folded.startswith("centur") else folded.removesuffix("s")


def weekday_name(day: date) -> str:
    """The name of a day's weekday."""
    return calendar.day_name[day.weekday()]
