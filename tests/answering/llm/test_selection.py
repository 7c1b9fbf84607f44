"""Which passages a model is given."""

from __future__ import annotations

from qabot.answering.llm.selection import best_first, nothing_answers, within
from tests.answering.conversations import readings
from tests.answering.llm.wexmoor import EVIDENCE, make_evidence


def test_the_passage_in_which_the_reader_finds_the_answer_is_given_first() -> None:
    harbour, bridge = EVIDENCE
    assert best_first(readings("How long is the bridge at Wexmoor?"), EVIDENCE) == [bridge, harbour]
    assert best_first(readings("When was the harbour of Wexmoor opened?"), (bridge, harbour)) == [harbour, bridge]


def test_so_many_passages_are_given_as_take_so_many_tokens() -> None:
    passages = [make_evidence("word " * 160, article_id=str(number)) for number in range(9)]
    assert within(passages, 1500) == passages[:6]
    assert within(passages, 1) == passages[:1]
    assert within((), 1500) == []


def test_where_nothing_comes_near_an_answer_no_model_need_be_asked() -> None:
    assert nothing_answers(readings("Which orchestra did the Danish conductor leave?"), EVIDENCE)
    assert not nothing_answers(readings("When was the harbour of Wexmoor opened?"), EVIDENCE)
    assert not nothing_answers(readings("Summarise the articles."), EVIDENCE)
