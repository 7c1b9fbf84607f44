"""The short answer: the span of the answering sentence that the question asks for."""

from __future__ import annotations

from qabot.answering.candidates import Candidate
from qabot.answering.lists import count_asked, listed
from qabot.answering.question import Kind, Question, content_stems
from qabot.answering.spans import NAMING, Span, has_typed_pattern

_NO_SPAN = frozenset({Kind.REASON, Kind.MANNER, Kind.STATEMENT, Kind.YES_NO})
_MAX_WORDS = 12


def short_answer(question: Question, candidate: Candidate) -> str | None:
    """The date, number, name or place that the question asks for, as a slice of the sentence; None where there is none.

    Among the spans of the right form, the one on which the reader's span lies counts; where the reader's lies on none,
    the one next to it. A name that holds the noun asked for ("which resolution": "Resolution 1267") goes before others.
    Where an answer has no form of its own, it is the reader's span.
    """
    reading = candidate.reading
    text = candidate.text
    span = _nearest(candidate.spans, reading.start, reading.end)
    if has_typed_pattern(question) or (span and question.kind is Kind.ROLE):
        return text[span.start : span.end] if span else None
    instances = tuple(s for s in candidate.spans if question.head in content_stems(text[s.start : s.end]))
    if question.kind is Kind.NAME and (instance := _nearest(instances, reading.start, reading.end)):
        return text[instance.start : instance.end]
    count = count_asked(question) if question.kind in NAMING else 1
    if count != 1 and span and (several := listed(text, candidate.spans, span, count)):
        return text[several.start : several.end]
    read = _trimmed(text[reading.start : reading.end])
    if not read or len(read.split()) > _MAX_WORDS or question.kind is Kind.YES_NO:
        return None
    if set(content_stems(read)) <= question.stems:
        return text[span.start : span.end] if span and question.kind not in _NO_SPAN else None
    if span and question.kind is Kind.PERSON and span.start <= reading.start and reading.end <= span.end:
        return text[span.start : span.end]  # "Shoigu" read, "Sergei Shoigu" stands there
    return read


def _nearest(spans: tuple[Span, ...], start: int, end: int) -> Span | None:
    def distance(span: Span) -> tuple[int, int]:
        overlap = min(span.end, end) - max(span.start, start)
        return (-overlap if overlap > 0 else 0, max(0, -overlap))

    return min(spans, key=distance, default=None)


def _trimmed(text: str) -> str:
    return text.strip(" \n\t,;:.!?–—-\"“”‘’'()[]")
