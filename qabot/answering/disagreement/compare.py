"""Two sentences that tell of the same: where they differ in a number, a date, a name or an outcome."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Literal

from qabot.answering.dates.expressions import time_expressions
from qabot.answering.dates.period import Period, parse_period
from qabot.answering.dates.resolution import TimeExpression
from qabot.answering.dates.stated import StatedTime, stated_times
from qabot.answering.disagreement.amounts import Amount, amounts_in
from qabot.answering.disagreement.names import is_negation, opposed, same_name
from qabot.answering.question import fold, is_content, stem
from qabot.answering.spans import names_of

Point = Literal["number", "date", "name", "outcome"]

_WORD = re.compile(r"[^\W_]+(?:['’.,&-][^\W_]+)*|[$€£¥%]")
_ALIKE = 0.6
"""Share of the words of both, in order (difflib's ratio), from which on two sentences are taken to tell of the same."""
_SHARED = 4
"""Content words that two such sentences share at least."""
_SHORT_ALIKE = 0.75
"""The same share for short sentences, which share a content word less."""
_REORDERED, _SHORT_REORDERED = 0.75, 0.9
"""Share of the shorter one's content words that two sentences of another order share, of four words and of three."""
_LONGER = 0.6
_CLOSE = 0.75
"""The same for sentences of different numbers or dates."""
"""Share of the longer one's content words that they share at least."""
_DATED_ALIKE = 0.75
"""Share of all their words, numbers and dates aside, that sentences of different dates or names share."""
_COUNTED_ALIKE = 0.65
"""The same share for sentences of different numbers."""
_PRONOUNS = frozenset(("he", "she", "they", "it", "i", "we"))
_MOST = 2
"""Sentences that differ in more points than this tell of different things."""
_FEW = 3
"""Words that such sentences may have to themselves, where they are told to differ in a name or an outcome."""
_TIME_UNITS = frozenset(stem(unit) for unit in ("second", "minute", "hour", "day", "week", "month", "year", "decade"))
_STATE = re.compile(
    r"\b(?:is|are|has|have|remains?|stands? at|leads?|heads?|holds?|runs?|owns?|lives?|currently|now|so far|to date"
    r"|still|as of|will|plans?|planned|expects?|expected|scheduled|set to|due|mulls?|mulling|considering|considers"
    r"|could|may|might|toll|deaths?|dead|killed|injured|missing|cases|infections|displaced|risen|rose to"
    r"|climbed to|fell to)\b"
)
_OWN_STUDY = re.compile(r"\b(?:polls?|survey|study|sample|margin of (?:sampling )?error)\b", re.IGNORECASE)
_FRESH, _STALE = 10, 300  # days
_RECURS = 20  # days


@dataclass(frozen=True)
class Told:
    """A sentence as an article tells it.

    Attributes:
        text: of the sentence.
        published: the ISO date of its article; None where it is unknown.
        expressions: its time expressions, with offsets into it.
        capitals: words that its article writes with a capital inside sentences, so that they are names at the head of
            one too.
    """

    text: str
    published: str | None
    expressions: tuple[TimeExpression, ...]
    capitals: frozenset[str] = frozenset()

    @cached_property
    def words(self) -> list[re.Match[str]]:
        """Its words, with their places."""
        return list(_WORD.finditer(self.text))

    @cached_property
    def keys(self) -> list[str]:
        """What its words are compared by: their stems."""
        return [stem(match[0]) for match in self.words]

    @cached_property
    def content(self) -> frozenset[str]:
        """The stems of its content words."""
        return frozenset(key for match, key in zip(self.words, self.keys, strict=True) if is_content(match[0]))

    @cached_property
    def amounts(self) -> list[Amount]:
        """Its numbers, without those of dates."""
        return [
            amount
            for amount in amounts_in(self.text)
            if not any(e.start < amount.end and amount.start < e.end for e in self.expressions)
        ]

    @cached_property
    def names(self) -> list[tuple[int, int]]:
        """Where its names stand, without those of months and weekdays; its first word counts where it is one inside."""
        return [
            (span.start, span.end)
            for span in names_of(self.text)
            if not any(e.start < span.end and span.start < e.end for e in self.expressions)
            and (span.start > 0 or " " in self.text[: span.end] or self.text[: span.end] in self.capitals)
        ]

    @cached_property
    def plain(self) -> frozenset[str]:
        """The stems of its content words, without those of numbers and dates."""
        values = [_place(a) for a in self.amounts] + [_place(e) for e in self.expressions]
        return frozenset(
            key
            for match, key in zip(self.words, self.keys, strict=True)
            if key in self.content and not any(start <= match.start() < end for start, end in values)
        )

    def words_shared(self, other: Told) -> float:
        """The content words that both have as a share of all of both's, numbers, dates and names of one only aside."""
        mine, others = self.plain - self._named_alone(other), other.plain - other._named_alone(self)
        return len(mine & others) / max(1, len(mine | others))

    def _named_alone(self, other: Told) -> frozenset[str]:
        places = _names_only_in(self, other)
        return frozenset(
            key
            for match, key in zip(self.words, self.keys, strict=True)
            if any(start <= match.start() < end for start, end in places)
        )

    @cached_property
    def times(self) -> tuple[StatedTime, ...]:
        """The times that it states."""
        return stated_times(self.text, self.expressions)


@dataclass(frozen=True)
class Difference:
    """A point on which two sentences differ: what each says, as offsets into it."""

    point: Point
    one: tuple[int, int]
    other: tuple[int, int]


def told(text: str, start: int, end: int, published: str | None) -> Told:
    """The sentence ``[start:end]`` of a text, its time expressions resolved against the article's date and the text."""
    expressions = tuple(
        replace(e, start=e.start - start, end=e.end - start)
        for e in time_expressions(text, published)
        if start <= e.start and e.end <= end
    )
    return Told(text[start:end], published, expressions, _capitals(text))


@lru_cache(maxsize=256)
def _capitals(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"(?<=[a-z,] )[A-Z][\w’'-]+", text))


