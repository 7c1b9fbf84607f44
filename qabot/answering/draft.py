"""The Draft: what an answerer wants to say and the quotes it rests on, before it becomes an Answer with markers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any

from qabot.answering.answer import Citation, Disagreement, DisagreementKind, Evidence, Excerpt, Reason, ToldDate, Value
from qabot.answering.wording import articles_differ
from qabot.text.annotate import Sentence
from qabot.text.terms import terms_of
from qabot.text.tokens import content_stems

_MARKER_LIKE = re.compile(r"\[\s*(\d+)\s*\]")


@dataclass(frozen=True)
class Quote:
    """The slice ``[start:end]`` of an article's stored text, not empty and inside one passage of the evidence."""

    evidence: Evidence
    start: int
    end: int

    @classmethod
    def of(cls, evidence: Evidence, sentence: Sentence) -> Quote:
        """Return a sentence of a passage as it is quoted."""
        return cls(evidence, evidence.start + sentence.start, evidence.start + sentence.end)

    def __post_init__(self) -> None:
        if not self.evidence.start <= self.start < self.end <= self.evidence.end:
            raise ValueError(f"[{self.start}:{self.end}] is not inside [{self.evidence.start}:{self.evidence.end}]")

    @property
    def text(self) -> str:
        """The quoted words, verbatim."""
        return self.evidence.text[self.start - self.evidence.start : self.end - self.evidence.start]

    @property
    def place(self) -> tuple[str, int, int]:
        """Its article's id and its offsets there, which tell it from all others."""
        return self.evidence.article_id, self.start, self.end

    def dates(self, marker: int) -> Iterator[ToldDate]:
        """Yield its time expressions; its passage tells what "six years later" is counted from."""
        for e in self.evidence.times:
            first, last = self.evidence.start + e.start, self.evidence.start + e.end
            if self.start <= first and last <= self.end:
                resolved = e.period.iso() if e.period else None
                yield ToldDate(marker, e.text, resolved, e.precision, e.reasoning, first, last)

    def excerpt(self) -> Excerpt:
        """Return it with what is known of its article."""
        return Excerpt(**known_of(self.evidence), quote=self.text, start=self.start, end=self.end)

    def citation(self, marker: int) -> Citation:
        """Return it as what a sentence with this marker rests on."""
        return Citation(**vars(self.excerpt()), marker=marker)


def known_of(article: object) -> dict[str, Any]:
    """Return what evidence and citations tell of an article, by the names of their fields."""
    known = ("article_id", "title", "author", "publisher", "published", "source", "origin")
    return {name: getattr(article, name) for name in known}


@dataclass(frozen=True)
class Statement:
    """One sentence of the answer, without markers, and the quotes it rests on: at least one."""

    text: str
    quotes: tuple[Quote, ...]

    def __post_init__(self) -> None:
        if not self.text.strip() or not self.quotes:
            raise ValueError("a statement has words and rests on at least one quote")


@dataclass(frozen=True)
class Claim:
    """What a quote says on a point: the slice ``[start:end]`` of its text.

    ``happened`` is the ISO date of what it tells, where its sentence states one; ``first/last`` for a span.
    """

    quote: Quote
    start: int
    end: int
    happened: str | None

    @property
    def text(self) -> str:
        """The words."""
        return self.quote.text[self.start : self.end]

    @property
    def evidence(self) -> Evidence:
        """The passage that it stands in."""
        return self.quote.evidence


@dataclass(frozen=True)
class Dispute:
    """A disagreement whose quotes have no markers yet: groups of claims that say the same.

    ``kind`` and ``about`` are as in `Disagreement`; the group that counts stands first.
    """

    kind: DisagreementKind
    about: str
    groups: tuple[tuple[Claim, ...], ...]

    def among(self, quotes: Set[Quote]) -> Dispute | None:
        """Return what of it lies between sentences that an answer quotes; None where that is no disagreement.

        What is quoted was found to answer best: a difference between such sentences is likeliest to be a real one. Of
        a reprint and its original at most one is quoted; that they tell of the same is sure.
        """
        if self.kind == "garbled":
            return self if any(claim.quote in quotes for group in self.groups for claim in group) else None
        groups = [tuple(claim for claim in group if claim.quote in quotes) for group in self.groups]
        told_of = tuple(group for group in groups if group)
        return replace(self, groups=told_of) if len(told_of) > 1 else None

    def statement(self) -> Statement:
        """Return what an answer says of it."""
        text = articles_differ(self.kind, [(group[0].text, group[0].evidence) for group in self.groups])
        return Statement(text, tuple(claim.quote for group in self.groups for claim in group[:2]))

    def disagreement(self, citations: Sequence[Citation]) -> Disagreement:
        """Return it with the markers of its quotes, which are among the citations."""
        markers = {citation.place: citation.marker for citation in citations}

        def value(group: Sequence[Claim]) -> Value:
            cited = tuple(markers[claim.quote.place] for claim in group if claim.quote.place in markers)
            return Value(" ".join(group[0].text.split()), cited, group[0].evidence.published, group[0].happened)

        return Disagreement(self.kind, self.about, tuple(value(group) for group in self.groups))


