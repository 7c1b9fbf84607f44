"""Times: the expressions of a text and the days that they mean, what sentences state, and what a question asks about.

The expressions are found by patterns of ours: a library's own search takes "may" for a month and misses ranges. What is
relative is counted from the day of publication, or from the time told a few sentences before.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from qabot.text.dates import calendar_rules, relative_rules
from qabot.text.dates.calendar_rules import DAY, MONTH, QUARTERS, SEASON, WEEKDAY, YEAR
from qabot.text.dates.period import Period, parse_period
from qabot.text.dates.resolution import Match, Rule, Setting, TimeExpression
from qabot.text.lexicon import TIME_UNIT
from qabot.text.quantities import NUMBER

RULES = (*calendar_rules.RULES, *relative_rules.RULES)
_REACH = 500
"""Characters back within which a told time dates what follows it ("six years later")."""
_ANCHORS = frozenset({"day", "week", "month", "quarter", "season", "year", "decade"})

Bound = Literal["in", "since", "until", "span"]

_SINCE = re.compile(
    r"\b(?:since|ever since|after|from|starting|beginning|effective)(?: (?:in|on|the|about|around))*\s$",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"\b(?:until|till|til|before|by|through|prior to|up to|to)"
    r"(?: (?:in|on|the|about|around|(?:its|his|her) \w+ in))*\s$",
    re.IGNORECASE,
)
_JOINING = re.compile(
    r"\s?(?:[-–—]|to|until|till|through|and|up to|when|up until)\s?(?:the |in |on |about )*", re.IGNORECASE
)
_ONGOING = re.compile(
    r"\s?(?:[-–—]\s?|to |until |till )(?:the )?(?:present|now|today|date)\b"
    r"|\s?[-–—]\s?\)|\s(?:onwards?|on\b(?! \w+day))",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\b(?:between|from)(?: (?:the|in|on|about|early|late))*\s$", re.IGNORECASE)
_BEGINNING = re.compile(
    r"\b(?:became|becomes|joined|joins|appointed|named|elected|moved|signed|transferred|took|takes|started|began|begins"
    r"|founded|opened|established|created|renamed|inherited|acquired|bought|purchased|sold|succeeded|replaced|married"
    r"|designated|declared|granted|promoted|returned|switched|changed|launched|accepted|hired|entered|introduced|assumed)\b",
    re.IGNORECASE,
)
_LIFE = re.compile(r"\(\s?(?:[^()]{0,60}[;,]\s?)?(?:born |b\. ?)?$|\bborn\s(?:on |in )?$", re.IGNORECASE)
_LONGEST_OFFICE = 40
"""Years from which on a range of years in brackets behind a name is taken for a life."""


def time_expressions(text: str, published: str | None = None) -> tuple[TimeExpression, ...]:
    """Return the time expressions of a text, in order, without overlaps.

    ``published`` is the ISO date of publication, of the precision that is known; None where it is not.
    """
    return _expressions(text, parse_period(published))


@lru_cache(maxsize=512)
def _expressions(text: str, published: Period | None) -> tuple[TimeExpression, ...]:
    found: list[TimeExpression] = []
    told: list[TimeExpression] = []
    for match, rule in _matches(text):
        if found and match.start() < found[-1].end:
            continue
        before = told[-1] if told and match.start() - told[-1].end <= _REACH else None
        meant = rule.resolve(match, Setting(text, published, before))
        if meant is None:
            continue
        expression = TimeExpression(
            *match.span(), match[0], meant.period, meant.precision, meant.reasoning, meant.anchor
        )
        found.append(expression)
        if expression.period and expression.precision in _ANCHORS:
            told.append(expression)
    return tuple(found)


def _matches(text: str) -> list[tuple[Match, Rule]]:
    """Return what the rules find, in order; of what begins together the longest first."""
    matches = [(match, rule) for rule in RULES for match in rule.pattern.finditer(text)]
    return sorted(matches, key=lambda each: (each[0].start(), -each[0].end()))


_YEARS = rf"{YEAR}(?:\s?[-–—/]\s?(?:{YEAR}|\d{{2}})\b)?"
_PART_OF = r"(?:(?:early|late|the (?:start|beginning|middle|end) of) )"
DATE_FORMS = {
    "time": re.compile(
        r"\b\d{1,2}(?:[:.]\d{2})?\s?[ap]\.?m\.?|\b\d{1,2}:\d{2}\b|\b(?:noon|midnight)\b"
        rf"|\b{NUMBER} o['’]clock\b|\bhalf past {NUMBER}\b|\b\d{{1,2}}h\d\d\b"
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
    "year": re.compile(rf"\b(?:the )?{YEAR}s\b|\b{_YEARS}(?![\d,.]*\d)|\b[\w-]+ century\b|\b\d+ BC\b|\bAD \d+\b"),
    "relative": re.compile(
        rf"\b(?:(?:{NUMBER}|a few|a|an|several|many) )?{TIME_UNIT} (?:later|ago|earlier|before|after)\b"
        rf"|\b(?:in|within) (?:{NUMBER}|an?|a few|several) {TIME_UNIT}(?:['’] time)?\b|\b(?:at the )?age of \d+\b"
        rf"|\b(?:(?:christmas|new year['’]s) (?:day|eve)|christmas|easter|thanksgiving|ramadan|passover|diwali|eid)\b"
        rf"|\b(?:{'|'.join(QUARTERS)})[ -]quarter\b|\bat (?:dawn|dusk|sunrise|sunset)\b"
        rf"|\b(?:earlier|later) this {TIME_UNIT}\b|\b(?:yesterday|today|tonight|tomorrow)\b|\b(?:on )?{WEEKDAY}\b"
        rf"|\b{_PART_OF}?(?:last|this|next|the following|the previous|the past|the coming) "
        rf"(?:{TIME_UNIT}|{WEEKDAY}|{SEASON}|weekend|morning|afternoon|evening|night)\b"
        rf"|\b{_PART_OF}the (?:{TIME_UNIT}|weekend)\b|\b(?:in|the) {SEASON}\b"
        r"|\b(?:over|at|on) the weekend\b|\bovernight\b",
        re.IGNORECASE,
    ),
}
"""What a time that answers a question looks like, whole: "on Monday" is one, though nothing dates it."""


@dataclass(frozen=True)
class StatedTime:
    """A time that a sentence states for what it tells.

    Attributes:
        period: the days; open where it says "since" or "until" only.
        bound: ``span`` for a range, ``since`` and ``until`` for one that is open, ``in`` for all others.
        begins: whether the sentence tells of a change ("became", "moved"), after which the new state lasts.
        start: offset of its first character in the text.
        end: offset after its last.
    """

    period: Period
    bound: Bound
    begins: bool = False
    start: int = 0
    end: int = 0


def stated_times(
    text: str, expressions: Sequence[TimeExpression], start: int = 0, end: int | None = None
) -> tuple[StatedTime, ...]:
    """Return the times that the slice ``[start:end]`` of a text states: ranges joined, "since" and "until" open.

    The dates of a life behind a name ("(16 October 1911 – 5 January 2006)") are none.

    Args:
        text: what the expressions were found in.
        expressions: its time expressions, in order.
        start: of the sentence.
        end: of the sentence; None: of the text.
    """
    last = len(text) if end is None else end
    within = [e for e in expressions if e.period and start <= e.start and e.end <= last]
    begins = bool(_BEGINNING.search(text[start:last]))
    found: list[StatedTime] = []
    rest = zip(within, [*within[1:], None], strict=False)
    for expression, following in rest:
        assert expression.period
        before = text[max(start, expression.start - 80) : expression.start]
        joined = _joined(text, before, expression, following) if following else None
        if following and joined:
            next(rest, None)
            if not (_LIFE.search(before) and _is_life(expression, following)):
                found.append(StatedTime(joined, "span", False, expression.start, following.end))
        elif not (_LIFE.search(before) and _is_day(expression)):
            period, bound = _bounded(before, text[expression.end : min(last, expression.end + 16)], expression)
            found.append(StatedTime(period, bound, begins and bound == "in", expression.start, expression.end))
    return tuple(found)


def _bounded(before: str, behind: str, expression: TimeExpression) -> tuple[Period, Bound]:
    """Return the period of one expression, with an open end where the words beside it say so."""
    period = expression.period
    assert period
    if _ONGOING.match(behind):
        return Period(period.earliest, None), "since"
    if since := _SINCE.search(before):
        after = since[0].lower().startswith("after")
        return Period(period.latest if after else period.earliest, None), "since"
    if until := _UNTIL.search(before):
        strictly = until[0].lower().startswith(("before", "prior"))
        if strictly and period.earliest and period.earliest > date.min:
            return Period(None, period.earliest - timedelta(days=1)), "until"
        return Period(None, period.latest), "until"
    return period, "span" if expression.precision == "span" else "in"


def _joined(text: str, before: str, first: TimeExpression, last: TimeExpression) -> Period | None:
    """Return the range from one expression to the next; None where the words between do not join them."""
    between = text[first.end : last.start]
    assert first.period
    assert last.period
    if not _JOINING.fullmatch(between):
        return None
    if re.search(r"\band\b", between, re.IGNORECASE) and not _BETWEEN.search(before):
        return None
    begin, end = first.period.earliest, last.period.latest
    return Period(begin, end) if begin and end and begin <= end else None


def _is_day(expression: TimeExpression) -> bool:
    period = expression.period
    return period is not None and period.earliest == period.latest


def _is_life(born: TimeExpression, died: TimeExpression) -> bool:
    assert born.period
    assert died.period
    return born.precision == died.precision == "day" or born.period.gap(died.period) > _LONGEST_OFFICE * 365


_DAYS_OF_YEAR = 365.25  # days
_YEARS_LOOKED_FOR = 12
_UNTIMELY = 0.7
_UNKNOWN = 0.8

_NOW = re.compile(
    r"\b(?:now(?!\s+(?:that|famous|known|non|defunct))|nowadays|currently|at present|at the moment|right now|presently"
    r"|these days|so far|to date|(?:the )?current(?= )|today(?=\W*$)|(?<=\w )still)\b"
    r"|^(?:is|are) [^,;?]{2,60}? (?!during|building|morning|evening|anything|something)\w{3,}ing\b",
    re.IGNORECASE,
)
"""How a question asks how things stand: "who leads it now", "is it still so", "is Russia considering ..."."""
_LATEST = re.compile(r"\b(?:latest|most recent(?:ly)?|newest|last (?:known|time)|recently)\b", re.IGNORECASE)


_BEFORE_YEAR_ASKED = re.compile(
    r"(?:^|[,(–-]\s?|\b(?:in|since|until|till?|by|from|during|before|after|between|and|or|to|of|for"
    r"|around|about|circa|early|late|mid|end|through|throughout|year|spring|summer|autumn|fall|winter)[\s-]+)$",
    re.IGNORECASE,
)
"""What stands before a year that is a time; any other is part of a name: "the 1951 convention", "Agenda 2030"."""
_ASKS_WHEN = re.compile(r"\bwhen\b|\b(?:what|which) (?:year|month|day|date|decade)\b", re.IGNORECASE)
_COMPARED = re.compile(r"\b(?:than|compared (?:with|to))(?: in| for)? $", re.IGNORECASE)


@dataclass(frozen=True)
class TimeConstraint:
    """The time that a question asks about.

    Attributes:
        period: the days; None where the question names none.
        newest: whether it asks how things stand now, or for the latest: the newest article counts.
        expressions: what the question says of time, resolved, with offsets into it.
        as_told: whether it asks about a time that is near today, which the articles do not reach: what they say counts
            as of their own day, which the answer is to name.
    """

    period: Period | None = None
    newest: bool = False
    expressions: tuple[TimeExpression, ...] = ()
    as_told: bool = False

    @property
    def relative(self) -> bool:
        """True if its days were counted from today."""
        return any(e.anchor == "published" for e in self.expressions)


def time_constraint(question: str, today: date | None = None) -> TimeConstraint | None:
    """Return the time that a question, which stands alone, asks about; None where it speaks of none.

    "Last year" is counted from today; where that is None, only what the calendar dates is understood.
    """
    expressions = time_expressions(question, today.isoformat() if today else None)
    times = stated_times(question, [e for e in expressions if _is_asked(question, e, today)])
    newest = bool(_NOW.search(question) or _LATEST.search(question))
    if times:
        return TimeConstraint(_asked(times), newest, expressions=expressions)
    return TimeConstraint(newest=True, expressions=expressions) if newest else None


def _is_asked(question: str, expression: TimeExpression, today: date | None) -> bool:
    """True if an expression of a question bounds what is asked: not "today", nor a year that is compared with.

    Nor is one in a name where it is asked when, or one to come: what is told of the "2034 World Cup" is of before.
    """
    before = question[: expression.start]
    if expression.text.lower() == "today" or _COMPARED.search(before):
        return False
    in_name = expression.text.isdigit() and not _BEFORE_YEAR_ASKED.search(before)
    to_come = in_name and today is not None and int(expression.text) > today.year
    return not (to_come or (in_name and _ASKS_WHEN.search(question)))


def _asked(times: Sequence[StatedTime]) -> Period:
    """Return what all times of a question have in common ("since 1990", "in May"), else the first of them."""
    asked = times[0].period
    for time in times[1:]:
        if asked.meets(time.period):
            earliest = max((p.earliest for p in (asked, time.period) if p.earliest), default=None)
            latest = min((p.latest for p in (asked, time.period) if p.latest), default=None)
            asked = Period(earliest, latest)
    return asked


def time_fit(constraint: TimeConstraint | None, times: Sequence[StatedTime], published: Period | None = None) -> float:
    """Return how well the times that a sentence states fit the time that a question asks about.

    Args:
        constraint: of the question; None: it asks about no time, and everything fits.
        times: those that the sentence states; none: it tells how things stood when its article was published.
        published: the publication date of its article.

    Returns:
        Between 0 and 1. 1: the sentence states a time within what is asked, or states none and its article is of
        that time. .8: nothing is known of its time. A change before the time asked about ("moved in 1915") fits less
        the longer ago it was; a time that does not meet the one asked about fits the less the farther it is, at most
        .25.
    """
    if constraint is None or constraint.period is None:
        return 1.0
    asked = constraint.period
    if not times:
        return _near(published.gap(asked), _scale(asked)) if published else _UNKNOWN
    return max(_fit_of(asked, time) for time in times)


def timeliness(constraint: TimeConstraint | None, text: str, published: Period | None) -> float:
    """Return how well a passage may fit the time asked about, by its day and the years in it: 1 or .7."""
    if constraint is None or constraint.period is None or constraint.newest:
        return 1.0
    first, last = constraint.period.earliest, constraint.period.latest
    if published is None or published.meets(constraint.period) or first is None or last is None:
        return 1.0
    years = range(first.year, last.year + 1)
    return 1.0 if any(str(year) in text for year in years[:_YEARS_LOOKED_FOR]) else _UNTIMELY


def _fit_of(asked: Period, time: StatedTime) -> float:
    stated = time.period
    if stated.meets(asked):
        if time.bound in ("since", "until"):
            # The tighter the known end is to what is asked, the likelier it is that no other state came between.
            edge = stated.earliest or stated.latest
            border = asked.earliest if stated.earliest else asked.latest
            distance = abs((edge - border).days) if edge and border else 0
            return 0.6 + 0.3 * _near(distance, 10)
        return 0.8 + 0.2 * stated.share_within(asked)
    if time.begins and stated.latest and asked.earliest and stated.latest < asked.earliest:
        return 0.3 + 0.4 * _near(stated.gap(asked), 5)
    return 0.25 * _near(stated.gap(asked), 2)


def _scale(asked: Period) -> float:
    """Return in how many years a sentence without a time stops fitting: 5, less where a short time is asked about."""
    first, last = asked.ordinals()
    return min(5.0, max(30, 2 * (last - first + 1)) / _DAYS_OF_YEAR)


def _near(days: int, scale: float) -> float:
    """Return 1 for no distance, 1/e for ``scale`` years."""
    return math.exp(-days / (scale * _DAYS_OF_YEAR))
