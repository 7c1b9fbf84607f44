"""When what a sentence tells holds: its time expressions with the words before them ("from 1915 to 1920")."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from qabot.answering.dates.period import Period
from qabot.answering.dates.resolution import TimeExpression

Bound = Literal["in", "since", "until", "span"]

_SINCE = re.compile(
    r"\b(?:since|ever since|after|from|starting|beginning|as of|effective)(?: (?:in|on|the|about|around))*\s$",
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


@dataclass(frozen=True)
class StatedTime:
    """A time that a sentence states for what it tells.

    Attributes:
        period: the days; open where it says "since" or "until" only.
        bound: ``span`` for a range, ``since`` and ``until`` for one that is open, ``in`` for all others.
        begins: whether the sentence tells of a change ("became", "moved"), after which the new state lasts.
    """

    period: Period
    bound: Bound
    begins: bool = False


def stated_times(
    text: str, expressions: Sequence[TimeExpression], start: int = 0, end: int | None = None
) -> tuple[StatedTime, ...]:
    """The times that the slice ``[start:end]`` of a text states: ranges joined, "since" and "until" open.

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
    skip = False
    for i, expression in enumerate(within):
        if skip:
            skip = False
            continue
        assert expression.period
        before = text[max(start, expression.start - 30) : expression.start]
        following = within[i + 1] if i + 1 < len(within) else None
        if following and following.period and (joined := _joined(text, before, expression, following)):
            found.append(StatedTime(joined, "span"))
            skip = True
        elif _ONGOING.match(text[expression.end : min(last, expression.end + 16)]):
            found.append(StatedTime(Period(expression.period.earliest, None), "since"))
        elif _SINCE.search(before):
            after = re.search(r"\bafter\b[^.]*$", before, re.IGNORECASE)
            begin = expression.period.latest if after else expression.period.earliest
            found.append(StatedTime(Period(begin, None), "since"))
        elif until := _UNTIL.search(before):
            first = expression.period.earliest
            strictly = first and re.match(r"before|prior", until[0], re.IGNORECASE) and first > date.min
            bound = first - timedelta(days=1) if strictly and first else expression.period.latest
            found.append(StatedTime(Period(None, bound), "until"))
        else:
            span: Bound = "span" if expression.precision == "span" else "in"
            found.append(StatedTime(expression.period, span, begins))
    return tuple(found)


def _joined(text: str, before: str, first: TimeExpression, last: TimeExpression) -> Period | None:
    """The range from one expression to the next, where the words between join them."""
    between = text[first.end : last.start]
    joining = _JOINING.fullmatch(between)
    assert first.period
    assert last.period
    if not joining:
        return None
    if re.search(r"\band\b", between, re.IGNORECASE) and not _BETWEEN.search(before):
        return None
    begin, end = first.period.earliest, last.period.latest
    if begin is None or end is None or end < begin:
        return None
    return Period(begin, end)


def periods(times: Iterable[StatedTime]) -> list[Period]:
    """Their periods."""
    return [time.period for time in times]
