"""A timeline: what happened when, from all articles on a topic; duplicates merged with all their citations."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qabot.answering.answer import Citation, Evidence
from qabot.store.records import ANYWHERE, Scope
from qabot.text.dates.expressions import stated_times, time_expressions
from qabot.text.dates.period import Period, parse_period
from qabot.text.names import names_in
from qabot.text.sentences import sentence_spans
from qabot.text.tokens import content_stems

if TYPE_CHECKING:
    from qabot.store.index import Index

_READ = 60
"""So many passages are read for a topic."""
_ABOUT = 0.6
"""Share of the topic's words, by rarity, that a sentence has, with its article's title and what stands before it."""
_WITHIN = 0.3
"""Share that the sentence has itself, or else it must refer back to one that has."""
_BACK = re.compile(r"\b(?:he|she|it|they|him|her|them|his|its|their|this|that|these|those|there)\b", re.IGNORECASE)
_OF_ITSELF = re.compile(
    r"\b(?:this|the) (?:article|story|piece|post) (?:was|is|has|originally|first)\b|\boriginally published\b",
    re.IGNORECASE,
)
"""What an article says of itself is no event."""
_LEADS_IN = re.compile(r"\W*(?:After|Following|Since|Before|Until)\b[^,]*")
"""A sentence up to a time that tells what was before."""
_BESIDE = 8
"""Characters between two expressions that tell one time."""
_BACKGROUND = re.compile(r"\b(?:that|which|who|when|where) had\b[^,;:.]*$", re.IGNORECASE)
"""What stands before the time of something that had happened long before what the sentence tells."""
_SAME = 0.4
"""Share of content words from which on two sentences of the same date tell the same event."""
_SAME_IN_REPRINT = 0.25
"""The same for sentences of reprints of one another."""
_LONGEST_DAYS = 366
"""A time that is longer than this (a decade, a span of years) is when no event happened."""


@dataclass(frozen=True)
class Event:
    """Something that happened.

    Attributes:
        period: when.
        date: the same as an ISO date of the precision told; ``first/last`` for a span.
        told: the words that tell when; empty where only the day of publication is known.
        reasoning: how they were resolved.
        text: the sentence that tells it, verbatim.
        citations: everyone who tells it, the one quoted in ``text`` first; ``marker`` counts through the timeline.
    """

    period: Period
    date: str
    told: str
    reasoning: str
    text: str
    citations: tuple[Citation, ...]

    @property
    def independent_origins(self) -> int:
        """How many origins tell it: reprints of one another count once."""
        return len({citation.origin for citation in self.citations})


def timeline(index: Index, topic: str, *, scope: Scope = ANYWHERE, span: Period | None = None) -> list[Event]:
    """The dated events that the articles tell about a topic, the earliest first.

    Args:
        index: an open index.
        topic: a few words, or a question.
        scope: which articles may be used.
        span: when the events happened; None: at any time.
    """
    from qabot.answering.retrieve import retrieve

    return events(topic, retrieve(index, topic, scope=scope, k=_READ), span)


def events(topic: str, evidence: Sequence[Evidence], span: Period | None = None) -> list[Event]:
    """The dated events of passages; see `timeline`."""
    found = list(_told(topic, evidence))
    if span:
        found = [event for event in found if event.period.meets(span)]
    merged: list[Event] = []
    # What is dated most exactly, and by an article that leads its origin, tells an event best.
    for event in sorted(found, key=_vagueness):
        same = next((i for i, other in enumerate(merged) if _are_one(event, other)), None)
        if same is None:
            merged.append(event)
        else:
            merged[same] = _with_citations(merged[same], event)
    merged.sort(key=lambda event: event.period.ordinals())
    return _numbered(merged)


def _told(topic: str, evidence: Sequence[Evidence]) -> Iterator[Event]:
    """The sentences about the topic that say when, or are the first of an article about it."""
    texts = [(piece, start, end) for piece in evidence for start, end in sentence_spans(piece.text)]
    weights = _rarity(topic, [piece.text[start:end] for piece, start, end in texts])
    total = sum(weights.values()) or 1.0

    def share(text: str) -> float:
        present = set(content_stems(text))
        return sum(weight for key, weight in weights.items() if key in present) / total

    for piece, start, end in texts:
        sentence = piece.text[start:end]
        around = f"{piece.title or ''} {piece.text[:end][-600:]}"
        if (
            _OF_ITSELF.search(sentence)
            or share(around) < _ABOUT
            or sentence.rstrip("”\"’')")[-1:] not in (".", "!", "?", "…")
        ):
            continue
        led_in = share(piece.text[max(0, start - 300) : start]) >= _ABOUT and _BACK.search(sentence)
        if share(sentence) < _WITHIN and not led_in:
            continue
        citation = _citation(piece, start, end)
        dated = _dated(piece, start, end)
        if dated:
            yield replace(dated, text=sentence, citations=(citation,))
        elif piece.start + start == 0 and (published := parse_period(piece.published)):
            how = f"the day of publication: {published.iso()}"
            yield Event(published, published.iso(), "", how, sentence, (citation,))


def _dated(piece: Evidence, start: int, end: int) -> Event | None:
    """When a sentence says that it happened: the first time that it states which is short enough for an event.

    A time that only leads in ("after the war of 1990, in 1995 ...") counts last, one of what had happened long before
    not at all. Where the first time is not known ("in early July"), another of the sentence would mislead.
    """
    expressions = [e for e in time_expressions(piece.text, piece.published) if start <= e.start < end]
    if not expressions or not expressions[0].period:
        return None
    times = stated_times(piece.text, expressions, start, end)
    leading_in = [bool(_LEADS_IN.fullmatch(piece.text[start : time.start])) for time in times]
    for _, time in sorted(zip(leading_in, times, strict=True), key=lambda each: each[0]):
        too_long = time.bound == "span" and not _is_short(time.period)
        if time.bound == "until" or too_long or _BACKGROUND.search(piece.text[start : time.start]):
            continue
        told = next(e for e in expressions if time.start <= e.start)
        nearby = [e for e in expressions if told.end <= e.start <= told.end + _BESIDE and e.precision == "day"]
        told = nearby[0] if nearby and told.precision != "day" else told  # "three months earlier, on 17 April"
        if told.period and _is_short(told.period):
            return Event(told.period, told.period.iso(), told.text, told.reasoning, "", ())
    return None


def _is_short(period: Period) -> bool:
    """Whether a period has two ends, near enough for an event."""
    first, last = period.earliest, period.latest
    return first is not None and last is not None and (last - first).days <= _LONGEST_DAYS


def _rarity(topic: str, sentences: Sequence[str]) -> dict[str, float]:
    """The weight of each word of the topic: names twice, and the rarer among the sentences the heavier (idf)."""
    counts = Counter(key for sentence in sentences for key in set(content_stems(sentence)))
    named = {key for name in names_in(topic) for word in name for key in content_stems(word)}
    return {
        key: math.log(1 + len(sentences) / (0.5 + counts[key])) * (2 if key in named else 1)
        for key in set(content_stems(topic))
    }


def _are_one(event: Event, other: Event) -> bool:
    """Whether two sentences tell the same event: at times that can be the same, in largely the same words."""
    if not event.period.meets(other.period):
        return False
    mine, others = set(content_stems(event.text)), set(content_stems(other.text))
    shared = len(mine & others) / max(1, min(len(mine), len(others)))
    origins = {citation.origin for citation in other.citations}
    return shared >= (_SAME_IN_REPRINT if event.citations[0].origin in origins else _SAME) and len(mine & others) >= 3


def _with_citations(event: Event, duplicate: Event) -> Event:
    known = {(c.article_id, c.start) for c in event.citations}
    added = tuple(c for c in duplicate.citations if (c.article_id, c.start) not in known)
    return replace(event, citations=(*event.citations, *added))


def _vagueness(event: Event) -> tuple[int, bool, int]:
    first, last = event.period.ordinals()
    citation = event.citations[0]
    return last - first, citation.article_id != citation.origin, len(event.text)


def _numbered(found: Sequence[Event]) -> list[Event]:
    """The events with their citations' markers counted through."""
    markers: dict[tuple[str, int], int] = {}
    numbered = []
    for event in found:
        citations = tuple(
            replace(c, marker=markers.setdefault((c.article_id, c.start), len(markers) + 1)) for c in event.citations
        )
        numbered.append(replace(event, citations=citations))
    return numbered


def _citation(piece: Evidence, start: int, end: int) -> Citation:
    return Citation(
        marker=0,
        article_id=piece.article_id,
        title=piece.title,
        author=piece.author,
        publisher=piece.publisher,
        published=piece.published,
        source=piece.source,
        quote=piece.text[start:end],
        start=piece.start + start,
        end=piece.start + end,
        origin=piece.origin,
    )
