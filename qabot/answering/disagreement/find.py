"""Find where the sentences that answer a question differ from article to article on what it asks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qabot.answering.disagreement.dispute import Point, Saying, are_reprints, dispute_of
from qabot.answering.disagreement.told import (
    WORD,
    Told,
    amounts_agree,
    at_one_time,
    expressions_differ,
    of_its_day,
    same_name,
    told,
)
from qabot.answering.draft import Claim, Dispute
from qabot.answering.query import Kind, Question
from qabot.answering.rank import Ranked
from qabot.answering.read import Candidate
from qabot.text.countries import countries_in
from qabot.text.phrases import noun_phrases
from qabot.text.tokens import content_stems, stem

SHOWN = 3
"""At most so many are told of an answer."""
_READ = 16
"""So many of the best sentences are compared."""
_ANSWERS = 0.75
"""A sentence answers too where it is at least this likely to, as a share of the best one's: who tells otherwise of the
same thing is read nearly as surely, and a less likely number is mostly one of something else."""
_ABOUT = 0.45
"""Share of the question's words, weighted, that must stand in or before a sentence whose answer is compared."""
_SEVERAL = re.compile(
    r"\bwho (?:are|were|have|attended|joined|took part)\b|\b(?:which|what) (?:\w+ )?\w{2,}[^s\W]s (?!is|was|has)"
    r"|\b(?:some|others?|list|all|else|name (?:two|three|some))\b",
    re.IGNORECASE,
)
_WHOLLY_ABOUT = 0.8
"""The same where the answer is a day or a name, of which there can be many."""
POINTS: dict[Kind, Point] = {
    Kind.DATE: "date",
    **dict.fromkeys((Kind.NUMBER, Kind.MONEY, Kind.PERCENT, Kind.AGE, Kind.DURATION), "number"),
    **dict.fromkeys((Kind.PERSON, Kind.PLACE, Kind.NAME), "name"),
}
"""On which point answers of a kind can differ."""
_MEASURED = frozenset({Kind.MONEY, Kind.PERCENT, Kind.AGE, Kind.DURATION})
"""The kinds of number that need no noun behind them to tell what they count."""
_OFFICE = re.compile(
    r"\b(?:president|prime minister|minister|speaker|director|chairman|chairwoman|chairs?|chief|leader|leads?|heads?"
    r"|runs?|mayor|governor|king|queen|pope|captain|coach|editor|ambassador|commander|secretary|principal|rector|bishop"
    r"|owner|owns?|manager|manages?|directs?|commands?|presides?|edits?|coaches)\b",
    re.IGNORECASE,
)
"""What one person holds at a time."""
_OF_NOW = re.compile(
    r"\b(?:is|are|has|have|does|do|leads?|heads?|holds?|runs?|owns?|lives?|now|currently|latest|will)\b"
    r"|^who \w+s\b",
    re.IGNORECASE,
)
_BESIDE = 4
"""Words between a name and its office at most."""
_WEAKENED = re.compile(
    r"\b(?:could|may|might|would|will|former|ex|then|deputy|vice|minority|acting|interim|next|future|become|successive"
    r"|replace[ds]?|succeed(?:ed|s)?)\b",
    re.IGNORECASE,
)
"""What makes an office another one, or one of another time."""


@dataclass(frozen=True)
class Answering:
    """A sentence that may answer.

    Attributes:
        ranked: the sentence as a candidate.
        told: as its article tells it.
        answer: where its short answer stands in it; None where it has none.
    """

    ranked: Ranked
    told: Told
    answer: tuple[int, int] | None

    @classmethod
    def of(cls, question: Question, ranked: Ranked) -> Answering:
        """Return a candidate, with its times and its short answer found."""
        candidate = ranked.candidate
        told_ = told(candidate.sentence, candidate.evidence.published)
        short = candidate.short
        at = candidate.text.find(short) if short else -1
        answer = (at, at + len(short)) if short and at >= 0 else None
        return cls(ranked, told_, _name_at(told_, answer) if answer and POINTS.get(question.kind) == "name" else answer)

    @property
    def candidate(self) -> Candidate:
        """The sentence with what speaks for it."""
        return self.ranked.candidate

    @property
    def article(self) -> str:
        """The id of its article."""
        return self.candidate.evidence.article_id

    def saying(self, start: int, end: int) -> Saying:
        """Return what it says at a place."""
        return Saying(self.candidate.quote, self.told, start, end)

    @property
    def context(self) -> float:
        """The share of the question's words that stand in it, before it or in its article's title."""
        return self.candidate.features.context


