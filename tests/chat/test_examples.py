"""Questions to begin with."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from qabot.answering.answer import Answer
from qabot.chat.examples import example_questions
from qabot.settings import EXTRACTIVE
from tests.samples import answered

FAIR = (
    "The mayor, Ada Quill, cut the ribbon at noon. The brewer Otto Marsh founded the spring fair in the old town. "
    "Visitors admired the new bridge with its tower. "
    "The old mill was rebuilt by hand in 1790. They reached the U.S. embassy."
)
ASKED = ["Who is Ada Quill?", "When was the old mill rebuilt?", "Who founded the spring fair in the old town?"]


class Sure:
    """A bot that answers every question with the same confidence, from another article each time."""

    model = EXTRACTIVE

    def __init__(self, confidence: float, quote: str = "") -> None:
        self.confidence, self.quote, self.asked = confidence, quote, list[str]()
        self.index = SimpleNamespace(articles=lambda: [SimpleNamespace(article_id="1")], text=lambda _: FAIR)

    def ask(self, question: str) -> Answer:
        self.asked.append(question)
        citation = replace(answered().citations[0], article_id=str(len(self.asked)), quote=self.quote)
        return answered(question, confidence=self.confidence, citations=(citation,))


def examples(bot: Any, *, wanted: bool = True) -> tuple[str, ...]:
    return example_questions(bot, lambda: wanted)


def test_they_are_of_several_kinds_and_stand_on_their_own() -> None:
    bot = Sure(0.95)
    assert list(examples(bot)) == bot.asked == ASKED


def test_only_what_is_answered_surely_is_offered() -> None:
    bot = Sure(0.8)
    assert examples(bot) == ()
    assert bot.asked == ASKED


@pytest.mark.parametrize(("confidence", "offered"), [(0.8, (ASKED[2],)), (0.7, ())])
def test_the_sentence_that_a_question_was_made_of_need_not_be_quoted_so_surely(
    confidence: float, offered: tuple[str, ...]
) -> None:
    assert examples(Sure(confidence, quote=FAIR.split(". ")[1] + ".")) == offered


def test_who_has_begun_is_left_alone() -> None:
    bot = Sure(0.95)
    assert examples(bot, wanted=False) == ()
    assert not bot.asked
