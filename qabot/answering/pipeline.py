"""The pipeline: a question in its conversation -> rewritten -> evidence, retrieved and read -> the answer."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from qabot.answering.answer import NO_TURNS, Answer, Citation, Conversation, Evidence, Reason, ToldDate
from qabot.answering.calibration import Trained
from qabot.answering.draft import Draft, Quote, Reply, compose
from qabot.answering.extractive import ExtractiveAnswerer
from qabot.answering.parts import ask_behind, asked_apart, together
from qabot.answering.query import Kind, analyse, checked
from qabot.answering.rank import nearest
from qabot.answering.read import Candidate, Readings
from qabot.answering.retrieve import ABOUT_IT, SHOWN, retrieve
from qabot.answering.rewrite import interpretations
from qabot.answering.spelling import as_spelt
from qabot.answering.wording import ABSTAINING
from qabot.errors import StoreError
from qabot.settings import EXTRACTIVE
from qabot.store.open_index import OpenIndex
from qabot.store.records import ANYWHERE, Scope
from qabot.text.names import names_in
from qabot.text.tokens import content_stems, fold, words


@dataclass(frozen=True)
class Ask:
    """What the bot is asked: a question, in a conversation, over the articles in scope."""

    question: str
    conversation: Conversation = NO_TURNS
    scope: Scope = ANYWHERE


@dataclass(frozen=True)
class Prepared:
    """A question made ready to be answered: as it stands alone, with the evidence for it and what was read of it.

    ``others`` are what else a follow-up may mean, until the evidence is there.
    """

    ask: Ask
    readings: Readings
    others: tuple[Readings, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    timings_ms: dict[str, float] = field(default_factory=dict)
    tokens: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def question(self) -> str:
        """The question as it stands alone."""
        return self.readings.question.text


class Answerer(Protocol):
    """Who writes the answer: the extractive answerer or a language model."""

    name: str

    def stream(self, readings: Readings, evidence: Sequence[Evidence]) -> Iterator[str | Draft]:
        """Yield pieces of the answer as they may be shown, and last the whole draft; one without statements abstains.

        The passages to answer from come best first.
        """
        ...

    def rewrite(self, question: str, conversation: Conversation) -> Reply | None:
        """Return the question as it stands alone; None leaves it to the rules."""
        ...


class Pipeline:
    """The steps, each a function of what the one before it gave: ``rewrite``, ``retrieve``, ``answer``.

    ``ask`` and ``stream`` take them all.
    """

    def __init__(self, index: OpenIndex, answerer: Answerer, trained: Trained, *, passages: int) -> None:
        self._index, self._answerer, self._trained, self._passages = index, answerer, trained, passages

    def ask(self, ask: Ask) -> Answer:
        """Answer a question.

        Raises:
            UsageError: it is empty or too long.
            QabotError: it could not be answered: the model fails, the index is damaged.
        """
        *_, answer = self.stream(ask)
        assert isinstance(answer, Answer)
        return answer

    def stream(self, ask: Ask) -> Iterator[str | Answer]:
        """Return pieces of the answer's text as they may be shown, and last the Answer that they make up.

        Raises:
            UsageError: the question is empty or too long; nothing was asked yet.
        """
        return self._answering(replace(ask, question=checked(ask.question)))

    def _answering(self, ask: Ask) -> Iterator[str | Answer]:
        """Yield the pieces. A language model is asked two things at once; else each is asked behind the other."""
        parts = asked_apart(ask.question) if self._answerer.name == EXTRACTIVE else [ask.question]
        if len(parts) == 1:
            yield from self._stream(self.retrieve(self.rewrite(ask)))
            return
        answers: list[Answer] = []
        conversation = ask.conversation
        for part in parts:
            meant = ask_behind(part, conversation) if answers else part
            among = conversation if meant == part else NO_TURNS
            prepared = self.retrieve(self.rewrite(replace(ask, question=meant, conversation=among)))
            answers.append(replace(self.answer(prepared), question=part))
            conversation = conversation.with_turn(answers[-1])
        answer = together(ask.question, answers)
        yield answer.text
        yield answer

    def rewrite(self, ask: Ask) -> Prepared:
        """Make a question stand alone."""
        started = time.perf_counter()
        rewritten = self._answerer.rewrite(ask.question, ask.conversation) if ask.conversation.turns else None
        meant = [rewritten.text] if rewritten else interpretations(ask.question, ask.conversation)
        meant = list(dict.fromkeys(as_spelt(each, self._index, self._trained.reader) for each in meant))
        tokens = {"rewrite": rewritten.tokens} if rewritten and rewritten.tokens else {}
        first, *others = [Readings(analyse(each), ask.scope.as_of, self._trained) for each in meant]
        spent = _milliseconds_since(started)
        return Prepared(ask, first, tuple(others), timings_ms={"rewrite": spent}, tokens=tokens)

    def retrieve(self, prepared: Prepared) -> Prepared:
        """Find the evidence for it; of what a follow-up may mean the first is taken that the articles answer."""
        others = prepared.others
        found = self._retrieve(replace(prepared, others=()))
        if others and not self._is_answered(found):
            for other in others:
                tried = self._retrieve(replace(found, readings=other))
                if self._is_answered(tried):
                    return tried
        return found

    def _is_answered(self, prepared: Prepared) -> bool:
        """True if quotes answer it."""
        return bool(ExtractiveAnswerer().answer(prepared.readings, prepared.evidence[: self._passages]).statements)

    def _retrieve(self, prepared: Prepared) -> Prepared:
        started = time.perf_counter()
        answers = prepared.readings.question.kind is not Kind.DIGEST  # which no sentence answers by itself
        evidence = retrieve(
            self._index,
            prepared.question,
            scope=prepared.ask.scope,
            k=max(SHOWN, self._passages),
            readings=prepared.readings if answers else None,
        )
        before = prepared.timings_ms.get("retrieve", 0.0)
        timings = {**prepared.timings_ms, "retrieve": before + _milliseconds_since(started)}
        return replace(prepared, evidence=tuple(evidence), timings_ms=timings)

    def answer(self, prepared: Prepared) -> Answer:
        """Answer it from the evidence."""
        *_, answer = self._stream(prepared)
        assert isinstance(answer, Answer)
        return answer

    def _stream(self, prepared: Prepared) -> Iterator[str | Answer]:
        started = time.perf_counter()
        draft = Draft((), None, 0.0)
        for piece in self._drafting(prepared):
            if isinstance(piece, Draft):
                draft = piece
            else:
                yield piece
        timings = {**prepared.timings_ms, "answer": _milliseconds_since(started)}
        timings["total"] = sum(timings.values())
        near: list[Quote] = []
        if draft.statements:
            text, citations = compose(draft)
            reason = None
        else:
            reason, near = self._abstention(prepared, draft)
            text, citations = ABSTAINING[reason], ()
            yield text
        yield Answer(
            question=prepared.ask.question,
            standalone_question=prepared.question,
            text=text,
            short_answer=draft.short_answer if draft.statements else None,
            abstained=reason is not None,
            reason=reason,
            confidence=draft.confidence,
            citations=citations,
            evidence=prepared.evidence,
            model=draft.written_by or self._answerer.name,
            timings_ms={step: round(spent, 1) for step, spent in timings.items()},
            notice=draft.notice,
            tokens={**prepared.tokens, **({"answer": draft.tokens} if draft.tokens else {})},
            as_of=citations[0].published if citations else None,
            nearest=tuple(quote.excerpt() for quote in near),
            dates=told_dates(citations, prepared.evidence),
            disagreements=tuple(dispute.disagreement(citations) for dispute in draft.disputes),
            index=self._index.place,
        )

    def _drafting(self, prepared: Prepared) -> Iterator[str | Draft]:
        evidence = prepared.evidence[: self._passages]
        return self._answerer.stream(prepared.readings, evidence)

    def _ranked(self, prepared: Prepared) -> list[Candidate]:
        return prepared.readings.candidates(prepared.evidence[: self._passages])

    def _abstention(self, prepared: Prepared, declined: Draft) -> tuple[Reason, list[Quote]]:
        """Return why there is no answer, and what comes nearest.

        Raises:
            StoreError: something was left out as damaged: it may be what answers.
        """
        if self._index.damage:
            raise StoreError(f"What is left of the articles does not answer. {self._index.damage}")
        ranked = self._ranked(prepared)
        reason = self._reason(prepared, declined, ranked)
        return reason, nearest(ranked) if reason != "nothing-found" else []

    def _reason(self, prepared: Prepared, declined: Draft, ranked: Sequence[Candidate]) -> Reason:
        """Return why there is no answer; where a scope may be to blame, it is looked whether quotes answer without it.

        It is unsure too where a sentence is likely to answer and what is not sure is whether it says yes or no.
        """
        anywhere = Scope(as_of=prepared.ask.scope.as_of)
        if prepared.ask.scope != anywhere:
            found = self.retrieve(replace(prepared, ask=replace(prepared.ask, scope=anywhere)))
            if self._is_answered(found):
                return "out-of-range"
        if not _is_about_it(prepared):
            return "nothing-found"
        calibration = self._trained.calibration
        told = bool(ranked) and ranked[0].probability >= calibration.threshold
        return "unsure" if told or calibration.may_answer(declined.confidence) else "not-stated"


def told_dates(citations: Sequence[Citation], evidence: Sequence[Evidence]) -> tuple[ToldDate, ...]:
    """Return the time expressions of the quotes, in the order of the citations.

    The passage that a quote was taken from tells what "six years later" is counted from.
    """
    found: list[ToldDate] = []
    for citation in citations:
        passage = next(piece for piece in evidence if _holds(piece, citation))
        for e in passage.times:
            first, last = passage.start + e.start, passage.start + e.end
            if citation.start <= first and last <= citation.end:
                resolved = e.period.iso() if e.period else None
                found.append(ToldDate(citation.marker, e.text, resolved, e.precision, e.reasoning, first, last))
    return tuple(found)


def _holds(piece: Evidence, citation: Citation) -> bool:
    return piece.article_id == citation.article_id and piece.start <= citation.start and citation.end <= piece.end


def _is_about_it(prepared: Prepared) -> bool:
    """True if an article is about what is asked: like it in meaning, with half its words, or naming what it names."""
    if any(evidence.similarity >= ABOUT_IT for evidence in prepared.evidence):
        return True
    asked = set(content_stems(prepared.question))
    shared = (len(asked.intersection(content_stems(evidence.text))) for evidence in prepared.evidence)
    if any(count >= max(2, len(asked) / 2) for count in shared):
        return True
    read = {fold(word) for evidence in prepared.evidence for word in words(evidence.text)}
    return any(read.issuperset(name) for name in names_in(prepared.question) if not name[0].isdigit())


def _milliseconds_since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
