"""Candidates: the sentences of the evidence, each with what speaks for its being the answer."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Self

import numpy as np

from qabot.answering.answer import Evidence
from qabot.answering.query import Kind, Question
from qabot.answering.spans import NAMING, Span, asks_for_country, has_typed_pattern, spans_for
from qabot.models.reader import Reader, ReaderSentence, Reading
from qabot.text.countries import countries_in, country_of
from qabot.text.dates.constraint import TimeConstraint, time_constraint, time_fit
from qabot.text.dates.expressions import stated_times, time_expressions
from qabot.text.dates.period import Period, parse_period
from qabot.text.names import names_in
from qabot.text.sentences import sentence_spans
from qabot.text.tokens import content_stems, fold, words

_READ = 32
"""So many sentences are read at most."""
_TOKEN = re.compile(r"[\w’'-]+")
_BACK = re.compile(r"\b(?:he|she|it|they|him|her|them|his|its|their|this|that|these|those|there)\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:1[0-9]|20)\d\d\b")


@dataclass(frozen=True)
class Features:
    """What speaks for a sentence's being the answer; all but the reader's between 0 and 1.

    Attributes:
        reader: the trained reader's log-odds that this sentence answers, against none does, clipped to [-10, 10].
        span: the reader's log-odds of the best span in it, clipped likewise.
        similarity: cosine of the question's and its passage's embeddings.
        overlap: share of the question's content words that stand in the sentence, weighted by their rarity.
        context: the same share for the sentence with what stands before it in its passage and its article's title.
        names: share of the question's names and numbers that stand in the sentence, in its article's title or, where
            the sentence refers back ("he", "this"), in what stands before it.
        rival: whether the sentence lacks a country or a year of the question, and names another instead.
        typed: whether the sentence has a date, a number, a sum, a country where one is asked for; 1 where none is.
        named: whether it has a name that the question lacks, where a person, place or name is asked for, or says what
            the person of the question is, where a role is; 1 elsewhere.
        role: whether it says what the person of the question is, where that is asked for; 0 elsewhere.
        focus: share of the words of what the answer is to be one of ("which *court*") that stand in the sentence.
        near: how near to the span that could answer the words stand that the sentence shares with the question, 1 where
            they touch it.
        agreement: whether the reader's span has the form of the answer asked for; .5 where that has no form.
        time: how well the times that it states fit the time that the question asks about; 1 where it asks about none.
        asking: whether it is a question itself.
    """

    reader: float
    span: float
    similarity: float
    overlap: float
    context: float
    names: float
    rival: float
    typed: float
    named: float
    role: float
    focus: float
    near: float
    agreement: float
    time: float
    asking: float

    def vector(self) -> list[float]:
        """The features in their order."""
        return [float(getattr(self, field.name)) for field in fields(self)]


@dataclass(frozen=True)
class Candidate:
    """A sentence of the evidence: the slice ``[start:end]`` of its article's text."""

    evidence: Evidence
    start: int
    end: int
    reading: Reading
    spans: tuple[Span, ...]
    features: Features

    @property
    def text(self) -> str:
        """The sentence, verbatim."""
        return self.evidence.text[self.start - self.evidence.start : self.end - self.evidence.start]


def candidates(
    question: Question,
    evidence: Sequence[Evidence],
    reader: Reader,
    most: int = _READ,
    as_of: date | None = None,
) -> list[Candidate]:
    """The sentences of the evidence as candidates, in the evidence's order.

    Args:
        question: analysed.
        evidence: passages, with their scores.
        reader: reads the sentences; that takes longer than all else.
        most: where there are more sentences, those are read that share most with the question.
        as_of: the day that counts as today; None: nobody asked for another than today.
    """
    found = [_Sentence.of(piece, start, end) for piece in evidence for start, end in _read_alone(piece.text)]
    weights = _rarity(question, [sentence.stems for sentence in found])
    best_passage = max((piece.score for piece in evidence), default=1.0) or 1.0
    if len(found) > most:
        promising = [_promise(sentence, weights, best_passage) for sentence in found]
        worst = sorted(promising, reverse=True)[most - 1]
        found = [sentence for sentence, promise in zip(found, promising, strict=True) if promise >= worst][:most]
    readings = reader.read(
        question.text, [ReaderSentence(each.text, each.before, each.piece.title or "") for each in found]
    )
    constraint = asked_time(question.text, evidence, as_of)
    return [
        _candidate(question, sentence, reading, weights, constraint)
        for sentence, reading in zip(found, readings, strict=True)
    ]


@dataclass(frozen=True)
class _Sentence:
    """A sentence of a passage: ``[start:end]`` of it; with what stands before it there, and the stems of its words."""

    piece: Evidence
    start: int
    end: int
    text: str
    before: str
    stems: frozenset[str]

    @classmethod
    def of(cls, piece: Evidence, start: int, end: int) -> Self:
        text = piece.text[start:end]
        return cls(piece, start, end, text, piece.text[:start], frozenset(content_stems(text)))

    @property
    def context(self) -> str:
        return f"{self.piece.title or ''} {self.before} {self.text}"


def _promise(sentence: _Sentence, weights: Mapping[str, float], best_passage: float) -> float:
    """How likely a sentence is to be worth reading, by its words and its passage."""
    piece = sentence.piece
    nearby = _share(weights, sentence.stems.union(content_stems(f"{piece.title or ''} {sentence.before[-300:]}")))
    return _share(weights, sentence.stems) + nearby / 2 + 0.3 * (piece.score / best_passage + piece.similarity)


