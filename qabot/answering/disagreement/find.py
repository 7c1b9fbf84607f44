"""Find where the sentences that answer a question differ from article to article on what it asks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from qabot.answering.disagreement.answers import ALL_OF_IT, POINTS, Answering, answers_differ, of_now, toll_of
from qabot.answering.disagreement.compare import Difference, differences
from qabot.answering.disagreement.dispute import Claim, Dispute, dispute_of
from qabot.answering.disagreement.told import Told
from qabot.answering.findings import Ranked
from qabot.answering.question import Kind, Question

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
_SEVERAL = re.compile(
    r"\bwho (?:are|were|have|attended|joined|took part)\b|\b(?:which|what) (?:\w+ )?\w{2,}[^s\W]s (?!is|was|has)"
    r"|\b(?:some|others?|list|all|else|name (?:two|three|some))\b",
    re.IGNORECASE,
)


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
    read = [Answering.of(question, r) for r in likely]
    found: list[Dispute] = []
    for dispute in (*_of_answers(question, read, best), *_of_sentences(question, read, best)):
        _merge(found, dispute)
    return tuple(found[:SHOWN])


def _of_sentences(question: Question, read: Sequence[Answering], best: float) -> Iterator[Dispute]:
    """Differences on what is asked between sentences of different articles that are alike in their words."""
    for one, other in combinations(read, 2):
        if one.article == other.article or max(one.ranked.probability, other.ranked.probability) < _ANSWERS * best:
            continue
        for difference in differences(one.told, other.told):
            if _is_asked(question, one, other, difference):
                first, second = one.claim(*difference.one), other.claim(*difference.other)
                about = _surroundings(one.told, difference)
                yield dispute_of(difference, first, second, about=about, of_now=of_now(question))


def _is_asked(question: Question, one: Answering, other: Answering, difference: Difference) -> bool:
    """Whether a difference is one on what the question asks: on the form of its answer, where that stands.

    Whether something happened always is. A question that can be answered by yes or no asks about the words it has.
    """
    if difference.point == "outcome":
        return True
    if question.kind is Kind.YES_NO:
        words = (one.told.text[slice(*difference.one)], other.told.text[slice(*difference.other)])
        return any(each.casefold() in question.text.casefold() for each in words)
    if POINTS.get(question.kind) != difference.point:
        return False
    return one.answers_at(difference.one) or other.answers_at(difference.other)


def _of_answers(question: Question, read: Sequence[Answering], best: float) -> Iterator[Dispute]:
    """Different short answers in the sentences of different articles that answer."""
    if question.kind not in POINTS or _asks_for_several(question):
        return
    answers: dict[str, Answering] = {}
    for sentence in read:
        if sentence.ranked.probability < _ANSWERS * best or sentence.article in answers or not sentence.answer:
            continue
        features = sentence.candidate.features
        about = features.context >= _ABOUT or bool(toll_of(question, sentence.told))
        if about and (features.names >= 1 or features.context >= ALL_OF_IT) and not features.rival:
            answers[sentence.article] = sentence
    first, *others = answers.values() or (None,)
    for other in others:
        if first and other and (differing := answers_differ(question, first, other)):
            yield dispute_of(*differing, about=question.text, of_now=of_now(question))


def _asks_for_several(question: Question) -> bool:
    """Whether more than one answer is asked for, so that different ones need not exclude each other."""
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
