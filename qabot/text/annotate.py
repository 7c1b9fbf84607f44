"""The analysis of a passage: its sentences, each with what can be told of it without a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self, TypeVar

from qabot.text.dates.expressions import StatedTime, stated_times, time_expressions
from qabot.text.dates.period import Period
from qabot.text.dates.resolution import TimeExpression
from qabot.text.names import name_spans
from qabot.text.quantities import Quantity, quantities_in
from qabot.text.sentences import sentence_spans
from qabot.text.tokens import content_stems

_Placed = TypeVar("_Placed", TimeExpression, StatedTime, Quantity)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage: the slice ``[start:end]`` of its text. All offsets count the passage's characters.

    Attributes:
        start: offset of its first character.
        end: offset after its last.
        text: the sentence, verbatim.
        stems: of its content words.
        names: where its capitalised names stand.
        times: the time expressions that begin in it, resolved against the passage and the day of publication.
        stated: the times that it states, with what the words beside the expressions make of these.
        quantities: its numbers, with what they count.
    """

    start: int
    end: int
    text: str
    stems: frozenset[str]
    names: tuple[tuple[int, int], ...]
    times: tuple[TimeExpression, ...]
    stated: tuple[StatedTime, ...]
    quantities: tuple[Quantity, ...]

    def alone(self) -> Self:
        """Return the same sentence with offsets that count its own characters."""
        start = self.start
        return replace(
            self,
            start=0,
            end=self.end - start,
            names=tuple((first - start, last - start) for first, last in self.names),
            times=_moved(self.times, -start),
            stated=_moved(self.stated, -start),
            quantities=_moved(self.quantities, -start),
        )


def annotate(text: str, published: str | None) -> tuple[Sentence, ...]:
    """Return the sentences of a passage, in order.

    Args:
        text: the passage, whole: a time may be counted from one told in a sentence before.
        published: the ISO date of its article, of the precision that is known; None where it is not.
    """
    times = time_expressions(text, published)
    sentences = []
    for start, end in sentence_spans(text):
        own = text[start:end]
        sentences.append(
            Sentence(
                start,
                end,
                own,
                frozenset(content_stems(own)),
                tuple((start + first, start + last) for first, last in name_spans(own)),
                tuple(time for time in times if start <= time.start < end),
                stated_times(text, times, start, end),
                _moved(tuple(quantities_in(own)), start),
            )
        )
    return tuple(sentences)


def to_record(sentences: Sequence[Sentence]) -> list[Any]:
    """Return a passage's sentences as a list that JSON can hold, without their text, which the passage has.

    An index keeps it: where its form changes, or what `annotate` finds, the format of the index goes up.
    """
    return [
        [
            each.start,
            each.end,
            sorted(each.stems),
            [list(name) for name in each.names],
            [
                [time.start, time.end, _days(time.period), time.precision, time.reasoning, time.anchor]
                for time in each.times
            ],
            [[time.start, time.end, _days(time.period), time.bound, time.begins] for time in each.stated],
            [[q.start, q.end, q.value, q.low, q.high, q.hedge, q.unit] for q in each.quantities],
        ]
        for each in sentences
    ]


def from_record(text: str, record: Sequence[Any]) -> tuple[Sentence, ...]:
    """Return the sentences of a passage that `to_record` of the same release made a record of."""
    return tuple([_sentence(text, *fields) for fields in record])


def _sentence(
    text: str,
    start: int,
    end: int,
    stems: Sequence[str],
    names: Sequence[Sequence[int]],
    times: Sequence[Any],
    stated: Sequence[Any],
    quantities: Sequence[Any],
) -> Sentence:
    return Sentence(
        start,
        end,
        text[start:end],
        frozenset(stems),
        tuple([(first, last) for first, last in names]),
        tuple([TimeExpression(t[0], t[1], text[t[0] : t[1]], _period(t[2]), *t[3:]) for t in times]),
        tuple([StatedTime(Period(*map(_day, s[2])), s[3], s[4], s[0], s[1]) for s in stated]),
        tuple([Quantity(q[0], q[1], text[q[0] : q[1]], *q[2:]) for q in quantities]),
    )


def _moved(found: tuple[_Placed, ...], by: int) -> tuple[_Placed, ...]:
    return tuple(replace(each, start=each.start + by, end=each.end + by) for each in found)


def _days(period: Period | None) -> list[int | None] | None:
    """Return the first and the last day of a period as ordinals of the calendar."""
    if period is None:
        return None
    return [day.toordinal() if day else None for day in (period.earliest, period.latest)]


def _period(days: Sequence[int | None] | None) -> Period | None:
    return Period(*map(_day, days)) if days is not None else None


def _day(ordinal: int | None) -> date | None:
    return date.fromordinal(ordinal) if ordinal is not None else None
