"""Candidates: the sentences of the evidence, each with what speaks for its being the answer."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from qabot.answering.answer import Evidence
from qabot.answering.places import countries_in, country_of
from qabot.answering.question import Question, content_stems, fold, words
from qabot.answering.reader import Reader, ReaderSentence, Reading
from qabot.answering.spans import NAMING, Span, has_typed_pattern, spans_for
from qabot.store.encoder import Encoder
from qabot.store.sentences import sentence_spans


@dataclass(frozen=True)
class Features:
    """What speaks for a sentence's being the answer; all but the reader's between 0 and 1.

    Attributes:
        reader: the trained reader's log-odds that this sentence answers, against none does, clipped to [-10, 10].
        span: the reader's log-odds of the best span in it, clipped likewise.
        similarity: cosine of the sentence's and the question's embeddings.
        overlap: share of the question's content words that stand in the sentence, weighted by their rarity.
        context: the same share for the sentence with what stands before it in its passage and its article's title.
        names: share of the question's names and numbers that stand in the sentence.
        names_near: the same share for the context.
        typed: whether the sentence has a date, a number, a sum where one is asked for; 1 where none is.
        named: whether it has a name that the question lacks, where a person, place or name is asked for; 1 elsewhere.
        focus: share of the words of what the answer is to be one of ("which *court*") that stand in the context.
        passage: the score of its passage over that of the best one.
    """

    reader: float
    span: float
    similarity: float
    overlap: float
    context: float
    names: float
    names_near: float
    typed: float
    named: float
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


def candidates(question: Question, evidence: Sequence[Evidence], encoder: Encoder, reader: Reader) -> list[Candidate]:
    """Every sentence of the evidence as a candidate, in the evidence's order."""
    sentences = [(piece, span) for piece in evidence for span in sentence_spans(piece.text)]
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
    vectors = encoder.encode([question.text, *texts])
    similarities = np.clip(vectors[1:] @ vectors[0], 0, 1)
    weights = _rarity(question, texts)
    best_passage = max((piece.score for piece in evidence), default=1.0) or 1.0
    found = []
    for i, (piece, (start, end)) in enumerate(sentences):
        context = f"{piece.title or ''} {befores[i]} {texts[i]}"
        spans = tuple(spans_for(question, texts[i]))
        features = Features(
            reader=float(np.clip(readings[i].score, -10, 10)),
            span=float(np.clip(readings[i].span_score, -10, 10)),
            similarity=float(similarities[i]),
            overlap=_share(weights, set(content_stems(texts[i]))),
            context=_share(weights, set(content_stems(context))),
            names=_names_share(question, texts[i]),
            names_near=_names_share(question, context),
            typed=float(bool(spans) or not has_typed_pattern(question)),
            named=float(bool(spans) or question.kind not in NAMING),
            focus=len(question.focus & set(content_stems(context))) / len(question.focus) if question.focus else 1.0,
            passage=piece.score / best_passage,
        )
        found.append(Candidate(piece, piece.start + start, piece.start + end, readings[i], spans, features))
    return found


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
