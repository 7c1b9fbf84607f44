"""Rules for what the calendar dates: days, months, years, and parts of them ("22 April", "early July", "the 1990s")."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from qabot.text.dates.period import (
    Period,
    day_of,
    month_of,
    months_of,
    part_of,
    quarter_of,
    season_of,
    year_of,
    years,
)
from qabot.text.dates.resolution import (
    Match,
    Precision,
    Resolution,
    Rule,
    Setting,
    behind,
    from_publication,
    without_year,
)
from qabot.text.lexicon import MONTHS, ONES, ORDINALS, SEASONS, SHORT_WEEKDAY, TENS, WEEKDAYS, month_number

# The names of months and weekdays are matched by case: "may" and "march" are words.
MONTH = rf"(?:(?:{'|'.join(MONTHS)})\b|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
WEEKDAY = rf"(?:{'|'.join(WEEKDAYS)})"
YEAR = r"(?:1[0-9]{3}|20[0-9]{2})"
DAY = r"(?:[12][0-9]|3[01]|0?[1-9])(?:st|nd|rd|th)?"
DASH = r"\s?[-–—]\s?"
SEASON = rf"(?:{'|'.join(SEASONS)})"
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

_WEEKDAY = rf"(?:(?P<weekday>{WEEKDAY}|{SHORT_WEEKDAY}\b\.?),? )?"
_OF_YEAR = rf"(?:\s?,? (?P<year>{YEAR})\b(?!-\d))?"
_PART_BEFORE = (
    r"(?:(?P<part>[Ee]arly|[Ll]ate|[Mm]id)[ -]"
    r"|(?:the )?(?P<edge>[Ee]nd|[Ss]tart|[Bb]eginning|[Mm]iddle|close|turn) of )?"
)
_PARTS = {"end": "late", "close": "late", "start": "early", "beginning": "early", "turn": "early", "middle": "mid"}
_NO_CLOCK = r"(?! ?(?:[ap]\.?m\b|o['’]clock))"

_NAME_BEHIND = re.compile(r" (?!(?:GMT|EST|EDT|ET|UTC|I|A)\b)[A-Z][a-z]")
_BEFORE_MONTH = re.compile(
    r"\b(?:in|since|until|till|by|from|during|of|before|after|to|and|or|through|throughout|around|between|last|this|next"
    r"|early|late|mid|every|each|for|as recently as|back in|late in|early in|per)[\s-]+$",
    re.IGNORECASE,
)
_NOUN_BEHIND = re.compile(r" (?!(?:in|at|and|or|to|by|on|for|with|when|that|as|was|is|of)\b)[a-z]+")
_NEARBY = 31
"""Days from publication within which a day without a year is the next one or the last, whatever stands beside it."""
_NAMES_TOO = frozenset(("April", "May", "June", "August", "March", "Jan", "Mar", "Jun"))
_RECURRING = re.compile(
    r"\b(?:every|each|annually|normal(?:ly)?|usually|typical(?:ly)?|on average)\b[^.]{0,120}$",
    re.IGNORECASE,
)
_LATER_YEAR = re.compile(
    rf"(?:{DASH}| (?:and|to|or|through|until|till) )(?P<month>{MONTH})(?: {DAY}\b)?\s?,? (?:of )?(?P<year>{YEAR})\b"
)
# A number of four digits is no year where it counts or names something else.
_COUNTED = (
    r"(?! ?(?:GMT|UTC|hours?\b|hrs\b|h\b|kms?\b|kilomet|met(?:er|re)s?\b|m\b|ft\b|feet|foot|miles?\b|acres?\b|tons?\b|"
    r"tonnes?\b|pounds?\b|lbs?\b|kg\b|mg\b|calories|dollars?\b|euros?\b|roubles|rubles|percent|per cent|degrees|rpm\b|"
    r"people|persons|men\b|women\b|children|soldiers|troops|deaths|miles|votes\b|points\b|jobs\b|homes\b|houses\b|words\b|"
    r"pages\b|seats\b|copies|employees|workers|members\b|students|units\b|times\b|residents|patients|migrants|refugees|"
    r"prisoners|passengers|rounds|doses|or so|more\b|others\b|different|square|cubic|%|°))"
)
_NUMBERED = re.compile(
    r"(?:\b(?:flight|room|no\.?|number|route|highway|resolution|article|section|about|nearly|some|than|least|over|almost"
    r"|around|approximately|another|these|those|channel|page|line|act|code|model)|[$€£¥#:/.,+\d-])\s*$",
    re.IGNORECASE,
)
_BEFORE_YEAR = re.compile(
    r"\b(?:in|since|until|till|by|from|during|before|after|year|circa|c\.|early|late|mid|AD|between|throughout)"
    r"[\s-]+(?:the )?$",
    re.IGNORECASE,
)
_CENTURIES = ORDINALS[9:]


def count_of(words: str) -> float:
    """Return the number that a count's words stand for."""
    folded = " ".join(words.lower().split())
    return _COUNTS[folded] if folded in _COUNTS else float(folded)


