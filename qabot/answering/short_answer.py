"""The short answer: the span of an answering sentence that the question asks for, or the list of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qabot.answering.query import Kind, Question
from qabot.answering.spans import NAMING, Span, has_typed_pattern
from qabot.models.reader import Reading
from qabot.text.lexicon import TIME_UNIT, TIME_UNITS
from qabot.text.names import name_spans
from qabot.text.terms import count_named
from qabot.text.tokens import content_stems

_MAX_WORDS = 12
_OPENING = re.compile(r"^(?:(?:in|on|at|by|of|to|for|from|with|as|and|or|that|than)\s+)+", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:1[0-9]|20)\d\d\b")
_SPEECH = re.compile(
    r"\bwhat (?:did|does|do|has|had|have) .*\b(?:say|said|tell|told|think|warn|claim|argue|promise)\b", re.I
)
_BARE_NUMBER = re.compile(r"^\D*?(\d+)\D*$")
_UNIT = re.compile(rf"(.*[^\W_])[ -]?{TIME_UNIT}$")


def short_answer(question: Question, text: str, spans: Sequence[Span], reading: Reading) -> str | None:
    """Return the date, number, name or place that the question asks for, as a slice of a sentence; else None.

    Among the spans of the right form, the one on which the reader's span lies counts; where the reader's lies on none,
    the one next to it. A name that holds the noun asked for ("which resolution": "Resolution 1267") goes before others,
    and a list is answered whole where several things are asked for. Where an answer has no form of its own, it is the
    reader's span.

    Args:
        question: analysed.
        text: the sentence.
        spans: of the sentence, in the form of the answer asked for.
        reading: what the reader made of it.
    """
    span = _nearest(spans, reading)
    if has_typed_pattern(question):
        return _as_asked(question, text[span.start : span.end]) if span else None
    if question.kind is Kind.YES_NO:
        return None
    read = _trimmed(text[reading.start : reading.end])
    usable = 0 < len(read.split()) <= _MAX_WORDS and not _repeats(question, read)
    if question.kind not in NAMING:
        return read if usable and not (_SPEECH.search(question.text) and _is_name(read)) else None
    if span and question.kind is Kind.ROLE:
        return text[span.start : span.end]
    if meant := _named(question, text, spans, span, reading, read if usable else ""):
        return text[meant.start : meant.end]
    return read if usable else None


def _named(
    question: Question, text: str, spans: Sequence[Span], nearest: Span | None, reading: Reading, read: str
) -> Span | None:
    """Return the name, or the list of names, that answers; None where the reader's span does, if any."""
    instances = [span for span in spans if question.head in content_stems(text[span.start : span.end])]
    if instance := _nearest(instances, reading):
        return instance
    if nearest is None:
        return None
    count = count_asked(question)
    if count != 1 and (several := listed(text, spans, nearest, count)):
        return several
    return nearest if not read or _is_meant(question, text, nearest, reading.start, reading.end) else None


def _is_name(read: str) -> bool:
    """True if what was read is but a name: of who said it, not of what was said."""
    return (0, len(read)) in name_spans(read)


def _is_meant(question: Question, text: str, span: Span, start: int, end: int) -> bool:
    """True if a name is the answer rather than the reader's span ``[start:end]``, which has more or fewer words."""
    if span.end <= start or end <= span.start:
        return False
    if span.start <= start and end <= span.end:
        return question.kind is Kind.PERSON  # "Shoigu" read, "Sergei Shoigu" stands there
    beside = text[min(start, span.start) : span.start] + text[span.end : max(end, span.end)]
    return question.kind is not Kind.NAME or len(content_stems(beside)) > 1 or beside.lstrip().startswith(("’s", "'s"))


def _as_asked(question: Question, answer: str) -> str:
    """Return a date or number in the form asked for: the year for "which year", the number for "how many days"."""
    if question.kind is Kind.DATE and question.precision == "year" and (years := _YEAR.findall(answer)):
        return str(years[0]) if len(years) == 1 and not answer.endswith("s") else answer
    if question.kind is Kind.AGE and (age := _BARE_NUMBER.match(answer)):
        return age[1]
    counted = re.search(rf"\bhow many (?:\w+ ){{0,2}}?(?:{'|'.join(TIME_UNITS)})s\b", question.text, re.I)
    if question.kind in (Kind.DURATION, Kind.NUMBER) and counted and (unit := _UNIT.match(answer)):
        return unit[1]
    return answer


def _repeats(question: Question, read: str) -> bool:
    """True if most of what was read stands in the question."""
    stems = content_stems(read)
    return 2 * sum(stem in question.stems for stem in stems) > len(stems) or not stems


def _nearest(spans: Sequence[Span], reading: Reading) -> Span | None:
    def distance(span: Span) -> tuple[int, int]:
        overlap = min(span.end, reading.end) - max(span.start, reading.start)
        return (-overlap if overlap > 0 else 0, max(0, -overlap))

    return min(spans, key=distance, default=None)


def _trimmed(text: str) -> str:
    return _OPENING.sub("", text.strip(" \n\t,;:.!?–—-\"“”‘’'()[]"))


_COUNTED = re.compile(
    r"\b(?:which|what|name|list|who were|who are)\s(?:(?:are|were|is)\s)?(?:the\s)?(?P<count>[\w-]+)\b", re.I
)
_NO_NOUN = r"(?!(?:is|was|has|does|this|his|its|us)\b)"
_PLURAL = re.compile(
    rf"\b(?:which|what)\s(?:{_NO_NOUN}\w+\s){{0,2}}?{_NO_NOUN}(?:\w{{2,}}[^\Ws]s|people|men|women|children)\b"
    r"|\bwho (?:are|were)\b|\b(?:name|list) the\b",
    re.I,
)
_JOINT = re.compile(
    r"\s*(?:,|;)?\s*(?:\b(?:and|or|as well as|along with|together with)\b|&|,|;|/)?\s*(?:the\s|an?\s)?", re.I
)


def count_asked(question: Question) -> int | None:
    """Return how many things a question asks for: 1 where one, a number where it says so, None where several."""
    match = _COUNTED.search(question.text)
    count = count_named(match["count"]) if match else None
    if count and count > 1:
        return count
    return None if _PLURAL.search(question.text) else 1


def listed(sentence: str, spans: Sequence[Span], around: Span, count: int | None) -> Span | None:
    """Return the list of a sentence that holds a span: the spans joined to it by commas and "and".

    Args:
        sentence: that holds them.
        spans: candidates for its members, left to right.
        around: one of them.
        count: how many it is to have; None: two or more.

    Returns:
        From the first member to the last; None where there is no such list.
    """
    place = next((i for i, span in enumerate(spans) if span.start <= around.start < span.end), None)
    if place is None:
        return None
    first = last = place
    while first and _joined(sentence, spans[first - 1], spans[first]):
        first -= 1
    while last + 1 < len(spans) and _joined(sentence, spans[last], spans[last + 1]):
        last += 1
    members = last - first + 1
    if members < 2 or (count and members != count):
        return None
    return Span(spans[first].start, spans[last].end, "list")


def _joined(sentence: str, one: Span, other: Span) -> bool:
    between = sentence[one.end : other.start]
    return bool(between.strip()) and bool(_JOINT.fullmatch(between))
