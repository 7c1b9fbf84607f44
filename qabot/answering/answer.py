"""The Answer and what it rests on, Evidence and Citations; the Conversation that it is given in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from qabot.text.annotate import Sentence
    from qabot.text.dates.resolution import TimeExpression

Reason = Literal["nothing-found", "not-stated", "unsure", "out-of-range"]
DisagreementKind = Literal["superseded", "conflicting", "garbled"]


@dataclass(frozen=True)
class Evidence:
    """A passage retrieved for a question.

    ``text`` is the slice ``[start:end]`` of the article's stored text. ``score``, between 0 and 1, grows with relevance
    and compares only within one answer; ``similarity``, the cosine of question and passage, compares across answers (0
    where only its words were found). ``record`` holds its sentences as the index keeps them; empty where it has none.
    ``withdrawn`` are values that its article takes back, or a later one that tells of the same, and ``before`` is what
    stands before it in its article, where they were looked for.
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
    record: bytes = field(default=b"", repr=False, compare=False)
    withdrawn: frozenset[str] = field(default=frozenset(), repr=False, compare=False)
    before: str = field(default="", repr=False, compare=False)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """Its sentences, with what was found in them when it was indexed, or is found now."""
        from qabot.store.passages import unpacked  # who only shows an answer does without
        from qabot.text.annotate import annotate

        return unpacked(self.text, self.record) if self.record else annotate(self.text, self.published)

    @property
    def standing(self) -> list[tuple[Sentence, tuple[int, int]]]:
        """Its sentences, each with the part that stands beside what it takes back; an empty part where nothing does."""
        from qabot.text.corrections import standing

        return list(zip(self.sentences, standing([each.text for each in self.sentences]), strict=True))

    @property
    def headed(self) -> str:
        """Its text under the title of its article."""
        return f"{self.title or ''}\n{self.text}"

    @property
    def place(self) -> tuple[str, int, int]:
        """Its article's id and its offsets there, which tell it from all others."""
        return self.article_id, self.start, self.end

    @property
    def times(self) -> list[TimeExpression]:
        """Its time expressions, in order, with offsets into its text."""
        return [time for sentence in self.sentences for time in sentence.times]

    @property
    def leads(self) -> bool:
        """True if its article leads its origin: the others of the origin are reprints of it."""
        return self.article_id == self.origin


UNTOLD = frozenset(each.name for each in fields(Evidence) if not each.compare)
"""What evidence holds for the answering alone: it is made from the index again, and told to nobody."""


@dataclass(frozen=True)
class Excerpt:
    """A verbatim quote: the slice ``[start:end]`` of the article's stored text."""

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

    @property
    def place(self) -> tuple[str, int, int]:
        """Its article's id and its offsets there, which tell it from all others."""
        return self.article_id, self.start, self.end


@dataclass(frozen=True)
class Citation(Excerpt):
    """A quote that a sentence of the answer rests on; ``marker`` stands behind that sentence."""

    marker: int = field(kw_only=True)


@dataclass(frozen=True)
class ToldDate:
    """A time expression in a quote: the slice ``[start:end]`` of the article's stored text.

    Attributes:
        marker: of the citation that it stands in.
        text: the words.
        resolved: the ISO date meant, of the precision told; ``first/last`` for a span; None where it stays relative.
        precision: how exactly it is told: ``day``, ``month``, ``year`` ...
        reasoning: in words how it was resolved, or why not.
    """

    marker: int
    text: str
    resolved: str | None
    precision: str
    reasoning: str
    start: int
    end: int


@dataclass(frozen=True)
class Value:
    """What some of the articles say on a point.

    Attributes:
        text: the words, a slice of the first citation's quote.
        citations: the markers of the quotes that say so.
        published: the ISO date of the first one's article; None where it is unknown.
        happened: the ISO date of what it tells, where its sentence states one; ``first/last`` for a span.
    """

    text: str
    citations: tuple[int, ...]
    published: str | None
    happened: str | None


@dataclass(frozen=True)
class Disagreement:
    """A point on which articles differ.

    Attributes:
        kind: ``superseded``: the later article tells a later state; ``conflicting``: different claims about the same
            time; ``garbled``: a reprint against its original.
        about: what it is about, in the articles' words or the question's.
        values: the one that counts first: the newest, or the original's.
    """

    kind: DisagreementKind
    about: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Answer:
    """What the articles say to a question, or that they do not say.

    Attributes:
        question: as it was asked.
        standalone_question: the question as it was understood in its conversation.
        text: the answer with markers ``[1]``; each is a citation's marker, and every citation has one.
        short_answer: the date, name, number or place asked for, where the question asks for one.
        abstained: whether the bot abstained; then ``citations`` is empty and ``reason`` says why.
        confidence: between 0 and 1, the probability that the articles answer the question so; of a language model's
            answer, the share of its sentences that the articles support, which is no probability.
        citations: in the order of their markers.
        nearest: where the bot abstained though articles are about the question, the quotes that come nearest.
        evidence: what was retrieved, best first, whether or not the bot abstained.
        model: who wrote the answer: ``extractive`` or ``provider:name``.
        timings_ms: milliseconds of each step and in ``total``.
        notice: one line that the reader should see beside the answer.
        as_of: the ISO date of the article that the answer rests on first; None where that is unknown.
        dates: the time expressions of the quotes, resolved.
        disagreements: where the articles differ on what is asked.
        tokens: by step, the tokens that a language model read (``input``) and wrote (``output``), where it said so.
        index: the folder of the index that was asked, as ``--index`` takes it; None where that was not saved with it.
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
    nearest: tuple[Excerpt, ...] = ()
    dates: tuple[ToldDate, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    index: str | None = None

    @property
    def independent_origins(self) -> int:
        """How many different origins are cited: reprints of one another count once."""
        return len({citation.origin for citation in self.citations})


@dataclass(frozen=True)
class Turn:
    """A question and its answer."""

    question: str
    answer: Answer


@dataclass(frozen=True)
class Conversation:
    """Turns, oldest first."""

    turns: tuple[Turn, ...] = ()

    def with_turn(self, answer: Answer) -> Conversation:
        """Return this conversation with one more turn."""
        return Conversation((*self.turns, Turn(answer.question, answer)))


NO_TURNS = Conversation()
"""Before the first question."""