def _iso(match: Match, _setting: Setting) -> Resolution | None:
    period = day_of(int(match[1]), int(match[2]), int(match[3]))
    return Resolution(period, "day", f"a date: {period.iso()}") if period else None


def _slashed(match: Match, setting: Setting) -> Resolution | None:
    """Resolve 13/4/2022: in the order of day and month that the calendar allows, or of which the day is near."""
    one, two, year = int(match[1]), int(match[2]), int(match[3])
    readings = {p for p in (day_of(year, one, two), day_of(year, two, one)) if p}
    if not readings:
        return None
    published = setting.published
    near = [p for p in readings if published and p.gap(published) <= _NEARBY] if len(readings) > 1 else [*readings]
    if len(near) != 1:
        return Resolution(None, "day", "day and month may stand in either order", None)
    return Resolution(near[0], "day", f"a date: {near[0].iso()}")


def _day(match: Match, setting: Setting) -> Resolution | None:
    month, first, last = month_number(match["month"]), _digits_of(match["day"]), _digits_of(match["last"])
    if match["year"]:
        period = _days(int(match["year"]), month, first, last)
        return Resolution(period, "day", f"a date: {period.iso()}") if period else None
    if _RECURRING.search(setting.text[max(0, match.start() - 140) : match.start()]):
        return None
    later = _LATER_YEAR.match(setting.text, match.end())
    if later:
        period = _days(int(later["year"]) - (month > month_number(later["month"])), month, first, last)
        return Resolution(period, "day", f"in the year named after it: {period.iso()}") if period else None
    weekday = _weekday_number(match["weekday"])
    meant = without_year(match, setting, "day", lambda year: _days(year, month, first, last), weekday)
    if meant.anchor == "published" and _names_event(match, setting, meant.period):
        return Resolution(None, "day", "an event is named by it, which may be of any year", None)
    return meant


def _names_event(match: Match, setting: Setting, period: Period | None) -> bool:
    """True if a day of the months before or behind publication stands before a noun: "the January 6 attack"."""
    attributive = setting.text[max(0, match.start() - 4) : match.start()].lower() == "the " and _NOUN_BEHIND.match(
        behind(match, setting)
    )
    return bool(attributive and period and setting.published and period.gap(setting.published) > _NEARBY)


def _days(year: int, month: int, first: int, last: int | None) -> Period | None:
    begin = day_of(year, month, first)
    end = day_of(year, month, last) if last else begin
    if begin is None or end is None or begin.earliest is None or end.latest is None or end.latest < begin.earliest:
        return begin
    return Period(begin.earliest, end.latest)


def _month_and_year(match: Match, _setting: Setting) -> Resolution:
    period = _in_part(month_of(int(match["year"]), month_number(match["month"])), match)
    return Resolution(period, "month", f"a month: {period.iso()}")


def _month(match: Match, setting: Setting) -> Resolution | None:
    """Resolve a month without a year, unless it is a name ("Theresa May", "April Smith")."""
    name = match["month"].rstrip(".")
    before, following = setting.text[max(0, match.start() - 140) : match.start()], behind(match, setting)
    told = match["which"] or match["part"] or match["edge"] or match["of"]
    named = _NAME_BEHIND.match(following) or re.search(r"[A-Z][\w’'-]* $", before)
    if not told and named and name in _NAMES_TOO and re.search(r"\b(?:and|or|to|for|of|by|with) $", before):
        return None
    unsure = named or (name in _NAMES_TOO and not re.match(r"['’]s\b", following))
    if unsure and not told and not _BEFORE_MONTH.search(before):
        return None
    if _RECURRING.search(before) and not told:
        return None
    number = month_number(name)
    later = _LATER_YEAR.match(setting.text, match.end())
    if later and not match["of"]:
        period = _in_part(month_of(int(later["year"]) - (number > month_number(later["month"])), number), match)
        return Resolution(period, "month", f"in the year named after it: {period.iso()}")
    which, of = (match["which"] or "").lower(), (match["of"] or "").lower()
    if of in ("this", "last", "next"):
        shift = {"this": 0, "last": -1, "next": 1}[of]
        return from_publication(
            setting, "month", lambda day: _in_part(month_of(day.year + shift, number), match), f"{of} year"
        )
    if which in ("last", "this", "next"):
        return from_publication(
            setting, "month", lambda day: _in_part(_month_nearby(day, number, which), match), f"{which} {name}"
        )
    return without_year(match, setting, "month", lambda year: _in_part(month_of(year, number), match))


