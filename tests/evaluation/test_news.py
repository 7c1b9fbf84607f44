"""The questions about news, whole articles and snippets: whether they can be read, and when two answers are alike."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from eval import snippets
from eval.news import DATA, PARTS, is_alike
from qabot.answering.answer import Answer
from qabot.evaluation.case import load_cases
from tests.samples import abstained, answered

DECLINED = abstained()


def quoting(article_id: str, start: int, end: int) -> Answer:
    (citation,) = answered().citations
    return answered(citations=(replace(citation, article_id=article_id, start=start, end=end),))


@pytest.mark.parametrize("part", PARTS)
def test_every_part_can_be_read_and_its_conversations_have_a_question_that_stands_alone(part: str) -> None:
    cases = load_cases([DATA / f"news_{part}.jsonl"])
    assert len({case.case_id for case in cases}) == len(cases) >= 25
    assert all(case.tags[0] != "unanswerable" or case.abstain for case in cases)
    assert part != "conversations" or all(case.standalone and len(case.turns) > 1 for case in cases)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (DECLINED, DECLINED, True),
        (DECLINED, quoting("a", 0, 9), False),
        (quoting("a", 0, 9), quoting("a", 5, 20), True),
        (quoting("a", 0, 9), quoting("a", 9, 20), False),
        (quoting("a", 0, 9), quoting("b", 0, 9), False),
    ],
)
def test_answers_are_alike_that_decline_or_quote_the_same(one: Answer, other: Answer, alike: bool) -> None:
    assert is_alike(one, other) is alike
    assert is_alike(other, one) is alike


def test_snippets_are_those_that_answer_first_and_come_from_where_they_are_said_to_be() -> None:
    row = {"article": "a", "start": 0, "end": 9, "noise": [{"article": "b", "start": 2, "end": 5}]}
    articles = {"a": "It closed. It rained.", "b": "0 two 6"}
    assert snippets.texts_of(row, articles, answering=True) == ["It closed", "two"]
    assert snippets.texts_of(row, articles, answering=False) == ["two"]


def test_every_question_about_snippets_has_one_that_answers_and_four_that_do_not() -> None:
    rows = [json.loads(line) for line in snippets.DATA.read_text(encoding="utf-8").splitlines()]
    assert len({row["id"] for row in rows}) == len(rows) == 100
    assert all(row["answers"] and len(row["noise"]) == 4 for row in rows)
    assert all(400 <= place["end"] - place["start"] <= 1000 for row in rows for place in (row, *row["noise"]))
