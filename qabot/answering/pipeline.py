"""The pipeline: a question in its conversation -> rewritten -> evidence, retrieved and read -> the answer.

A question that asks two things ("When did it fall, and how many were hurt?") is taken apart, and answered together.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from qabot.answering.answer import NO_TURNS, Answer, Conversation, Evidence, Reason
from qabot.answering.draft import Composer, Draft, Quote, Reply, Statement
from qabot.answering.extractive import QUOTED, ExtractiveAnswerer
from qabot.answering.query import Kind, analyse, checked
from qabot.answering.rank import Candidate, Trained, nearest
from qabot.answering.read import Readings
from qabot.answering.references import names
from qabot.answering.retrieve import ABOUT_IT, SHOWN, as_spelt, retrieve, with_capitals
from qabot.answering.rewrite import interpretations, rewrite
from qabot.answering.wording import ABSTAINING, of_part, quoted
from qabot.errors import StoreError
from qabot.models.reader import leaning, without_mark
from qabot.settings import EXTRACTIVE
from qabot.store.records import ANYWHERE, OpenIndex, Scope
from qabot.text.lexicon import AUXILIARIES, QUESTION_WORDS
from qabot.text.tokens import content_stems, fold, words

_NOTHING = Draft((), None, 0.0)
_CERTAIN = 0.95
"""Confidence from which on nothing else is tried that a follow-up may mean."""


@dataclass(frozen=True)
class Ask:
    """What the bot is asked: a question, in a conversation, over the articles in scope."""

    question: str
    conversation: Conversation = NO_TURNS
    scope: Scope = ANYWHERE


@dataclass(frozen=True)
class Prepared:
    """A question made ready to be answered: as it stands alone, with the evidence for it and what was read of it.

    ``others`` are what else a follow-up may mean, until the evidence is there; ``draft`` is what there is to say.
    """

    ask: Ask
    readings: Readings
    others: tuple[Readings, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    draft: Draft = _NOTHING
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
    """The steps, each a function of what the one before it gave: rewrite, retrieve, draft, answer.

    ``ask`` and ``stream`` take them all.
    """

    def __init__(self, index: OpenIndex, answerer: Answerer, trained: Trained, *, passages: int) -> None:
        self._index, self._answerer, self._trained, self._passages = index, answerer, trained, passages

    def ask(self, ask: Ask) -> Answer:
        """Answer a question, or raise what `Bot.ask` does."""
        *_, answer = self.stream(ask)
        assert isinstance(answer, Answer)
        return answer

    def stream(self, ask: Ask) -> Iterator[str | Answer]:
        """Return pieces of the answer's text as they may be shown, and last the Answer that they make up.

        A question that is empty or too long is refused before anything is asked.
        """
        return self._answering(replace(ask, question=checked(ask.question)))

    def _answering(self, ask: Ask) -> Iterator[str | Answer]:
        """Yield the pieces. A language model is asked two things at once; else each is asked behind the other."""
        parts = asked_apart(ask.question) if self._answerer.name == EXTRACTIVE else [ask.question]
        if len(parts) == 1:
            for piece in self._drafting(self.retrieve(self.rewrite(ask))):
                yield piece if isinstance(piece, str) else self._answer(piece)
            return
        answer = self._answer(self._together(ask, parts))
        yield answer.text
        yield answer

    def _together(self, ask: Ask, parts: Sequence[str]) -> Prepared:
        """Return what a question asks, part by part, with the draft of the answer to all of it."""
        told: list[Prepared] = []
        conversation = ask.conversation
        for part in parts:
            meant = ask_behind(part, conversation) if told else part
            among = conversation if meant == part else NO_TURNS
            *_, drafted = self._drafting(self.retrieve(self.rewrite(replace(ask, question=meant, conversation=among))))
            assert isinstance(drafted, Prepared)
            told.append(drafted)
            conversation = conversation.with_turn(replace(self._answer(drafted), question=part))
        asked = " ".join(asked_as(part, each.question) for part, each in zip(parts, told, strict=True))
        return Prepared(
            ask,
            Readings(analyse(asked), ask.scope.as_of, self._trained),
            evidence=tuple({piece.place: piece for each in told for piece in each.evidence}.values()),
            timings_ms={step: sum(each.timings_ms[step] for each in told) for step in told[0].timings_ms},
            draft=together(parts, [each.draft for each in told]),
        )

    def rewrite(self, ask: Ask) -> Prepared:
        """Make a question stand alone."""
        started = time.perf_counter()
        rewritten = self._answerer.rewrite(ask.question, ask.conversation) if ask.conversation.turns else None
        typed = with_capitals(ask.question, self._index)
        meant = [rewritten.text] if rewritten else interpretations(typed, ask.conversation)
        meant = list(dict.fromkeys(as_spelt(each, self._index, self._trained.reader) for each in meant))
        tokens = {"rewrite": rewritten.tokens} if rewritten and rewritten.tokens else {}
        first, *others = [Readings(analyse(each), ask.scope.as_of, self._trained) for each in meant]
        spent = _milliseconds_since(started)
        return Prepared(ask, first, tuple(others), timings_ms={"rewrite": spent}, tokens=tokens)

    def retrieve(self, prepared: Prepared) -> Prepared:
        """Find the evidence for it; of what a follow-up may mean that is taken which quotes answer most surely.

        Of those to which the same sentence is the answer the first is taken: it is worded best. A digest is taken where
        it comes first, or where no question is answered.
        """
        best = last = self._retrieve(replace(prepared, others=()))
        surest, told = self._quoted(best) if prepared.others else (_CERTAIN, None)
        for other in prepared.others:
            is_digest = Kind.DIGEST in (best.readings.question.kind, other.question.kind)
            if surest >= _CERTAIN or (surest and is_digest):
                break
            last = self._retrieve(replace(last, readings=other))
            confidence, quoted = self._quoted(last)
            if confidence > surest:
                surest = confidence
                best, told = (last, quoted) if quoted != told else (best, told)
        return replace(best, timings_ms=last.timings_ms)

    def _quoted(self, prepared: Prepared) -> tuple[float, tuple[str, int, int] | None]:
        """Return how sure the answer is that quotes give it, and the first of them; 0 and None where there is none."""
        draft = ExtractiveAnswerer().answer(prepared.readings, prepared.evidence[: self._passages])
        quotes = [quote.place for statement in draft.statements for quote in statement.quotes]
        return (draft.confidence, quotes[0]) if quotes else (0.0, None)

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

    def _drafting(self, prepared: Prepared) -> Iterator[str | Prepared]:
        """Yield pieces of the answer's text as they may be shown, and last what is prepared with the draft."""
        started = time.perf_counter()
        draft = prepared.draft
        for piece in self._answerer.stream(prepared.readings, prepared.evidence[: self._passages]):
            if isinstance(piece, Draft):
                draft = piece
            else:
                yield piece
        timings = {**prepared.timings_ms, "answer": _milliseconds_since(started)}
        if not draft.statements:
            reason, near = self._abstention(prepared, draft)
            draft = replace(draft, short_answer=None, reason=reason, nearest=near)
            yield ABSTAINING[reason]
        yield replace(prepared, draft=draft, timings_ms=timings)

    def _answer(self, prepared: Prepared) -> Answer:
        """Return the answer that the draft makes up."""
        draft, composer = prepared.draft, Composer()
        said = " ".join([composer.add(statement) for statement in draft.statements])
        citations = composer.citations
        timings = {**prepared.timings_ms, "total": sum(prepared.timings_ms.values())}
        return Answer(
            question=prepared.ask.question,
            standalone_question=prepared.question,
            text=ABSTAINING[draft.reason] if draft.reason else said,
            short_answer=draft.short_answer,
            abstained=draft.reason is not None,
            reason=draft.reason,
            confidence=draft.confidence,
            citations=citations,
            evidence=prepared.evidence,
            model=draft.written_by or self._answerer.name,
            timings_ms={step: round(spent, 1) for step, spent in timings.items()},
            notice=draft.notice,
            tokens={**prepared.tokens, **({"answer": draft.tokens} if draft.tokens else {})},
            as_of=citations[0].published if citations else None,
            nearest=tuple(quote.excerpt() for quote in draft.nearest),
            dates=composer.dates,
            disagreements=tuple(dispute.disagreement(citations) for dispute in draft.disputes),
            index=self._index.place,
        )

    def _abstention(self, prepared: Prepared, declined: Draft) -> tuple[Reason, tuple[Quote, ...]]:
        """Return why there is no answer, and what comes nearest.

        A StoreError is raised where something was left out as damaged: it may be what answers.
        """
        if self._index.damage:
            raise StoreError(f"What is left of the articles does not answer. {self._index.damage}")
        ranked = prepared.readings.candidates(prepared.evidence[: self._passages])
        reason = self._reason(prepared, declined, ranked)
        return reason, tuple(nearest(ranked)) if reason != "nothing-found" else ()

    def _reason(self, prepared: Prepared, declined: Draft, ranked: Sequence[Candidate]) -> Reason:
        """Return why there is no answer; where a scope may be to blame, it is looked whether quotes answer without it.

        It is unsure from half the confidence on that an answer needs, and where a sentence is likely to answer and what
        is not sure is whether it says yes or no.
        """
        anywhere = Scope(as_of=prepared.ask.scope.as_of)
        if prepared.ask.scope != anywhere:
            found = self.retrieve(replace(prepared, ask=replace(prepared.ask, scope=anywhere)))
            if self._quoted(found)[0]:
                return "out-of-range"
        if not _is_about_it(prepared):
            return "nothing-found"
        enough = self._trained.calibration.threshold
        told = bool(ranked) and ranked[0].probability >= enough
        return "unsure" if told or declined.confidence >= enough / 2 else "not-stated"


