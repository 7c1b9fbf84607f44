"""Time expressions of a text, and the days that they mean.

The expressions are found by patterns of ours: a library's own search takes "may" for a month and misses ranges. What is
relative is counted from the day of publication, or from the time told a few sentences before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from qabot.text.dates import calendar_rules, relative_rules
from qabot.text.dates.period import Period, parse_period
from qabot.text.dates.resolution import Match, Rule, Setting, TimeExpression

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

    Args:
        text: a sentence, a passage or a whole article.
        published: the ISO date of publication, of the precision that is known; None where it is not.
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
        resolution = rule.resolve(match, Setting(text, published, before))
        if resolution is None:
            continue
        expression = TimeExpression(
            match.start(),
            match.end(),
            match[0],
            resolution.period,
            resolution.precision,
            resolution.reasoning,
            resolution.anchor,
        )
        found.append(expression)
        if expression.period and expression.precision in _ANCHORS:
            told.append(expression)
    return tuple(found)


def _matches(text: str) -> list[tuple[Match, Rule]]:
    """Return what the rules find, in order; of what begins together the longest first."""
    matches = [(match, rule) for rule in RULES for match in rule.pattern.finditer(text)]
    return sorted(matches, key=lambda each: (each[0].start(), -each[0].end()))


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
