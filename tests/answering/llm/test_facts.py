"""What a language model is told of times and differences, and how its answer is held to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from qabot.answering.draft import compose
from qabot.answering.llm import model as chat_model
from qabot.answering.llm.answerer import LanguageModelAnswerer
from qabot.answering.llm.prompts import dates_meant, dates_told, facts_text
from qabot.settings import Settings
from tests.answering.llm.wexmoor import KEY, make_evidence
from tests.model_server import ModelServer

EARLY = replace(
    make_evidence("At least 12 people were killed in the avalanche at Wexmoor last Thursday.", article_id="early"),
    published="2024-02-05",
)
LATE = replace(
    make_evidence("So far 31 people have been killed in the avalanche at Wexmoor.", article_id="late"),
    published="2024-02-07",
)
QUESTION = "How many people were killed in the avalanche at Wexmoor?"


def test_days_are_told_that_a_passage_only_implies() -> None:
    assert dates_told(EARLY) == "“last Thursday”: 2024-02-01"
    assert "1 February 2024" in dates_meant(EARLY)
    assert dates_told(replace(EARLY, published=None)) == ""
    assert dates_told(make_evidence("It was opened on 3 May 1961.", article_id="a")) == ""


def test_the_words_of_time_in_a_question_are_told_where_today_is_known() -> None:
    told = facts_text("Who was killed last week?", (), (EARLY,), date(2024, 2, 7))
    assert told == "Today is 2024-02-07.\nIn the question, “last week” means 2024-01-29/2024-02-04."
    assert facts_text("Who was killed last week?", (), (EARLY,), None) == ""


def test_a_model_is_told_where_the_passages_differ_and_so_is_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setattr(chat_model, "BACKOFF", 0.01)
    with ModelServer() as server:
        server.says("SHORT: 12\nAt least 12 people were killed on 1 February 2024. [1] <<At least 12 people>>\n")
        settings = Settings(model="openai:test", base_url=server.base_url)
        draft = LanguageModelAnswerer.open(settings).answer(QUESTION, (EARLY, LATE))
        asked = server.requests[-1].user
    assert "Dates: “last Thursday”: 2024-02-01" in asked
    assert "The passages differ: “31” (passage 2); “12” (passage 1); the first is the later state." in asked
    text, citations = compose(draft)
    assert "killed on 1 February 2024. [1]" in text  # a day that the passage implies is borne out
    assert "The articles differ: “31” (The Wexmoor Courier, 2024-02-07); earlier “12”" in text
    (dispute,) = draft.disputes
    assert [value.citations for value in dispute.disagreement(citations).values] == [(2,), (1,)]
