"""Dates as documents state them, with the precision they state. A date that is not stated plainly is none.

Where a date has a time and a zone ("2024-04-22T23:30:00-05:00"), it is the day that the document writes, in the zone
that it writes it in: two places that give one moment in two zones may name two days.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlsplit

from qabot.text.dates.period import day_span
from qabot.text.lexicon import LOOSE_MONTH, SHORT_WEEKDAY, WEEKDAYS, month_number

_MONTH = rf"{LOOSE_MONTH}\.?"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_YEAR = r"(?:19|20)\d\d(?!\d)"
_WRITTEN = rf"\b(?:{_DAY}\.?(?: of)?[ -]*{_MONTH},?[ -]*{_YEAR}|{_MONTH} ?{_DAY},? {_YEAR}|{_MONTH},? {_YEAR})(?![\d-])"
_ISO = rf"(?<!\d)(?P<y>{_YEAR})[-/.](?P<m>0?[1-9]|1[0-2])(?:[-/.](?P<d>0[1-9]|[12]\d|3[01]|[1-9]))?(?!\d|[-/.]\d)"
_NUMERIC = (
    rf"(?<![\d/.-])(?P<first>\d\d?)(?P<between>[/.-])(?P<second>\d\d?)(?P=between)"
    rf"(?P<year>{_YEAR}|(?<=/)\d\d(?!\d))(?![/.-]\d)"
)
_DATE = re.compile(rf"(?P<iso>{_ISO})|(?P<numeric>{_NUMERIC})|(?P<written>{_WRITTEN})", re.I)

# What may stand beside the date in a dateline.
_PUBLISHED = (
    r"first|original(?:ly)?|publi(?:shed|cation|sh)|posted|issued|released?|uploaded|created|dated?|added|filed|"
    r"appeared|submitted|submission"
)
_UPDATED = r"updat(?:ed?|ing)|modifi(?:ed|cation)|revised|revision|edited|amended|corrected"
_ICONS = r"timer|schedule|access_time|query_builder|watch_later|calendar_today|calendar_month|event"  # by their names
_LABEL = re.compile(rf"\b(?:(?P<published>{_PUBLISHED})|(?P<updated>{_UPDATED}))(?![^\W\d_])", re.I)
_BESIDE = re.compile(
    rf"\b(?:{_PUBLISHED}|{_UPDATED}|last|latest|on|at|by|in|of|the|time|was|this|article|story|post|page|today|noon|"
    rf"(?:{_ICONS})?\s?\d+\s?(?:min(?:ute)?s?\.?|hours?|days?)(?: read| ago)?|"
    rf"{'|'.join(WEEKDAYS)}|{SHORT_WEEKDAY}|{_ICONS}|(?-i:(?<=\d\d )[A-Z]{{3,4}})|"
    r"\d{1,2}(?:[:.]\d{2}){0,2}\s?[ap]\.?m\.?|"
    r"t?\d{1,2}[:.h]\d{2}(?::\d{2})?(?:\.\d+)?z?|[ap]\.?m\.?|gmt|utc|bst|w?e?[ew]s?t|ce?s?t|[ecmpa]k?[sd]?t|eastern|central|pacific|"
    r"ist|jst|kst|[hps]kt|sgt|a[ecw][sd]t|nz[sd]t|[sw]at|eat|msk|uhr|z|t|\+?\d{2}:?\d{2}|"
    r"\d+ comments?|min|read|ago|hrs?|local)(?![^\W\d_])",
    re.I,
)
_START = re.compile(rf"(?<![^\W_])(?=\d|{_MONTH}|(?:{_PUBLISHED}|{_UPDATED}|last|{SHORT_WEEKDAY}))", re.I)
_WORDS = re.compile(r"[^\W_]")
_IN = re.compile(r"\W*in\b", re.I)  # "In 2019" is a heading
_BY = re.compile(r"\bby\b", re.I)
_ALONE = re.compile(r"\W*(?:last\s+|first\s+)?(?P<label>\w+)(?:\s+(?:on|at))?\W*", re.I)
_LONGEST = 160  # characters of a dateline
_LONGEST_SIGNED = 400  # the same with the names before it
_EPOCH = re.compile(r"1970-01-01T00:00|0001-01-01", re.I)  # a machine's "never"
_SECONDS = (631_152_000, 4_102_444_800)  # from 1990 until 2100, since 1970
_PATH = re.compile(
    rf"/(?P<year>(?:19|20)\d\d)(?P<between>[/-]?)(?P<month>0?[1-9]|1[0-2]|{LOOSE_MONTH})"
    r"(?:(?P=between)(?P<day>0?[1-9]|[12]\d|3[01])(?=[/_-]|$)|/(?!\d{1,2}(?:/|$)))",
    re.I,
)


def _iso_date(match: re.Match[str]) -> str | None:
    """Return what was found as an ISO date; one in figures that could be read two ways (03/04/2021) as its year."""
    if match["iso"]:
        return _valid("-".join(f"{int(part):02}" for part in match.group("y", "m", "d") if part))
    if match["numeric"]:
        first, second, year = int(match["first"]), int(match["second"]), _whole_year(match["year"])
        if first == second or (first > 12) != (second > 12):
            day, month = (second, first) if second > 12 else (first, second)
            return _valid(f"{year}-{month:02}-{day:02}")
        return year if 0 < first <= 12 and 0 < second <= 12 else None
    number = month_number(re.findall(LOOSE_MONTH, match["written"], re.I)[0])
    *days, year = re.findall(r"\d+", match["written"])
    return _valid("-".join([year, *(f"{int(part):02}" for part in (number, *days))]))


def _whole_year(digits: str) -> str:
    """Return a year with its century: of two digits, the latest that is not beyond the next year."""
    if len(digits) == 4:
        return digits
    latest = date.today().year + 1
    return str(latest - (latest - int(digits)) % 100)


@cache
def _parser_of_other_languages() -> Any:
    from dateparser.date import DateDataParser

    return DateDataParser(
        languages="es pt fr de it nl pl ru uk tr id sv da nb fi cs ro hu el ko ja zh ar hi".split(),
        settings={"REQUIRE_PARTS": ["day", "month", "year"]},
    )


def read_dateline(line: str) -> dict[str, str] | None:
    """Return the dates of a line that is made of them and what stands beside one: "Published 3 May 2021, 10:15 BST".

    They are ISO dates by their fields, ``published`` and ``updated``; the nearest label before a date says which of the
    two it is. None where anything else stands in the line, or where several dates have no labels.
    """
    if len(line) > _LONGEST or not (matches := list(_DATE.finditer(line))):
        return None
    if _WORDS.search(_BESIDE.sub(" ", _DATE.sub(" ", line))) or (_IN.match(line) and not _LABEL.search(line)):
        return None
    found: dict[str, str] = {}
    label, end = "published", 0
    for match in matches:
        labels = list(_LABEL.finditer(line, end, match.start()))
        label = (labels[-1].lastgroup or label) if labels else label
        end = match.end()
        if (iso := _iso_date(match)) is None:
            return None
        if label == "published" and found.get(label, iso) != iso:
            return None
        found[label] = iso
    return found


def split_dateline(line: str) -> tuple[str, dict[str, str]] | None:
    """Return a line that ends with a dateline ("By Ann Lee | 3 May 2021"), as what stands before it and its dates.

    The same for a line that begins with a dateline and goes on with a byline ("Posted on 3 May 2021 by Ann Lee").
    """
    if len(line) > _LONGEST_SIGNED or not _DATE.search(line):
        return None
    by = _BY.search(line)
    if by and (dates := read_dateline(line[: by.start()])):
        return line[by.start() :].strip(), dates
    for start in (match.start() for match in _START.finditer(line)):
        if start and (dates := read_dateline(line[start:])):
            return re.sub(r"(?:\W|\bon\b|\bat\b)*$", "", line[:start]), dates
    return None


def is_dateline(line: str) -> bool:
    """True if a line says when the article was published or updated, and nothing else."""
    return read_dateline(line) is not None


def is_labelled(line: str) -> bool:
    """True if a line names what its dates are, as "Last updated" does."""
    return len(line) <= _LONGEST and bool(_LABEL.search(line))


def date_label(line: str) -> str | None:
    """Return the field of the date in the next line, which a line like "Published" or "Last updated:" names."""
    alone = _ALONE.fullmatch(line) if len(line) <= 30 else None
    match = _LABEL.fullmatch(alone["label"]) if alone else None
    return match.lastgroup if match else None


def stated_date(value: object) -> str | None:
    """Return an ISO date out of a field (front matter, JSON-LD, a meta tag); ``None`` where it holds none.

    A number of nine digits or more is read as seconds (or milliseconds) since 1970, in UTC; one of eight digits as
    year, month and day.
    """
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = " ".join(str(value)[:200].split())
    if re.fullmatch(_YEAR, text):
        return text
    if number := re.fullmatch(r"(\d{8,13})(?:\.\d*)?|(\d{8})T\d{4,6}\S*", text):
        return _date_of_number(number[1] or number[2])
    if _EPOCH.match(text):
        return None
    match = _DATE.search(text)
    return (_iso_date(match) if match else None) or _date_of_other_languages(text)


def _date_of_number(digits: str) -> str | None:
    if len(digits) == 8:
        return _valid(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}") if re.match("19|20", digits) else None
    seconds = int(digits) if len(digits) <= 10 else int(digits) // 1000
    if not _SECONDS[0] <= seconds < _SECONDS[1]:
        return None
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


@lru_cache(1024)
def _date_of_other_languages(text: str) -> str | None:
    if len(text) > 60 or not re.search(rf"(?<!\d){_YEAR}", text) or not re.search(r"(?<!\d)\d\d?(?!\d)", text):
        return None
    parsed = _parser_of_other_languages().get_date_data(text)
    return f"{parsed.date_obj:%Y-%m-%d}" if parsed.date_obj and str(parsed.date_obj.year) in text else None


def date_in_path(url: str) -> str | None:
    """Return the day or the month in an address's path: "/2024/04/22/", "/2024/apr/22/", "/2024-04-22-", "/20240422/".

    Numbers elsewhere are ids. A day has to exist, and to lie between 1990 and the next year.
    """
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    for match in _PATH.finditer(path):
        month, day = match["month"], match["day"]
        if not match["between"] and (len(month) != 2 or len(day or "") != 2):
            continue
        if not month.isdigit():
            month = str(month_number(month))
        iso = f"{match['year']}-{int(month):02}" + (f"-{int(day):02}" if day else "")
        if 1990 <= int(match["year"]) <= date.today().year + 1 and _valid(iso):
            return iso
    return None


def _valid(iso: str) -> str | None:
    try:
        day_span(iso)
    except ValueError:
        return None
    return iso
