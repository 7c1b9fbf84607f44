"""Reranking: what was retrieved is ranked again, by its sentences or by a cross-encoder."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

from qabot.answering.answer import Evidence
from qabot.answering.rank import rank
from qabot.answering.read import Readings
from qabot.models.encoder import CrossEncoder

_PASSAGES = 40
"""So many of the best passages are ranked again."""


class Reranker(Protocol):
    """The seam at which passages are ranked again."""

    def scores(self, readings: Readings, evidence: Sequence[Evidence]) -> list[float]:
        """Return a new score for each passage, between 0 and 1; those that are not looked at go below all others."""
        ...


class ReaderReranker:
    """Ranks a passage by what answers best in it: the mean of its score and its best sentence's probability."""

    def scores(self, readings: Readings, evidence: Sequence[Evidence]) -> list[float]:
        """As `Reranker.scores`."""
        best: dict[int, float] = {}
        for each in rank(readings.candidates(evidence[:_PASSAGES]), readings.trained.calibration):
            best.setdefault(id(each.candidate.evidence), each.probability)
        return [(piece.score + best.get(id(piece), 0.0)) / 2 for piece in evidence]


class CrossEncoderReranker:
    """Ranks passages by a cross-encoder, whose logits become scores by the sigmoid."""

    def __init__(self, name: str) -> None:
        """Take a cross-encoder by the name of its model, or its folder."""
        self._model = CrossEncoder(name)

    def scores(self, readings: Readings, evidence: Sequence[Evidence]) -> list[float]:
        """As `Reranker.scores`.

        Raises:
            StoreError: the cross-encoder is not on this machine, or cannot be loaded.
        """
        looked_at = evidence[:_PASSAGES]
        if not looked_at:
            return []
        texts = [f"{piece.title or ''} {piece.text}".strip() for piece in looked_at]
        logits = self._model.logits(readings.question.text, texts)
        found = [1 / (1 + math.exp(-max(-30.0, min(30.0, logit)))) for logit in logits]
        return found + [min(found) * piece.score for piece in evidence[_PASSAGES:]]
