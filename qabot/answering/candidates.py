"""Candidates: the sentences of the evidence, each with what speaks for its being the answer."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np

from qabot.answering.answer import Evidence
from qabot.answering.places import countries_in, country_of
from qabot.answering.question import Kind, Question, content_stems, fold, words
from qabot.answering.reader import Reader, ReaderSentence, Reading
from qabot.answering.spans import NAMING, Span, asks_for_country, has_typed_pattern, spans_for
from qabot.store.sentences import sentence_spans

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
        names: share of the question's names and numbers that stand in the sentence.
        names_meant: the same share for the sentence with its article's title and, where the sentence refers back ("he",
            "this"), what stands before it.
        rival: whether the sentence lacks a country or a year of the question, and names another instead.
        typed: whether the sentence has a date, a number, a sum, a country where one is asked for; 1 where none is.
        named: whether it has a name that the question lacks, where a person, place or name is asked for, or says what
            the person of the question is, where a role is; 1 elsewhere.
        role: whether it says what the person of the question is, where that is asked for; 0 elsewhere.
        focus: share of the words of what the answer is to be one of ("which *court*") that stand in the sentence.
        passage: the score of its passage over that of the best one.
    """

    reader: float
    span: float
    similarity: float
    overlap: float
    context: float
    names: float
    names_meant: float
    rival: float
    typed: float
    named: float
    role: float
    focus: float
    passage: float

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


def candidates(question: Question, evidence: Sequence[Evidence], reader: Reader) -> list[Candidate]:
    """Every sentence of the evidence as a candidate, in the evidence's order."""
    sentences = [(piece, span) for piece in evidence for span in _read_alone(piece.text)]
    if not sentences:
        return []
    texts = [piece.text[start:end] for piece, (start, end) in sentences]
    befores = [piece.text[:start] for piece, (start, _) in sentences]
    readings = reader.read(
        question.text,
        [
            ReaderSentence(text, before, piece.title or "")
            for text, before, (piece, _) in zip(texts, befores, sentences, strict=True)
        ],
    )
    weights = _rarity(question, texts)
    best_passage = max((piece.score for piece in evidence), default=1.0) or 1.0
    found = []
    for i, (piece, (start, end)) in enumerate(sentences):
        context = f"{piece.title or ''} {befores[i]} {texts[i]}"
        spans = tuple(spans_for(question, texts[i]))
        features = Features(
            reader=float(np.clip(readings[i].score, -10, 10)),
            span=float(np.clip(readings[i].span_score, -10, 10)),
            similarity=piece.similarity,
            overlap=_share(weights, set(content_stems(texts[i]))),
            context=_share(weights, set(content_stems(context))),
            names=_names_share(question, texts[i]),
            names_meant=_names_share(
                question, context if _BACK.search(texts[i]) else f"{piece.title or ''} {texts[i]}"
            ),
            rival=float(_has_rival(question, texts[i])),
            typed=float(bool(spans) or not (has_typed_pattern(question) or asks_for_country(question))),
            named=float(bool(spans) or question.kind not in NAMING),
            role=float(bool(spans) and question.kind is Kind.ROLE),
            focus=len(question.focus & set(content_stems(texts[i]))) / len(question.focus) if question.focus else 1.0,
            passage=piece.score / best_passage,
        )
        found.append(Candidate(piece, piece.start + start, piece.start + end, readings[i], spans, features))
    return found


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


def _rarity(question: Question, texts: Sequence[str]) -> dict[str, float]:
    """The weight of each content word of the question: the rarer among the sentences, the heavier (idf)."""
    counts = Counter(s for text in texts for s in set(content_stems(text)))
    return {s: math.log(1 + len(texts) / (0.5 + counts[s])) for s in question.stems}


def _share(weights: dict[str, float], present: set[str]) -> float:
    total = sum(weights.values())
    return sum(weight for s, weight in weights.items() if s in present) / total if total else 1.0


def _names_share(question: Question, text: str) -> float:
    if not question.names:
        return 1.0
    present, countries = {fold(word) for word in words(text)}, countries_in(text)
    return sum(
        1.0 if country_of(name) in countries else sum(w in present for w in name) / len(name) for name in question.names
    ) / len(question.names)


def _has_rival(question: Question, text: str) -> bool:
    """Whether a text lacks a country or a year of the question, and names another instead."""
    asked, said = countries_in(question.text), countries_in(text)
    if asked - said and said - asked:
        return True
    asked_years, said_years = set(_YEAR.findall(question.text)), set(_YEAR.findall(text))
    return bool(asked_years and said_years and not asked_years & said_years)
