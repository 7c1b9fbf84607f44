"""Reading: what the reader makes of the sentences of the evidence, and what else speaks for their answering."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

import numpy as np

from qabot.answering.answer import Evidence
from qabot.answering.calibration import Trained
from qabot.answering.query import Kind, Question, Today
from qabot.answering.short_answer import short_answer
from qabot.answering.spans import NAMING, Span, asks_for_country, has_typed_pattern, spans_for
from qabot.models.reader import ReaderSentence, Reading
from qabot.text.annotate import Sentence
from qabot.text.countries import countries_in, country_of
from qabot.text.dates.constraint import TimeConstraint, time_constraint, time_fit
from qabot.text.dates.expressions import stated_times
from qabot.text.dates.period import Period, parse_period
from qabot.text.names import names_in
from qabot.text.tokens import content_stems, fold, words

MOST = 32
"""So many sentences are read at a time at most."""
_NEARBY = 300
"""Characters before a sentence whose words tell whether it is worth reading."""
_TOKEN = re.compile(r"[\w’'-]+")
_BACK = re.compile(r"\b(?:he|she|it|they|him|her|them|his|its|their|this|that|these|those|there)\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:1[0-9]|20)\d\d\b")
_TOLD = 0.6
"""Share of the event's words that a sentence which dates it has; all of its names beside."""
_LONGEST_DAYS = 366


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


@dataclass(frozen=True)
class Candidate:
    """A sentence of the evidence, read for a question; ``sentence`` has the offsets of its passage."""

    question: Question
    evidence: Evidence
    sentence: Sentence
    reading: Reading
    spans: tuple[Span, ...]
    features: Features

    @property
    def text(self) -> str:
        """The sentence, verbatim."""
        return self.sentence.text

    @property
    def start(self) -> int:
        """Offset of its first character in the article's text."""
        return self.evidence.start + self.sentence.start

    @property
    def end(self) -> int:
        """Offset after its last character there."""
        return self.evidence.start + self.sentence.end

    @cached_property
    def short(self) -> str | None:
        """The short answer that it gives; None where it gives none."""
        return short_answer(self.question, self.text, self.spans, self.reading)


class Readings:
    """A question, and what was read for it so far: no sentence is read twice.

    Retrieval reads the sentences of many passages to rank these, and the answer is looked for in the best of them: what
    it needs beyond what was read then is read when it asks.

    Attributes:
        question: analysed, as it stands alone.
        today: the day that counts as today.
        trained: the reader that reads, and how far what it says is to be trusted.
    """

    def __init__(self, question: Question, today: Today, trained: Trained) -> None:
        self.question, self.today, self.trained = question, today, trained
        self._passages: dict[tuple[str, int], list[_Read]] = {}

    def candidates(self, evidence: Sequence[Evidence], most: int = MOST) -> list[Candidate]:
        """Return the sentences of passages as candidates, in the passages' order.

        Args:
            evidence: passages, with their scores. How rare a word is among their sentences tells how much it counts.
            most: where there are more sentences, those count that share most with the question.
        """
        found = [(piece, read) for piece in evidence for read in self._sentences(piece)]
        weights = _rarity(self.question, [read.sentence.stems for _, read in found])
        found = _most_promising(found, weights, most)
        self._read([read for _, read in found])
        asked = asked_time(self.question.text, evidence, self.today)
        return [read.candidate(piece, weights, asked) for piece, read in found]

    def _sentences(self, piece: Evidence) -> list[_Read]:
        key = piece.article_id, piece.start
        if key not in self._passages:
            self._passages[key] = list(_sentences_of(self.question, piece))
        return self._passages[key]

    def _read(self, sentences: Sequence[_Read]) -> None:
        new = [each for each in sentences if each.reading is None]
        asked = [ReaderSentence(each.sentence.text, each.before, each.title) for each in new]
        for each, reading in zip(new, self.trained.reader.read(self.question.text, asked), strict=True):
            each.reading = reading


