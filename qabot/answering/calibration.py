"""From features to probabilities: two logistic regressions, whose weights lie beside this file in ``calibration.json``.

The first ranks sentences: how likely it is that a sentence answers. The second calibrates: how likely it is that the
best sentence does, given how it compares with the others. ``python -m eval calibration`` fits both.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from qabot.answering.query import Kind
from qabot.answering.rank import Finding, Ranked
from qabot.answering.read import Candidate
from qabot.errors import QabotError

_FILE = Path(__file__).with_name("calibration.json")


@dataclass(frozen=True)
class Logistic:
    """A logistic regression: ``weights`` by the name of the feature."""

    weights: dict[str, float]
    bias: float

    def probability(self, features: dict[str, float]) -> float:
        """The probability, between 0 and 1."""
        z = self.bias + sum(weight * features[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))


@dataclass(frozen=True)
class Confidence:
    """Both regressions and the confidence below which the bot abstains."""

    sentence: Logistic
    answer: Logistic
    threshold: float

    def rank(self, candidates: Sequence[Candidate]) -> list[Ranked]:
        """The candidates with their probabilities, the best first."""
        ranked = [Ranked(c, self.sentence.probability(sentence_features(c))) for c in candidates]
        return sorted(ranked, key=lambda r: -r.probability)

    def of(self, found: Sequence[Finding], kind: Kind) -> float:
        """The probability that the most probable finding answers the question."""
        return self.answer.probability(answer_features(found, kind)) if found else 0.0


@cache
def load_confidence() -> Confidence:
    """The fitted regressions.

    Raises:
        QabotError: their file is missing or damaged.
    """
    try:
        data: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise QabotError(f"{_FILE} cannot be read ({error}): install qabot again") from error
    return Confidence(
        sentence=Logistic(data["sentence"]["weights"], data["sentence"]["bias"]),
        answer=Logistic(data["answer"]["weights"], data["answer"]["bias"]),
        threshold=data["threshold"],
    )


def sentence_features(candidate: Candidate) -> dict[str, float]:
    """What the first regression sees of a sentence."""
    f = candidate.features
    return dict(vars(f))


def answer_features(found: Sequence[Finding], kind: Kind) -> dict[str, float]:
    """What the second regression sees: the best sentence of the most probable finding, and the others against it.

    ``margin`` is how far the next finding is, ``support`` counts the other origins that say the same, up to two.
    """
    best = found[0].sentences[0]
    f = best.candidate.features
    second = found[1].probability if len(found) > 1 else 0.0
    return vars(f) | {
        "log_odds": _log_odds(best.probability),
        "margin": found[0].probability - second,
        "reader_best": max(r.candidate.features.reader for finding in found for r in finding.sentences),
        "support": min(found[0].origins - 1, 2) / 2,
        "formless": float(kind in (Kind.REASON, Kind.MANNER, Kind.STATEMENT, Kind.YES_NO, Kind.ROLE)),
    }


def _log_odds(probability: float) -> float:
    clipped = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(clipped / (1 - clipped))
