"""Reranking: what was retrieved is ranked again, by its sentences or by a cross-encoder."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from qabot.answering.answer import Evidence
from qabot.answering.rank import rank
from qabot.answering.read import Readings
from qabot.models.encoder import CrossEncoder

_PASSAGES = 40
"""So many of the best passages are ranked again."""

Reranker = Callable[[Readings, Sequence[Evidence]], list[float]]
"""Gives each passage a new score, between 0 and 1; those that are not looked at go below all others."""


def by_reader(readings: Readings, evidence: Sequence[Evidence]) -> list[float]:
    """Return of each passage the mean of its score and the probability of what answers best in it."""
    best: dict[int, float] = {}
    for each in rank(readings.candidates(evidence[:_PASSAGES]), readings.trained.calibration):
        best.setdefault(id(each.candidate.evidence), each.probability)
    return [(piece.score + best.get(id(piece), 0.0)) / 2 for piece in evidence]


def by_cross_encoder(name: str) -> Reranker:
    """Return what ranks by a cross-encoder, named by its model or folder: its logits become scores by the sigmoid.

    It raises StoreError where the cross-encoder is not on this machine, or cannot be loaded.
    """
    model = CrossEncoder(name)

    def scores(readings: Readings, evidence: Sequence[Evidence]) -> list[float]:
        looked_at = evidence[:_PASSAGES]
        if not looked_at:
            return []
        texts = [f"{piece.title or ''} {piece.text}".strip() for piece in looked_at]
        logits = model.logits(readings.question.text, texts)
        found = [1 / (1 + math.exp(-max(-30.0, min(30.0, logit)))) for logit in logits]
        return found + [min(found) * piece.score for piece in evidence[_PASSAGES:]]

    return scores
