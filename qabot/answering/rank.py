"""Ranking: how likely each sentence answers, what they answer together, and which of it goes first.

The choice between sentences gives the odds that one answers, against that nothing does: their probabilities are of one
distribution (a conditional logit, McFadden 1974, with "nothing" as one of the choices). What several independent
origins say has the odds of all of them (Dumais et al., "Web Question Answering: Is More Always Better?", SIGIR 2002).
Two logistic regressions calibrate: how likely it is that the best answer is right, given its share of these odds and
that of the next one, where a yes or no is asked for and else. Beside these stands by how much the reader says yes too
seldom of news. ``python -m eval calibration`` fits it all.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from qabot.answering.answer import Evidence
from qabot.answering.draft import Dispute, Quote
from qabot.answering.entailment import around
from qabot.answering.query import Kind, Question
from qabot.answering.short_answer import short_answer
from qabot.errors import QabotError
from qabot.models.reader import Judgement, Reader, ReaderPassage, Reading, heading, log_odds
from qabot.text.annotate import Sentence
from qabot.text.dates.period import in_words
from qabot.text.dates.resolution import TimeExpression
from qabot.text.terms import terms_of

_FITTED = Path(__file__).with_name("calibration.json")
_BESIDE_A_TIME = 2
"""Words that a short answer has beside a time at most, if that is what it tells: "late on Wednesday"."""
_LEAST = 1e-9
"""Of the probability that nothing answers: no odds are without end."""
_NEAREST = 3
_COMES_NEAR = 0.5
"""A sentence comes nearest that is at least this likely to answer, as a share of the likeliest."""
_UNSEEN = 0.01
"""The probability of a rival that was not found: of few sentences none need be there."""
DECIDED = 0.5
"""A sentence says yes or no from this probability on that it is so, or is not; else it leaves it open."""
_AS_GOOD = 0.85
"""A sentence answers nearly as well as another from this share of its probability on."""
_ANSWERS = 0.5
"""The newest sentence answers where it is at least this likely to, as a share of the likeliest one's probability."""


@dataclass(frozen=True)
class Logistic:
    """A logistic regression: ``weights`` by the name of the feature."""

    weights: dict[str, float]
    bias: float

    def probability(self, features: Mapping[str, float]) -> float:
        """Return the probability, between 0 and 1."""
        z = self.bias + sum([weight * features[name] for name, weight in self.weights.items()])
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))