def answers_differ(question: Question, answer: Answering, rival: Answering) -> tuple[Saying, Saying] | None:
    """Return the words of two short answers that differ; None where both can be so."""
    assert answer.answer
    assert rival.answer
    one, other = answer.saying(*answer.answer), rival.saying(*rival.answer)
    point = POINTS[question.kind]
    if point == "date":
        return _dates_differ(one, other) if min(answer.context, rival.context) >= _WHOLLY_ABOUT else None
    one_time = at_one_time(one.told, other.told)
    if point == "name" and of_now(question):
        one_time = of_its_day(one.told) and of_its_day(other.told)
    if not one_time and not are_reprints(one.evidence, other.evidence):
        return None
    differ = _numbers_differ if point == "number" else _names_differ
    return (one, other) if differ(question, answer, rival) else None


def _numbers_differ(question: Question, answer: Answering, rival: Answering) -> bool:
    """True if two numbers of the same thing cannot both be so."""
    assert answer.answer
    assert rival.answer
    one, other = answer.saying(*answer.answer).amount, rival.saying(*rival.answer).amount
    if not one or not other or amounts_agree(one, other):
        return False
    # Of several numbers of a sentence, another may be the one that the other sentence has.
    if any(amounts_agree(each, other) for each in answer.told.amounts if each.unit == one.unit):
        return False
    if any(amounts_agree(one, each) for each in rival.told.amounts if each.unit == other.unit):
        return False
    if question.kind in _MEASURED:
        return True
    if "%" in (one.unit, other.unit):
        return False  # a share is no answer to "how many"
    if one.unit and other.unit and one.unit != other.unit:
        return False
    return all(not question.head or question.head in each.told.content for each in (answer, rival))


def _names_differ(question: Question, answer: Answering, rival: Answering) -> bool:
    """True if two names cannot both be the answer: of an office at one time, or of what is told in the same words."""
    assert answer.answer
    assert rival.answer
    one, other = answer.saying(*answer.answer), rival.saying(*rival.answer)
    if same_name(one.text, other.text):
        return False
    if one.text in other.told.text or other.text in one.told.text:
        return False
    if bool(countries_in(one.text)) != bool(countries_in(other.text)):
        return False  # a place and its country
    office = _OFFICE.search(question.text)
    if office and all(_holds(claim, office[0]) for claim in (one, other)):
        return True
    if office:
        return False
    shared = question.stems & answer.told.content & rival.told.content
    if min(answer.context, rival.context) < _WHOLLY_ABOUT or not shared:
        return False
    before = [claim.told.text[: claim.start].split()[-1:] for claim in (one, other)]
    return question.kind is not Kind.PLACE or before[0] == before[1]


def _holds(claim: Saying, office: str) -> bool:
    """True if a sentence says that who is named holds an office: it stands beside the name, and nothing weakens it."""
    text = claim.told.text
    word = stem(office.split()[-1])
    for match in WORD.finditer(text):
        if stem(match[0]) == word:
            between = text[match.end() : claim.start] if match.end() <= claim.start else text[claim.end : match.start()]
            inside = claim.start <= match.start() < claim.end
            around = " ".join([*text[: match.start()].split()[-1:], between])
            if inside or (len(between.split()) <= _BESIDE and not _WEAKENED.search(around)):
                return True
    return False


def _name_at(told_: Told, place: tuple[int, int]) -> tuple[int, int]:
    """Return the name at a place, without what else was read there ("Madeira on Thursday"); else the place."""
    inside = (name for name in told_.names if place[0] <= name[0] and name[1] <= place[1])
    return next(inside, place)


