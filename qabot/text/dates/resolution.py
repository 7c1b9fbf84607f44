"""The types of rules about time expressions, and what relative expressions are counted from.

The tense of the verb beside an expression tells whether it looks back or forward: "said on Thursday", "will meet on
Thursday".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from qabot.text.dates.period import Period
from qabot.text.lexicon import HONORIFICS

Precision = Literal["day", "week", "month", "quarter", "season", "year", "decade", "century", "span"]
Anchor = Literal["calendar", "published", "text"]
Tense = Literal["past", "future"]

_LEFT, _RIGHT = 110, 70  # characters that are looked at
_BESIDE = 20  # that tell of what kind an expression is
_CLAUSE_END = re.compile(r"[.!?;\n][”\"]?(?:\s|$)|,[”\"]\s|\s[–—-]\s")
_ABBREVIATED = re.compile(rf"\b(?:{'|'.join(HONORIFICS)}|St|Gen|Sen|Rep|Gov|Lt|Col|[A-Z])\.\s")
_FUTURE = re.compile(
    r"\b(?:will|won['’]t|shall|going to|(?:is|are|was|be) (?:set|expected|scheduled|due|slated|planned|likely)"
    r"|(?:is|are) to be|scheduled|expected|slated|plan(?:s|ned|ning) (?:to|for|an?)|plan to"
    r"|prepar(?:e|es|ing) (?:to|for)|hop(?:es?|ing) to|aims? to|upcoming"
    r"|deadline|would|could|might|as early as"
    r"|postponed|rescheduled|delayed|(?:put|pushed) (?:back|off)|brought forward)\b"
    r"|['’]ll\b",
    re.IGNORECASE,
)
_PRESENT_FUTURE = re.compile(
    r"\b(?:starts?|begins?|opens?|(?:kicks?|tees?) off|airs?|premieres?|takes? place|ends?|comes|arrives?|launch(?:es)?"
    r"|is|are|coming|starting|beginning|runs?|set|due|meets?|holds?|expires?|terminates?"
    r"|resumes?|finish(?:es)?)\W+(?:\w+\W+){0,2}(?:on|for|in|from|to)?\s*$",
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
_PLUPERFECT = re.compile(
    r"\bhad (?:(?:\w+ly|not|never|already|first) )*(?P<verb>\w+ed|been|become|begun|bought|brought|built|come|done"
    r"|fallen|fled|found|given|gone|held|hit|kept|known|led|left|lost|made|met|risen|said|seen|sent|sold|sworn|taken|told"
    r"|won|written)\b",
    re.IGNORECASE,
)
_TO_BE = re.compile(
    r"\b(?:(?:will|would|shall|should|may|might|can|could|must|to) (?:\w+ly )?be|as) (?:\w+ly )?$", re.IGNORECASE
)
_NO_PAST = re.compile(r"(?:need|speed|feed|seed|indeed|exceed|proceed|united|hundred|red)$", re.IGNORECASE)
_NARRATED = 250
"""Characters that a year told reaches on, where the publication date is known."""
_SOON, _LONG_AGO = 31, 300  # days
_FAR = 3
"""Without a tense, a date without a year is taken for the next one where that is this much nearer than the last."""


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


def behind(match: Match, setting: Setting) -> str:
    """Return what follows an expression, as much as tells of what kind it is: all of it may be a megabyte."""
    return setting.text[match.end() : match.end() + _BESIDE]


def from_publication(
    setting: Setting, precision: Precision, meant: Callable[[date], Period | None], how: str
) -> Resolution:
    """Return what an expression means that is relative to the day of publication.

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
    """Return what an expression means that is relative to the time told before it."""
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


def without_year(
    match: Match,
    setting: Setting,
    precision: Precision,
    in_year: Callable[[int], Period | None],
    weekday: int | None = None,
) -> Resolution:
    """Resolve a date without a year.

    It lies in the year of the story that is told before it (see `_narrated_year`); else it is the last such date on or
    before publication, or the next one where the verb looks forward or where that is much nearer.

    Args:
        match: the expression.
        setting: where it stands.
        precision: of the expression.
        in_year: the period in a given year, None where that year has none.
        weekday: its weekday, 0 for Monday, which settles the year.
    """
    told = _narrated_year(match, setting)
    if told:
        period = in_year(told)
        if period and _is_before(period, setting) and not _told_back(match, setting):
            period = in_year(told + 1)  # "In December 2021 ..., on 5 January"
        if period and _falls_on(period, weekday):
            how = f"in the year of “{setting.before.text if setting.before else told}”: {period.iso()}"
            return Resolution(period, precision, how, "text")
    tense = tense_beside(setting.text, match.start(), match.end())

    how = {"past": "the last one before", "future": "the next one after", None: "the nearest to"}[tense]
    return from_publication(
        setting, precision, lambda day: _nearest_year(day, tense, in_year, weekday), f"{how} publication"
    )


