"""Time in questions ("between 1918 and 1919", "last year", "now"), and how sentences fit it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from qabot.text.dates.expressions import StatedTime, stated_times, time_expressions
from qabot.text.dates.period import Period
from qabot.text.dates.resolution import TimeExpression

_YEAR = 365.25  # days
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
    """Return the time that a question asks about; None where it speaks of none.

    Args:
        question: as it stands alone.
        today: what "last year" is counted from; None: that is not understood, only what the calendar dates.
    """
    expressions = time_expressions(question, today.isoformat() if today else None)
    times = stated_times(question, [e for e in expressions if e.text.lower() != "today"])
    newest = bool(_NOW.search(question) or _LATEST.search(question))
    if times:
        return TimeConstraint(_asked(times), newest, expressions=expressions)
    return TimeConstraint(newest=True, expressions=expressions) if newest else None


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
    return min(5.0, max(30, 2 * (last - first + 1)) / _YEAR)


def _near(days: int, scale: float) -> float:
    """Return 1 for no distance, 1/e for ``scale`` years."""
    return math.exp(-days / (scale * _YEAR))
