"""Questions that ask two things: taken apart, and what is answered put together."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.answering.answer import Answer, Disagreement, ToldDate, Value
from qabot.answering.calibration import Trained
from qabot.answering.draft import Draft, Quote, Statement, compose
from qabot.answering.extractive import ExtractiveAnswerer
from qabot.answering.parts import ask_behind, asked_apart, together
from qabot.answering.pipeline import Ask, Pipeline, Prepared
from qabot.answering.rewrite import rewrite
from tests.answering.conversations import conversation, evidence, readings


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("When and where did the boat sink?", ["When did the boat sink?", "Where did the boat sink?"]),
        ("Who sold the mill, and when?", ["Who sold the mill?", "When?"]),
        ("Who won and when?", ["Who won?", "When?"]),
        ("Did she resign, and why?", ["Did she resign?", "Why?"]),
        ("Is the mill open, and since when?", ["Is the mill open?", "Since when?"]),
        ("Who bought it, and for how much?", ["Who bought it?", "For how much?"]),
        (
            "How many people did the fire kill and how many were hurt?",
            ["How many people did the fire kill?", "How many were hurt?"],
        ),
        (
            "What share did Ann Arn get, and on what date is the second vote?",
            ["What share did Ann Arn get?", "On what date is the second vote?"],
        ),
        (
            "Who was mayor when the mill burned down, and why did she leave?",
            ["Who was mayor when the mill burned down?", "Why did she leave?"],
        ),
        ("What did Arn say about it and what did Ben say?", ["What did Arn say about it?", "What did Ben say?"]),
    ],
)
def test_what_asks_two_things_is_taken_apart(question: str, parts: list[str]) -> None:
    assert asked_apart(question) == parts


@pytest.mark.parametrize(
    "question",
    [
        "How, and why, was it built?",
        "What do Norway and Sweden want?",
        "Who knows what he said and what she said?",
        "Did they say how many fell ill and how many died?",
        "What is known about who paid and why?",
        "What if the bridge falls and who pays?",
        "Explain when and why it fell.",
        "Summarise the talks and what came of them.",
        "When he resigned, who took over and why?",
        "Who knows when she came and why she left?",
        "If the mill burns, who pays and how do they pay?",
        "",
        "and?",
    ],
)
def test_what_asks_one_thing_stays_whole(question: str) -> None:
    assert asked_apart(question) == [question]


@given(st.text(max_size=200))
def test_any_text_has_parts_with_words(text: str) -> None:
    parts = asked_apart(text)
    assert parts == [text] or (len(parts) == 2 and all(part.strip("? ") for part in parts))


@pytest.mark.parametrize(
    ("part", "meant"),
    [
        ("How many landed in hospital?", "How many landed in hospital (How many fell ill in Oslo: 40)?"),
        ("What did Marie Dupont say?", "What did Marie Dupont say?"),
        ("Why?", "Why?"),
    ],
)
def test_a_part_that_names_nothing_leans_on_the_one_before(part: str, meant: str) -> None:
    talk = conversation(("How many fell ill in Oslo?", "40", "In Oslo 40 people fell ill."))
    assert ask_behind(part, talk) == meant


def answer(question: str, text: str, short: str | None, *quotes: Quote, **other: object) -> Answer:
    """An answer of one statement; without quotes the bot abstains."""
    draft = Draft((Statement(text, quotes),) if quotes else (), short, 0.8)
    told, citations = compose(draft) if quotes else ("The articles do not say.", ())
    made = Answer(
        question=question,
        standalone_question=question,
        text=told,
        short_answer=short,
        abstained=not quotes,
        reason=None if quotes else "not-stated",
        confidence=0.8 if quotes else 0.2,
        citations=citations,
        evidence=tuple(quote.evidence for quote in quotes),
        model="extractive",
        timings_ms={"total": 2.0},
    )
    return replace(made, **other)  # type: ignore[arg-type]


BURNT = evidence("The mill burnt down in 1954.", article_id="a")
BUILT = evidence("Ann Arn built it again.", article_id="b")
WHEN_BURNT, WHO_BUILT = (Quote(each, 0, len(each.text)) for each in (BURNT, BUILT))


def test_answers_are_numbered_through() -> None:
    told = ToldDate(1, "1954", "1954", "year", "as it stands", 23, 27)
    differ = Disagreement("conflicting", "who", (Value("Ann Arn", (1,), None, None), Value("Ben", (), None, None)))
    when = answer("When did it burn?", "1954. “The mill burnt down in 1954.”", "1954", WHEN_BURNT, dates=(told,))
    who = answer("Who built it?", "Ann Arn. “Ann Arn built it again.”", "Ann Arn", WHO_BUILT, disagreements=(differ,))
    who = replace(who, standalone_question="Who built it (When did it burn: 1954)?")
    whole = together("When did it burn and who built it?", [when, who])
    assert whole.question == "When did it burn and who built it?"
    assert whole.standalone_question == "When did it burn? Who built it?"
    assert whole.text == "1954. “The mill burnt down in 1954.” [1] Ann Arn. “Ann Arn built it again.” [2]"
    assert whole.short_answer == "1954; Ann Arn"
    assert [(each.marker, each.article_id) for each in whole.citations] == [(1, "a"), (2, "b")]
    assert whole.dates == (told,)
    assert whole.disagreements[0].values[0].citations == (2,)
    assert [piece.article_id for piece in whole.evidence] == ["a", "b"]
    assert whole.timings_ms == {"total": 4.0}
    assert whole.notice is None


def test_a_quote_is_given_once() -> None:
    one = answer("When?", "1954. “The mill burnt down in 1954.”", "1954", WHEN_BURNT)
    other = answer("What burnt down?", "The mill. “The mill burnt down in 1954.”", "the mill", WHEN_BURNT)
    assert together("?", [one, other]).text == "1954. “The mill burnt down in 1954.” [1] The mill. [1]"


def test_what_the_articles_do_not_say_is_told_beside_what_they_do() -> None:
    none = answer("When did it burn?", "", None, standalone_question="When did the mill burn?")
    who = answer("Who built it?", "Ann Arn. “Ann Arn built it again.”", "Ann Arn", WHO_BUILT)
    whole = together("When did it burn and who built it?", [none, who])
    assert not whole.abstained
    assert whole.text == "Ann Arn. “Ann Arn built it again.” [1]"
    assert whole.notice == "“When did it burn?”: The articles do not say."
    nothing = together("When did it burn and why?", [none, none])
    assert nothing.abstained
    assert nothing.text == "The articles do not say."
    assert nothing.notice is None


def test_each_part_is_asked_behind_the_other_and_a_model_is_asked_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answered(_: Pipeline, prepared: Prepared) -> Answer:
        asked.append(prepared.question)
        return answer(prepared.question, "1954. “The mill burnt down in 1954.”", "1954", WHEN_BURNT)

    def made(_: Pipeline, ask: Ask) -> Prepared:
        return Prepared(ask, readings(rewrite(ask.question, ask.conversation)))

    monkeypatch.setattr(Pipeline, "rewrite", made)
    monkeypatch.setattr(Pipeline, "retrieve", lambda _, prepared: prepared)
    monkeypatch.setattr(Pipeline, "answer", answered)
    monkeypatch.setattr(Pipeline, "_stream", lambda self, prepared: iter([answered(self, prepared)]))

    answerer = ExtractiveAnswerer()
    pipeline = Pipeline(None, answerer, Trained.load(), passages=10)  # type: ignore[arg-type]
    whole = pipeline.ask(Ask("When did the mill in Moss burn down, and why?"))
    assert asked == ["When did the mill in Moss burn down?", "Why did the mill in Moss burn down?"]
    assert whole.text == "1954. “The mill burnt down in 1954.” [1] 1954. [1]"
    asked.clear()
    monkeypatch.setattr(answerer, "name", "a:model")
    pipeline.ask(Ask("When did the mill in Moss burn down, and why?"))
    assert asked == ["When did the mill in Moss burn down, and why?"]