def _dates_differ(one: Saying, other: Saying) -> tuple[Saying, Saying] | None:
    """Return two days that cannot both be the one asked for; None where they can."""
    mine = [e for e in one.told.expressions if e.start < one.end and one.start < e.end]
    others = [e for e in other.told.expressions if e.start < other.end and other.start < e.end]
    if not mine or not others or not expressions_differ(one.told, mine[0], other.told, others[0]):
        return None
    spoken = one.told.content & other.told.content
    if len(spoken) < 0.3 * min(len(one.told.content), len(other.told.content)):
        return None
    one = replace(one, start=mine[0].start, end=mine[0].end)
    other = replace(other, start=others[0].start, end=others[0].end)
    return one, other


def of_now(question: Question) -> bool:
    """True if how things stand is asked for."""
    return bool(_OF_NOW.search(question.text))


def disputes(question: Question, ranked: Sequence[Ranked]) -> tuple[Dispute, ...]:
    """Return where the articles differ in the answers to what is asked.

    Args:
        question: analysed.
        ranked: the candidate sentences, the likeliest first.
    """
    if not ranked:
        return ()
    best = ranked[0].probability
    likely = [r for r in ranked[:_READ] if r.probability >= _ANSWERS * best]
    if len({r.candidate.evidence.article_id for r in likely}) < 2:
        return ()
    read = [Answering.of(question, r) for r in likely]
    found: list[Dispute] = []
    for dispute in _of_answers(question, read):
        _merge(found, dispute)
    return tuple(found[:SHOWN])


def _of_answers(question: Question, read: Sequence[Answering]) -> Iterator[Dispute]:
    """Yield different short answers in the sentences of different articles that answer."""
    if question.kind not in POINTS or _asks_for_several(question):
        return
    answers: dict[str, Answering] = {}
    for sentence in read:
        if sentence.article in answers or not sentence.answer:
            continue
        if sentence.context >= _ABOUT:
            answers[sentence.article] = sentence
    first, *others = answers.values() or (None,)
    for other in others:
        if (
            first
            and other
            and (differing := answers_differ(question, first, other))
            and _of_one(question, first, other)
        ):
            yield dispute_of(POINTS[question.kind], *differing, about=question.text, of_now=of_now(question))


def _of_one(question: Question, one: Answering, other: Answering) -> bool:
    """True if both passages name the same of what tells the thing asked about from others: "the *ferry* company"."""
    apart: set[str] = set()
    for phrase in noun_phrases(question.text):
        stems = content_stems(phrase.text)
        apart.update(stems if phrase.proper else stems[:-1])
    told_ = [
        apart.intersection(content_stems(f"{each.evidence.title or ''}\n{each.evidence.text}"))
        for each in (one.candidate, other.candidate)
    ]
    return told_[0] == told_[1]


def _asks_for_several(question: Question) -> bool:
    """True if more than one answer is asked for, so that different ones need not exclude each other."""
    return POINTS.get(question.kind) == "name" and bool(_SEVERAL.search(question.text))


def _merge(found: list[Dispute], new: Dispute) -> None:
    """Add a dispute, to one on the same point where there is such: a side says what one of its groups says."""
    for i, old in enumerate(found):
        into = [
            next((j for j, group in enumerate(old.groups) if _say_the_same(group, side)), None) for side in new.groups
        ]
        if into == [None] * len(into) or len(set(into)) < len(into) or (None in into and old.kind != new.kind):
            continue
        groups = [list(group) for group in old.groups]
        for j, side in zip(into, new.groups, strict=True):
            if j is None:  # a third value
                groups.append(list(side))
            else:
                known = {claim.evidence.article_id for claim in groups[j]}
                groups[j] += [claim for claim in side if claim.evidence.article_id not in known]
        if None in into and old.kind != "garbled":
            groups.sort(key=lambda group: group[0].evidence.published or "", reverse=True)
        found[i] = replace(old, groups=tuple(tuple(group) for group in groups))
        return
    found.append(new)


def _say_the_same(group: Sequence[Claim], side: Sequence[Claim]) -> bool:
    """True if a claim of each stands in the same place, or in the same words."""
    return any(
        " ".join(one.text.casefold().split()) == " ".join(other.text.casefold().split())
        or (one.quote == other.quote and one.start < other.end and other.start < one.end)
        for one in group
        for other in side
    )
