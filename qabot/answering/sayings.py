"""What a sentence says on a point, and whether two such sayings are of one time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from qabot.answering.answer import Evidence
from qabot.answering.draft import Claim
from qabot.answering.read import Candidate
from qabot.text.annotate import Sentence
from qabot.text.dates.expressions import StatedTime
from qabot.text.dates.period import Period, parse_period
from qabot.text.dates.resolution import TimeExpression
from qabot.text.quantities import Quantity

Point = Literal["number", "date", "name"]
"""On what articles differ."""

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


@dataclass(frozen=True)
class Saying:
    """What a sentence says on a point: the slice ``[start:end]`` of it.

    ``candidate`` is the sentence as it was read, ``sentence`` the same with offsets of its own.
    """

    candidate: Candidate
    sentence: Sentence
    start: int
    end: int

    @classmethod
    def of(cls, candidate: Candidate, point: Point) -> Saying | None:
        """Return the short answer of a candidate, without what was read beside a name or a day; None without one."""
        if not candidate.short:
            return None
        start, end = candidate.at, candidate.at + len(candidate.short)
        whole = cls(candidate, candidate.sentence.alone(), start, end)
        places = {
            "name": [place for place in whole._names if start <= place[0] and place[1] <= whole.end],
            "date": [(time.start, time.end) for time in whole.expressions if whole._meets(time)],
        }.get(point)
        return cls(candidate, whole.sentence, *places[0]) if places else whole

    @property
    def text(self) -> str:
        """The words."""
        return self.told[self.start : self.end]

    @property
    def told(self) -> str:
        """The sentence that it is a slice of."""
        return self.sentence.text

    @property
    def evidence(self) -> Evidence:
        """The passage that it stands in."""
        return self.candidate.evidence

    @property
    def published(self) -> Period | None:
        """The day of its article; None where it is unknown."""
        return parse_period(self.evidence.published)

    @property
    def claim(self) -> Claim:
        """It as an answer tells it: with when what the sentence tells happened, where it states one time, or is one."""
        times = [time for time in self.sentence.stated if self._meets(time)] or list(self.sentence.stated)
        happened = times[0].period.iso() if len(times) == 1 else None
        return Claim(self.candidate.quote, self.start, self.end, happened)

    @property
    def expressions(self) -> tuple[TimeExpression, ...]:
        """The time expressions of its sentence."""
        return tuple(e for e in self.sentence.times if e.end <= self.sentence.end)

    @property
    def time(self) -> TimeExpression | None:
        """The time expression that it is, or begins with."""
        return next((e for e in self.expressions if self._meets(e)), None)

    @cached_property
    def amount(self) -> Quantity | None:
        """The number that it is, one that can be held against others: of no date, part or order of magnitude."""
        for amount in filter(self._meets, self.sentence.quantities):
            is_of_date = any(e.start < amount.end and amount.start < e.end for e in self.expressions)
            is_part = _PART.search(self.told[: amount.start]) or _PART_BEHIND.match(self.told[amount.end :])
            if not (is_of_date or amount.is_vague or is_part):
                return amount
        return None

    @property
    def _names(self) -> list[tuple[int, int]]:
        """Where the names of its sentence stand, without those of months and weekdays."""
        found = []
        for start, end in self.sentence.names:
            end = min([end, *(e.start for e in self.expressions if start <= e.start < end)])
            inside_date = any(e.start <= start < e.end for e in self.expressions)
            if start < end and not inside_date and (start > 0 or " " in self.told[start:end]):
                found.append((start, end))
        return found

    def _meets(self, other: TimeExpression | StatedTime | Quantity) -> bool:
        return other.start < self.end and self.start < other.end


_STATE = re.compile(
    r"\b(?:is|are|(?:has|have)(?! (?:been|\w+ed)\b)|remains?|stands? at|leads?|heads?|holds?|runs?|owns?|lives?"
    r"|currently|now|so far|to date|still|as of|toll|deaths?|dead|killed|injured|missing|cases|infections|displaced"
    r"|risen|rose to|climbed to|fell to"
    r"|will|plans?|planned|planning|expects?|expected|scheduled|set to|due|would|(?:was|were) to|aims?"
    r"|intends?|mulls?|mulling|considering|considers|could|may|might|hopes?)\b"
)
"""How things stand, or what is to come, which may come otherwise."""
_SAID = re.compile(
    r"\b(?:said|says|told (?:\w+ )?\w+|announced|reported|confirmed|estimated)(?: (?:on|late|early|in|this))*\s*$",
    re.IGNORECASE,
)
"""What stands before the time at which somebody said so."""
_FRESH, _STALE = 14, 300  # days
_SAME_SPAN = 0.5
"""Days in common, as a share of all of both, of two spans of time in which the same is counted."""


def dates_differ(one: Saying, other: Saying) -> bool:
    """True if two sayings date the same thing differently, in other words too, and not each its own day.

    Dates of which one is less precise do not differ.
    """
    mine, others = one.time, other.time
    if not mine or not others or " ".join(mine.text.lower().split()) == " ".join(others.text.lower().split()):
        return False
    if not mine.period or not others.period or mine.period.meets(others.period):
        return False
    published, other_published = one.published, other.published
    if not published or not other_published:
        return True
    own_days = mine.period.gap(published) <= 1 and others.period.gap(other_published) <= 1
    return not own_days or published.gap(other_published) <= 2


def at_one_time(one: Saying, other: Saying) -> bool:
    """True if what two sentences tell can be of one time: what they count then is the same."""
    mine, others = _moments(one), _moments(other)
    if mine and others:
        return any(_of_one_span(a, b) for a in mine for b in others)
    published, other_published = one.published, other.published
    apart = published.gap(other_published) if published and other_published else 0
    return apart <= _FRESH or (apart <= _STALE and tells_state(one) and tells_state(other))


def _moments(saying: Saying) -> list[Period]:
    """Return the times that a sentence states for an event: no open ones, no running ones ("the past twelve months").

    When somebody said so is none.
    """
    times = [time for time in saying.sentence.stated if not _SAID.search(saying.told[: time.start])]
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


def tells_state(saying: Saying) -> bool:
    """True if a sentence tells how things stand or will be, not what happened once."""
    return bool(_STATE.search(saying.told))
