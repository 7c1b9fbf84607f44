"""Years and what is longer or a part of them: "in 2003", "the 1990s", "the third quarter of 2023", "2004–09"."""

from __future__ import annotations

import re

from qabot.text.dates.day_rules import PART_BEFORE, digits_of, in_part, without_year
from qabot.text.dates.patterns import COUNT, DASH, ORDINALS, PART, SEASON, YEAR, count_of
from qabot.text.dates.period import months_of, quarter_of, season_of, year_of, years
from qabot.text.dates.resolution import Match, Resolution, Rule, Setting

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


def _year(match: Match, setting: Setting) -> Resolution | None:
    before = setting.text[max(0, match.start("year") - 25) : match.start("year")]
    known = _BEFORE_YEAR.search(before)
    if not match["part"] and not match["edge"] and not known:
        if _NUMBERED.search(before) or not re.match(_COUNTED, setting.text[match.end() : match.end() + 20]):
            return None
        if int(match["year"]) < 1500:
            return None
    period = in_part(year_of(int(match["year"])), match)
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
        start = (
            (published // 100 * 100 + decade) if published % 100 >= decade else published // 100 * 100 - 100 + decade
        )
    else:
        start = int(match["decade"])
    # In a question "the 1800s" may be the century; in news it is told apart by "early" alone, which suits both.
    period = in_part(years(start, start + 9), match)
    return Resolution(period, "decade", f"a decade: {period.iso()}")


_CENTURIES = (
    "tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
    " twenty-first"
).split()


def _century(match: Match, _setting: Setting) -> Resolution | None:
    word = match["century"].lower()
    number = _CENTURIES.index(word) + 10 if word in _CENTURIES else digits_of(word)
    if not 1 <= number <= 99:
        return None
    period = in_part(years(number * 100 - 99, number * 100), match)
    return Resolution(period, "century", f"a century: {period.iso()}")


def _quarter(match: Match, setting: Setting) -> Resolution | None:
    number = ORDINALS[match["nth"].lower()] if match["nth"] else int(match["q"])
    if match["year"]:
        period = quarter_of(int(match["year"]), number)
        return Resolution(period, "quarter", f"a quarter: {period.iso()}")
    if match["q"] or re.search(
        r"\b(?:in|of|for|into|during|since|this|last|the)\s+(?:the )?(?:fiscal )?$", _left(match, setting)
    ):
        if re.match(r" (?:of (?!the year)|(?:drive|touchdown|lead|score|with \d))", setting.text[match.end() :]):
            return None
        return without_year(match, setting, "quarter", lambda year: quarter_of(year, number))
    return None


def _months_of_year(match: Match, _setting: Setting) -> Resolution | None:
    """The first three months, the second half of a year."""
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
    period = in_part(season_of(int(match["year"]), match["season"].lower()), match)
    return Resolution(period, "season", f"a season (of the north): {period.iso()}")


def _left(match: Match, setting: Setting) -> str:
    return setting.text[max(0, match.start() - 25) : match.start()]


_ORDINAL_CENTURY = rf"(?:\d{{1,2}}(?:st|nd|rd|th)|{'|'.join(_CENTURIES)})"
_THE_PART = (
    r"(?:\b(?P<part>[Ee]arly|[Ll]ate|[Mm]id)[ -](?:the )?|(?P<edge>[Ee]nd|[Ss]tart|[Bb]eginning|close) of the )?"
)
_FISCAL = rf",?(?: of)?(?: the)?(?: fiscal)?(?: year)? (?P<year>{YEAR})\b"
_END = rf"(?:(?P<half>first|second) half|(?P<end>first|last|final) (?P<count>{COUNT}) months)"
_SEASONS = rf"(?P<season>{SEASON}|{SEASON.title()})(?: of| in)? (?P<year>{YEAR})\b"
_PATTERNS = (
    (rf"\b({YEAR})(?:{DASH}|/)({YEAR}|\d\d)\b(?![-/\d])", _year_range),
    (rf"{_THE_PART}(?:\b(?P<decade>(?:1[0-9]|20)\d0)s\b|(?<!\w)['’](?P<short>\d0)s\b)", _decade),
    (rf"(?i:(?:\b(?P<part>{PART})[ -](?:the )?)?\b(?P<century>{_ORDINAL_CENTURY})[ -]century\b)", _century),
    (
        rf"(?i:\b(?:(?P<nth>first|second|third|fourth|[1-4](?:st|nd|rd|th))[ -]quarter|Q(?P<q>[1-4]))(?:{_FISCAL})?)",
        _quarter,
    ),
    (
        rf"(?i:\b{_END} of (?P<year>{YEAR})\b)",
        _months_of_year,
    ),
    (rf"(?:\b(?P<part>[Ee]arly|[Ll]ate|[Mm]id)[ -])?\b{_SEASONS}", _season),
    (rf"{PART_BEFORE}(?<![\w.,$€£#])(?P<year>{YEAR})(?![\w%]|[.,:]\d|-\d)", _year),
)
RULES = tuple(Rule(re.compile(pattern), resolve) for pattern, resolve in _PATTERNS)
"""The rules; where two find overlapping expressions, the longer one counts."""