def _nearest_year(
    day: date, tense: Tense | None, in_year: Callable[[int], Period | None], weekday: int | None
) -> Period | None:
    """Return the period of the year that is meant on a day: the last one so far, or the next one."""
    found = [p for year in range(day.year - 6, day.year + 7) if (p := in_year(year)) and _falls_on(p, weekday)]
    now = day.toordinal()
    last = max((p for p in found if p.ordinals()[0] <= now), key=Period.ordinals, default=None)
    following = min((p for p in found if p.ordinals()[1] >= now), key=Period.ordinals, default=None)
    if last is None or following is None:
        return last or following
    back, ahead = max(0, now - last.ordinals()[1]), max(0, following.ordinals()[0] - now)
    if tense == "future" or (tense is None and ahead * _FAR < back):
        return following
    # "said a vote on May 3 was planned": a past verb looks no year back where the day is about to come.
    return following if ahead <= _SOON and back > _LONG_AGO else last


def _is_before(period: Period, setting: Setting) -> bool:
    """True if a period ends before the time that was told last begins."""
    before = setting.before.period if setting.before else None
    return before is not None and period.ordinals()[1] < before.ordinals()[0]


def _told_back(match: Match, setting: Setting) -> bool:
    """True if the clause of an expression tells of a time before the one told: "He had been arrested on 3 May"."""
    found = map(_PLUPERFECT.search, _clause(setting.text, match.start(), match.end()))
    return any(had and not _NO_PAST.search(had["verb"]) for had in found)


def _falls_on(period: Period, weekday: int | None) -> bool:
    """True if a period begins on that weekday; None: any will do."""
    return weekday is None or (period.earliest is not None and period.earliest.weekday() == weekday)


def _narrated_year(match: Match, setting: Setting) -> int | None:
    """Return the year in which a story told before goes on: "In 1983 ..., On May 19 ..."; None where none is told.

    It must be told as a date or at the head of a sentence, in the same paragraph, and be another than the year of
    publication, which counts by itself.
    """
    before, published = setting.before, setting.published
    if before is None or before.period is None or before.period.earliest is None:
        return None
    year = before.period.earliest.year
    if before.precision not in ("day", "week", "month", "season", "quarter", "year"):
        return None
    between = setting.text[before.end : match.start()]
    if len(between) > _NARRATED or "\n" in between:
        return None
    if published and published.earliest and abs(year - published.earliest.year) < 2:
        # The year before counts too where a day or month of it was just told with its year.
        dated = before.precision in ("day", "month") and before.anchor == "calendar"
        return year if dated and year < published.earliest.year else None
    above = setting.text[max(0, before.start - _BESIDE) : before.start]
    heads = re.search(r"(?:^|[.!?\n]\s*)(?:In|By|On|Since|During|Back in)? ?(?:the )?$", above)
    return year if before.precision in ("day", "month") or heads else None


def tense_beside(text: str, start: int, end: int) -> Tense | None:
    """Return the tense of the verb nearest to the expression ``[start:end]`` in its clause; None without a sign."""
    left, right = _clause(text, start, end)
    if _PRESENT_FUTURE.search(left) and not re.search(r"\w+ed\W+(?:on)?\s*$", left):
        return "future"
    if _UNTIL.search(left):
        return "future"
    found = [
        (len(left) - match.end(), tense)
        for match, tense in _verbs(left)
        if tense == "future" or not _TO_BE.search(left[: match.start()])  # "will be held", "as planned"
    ]
    apart = right.find(",") if found else -1  # "will open on 18 May, they said": who says so is another clause
    # A verb behind the expression counts less, but for one that follows at once ("on Thursday sought").
    found += [
        (match.start() + (25 if match.start() > 2 else 0), tense)
        for match, tense in _verbs(right[: apart if apart >= 0 else None])
    ]
    return min(found, key=lambda each: each[0])[1] if found else None


def _verbs(text: str) -> Iterator[tuple[Match, Tense]]:
    """Yield the verbs that tell a tense; of one word the first counts: "was expected" looks forward."""
    yield from ((match, "future") for match in _FUTURE.finditer(text))
    yield from ((match, "past") for match in _PAST.finditer(text) if not _NO_PAST.search(match[0]))


def _clause(text: str, start: int, end: int) -> tuple[str, str]:
    left, right = text[max(0, start - _LEFT) : start], text[end : end + _RIGHT]
    masked = _ABBREVIATED.sub(lambda m: "x" * len(m[0]), left)
    ends = [match.end() for match in _CLAUSE_END.finditer(masked)]
    behind = _CLAUSE_END.search(right)
    return left[ends[-1] if ends else 0 :], right[: behind.start()] if behind else right
