"""Headlines as evidence, with a reader that finds a number in any text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import pytest

from qabot.answering.answer import Evidence
from qabot.answering.calibration import Trained
from qabot.answering.draft import compose
from qabot.answering.extractive import ExtractiveAnswerer
from qabot.answering.headline import from_headlines
from qabot.answering.query import analyse
from qabot.answering.read import Readings
from qabot.models.reader import PassageReading, Reader, ReaderPassage, Reading
from tests.answering.conversations import evidence, trained

TITLE = "Fire at Velm glassworks hurts 17 workers"
TEXT = "Most of them stood at the furnace, the police said. The street is shut."
QUESTION = "How many workers were hurt by the fire at the Velm glassworks?"


class _Found(PassageReading):
    """Reads the first number of a text as the answer."""

    def __init__(self, text: str) -> None:
        super().__init__([], 1)
        self._number = re.search(r"\d+", text)

    def within(self, start: int, end: int) -> Reading:
        if self._number and start <= self._number.start() < end:
            return Reading(9.0, self._number.start(), self._number.end())
        return Reading(-9.0, start, start + 1)


class _Numbers:
    def read(self, question: str, passages: Sequence[ReaderPassage]) -> list[PassageReading]:
        return [_Found(passage.text) for passage in passages]


def asked(question: str) -> Readings:
    return Readings(analyse(question), None, Trained(cast("Reader", _Numbers()), trained().calibration))


def passage(text: str = TEXT, title: str = TITLE) -> Evidence:
    return replace(evidence(text, title=title, start=40), similarity=0.7)


def test_what_only_the_headline_tells_is_told_as_the_headlines() -> None:
    draft = ExtractiveAnswerer().answer(asked(QUESTION), [passage()])
    assert draft.short_answer == "17"
    text, (citation,) = compose(draft)
    assert text == f"17. Headline: “{TITLE}” [1]"
    assert citation.title == TITLE
    assert citation.quote == "Most of them stood at the furnace, the police said."
    assert TEXT[citation.start - 40 : citation.end - 40] == citation.quote


def test_a_sentence_counts_before_the_headline() -> None:
    draft = ExtractiveAnswerer().answer(asked(QUESTION), [passage("The fire at the Velm glassworks hurt 18 workers.")])
    assert "Headline" not in compose(draft)[0]


@pytest.mark.parametrize(
    "question",
    [
        "How many workers were hurt by the fire at the Dunst glassworks?",  # another place
        "How many windows does the street of the Velm glassworks have?",  # hardly its words
        "Why were workers hurt by the fire at the Velm glassworks?",  # too short for a reason
    ],
)
def test_other_questions_are_not_answered_by_it(question: str) -> None:
    assert from_headlines(asked(question), [passage()]) is None