def differences(one: Told, other: Told) -> list[Difference]:
    """The points on which two sentences that tell of the same differ; none where only wording or precision does.

    They tell of the same where they are alike in their words and the order of these, and are then compared place by
    place; or where the words that they share, in whatever order, are nearly all of the shorter one's.
    """
    shared = len(one.content & other.content)
    if shared < _SHARED - 1 or not (_is_sentence(one) and _is_sentence(other)) or _of_other_subjects(one, other):
        return []
    found: list[Difference] = []
    if shared >= 0.7 * _ALIKE * min(len(one.content), len(other.content)):
        matcher = difflib.SequenceMatcher(None, one.keys, other.keys, autojunk=False)
        if matcher.ratio() >= (_ALIKE if shared >= _SHARED else _SHORT_ALIKE):
            found = _by_place(one, other, matcher.get_opcodes())
            if one.words_shared(other) < _COUNTED_ALIKE:
                found = [d for d in found if d.point == "outcome"]
            elif matcher.ratio() < _SHORT_ALIKE and one.words_shared(other) < _DATED_ALIKE:
                found = [d for d in found if d.point not in ("date", "name")]
    found = found or _by_words(one, other)
    return found if len(found) <= _MOST and _of_one_event(one, other, found) else []


def _is_sentence(told_: Told) -> bool:
    """Whether it ends as a sentence does; headings and lines of lists compare badly."""
    return told_.text.rstrip("”\"’')]» ")[-1:] in (".", "!", "?", "…", ",")


def _of_other_subjects(one: Told, other: Told) -> bool:
    """Whether one sentence speaks of "he" or "she" where the other begins with someone or something else."""
    first, second = (fold(t.words[0][0]) if t.words else "" for t in (one, other))
    return first != second and bool({first, second} & _PRONOUNS)


