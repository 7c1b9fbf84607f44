"""What times look like: months, days, years and counts as parts of regular expressions, and dates as they answer."""

from __future__ import annotations

import re
from datetime import date

from qabot.text.lexicon import MONTHS, ONES, ORDINALS, SEASONS, TENS, TIME_UNIT, TIME_UNITS, WEEKDAYS
from qabot.text.quantities import NUMBER

# The names of months and weekdays are matched by case: "may" and "march" are words.
MONTH = rf"(?:(?:{'|'.join(MONTHS)})\b|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
WEEKDAY = rf"(?:{'|'.join(WEEKDAYS)})"
YEAR = r"(?:1[0-9]{3}|20[0-9]{2})"
DAY = r"(?:[12][0-9]|3[01]|0?[1-9])(?:st|nd|rd|th)?"
DASH = r"\s?[-–—]\s?"
SEASON = rf"(?:{'|'.join(SEASONS)})"
UNIT = rf"(?:{'|'.join(TIME_UNITS[3:-1])}|quarter|centur(?:y|ie))"
PART = r"(?:early|late|mid)"

_COUNTS = {word: float(number) for word, number in (ONES | TENS).items() if number <= 50}
_COUNTS |= {"a": 1.0, "an": 1.0, "half a": 0.5, "a dozen": 12.0}
COUNT = rf"(?:\d{{1,4}}(?:\.5)?|{'|'.join(sorted(_COUNTS, key=len, reverse=True))})"
QUARTERS = {word: number for number, word in enumerate(ORDINALS[:4], start=1)} | {
    "1st": 1,
    "2nd": 2,
    "3rd": 3,
    "4th": 4,
}

_ABOUT = r"(?:early |late |mid-)?"
_YEARS = rf"{YEAR}(?:\s?[-–—/]\s?(?:{YEAR}|\d{{2}})\b)?"
_PART_OF = r"(?:(?:early|late|the (?:start|beginning|middle|end) of) )"
DATE_FORMS = {
    "time": re.compile(
        r"\b\d{1,2}(?:[:.]\d{2})?\s?[ap]\.?m\.?|\b\d{1,2}:\d{2}\b|\b(?:noon|midnight)\b"
        r"|(?<![\d.,$€£])\b(?:[01]?\d|2[0-3])\.[0-5]\d(?=\W*$)",  # by itself, as in a timetable
        re.IGNORECASE,
    ),
    "day": re.compile(
        rf"\b(?:{WEEKDAY},? )?(?:{DAY} (?:of )?{MONTH}(?:,? {YEAR})?|{MONTH} {DAY}\b(?:,? {YEAR})?)"
        rf"|\b{YEAR}-\d\d-\d\d\b"
    ),
    "month": re.compile(
        rf"\b{MONTH},? (?:of )?{YEAR}\b"
        rf"|\b(?:(?:[Ee]arly|[Ll]ate|[Mm]id|[Ll]ast|[Tt]his|[Nn]ext)[ -])?{MONTH}(?: (?:this|last|next) year)?"
    ),
    "year": re.compile(rf"\b(?:the )?{YEAR}s\b|\b{_YEARS}(?![\d,.]*\d)|\b[\w-]+ century\b"),
    "relative": re.compile(
        rf"\b(?:{NUMBER}|a few|a|an|several) {TIME_UNIT} (?:later|ago|earlier|before|after)\b"
        rf"|\b(?:earlier|later) this {TIME_UNIT}\b|\byesterday\b|\btoday\b|\btomorrow\b|\b(?:on )?{WEEKDAY}\b"
        rf"|\b{_PART_OF}?(?:last|this|next|the following|the previous|the past|the coming) "
        rf"(?:{TIME_UNIT}|{WEEKDAY}|{SEASON}|weekend|morning|afternoon|evening|night)\b"
        rf"|\b{_PART_OF}the (?:{TIME_UNIT}|weekend)\b|\b(?:in|the) {SEASON}\b"
        r"|\b(?:over|at|on) the weekend\b|\bovernight\b",
        re.IGNORECASE,
    ),
}
"""What a time that answers a question looks like, whole: "on Monday" is one, though nothing dates it."""


def count_of(words: str) -> float:
    """Return the number that a count's words stand for."""
    folded = " ".join(words.lower().split())
    return _COUNTS[folded] if folded in _COUNTS else float(folded)


def unit_named(word: str) -> str:
    """Return a unit in the singular, lower case."""
    folded = word.lower()
    return "century" if folded.startswith("centur") else folded.removesuffix("s")


def weekday_name(day: date) -> str:
    """Return the name of a day's weekday."""
    return WEEKDAYS[day.weekday()]
