"""The headlines as evidence: what a title alone tells, where no sentence of the articles answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qabot.answering.answer import Evidence
from qabot.answering.draft import Draft, Quote, Statement
from qabot.answering.query import Kind
from qabot.answering.rank import confidence, findings, rank
from qabot.answering.read import Readings
from qabot.answering.wording import by_headline, in_front
from qabot.text.names import names_in
from qabot.text.spelling import as_written
from qabot.text.tokens import content_stems, fold, words

_ABOUT = 0.7
"""Share of the question's words that a headline has, at least: no sentence before it tells what it is about."""
_CLAUSES = frozenset({Kind.STATEMENT, Kind.REASON, Kind.YES_NO})
"""The kinds of answer that a headline is too short for."""


def from_headlines(readings: Readings, evidence: Sequence[Evidence]) -> Draft | None:
    """Return an answer that a headline gives; None where none does.

    It is told as the headline's, and cites the first sentence found of its article, as a headline is no part of a text.
    """
    if readings.question.kind in _CLAUSES:
        return None
    first = {piece.title: piece for piece in reversed(evidence) if piece.title}
    headlines = [  # each a passage of its own, which stands before the article's text
        replace(piece, title=None, text=title, start=-len(title), end=0, record=b"")
        for title, piece in first.items()
        if _is_about(readings, title, piece)
    ]
    calibration = readings.trained.calibration
    found = findings(readings.question, rank(readings.candidates(headlines), calibration))
    sure = confidence(found, calibration)
    if sure < calibration.threshold or not found[0].short:
        return None
    title = found[0].sentences[0].candidate.evidence.text
    piece = first[title]
    said = Statement(f"{in_front(found[0].short)}{by_headline(title)}", (Quote.of(piece, piece.sentences[0]),))
    return Draft((said,), found[0].short, sure)


def _is_about(readings: Readings, title: str, piece: Evidence) -> bool:
    """True if a headline has most of what the question says, and it or its passage all names."""
    text = f"{title}\n{piece.text}"
    told = {fold(word) for word in words(text)}
    named = {word for name in names_in(as_written(readings.question.text, text)) for word in name}
    asked = set(content_stems(as_written(readings.question.text, title)))
    return named <= told and len(asked.intersection(content_stems(title))) >= _ABOUT * max(1, len(asked))
