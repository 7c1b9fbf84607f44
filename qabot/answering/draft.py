"""The Draft: what an answerer wants to say and the quotes it rests on, before it becomes an Answer with markers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qabot.answering.answer import Citation, Evidence
from qabot.text.sentences import sentence_spans
from qabot.text.tokens import content_stems

if TYPE_CHECKING:
    from qabot.answering.disagreement.dispute import Dispute

_MARKER_LIKE = re.compile(r"\[\s*(\d+)\s*\]")


@dataclass(frozen=True)
class Quote:
    """The slice ``[start:end]`` of an article's stored text, inside one passage of the evidence.

    Raises:
        ValueError: the slice is empty or reaches out of the passage.
    """

    evidence: Evidence
    start: int
    end: int

    def __post_init__(self) -> None:
        if not self.evidence.start <= self.start < self.end <= self.evidence.end:
            raise ValueError(f"[{self.start}:{self.end}] is not inside [{self.evidence.start}:{self.evidence.end}]")

    @property
    def text(self) -> str:
        """The quoted words, verbatim."""
        return self.evidence.text[self.start - self.evidence.start : self.end - self.evidence.start]


@dataclass(frozen=True)
class Statement:
    """One sentence of the answer, without markers, and the quotes it rests on: at least one.

    Raises:
        ValueError: there are no words, or no quote.
    """

    text: str
    quotes: tuple[Quote, ...]

    def __post_init__(self) -> None:
        if not self.text.strip() or not self.quotes:
            raise ValueError("a statement has words and rests on at least one quote")


@dataclass(frozen=True)
class Draft:
    """What an answerer says to a question.

    Attributes:
        statements: in the order in which they are read; none where the answerer abstains.
        short_answer: the date, name, number or place asked for. It is not put in front by ``compose``: an answerer
            that wants it there makes it the first statement.
        confidence: the probability that the articles answer the question so; None where a language model wrote it.
        notice: one line that the reader should see beside the answer.
        tokens: that a language model read and wrote for it, ``input`` and ``output``; empty where none did or said so.
        written_by: who wrote it, where that is not the answerer that was asked.
        disputes: where the articles differ; each has its statement among ``statements``.
        share_supported: of a language model's sentences, the share that the passages support; it is no probability.
    """

    statements: tuple[Statement, ...]
    short_answer: str | None
    confidence: float | None
    notice: str | None = None
    tokens: Mapping[str, int] = field(default_factory=dict)
    written_by: str | None = None
    disputes: tuple[Dispute, ...] = ()
    share_supported: float = 0.0

    @property
    def shown_confidence(self) -> float:
        """What an answer shows as its confidence, between 0 and 1."""
        return self.share_supported if self.confidence is None else self.confidence


@dataclass(frozen=True)
class Rewrite:
    """A question made to stand alone by a language model, and the tokens that took (as in `Draft`)."""

    question: str
    tokens: Mapping[str, int] = field(default_factory=dict)


class Composer:
    """Gives markers to statements, one after the other, so that a streamed answer has the same ones as a whole one."""

    def __init__(self) -> None:
        self._citations: dict[tuple[str, int, int], Citation] = {}

    def add(self, statement: Statement) -> str:
        """The statement followed by its markers. A quote that was cited before keeps its marker."""
        markers = dict.fromkeys(self._marker(quote) for quote in statement.quotes)
        # An article's own footnote signs would read as markers of ours.
        text = _MARKER_LIKE.sub(r"(\1)", statement.text.strip())
        return f"{text} {''.join(f'[{marker}]' for marker in markers)}"

    @property
    def citations(self) -> tuple[Citation, ...]:
        """What was cited so far, in the order of the markers."""
        return tuple(self._citations.values())

    def _marker(self, quote: Quote) -> int:
        evidence = quote.evidence
        known = self._citations.setdefault(
            (evidence.article_id, quote.start, quote.end),
            Citation(
                marker=len(self._citations) + 1,
                article_id=evidence.article_id,
                title=evidence.title,
                author=evidence.author,
                publisher=evidence.publisher,
                published=evidence.published,
                source=evidence.source,
                quote=quote.text,
                start=quote.start,
                end=quote.end,
                origin=evidence.origin,
            ),
        )
        return known.marker


def compose(draft: Draft) -> tuple[str, tuple[Citation, ...]]:
    """The text of an answer and its citations.

    Markers count from 1 in the order of their first use; quotes of the same slice of the same article share one.

    Returns:
        The statements, each followed by its markers, one space between them; the citations in the markers' order.
    """
    composer = Composer()
    text = " ".join([composer.add(statement) for statement in draft.statements])
    return text, composer.citations


SAME_IN_REPRINT = 0.6
"""Share of content words from which on a sentence of the leading article says the same as a reprint's."""


def leads(evidence: Evidence) -> bool:
    """Whether a passage is of the article that leads its origin."""
    return evidence.article_id == evidence.origin


def in_leader(quote: Quote, evidence: Sequence[Evidence]) -> Quote:
    """The same sentence in the leading article, where one of its passages holds it; else the quote itself."""
    if leads(quote.evidence):
        return quote
    said, numbers = set(content_stems(quote.text)), _numbers(quote.text)
    best, most = quote, SAME_IN_REPRINT
    for passage in evidence:
        if passage.origin != quote.evidence.origin or not leads(passage):
            continue
        for start, end in sentence_spans(passage.text):
            sentence = passage.text[start:end]
            stems = set(content_stems(sentence))
            shared = len(said & stems) / len(said | stems) if said else 0.0
            if shared >= most and _numbers(sentence) == numbers:
                best, most = Quote(passage, passage.start + start, passage.start + end), shared
    return best


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+", text))
