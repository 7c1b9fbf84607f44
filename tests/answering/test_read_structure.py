"""What the structure of a passage tells: cells of tables, and speakers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qabot.answering.answer import Evidence
from qabot.answering.extractive import ExtractiveAnswerer
from qabot.answering.query import analyse
from qabot.answering.rank import Candidate
from qabot.answering.read import look_up
from qabot.models.reader import PassageReading
from tests.answering.conversations import evidence, readings

UNREAD = PassageReading([], 1)
FERRIES = evidence(
    "Ferries leave from Port Lenn.\n\n"
    "Ferry: Velm | Bicycle: 2 crowns | Van: 9 crowns | Van with trailer: 15 crowns\n\n"
    "Ferry: Riga | Bicycle: 4 crowns | Van: 17 crowns | Van with trailer: 30 crowns\n\n"
    "Ferry: Tolm | Bicycle: free | Van: 8 crowns | Van with trailer: 12 crowns\n\n"
    "The ferry to Riga is the oldest.",
    title="Fares go up",
)
RIVERS = evidence(
    "What the posts measured.\n\nDepth | Alda: 3 m | Brenn: 5 m\n\nWidth | Alda: 40 m | Brenn: 62 m", title="Rivers"
)
TIMES = evidence(
    "The ferry leaves Velm.\n\nDay: Tuesday | First: 6.15 | Last: 19.40\n\nDay: Saturday | First: 8.05 | Last: 16.20",
    title="New times",
)
COUNCIL = evidence(
    "The treasurer of Velm, Olga Brandt, was in good humour on Friday.\n\n"
    "“We counted the boats twice,” she said. “Per Aas lent us a lamp.\n\n"
    "“I will sell the old crane myself.”\n\n"
    "The council laughed. “I will buy the crane and drown it,” said Jon Vik.",
    title="Velm counts its boats",
)


def best_of(question: str, piece: Evidence = FERRIES) -> Candidate:
    """Return the likeliest sentence of a passage."""
    return max(readings(question).candidates((piece,)), key=lambda each: each.features.reader)


@pytest.mark.parametrize(
    ("question", "piece", "expected"),
    [
        ("What does a van pay on the ferry to Riga?", FERRIES, "17 crowns"),
        ("What does a van with a trailer cost to Riga?", FERRIES, "30 crowns"),
        ("Which ferry is free for a bicycle?", FERRIES, "Tolm"),
        ("How wide is the Brenn?", replace(RIVERS, text=RIVERS.text.replace("Width", "Wide")), "62 m"),
        ("What is the depth of the Alda?", RIVERS, "3 m"),
        ("What price of the ferry to Riga does a van pay?", FERRIES, "17 crowns"),
        ("When does the last ferry leave Velm on Tuesday?", TIMES, "19.40"),
    ],
)
def test_the_cell_of_the_named_row_and_column_answers(question: str, piece: Evidence, expected: str) -> None:
    assert best_of(question, piece).short == expected


@pytest.mark.parametrize(
    "question",
    [
        "What does a lorry pay to Riga?",  # no such column
        "What does a van pay?",  # on which of three?
        "What does a van pay to Velm and to Riga?",
        "What does a van pay to Riga in Lunde?",  # where the passage is not
        "What did a van pay to Riga in 1920?",
    ],
)
def test_where_no_single_cell_is_named_none_is_found(question: str) -> None:
    assert look_up(analyse(question), question, FERRIES, UNREAD) is None


@pytest.mark.parametrize(
    ("question", "speaker", "said"),
    [
        ("Who said that she will sell the old crane herself?", "Olga Brandt", "“I will sell the old crane myself.”"),
        ("Who said that Per Aas lent them a lamp?", "Olga Brandt", "“Per Aas lent us a lamp."),
        ("Who said that he will buy the crane and drown it?", "Jon Vik", None),
    ],
)
def test_the_speaker_of_a_quotation_is_quoted_with_the_words(question: str, speaker: str, said: str | None) -> None:
    best = best_of(question, COUNCIL)
    assert best.short
    assert best.short.endswith(speaker)
    assert (best.said.text if best.said else None) == said
    draft = ExtractiveAnswerer().answer(readings(question), (COUNCIL,))
    quotes = [quote.text for quote in draft.statements[0].quotes]
    assert quotes == [best.text, *([said] if said else [])]


def test_the_sentence_that_names_the_speaker_counts_among_those_that_are_quoted() -> None:
    """Three papers tell it, each in two sentences."""
    question = "Who said that she will sell the old crane herself?"
    papers = [replace(COUNCIL, article_id=paper, origin=paper, source=paper) for paper in "abc"]
    draft = ExtractiveAnswerer().answer(readings(question), papers)
    assert [len(statement.quotes) for statement in draft.statements] == [2]


@pytest.mark.parametrize(
    "question",
    [
        "Who said that the crane will sink?",  # both speak of it
        "Who said that the council laughed?",  # which is no quotation
        "Who will sell the old crane?",
    ],
)
def test_where_the_words_are_no_quotation_no_speaker_is_found(question: str) -> None:
    assert look_up(analyse(question), question, COUNCIL, UNREAD) is None
