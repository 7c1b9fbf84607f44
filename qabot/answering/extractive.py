"""The extractive answerer: the sentences that answer, verbatim; no language model, no network."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from qabot.answering.answer import Conversation, Evidence
from qabot.answering.calibration import load_confidence
from qabot.answering.disagreement.find import disputes
from qabot.answering.draft import Draft, Quote, Statement, compose, leads
from qabot.answering.query import analyse
from qabot.answering.rank import (
    Finding,
    Ranked,
    asks_how_it_changed,
    findings,
    latest_state_first,
    newest_first,
    published_on,
)
from qabot.answering.read import Candidate, asked_time, candidates
from qabot.answering.short_answer import short_answer
from qabot.answering.wording import as_of_day, step_of
from qabot.models.reader import Reader, shipped_reader
from qabot.settings import EXTRACTIVE
from qabot.text.tokens import content_stems

_QUOTED = 3
"""At most so many sentences are quoted."""
_WORTH_QUOTING = 0.5
"""A further sentence is quoted where it is at least this likely to answer, as a share of the best one's probability."""
_LIKELY = 0.1
"""And at least this likely by itself: half of little is nothing."""
_SAME = 0.8
"""Share of content words from which on two sentences of an article say the same."""
_SAME_IN_REPRINT = 0.3
"""The same for sentences of reprints, which may be in other words, where they give the same numbers."""
_NEARLY = 0.7
"""A sentence is cited from the leading article where it is at least this likely to answer there, as a share."""


class ExtractiveAnswerer:
    """Answers by quoting: the short answer in front, then the sentence that answers, then at most two more.

    Attributes:
        name: ``extractive``.
    """

    name = EXTRACTIVE

    def __init__(self, reader: Reader | None = None) -> None:
        """Take a reader; the one that comes with qabot where none is given."""
        self._reader = reader or shipped_reader()
        self._confidence = load_confidence()

    def answer(self, question: str, evidence: Sequence[Evidence], as_of: date | None = None) -> Draft:
        """The draft of an answer; without statements where nothing in the evidence answers."""
        asked = analyse(question)
        ranked = self._confidence.rank(candidates(asked, evidence, self._reader, as_of=as_of))
        found = findings(asked, ranked)
        confidence = self._confidence.of(found, asked.kind)
        if confidence < self._confidence.threshold:
            return Draft((), None, confidence)
        time = asked_time(question, evidence, as_of)
        differing = disputes(asked, ranked)
        changes = bool(time and time.newest) or asks_how_it_changed(question)
        if changes:
            found = newest_first(found)
        elif not (time and time.period):
            found = latest_state_first(found, differing)
        best = _in_leader(found[0].sentences[0], ranked)
        short = short_answer(asked, best.candidate)
        first, *others = _quoted(best, found, ranked)
        lead = f"{short[0].upper()}{short[1:]}{'' if short.endswith('.') else '.'} " if short else ""
        if changes or (time and time.as_told):
            lead = f"{as_of_day(first)}{lead}"
        if changes:
            others = sorted(others, key=published_on, reverse=True)
        steps = [_statement(each, step_of(each, first) if changes else "") for each in others]
        statements = [_statement(first, lead), *steps]
        quotes = frozenset(quote for statement in statements for quote in statement.quotes)
        told = tuple(among for dispute in differing if (among := dispute.among(quotes)))
        statements += [dispute.statement() for dispute in told]
        return Draft(tuple(statements), short, confidence, disputes=told)

    def stream(self, question: str, evidence: Sequence[Evidence], as_of: date | None = None) -> Iterator[str | Draft]:
        """The answer's text, which is there all at once, then its draft."""
        draft = self.answer(question, evidence, as_of)
        if draft.statements:
            yield compose(draft)[0]
        yield draft

    def rewrite(self, question: str, conversation: Conversation) -> None:
        """None: follow-ups are rewritten by rule."""


def _quoted(best: Ranked, found: Sequence[Finding], ranked: Sequence[Ranked]) -> list[Candidate]:
    """The best sentence, then those of other origins that give the same answer, then those that add to it."""
    chosen = [best.candidate]
    corroborating = [r for r in found[0].sentences if r.candidate.evidence.origin != best.candidate.evidence.origin]
    for other in dict.fromkeys([*corroborating, *ranked]):
        if len(chosen) == _QUOTED:
            break
        worth = other is not best and other.probability >= max(_WORTH_QUOTING * best.probability, _LIKELY)
        if worth and not any(_repeats(other.candidate, earlier) for earlier in chosen):
            chosen.append(_in_leader(other, ranked).candidate)
    return chosen


def _statement(candidate: Candidate, lead: str = "") -> Statement:
    quote = Quote(candidate.evidence, candidate.start, candidate.end)
    return Statement(f"{lead}“{' '.join(quote.text.split())}”", (quote,))


def _in_leader(ranked: Ranked, among: Sequence[Ranked]) -> Ranked:
    """The same sentence in the article that leads its origin; in other words only where it answers nearly as well."""
    if leads(ranked.candidate.evidence):
        return ranked
    for other in among:
        if leads(other.candidate.evidence) and _repeats(other.candidate, ranked.candidate):
            verbatim = other.candidate.text.split() == ranked.candidate.text.split()
            if verbatim or other.probability >= _NEARLY * ranked.probability:
                return other
    return ranked


def _repeats(candidate: Candidate, earlier: Candidate) -> bool:
    """Whether a sentence says again what an earlier one of the same origin says."""
    one, other = candidate.evidence, earlier.evidence
    if one.origin != other.origin:
        return False
    mine, others = set(content_stems(candidate.text)), set(content_stems(earlier.text))
    shared = len(mine & others) / len(mine | others) if mine else 0.0
    if one.article_id == other.article_id:
        return shared >= _SAME
    return shared >= _SAME_IN_REPRINT and _numbers(candidate.text) == _numbers(earlier.text)


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+", text))
