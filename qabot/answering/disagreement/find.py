"""Find where the sentences that answer a question, or that tell of the same, differ from article to article."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import PurePath

from qabot.answering.answer import Citation, Evidence
from qabot.answering.candidates import Candidate
from qabot.answering.dates.period import parse_period
from qabot.answering.disagreement.amounts import Amount
from qabot.answering.disagreement.compare import (
    Difference,
    Told,
    amounts_agree,
    differences,
    expressions_differ,
    tells_state,
    told,
)
from qabot.answering.disagreement.disagreement import Disagreement, Kind, Value
from qabot.answering.disagreement.names import same_name
from qabot.answering.draft import Quote, Statement
from qabot.answering.findings import Ranked
from qabot.answering.question import Kind as Asked
from qabot.answering.question import Question, content_stems, stem
from qabot.answering.short_answer import short_answer

SHOWN = 3
"""At most so many are told of an answer."""
_READ = 16
"""So many of the best sentences are compared."""
_ANSWERS = 0.5
"""A sentence answers too where it is at least this likely to, as a share of the best one's."""
_TELLS = 0.2
"""The same for one that may tell of the same."""
_ABOUT = 0.45
"""Share of the question's words, weighted, that must stand in or before a sentence whose answer is compared."""
_COUNTED = frozenset({Asked.NUMBER, Asked.MONEY, Asked.PERCENT, Asked.AGE})
_NAMED = frozenset({Asked.PERSON, Asked.PLACE, Asked.NAME})
_DYING = frozenset(map(stem, "die died dead death deaths kill killed".split()))
_SEVERAL = re.compile(
    r"\bwho (?:are|were|have|attended|joined|took part)\b|\b(?:which|what) (?:\w+ )?\w{2,}[^s\W]s (?!is|was|has)"
    r"|\b(?:some|others?|list|all|else|name (?:two|three|some))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Claim:
    """What one sentence, which is quoted, says on a point: a slice ``[start:end]`` of it."""

    quote: Quote
    told: Told
    start: int
    end: int

    @property
    def text(self) -> str:
        """The words."""
        return self.told.text[self.start : self.end]

    @property
    def evidence(self) -> Evidence:
        """The passage that it stands in."""
        return self.quote.evidence

    @property
    def happened(self) -> str | None:
        """When what the sentence tells happened, where it states one time, or the claim is one."""
        times = [t for t in self.told.times if t.start < self.end and self.start < t.end] or list(self.told.times)
        return times[0].period.iso() if len(times) == 1 else None


@dataclass(frozen=True)
class Dispute:
    """A disagreement as it is found: groups of claims that say the same, the one that counts first."""

    kind: Kind
    about: str
    groups: tuple[tuple[Claim, ...], ...]

    def among(self, quotes: Set[Quote]) -> Dispute | None:
        """What of it lies between sentences that an answer quotes; None where that is no disagreement.

        What is quoted was found to answer best: a difference between such sentences is likeliest to be a real one.
        """
        groups = [tuple(claim for claim in group if claim.quote in quotes) for group in self.groups]
        told_of = tuple(group for group in groups if group)
        return replace(self, groups=told_of) if len(told_of) > 1 else None

    def statement(self) -> Statement:
        """What is said of it in an answer."""
        label = [f"“{_tidy(group[0].text)}” ({_who(group[0].evidence)})" for group in self.groups]
        first, *others = label
        if self.kind == "superseded":
            text = f"The articles differ: {first}; earlier {'; '.join(others)}."
        elif self.kind == "garbled":
            text = f"The articles differ: {first} in the original; {'; '.join(others)} in a reprint."
        else:
            text = f"The articles differ: {'; '.join(label)}."
        return Statement(text, tuple(claim.quote for group in self.groups for claim in group[:2]))

    def disagreement(self, citations: Sequence[Citation]) -> Disagreement:
        """It with the markers of its quotes, which are among the citations."""
        markers = {(c.article_id, c.start, c.end): c.marker for c in citations}
        return Disagreement(
            self.kind,
            self.about,
            tuple(
                Value(
                    _tidy(group[0].text),
                    tuple(
                        marker
                        for claim in group
                        if (marker := markers.get((claim.evidence.article_id, claim.quote.start, claim.quote.end)))
                    ),
                    group[0].evidence.published,
                    group[0].happened,
                )
                for group in self.groups
            ),
        )


def disputes(question: Question, ranked: Sequence[Ranked]) -> tuple[Dispute, ...]:
    """Where the articles differ on what is asked, or in sentences that tell of it in the same words.

    Args:
        question: analysed.
        ranked: the candidate sentences, the likeliest first.
    """
    if not ranked:
        return ()
    best = ranked[0].probability
    likely = [r for r in ranked[:_READ] if r.probability >= _TELLS * best]
    if len({r.candidate.evidence.article_id for r in likely}) < 2:
        return ()
    read = [(r, _told(r.candidate)) for r in likely]
    found: list[Dispute] = []
    for dispute in (*_of_answers(question, read, best), *_of_sentences(read, best)):
        _merge(found, dispute)
    return tuple(found[:SHOWN])


def _quote(candidate: Candidate) -> Quote:
    return Quote(candidate.evidence, candidate.start, candidate.end)


def _told(candidate: Candidate) -> Told:
    evidence = candidate.evidence
    return told(evidence.text, candidate.start - evidence.start, candidate.end - evidence.start, evidence.published)


def _of_sentences(read: Sequence[tuple[Ranked, Told]], best: float) -> Iterator[Dispute]:
    """Differences between sentences of different articles that are alike in their words, one of which answers."""
    for (one, mine), (other, others) in combinations(read, 2):
        if one.candidate.evidence.article_id == other.candidate.evidence.article_id:
            continue
        if max(one.probability, other.probability) < _ANSWERS * best:
            continue
        for difference in differences(mine, others):
            first = Claim(_quote(one.candidate), mine, *difference.one)
            yield dispute_of(difference, first, Claim(_quote(other.candidate), others, *difference.other))


def _of_answers(question: Question, read: Sequence[tuple[Ranked, Told]], best: float) -> Iterator[Dispute]:
    """Different short answers in the sentences of different articles that answer."""
    if question.kind not in _COUNTED | _NAMED | {Asked.DATE} or _asks_for_several(question):
        return
    answers: dict[str, _Answer] = {}
    for ranked, told_ in read:
        candidate = ranked.candidate
        if ranked.probability < _ANSWERS * best or candidate.evidence.article_id in answers:
            continue
        features = candidate.features
        toll = _toll(question, told_)
        if (features.context < _ABOUT and not toll) or features.names_meant < 1 or features.rival:
            continue
        short = toll or short_answer(question, candidate)
        start = candidate.text.find(short) if short else -1
        if short and start >= 0:
            answers[candidate.evidence.article_id] = _Answer(
                Claim(_quote(candidate), told_, start, start + len(short)), candidate.features.overlap
            )
    if not answers:
        return
    first, *others = answers.values()
    for other in others:
        if difference := _answers_differ(question, first, other):
            yield dispute_of(*difference, about=question.text)


@dataclass(frozen=True)
class _Answer:
    """A short answer, and the share of the question's words in its sentence."""

    claim: Claim
    overlap: float


def _answers_differ(question: Question, answer: _Answer, rival: _Answer) -> tuple[Difference, Claim, Claim] | None:
    """How two short answers differ, with the words of each that do."""
    one, other = answer.claim, rival.claim
    if question.kind is Asked.DATE:
        return _dates_of_answers_differ(one, other)
    mine, others = one.told.times, other.told.times
    if mine and others and not any(a.period.meets(b.period) for a in mine for b in others):
        return None
    if question.kind in _COUNTED:
        amount, other_amount = _amount(one), _amount(other)
        if not amount or not other_amount or amounts_agree(amount, other_amount):
            return None
        if amount.unit and other_amount.unit and amount.unit != other_amount.unit:
            return None
        return Difference("number", (one.start, one.end), (other.start, other.end)), one, other
    if same_name(one.text, other.text) or one.text in other.told.text or other.text in one.told.text:
        return None
    spoken = question.stems | set(content_stems(one.text)) | set(content_stems(other.text))
    shared = len((one.told.content & other.told.content) - spoken)
    mine_left, other_left = len(one.told.content - spoken), len(other.told.content - spoken)
    if answer.overlap < _ABOUT or rival.overlap < _ABOUT:
        return None
    if shared < 0.5 * min(mine_left, other_left):
        return None
    return Difference("name", (one.start, one.end), (other.start, other.end)), one, other


def _dates_of_answers_differ(one: Claim, other: Claim) -> tuple[Difference, Claim, Claim] | None:
    mine = [e for e in one.told.expressions if e.start < one.end and one.start < e.end]
    others = [e for e in other.told.expressions if e.start < other.end and other.start < e.end]
    if not mine or not others or not expressions_differ(one.told, mine[0], other.told, others[0]):
        return None
    spoken = one.told.content & other.told.content
    if len(spoken) < 0.3 * min(len(one.told.content), len(other.told.content)):
        return None
    one, other = (
        replace(one, start=mine[0].start, end=mine[0].end),
        replace(other, start=others[0].start, end=others[0].end),
    )
    return Difference("date", (one.start, one.end), (other.start, other.end)), one, other


def _asks_for_several(question: Question) -> bool:
    """Whether more than one answer is asked for, so that different ones need not exclude each other."""
    return question.kind in _NAMED and bool(_SEVERAL.search(question.text))


def _toll(question: Question, told_: Told) -> str | None:
    """The number of a sentence that tells a toll, where the question asks how many died."""
    if question.kind is not Asked.NUMBER or not question.stems & _DYING or "toll" not in told_.text.lower():
        return None
    return told_.amounts[0].text if len(told_.amounts) == 1 else None


def _amount(claim: Claim) -> Amount | None:
    return next((a for a in claim.told.amounts if a.start < claim.end and claim.start < a.end), None)


def dispute_of(difference: Difference, one: Claim, other: Claim, *, about: str | None = None) -> Dispute:
    """The dispute that two claims make.

    Args:
        difference: how they differ.
        one: what the one says.
        other: what the other says.
        about: what it is about; None: the words around the point tell.
    """
    about = about or _surroundings(one.told, difference)
    kind = _kind(difference, one, other)
    first, second = one, other
    if kind == "garbled":
        if _leads(other) and not _leads(one):
            first, second = other, one
    elif (other.evidence.published or "") > (one.evidence.published or ""):
        first, second = other, one
    return Dispute(kind, " ".join(about.split()), ((first,), (second,)))


def _kind(difference: Difference, one: Claim, other: Claim) -> Kind:
    if one.evidence.origin == other.evidence.origin:
        return "garbled"
    published = parse_period(one.evidence.published), parse_period(other.evidence.published)
    if published[0] is None or published[1] is None or published[0].meets(published[1]):
        return "conflicting"
    earlier = one if published[0].ordinals() < published[1].ordinals() else other
    if difference.point == "date":
        # A day that was still to come may have been moved; one that is past cannot.
        ahead = [e for e in earlier.told.expressions if e.start < earlier.end and earlier.start < e.end and e.period]
        day = parse_period(earlier.evidence.published)
        moved = ahead and ahead[0].period and day and ahead[0].period.ordinals()[1] > day.ordinals()[0]
        return "superseded" if moved else "conflicting"
    return "superseded" if tells_state(one.told) or tells_state(other.told) else "conflicting"


def _leads(claim: Claim) -> bool:
    return claim.evidence.article_id == claim.evidence.origin


def _merge(found: list[Dispute], new: Dispute) -> None:
    """Add a dispute, to one on the same point where there is such: each side says what one of its groups says."""
    for i, old in enumerate(found):
        into = [
            next((j for j, group in enumerate(old.groups) if _say_the_same(group, side)), None) for side in new.groups
        ]
        if None in into or len(set(into)) < len(into):
            continue
        groups = [list(group) for group in old.groups]
        for j, side in zip(into, new.groups, strict=True):
            known = {claim.evidence.article_id for claim in groups[j or 0]}
            groups[j or 0] += [claim for claim in side if claim.evidence.article_id not in known]
        found[i] = replace(old, groups=tuple(tuple(group) for group in groups))
        return
    found.append(new)


def _say_the_same(group: Sequence[Claim], side: Sequence[Claim]) -> bool:
    """Whether a claim of each stands in the same place, or in the same words."""
    return any(
        _folded(one.text) == _folded(other.text)
        or (one.quote == other.quote and one.start < other.end and other.start < one.end)
        for one in group
        for other in side
    )


def _surroundings(told_: Told, difference: Difference) -> str:
    """The words around the point, which stands as an ellipsis."""
    start, end = difference.one
    before, behind = told_.text[:start].split(), told_.text[end:].split()
    return " ".join([*before[-6:], "…", *behind[:6]])


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _who(evidence: Evidence) -> str:
    known = [part for part in (evidence.publisher, evidence.published) if part]
    return ", ".join(known) or evidence.title or PurePath(evidence.source).name