class _Read:
    """A sentence to be read for a question, or read: what is known of it whatever it is read beside."""

    def __init__(self, question: Question, piece: Evidence, sentence: Sentence, known: frozenset[str]) -> None:
        """Take a sentence.

        Args:
            question: that it is read for.
            piece: its passage.
            sentence: of the passage, or several that are read as one.
            known: the stems of the words before it in its passage, and of its article's title.
        """
        self.sentence = sentence
        self.title = piece.title or ""
        self.before = piece.text[: sentence.start]
        self.context = known | sentence.stems
        self.reading: Reading | None = None
        self._question = question

    def promise(self, piece: Evidence, weights: Mapping[str, float], best_passage: float) -> float:
        """Return how likely it is to be worth reading, by its words and its passage."""
        nearby = _share(weights, self._nearby)
        return _share(weights, self.sentence.stems) + nearby / 2 + 0.3 * (piece.score / best_passage + piece.similarity)

    @cached_property
    def _nearby(self) -> frozenset[str]:
        return self.sentence.stems.union(content_stems(f"{self.title} {self.before[-_NEARBY:]}"))

    def candidate(self, piece: Evidence, weights: Mapping[str, float], asked: TimeConstraint | None) -> Candidate:
        """Return it as a candidate, once it was read.

        Args:
            piece: its passage, with the score that it has now.
            weights: of the question's words, by their rarity.
            asked: the time that the question asks about.
        """
        assert self.reading
        features = replace(
            self._features,
            similarity=piece.similarity,
            overlap=_share(weights, self.sentence.stems),
            context=_share(weights, self.context),
            time=time_fit(asked, self.sentence.stated, parse_period(piece.published)) if asked else 1.0,
        )
        return Candidate(self._question, piece, self.sentence, self.reading, self._spans, features)

    @cached_property
    def _spans(self) -> tuple[Span, ...]:
        assert self.reading
        return tuple(spans_for(self._question, self.sentence.text, (self.reading.start, self.reading.end)))

    @cached_property
    def _features(self) -> Features:
        """The features, as far as they do not depend on the other sentences."""
        assert self.reading
        question, reading, text, spans = self._question, self.reading, self.sentence.text, self._spans
        named_in = f"{self.title} {self.before} {text}" if _BACK.search(text) else f"{self.title} {text}"
        return Features(
            reader=float(np.clip(reading.score, -10, 10)),
            span=float(np.clip(reading.span_score, -10, 10)),
            similarity=0.0,
            overlap=0.0,
            context=0.0,
            names=_names_share(question, named_in),
            rival=float(_has_rival(question, text)),
            typed=float(bool(spans) or not (has_typed_pattern(question) or asks_for_country(question))),
            named=float(bool(spans) or question.kind not in NAMING),
            role=float(bool(spans) and question.kind is Kind.ROLE),
            focus=len(question.focus & self.sentence.stems) / len(question.focus) if question.focus else 1.0,
            near=_near(question, text, spans, reading),
            agreement=_agreement(question, spans, reading),
            time=1.0,
            asking=float(text.rstrip("\"'”’) ").endswith("?")),
        )


def _sentences_of(question: Question, piece: Evidence) -> Iterator[_Read]:
    """Yield the sentences of a passage; one that ends with a colon is read with what it introduces."""
    known = frozenset(content_stems(piece.title or ""))
    begun: list[Sentence] = []
    for sentence in piece.sentences:
        begun.append(sentence)
        if not sentence.text.endswith(":") or sentence is piece.sentences[-1]:
            read = as_one(piece.text, begun)
            yield _Read(question, piece, read, known)
            known |= read.stems
            begun = []


def as_one(text: str, sentences: Sequence[Sentence]) -> Sentence:
    """Return several sentences of a text, which follow each other, as one."""
    first, *others = sentences
    if not others:
        return first
    start, end = first.start, sentences[-1].end
    times = tuple(time for each in sentences for time in each.times)
    return Sentence(
        start,
        end,
        text[start:end],
        frozenset().union(*(each.stems for each in sentences)),
        tuple(name for each in sentences for name in each.names),
        times,
        stated_times(text, times, start, end),
        tuple(quantity for each in sentences for quantity in each.quantities),
    )