def _month_nearby(day: date, number: int, which: str) -> Period:
    if which == "last":
        return month_of(day.year - (number >= day.month), number)
    if which == "next":
        return month_of(day.year + (number <= day.month), number)
    return month_of(day.year, number)


def _in_part(period: Period, match: Match) -> Period:
    """Return the part of a period that the words before it name ("early", "the end of"), all of it where none do."""
    groups = match.groupdict()
    part = (groups.get("part") or _PARTS.get((groups.get("edge") or "").lower(), "")).lower()
    return part_of(period, part) if part else period


def _digits_of(text: str | None) -> int:
    """Return the number that the digits of a text make; 0 where it has none."""
    return int(re.sub(r"\D", "", text)) if text else 0


def _weekday_number(name: str | None) -> int | None:
    short = name.rstrip(".,")[:3] if name else None
    return next((number for number, full in enumerate(WEEKDAYS) if full[:3] == short), None)


def _year(match: Match, setting: Setting) -> Resolution | None:
    before = setting.text[max(0, match.start("year") - 25) : match.start("year")]
    counted = not re.match(_COUNTED, behind(match, setting))
    known = _BEFORE_YEAR.search(before) and not (counted and before.endswith(" in "))  # "cut in 2000 homes"
    if not match["part"] and not match["edge"] and not known:
        if _NUMBERED.search(before) or counted:
            return None
        if int(match["year"]) < 1500:
            return None
    period = _in_part(year_of(int(match["year"])), match)
    return Resolution(period, "year", f"a year: {period.iso()}")


def _year_range(match: Match, _setting: Setting) -> Resolution | None:
    first = int(match[1])
    last = int(match[2]) if len(match[2]) == 4 else first // 100 * 100 + int(match[2])
    if last <= first:
        return None
    return Resolution(years(first, last), "span", f"from {first} to {last}")


def _decade(match: Match, setting: Setting) -> Resolution | None:
    if match["short"]:
        published = setting.published.earliest.year if setting.published and setting.published.earliest else 2029
        decade = int(match["short"])
        start = published - (published - decade) % 100
    else:
        start = int(match["decade"])
    # "The 1800s" may mean the century; it is read as the decade, like "the 1980s".
    period = _in_part(years(start, start + 9), match)
    return Resolution(period, "decade", f"a decade: {period.iso()}")


def _century(match: Match, _setting: Setting) -> Resolution | None:
    word = match["century"].lower()
    number = _CENTURIES.index(word) + 10 if word in _CENTURIES else _digits_of(word)
    if not 1 <= number <= 99:
        return None
    period = _in_part(years(number * 100 - 99, number * 100), match)
    return Resolution(period, "century", f"a century: {period.iso()}")


_SCORE = re.compile(r"(?<![\d$€£.,-])\d{1,3}[-–]\d{1,3}(?![\d.,%-]\d|%|-\w)")
_NEAR = 100
"""Characters beside a quarter in which a score tells that it is one of a game."""


def _quarter(match: Match, setting: Setting) -> Resolution | None:
    number = QUARTERS[match["nth"].lower()] if match["nth"] else int(match["q"])
    if match["year"]:
        period = quarter_of(int(match["year"]), number)
        return Resolution(period, "quarter", f"a quarter: {period.iso()}")
    if _SCORE.search(setting.text[max(0, match.start() - _NEAR) : match.end() + _NEAR]):
        return None  # a quarter of a game
    if match["q"] or re.search(
        r"\b(?:in|of|for|into|during|since|this|last|the)\s+(?:the )?(?:fiscal )?$", _left(match, setting)
    ):
        if re.match(r" (?:of (?!the year)|(?:drive|touchdown|lead|score|with \d))", behind(match, setting)):
            return None
        return without_year(match, setting, "quarter", lambda year: quarter_of(year, number))
    return None


def _part_of_month(match: Match, setting: Setting) -> Resolution | None:
    """Resolve the first, second, third, fourth or last seven days of a month, or the weekday that lies in them."""
    number, nth, weekday = month_number(match["month"].rstrip(".")), match["nth"].lower(), match["weekday"]

    def in_year(year: int) -> Period:
        last = 7 * QUARTERS[nth] if nth in QUARTERS else monthrange(year, number)[1]
        days = [date(year, number, day) for day in range(last - 6, last + 1)]
        told = [day for day in days if weekday in (None, WEEKDAYS[day.weekday()])]
        return Period(told[0], told[-1])

    precision: Precision = "day" if weekday else "week"
    if _RECURRING.search(setting.text[max(0, match.start() - 140) : match.start()]):
        return Resolution(None, precision, "it recurs", None)
    if not match["year"]:
        return without_year(match, setting, precision, in_year)
    period = in_year(int(match["year"]))
    return Resolution(period, precision, f"a {precision} of a month: {period.iso()}")


