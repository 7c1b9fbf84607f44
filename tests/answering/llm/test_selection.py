"""Which passages a model is given."""

from __future__ import annotations

from collections.abc import Sequence

from qabot.answering.answer import Evidence
from qabot.answering.draft import Draft, Quote, Statement
from qabot.answering.extractive import ExtractiveAnswerer
from qabot.answering.llm.prompts import Case
from qabot.answering.llm.selection import best_first, case_of, within
from qabot.answering.rank import Ranked, rank
from qabot.answering.read import Readings
from tests.answering.conversations import readings
from tests.answering.llm.answerers import QUESTION, unsure
from tests.answering.llm.wexmoor import EVIDENCE, make_evidence

NOTHING = Draft((), None, 0.0)


def case(question: str) -> Case | None:
    return case_so_far(readings(question))


def case_so_far(asked: Readings) -> Case | None:
    return case_of(asked.question, ranked(asked, EVIDENCE), ExtractiveAnswerer().answer(asked, EVIDENCE))


def ranked(asked: Readings, evidence: Sequence[Evidence]) -> list[Ranked]:
    return rank(asked.candidates(evidence), asked.trained.calibration)


def first(asked: Readings, evidence: Sequence[Evidence], by_quoting: Draft = NOTHING) -> list[Evidence]:
    return best_first(evidence, ranked(asked, evidence), by_quoting)


def test_the_passage_in_which_the_reader_finds_the_answer_is_given_first() -> None:
    harbour, bridge = EVIDENCE
    assert first(readings("How long is the bridge at Wexmoor?"), EVIDENCE) == [bridge, harbour]
    asked = readings("When was the harbour of Wexmoor opened?")
    assert first(asked, (bridge, harbour)) == [harbour, bridge]
    quoted = Draft((Statement("So long.", (Quote(bridge, bridge.start, bridge.end),)),), None, 0.9)
    assert first(asked, EVIDENCE, quoted) == [bridge, harbour]


def test_so_many_passages_are_given_as_take_so_many_tokens() -> None:
    passages = [make_evidence("word " * 160, article_id=str(number)) for number in range(9)]
    assert within(passages, 1500) == passages[:6]
    assert within(passages, 1) == passages[:1]
    assert within((), 1500) == []


def test_where_nothing_comes_near_an_answer_no_model_need_be_asked() -> None:
    assert case("Which orchestra did the Danish conductor leave?") is None
    assert case("Summarise what the articles say about orchids.") is None
    assert case_of(readings(QUESTION).question, (), NOTHING) is None


def test_what_is_known_of_a_question_before_the_model_is_asked() -> None:
    assert case("When was the harbour of Wexmoor opened?") == "Sure"
    assert case("What do the articles say about the harbour of Wexmoor?") == "Digest"
    assert case_so_far(unsure(QUESTION)) == "Unsure"
