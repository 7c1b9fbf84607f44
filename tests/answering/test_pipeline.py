"""The steps from a question to its answer: what a follow-up means, whether it is answered, and what is read."""

from __future__ import annotations

import pytest

from qabot.answering.answer import Evidence
from qabot.answering.extractive import ExtractiveAnswerer
from qabot.answering.pipeline import Ask, Pipeline, Prepared
from qabot.answering.rank import Trained
from tests.answering.conversations import conversation, evidence, readings


@pytest.mark.parametrize(
    ("answered", "meant"),
    [
        ("Who met Marie Dupont?", "Who met Marie Dupont?"),
        ("Who met her (Who visited Oslo: Marie Dupont)?", "Who met her (Who visited Oslo: Marie Dupont)?"),
        ("", "Who met Marie Dupont?"),
    ],
)
def test_a_follow_up_means_the_first_that_the_articles_answer(
    answered: str, meant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = conversation(("Who visited Oslo?", "Marie Dupont", "Marie Dupont visited Oslo in May."))
    pipeline = Pipeline(None, ExtractiveAnswerer(), Trained.load(), passages=10)  # type: ignore[arg-type]
    monkeypatch.setattr(Pipeline, "_retrieve", lambda _, prepared: prepared)
    monkeypatch.setattr(Pipeline, "_is_answered", lambda _, prepared: prepared.question == answered)
    found = pipeline.retrieve(pipeline.rewrite(Ask("Who met her?", talk)))
    assert found.question == meant
    assert not found.others


def test_a_follow_up_in_small_letters_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    talk = conversation(("When did France ban the party?", "1998", "In 1998 France banned the party."))
    pipeline = Pipeline(None, ExtractiveAnswerer(), Trained.load(), passages=10)  # type: ignore[arg-type]
    monkeypatch.setattr("qabot.answering.pipeline.with_capitals", lambda *_: "And Spain?", raising=False)
    monkeypatch.setattr("qabot.answering.pipeline.as_spelt", lambda question, *_: question)
    assert pipeline.rewrite(Ask("and spain?", talk)).question == "When did Spain ban the party?"


@pytest.mark.parametrize(
    ("question", "told", "answered"),
    [
        ("How high is the tower?", {"a": "The tower is 312 metres high.", "b": "The tower is 421 metres high."}, True),
        ("When will the Kestrel Mill reopen?", {"Kestrel Mill to reopen next Friday": "Work took two years."}, True),
        ("Who built the mill?", {"Kestrel Mill to reopen next Friday": "Work took two years."}, False),
    ],
)
def test_what_articles_differ_on_and_what_a_headline_tells_is_answered(
    question: str, told: dict[str, str], answered: bool
) -> None:
    found = tuple(evidence(text, article_id=title, title=title) for title, text in told.items())
    pipeline = Pipeline(None, ExtractiveAnswerer(), Trained.load(), passages=10)  # type: ignore[arg-type]
    assert pipeline._is_answered(Prepared(Ask(question), readings(question), evidence=found)) is answered


@pytest.mark.parametrize(("question", "read"), [("Who visited Oslo?", True), ("Summarise the visit to Oslo.", False)])
def test_only_what_a_sentence_may_answer_is_read(question: str, read: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def retrieve(*_: object, readings: object, **__: object) -> list[Evidence]:
        asked.append(readings is not None)
        return []

    monkeypatch.setattr("qabot.answering.pipeline.retrieve", retrieve)
    pipeline = Pipeline(None, ExtractiveAnswerer(), Trained.load(), passages=10)  # type: ignore[arg-type]
    pipeline.retrieve(Prepared(Ask(question), readings(question)))
    assert asked == [read]
