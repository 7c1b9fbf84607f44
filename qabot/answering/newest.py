"""How things stand now: answered from the newest article, with its date, and how it came about in dated steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from qabot.answering.candidates import Candidate
from qabot.answering.dates.constraint import time_constraint
from qabot.answering.dates.period import parse_period

if TYPE_CHECKING:
    from qabot.answering.findings import Finding, Ranked

_ANSWERS = 0.5
"""The newest sentence answers where it is at least this likely to, as a share of the likeliest one's probability."""
_MONTHS = (
    "January February March April May June July August September October November December".split()  # in any locale
)


def asks_for_newest(question: str) -> bool:
    """Whether a question asks how things stand now, or for the latest."""
    constraint = time_constraint(question)
    return constraint is not None and constraint.newest


def newest_first(found: Sequence[Finding]) -> list[Finding]:
    """Findings with those first that the newest articles tell, among the likely ones; the others stay behind them.

    Args:
        found: the most probable first.
    """
    if not found:
        return []
    enough = _ANSWERS * max(each.probability for finding in found for each in finding.sentences)
    likely = [finding for finding in found if any(_told_on(each, enough) for each in finding.sentences)]
    ordered = [
        replace(f, sentences=tuple(sorted(f.sentences, key=lambda each: _told_on(each, enough), reverse=True)))
        for f in likely
    ]
    ordered.sort(key=lambda finding: _told_on(finding.sentences[0], enough), reverse=True)
    return [*ordered, *(finding for finding in found if finding not in likely)]


def as_of(candidate: Candidate) -> str:
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
    parts += [_MONTHS[day.month - 1]] if len(published) > 4 else []
    return " ".join([*parts, f"{day.year:04}"])


def _told_on(ranked: Ranked, enough: float) -> int:
    """The day of publication as a number that grows; 0 where it is unknown or the sentence is unlikely to answer."""
    period = parse_period(ranked.candidate.evidence.published)
    return period.ordinals()[1] if period and ranked.probability >= enough else 0
