"""Dates as documents state them, with the precision they state. A date that is not stated plainly is none."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache
from typing import Any

from qabot.articles.dates import day_span

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_YEAR = r"(?:19|20)\d\d"
_WRITTEN = re.compile(
    rf"\b(?:{_DAY}(?: of)?[ -]+{_MONTH},?[ -]+{_YEAR}|{_MONTH} {_DAY},? {_YEAR}|{_MONTH},? {_YEAR})\b", re.I
)
_ISO = re.compile(rf"(?<!\d)({_YEAR})[-/.](0[1-9]|1[0-2])(?:[-/.](0[1-9]|[12]\d|3[01]))?(?=T\d|\D|$)")
_NUMERIC = re.compile(rf"(?<![\d/.-])(\d\d?)[/.-](\d\d?)[/.-]({_YEAR})(?![\d/.-])")

# What may stand beside the date in a dateline. "Updated" alone does not say when an article was published.
_BESIDE = re.compile(
    r"\b(?:first|originally|published|posted|issued|released|created|date|dated|added|on|at|by|in|from|of|the|time|"
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|t?\d{1,2}[:.h]\d{2}(?::\d{2})?(?:\.\d+)?z?|"
    r"\d{1,2}(?=\s?[ap]\.?m)|"
    r"[ap]\.?m\.?|gmt|utc|bst|cest|cet|[ecmp][sd]?t|ist|jst|msk|z|t|\+?\d{2}:?\d{2}|\d+\s?(?:min(?:ute)?s?|"
    r"hours?|days?)(?: read| ago)?|"
    r"read|ago|hrs?|local)\b",
    re.I,
)
_UPDATED = re.compile(r"\b(?:last )?(?:updated?|modified|revised|edited)\b", re.I)


@cache
def _parser() -> Any:
    from dateparser.date import DateDataParser

    return DateDataParser(
        languages=["en"], settings={"REQUIRE_PARTS": ["month", "year"], "PREFER_DAY_OF_MONTH": "first"}
    )


def find_date(text: str) -> str | None:
    """The first full or reduced date in ``text``, as an ISO date; ``None`` where there is none.

    A date in figures that could be read two ways (03/04/2021) counts as its year.
    """
    found = [match for pattern in (_ISO, _WRITTEN, _NUMERIC) if (match := pattern.search(text))]
    if not found:
        return None
    match = min(found, key=lambda one: one.start())
    if match.re is _ISO:
        return _valid("-".join(part for part in match.groups() if part))
    if match.re is _NUMERIC:
        first, second, year = int(match[1]), int(match[2]), match[3]
        if first == second or (first > 12) != (second > 12):
            day, month = (second, first) if second > 12 else (first, second)
            return _valid(f"{year}-{month:02}-{day:02}")
        return year if first <= 12 and second <= 12 else None
    parsed = _parser().get_date_data(match[0])
    if parsed.date_obj is None:
        return None
    return f"{parsed.date_obj:%Y-%m-%d}" if parsed.period == "day" else f"{parsed.date_obj:%Y-%m}"


def dateline(line: str) -> str | None:
    """The date of a line that is made of a date and what stands beside one: "Published 3 May 2021, 10:15 BST"."""
    if len(line) > 120:
        return None
    published = _UPDATED.split(line)[0]
    rest = _NUMERIC.sub(" ", _WRITTEN.sub(" ", _ISO.sub(" ", published, 1), 1), 1)
    if re.search(r"[^\W_]", _BESIDE.sub(" ", rest)):
        return None
    return find_date(published)


def is_dateline(line: str) -> bool:
    """Whether a line says when the article was published or updated, and nothing else."""
    return dateline(line) is not None or (
        bool(_UPDATED.match(line.strip())) and dateline(_UPDATED.sub("", line)) is not None
    )


def stated_date(value: object) -> str | None:
    """An ISO date out of a field (front matter, JSON-LD, a meta tag); ``None`` where it holds none."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)[:200].strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if re.fullmatch(_YEAR, text):
        return text
    return find_date(text)


def _valid(iso: str) -> str | None:
    try:
        day_span(iso)
    except ValueError:
        return None
    return iso
