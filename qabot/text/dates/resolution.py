"""What a rule about time expressions is given and gives back, and what expressions are counted from.

The tense of the verb beside an expression tells whether it looks back or forward: "said on Thursday", "will meet on
Thursday".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from qabot.text.dates.period import Period
from qabot.text.lexicon import HONORIFICS

Precision = Literal["day", "week", "month", "quarter", "season", "year", "decade", "century", "span"]
Anchor = Literal["calendar", "published", "text"]
Tense = Literal["past", "future"]

_LEFT, _RIGHT = 110, 70  # characters that are looked at
_CLAUSE_END = re.compile(r"[.!?;\n][”\"]?(?:\s|$)|,[”\"]\s|\s[–—]\s")
_ABBREVIATED = re.compile(rf"\b(?:{'|'.join(HONORIFICS)}|St|Gen|Sen|Rep|Gov|Lt|Col|[A-Z])\.\s")
_FUTURE = re.compile(
    r"\b(?:will|won['’]t|shall|going to|(?:is|are|was|be) (?:set|expected|scheduled|due|slated|planned|likely)"
    r"|(?:is|are) to be|scheduled|expected|slated|plan(?:s|ning)? (?:to|for)|hop(?:es?|ing) to|aims? to|upcoming"
    r"|deadline|would|could|might|as early as)\b|['’]ll\b",
    re.IGNORECASE,
)
_PRESENT_FUTURE = re.compile(
    r"\b(?:starts?|begins?|opens?|(?:kicks?|tees?) off|airs?|premieres?|takes? place|ends?|comes|arrives?|launch(?:es)?"
    r"|is|are|coming|starting|beginning|runs?|set|due|meets?|holds?|due)\W+(?:\w+\W+){0,2}(?:on|for|in|from|to)?\s*$",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"\b(?:until|till|through|by|before|ahead of)(?: (?:at least|the|early|late|mid|noon))*[ -]$", re.IGNORECASE
)
_PAST = re.compile(
    r"\b(?:was|were|had|did|said|told|went|came|took|made|gave|got|saw|found|held|met|won|lost|left|led|began|became"
    r"|broke|fell|rose|hit|struck|wrote|spoke|sent|set|put|cut|shot|ran|kept|grew|drew|flew|threw|knew|thought|brought"
    r"|bought|sold|sought|caught|taught|fought|showed|shown|sang|stood|understood|paid|felt|heard|read|since"
    r"|after(?! all\b)|ago|recently|\w{2,}ed)\b",
    re.IGNORECASE,
)
_TO_BE = re.compile(
    r"\b(?:will|would|shall|should|may|might|can|could|must|to) (?:\w+ly )?be (?:\w+ly )?$", re.IGNORECASE
)
_NO_PAST = re.compile(r"(?:need|speed|feed|seed|indeed|exceed|proceed|united|hundred|red)$", re.IGNORECASE)


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


def tense_beside(text: str, start: int, end: int) -> Tense | None:
    """The tense of the verb next to the expression ``[start:end]`` within its clause; None where there is no sign."""
    left, right = _clause(text, start, end)
    if _PRESENT_FUTURE.search(left) and not re.search(r"\w+ed\W+(?:on)?\s*$", left):
        return "future"
    if _UNTIL.search(left):
        return "future"
    nearest: tuple[float, Tense] | None = None
    for tense, pattern in (("past", _PAST), ("future", _FUTURE)):
        for match in pattern.finditer(left):
            if tense == "past" and _TO_BE.search(left[: match.start()]):
                continue  # "will be held"
            nearest = _nearer(nearest, len(left) - match.end(), tense, match[0])
        # What stands behind the expression speaks for it less, but for the verb that follows it ("on Thursday sought").
        for match in pattern.finditer(right):
            nearest = _nearer(nearest, match.start() + (25 if match.start() > 2 else 0), tense, match[0])
    return nearest[1] if nearest else None


def _nearer(nearest: tuple[float, Tense] | None, distance: float, tense: str, word: str) -> tuple[float, Tense] | None:
    if tense == "past" and _NO_PAST.search(word):
        return nearest
    if nearest is None or distance < nearest[0]:
        return distance, "past" if tense == "past" else "future"
    return nearest


def _clause(text: str, start: int, end: int) -> tuple[str, str]:
    left, right = text[max(0, start - _LEFT) : start], text[end : end + _RIGHT]
    masked = _ABBREVIATED.sub(lambda m: "x" * len(m[0]), left)
    ends = [match.end() for match in _CLAUSE_END.finditer(masked)]
    behind = _CLAUSE_END.search(right)
    return left[ends[-1] if ends else 0 :], right[: behind.start()] if behind else right
