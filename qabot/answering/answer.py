"""The Answer and what it rests on: Evidence and Citations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from qabot.answering.disagreement.disagreement import Disagreement

Reason = Literal["nothing-found", "not-stated", "out-of-range"]


@dataclass(frozen=True)
class Evidence:
    """A passage retrieved for a question.

    ``text`` is the slice ``[start:end]`` of the article's stored text. ``score``, between 0 and 1, grows with relevance
    and compares only within one answer; ``similarity``, the cosine of question and passage, compares across answers (0
    where only its words were found).
    """

    article_id: str
    title: str | None
    author: str | None
    publisher: str | None
    published: str | None
    source: str
    origin: str
    text: str
    start: int
    end: int
    score: float
    similarity: float = 0.0


@dataclass(frozen=True)
class Citation:
    """A verbatim quote that a sentence of the answer rests on: ``[start:end]`` of the article's stored text."""

    marker: int
    article_id: str
    title: str | None
    author: str | None
    publisher: str | None
    published: str | None
    source: str
    quote: str
    start: int
    end: int
    origin: str


@dataclass(frozen=True)
class ToldDate:
    """A time expression in a quote.

    Attributes:
        marker: of the citation that it stands in.
        text: the words: the slice ``[start:end]`` of the article's stored text.
        resolved: the ISO date meant, of the precision told; ``first/last`` for a span; None where it stays relative.
        precision: how exactly it is told: ``day``, ``month``, ``year`` ...
        reasoning: in words how it was resolved, or why not.
        start: offset of its first character.
        end: offset after its last.
    """

    marker: int
    text: str
    resolved: str | None
    precision: str
    reasoning: str
    start: int
    end: int


@dataclass(frozen=True)
class Answer:
    """What the articles say to a question, or that they do not say.

    Attributes:
        question: as it was asked.
        standalone_question: the question as it was understood in its conversation.
        text: the answer with markers ``[1]``; each is a citation's marker, and every citation has one.
        short_answer: the date, name, number or place asked for, where the question asks for one.
        abstained: whether the bot abstained; then ``citations`` is empty and ``reason`` says why.
        confidence: between 0 and 1, how sure it is that the articles answer the question so.
        citations: in the order of their markers.
        evidence: what was retrieved, best first, whether or not the bot abstained.
        model: who wrote the answer: ``extractive`` or ``provider:name``.
        timings_ms: milliseconds of each step and in ``total``.
        notice: one line that the reader should see beside the answer.
        as_of: the ISO date of the article that the answer rests on first; None where that is unknown.
        dates: the time expressions of the quotes, resolved.
        disagreements: where the articles differ on what is asked.
        tokens: by step, the tokens that a language model read (``input``) and wrote (``output``), where it said so.
    """

    question: str
    standalone_question: str
    text: str
    short_answer: str | None
    abstained: bool
    reason: Reason | None
    confidence: float
    citations: tuple[Citation, ...]
    evidence: tuple[Evidence, ...]
    model: str
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    notice: str | None = None
    tokens: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    as_of: str | None = None
    dates: tuple[ToldDate, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()

    @property
    def independent_origins(self) -> int:
        """How many different origins are cited: reprints of one another count once."""
        return len({citation.origin for citation in self.citations})