def _months_of_year(match: Match, _setting: Setting) -> Resolution | None:
    """Resolve the first three months, the second half of a year."""
    year = int(match["year"])
    if match["half"]:
        first = 1 if match["half"].lower() == "first" else 7
        period = months_of(year, first, first + 5)
    else:
        count = count_of(match["count"])
        if not 1 <= count <= 12:
            return None
        first = 1 if match["end"].lower() == "first" else 13 - round(count)
        period = months_of(year, first, first + round(count) - 1)
    return Resolution(period, "span", f"part of {year}: {period.iso()}")


def _season(match: Match, _setting: Setting) -> Resolution:
    period = _in_part(season_of(int(match["year"]), match["season"].lower()), match)
    return Resolution(period, "season", f"a season (of the north): {period.iso()}")


def _left(match: Match, setting: Setting) -> str:
    return setting.text[max(0, match.start() - 25) : match.start()]


_LAST_DAY = rf"(?:(?:{DASH}| (?:to|and|or) )(?P<last>{DAY})(?![\d:%]| ?(?:{MONTH})))?"
_FIRST_DAY = rf"(?<![\d:.,$€£])(?P<day>{DAY})(?:(?:{DASH}| (?:to|and) )(?P<last>{DAY}))?"
_ORDINAL_CENTURY = rf"(?:\d{{1,2}}(?:st|nd|rd|th)|{'|'.join(_CENTURIES)})"
_THE_PART = (
    r"(?:\b(?P<part>[Ee]arly|[Ll]ate|[Mm]id)[ -](?:the )?|(?P<edge>[Ee]nd|[Ss]tart|[Bb]eginning|close) of the )?"
)
_FISCAL = rf",?(?: of)?(?: the)?(?: fiscal)?(?: year)? (?P<year>{YEAR})\b"
_END = rf"(?:(?P<half>first|second) half|(?P<end>first|last|final) (?P<count>{COUNT}) months)"
_SEASONS = rf"(?P<season>{SEASON}|{SEASON.title()})(?: of| in)? (?P<year>{YEAR})\b"
_PATTERNS = (
    (rf"\b({YEAR})-(\d\d)-(\d\d)\b", _iso),
    (rf"\b(\d{{1,2}})[/.](\d{{1,2}})[/.]({YEAR})\b", _slashed),
    (
        rf"\b{_WEEKDAY}(?P<month>{MONTH}) ?(?:the )?(?P<day>{DAY})(?![\d%]|[,:]\d){_NO_CLOCK}{_LAST_DAY}{_OF_YEAR}",
        _day,
    ),
    (rf"\b{_WEEKDAY}(?:the )?{_FIRST_DAY} (?:of )?(?P<month>{MONTH})\b{_OF_YEAR}", _day),
    (rf"{_PART_BEFORE}\b(?P<month>{MONTH})\s?,? ?(?:of )?(?P<year>{YEAR})\b(?!-\d)", _month_and_year),
    (
        rf"{_PART_BEFORE}(?:\b(?P<which>[Ll]ast|[Tt]his|[Nn]ext) )?\b(?P<month>{MONTH})(?![\w-])"
        r"(?: (?:of )?(?P<of>this|last|next) year)?",
        _month,
    ),
    (rf"\b({YEAR})(?:{DASH}|/)({YEAR}|\d\d)\b(?![-/\d])", _year_range),
    (rf"{_THE_PART}(?:\b(?P<decade>(?:1[0-9]|20)\d0)s\b|(?<!\w)['’](?P<short>\d0)s\b)", _decade),
    (rf"(?i:(?:\b(?P<part>{PART})[ -](?:the )?)?\b(?P<century>{_ORDINAL_CENTURY})[ -]century\b)", _century),
    (
        rf"(?i:\b(?:(?P<nth>first|second|third|fourth|[1-4](?:st|nd|rd|th))[ -]quarter|Q(?P<q>[1-4]))(?:{_FISCAL})?)",
        _quarter,
    ),
    (
        rf"(?i:\b(?:the )?(?P<nth>first|second|third|fourth|last|final) )(?:week|(?P<weekday>{WEEKDAY})) (?:of|in) "
        rf"(?P<month>{MONTH})(?:,? (?P<year>{YEAR})\b)?",
        _part_of_month,
    ),
    (
        rf"(?i:\b{_END} of (?P<year>{YEAR})\b)",
        _months_of_year,
    ),
    (rf"(?:\b(?P<part>[Ee]arly|[Ll]ate|[Mm]id)[ -])?\b{_SEASONS}", _season),
    (rf"{_PART_BEFORE}(?<![\w.,$€£#])(?P<year>{YEAR})(?![\w%]|[.,:]\d|-\d)", _year),
)
RULES = tuple(Rule(re.compile(pattern), resolve) for pattern, resolve in _PATTERNS)
"""Of overlapping expressions the one that begins first counts; of two that begin together, the longer one."""
