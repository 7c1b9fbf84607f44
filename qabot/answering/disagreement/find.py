"""Find where the sentences that answer a question differ from article to article on what it asks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from qabot.answering.candidates import Candidate
from qabot.answering.disagreement.compare import Difference, Point, amounts_agree, differences
from qabot.answering.disagreement.dispute import Claim, Dispute, are_reprints, dispute_of
from qabot.answering.disagreement.names import same_name
from qabot.answering.disagreement.same_event import at_one_time, expressions_differ
from qabot.answering.disagreement.told import Told, told
from qabot.answering.draft import Quote
from qabot.answering.findings import Ranked
from qabot.answering.places import countries_in
from qabot.answering.question import Kind, Question, stem
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
_WHOLLY_ABOUT = 0.6
"""Share of them that must stand in the sentence itself where its answer is a name, of which there can be many."""
_ALL = 0.99
_POINTS: dict[Kind, Point] = {
    Kind.DATE: "date",
    **dict.fromkeys((Kind.NUMBER, Kind.MONEY, Kind.PERCENT, Kind.AGE, Kind.DURATION), "number"),
    **dict.fromkeys((Kind.PERSON, Kind.PLACE, Kind.NAME), "name"),
}
"""On which point answers of a kind can differ."""
_MEASURED = frozenset({Kind.MONEY, Kind.PERCENT, Kind.AGE, Kind.DURATION})
"""The kinds of number that need no noun behind them to tell what they count."""
_DYING = frozenset(map(stem, "die died dead death deaths kill killed".split()))
_SEVERAL = re.compile(
    r"\bwho (?:are|were|have|attended|joined|took part)\b|\b(?:which|what) (?:\w+ )?\w{2,}[^s\W]s (?!is|was|has)"
    r"|\b(?:some|others?|list|all|else|name (?:two|three|some))\b",
    re.IGNORECASE,
)
_OFFICE = re.compile(
    r"\b(?:president|prime minister|minister|director|chairman|chairwoman|chair|chief|head|leader|leads?|heads?|runs?"
    r"|mayor|governor|king|queen|pope|captain|coach|editor|ambassador|commander|secretary|principal|rector|bishop|owner"
    r"|owns?)\b",
    re.IGNORECASE,
)
"""What one person holds at a time."""
_OF_NOW = re.compile(
    r"\b(?:is|are|has|have|does|do|leads?|heads?|holds?|runs?|owns?|lives?|now|currently|latest|will)\b", re.IGNORECASE
)
_PART = re.compile(
    r"\b(?:including|among (?:them|those|the \w+)(?: (?:is|are|was|were))?|of (?:them|whom|these|those)|another"
    r"|a further|(?:other|more) than|except|only)\s*$",
    re.IGNORECASE,
)
"""What stands before a number that counts a part."""


def disputes(question: Question, ranked: Sequence[Ranked]) -> tuple[Dispute, ...]:
    """Where the articles differ on what is asked: in the answers to it, or in sentences that tell of it.

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
    read = [_Sentence.of(question, r) for r in likely]
    found: list[Dispute] = []
    for dispute in (*_of_answers(question, read, best), *_of_sentences(question, read, best)):
        _merge(found, dispute)
    return tuple(found[:SHOWN])


@dataclass(frozen=True)
class _Sentence:
    """A candidate sentence, and where its short answer stands in it, if it has one."""

    ranked: Ranked
    told: Told
    answer: tuple[int, int] | None

    @classmethod
    def of(cls, question: Question, ranked: Ranked) -> _Sentence:
        candidate = ranked.candidate
        evidence = candidate.evidence
        start = candidate.start - evidence.start
        told_ = told(evidence.text, start, candidate.end - evidence.start, evidence.published)
        short = _toll(question, told_) or short_answer(question, candidate)
        at = candidate.text.find(short) if short else -1
        answer = (at, at + len(short)) if short and at >= 0 else None
        return cls(
            ranked, told_, _name_at(told_, answer) if answer and _POINTS.get(question.kind) == "name" else answer
        )

    @property
    def candidate(self) -> Candidate:
        return self.ranked.candidate

    @property
    def article(self) -> str:
        return self.candidate.evidence.article_id

    def claim(self, start: int, end: int) -> Claim:
        quote = Quote(self.candidate.evidence, self.candidate.start, self.candidate.end)
        return Claim(quote, self.told, start, end)

    def answers_at(self, place: tuple[int, int]) -> bool:
        """Whether a place has to do with the short answer."""
        return self.answer is not None and self.answer[0] < place[1] and place[0] < self.answer[1]


