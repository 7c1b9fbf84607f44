"""Events that date a question: "since the takeover in Kabul" is since the day that an article tells of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from qabot.answering.answer import Evidence
from qabot.answering.dates.constraint import TimeConstraint
from qabot.answering.dates.expressions import time_expressions
from qabot.answering.dates.period import Period
from qabot.answering.dates.stated import stated_times
from qabot.answering.question import content_stems, names_in
from qabot.store.sentences import sentence_spans

_TOLD = 0.6
"""Share of the event's words that a sentence which dates it has; all of its names beside."""
_LONGEST_DAYS = 366


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
