"""The extractive answerer: the sentences that answer, verbatim, or a headline; no language model, no network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from qabot.answering.answer import Conversation, Evidence
from qabot.answering.digest import digest
from qabot.answering.disagreement import disputes
from qabot.answering.draft import Dispute, Draft, Quote, Statement, compose, in_leader, likeness
from qabot.answering.query import Kind, asks_how_it_changed
from qabot.answering.rank import (
    Candidate,
    Finding,
    confidence,
    findings,
    latest_state_first,
    newest_first,
    published_on,
)
from qabot.answering.read import Readings, untold_times
from qabot.answering.wording import as_of_day, by_headline, in_front, on_day, quoted, step, untold_time
from qabot.settings import EXTRACTIVE
from qabot.text.names import as_written, naming_words
from qabot.text.terms import terms_of
from qabot.text.tokens import content_stems, fold, words

QUOTED = 3
"""At most so many sentences are quoted."""
_TO_THE_POINT = 0.5
"""A sentence that bears the best one out, or is told to differ, is quoted from this share of its probability on."""
_ADDS = 0.85
"""Any other from this share on: most of the less likely ones are beside the point."""
_LIKELY = 0.1
"""And at least this likely by itself: half of little is nothing."""
_SAME = 0.8
"""Share of content words from which on two sentences of an article say the same."""
_SAME_IN_REPRINT = 0.3
"""The same for sentences of reprints, which may be in other words, where they give the same numbers."""
_NEARLY = 0.7
"""A sentence is cited from the leading article where it is at least this likely to answer there, as a share."""
_ABOUT = 0.7
"""Share of the question's words that a headline has, at least: no sentence before it tells what it is about."""
_CLAUSES = frozenset({Kind.STATEMENT, Kind.REASON, Kind.YES_NO})
"""The kinds of answer that a headline is too short for."""


class ExtractiveAnswerer:
    """Answers by quoting: the short answer in front, then the sentence that answers, then at most two more."""

    name = EXTRACTIVE

    def answer(self, readings: Readings, evidence: Sequence[Evidence]) -> Draft:
        """Return the draft of an answer; without statements where nothing in the evidence answers."""
        question, calibration = readings.question, readings.trained.calibration
        if question.kind is Kind.DIGEST:
            return digest(question, evidence)
        ranked = readings.candidates(evidence)
        found = findings(question, ranked)
        differing = disputes(readings, ranked)
        sure = confidence(found, calibration, differing)
        if sure < calibration.threshold:
            return from_headlines(readings, evidence) or Draft((), None, sure)
        time = readings.asked_time(evidence)
        changes = bool(time and time.newest) or asks_how_it_changed(question.text)
        if changes:
            found = newest_first(found)
        elif not (time and time.period):
            found = latest_state_first(found, differing)
        best = _in_leader(found[0].best, ranked)
        chosen = _chosen(best, found, ranked, differing)
        quotes = frozenset(quote for each in chosen for quote in _quotes(each))
        told = tuple(among for dispute in differing if (among := dispute.among(quotes)))
        judged = best.judgement is not None
        superseded = any(dispute.kind == "superseded" for dispute in told)
        dated = changes or superseded or bool(time and time.as_told)
        statements = _statements(chosen, in_steps=changes or (judged and superseded), dated=dated)
        if not judged:  # what was so before, the steps tell
            statements += [dispute.statement() for dispute in told]
        return Draft(tuple(statements), best.day or best.short, sure, _of_untold_time(best), disputes=told)

    def stream(self, readings: Readings, evidence: Sequence[Evidence]) -> Iterator[str | Draft]:
        """Yield the answer's text, which is there all at once, then its draft."""
        draft = self.answer(readings, evidence)
        if draft.statements:
            yield compose(draft)[0]
        yield draft

    def rewrite(self, question: str, conversation: Conversation) -> None:
        """None: follow-ups are rewritten by rule."""


def _chosen(
    best: Candidate, found: Sequence[Finding], ranked: Sequence[Candidate], differing: Sequence[Dispute]
) -> list[Candidate]:
    """Return the best sentence, then those that bear it out or tell it otherwise, then those that add to it.

    Other origins that give the same answer bear it out. What is found and what is ranked has the most probable first.
    """
    told = {claim.quote for dispute in differing for group in dispute.groups for claim in group}
    same = {id(r) for r in found[0].sentences if r.evidence.origin != best.evidence.origin}
    otherwise = {id(each) for each in ranked if each.quote in told}
    ours = {id(each) for each in found[0].sentences}
    judged = bool(best.judgement)
    chosen = [best]
    for other in sorted(ranked, key=lambda each: id(each) not in (otherwise if judged else same)):
        share = _TO_THE_POINT if id(other) in same | otherwise else _ADDS
        apart = judged and id(other) not in otherwise | ours
        worth = other is not best and other.probability >= max(share * best.probability, _LIKELY) and not apart
        if worth and not any(_repeats(other, earlier) for earlier in chosen):
            added = _in_leader(other, ranked)
            if sum(len(_quotes(each)) for each in (*chosen, added)) <= QUOTED:
                chosen.append(added)
    return chosen


