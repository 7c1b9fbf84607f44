"""Ranking: what the sentences answer, those together that answer the same, and which of it goes first.

Either one of the answers is right, or nothing in the evidence answers: their probabilities are of one distribution (a
conditional logit, McFadden 1974, with "nothing" as one of the choices). What several independent origins say has the
odds of all of them (Dumais et al., "Web Question Answering: Is More Always Better?", SIGIR 2002).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qabot.answering.calibration import Calibration
from qabot.answering.draft import Dispute, Quote
from qabot.answering.query import Kind, Question
from qabot.answering.read import Candidate
from qabot.models.reader import log_odds
from qabot.text.terms import terms_of

_NEAREST = 3
_COMES_NEAR = 0.5
"""A sentence comes nearest that is at least this likely to answer, as a share of the likeliest."""
_UNSEEN = 0.01
"""The probability of a rival that was not found: of few sentences none need be there."""
DECIDED = 0.5
"""A sentence says yes or no from this probability on that it is so, or is not; else it leaves it open."""
_AS_GOOD = 0.85
"""A sentence answers nearly as well as another from this share of its probability on."""


@dataclass(frozen=True)
class Finding:
    """An answer, and the sentences that give it.

    Attributes:
        sentences: those that give it, at least one; the most probable first, but of dates the most precise of those
            that are nearly as probable. One without a short answer is a finding of its own.
        probability: that it answers, of all that is found and that nothing answers: together these have 1. Every
            origin counts once.
    """

    sentences: tuple[Candidate, ...]
    probability: float

    @property
    def best(self) -> Candidate:
        """The sentence that stands first."""
        return self.sentences[0]


def nearest(ranked: Sequence[Candidate]) -> list[Quote]:
    """Return the sentences that come nearest to an answer, the most probable first: at most three, one an origin.

    Those far less probable than the first are left out.
    """
    of_origin: dict[str, Quote] = {}
    for each in ranked:
        if each.probability < _COMES_NEAR * ranked[0].probability:
            break
        of_origin.setdefault(each.evidence.origin, each.quote)
    return list(of_origin.values())[:_NEAREST]


def confidence(found: Sequence[Finding], calibration: Calibration, differing: Sequence[Dispute] = ()) -> float:
    """Return the probability that the first, most probable finding answers the question, or what is told beside it.

    What articles are known to tell otherwise is told beside it, and is no rival.
    """
    if not found:
        return 0.0
    regression = calibration.answer if found[0].best.judgement is None else calibration.verdict
    otherwise = [each for each in found[1:] if any(_tells_of_both(dispute, found[0], each) for dispute in differing)]
    return regression.probability(answer_features(found, otherwise))


def answer_features(found: Sequence[Finding], otherwise: Sequence[Finding] = ()) -> dict[str, float]:
    """Return what the regressions on an answer see of the best finding and its rivals, the most probable first.

    ``log_odds``: that it answers, or what is told ``otherwise`` beside it; ``margin``: the log-odds of that against the
    next rival's answering.
    """
    told = sum(each.probability for each in (found[0], *otherwise))
    rival = max([_UNSEEN, *(each.probability for each in found[1:] if each not in otherwise)])
    return {"log_odds": log_odds(told), "margin": log_odds(told / (told + rival))}


def _tells_of_both(dispute: Dispute, one: Finding, other: Finding) -> bool:
    """True if sentences of both findings are told to differ: they stand in different groups."""
    groups = [{claim.quote for claim in group} for group in dispute.groups]
    mine, others = (
        {number for number, quotes in enumerate(groups) for each in finding.sentences if each.quote in quotes}
        for finding in (one, other)
    )
    return bool(mine and others) and len(mine | others) > 1


def findings(question: Question, ranked: Sequence[Candidate]) -> list[Finding]:
    """Return what the candidates answer; both have the most probable first."""
    groups: list[tuple[frozenset[str], list[Candidate]]] = []
    if question.kind is Kind.YES_NO:
        judged = (each for each in ranked if each.judgement and each.judgement.sure > DECIDED)
        ranked = sorted(judged, key=lambda each: -each.odds)
    for each in ranked:
        substance = terms_of(each.short or "").substance or frozenset([each.short] if each.short else [])
        same = next((members for other, members in groups if _are_one(substance, other)), None)
        if same is None:
            groups.append((substance, [each]))
        else:
            same.append(each)
    odds = [_together(members) for _, members in groups]
    found = [Finding(tuple(members), mine / (1 + sum(odds))) for (_, members), mine in zip(groups, odds, strict=True)]
    if question.kind is Kind.DATE:
        found = [_most_precise_first(finding) for finding in found]
    return sorted(found, key=lambda finding: -finding.probability)


def _are_one(one: frozenset[str], other: frozenset[str]) -> bool:
    """True if two short answers are the same, or one is a part of the other ("2003", "14 February 2003")."""
    return bool(one and other) and (one <= other or other <= one)


def _most_precise_first(finding: Finding) -> Finding:
    """Return the finding with the sentence first that says the most of the date, of those nearly as likely."""
    near = [i for i, each in enumerate(finding.sentences) if each.probability >= _AS_GOOD * finding.best.probability]
    best = max(near, key=lambda i: len(terms_of(finding.sentences[i].short or "").substance))
    first, others = finding.sentences[best], finding.sentences[:best] + finding.sentences[best + 1 :]
    return replace(finding, sentences=(first, *others))


def _together(members: Sequence[Candidate]) -> float:
    """Return the odds of what several sentences answer: those of the best one of every origin."""
    best: dict[str, float] = {}
    for member in members:
        origin = member.evidence.origin
        best[origin] = max(best.get(origin, 0.0), member.odds)
    return sum(best.values())


_ANSWERS = 0.5
"""The newest sentence answers where it is at least this likely to, as a share of the likeliest one's probability."""
_CHANGE = re.compile(
    r"\bhow (?:has|have|had|did|does|do|was|were) "
    r".*\b(?:(?:chang|evolv|develop|shift)(?:ed|ing)\b|come about\b|(?:change|evolve|develop|shift)"
    r"(?= (?:over|since|in|after|before|under|during|from|for|on|with|between|towards?|when|as)\b|\W*$))"
    r"|\bwhat (?:has |have )?changed\b|\bover (?:time|the years)\b|\bhow .* came about\b|\bhistory of\b",
    re.IGNORECASE,
)