def _is_about_it(prepared: Prepared) -> bool:
    """True if an article is about what is asked: like it in meaning, with half its words, or naming what it names."""
    if any(evidence.similarity >= ABOUT_IT for evidence in prepared.evidence):
        return True
    asked = set(content_stems(prepared.question))
    shared = (len(asked.intersection(content_stems(evidence.text))) for evidence in prepared.evidence)
    if any(count >= max(2, len(asked) / 2) for count in shared):
        return True
    read = {fold(word) for evidence in prepared.evidence for word in words(evidence.text)}
    named = [name for name in names(prepared.question) if not name[0].isdigit()]
    return any(read.issuperset(map(fold, words(name))) for name in named)


def _milliseconds_since(started: float) -> float:
    return (time.perf_counter() - started) * 1000


_WITH = r"(?:(?:by|in|on|at|to|for|from|with|of|since|until) )?"
_PHRASE = rf"(?:when|where|why|how|{_WITH}(?:which|what) (?!{AUXILIARIES}\b)\w+)"
_BOTH = re.compile(rf"^(?P<first>{_PHRASE}),? and (?P<second>{_PHRASE}) (?P<rest>{AUXILIARIES}\b.+)$", re.IGNORECASE)
"""Two question phrases before one clause: "When and where did it sink"."""
_AND = re.compile(rf"(?:[,?]? and|\?) (?={_WITH}{QUESTION_WORDS}\b)", re.IGNORECASE)
_TWO_SUBJECTS = re.compile(rf"^{_PHRASE} and {_PHRASE} ", re.IGNORECASE)
_BEGUN = re.compile(rf"^(?:{_WITH}{QUESTION_WORDS}|{AUXILIARIES})(?! (?:if|about)\b) ", re.IGNORECASE)
_ONE = re.compile(rf"{_BEGUN.pattern}(?:(?!{QUESTION_WORDS}\b)[^ ]+(?: |$))+$", re.IGNORECASE)
"""A question without another one inside, of which what follows may be a part: "Did they say how many fell ill"."""
_WHOLE = re.compile(rf"^{_WITH}(?:when|where|why|how) {AUXILIARIES}\b", re.IGNORECASE)
"""A question for itself, of which no other sentence can be a part: "why did she leave", not "why she left"."""
_ALONE = re.compile(rf"^{_WITH}(?:when|where|why|how|whom)$", re.IGNORECASE)


