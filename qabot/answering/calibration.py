"""What was trained: the reader, and what is made of what speaks for an answer, in ``calibration.json``.

The choice between sentences gives the odds that one answers, against that nothing does. Two logistic regressions
calibrate: how likely it is that the best answer is right, given its share of these odds and that of the next one, where
a yes or no is asked for and else. Beside these stands by how much the reader says yes too seldom of news. ``python -m
eval calibration`` fits it all.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from qabot.errors import QabotError
from qabot.models.reader import Reader

_FILE = Path(__file__).with_name("calibration.json")


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
        """Load what was fitted.

        Raises:
            QabotError: its file is missing or damaged.
        """
        try:
            data: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
            sentence, answer, verdict = (Logistic(**data[name]) for name in ("sentence", "answer", "verdict"))
            return cls(sentence, answer, verdict, data["threshold"], data["yes"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise QabotError(f"{_FILE} cannot be read ({error!r}): install qabot again") from error


@dataclass(frozen=True)
class Trained:
    """What was trained and comes with qabot; loaded once, and used for every question."""

    reader: Reader
    calibration: Calibration

    @classmethod
    def load(cls) -> Self:
        """Load both.

        Raises:
            QabotError: a file is missing or damaged.
        """
        return cls(Reader.load(), Calibration.load())
