"""The extractive answerer with the real reader, on passages made up here; headlines with one that finds any number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qabot.answering.answer import Evidence
from qabot.answering.draft import compose
from qabot.answering.extractive import ExtractiveAnswerer, from_headlines
from qabot.answering.query import analyse
from qabot.answering.rank import Trained, confidence, findings
from qabot.answering.read import Readings
from qabot.models.reader import Judgement, PassageReading, Reader, ReaderPassage, Reading
from tests.answering.conversations import evidence, readings, trained

BRIDGE = evidence(
    "The Kestrel Bridge was opened on 14 June 1987 by the mayor, Ingrid Dahl. It is 1,240 metres long and cost "
    "38 million euros. Critics said that the money should have gone to schools.",
    title="A bridge for the valley",
)
LATER = evidence(
    "More than 9,000 cars a day use the Kestrel Bridge, which Ingrid Dahl opened in 1987.",
    article_id="b",
    title="Traffic",
)
MINE = evidence("The old mine at Harrow closed in 1961 after a fire. Forty miners lost their jobs.", article_id="c")
FERRY = evidence(
    "The ferry to Harrow did not sail on Monday because of the storm. It has never been sold, the harbour master said.",
    article_id="d",
)
ALL = (BRIDGE, LATER, MINE)
TITLE = "Fire at Velm glassworks hurts 17 workers"
TEXT = "Most of them stood at the furnace, the police said. The street is shut."
QUESTION = "How many workers were hurt by the fire at the Velm glassworks?"


@pytest.mark.parametrize(
    ("question", "short", "quoted"),
    [
        ("When was the Kestrel Bridge opened?", "14 June 1987", "opened on 14 June 1987"),
        ("Who opened the Kestrel Bridge?", "Ingrid Dahl", "Ingrid Dahl"),
        ("How much did the Kestrel Bridge cost?", "38 million euros", "38 million euros"),
        ("When did the mine at Harrow close?", "1961", "closed in 1961"),
    ],
)
def test_the_short_answer_stands_in_front_of_the_quote(question: str, short: str, quoted: str) -> None:
    draft = ExtractiveAnswerer().answer(readings(question), ALL)
    assert draft.short_answer is not None
    assert short in draft.short_answer
    assert draft.statements[0].text.startswith(draft.short_answer[0].upper() + draft.short_answer[1:])
    assert quoted in draft.statements[0].quotes[0].text


def test_an_article_without_a_day_may_tell_of_another_time_than_the_one_asked_about() -> None:
    question = "Who opened the Kestrel Bridge in 1993?"
    undated = evidence("The Kestrel Bridge was opened by the mayor, Ingrid Dahl, on a Sunday.")
    draft = ExtractiveAnswerer().answer(readings(question), [undated])
    assert draft.short_answer == "Ingrid Dahl"
    assert draft.notice == "The article has no date and does not name 1993: this may be of another time."
    dated = ExtractiveAnswerer().answer(readings(question), [replace(undated, published="1993-05-04")])
    named = ExtractiveAnswerer().answer(readings("Who opened the Kestrel Bridge?"), [undated])
    assert (dated.short_answer, dated.notice, named.notice) == ("Ingrid Dahl", None, None)


@pytest.mark.parametrize(
    ("question", "short", "quoted"),
    [
        ("Was the Kestrel Bridge opened by Ingrid Dahl?", "Yes", "Ingrid Dahl"),
        ("Did the ferry to Harrow sail on Monday?", "No", "did not sail"),
        ("Has the ferry been sold?", "No", "never been sold"),
        ("Did the mine at Harrow close in 1961?", "Yes", "closed in 1961"),
    ],
)
def test_yes_or_no_stands_in_front_of_the_quote(question: str, short: str, quoted: str) -> None:
    near = [replace(piece, similarity=0.7) for piece in (*ALL, FERRY)]
    draft = ExtractiveAnswerer().answer(readings(question), near)
    assert draft.short_answer == short
    assert draft.statements[0].text.startswith(f"{short}. “")
    assert quoted in draft.statements[0].quotes[0].text


@pytest.mark.parametrize(
    "question",
    [
        "How old is Ingrid Dahl?",
        "Which bank owns the mine at Harrow?",
        "Who won the chess championship in Riga?",
        "Did Ingrid Dahl win the chess championship in Riga?",
    ],
)
def test_what_is_not_stated_is_not_answered(question: str) -> None:
    draft = ExtractiveAnswerer().answer(readings(question), ALL)
    assert not draft.statements
    assert draft.short_answer is None


def test_the_less_sure_a_yes_or_no_is_the_less_sure_is_the_answer() -> None:
    asked = readings("Did the ferry to Harrow sail on Monday?")
    calibration = asked.trained.calibration
    found = asked.candidates([FERRY])

    def confidence_at(refuted: float) -> float:
        judged = [replace(each, judgement=Judgement(0.05, refuted, 0.95 - refuted)) for each in found]
        best = findings(asked.question, judged)
        assert best[0].best.short == "No"
        return confidence(best, calibration)

    assert confidence_at(0.55) < confidence_at(0.7) < confidence_at(0.9)


def test_another_article_corroborates() -> None:
    draft = ExtractiveAnswerer().answer(readings("Who opened the Kestrel Bridge in 1987?"), ALL)
    assert {quote.evidence.article_id for statement in draft.statements for quote in statement.quotes} == {"a", "b"}


def test_without_evidence_it_abstains() -> None:
    assert not ExtractiveAnswerer().answer(readings("Who opened the Kestrel Bridge?"), ()).statements


def test_what_is_streamed_is_what_is_composed() -> None:
    text, draft = ExtractiveAnswerer().stream(readings("When was the Kestrel Bridge opened?"), ALL)
    assert not isinstance(draft, str)
    assert text == compose(draft)[0]


@settings(max_examples=15, deadline=None)
@given(question=st.text(min_size=1, max_size=120), text=st.text(min_size=1, max_size=200))
def test_any_text_can_be_read(question: str, text: str) -> None:
    draft = ExtractiveAnswerer().answer(readings(question), (evidence(text, start=7),))
    assert 0 <= draft.confidence <= 1
    assert len(draft.statements) <= 3


def test_features_of_the_sentence_that_answers() -> None:
    found = readings("How long is the Kestrel Bridge in metres?").candidates(ALL)
    assert found[0].text == "It is 1,240 metres long and cost 38 million euros."
    assert found[0].features.context == 1.0
    assert found[0].features.form == 1.0
    assert found == sorted(found, key=lambda c: -c.probability)
    assert all(c.text == c.quote.text for c in found)


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


def test_a_headline_is_read_without_what_stands_before_a_passage() -> None:
    before: list[str] = []

    class Listener(_Numbers):
        def read(self, question: str, passages: Sequence[ReaderPassage]) -> list[PassageReading]:
            before.extend(passage.before for passage in passages)
            return super().read(question, passages)

    told = Readings(analyse(QUESTION), None, Trained(cast("Reader", Listener()), trained().calibration))
    assert from_headlines(told, [replace(passage(), before="The roof fell in.")])
    assert before == [""]


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