def asked_apart(question: str) -> list[str]:
    """Return what a question asks, each by itself, in its order; only the question where it asks one thing.

    The second may lean on the first as a follow-up does ("and why?", "and how many did it kill?").
    """
    body = without_mark(question)
    if both := _BOTH.match(body):
        return [f"{both['first']} {both['rest']}?", f"{both['second'][0].upper()}{both['second'][1:]} {both['rest']}?"]
    for joint in _AND.finditer(body if not _TWO_SUBJECTS.match(body) else ""):
        first, second = body[: joint.start()], body[joint.end() :]
        one = _BEGUN if _WHOLE.match(second) else _ONE
        if one.match(first) and (_ALONE.match(second) or _ONE.match(second)):
            return [f"{first}?", f"{second[0].upper()}{second[1:]}?"]
    return [question]


def ask_behind(part: str, conversation: Conversation) -> str:
    """Return a part as it is asked behind another: one that names nothing, and refers to nothing, leans on that."""
    if names(part) or rewrite(part, conversation) != part:
        return part
    last = conversation.turns[-1].answer
    return leaning(part, last.standalone_question, last.short_answer)


def asked_as(part: str, meant: str) -> str:
    """Return a part as it stands beside the others: as it is meant, but what it leans on, in brackets, stands there."""
    return part if meant.startswith(leaning(part, "", None).removesuffix(")?")) else meant