def _by_place(one: Told, other: Told, changes: Sequence[tuple[str, int, int, int, int]]) -> list[Difference]:
    """The differences of two sentences whose words stand in the same order."""
    found: list[Difference] = []
    for tag, i1, i2, j1, j2 in changes:
        if tag != "equal":
            difference = _differing(one, _slice(one, i1, i2), other, _slice(other, j1, j2))
            if difference and difference not in found:
                found.append(difference)
    return found


def _by_words(one: Told, other: Told) -> list[Difference]:
    """The one difference of two sentences that say nearly the same words in another order."""
    shared, shorter = one.plain & other.plain, min(len(one.plain), len(other.plain))
    if (
        len(shared) < _SHARED - 1
        or len(shared) < (_REORDERED if len(shared) >= _SHARED else _SHORT_REORDERED) * shorter
    ):
        return []
    mine, others = _words_only_in(one, other), _words_only_in(other, one)
    opposites = [(a, b) for a in mine for b in others if opposed(a[0], b[0])]
    if len(opposites) == 1 and len(mine) <= _FEW and len(others) <= _FEW:
        return [Difference("outcome", opposites[0][0].span(), opposites[0][1].span())]
    dates, other_dates = ([e for e in t.expressions if e.period] for t in (one, other))
    close = len(shared) >= _CLOSE * max(len(one.plain), len(other.plain))
    if not close or one.words_shared(other) < _DATED_ALIKE or len(shared) < _SHARED:
        dates = other_dates = []
    if len(dates) == len(other_dates) == 1 and (date := _date(one, dates[0], other, other_dates[0])):
        return [date]
    if close and len(one.amounts) == len(other.amounts) == 1:
        (amount,), (other_amount,) = one.amounts, other.amounts
        same_unit = amount.unit and amount.unit == other_amount.unit and amount.unit not in _TIME_UNITS
        if same_unit and not amounts_agree(amount, other_amount):
            return [Difference("number", _place(amount), _place(other_amount))]
    names, other_names = _names_only_in(one, other), _names_only_in(other, one)
    if len(names) != 1 or len(other_names) != 1 or len(mine) > _FEW or len(others) > _FEW:
        return []
    same = same_name(one.text[slice(*names[0])], other.text[slice(*other_names[0])])
    return [] if same else [Difference("name", names[0], other_names[0])]


def _words_only_in(one: Told, other: Told) -> list[re.Match[str]]:
    """The content words of a sentence that the other has not, those of numbers and dates aside."""
    return [m for m, key in zip(one.words, one.keys, strict=True) if key in one.plain and key not in other.content]


def _names_only_in(one: Told, other: Told) -> list[tuple[int, int]]:
    """The names of a sentence, without the words that the other has too."""
    places = []
    for start, end in one.names:
        own = [m for m in one.words if start <= m.start() < end and stem(m[0]) not in other.content]
        if own:
            places.append((own[0].start(), own[-1].end()))
    return places


def _differing(one: Told, mine: tuple[int, int], other: Told, others: tuple[int, int]) -> Difference | None:
    """How the words at one place differ, if it matters."""
    dates, other_dates = _dates_at(one, mine), _dates_at(other, others)
    amounts, other_amounts = _amounts_at(one, mine), _amounts_at(other, others)
    if dates or other_dates:
        if len(dates) != 1 or len(other_dates) != 1:
            return None
        same = len(one.plain & other.plain) >= _SHARED - (one.words_shared(other) >= _SHORT_REORDERED)
        return _date(one, dates[0], other, other_dates[0]) if same else None
    if amounts or other_amounts:
        if len(amounts) != 1 or len(other_amounts) != 1 or amounts_agree(amounts[0], other_amounts[0]):
            return None
        if {amounts[0].unit, other_amounts[0].unit} & _TIME_UNITS and one.words_shared(other) < _DATED_ALIKE:
            return None
        if _names_only_in(one, other) and _names_only_in(other, one):
            return None  # 28 cases in one place, 5,000 in another
        if not _counts_the_same(one, amounts[0], other, other_amounts[0]):
            return None
        return Difference("number", _place(amounts[0]), _place(other_amounts[0]))
    return _outcome(one, mine, other, others) or _name(one, mine, other, others)