@dataclass(frozen=True)
class Draft:
    """What an answerer says to a question.

    Attributes:
        statements: in the order in which they are read; none where the answerer abstains.
        short_answer: the date, name, number or place asked for. It is not put in front by ``compose``: an answerer
            that wants it there makes it the first statement.
        confidence: the probability that the articles answer the question so; of a language model's answer, the share of
            its sentences that the passages support, which is no probability.
        notice: one line that the reader should see beside the answer.
        tokens: that a language model read and wrote for it, ``input`` and ``output``; empty where none did or said so.
        written_by: who wrote it, where that is not the answerer that was asked.
        disputes: where the articles differ; each has its statement among ``statements``.
        reason: why there is no answer, once that was looked into; None where there is one.
        nearest: the quotes that come nearest to one then.
    """

    statements: tuple[Statement, ...]
    short_answer: str | None
    confidence: float
    notice: str | None = None
    tokens: Mapping[str, int] = field(default_factory=dict)
    written_by: str | None = None
    disputes: tuple[Dispute, ...] = ()
    reason: Reason | None = None
    nearest: tuple[Quote, ...] = ()


@dataclass(frozen=True)
class Reply:
    """What a language model wrote, and the tokens that it read and wrote (as in `Draft`)."""

    text: str
    tokens: Mapping[str, int] = field(default_factory=dict)


class Composer:
    """Gives markers to statements, one after the other, so that a streamed answer has the same ones as a whole one."""

    def __init__(self) -> None:
        self._quotes: dict[tuple[str, int, int], tuple[int, Quote]] = {}

    def add(self, statement: Statement) -> str:
        """Return the statement followed by its markers. A quote that was cited before keeps its marker."""
        cited = self._quotes
        markers = [cited.setdefault(each.place, (len(cited) + 1, each))[0] for each in statement.quotes]
        # An article's own footnote signs would read as markers of ours.
        text = _MARKER_LIKE.sub(r"(\1)", statement.text.strip())
        return f"{text} {''.join(f'[{marker}]' for marker in dict.fromkeys(markers))}"

    @property
    def citations(self) -> tuple[Citation, ...]:
        """What was cited so far, in the order of the markers."""
        return tuple(quote.citation(marker) for marker, quote in self._quotes.values())

    @property
    def dates(self) -> tuple[ToldDate, ...]:
        """The time expressions of what was cited so far, in the order of the markers."""
        return tuple(date for marker, quote in self._quotes.values() for date in quote.dates(marker))


def compose(draft: Draft) -> tuple[str, tuple[Citation, ...]]:
    """Return the text of an answer, its statements each followed by its markers, and the citations in their order.

    Markers count from 1 in the order of their first use; quotes of the same slice of the same article share one.
    """
    composer = Composer()
    text = " ".join([composer.add(statement) for statement in draft.statements])
    return text, composer.citations


_SAME_IN_REPRINT = 0.6
"""Share of content words from which on a sentence of the leading article says the same as a reprint's."""


def in_leader(quote: Quote, evidence: Sequence[Evidence], least: float = _SAME_IN_REPRINT) -> Quote:
    """Return the same sentence in the leading article, where one of its passages holds it; else the quote itself.

    It shares ``least`` of the content words, and has the same numbers.
    """
    if quote.evidence.leads:
        return quote
    said, given = set(content_stems(quote.text)), terms_of(quote.text).numbers
    best, most = quote, least
    for passage in evidence:
        if passage.origin != quote.evidence.origin or not passage.leads:
            continue
        for sentence in passage.sentences:
            shared = likeness(said, sentence.stems)
            if shared >= most and terms_of(sentence.text).numbers == given:
                best, most = Quote.of(passage, sentence), shared
    return best


def overlap(one: Set[object], other: Set[object]) -> float:
    """Return what two sets have in common, as a share of the smaller one."""
    return len(one & other) / max(1, min(len(one), len(other)))


def likeness(one: Set[object], other: Set[object]) -> float:
    """Return what two sets have in common, as a share of all in both."""
    return len(one & other) / max(1, len(one | other))
