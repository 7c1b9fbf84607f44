"""From features to probabilities: two logistic regressions, whose weights lie beside this file in ``confidence.json``.

The first ranks sentences: how likely it is that a sentence answers. The second calibrates: how likely it is that the
best sentence does, given how it compares with the others. ``eval/confidence/fit.py`` fits both.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from qabot.answering.candidates import Candidate
from qabot.answering.question import Kind
from qabot.errors import QabotError

_FILE = Path(__file__).with_name("confidence.json")


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
class Ranked:
    """A candidate with the probability that it answers."""

    candidate: Candidate
    probability: float


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

    def of(self, ranked: Sequence[Ranked], kind: Kind) -> float:
        """The probability that the best of the ranked candidates answers the question."""
        return self.answer.probability(answer_features(ranked, kind)) if ranked else 0.0


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


def answer_features(ranked: Sequence[Ranked], kind: Kind) -> dict[str, float]:
    """What the second regression sees: the best sentence, and the others against it.

    ``support`` counts, up to two, other origins one of whose sentences is nearly as likely.
    """
    best = ranked[0]
    f = best.candidate.features
    origin = best.candidate.evidence.origin
    others = {r.candidate.evidence.origin for r in ranked[1:10] if r.probability > best.probability / 2} - {origin}
    second = ranked[1].probability if len(ranked) > 1 else 0.0
    return vars(f) | {
        "log_odds": _log_odds(best.probability),
        "margin": best.probability - second,
        "reader_best": max(r.candidate.features.reader for r in ranked),
        "support": min(len(others), 2) / 2,
        "formless": float(kind in (Kind.REASON, Kind.MANNER, Kind.STATEMENT, Kind.YES_NO, Kind.ROLE)),
    }


def _log_odds(probability: float) -> float:
    clipped = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(clipped / (1 - clipped))
