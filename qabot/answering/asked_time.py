"""The time that a question asks about, given the passages found for it: these date the events that it names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from qabot.answering.answer import Evidence
from qabot.text.dates.constraint import TimeConstraint, time_constraint
from qabot.text.dates.expressions import time_expressions
from qabot.text.dates.period import Period, parse_period
from qabot.text.dates.stated import stated_times
from qabot.text.names import names_in
from qabot.text.sentences import sentence_spans
from qabot.text.tokens import content_stems

_TOLD = 0.6
"""Share of the event's words that a sentence which dates it has; all of its names beside."""
_LONGEST_DAYS = 366


def asked_time(question: str, evidence: Sequence[Evidence], as_of: date | None = None) -> TimeConstraint | None:
    """The time that a question asks about; None where it speaks of none.

    "Last year" is counted from ``as_of``. Where nobody said what counts as today, it is counted from today; but where
    no passage is of the time that this gives, whoever asks an older collection means the days of its articles: each is
    then read as of its own day, and the answer is to name that day (``as_told``).

    Args:
        question: as it stands alone.
        evidence: what was found for it.
        as_of: the day that counts as today; None: nobody asked for another than today.
    """
    constraint = time_constraint(question, as_of or date.today())
    if constraint is None:
        return None
    if as_of is None and constraint.relative and not _is_told(constraint.period, evidence):
        calendar_only = time_constraint(question)
        return replace(calendar_only or TimeConstraint(), as_told=True)
    return dated(constraint, evidence)


def _is_told(period: Period | None, evidence: Sequence[Evidence]) -> bool:
    """Whether a passage was published in a period or states a time in it."""
    if period is None:
        return True
    for piece in evidence:
        published = parse_period(piece.published)
        if published and published.meets(period):
            return True
        if any(e.period and e.period.meets(period) for e in time_expressions(piece.text, piece.published)):
            return True
    return False


def dated(constraint: TimeConstraint, evidence: Sequence[Evidence]) -> TimeConstraint:
    """The constraint with its event dated by the passages that tell of it; as it was where none does.

    Args:
        constraint: of a question.
        evidence: what was found for the question.
    """
    if constraint.event is None or constraint.period is not None:
        return constraint
    told = Counter(_told(constraint.event, evidence))
    if not told:
        return constraint
    # The period told most often; of these the most exact.
    period = min(
        told, key=lambda p: (-sum(n for q, n in told.items() if q.meets(p)), p.ordinals()[1] - p.ordinals()[0])
    )
    return constraint.dated(period)


def _told(event: str, evidence: Sequence[Evidence]) -> list[Period]:
    asked = set(content_stems(event))
    named = {key for name in names_in(event) for word in name for key in content_stems(word)}
    found = []
    for piece in evidence:
        expressions = time_expressions(piece.text, piece.published)
        for start, end in sentence_spans(piece.text):
            present = set(content_stems(piece.text[start:end]))
            if not asked or not named <= present or len(asked & present) < _TOLD * len(asked):
                continue
            for time in stated_times(piece.text, expressions, start, end):
                first, last = time.period.ordinals()
                if time.bound == "in" and last - first <= _LONGEST_DAYS:
                    found.append(time.period)
                    break
    return found
