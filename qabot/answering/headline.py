"""The headlines as evidence: what a title alone tells, where no sentence of the articles answers."""

from __future__ import annotations

from collections.abc import Sequence

from qabot.answering.answer import Evidence
from qabot.answering.draft import Draft, Quote, Statement
from qabot.answering.query import Kind
from qabot.answering.rank import confidence, findings, rank
from qabot.answering.read import FARTHEST, Candidate, Features, Readings, as_one
from qabot.answering.short_answer import has_form
from qabot.answering.wording import by_headline, in_front
from qabot.models.reader import PassageReading, ReaderPassage, heading
from qabot.text.annotate import annotate
from qabot.text.names import names_in
from qabot.text.spelling import as_written
from qabot.text.tokens import content_stems, fold, words

_ABOUT = 0.7
"""Share of the question's words that a headline has, at least: no sentence before it tells what it is about."""
_CLAUSES = frozenset({Kind.STATEMENT, Kind.REASON, Kind.MANNER, Kind.YES_NO})
"""The kinds of answer that a headline is too short for."""


def from_headlines(readings: Readings, evidence: Sequence[Evidence]) -> Draft | None:
    """Return an answer that a headline gives; None where none does.

    It is told as the headline's, and cites the first sentence found of its article, as a headline is no part of a text.

    Args:
        readings: the question, to which no sentence gives an answer.
        evidence: the passages that were found for it, best first.
    """
    if readings.question.kind in _CLAUSES:
        return None
    first = {piece.title: piece for piece in reversed(evidence) if piece.title}
    candidates = []
    for title, piece in first.items():
        if _is_about(readings, title, piece):
            asked = as_written(readings.question.text, title)
            (read,) = readings.trained.reader.read(asked, [ReaderPassage(title, heading("", piece.published))])
            candidates.append(_candidate(readings, piece, title, read))
    found = findings(readings.question, rank(candidates, readings.trained.calibration))
    sure = confidence(found, readings.trained.calibration)
    if sure < readings.trained.calibration.threshold or not found[0].short:
        return None
    piece = found[0].sentences[0].candidate.evidence
    quote = Quote(piece, piece.start + piece.sentences[0].start, piece.start + piece.sentences[0].end)
    said = f"{in_front(found[0].short)}{by_headline(piece.title or '')}"
    return Draft((Statement(said, (quote,)),), found[0].short, sure)


def _is_about(readings: Readings, title: str, piece: Evidence) -> bool:
    """True if a headline has most of what the question says, and it or its passage all names."""
    text = f"{title}\n{piece.text}"
    told = {fold(word) for word in words(text)}
    named = {word for name in names_in(as_written(readings.question.text, text)) for word in name}
    return named <= told and _share(readings, title) >= _ABOUT


def _share(readings: Readings, title: str) -> float:
    asked = set(content_stems(as_written(readings.question.text, title)))
    return len(asked.intersection(content_stems(title))) / max(1, len(asked))


def _candidate(readings: Readings, piece: Evidence, title: str, read: PassageReading) -> Candidate:
    sentence = as_one(title, annotate(title, piece.published))
    best = read.within(sentence.start, sentence.end)
    features = Features(
        reader=max(-FARTHEST, min(FARTHEST, best.score)),
        similarity=piece.similarity,
        context=_share(readings, title),
        form=float(has_form(readings.question, title, best)),
        time=1.0,
    )
    return Candidate(readings.question, piece, sentence, best, features)
