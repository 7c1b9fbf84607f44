"""Timelines: the dated events that articles tell about a topic, each with the citations of all who tell it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from qabot.answering.answer import Citation, Evidence
from qabot.answering.draft import Quote, overlap
from qabot.answering.query import checked, topic_of
from qabot.answering.read import rarity, share_of
from qabot.answering.retrieve import retrieve
from qabot.store.records import ANYWHERE, OpenIndex, Scope
from qabot.text.annotate import Sentence
from qabot.text.corrections import holds
from qabot.text.dates.expressions import StatedTime
from qabot.text.dates.period import Period, parse_period
from qabot.text.dates.resolution import TimeExpression
from qabot.text.names import naming_words
from qabot.text.tokens import content_stems

_READ = 60  # passages that are read for a topic
_ABOUT = 0.6  # share of the topic's words, by rarity, in a sentence with its article's title and what stands before it
_WITHIN = 0.3  # share in the sentence itself, unless it refers back to one that is about the topic
_BACK = re.compile(r"\b(?:he|she|it|they|him|her|them|his|its|their|this|that|these|those|there)\b", re.IGNORECASE)
# What an article says of itself is no event.
_OF_ITSELF = re.compile(
    r"\b(?:this|the) (?:article|story|piece|post) (?:was|is|has|originally|first)\b|\boriginally published\b",
    re.IGNORECASE,
)
_ADDRESSES = re.compile(r"\byour?\b", re.IGNORECASE)  # advice to whoever reads is no event
_WHO = re.compile(
    r"\b(?:he|she|they|him|her|them|his|hers|its|their)\b|\bit\b(?!['’]s\b| (?:is|was|will be|took)\b)", re.I
)
_SPOKEN = re.compile(r"[“\"][^”\"]*[”\"]?")
_SENTENCES_BACK = 2  # in which whom a pronoun stands for is looked for
_SAME = 0.4  # share of content words from which on two sentences of the same date tell the same event
_SAME_IN_REPRINT = 0.25  # the same for sentences of reprints of one another
_FEWEST_SHARED = 3  # content words that two such sentences share
_LONGEST_DAYS = 366  # of an event: a decade, or a span of years, is not when it happened
# A sentence up to a time which only says what was before.
_LEADS_IN = re.compile(r"\W*(?:After|Following|Since|Before|Until|Ahead of|Prior to)\b[^,]*")
_CLOCK = r"(?!\s+(?:midnight|noon|dawn|dusk|dark|sunrise|sunset|about|around|\d))"
# A sentence up to a time that is of something else: of what somebody did who is only described, of what the sentence
# compares with, names as a cause or counts from.
_ELSEWHERE = re.compile(
    r"(?<!^)\b(?:who|whose|whom|which|because of|due to|thanks to|dating(?: back)? to|compared (?:to|with)"
    r"|in the wake of|at a time (?:when|that)"
    rf"|(?:after|before|following|despite|until|ahead of|than|unlike|versus){_CLOCK})\b[^,;:]*$"
)
_FINITE = r"\b(?:was|were|is|are|has|have|had|will)\b"
_DESCRIBED = re.compile(
    rf"(?<!^)\bwho\b(?:(?!\b(?:and|but|or)\b)[^,;:])*?{_FINITE}(?:(?!\b(?:and|but|or)\b)[^,;:])*?(?={_FINITE})"
)
"""A sentence up to its verb, behind what describes its subject: "the two who had been away since May (were found)"."""
_SINCE = re.compile(r"\bsince\b([^,;:]*)$", re.IGNORECASE)
_OF_NO_SUBJECT = re.compile(
    r"(?:the |a )?(?:(?:short|whole|recent) )?"
    r"(?:(?:history|timeline|chronology|course|development|events?) (?:of|in|around)"
    r"|(?:relations|relationship|ties|dealings) (?:of|between)) (?P<rest>.+)",
    re.IGNORECASE,
)
"""A topic whose first noun tells no event: rare as it is in articles, it would count more than the names behind it."""


@dataclass(frozen=True)
class Event:
    """Something that happened.

    Attributes:
        period: when it happened.
        told: the words that tell when; empty where only the day of publication is known.
        reasoning: how these words were resolved.
        text: the sentence that tells it, verbatim, with those just before it where they name who it is about.
        citations: every sentence that tells it, first the one in ``text``; ``marker`` counts through the timeline.
        stems: of the content words of the sentence that tells it.
    """

    period: Period
    told: str
    reasoning: str
    text: str
    citations: tuple[Citation, ...]
    stems: frozenset[str] = frozenset()

    @property
    def date(self) -> str:
        """When it happened, as an ISO date of the precision told; ``first/last`` for a span."""
        return self.period.iso()

    @property
    def independent_origins(self) -> int:
        """How many origins tell it: reprints of one another count once."""
        return len({citation.origin for citation in self.citations})


def topic_asked_of(typed: str) -> str:
    """Return the topic of a timeline: of a digest what it is asked of, without a noun before names that is no subject.

    Raises:
        UsageError: it is empty or too long.
    """
    asked = checked(typed)
    topic = topic_of(asked) or asked
    bare = _OF_NO_SUBJECT.fullmatch(topic)
    return bare["rest"] if bare and naming_words(bare["rest"]) else topic


def timeline(index: OpenIndex, topic: str, *, scope: Scope = ANYWHERE, span: Period | None = None) -> list[Event]:
    """Return the dated events that the articles tell about a topic, the earliest first.

    The topic is a few words, or a question; ``span`` is when they happened, which may be at any time.
    """
    return events(topic, retrieve(index, topic, scope=scope, k=_READ), span)


def events(topic: str, evidence: Sequence[Evidence], span: Period | None = None) -> list[Event]:
    """Return the dated events of passages; see `timeline`."""
    merged: list[Event] = []
    # What is dated most exactly, and by an article that leads its origin, tells an event best.
    for event in sorted(_told(topic, evidence), key=_vagueness):
        if span and not event.period.meets(span):
            continue
        same = next((i for i, other in enumerate(merged) if _are_one(event, other)), None)
        if same is None:
            merged.append(event)
            continue
        cited = {citation.place: citation for citation in (*merged[same].citations, *event.citations)}
        merged[same] = replace(merged[same], citations=tuple(cited.values()))
    merged.sort(key=lambda event: event.period.ordinals())
    markers: dict[tuple[str, int, int], int] = {}
    for at, event in enumerate(merged):
        cited_as = (replace(c, marker=markers.setdefault(c.place, len(markers) + 1)) for c in event.citations)
        merged[at] = replace(event, citations=tuple(cited_as))
    return merged


def _told(topic: str, evidence: Sequence[Evidence]) -> Iterator[Event]:
    """Yield the sentences about the topic that say when, or are the first of an article about it.

    A day that was taken back is none, and neither is what only takes it back.
    """
    read = [(piece, sentence, stands) for piece in evidence for sentence, stands in piece.standing]
    named = content_stems(" ".join(naming_words(topic)))
    weights = rarity(set(content_stems(topic)), [sentence.stems for _, sentence, _ in read])
    weights = {key: weight * (2 if key in named else 1) for key, weight in weights.items()}  # names count twice
    for piece, sentence, (first, last) in read:
        if first == last or not weights or not _is_about(piece, sentence, weights):
            continue
        start = _beginning(piece, sentence)
        if start is None:
            continue
        text, published = piece.text[start : sentence.end], parse_period(piece.published)
        citation = Quote(piece, piece.start + start, piece.start + sentence.end).citation(0)
        if (time := _event_time(piece.text, sentence)) and time.period:
            if time.start < sentence.start + first or holds(time.text, piece.withdrawn):
                continue
            yield Event(time.period, time.text, time.reasoning, text, (citation,), sentence.stems)
        elif _ADDRESSES.search(_SPOKEN.sub("", sentence.text)):
            continue
        elif piece.start + sentence.start == 0 and published and _is_of_its_day(piece.text, sentence):
            how = f"the day of publication: {published.iso()}"
            yield Event(published, "", how, text, (citation,), sentence.stems)


def _beginning(piece: Evidence, sentence: Sentence) -> int | None:
    """Return where what tells an event begins: at its sentence, or before it where only a pronoun says who it is about.

    None where nobody is named there either: nobody knows then whom it is about.
    """
    at = piece.sentences.index(sentence)
    back = reversed(piece.sentences[max(0, at - _SENTENCES_BACK) : at + 1])
    return next((first.start for first in back if not _leaves_open_who(first)), None)


def _leaves_open_who(sentence: Sentence) -> bool:
    """True if a sentence has a pronoun, outside what is spoken in it, before it names anybody or anything."""
    own = _SPOKEN.sub(lambda spoken: " " * len(spoken[0]), sentence.text)
    pronoun = _WHO.search(own)
    if not pronoun:
        return False
    times = [(time.start, time.end) for time in sentence.times]
    named = (start for start, end in sentence.names if not any(first <= start and end <= last for first, last in times))
    return not any(start < sentence.start + pronoun.start() for start in named)


def _is_about(piece: Evidence, sentence: Sentence, weights: Mapping[str, float]) -> bool:
    """True if a passage's sentence is whole, asks nothing and is about the topic, whose words have these weights."""
    around = f"{piece.title or ''} {piece.text[: sentence.end][-600:]}"
    is_whole = sentence.text.rstrip("”\"’')")[-1:] in (".", "!", "…")
    if _OF_ITSELF.search(sentence.text) or not is_whole or share_of(weights, content_stems(around)) < _ABOUT:
        return False
    if share_of(weights, sentence.stems) >= _WITHIN:
        return True
    before = piece.text[max(0, sentence.start - 300) : sentence.start]
    return bool(_BACK.search(sentence.text)) and share_of(weights, content_stems(before)) >= _ABOUT


def _are_one(told: Event, other: Event) -> bool:
    """True if two sentences tell the same event: at times that can be the same, in largely the same words."""
    if not told.period.meets(other.period):
        return False
    origins = {citation.origin for citation in other.citations}
    least = _SAME_IN_REPRINT if told.citations[0].origin in origins else _SAME
    return len(told.stems & other.stems) >= _FEWEST_SHARED and overlap(told.stems, other.stems) >= least


def _vagueness(event: Event) -> tuple[int, bool, int]:
    first, last = event.period.ordinals()
    citation = event.citations[0]
    return last - first, citation.article_id != citation.origin, len(event.text)


def _event_time(text: str, sentence: Sentence) -> TimeExpression | None:
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


def _is_of_its_day(text: str, sentence: Sentence) -> bool:
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
    return bool(_ELSEWHERE.search(before))


def _is_short(period: Period) -> bool:
    """True if a period has two ends, near enough for an event."""
    first, last = period.ordinals()
    return last - first <= _LONGEST_DAYS
