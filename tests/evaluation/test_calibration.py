"""The fit of the confidence: which sentence answers, or that none does."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from eval.calibration import fit_sentences, fit_yes
from eval.read_questions import Asked
from qabot.answering.rank import Features
from qabot.models.reader import Judgement


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


def judged(supported: float, verdict: str | None, source: str = "news") -> Asked:
    """A question of yes or no with a sentence that tells, and how that is judged."""
    found: list[Any] = [SimpleNamespace(judgement=Judgement(supported, 1 - supported, 0.0))]
    return Asked(source, "Was it so?", found, [True], [True], True, verdict)


def test_a_yes_is_shifted_to_where_it_is_as_likely_as_a_no() -> None:
    told = [judged(share, "Yes") for share in (0.3, 0.4, 0.6, 0.9)] + [
        judged(share, "No") for share in (0.05, 0.1, 0.2, 0.3)
    ]
    shift = fit_yes(told * 5)
    assert 0.3 < shift < 2
    unknown = [judged(0.9, None), judged(0.99, "No", source="cases")]
    assert fit_yes((told + unknown) * 5) == shift


@pytest.mark.parametrize(("verdict", "right"), [("Yes", True), ("No", False), (None, False)])
def test_a_yes_is_right_where_the_sentence_tells_and_it_is_the_verdict(verdict: str | None, right: bool) -> None:
    asked = judged(0.8, verdict)
    assert asked.is_right(0, asked.found[0]) is right
    assert not replace(asked, right=[False]).is_right(0, asked.found[0])


def test_what_says_nothing_weighs_nothing() -> None:
    answers = fit_sentences(MADE, ("reader", "similarity", "form"))
    assert answers.weights["similarity"] == pytest.approx(0, abs=0.01)
    assert answers.weights["form"] == pytest.approx(0, abs=0.01)