def together(parts: Sequence[str], drafts: Sequence[Draft]) -> Draft:
    """Return the drafts of the answers to the parts of a question as one, which quotes no more than one of them may.

    What the articles don't say of it is told in the notice. Where they say nothing of it, the first one is given.
    """
    answered = [draft for draft in drafts if draft.statements]
    if not answered:
        return drafts[0]
    differing = [dispute.statement() for draft in answered for dispute in draft.disputes]
    statements: list[Statement] = []
    for behind, draft in zip(reversed(range(len(answered))), answered, strict=True):
        statements += _going_on(statements, draft, behind, differing)
    notices = [draft.notice for draft in answered if draft.notice]
    left_out = [of_part(part, ABSTAINING[each.reason]) for part, each in zip(parts, drafts, strict=True) if each.reason]
    return Draft(
        statements=tuple(statements),
        short_answer="; ".join(draft.short_answer for draft in answered if draft.short_answer) or None,
        confidence=min(draft.confidence for draft in answered),
        notice=" ".join([*notices, *left_out]) or None,
        disputes=tuple(dispute for draft in answered for dispute in draft.disputes),
    )


def _going_on(told: Sequence[Statement], draft: Draft, behind: int, differing: Sequence[Statement]) -> list[Statement]:
    """Return what a draft says behind what is told, so that some others behind it can quote a sentence each, too.

    It quotes one at least; what articles differ on does not count. Behind a short answer a quote that was given before
    is but its marker.
    """
    given = {quote.place for statement in told if statement not in differing for quote in statement.quotes}
    room = QUOTED - behind - len(given)
    kept: list[Statement] = []
    for statement in draft.statements:
        differs = statement in differing
        new = [quote for quote in statement.quotes if quote.place not in given and not differs]
        if kept and not differs and len(new) > room:
            continue
        left_out = new[max(1, room) :]
        room -= len(new)
        quotes = tuple(quote for quote in statement.quotes if quote not in left_out)
        again = [quote for quote in quotes if quote.place in given and draft.short_answer]
        text = f" {statement.text}"
        for quote in (*left_out, *again):
            text = text.replace(f" {quoted(quote.text)}", "", 1)
        if text.strip():
            kept.append(Statement(text.strip(), quotes))
        elif kept:
            kept[-1] = replace(kept[-1], quotes=(*kept[-1].quotes, *quotes))
    return kept
