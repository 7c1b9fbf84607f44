"""What a rule about time expressions is given, and what it gives back."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from qabot.text.dates.period import Period

Precision = Literal["day", "week", "month", "quarter", "season", "year", "decade", "century", "span"]
Anchor = Literal["calendar", "published", "text"]


@dataclass(frozen=True)
class TimeExpression:
    """Words of a text that tell a time: its slice ``[start:end]``, and the days that they mean.

    Attributes:
        start: offset of its first character.
        end: offset after its last.
        text: the words.
        period: the days meant; None where they stay relative, because nothing dates what they are relative to.
        precision: how exactly the words tell it.
        reasoning: in words how the days were found, or why not.
        anchor: what they were counted from: the calendar alone, the day of publication, or a date told before.
    """

    start: int
    end: int
    text: str
    period: Period | None
    precision: Precision
    reasoning: str
    anchor: Anchor | None


@dataclass(frozen=True)
class Setting:
    """Where an expression stands.

    Attributes:
        text: the whole text.
        published: the days on which it may have been published; None where that is unknown.
        before: the last resolved expression a few sentences before; None where there is none.
    """

    text: str
    published: Period | None
    before: TimeExpression | None


@dataclass(frozen=True)
class Resolution:
    """The days that an expression means, as in `TimeExpression`."""

    period: Period | None
    precision: Precision
    reasoning: str
    anchor: Anchor | None = "calendar"


Match = re.Match[str]


@dataclass(frozen=True)
class Rule:
    """Expressions of one form.

    Attributes:
        pattern: finds them.
        resolve: the days that one means; None where what was found is no time expression after all.
    """

    pattern: re.Pattern[str]
    resolve: Callable[[Match, Setting], Resolution | None]


def from_publication(
    setting: Setting, precision: Precision, meant: Callable[[date], Period | None], how: str
) -> Resolution:
    """What an expression means that is relative to the day of publication.

    Where only the month or year of publication is known, it is resolved if every day of these would give the same.
    """
    published = setting.published
    if published is None or published.earliest is None or published.latest is None:
        return Resolution(None, precision, f"{how}; the publication date is unknown", None)
    try:
        period, other = meant(published.earliest), meant(published.latest)
    except (OverflowError, ValueError):
        period = other = None
    if period is None or period != other:
        return Resolution(None, precision, f"{how}; published {published.iso()}, which is not exact enough", None)
    return Resolution(period, precision, f"{how}, published {published.iso()}: {period.iso()}", "published")


def from_text(setting: Setting, precision: Precision, meant: Callable[[Period], Period | None], how: str) -> Resolution:
    """What an expression means that is relative to the time told before it."""
    before = setting.before
    if before is None or before.period is None:
        return Resolution(None, precision, f"{how}; no date is told before it", None)
    try:
        period = meant(before.period)
    except (OverflowError, ValueError):
        period = None
    if period is None:
        return Resolution(None, precision, f"{how} “{before.text}”, which is not exact enough", None)
    return Resolution(period, precision, f"{how} “{before.text}” ({before.period.iso()}): {period.iso()}", "text")