def _counts_the_same(one: Told, mine: Amount, other: Told, others: Amount) -> bool:
    """Whether the words beside two numbers are the same: the two content words behind, or the one before."""
    behind, other_behind = _beside(one, mine, 1)[:2], _beside(other, others, 1)[:2]
    if not behind or not other_behind or behind == other_behind:
        return True
    return behind[0] != other_behind[0] and _beside(one, mine, -1)[:1] == _beside(other, others, -1)[:1]


def _beside(told_: Told, value: Amount | TimeExpression, step: int) -> list[str]:
    """The stems of the content words behind a number or date, or before it, the nearest first."""
    keyed = list(zip(told_.words, told_.keys, strict=True))
    if step > 0:
        return [key for match, key in keyed if match.start() >= value.end and is_content(match[0])]
    return [key for match, key in reversed(keyed) if match.end() <= value.start and is_content(match[0])]


def _date(one: Told, mine: TimeExpression, other: Told, others: TimeExpression) -> Difference | None:
    if not expressions_differ(one, mine, other, others):
        return None
    return Difference("date", _place(mine), _place(others))


def amounts_agree(one: Amount, other: Amount) -> bool:
    """Whether two numbers can be the same, or count different things, a share and a sum."""
    signs = {one.unit, other.unit} & {"%", "$", "€", "£", "¥", "₽"}
    return one.agrees(other) or (bool(signs) and one.unit != other.unit)


def _place(value: Amount | TimeExpression) -> tuple[int, int]:
    return value.start, value.end


def _outcome(one: Told, mine: tuple[int, int], other: Told, others: tuple[int, int]) -> Difference | None:
    words, other_words = (_WORD.findall(t.text[slice(*s)]) for t, s in ((one, mine), (other, others)))
    denied = _negations(one) != _negations(other) and any(map(is_negation, (*words, *other_words)))
    behind = one.text[mine[1] :] + other.text[others[1] :]
    few = len([w for w in (*words, *other_words) if is_content(w)]) <= 1 and len(words) + len(other_words) <= _FEW
    if denied and few and not re.search(r"\b(?:until|only|just)\b", behind):
        return Difference("outcome", _around(one, mine), _around(other, others))
    if any(opposed(a, b) for a in words for b in other_words) and max(len(words), len(other_words)) <= 4:
        return Difference("outcome", mine, others)
    return None


def _negations(told_: Told) -> int:
    return sum(is_negation(match[0]) for match in told_.words) + len(re.findall(r"(?i)\bneither\b", told_.text))


def _name(one: Told, mine: tuple[int, int], other: Told, others: tuple[int, int]) -> Difference | None:
    a, b = _name_at(one, mine), _name_at(other, others)
    if not a or not b:
        return None
    name, other_name = one.text[slice(*a)], other.text[slice(*b)]
    if same_name(name, other_name) or _stands_in(name, other) or _stands_in(other_name, one):
        return None
    return Difference("name", a, b)


def _name_at(told_: Told, place: tuple[int, int]) -> tuple[int, int] | None:
    """The words at a place as far as they are of a name; None where other content words stand there too."""
    inside = [span for span in told_.names if span[0] < place[1] and place[0] < span[1]]
    if len(inside) != 1:
        return None
    rest = told_.text[place[0] : max(place[0], inside[0][0])] + " " + told_.text[min(place[1], inside[0][1]) : place[1]]
    if any(map(is_content, _WORD.findall(rest))):
        return None
    return max(place[0], inside[0][0]), min(place[1], inside[0][1])


def _stands_in(name: str, told_: Told) -> bool:
    present = {fold(match[0]) for match in told_.words}
    return any(fold(word) in present for word in name.split() if is_content(word))


