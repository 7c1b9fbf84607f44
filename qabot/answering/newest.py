"""How things stand now: answered from the newest article, with its date, and how it came about in dated steps."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from qabot.answering.candidates import Candidate
from qabot.text.dates.period import parse_period

if TYPE_CHECKING:
    from qabot.answering.disagreement.dispute import Dispute
    from qabot.answering.draft import Quote
    from qabot.answering.findings import Finding, Ranked

_ANSWERS = 0.5
"""The newest sentence answers where it is at least this likely to, as a share of the likeliest one's probability."""
_CHANGE = re.compile(
    r"\bhow (?:has|have|had|did|does|do|was|were) .*\b(?:chang\w+|evolv\w+|develop\w*|shift\w*|come about)\b"
    r"|\bwhat (?:has |have )?changed\b|\bover (?:time|the years)\b|\bhow .* came about\b|\bhistory of\b",
    re.IGNORECASE,
)
_MONTHS = (
    "January February March April May June July August September October November December".split()  # in any locale
)


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


def asks_how_it_changed(question: str) -> bool:
    """Whether a question asks how something came to be as it is."""
    return bool(_CHANGE.search(question))


def latest_state_first(found: Sequence[Finding], differing: Sequence[Dispute]) -> list[Finding]:
    """Findings with that first which tells the latest state, where the best one is told to be superseded by it.

    Args:
        found: the most probable first.
        differing: where their sentences differ.
    """
    if not found:
        return []
    for dispute in differing:
        latest, *earlier = [{_place(claim.quote) for claim in group} for group in dispute.groups]
        if dispute.kind != "superseded" or not any(_at(found[0].sentences[0]) in group for group in earlier):
            continue
        enough = _ANSWERS * found[0].sentences[0].probability
        for finding in found:
            told = [each for each in finding.sentences if _at(each) in latest and each.probability >= enough]
            if told:
                others = tuple(each for each in finding.sentences if each is not told[0])
                rest = [each for each in found if each is not finding]
                return [replace(finding, sentences=(told[0], *others)), *rest]
    return list(found)


def step_of(candidate: Candidate, first: Candidate) -> str:
    """``22 April 2024: ``, where an article of another day than the first sentence's tells a step; else empty."""
    day, now = (told_on(each.evidence.published) for each in (candidate, first))
    return f"{day}: " if day and day != now else ""


def published_on(candidate: Candidate) -> int:
    """The day of publication as a number that grows; 0 where it is unknown."""
    period = parse_period(candidate.evidence.published)
    return period.ordinals()[1] if period else 0


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
    parts += [_MONTHS[day.month - 1]] if len(published) > 4 else []
    return " ".join([*parts, f"{day.year:04}"])


def _told_on(ranked: Ranked, enough: float) -> int:
    """The day of publication as a number that grows; 0 where it is unknown or the sentence is unlikely to answer."""
    return published_on(ranked.candidate) if ranked.probability >= enough else 0


def _at(ranked: Ranked) -> tuple[str, int, int]:
    candidate = ranked.candidate
    return candidate.evidence.article_id, candidate.start, candidate.end


def _place(quote: Quote) -> tuple[str, int, int]:
    return quote.evidence.article_id, quote.start, quote.end
