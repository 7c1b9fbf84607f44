"""Whether two sentences can tell of one event or lasting state, so that what they say of it can differ."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from qabot.answering.disagreement.told import Told, beside
from qabot.text.dates.period import Period, parse_period
from qabot.text.dates.resolution import TimeExpression

_STATE = re.compile(
    r"\b(?:is|are|(?:has|have)(?! (?:been|\w+ed)\b)|remains?|stands? at|leads?|heads?|holds?|runs?|owns?|lives?"
    r"|currently|now|so far|to date|still|as of|toll|deaths?|dead|killed|injured|missing|cases|infections|displaced"
    r"|risen|rose to|climbed to|fell to)\b"
)
_UP_TO_NOW = re.compile(r"\b(?:has|have)(?: (?:already|now|since|also|so far))? (?:been|\w+)\b")
"""The present perfect: what has come about up to the day of the article, and may go on."""
_AHEAD = re.compile(
    r"\b(?:will|plans?|planned|planning|expects?|expected|scheduled|set to|due|would|(?:is|are|was|were) to|aims?"
    r"|intends?|mulls?|mulling|considering|considers|could|may|might|hopes?)\b"
)
_SAID = re.compile(
    r"\b(?:said|says|told (?:\w+ )?\w+|announced|reported|confirmed|estimated)(?: (?:on|late|early|in|this))*\s*$",
    re.IGNORECASE,
)
"""What stands before the time at which somebody said so."""
_OWN_STUDY = re.compile(r"\b(?:polls?|survey|study|sample|margin of (?:sampling )?error)\b", re.IGNORECASE)
_OF_A_DAY = re.compile(
    r"\b(?:daily|weekly|monthly|(?:a|per|each|every) (?:day|week|month)|in (?:the (?:past|last) )?24 hours"
    r"|new (?:\w+ )?(?:cases|infections|deaths|admissions|claims|jobs|orders))\b",
    re.IGNORECASE,
)
"""What is counted anew each day or month: two articles of different days count different things."""
_FRESH, _STALE = 14, 300  # days
_RECURS = 20  # days
_SAME_SPAN = 0.5
"""Days in common, as a share of all of both, of two spans of time in which the same is counted."""


def dates_differ(one: Period | None, other: Period | None) -> bool:
    """Whether two dates exclude each other; one that is less precise does not."""
    return one is not None and other is not None and one.gap(other) > 0


def expressions_differ(
    one: Told, mine: TimeExpression, other: Told, others: TimeExpression, *, asked: bool = False
) -> bool:
    """Whether two sentences date the same thing differently, in other words too, and not each its own day.

    Args:
        one: a sentence.
        mine: its date.
        other: another sentence.
        others: the date of that.
        asked: whether both dates answer a question, each the only one of its sentence or beside the same word.
    """
    if " ".join(mine.text.lower().split()) == " ".join(others.text.lower().split()):
        return False
    if not dates_differ(mine.period, others.period) or recurring(one, mine.period, other, others.period):
        return False
    only = asked and len(one.times) == len(other.times) == 1
    if not only and not _same_word_beside(one, mine, other, others):
        return False
    published, other_published = parse_period(one.published), parse_period(other.published)
    if published and other_published and mine.period and others.period and published.gap(other_published) > 2:
        own_days = mine.period.gap(published) <= 1 and others.period.gap(other_published) <= 1
        if own_days:
            return False
    if _is_later_event(mine.period, other_published, others.period) or _is_later_event(
        others.period, published, mine.period
    ):
        return False
    relative = mine.anchor == others.anchor == "published" and not any(map(_has_digit, (mine.text, others.text)))
    if relative and published and other_published and mine.period and others.period:
        apart = others.period.ordinals()[0] - mine.period.ordinals()[0]
        articles_apart = other_published.ordinals()[0] - published.ordinals()[0]
        return not articles_apart or abs(apart - articles_apart) > 1
    return True


def _same_word_beside(one: Told, mine: TimeExpression, other: Told, others: TimeExpression) -> bool:
    """Whether the content word before both dates is the same, or the one behind; a sentence may begin with its date."""
    before, other_before = beside(one, mine, -1)[:1], beside(other, others, -1)[:1]
    if not before or not other_before or before == other_before:
        return True
    return beside(one, mine, 1)[:1] == beside(other, others, 1)[:1] != []


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _is_later_event(told_: Period | None, rival: Period | None, known: Period | None) -> bool:
    """Whether a date is later than another article, which tells of one that was past by then: it could not know it."""
    if not (told_ and rival and known):
        return False
    return told_.ordinals()[0] > rival.ordinals()[1] + 1 and known.ordinals()[1] <= rival.ordinals()[1]


def recurring(one: Told, mine: Period | None, other: Told, others: Period | None) -> bool:
    """Whether each article tells of its own time: the dates lie as far apart as they, or each beside its own."""
    published, other_published = parse_period(one.published), parse_period(other.published)
    if not (published and other_published and mine and others):
        return False
    apart = others.ordinals()[0] - mine.ordinals()[0]
    articles_apart = other_published.ordinals()[0] - published.ordinals()[0]
    if abs(articles_apart) < _RECURS:
        # The same weekday a week apart: one of the articles was dated before its last words were written.
        return abs(apart) == 7 and mine.earliest == mine.latest and others.earliest == others.latest
    if abs(apart - articles_apart) <= max(5, abs(articles_apart) // 10):
        return True
    return mine.gap(published) <= _RECURS and others.gap(other_published) <= _RECURS


def of_one_event(one: Told, other: Told, points: Collection[str]) -> bool:
    """Whether two sentences can tell of one event or lasting state, given the points on which they differ.

    They cannot where a date or a name differs and something else too, nor where they state times of which none meets
    the other's, nor where they tell of events, state no time, and their articles lie far apart.
    """
    if {"date", "name"}.intersection(points):
        return len(points) == 1 and all(a.agrees(b) for a, b in zip(one.amounts, other.amounts, strict=False))
    return at_one_time(one, other)


def at_one_time(one: Told, other: Told) -> bool:
    """Whether what two sentences tell can be of one time: what they count then is the same."""
    if _OWN_STUDY.search(one.text) and _OWN_STUDY.search(other.text):
        return one.published == other.published
    mine, others = _moments(one), _moments(other)
    if mine and others:
        return any(_of_one_span(a, b) for a in mine for b in others)
    published, other_published = parse_period(one.published), parse_period(other.published)
    apart = published.gap(other_published) if published and other_published else 0
    if (mine and _long_before(mine, other_published)) or (others and _long_before(others, published)):
        return False
    if apart and (_OF_A_DAY.search(one.text) or _OF_A_DAY.search(other.text)):
        return False
    if apart <= _FRESH:
        return True
    return apart <= _STALE and all(tells_state(each) or bool(_UP_TO_NOW.search(each.text)) for each in (one, other))


def of_its_day(told_: Told) -> bool:
    """Whether a sentence tells of the time at which its article was published, as far as it says."""
    return not _long_before(_moments(told_), parse_period(told_.published))


def _long_before(moments: Sequence[Period], published: Period | None) -> bool:
    """Whether all times are far from a publication: another story than one that states no time."""
    return bool(moments) and published is not None and all(each.gap(published) > _STALE for each in moments)


def _moments(told_: Told) -> list[Period]:
    """The times that a sentence states for an event: no open ones, no running ones ("the past twelve months").

    When somebody said so is none.
    """
    times = [time for time in told_.times if not _SAID.search(told_.text[: time.start])]
    return [time.period for time in times if time.bound == "in"] or [
        time.period for time in times if time.bound != "span"
    ]


def _of_one_span(one: Period, other: Period) -> bool:
    """Whether two times are about the same: one day lies in the other, or they are of much the same days.

    What is counted in a month differs from what is counted in its year.
    """
    if not one.meets(other):
        return False
    return any(each.earliest == each.latest for each in (one, other)) or one.overlap(other) >= _SAME_SPAN


def looks_ahead(told_: Told) -> bool:
    """Whether a sentence tells what is to come, which may come otherwise."""
    return bool(_AHEAD.search(told_.text))


def tells_state(told_: Told) -> bool:
    """Whether a sentence tells how things stand or will be, not what happened once."""
    return bool(_STATE.search(told_.text)) or looks_ahead(told_)