def newest_first(found: Sequence[Finding]) -> list[Finding]:
    """Findings with those first that the newest articles tell, among the likely ones; the others stay behind them."""
    enough = _ANSWERS * max(each.probability for finding in found for each in finding.sentences)

    def told_on(candidate: Candidate) -> str:
        return published_on(candidate) if candidate.probability >= enough else ""

    ordered = [replace(f, sentences=tuple(sorted(f.sentences, key=told_on, reverse=True))) for f in found]
    return sorted(ordered, key=lambda finding: told_on(finding.best), reverse=True)


def asks_how_it_changed(question: str) -> bool:
    """True if a question asks how something came to be as it is."""
    return bool(_CHANGE.search(question))


def latest_state_first(found: Sequence[Finding], differing: Sequence[Dispute]) -> list[Finding]:
    """Findings with that first which tells the latest state, where the first one is told to be superseded by it."""
    best = found[0].best
    for dispute in differing:
        latest, *earlier = [{claim.quote for claim in group} for group in dispute.groups]
        if dispute.kind != "superseded" or not any(best.quote in group for group in earlier):
            continue
        enough = _ANSWERS * best.probability
        for finding in found:
            told = [each for each in finding.sentences if each.quote in latest and each.probability >= enough]
            if told:
                others = tuple(each for each in finding.sentences if each is not told[0])
                rest = [each for each in found if each is not finding]
                return [replace(finding, sentences=(told[0], *others)), *rest]
    return list(found)


def published_on(candidate: Candidate) -> str:
    """Return the ISO date of its article, by which candidates can be sorted; nothing where it is unknown."""
    return candidate.evidence.published or ""
