"""Every sentence that the bot itself says in an answer."""

from __future__ import annotations

from qabot.answering.answer import Reason
from qabot.answering.read import Candidate
from qabot.text.dates.period import parse_period
from qabot.text.lexicon import MONTHS

ABSTAINING: dict[Reason, str] = {
    "nothing-found": "The articles say nothing about this.",
    "not-stated": "The articles do not say.",
    "out-of-range": "The articles of the dates or publishers asked for do not say; others do.",
}
"""What is said, by the reason for abstaining."""


def step_of(candidate: Candidate, first: Candidate) -> str:
    """``22 April 2024: ``, where an article of another day than the first sentence's tells a step; else empty."""
    day, now = (told_on(each.evidence.published) for each in (candidate, first))
    return f"{day}: " if day and day != now else ""


def as_of_day(candidate: Candidate) -> str:
    """``As of 27 November 2024: ``; empty where the article is undated."""
    day = told_on(candidate.evidence.published)
    return f"As of {day}: " if day else ""


def told_on(published: str | None) -> str | None:
    """An ISO date in words, of the precision it has: ``27 November 2024``, ``November 2024``, ``2024``."""
    period = parse_period(published)
    if period is None or period.earliest is None or published is None:
        return None
    day = period.earliest
    parts = [str(day.day)] if len(published) > 7 else []
    parts += [MONTHS[day.month - 1]] if len(published) > 4 else []
    return " ".join([*parts, f"{day.year:04}"])
