"""The steps from a question to its answer: what a follow-up means, whether it is answered, and what is read."""

from __future__ import annotations

import pytest

from qabot.answering.answer import Evidence
from qabot.answering.extractive import ExtractiveAnswerer
from qabot.answering.pipeline import Ask, Pipeline, Prepared
from qabot.answering.rank import Trained
from tests.answering.conversations import conversation, evidence, readings

NAMED, LEANING = "Who met Marie Dupont?", "Who met her (Who visited Oslo: Marie Dupont)?"


@pytest.mark.parametrize(
    ("sure", "meant", "tried"),
    [
        ({NAMED: (0.6, "a")}, NAMED, 2),
        ({LEANING: (0.6, "a")}, LEANING, 2),
        ({NAMED: (0.6, "a"), LEANING: (0.7, "b")}, LEANING, 2),
        ({NAMED: (0.6, "a"), LEANING: (0.7, "a")}, NAMED, 2),
        ({NAMED: (0.7, "a"), LEANING: (0.7, "b")}, NAMED, 2),
        ({NAMED: (0.97, "a"), LEANING: (0.99, "b")}, NAMED, 1),
        ({}, NAMED, 2),
    ],
)
def test_a_follow_up_means_what_the_articles_answer_most_surely(
    sure: dict[str, tuple[float, str]], meant: str, tried: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def quoted(_: Pipeline, prepared: Prepared) -> tuple[float, str | None]:
        asked.append(prepared.question)
        return sure.get(prepared.question, (0.0, None))

    talk = conversation(("Who visited Oslo?", "Marie Dupont", "Marie Dupont visited Oslo in May."))
    pipeline = Pipeline(None, ExtractiveAnswerer(), Trained.load(), passages=10)  # type: ignore[arg-type]
    monkeypatch.setattr(Pipeline, "_retrieve", lambda _, prepared: prepared)
    monkeypatch.setattr(Pipeline, "_quoted", quoted)
    found = pipeline.retrieve(pipeline.rewrite(Ask("Who met her?", talk)))
    assert (found.question, found.others, len(asked)) == (meant, (), tried)


def test_a_digest_is_taken_where_it_comes_first_or_no_question_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline = Pipeline(None, ExtractiveAnswerer(), Trained.load(), passages=10)  # type: ignore[arg-type]
    monkeypatch.setattr(Pipeline, "_retrieve", lambda _, prepared: prepared)
    told = (evidence("Marie Dupont visited Oslo in May."),)
    digest, question = readings("Tell me about Oslo"), readings("Who visited Oslo in May?")
    nothing = readings("Who sank the ferry of Halmo?")
    for first, other, meant in (
        (digest, question, digest),
        (question, digest, question),
        (nothing, digest, digest),
    ):
        found = pipeline.retrieve(Prepared(Ask("And Oslo?"), first, (other,), told))
        assert found.readings is meant


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
    assert bool(pipeline._quoted(Prepared(Ask(question), readings(question), evidence=found))[0]) is answered


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