def _of_sentences(question: Question, read: Sequence[_Sentence], best: float) -> Iterator[Dispute]:
    """Differences on what is asked between sentences of different articles that are alike in their words."""
    for one, other in combinations(read, 2):
        if one.article == other.article or max(one.ranked.probability, other.ranked.probability) < _ANSWERS * best:
            continue
        for difference in differences(one.told, other.told):
            if _is_asked(question, one, other, difference):
                first, second = one.claim(*difference.one), other.claim(*difference.other)
                about = _surroundings(one.told, difference)
                yield dispute_of(difference, first, second, about=about, of_now=_of_now(question))


def _is_asked(question: Question, one: _Sentence, other: _Sentence, difference: Difference) -> bool:
    """Whether a difference is one on what the question asks: on the form of its answer, where that stands.

    Whether something happened always is. A question that can be answered by yes or no asks about the words it has.
    """
    if difference.point == "outcome":
        return True
    if question.kind is Kind.YES_NO:
        words = (one.told.text[slice(*difference.one)], other.told.text[slice(*difference.other)])
        return any(each.casefold() in question.text.casefold() for each in words)
    if _POINTS.get(question.kind) != difference.point:
        return False
    return one.answers_at(difference.one) or other.answers_at(difference.other)


def _of_answers(question: Question, read: Sequence[_Sentence], best: float) -> Iterator[Dispute]:
    """Different short answers in the sentences of different articles that answer."""
    if question.kind not in _POINTS or _asks_for_several(question):
        return
    answers: dict[str, _Sentence] = {}
    for sentence in read:
        if sentence.ranked.probability < _ANSWERS * best or sentence.article in answers or not sentence.answer:
            continue
        features = sentence.candidate.features
        about = features.context >= _ABOUT or bool(_toll(question, sentence.told))
        if about and (features.names_meant >= 1 or features.context >= _ALL) and not features.rival:
            answers[sentence.article] = sentence
    first, *others = answers.values() or (None,)
    for other in others:
        if first and other and (differing := _answers_differ(question, first, other)):
            yield dispute_of(*differing, about=question.text, of_now=_of_now(question))


def _answers_differ(question: Question, answer: _Sentence, rival: _Sentence) -> tuple[Difference, Claim, Claim] | None:
    """How two short answers differ, with the words of each that do."""
    assert answer.answer
    assert rival.answer
    one, other = answer.claim(*answer.answer), rival.claim(*rival.answer)
    point = _POINTS[question.kind]
    if point == "date":
        return _dates_differ(one, other)
    reprints = are_reprints(one.evidence, other.evidence)
    if not reprints and not (at_one_time(one.told, other.told) or (point == "name" and _of_now(question))):
        return None
    differ = _numbers_differ if point == "number" else _names_differ
    return (Difference(point, *answer_places(one, other)), one, other) if differ(question, answer, rival) else None


def answer_places(one: Claim, other: Claim) -> tuple[tuple[int, int], tuple[int, int]]:
    """Where two claims stand in their sentences."""
    return (one.start, one.end), (other.start, other.end)