def _candidate(
    question: Question,
    sentence: _Sentence,
    reading: Reading,
    weights: Mapping[str, float],
    constraint: TimeConstraint | None,
) -> Candidate:
    piece, text, context = sentence.piece, sentence.text, sentence.context
    spans = tuple(spans_for(question, text, (reading.start, reading.end)))
    features = Features(
        reader=float(np.clip(reading.score, -10, 10)),
        span=float(np.clip(reading.span_score, -10, 10)),
        similarity=piece.similarity,
        overlap=_share(weights, sentence.stems),
        context=_share(weights, set(content_stems(context))),
        names=_names_share(question, context if _BACK.search(text) else f"{piece.title or ''} {text}"),
        rival=float(_has_rival(question, text)),
        typed=float(bool(spans) or not (has_typed_pattern(question) or asks_for_country(question))),
        named=float(bool(spans) or question.kind not in NAMING),
        role=float(bool(spans) and question.kind is Kind.ROLE),
        focus=len(question.focus & sentence.stems) / len(question.focus) if question.focus else 1.0,
        near=_near(question, text, spans, reading),
        agreement=_agreement(question, spans, reading),
        time=_time(constraint, piece, sentence.start, sentence.end),
        asking=float(text.rstrip("\"'”’) ").endswith("?")),
    )
    return Candidate(piece, piece.start + sentence.start, piece.start + sentence.end, reading, spans, features)


def _read_alone(text: str) -> Iterator[tuple[int, int]]:
    """The sentences of a passage; one that ends with a colon is read with what it introduces."""
    begun: int | None = None
    for start, end in sentence_spans(text):
        begun = start if begun is None else begun
        if text[end - 1] != ":":
            yield begun, end
            begun = None
    if begun is not None:
        yield begun, end


def _rarity(question: Question, sentences: Sequence[frozenset[str]]) -> dict[str, float]:
    """The weight of each content word of the question: the rarer among the sentences, the heavier (idf)."""
    counts = Counter(stem for stems in sentences for stem in stems)
    return {s: math.log(1 + len(sentences) / (0.5 + counts[s])) for s in question.stems}


def _share(weights: Mapping[str, float], present: Collection[str]) -> float:
    total = sum(weights.values())
    return sum(weight for s, weight in weights.items() if s in present) / total if total else 1.0


def _names_share(question: Question, text: str) -> float:
    if not question.names:
        return 1.0
    present, countries = {fold(word) for word in words(text)}, countries_in(text)
    return sum(
        1.0 if country_of(name) in countries else sum(w in present for w in name) / len(name) for name in question.names
    ) / len(question.names)


def _near(question: Question, text: str, spans: Sequence[Span], reading: Reading) -> float:
    """Mean nearness, 1 / (1 + words between / 4), of the shared words to the span that they are nearest to."""
    tokens = list(_TOKEN.finditer(text))
    shared = [i for i, token in enumerate(tokens) if question.stems.intersection(content_stems(token.group()))]
    best = 0.0
    for span in spans or [Span(reading.start, reading.end, "read")]:
        inside = [i for i, token in enumerate(tokens) if token.start() < span.end and token.end() > span.start]
        outside = [i for i in shared if inside and not inside[0] <= i <= inside[-1]]
        distances = [min(abs(i - inside[0]), abs(i - inside[-1])) - 1 for i in outside]
        best = max(best, sum(4 / (4 + distance) for distance in distances) / max(1, len(shared)))
    return best


def _agreement(question: Question, spans: Sequence[Span], reading: Reading) -> float:
    if not spans:
        return 0.0 if has_typed_pattern(question) else 0.5
    return float(any(span.start < reading.end and reading.start < span.end for span in spans))


def _time(constraint: TimeConstraint | None, piece: Evidence, start: int, end: int) -> float:
    if constraint is None:
        return 1.0
    times = stated_times(piece.text, time_expressions(piece.text, piece.published), start, end)
    return time_fit(constraint, times, parse_period(piece.published))


def _has_rival(question: Question, text: str) -> bool:
    """Whether a text lacks a country or a year of the question, and names another instead."""
    asked, said = countries_in(question.text), countries_in(text)
    if asked - said and said - asked:
        return True
    asked_years, said_years = set(_YEAR.findall(question.text)), set(_YEAR.findall(text))
    return bool(asked_years and said_years and not asked_years & said_years)


_TOLD = 0.6
"""Share of the event's words that a sentence which dates it has; all of its names beside."""
_LONGEST_DAYS = 366


def asked_time(question: str, evidence: Sequence[Evidence], as_of: date | None = None) -> TimeConstraint | None:
    """The time that a question asks about; None where it speaks of none.

    "Last year" is counted from ``as_of``. Where nobody said what counts as today, it is counted from today; but where
    no passage is of the time that this gives, whoever asks an older collection means the days of its articles: each is
    then read as of its own day, and the answer is to name that day (``as_told``).

    Args:
        question: as it stands alone.
        evidence: what was found for it.
        as_of: the day that counts as today; None: nobody asked for another than today.
    """
    constraint = time_constraint(question, as_of or date.today())
    if constraint is None:
        return None
    if as_of is None and constraint.relative and not _is_told(constraint.period, evidence):
        calendar_only = time_constraint(question)
        return replace(calendar_only or TimeConstraint(), as_told=True)
    return dated(constraint, evidence)


def _is_told(period: Period | None, evidence: Sequence[Evidence]) -> bool:
    """Whether a passage was published in a period or states a time in it."""
    if period is None:
        return True
    for piece in evidence:
        published = parse_period(piece.published)
        if published and published.meets(period):
            return True
        if any(e.period and e.period.meets(period) for e in time_expressions(piece.text, piece.published)):
            return True
    return False


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