def _most_promising(
    found: list[tuple[Evidence, _Read]], weights: Mapping[str, float], most: int
) -> list[tuple[Evidence, _Read]]:
    """Return the sentences most worth reading, in their order."""
    if len(found) <= most:
        return found
    best_passage = max(piece.score for piece, _ in found) or 1.0
    promising = [read.promise(piece, weights, best_passage) for piece, read in found]
    worst = sorted(promising, reverse=True)[most - 1]
    return [each for each, promise in zip(found, promising, strict=True) if promise >= worst][:most]


def _rarity(question: Question, sentences: Sequence[frozenset[str]]) -> dict[str, float]:
    """Return the weight of each content word of the question: the rarer among the sentences, the heavier (idf)."""
    counts = Counter(chain.from_iterable(sentences))
    return {s: math.log(1 + len(sentences) / (0.5 + counts[s])) for s in question.stems}


def _share(weights: Mapping[str, float], present: Collection[str]) -> float:
    total = sum(weights.values())
    return sum([weight for s, weight in weights.items() if s in present]) / total if total else 1.0


def _names_share(question: Question, text: str) -> float:
    if not question.names:
        return 1.0
    present, countries = {fold(word) for word in words(text)}, countries_in(text)
    return sum(
        1.0 if country_of(name) in countries else sum(w in present for w in name) / len(name) for name in question.names
    ) / len(question.names)


def _near(question: Question, text: str, spans: Sequence[Span], reading: Reading) -> float:
    """Return mean nearness, 1 / (1 + words between / 4), of the shared words to the span that they are nearest to."""
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


def _has_rival(question: Question, text: str) -> bool:
    """True if a text lacks a country or a year of the question, and names another instead."""
    asked, said = countries_in(question.text), countries_in(text)
    if asked - said and said - asked:
        return True
    asked_years, said_years = set(_YEAR.findall(question.text)), set(_YEAR.findall(text))
    return bool(asked_years and said_years and not asked_years & said_years)


def asked_time(question: str, evidence: Sequence[Evidence], today: Today) -> TimeConstraint | None:
    """Return the time that a question asks about; None where it speaks of none.

    "Last year" is counted from today. Where nobody said what counts as today, and no passage is of the time that this
    gives, whoever asks an older collection means the days of its articles: each is then read as of its own day, and the
    answer is to name that day (``as_told``).

    Args:
        question: as it stands alone.
        evidence: what was found for it: it dates the events that the question names.
        today: the day that counts as today.
    """
    constraint = time_constraint(question, today.day)
    if constraint is None:
        return None
    if not today.asked_for and constraint.relative and not _is_told(constraint.period, evidence):
        calendar_only = time_constraint(question)
        return replace(calendar_only or TimeConstraint(), as_told=True)
    return dated(constraint, evidence)


def _is_told(period: Period | None, evidence: Sequence[Evidence]) -> bool:
    """True if a passage was published in a period or states a time in it."""
    if period is None:
        return True
    for piece in evidence:
        published = parse_period(piece.published)
        if published and published.meets(period):
            return True
        if any(time.period and time.period.meets(period) for time in piece.times):
            return True
    return False


def dated(constraint: TimeConstraint, evidence: Sequence[Evidence]) -> TimeConstraint:
    """Return the constraint with its event dated by the passages that tell of it; as it was where none does.

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


def _told(event: str, evidence: Sequence[Evidence]) -> Iterator[Period]:
    """Yield the times of an event, by the sentences that tell of it."""
    asked = set(content_stems(event))
    named = {key for name in names_in(event) for word in name for key in content_stems(word)}
    for piece in evidence:
        for sentence in piece.sentences:
            if not asked or not named <= sentence.stems or len(asked & sentence.stems) < _TOLD * len(asked):
                continue
            for time in sentence.stated:
                first, last = time.period.ordinals()
                if time.bound == "in" and last - first <= _LONGEST_DAYS:
                    yield time.period
                    break