def _numbers_differ(question: Question, answer: _Sentence, rival: _Sentence) -> bool:
    """Whether two numbers of the same thing cannot both be so; one of a part of it can."""
    assert answer.answer
    assert rival.answer
    one, other = answer.claim(*answer.answer).amount, rival.claim(*rival.answer).amount
    if not one or not other or amounts_agree(one, other):
        return False
    if any(_PART.search(each.told.text[: amount.start]) for each, amount in ((answer, one), (rival, other))):
        return False
    if question.kind in _MEASURED:
        return True
    if one.unit and other.unit and one.unit != other.unit:
        return False
    return bool(_toll(question, answer.told) or _toll(question, rival.told)) or all(
        not question.head or question.head in each.told.content for each in (answer, rival)
    )


def _names_differ(question: Question, answer: _Sentence, rival: _Sentence) -> bool:
    """Whether two names cannot both be the answer: of an office at one time, or of what is told in the same words."""
    assert answer.answer
    assert rival.answer
    one, other = answer.claim(*answer.answer), rival.claim(*rival.answer)
    if same_name(one.text, other.text) or not (_is_name(one) and _is_name(other)):
        return False
    if one.text in other.told.text or other.text in one.told.text:
        return False
    if bool(countries_in(one.text)) != bool(countries_in(other.text)):
        return False  # a place and its country
    office = _OFFICE.search(question.text)
    if office and all(stem(office[0].split()[-1]) in each.told.content for each in (answer, rival)):
        return True
    features, others = answer.candidate.features, rival.candidate.features
    if min(features.overlap, others.overlap) < _WHOLLY_ABOUT or min(features.names, others.names) < 1:
        return False
    before = [claim.told.text[: claim.start].split()[-1:] for claim in (one, other)]
    return question.kind is not Kind.PLACE or before[0] == before[1]


def _name_at(told_: Told, place: tuple[int, int]) -> tuple[int, int]:
    """The name at a place, without what else was read there ("Madeira on Thursday"); the place where there is none."""
    inside = (name for name in told_.names if place[0] <= name[0] and name[1] <= place[1])
    return next(inside, place)


def _is_name(claim: Claim) -> bool:
    """Whether a claim is a name as its sentence knows names."""
    return any(start <= claim.start and claim.end <= end for start, end in claim.told.names)


def _dates_differ(one: Claim, other: Claim) -> tuple[Difference, Claim, Claim] | None:
    mine = [e for e in one.told.expressions if e.start < one.end and one.start < e.end]
    others = [e for e in other.told.expressions if e.start < other.end and other.start < e.end]
    if not mine or not others or not expressions_differ(one.told, mine[0], other.told, others[0], asked=True):
        return None
    spoken = one.told.content & other.told.content
    if len(spoken) < 0.3 * min(len(one.told.content), len(other.told.content)):
        return None
    one = replace(one, start=mine[0].start, end=mine[0].end)
    other = replace(other, start=others[0].start, end=others[0].end)
    return Difference("date", *answer_places(one, other)), one, other


def _asks_for_several(question: Question) -> bool:
    """Whether more than one answer is asked for, so that different ones need not exclude each other."""
    return _POINTS.get(question.kind) == "name" and bool(_SEVERAL.search(question.text))


def _of_now(question: Question) -> bool:
    """Whether how things stand is asked for."""
    return bool(_OF_NOW.search(question.text))


def _toll(question: Question, told_: Told) -> str | None:
    """The number of a sentence that tells a toll, where the question asks how many died."""
    if question.kind is not Kind.NUMBER or not question.stems & _DYING or "toll" not in told_.text.lower():
        return None
    return told_.amounts[0].text if len(told_.amounts) == 1 else None


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
        " ".join(one.text.casefold().split()) == " ".join(other.text.casefold().split())
        or (one.quote == other.quote and one.start < other.end and other.start < one.end)
        for one in group
        for other in side
    )


def _surroundings(told_: Told, difference: Difference) -> str:
    """The words around the point, which stands as an ellipsis."""
    start, end = difference.one
    before, behind = told_.text[:start].split(), told_.text[end:].split()
    return " ".join([*before[-6:], "…", *behind[:6]])