def _statements(chosen: Sequence[Candidate], *, in_steps: bool, dated: bool) -> list[Statement]:
    """Return what is quoted, behind the short answer of the first sentence, and behind its day where that is told.

    The others may tell in steps how it came about: then the newest stands first, each with its day.
    """
    first, *others = chosen
    day = as_of_day(first.evidence.published) if dated else ""
    lead = f"{day}{_front(first)}"
    if not in_steps:
        return [_statement(first, lead), *map(_statement, others)]
    others = sorted(others, key=published_on, reverse=True)
    days = [each.evidence.published for each in (first, *others)]
    steps = [_statement(each, step(day, before)) for each, before, day in zip(others, days, days[1:], strict=False)]
    return [_statement(first, lead), *steps]


def _front(candidate: Candidate) -> str:
    """Return what stands in front of a quote: the short answer; a day with the words that tell it, which may not."""
    if not candidate.short or not candidate.time or not candidate.day:
        return in_front(candidate.short) if candidate.short else ""
    counted = candidate.time.anchor == "published"
    return on_day(candidate.day, candidate.short, candidate.evidence.published if counted else None)


def _statement(candidate: Candidate, lead: str = "") -> Statement:
    quotes = _quotes(candidate)
    return Statement(f"{lead}{' '.join(quoted(quote.text) for quote in quotes)}", quotes)


def _quotes(candidate: Candidate) -> tuple[Quote, ...]:
    return tuple(filter(None, (candidate.quote, candidate.said)))


def _in_leader(ranked: Candidate, among: Sequence[Candidate]) -> Candidate:
    """Return the sentence in the article that leads its origin; reworded only where that answers nearly as well."""
    leading = in_leader(ranked.quote, [each.evidence for each in among], _SAME_IN_REPRINT)
    other = next((each for each in among if each.quote == leading), ranked)
    verbatim = other.text.split() == ranked.text.split()
    if ranked.judgement and ranked.short != other.short:  # it would lose its yes or no
        return ranked
    return other if verbatim or other.probability >= _NEARLY * ranked.probability else ranked


def _repeats(candidate: Candidate, earlier: Candidate) -> bool:
    """True if a sentence says again what an earlier one of the same origin says."""
    one, other = candidate.evidence, earlier.evidence
    if one.origin != other.origin:
        return False
    shared = likeness(candidate.sentence.stems, earlier.sentence.stems)
    if one.article_id == other.article_id:
        return shared >= _SAME
    return shared >= _SAME_IN_REPRINT and terms_of(candidate.text).numbers == terms_of(earlier.text).numbers


def from_headlines(readings: Readings, evidence: Sequence[Evidence]) -> Draft | None:
    """Return an answer that a headline gives; None where none does.

    It is told as the headline's, and cites the first sentence found of its article, as a headline is no part of a text.
    """
    if readings.question.kind in _CLAUSES:
        return None
    first = {piece.title: piece for piece in reversed(evidence) if piece.title}
    headlines = [  # each a passage of its own, which stands before the article's text
        replace(piece, title=None, text=title, start=-len(title), end=0, record=b"", before="")
        for title, piece in first.items()
        if _is_about(readings, title, piece)
    ]
    calibration = readings.trained.calibration
    found = findings(readings.question, readings.candidates(headlines))
    sure = confidence(found, calibration)
    if sure < calibration.threshold or not found[0].best.short:
        return None
    best = found[0].best
    title = best.evidence.text
    piece = first[title]
    said = Statement(f"{_front(best)}{by_headline(title)}", (Quote.of(piece, piece.sentences[0]),))
    return Draft((said,), best.day or best.short, sure, _of_untold_time(best))


def _of_untold_time(best: Candidate) -> str | None:
    """Return a notice where the time that was asked about is told neither by the passage nor by its article's day."""
    return next((untold_time(time.text) for time in untold_times(best.question.text, best.evidence)), None)


def _is_about(readings: Readings, title: str, piece: Evidence) -> bool:
    """True if a headline has most of what the question says, and it or its passage all names."""
    told = {fold(word) for word in words(piece.headed)}
    named = naming_words(as_written(readings.question.text, piece.headed))
    asked = set(content_stems(as_written(readings.question.text, title)))
    return named <= told and len(asked.intersection(content_stems(title))) >= _ABOUT * max(1, len(asked))
