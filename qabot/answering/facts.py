"""What is known of times and differences, as a language model is told it: facts that it need not work out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from qabot.answering.answer import Evidence
from qabot.text.dates.constraint import time_constraint
from qabot.text.dates.expressions import time_expressions
from qabot.text.dates.resolution import TimeExpression

if TYPE_CHECKING:
    from qabot.answering.disagreement.dispute import Dispute

_MOST = 8
"""So many dates of a passage are told."""
_LONGEST = 80
"""Characters of a value: it is an article's word, and no place for more."""
_KINDS = {
    "superseded": "the first is the later state",
    "conflicting": "they contradict each other",
    "garbled": "the first is the original, the other a reprint that altered it",
}


def dates_told(passage: Evidence) -> str:
    """Which days the expressions of a passage mean that are no dates by themselves: ``“last May”: 2024-05``."""
    told = [f"“{' '.join(e.text.split())}”: {e.period.iso()}" for e in _relative(passage) if e.period]
    return "; ".join(list(dict.fromkeys(told))[:_MOST])


def dates_meant(passage: Evidence) -> str:
    """The same days in words, as a sentence about the passage may write them: ``22 April 2024``."""
    days = [day for e in _relative(passage) if e.period for day in (e.period.earliest, e.period.latest) if day]
    return "\n".join(f"{day.isoformat()} {day.day} {day:%B} {day.year}" for day in dict.fromkeys(days))


def facts_text(question: str, disputes: Sequence[Dispute], passages: Sequence[Evidence], as_of: date | None) -> str:
    """What is told behind the passages: today, what the question's words of time mean, where the passages differ.

    Args:
        question: as it stands alone.
        disputes: where the passages differ.
        passages: in the order in which they are numbered from 1.
        as_of: the day that counts as today; None: it is not told.
    """
    lines = [f"Today is {as_of.isoformat()}."] if as_of else []
    asked = time_constraint(question, as_of) if as_of else None
    lines += [
        f"In the question, “{e.text}” means {e.period.iso()}."
        for e in (asked.expressions if asked else ())
        if e.anchor == "published" and e.period
    ]
    numbers = {passage: number for number, passage in enumerate(passages, 1)}
    for dispute in disputes:
        values = [
            f"“{' '.join(claim.text.split())[:_LONGEST]}” (passage {numbers[claim.evidence]})"
            for claim, *_ in dispute.groups
            if claim.evidence in numbers
        ]
        if len(values) > 1:
            lines.append(f"The passages differ: {'; '.join(values)}; {_KINDS[dispute.kind]}.")
    return "\n".join(lines)


def _relative(passage: Evidence) -> list[TimeExpression]:
    """The time expressions of a passage that mean a day only beside another date."""
    return [e for e in time_expressions(passage.text, passage.published) if e.period and e.anchor != "calendar"]