def dates_differ(one: Period | None, other: Period | None) -> bool:
    """Whether two dates exclude each other; one that is less precise does not."""
    return one is not None and other is not None and one.gap(other) > 0


def expressions_differ(one: Told, mine: TimeExpression, other: Told, others: TimeExpression) -> bool:
    """Whether two sentences date the same thing differently, in other words too, and not each its own day."""
    if " ".join(mine.text.lower().split()) == " ".join(others.text.lower().split()):
        return False
    if not dates_differ(mine.period, others.period) or recurring(one, mine.period, other, others.period):
        return False
    if not _same_beside(one, mine, other, others):
        return False
    published, other_published = parse_period(one.published), parse_period(other.published)
    if published and other_published and mine.period and others.period and published.gap(other_published) > 2:
        own_days = mine.period.gap(published) <= 1 and others.period.gap(other_published) <= 1
        if own_days:
            return False
    if mine.anchor == others.anchor == "published" and published and other_published and mine.period and others.period:
        apart = others.period.ordinals()[0] - mine.period.ordinals()[0]
        articles_apart = other_published.ordinals()[0] - published.ordinals()[0]
        return not articles_apart or abs(apart - articles_apart) > 1
    return True


def _same_beside(one: Told, mine: TimeExpression, other: Told, others: TimeExpression) -> bool:
    """Whether the content word before both dates is the same, or the one behind; a sentence may begin with its date."""
    before, other_before = _beside(one, mine, -1)[:1], _beside(other, others, -1)[:1]
    if not before or not other_before or before == other_before:
        return True
    return _beside(one, mine, 1)[:1] == _beside(other, others, 1)[:1] != []


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


def _of_one_event(one: Told, other: Told, found: Sequence[Difference]) -> bool:
    """Whether two sentences can tell of one event or lasting state.

    They cannot where a date or a name differs and something else too, nor where they state times of which none meets
    the other's, nor where they tell of events, state no time, and their articles lie far apart.
    """
    points = {d.point for d in found}
    numbers = [a.agrees(b) for a, b in zip(one.amounts, other.amounts, strict=False)]
    if points & {"date", "name"}:
        return len(found) == 1 and all(numbers)
    if _OWN_STUDY.search(one.text) and _OWN_STUDY.search(other.text):
        return one.published == other.published
    mine, others = _moments(one), _moments(other)
    if mine and others:
        return any(a.meets(b) for a in mine for b in others)
    published, other_published = parse_period(one.published), parse_period(other.published)
    apart = published.gap(other_published) if published and other_published else 0
    if apart <= _FRESH:
        return True
    return apart <= _STALE and tells_state(one) and tells_state(other)


def _moments(told_: Told) -> list[Period]:
    """The times that a sentence states for an event: no open ones, and no running ones ("the past twelve months")."""
    return [time.period for time in told_.times if time.bound == "in"] or [
        time.period for time in told_.times if time.bound != "span"
    ]


def tells_state(told_: Told) -> bool:
    """Whether a sentence tells how things stand or will be, not what happened once."""
    return bool(_STATE.search(told_.text))


def _around(told_: Told, place: tuple[int, int]) -> tuple[int, int]:
    """A place with the word that follows it ("not signed")."""
    start, end = place
    following = next((m for m in told_.words if m.start() >= max(start, end) and is_content(m[0])), None)
    return (start, following.end()) if following else place


def _dates_at(told_: Told, place: tuple[int, int]) -> list[TimeExpression]:
    return [e for e in told_.expressions if e.period and e.start < place[1] and place[0] < e.end]


def _amounts_at(told_: Told, place: tuple[int, int]) -> list[Amount]:
    return [a for a in told_.amounts if a.start < place[1] and place[0] < a.end]


def _slice(told_: Told, first: int, last: int) -> tuple[int, int]:
    """The characters of the words from ``first`` to before ``last``; an empty place where there are none."""
    if first == last:
        at = told_.words[first].start() if first < len(told_.words) else len(told_.text)
        return at, at
    return told_.words[first].start(), told_.words[last - 1].end()
