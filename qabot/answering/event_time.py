"""When a sentence says that what it tells happened: its own time, not that of something else it speaks of."""

from __future__ import annotations

import re

from qabot.text.annotate import Sentence
from qabot.text.dates.expressions import StatedTime
from qabot.text.dates.period import Period
from qabot.text.dates.resolution import TimeExpression

_LONGEST_DAYS = 366  # of an event: a decade, or a span of years, is not when it happened
# A sentence up to a time which only says what was before.
_LEADS_IN = re.compile(r"\W*(?:After|Following|Since|Before|Until|Ahead of|Prior to)\b[^,]*")
_CLOCK = r"(?!\s+(?:midnight|noon|dawn|dusk|dark|sunrise|sunset|about|around|\d))"
# A sentence up to a time that is of something else: of what somebody did who is only described, of what the sentence
# compares with, names as a cause or counts from.
_ELSEWHERE = (
    re.compile(r"(?<!^)\b(?:who|whose|whom|which)\b[^,;:]*$"),
    re.compile(rf"(?<!^)\b(?:after|before|following|despite|until|ahead of|than|unlike|versus){_CLOCK}\b[^,;:]*$"),
    re.compile(
        r"(?<!^)\b(?:because of|due to|thanks to|dating(?: back)? to|compared (?:to|with)|in the wake of)\b[^,;:]*$"
    ),
    re.compile(r"(?<!^)\bat a time (?:when|that)\b[^,;:]*$"),
)
_FINITE = r"\b(?:was|were|is|are|has|have|had|will)\b"
_DESCRIBED = re.compile(
    rf"(?<!^)\bwho\b(?:(?!\b(?:and|but|or)\b)[^,;:])*?{_FINITE}(?:(?!\b(?:and|but|or)\b)[^,;:])*?(?={_FINITE})"
)
"""A sentence up to its verb, behind what describes its subject: "the two who had been away since May (were found)"."""
_SINCE = re.compile(r"\bsince\b([^,;:]*)$", re.IGNORECASE)


def event_time(text: str, sentence: Sentence) -> TimeExpression | None:
    """Return the first time that a passage's sentence states for what it tells, short enough for an event.

    A time that only leads in ("after the war of 1990, in 1995 ...") counts last, one of something else not at all.
    Where the first time is not known ("in early July"), another of the sentence would mislead.
    """
    if not sentence.times or not sentence.times[0].period:
        return None
    start = sentence.start
    leading_in = [bool(_LEADS_IN.fullmatch(text[start : time.start])) for time in sentence.stated]
    for _, time in sorted(zip(leading_in, sentence.stated, strict=True), key=lambda each: each[0]):
        long_span = time.bound == "span" and not _is_short(time.period)
        if time.bound == "until" or long_span or _is_elsewhere(text, start, time):
            continue
        told = next(e for e in sentence.times if time.start <= e.start)
        if told.period and _is_short(told.period):
            return told
    return None


def is_of_its_day(text: str, sentence: Sentence) -> bool:
    """True if all times that a sentence states are of something else, so that its own is that of its article."""
    if not all(time.period for time in sentence.times):
        return False
    return all(_is_elsewhere(text, sentence.start, time) for time in sentence.stated)


def _is_elsewhere(text: str, start: int, time: StatedTime) -> bool:
    """True if a time is that of something else than its sentence tells, to go by what stands beside it there."""
    before = text[start : time.start]
    if described := _DESCRIBED.search(before):
        before = before[described.end() :]
    since = _SINCE.search(before + " ")
    if since:  # "has led the party since 2012", but not "since losing in 2009"
        return bool(since[1].strip())
    return any(pattern.search(before) for pattern in _ELSEWHERE)


def _is_short(period: Period) -> bool:
    """True if a period has two ends, near enough for an event."""
    first, last = period.earliest, period.latest
    return first is not None and last is not None and (last - first).days <= _LONGEST_DAYS
