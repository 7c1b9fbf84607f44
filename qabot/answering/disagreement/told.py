"""A sentence as an article tells it: its words, numbers, names and times."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from qabot.text.annotate import Sentence
from qabot.text.countries import countries_in
from qabot.text.dates.expressions import StatedTime
from qabot.text.dates.period import Period, parse_period
from qabot.text.dates.resolution import TimeExpression
from qabot.text.lexicon import CURRENCY_SIGNS, HONORIFICS
from qabot.text.quantities import Quantity
from qabot.text.tokens import fold, is_content, stem, words

_PARTICLES_BEHIND = re.compile(r"(?:\s+[a-z]+)*\s*$")
_PART = re.compile(
    r"\b(?:including|among (?:them|those|the \w+)(?: (?:is|are|was|were))?|of (?:them|whom|these|those)|another"
    r"|an? (?:further|additional|extra)|\bof(?: (?:the|its|their|all|[\w’']+['’]s)){1,2}|(?:other|more) than"
    r"|except|only)\s*$",
    re.IGNORECASE,
)
"""What stands before a number that counts a part, or the whole that a part is of."""
_PART_BEHIND = re.compile(
    r"\s*(?:\w+ )?(?:others?|more|further|additional)\b"
    r"|(?:\s*[\w’'-]+){0,4}?\s(?:behind|ahead of|short of|shy of|away from|apart|more than|fewer than)\b",
    re.IGNORECASE,
)
"""What stands behind a number that counts what is beside others, or how far something is from them."""
WORD = re.compile(r"[^\W_]+(?:['’.,&-][^\W_]+)*|[$€£¥%]")


@dataclass(frozen=True)
class Told:
    """A sentence as an article tells it.

    Attributes:
        sentence: with offsets of its own.
        published: the ISO date of its article; None where it is unknown.
    """

    sentence: Sentence
    published: str | None

    @property
    def text(self) -> str:
        """The sentence, verbatim."""
        return self.sentence.text

    @property
    def times(self) -> tuple[StatedTime, ...]:
        """The times that it states."""
        return self.sentence.stated

    @cached_property
    def expressions(self) -> tuple[TimeExpression, ...]:
        """Its time expressions."""
        return tuple(e for e in self.sentence.times if e.end <= self.sentence.end)

    @cached_property
    def words(self) -> list[re.Match[str]]:
        """Its words, with their places."""
        return list(WORD.finditer(self.text))

    @cached_property
    def keys(self) -> list[str]:
        """What its words are compared by: their stems."""
        return [stem(match[0]) for match in self.words]

    @cached_property
    def content(self) -> frozenset[str]:
        """The stems of its content words."""
        return frozenset(key for match, key in zip(self.words, self.keys, strict=True) if is_content(match[0]))

    @cached_property
    def amounts(self) -> list[Quantity]:
        """Its numbers that can be held against others: none of dates, of parts or of orders of magnitude."""
        return [
            amount
            for amount in self.sentence.quantities
            if not any(e.start < amount.end and amount.start < e.end for e in self.expressions)
            and not (amount.is_vague or _PART.search(self.text[: amount.start]))
            and not _PART_BEHIND.match(self.text[amount.end :])
        ]

    @cached_property
    def names(self) -> list[tuple[int, int]]:
        """Where its names stand, without those of months and weekdays."""
        found = []
        for start, end in self.sentence.names:
            end = min([end, *(e.start for e in self.expressions if start <= e.start < end)])
            name = _PARTICLES_BEHIND.sub("", self.text[start:end])  # "Madeira on" of "Madeira on Thursday"
            inside_date = any(e.start <= start < e.end for e in self.expressions)
            if name and not inside_date and (start > 0 or " " in name):
                found.append((start, start + len(name)))
        return found


def told(sentence: Sentence, published: str | None) -> Told:
    """Return a sentence as its article, of that day, tells it."""
    return Told(sentence.alone(), published)


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
_FRESH, _STALE = 14, 300  # days
_RECURS = 20  # days
_SAME_SPAN = 0.5
"""Days in common, as a share of all of both, of two spans of time in which the same is counted."""


def dates_differ(one: Period | None, other: Period | None) -> bool:
    """True if two dates exclude each other; one that is less precise does not."""
    return one is not None and other is not None and one.gap(other) > 0


def expressions_differ(
    one: Told,
    mine: TimeExpression,
    other: Told,
    others: TimeExpression,
) -> bool:
    """True if two sentences date the same thing differently, in other words too, and not each its own day.

    Args:
        one: a sentence.
        mine: its date.
        other: another sentence.
        others: the date of that.
    """
    if " ".join(mine.text.lower().split()) == " ".join(others.text.lower().split()):
        return False
    if not dates_differ(mine.period, others.period) or _recurring(one, mine.period, other, others.period):
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


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _is_later_event(told_: Period | None, rival: Period | None, known: Period | None) -> bool:
    """True if a date is later than another article, which tells of one that was past by then: it could not know it."""
    if not (told_ and rival and known):
        return False
    return told_.ordinals()[0] > rival.ordinals()[1] + 1 and known.ordinals()[1] <= rival.ordinals()[1]


def _recurring(one: Told, mine: Period | None, other: Told, others: Period | None) -> bool:
    """True if each article tells of its own time: the dates lie as far apart as they, or each beside its own."""
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


def at_one_time(one: Told, other: Told) -> bool:
    """True if what two sentences tell can be of one time: what they count then is the same."""
    mine, others = _moments(one), _moments(other)
    if mine and others:
        return any(_of_one_span(a, b) for a in mine for b in others)
    published, other_published = parse_period(one.published), parse_period(other.published)
    apart = published.gap(other_published) if published and other_published else 0
    if (mine and _long_before(mine, other_published)) or (others and _long_before(others, published)):
        return False
    if apart <= _FRESH:
        return True
    return apart <= _STALE and all(tells_state(each) or bool(_UP_TO_NOW.search(each.text)) for each in (one, other))


def of_its_day(told_: Told) -> bool:
    """True if a sentence tells of the time at which its article was published, as far as it says."""
    return not _long_before(_moments(told_), parse_period(told_.published))


def _long_before(moments: Sequence[Period], published: Period | None) -> bool:
    """True if all times are far from a publication: another story than one that states no time."""
    return bool(moments) and published is not None and all(each.gap(published) > _STALE for each in moments)


def _moments(told_: Told) -> list[Period]:
    """Return the times that a sentence states for an event: no open ones, no running ones ("the past twelve months").

    When somebody said so is none.
    """
    times = [time for time in told_.times if not _SAID.search(told_.text[: time.start])]
    return [time.period for time in times if time.bound == "in"] or [
        time.period for time in times if time.bound != "span"
    ]


def _of_one_span(one: Period, other: Period) -> bool:
    """True if two times are about the same: one day lies in the other, or they are of much the same days.

    What is counted in a month differs from what is counted in its year.
    """
    if not one.meets(other):
        return False
    return any(each.earliest == each.latest for each in (one, other)) or one.overlap(other) >= _SAME_SPAN


def looks_ahead(told_: Told) -> bool:
    """True if a sentence tells what is to come, which may come otherwise."""
    return bool(_AHEAD.search(told_.text))


def tells_state(told_: Told) -> bool:
    """True if a sentence tells how things stand or will be, not what happened once."""
    return bool(_STATE.search(told_.text)) or looks_ahead(told_)


_ROLES = frozenset("president minister king queen pope court government senate parliament congress house".split())
"""What stands for whoever holds the office: a name beside it differs in wording only."""
_TITLES = frozenset(map(str.lower, HONORIFICS)).union(
    "miss doctor prof professor sir dame lord lady captain general colonel judge senator governor mayor"
    " chancellor secretary ambassador bishop archbishop sheikh mullah maulvi striker".split()
)
"""What stands before names and tells nobody apart."""
_SPELLED_ALIKE = 0.8
"""Likeness of letters (difflib's ratio) from which on two names are spellings of one."""


def same_name(one: str, other: str) -> bool:
    """True if two names can be the same one's: one is part of the other, its initials, or of the same country."""
    mine, others = _name_words(one), _name_words(other)
    if not mine or not others:
        return True
    if shared := set(mine) & set(others):
        # Beside a title or a given name in common, the rest tells them apart: "Captain Arn", "Captain Born".
        rest, other_rest = [w for w in mine if w not in shared], [w for w in others if w not in shared]
        return not rest or not other_rest or same_name(" ".join(rest), " ".join(other_rest))
    if countries_in(one) & countries_in(other):
        return True  # "Russia's", "of the Russian Federation"
    if _are_initials(mine, others) or _are_initials(others, mine) or _ROLES & {*mine, *others}:
        return True
    return difflib.SequenceMatcher(None, " ".join(mine), " ".join(others)).ratio() >= _SPELLED_ALIKE


def _are_initials(short: list[str], full: list[str]) -> bool:
    """True if a name of one word is made of the first letters of another's, perhaps without the last one."""
    initials = "".join(word[0] for word in full)
    return len(short) == 1 and len(short[0]) >= 2 and initials.startswith(short[0])


def _name_words(name: str) -> list[str]:
    found = [fold(word) for word in words(name) if is_content(word)]
    return [word for word in found if word not in _TITLES] or found


def amounts_agree(one: Quantity, other: Quantity) -> bool:
    """True if two numbers can be the same, or count different things, a share and a sum."""
    signs = {one.unit, other.unit} & {"%", *CURRENCY_SIGNS}
    return one.agrees(other) or (bool(signs) and one.unit != other.unit)
