"""The second look at what was retrieved: passages are ranked by their sentences, or by a cross-encoder."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

from qabot.answering.answer import Evidence
from qabot.answering.calibration import load_confidence, sentence_features
from qabot.answering.query import analyse
from qabot.answering.read import candidates
from qabot.models.encoder import CrossEncoder
from qabot.models.reader import Reader, shipped_reader

_PASSAGES = 40
"""So many of the best passages are looked at again."""
_SENTENCES = 32
"""So many of their sentences are read at most."""


class Reranker(Protocol):
    """The seam at which passages are ranked once more."""

    def scores(self, question: str, evidence: Sequence[Evidence]) -> list[float]:
        """A new score for each passage, between 0 and 1; those that are not looked at go below all others."""
        ...


class ReaderReranker:
    """Ranks a passage by what answers best in it: the mean of its score and its best sentence's probability.

    What is read here is not read again when the answer is looked for.
    """

    def __init__(self, reader: Reader | None = None) -> None:
        """Take a reader; the one that comes with qabot where none is given."""
        self._reader = reader

    def scores(self, question: str, evidence: Sequence[Evidence]) -> list[float]:
        """As `Reranker.scores`."""
        ranking = load_confidence().sentence
        best: dict[int, float] = {}
        places = {id(piece): place for place, piece in enumerate(evidence)}
        looked_at = evidence[:_PASSAGES]
        for candidate in candidates(analyse(question), looked_at, self._reader or shipped_reader(), _SENTENCES):
            place = places[id(candidate.evidence)]
            best[place] = max(best.get(place, 0.0), ranking.probability(sentence_features(candidate)))
        return [(piece.score + best.get(place, 0.0)) / 2 for place, piece in enumerate(evidence)]


class CrossEncoderReranker:
    """Ranks passages by a cross-encoder, whose logits become scores by the sigmoid."""

    def __init__(self, name: str) -> None:
        """Take a cross-encoder by the name of its model, or its folder."""
        self._model = CrossEncoder(name)

    def scores(self, question: str, evidence: Sequence[Evidence]) -> list[float]:
        """As `Reranker.scores`.

        Raises:
            StoreError: the cross-encoder is not on this machine, or cannot be loaded.
        """
        looked_at = evidence[:_PASSAGES]
        if not looked_at:
            return []
        logits = self._model.logits(question, [f"{piece.title or ''} {piece.text}".strip() for piece in looked_at])
        found = [1 / (1 + math.exp(-max(-30.0, min(30.0, logit)))) for logit in logits]
        return found + [min(found) * piece.score for piece in evidence[_PASSAGES:]]
