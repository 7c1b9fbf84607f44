"""The questions about news: whether they can be read, and when two answers are alike."""

from __future__ import annotations

from dataclasses import replace

import pytest

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
