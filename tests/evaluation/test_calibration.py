"""The fit of the confidence: which sentence answers, or that none does."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from eval.calibration import Asked, fit_sentences
from qabot.answering.read import Features


def asked(*scores: float, right: int | None) -> Asked:
    """A question with a sentence for each of the reader's scores; which of them answers, None where none does."""
    found: list[Any] = [SimpleNamespace(features=Features(score, 0.5, 0.5, 1.0, 1.0)) for score in scores]
    told = [number == right for number in range(len(scores))]
    return Asked("news", "Who came?", found, told, told, right is not None)


MADE = [asked(3, -2, 0, right=0), asked(-1, 2, 1, right=1), asked(-3, -4, -1, right=None), asked(0, 1, 4, right=2)] * 5


def test_the_likeliest_sentence_is_chosen_and_none_where_all_are_unlikely() -> None:
    answers = fit_sentences(MADE, ("reader",))
    assert answers.weights["reader"] > 0
    chances = {score: answers.probability({"reader": score}) for score in (-4, -1, 1, 2, 4)}
    assert sorted(chances.values()) == list(chances.values())
    assert chances[-1] < 0.5 < chances[2]


def test_what_says_nothing_weighs_nothing() -> None:
    answers = fit_sentences(MADE, ("reader", "similarity", "form"))
    assert answers.weights["similarity"] == pytest.approx(0, abs=0.01)
    assert answers.weights["form"] == pytest.approx(0, abs=0.01)