@dataclass(frozen=True)
class Calibration:
    """The regressions, and the confidence below which the bot abstains.

    ``yes`` is added to the log-odds by which a sentence is judged to say yes and not no (a shift of the prior: Saerens,
    Latinne and Decaestecker, "Adjusting the Outputs of a Classifier to New a Priori Probabilities", 2002).
    """

    sentence: Logistic
    answer: Logistic
    verdict: Logistic
    threshold: float
    yes: float = 0.0

    @classmethod
    def load(cls) -> Self:
        """Load what was fitted, or raise a `QabotError` where its file is missing or damaged."""
        try:
            data: dict[str, Any] = json.loads(_FITTED.read_text(encoding="utf-8"))
            sentence, answer, verdict = (Logistic(**data[name]) for name in ("sentence", "answer", "verdict"))
            return cls(sentence, answer, verdict, data["threshold"], data["yes"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise QabotError(f"{_FITTED} cannot be read ({error!r}): install qabot again") from error


@dataclass(frozen=True)
class Trained:
    """What was trained and comes with qabot; loaded once, and used for every question."""

    reader: Reader
    calibration: Calibration

    @classmethod
    def load(cls) -> Self:
        """Load both, or raise a `QabotError` where a file is missing or damaged."""
        return cls(Reader.load(), Calibration.load())


@dataclass(frozen=True)
class Features:
    """What speaks for a sentence's being the answer; all but the reader's between 0 and 1.

    Attributes:
        reader: the trained reader's log-odds of an answer in it, against that nothing in its passage answers, clipped
            to [-10, 10].
        similarity: cosine of the question's and its passage's embeddings.
        context: share of the question's content words that stand in the sentence, before it in its passage or in its
            article's title, weighted by their rarity.
        form: whether the reader's span has the form that is asked for (a day, a number, a name); 1 where that has none.
        time: how well the times that it states fit the time that the question asks about; 1 where it asks about none.
    """

    reader: float
    similarity: float
    context: float
    form: float
    time: float


@dataclass(frozen=True)
class Candidate:
    """A sentence of the evidence, read for a question; ``sentence`` has the offsets of its passage.

    ``probability`` is how likely it answers, and not that nothing does, as if there were no other. ``said`` is the
    sentence of which it names the speaker, where that is asked for. ``judgement`` says whether it is so by the
    sentence, where the question wants a yes or no and the sentence is one of the most probable.
    """

    question: Question
    evidence: Evidence
    sentence: Sentence
    reading: Reading
    features: Features
    probability: float
    said: Quote | None = None
    judgement: Judgement | None = None

    @property
    def text(self) -> str:
        """The sentence, verbatim."""
        return self.sentence.text

    @property
    def quote(self) -> Quote:
        """The sentence, as it is quoted."""
        return Quote.of(self.evidence, self.sentence)

    @cached_property
    def judged_in(self) -> ReaderPassage:
        """The sentence with its neighbours in its passage, under its article's heading, as a claim is judged by it."""
        sentences = self.evidence.sentences
        at = next(number for number, each in enumerate(sentences) if each.start >= self.sentence.start)
        told = around([each.text for each in sentences], at)
        return ReaderPassage(told, heading(self.evidence.title, self.evidence.published))

    @cached_property
    def short(self) -> str | None:
        """The short answer that it gives; None where it gives none."""
        if self.judgement:
            return self.judgement.verdict
        return short_answer(self.question, self.text, self.reading)

    @property
    def odds(self) -> float:
        """The odds that it answers; where it is judged to say yes or no, as far as one is likelier than the other."""
        probability = self.probability * self.judgement.margin if self.judgement else self.probability
        return probability / max(1 - probability, _LEAST)

    @property
    def at(self) -> int:
        """Where its short answer, a slice of its text, begins there: of several places the one that was read."""
        places = [match.start() for match in re.finditer(re.escape(self.short or ""), self.text)]
        return min(places, key=lambda place: abs(place - self.reading.start))

    @cached_property
    def time(self) -> TimeExpression | None:
        """The time that its short answer tells, where what stands around it dates it: "Wednesday"; else None."""
        if self.question.kind is not Kind.DATE or self.question.precision == "time" or not self.short:
            return None
        start = self.sentence.start + self.at
        times = [time for time in self.sentence.times if time.start < start + len(self.short) and start < time.end]
        if len(times) != 1 or times[0].anchor == "calendar":
            return None
        beside = len(self.short.split()) - len(times[0].text.split())
        return times[0] if beside <= _BESIDE_A_TIME else None

    @property
    def day(self) -> str | None:
        """What its short answer means on the calendar, in words, where the words around it date it; else None."""
        return in_words(self.time.period.iso()) if self.time and self.time.period else None


def probability_of(features: Features, regression: Logistic) -> float:
    """Return how likely a sentence answers, and not that nothing does; by half at most less if of another time."""
    return regression.probability(vars(features)) * (1 + features.time) / 2


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
    best = {each.evidence.origin: each.odds for each in sorted(members, key=lambda each: each.odds)}
    return sum(best.values())


def newest_first(found: Sequence[Finding]) -> list[Finding]:
    """Findings with those first that the newest articles tell, among the likely ones; the others stay behind them."""
    enough = _ANSWERS * max(each.probability for finding in found for each in finding.sentences)

    def told_on(candidate: Candidate) -> str:
        return published_on(candidate) if candidate.probability >= enough else ""

    ordered = [replace(f, sentences=tuple(sorted(f.sentences, key=told_on, reverse=True))) for f in found]
    return sorted(ordered, key=lambda finding: told_on(finding.best), reverse=True)


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
