"""The time that a question asks about, and what is read for a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import cast

import pytest

from qabot.answering.answer import Evidence
from qabot.answering.query import analyse
from qabot.answering.rank import Candidate, Trained
from qabot.answering.read import Readings, with_denials
from qabot.models.reader import Judgement, PassageReading, Reader, ReaderPassage, heading
from qabot.text.dates.period import Period
from tests import samples
from tests.answering.conversations import evidence, readings, trained


def passage(text: str, published: str | None = "2020-01-15") -> Evidence:
    return samples.evidence(text, published=published)


TEXTS = [
    passage("The flood in Aldham came in June 2019. Many left."),
    passage("On 2 June 2019 the flood reached Aldham and its mill."),
    passage("A flood came to Dunmore in 1920."),
]


def test_last_year_is_counted_from_the_day_that_counts_as_today() -> None:
    constraint = readings("Who left Aldham last year?", date(2020, 3, 1)).asked_time(TEXTS)
    assert constraint
    assert constraint.period == Period(date(2019, 1, 1), date(2019, 12, 31))
    assert not constraint.as_told
    other = readings("Who left Aldham last year?", date(2011, 3, 1)).asked_time(TEXTS)
    assert other
    assert other.period == Period(date(2010, 1, 1), date(2010, 12, 31))


def test_where_nobody_says_what_is_today_older_articles_count_as_of_their_day() -> None:
    constraint = readings("Who left Aldham this week?").asked_time(TEXTS)
    assert constraint
    assert constraint.as_told
    assert constraint.period is None


def test_a_question_without_a_time_asks_about_none() -> None:
    assert readings("Who left Aldham?", date(2020, 3, 1)).asked_time(TEXTS) is None


def test_what_introduces_a_sentence_that_takes_back_is_read_by_itself() -> None:
    taken_back = "An earlier version of this story said that the mill opened in 1921."
    text = f"What the board put right:\n\n{taken_back} It opened in 1912."
    found = readings("When did the mill open?").candidates((evidence(text),))
    told = [each.text for each in sorted(found, key=lambda each: each.sentence.start)]
    assert told == ["What the board put right:", "It opened in 1912."]


def candidate(words: str, asked: Readings, piece: Evidence) -> Candidate:
    """Return the sentence of a passage with some words, as it was read."""
    (found,) = (each for each in asked.candidates((piece,)) if words in each.text)
    return found


def test_a_withdrawn_value_is_no_answer_but_a_longer_number_with_its_digits_is() -> None:
    piece = replace(evidence("The mill has 45 rooms. It opened in 1945."), withdrawn=frozenset({"45"}))
    rooms = candidate("45 rooms", readings("How many rooms does the mill have?"), piece)
    assert rooms.features.reader == -10
    opened = candidate("opened", readings("When did the mill open?"), piece)
    assert opened.features.reader > -10
    assert opened.short == "1945"


def test_what_is_withdrawn_after_it_was_read_is_no_answer_either() -> None:
    asked, piece = readings("How many rooms does the mill have?"), evidence("The mill has 45 rooms.")
    assert candidate("45 rooms", asked, piece).features.reader > -10
    assert candidate("45 rooms", asked, replace(piece, withdrawn=frozenset({"45"}))).features.reader == -10


def test_of_a_sentence_that_takes_back_the_part_that_stands_answers() -> None:
    told = "An earlier report said that 31 miners were hurt at Velm; the correct figure is 13."
    (found,) = readings("How many miners were hurt at Velm?").candidates((evidence(told),))
    assert found.text == told
    assert found.short == "13"


class _Listener:
    """A reader that reads nothing, and keeps what it was asked of each text."""

    def __init__(self) -> None:
        self.asked: dict[str, str] = {}
        self.headings: dict[str, str] = {}

    def read(self, question: str, passages: Sequence[ReaderPassage]) -> list[PassageReading]:
        self.asked |= {passage.text: question for passage in passages}
        self.headings |= {passage.text: passage.heading for passage in passages}
        return [PassageReading([], 1) for _ in passages]


def test_each_passage_is_asked_as_it_writes_the_names() -> None:
    texts = [
        "The Hizbullah of Port Lenn will meet on Monday.",
        "The Hezbollah of Port Lenn will meet on Sunday.",
        "Nobody met.",
    ]
    listener = _Listener()
    told = Readings(
        analyse("When will the Hezbollah meet?"),
        None,
        Trained(cast("Reader", listener), trained().calibration),
    )
    found = {each.text: each for each in told.candidates([evidence(text, article_id=text) for text in texts])}
    assert [listener.asked[text] for text in texts] == [
        "When will the Hizbullah meet?",
        "When will the Hezbollah meet?",
        "When will the Hezbollah meet?",
    ]
    assert [found[text].features.context for text in texts] == [1.0, 1.0, 0.0]


def asked_of(question: str, passages: Sequence[Evidence]) -> _Listener:
    """Return what a reader was asked of some passages."""
    listener = _Listener()
    Readings(analyse(question), None, Trained(cast("Reader", listener), trained().calibration)).candidates(passages)
    return listener


def test_a_passage_is_read_under_the_day_and_the_title_of_its_article() -> None:
    dated, undated = TEXTS[0], replace(TEXTS[1], published=None, title="A flood")
    listener = asked_of("Who left Aldham in 2020?", [dated, undated])
    assert listener.headings == {dated.text: "15 January 2020", undated.text: "A flood"}
    assert heading("A flood", "2020-01") == "January 2020: A flood"


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Who led Aldham last year?", "Who led Aldham?"),
        ("How far has it grown since last month?", "How far has it grown?"),
        ("What is in this year’s budget?", "What is in this year’s budget?"),
        ("Who led Aldham in March 2019?", "Who led Aldham in March 2019?"),
        ("Who won in March?", "Who won in March?"),
        ("Who plays there on Sunday?", "Who plays there on Sunday?"),
        ("Who won in the winter?", "Who won in the winter?"),
        ("Who leads Aldham now?", "Who leads Aldham now?"),
        ("Last year, who led Aldham?", "who led Aldham?"),
        ("What did he lose in the last year of the war?", "What did he lose in the last year of the war?"),
        ("Who hosts the Today programme?", "Who hosts the Today programme?"),
        ("What did the last quarter show?", "What did the last quarter show?"),
    ],
)
def test_the_reader_is_not_asked_of_a_time_that_is_counted_from_today(question: str, asked: str) -> None:
    assert set(asked_of(question, TEXTS).asked.values()) == {asked}


@pytest.mark.parametrize(
    ("question", "undated"),
    [
        ("Who led Aldham in March 2019?", "Who led Aldham?"),
        ("Who won the 2019 Aldham Cup, and why?", "Who won the Aldham Cup, and why?"),
        ("What was Aldham's word of the year for 2019?", "What was Aldham's word of the year?"),
        ("In 2019, who led Aldham?", "who led Aldham?"),
        ("Who led Aldham between 2018 and 2019?", "Who led Aldham between 2018 and 2019?"),
        ("Who led Aldham in March?", "Who led Aldham in March?"),
        ("Who led Aldham before 2019?", "Who led Aldham before 2019?"),
        ("Who led Aldham until 2019?", "Who led Aldham until 2019?"),
        ("What was 2019's word of the year?", "What was 2019's word of the year?"),
    ],
)
def test_what_has_no_day_is_asked_of_a_year_only_where_it_names_it(question: str, undated: str) -> None:
    dated, unnamed = TEXTS[0], replace(TEXTS[1], text="Ann Arn led Aldham.", published=None)
    naming = replace(unnamed, text="In 2019 Ann Arn led Aldham.", article_id="c")
    asked = asked_of(question, [dated, unnamed, naming]).asked
    assert asked == {dated.text: question, unnamed.text: undated, naming.text: question}


@pytest.mark.parametrize(
    ("question", "sentence", "verdict", "is_sure"),
    [
        ("Was anyone hurt in the blast?", "Nobody was hurt in the blast at the mill.", "No", True),
        ("Was anyone hurt in the blast?", "Nobody was killed, but nine were hurt in the blast.", "Yes", True),
        ("Was anything else stolen?", "The cup is gone; nothing more was taken.", "Yes", False),
        ("Did the mayor sell the mill?", "The mayor denied that she had sold the mill.", "Yes", False),
        ("Did the mayor deny it?", "The mayor denied it.", "Yes", True),
        ("Was the mayor arrested?", "The mayor, arrested on Monday, denies the charges.", "Yes", True),
        ("Was the mill sold?", "Nobody lives there since the mill was sold.", "Yes", True),
    ],
)
def test_what_nobody_did_is_a_no_and_what_is_denied_is_left_open(
    question: str, sentence: str, verdict: str, is_sure: bool
) -> None:
    judgement = with_denials(analyse(question), sentence, Judgement(0.8, 0.15, 0.05))
    assert (judgement.verdict, judgement.sure > 0.5) == (verdict, is_sure)
    assert judgement.supported + judgement.refuted + judgement.neither == pytest.approx(1)
