"""Questions that ask two things: taken apart, and what is answered put together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.answering.answer import Evidence
from qabot.answering.draft import Claim, Dispute, Draft, Quote, Statement, compose
from qabot.answering.extractive import ExtractiveAnswerer
from qabot.answering.pipeline import Ask, Pipeline, Prepared, ask_behind, asked_apart, asked_as, together
from qabot.answering.rank import Trained
from qabot.answering.read import Readings
from qabot.answering.rewrite import rewrite
from qabot.store.records import OpenIndex
from tests.answering.conversations import conversation, evidence, readings


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("When and where did the boat sink?", ["When did the boat sink?", "Where did the boat sink?"]),
        ("Who sold the mill, and when?", ["Who sold the mill?", "When?"]),
        ("Who won and when?", ["Who won?", "When?"]),
        ("Who won? And when?", ["Who won?", "When?"]),
        ("Who won? When?", ["Who won?", "When?"]),
        (
            "In which city and in what year was she born?",
            ["In which city was she born?", "In what year was she born?"],
        ),
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
        "Which parties and which leaders took part?",
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


def draft(text: str, short: str | None, *quotes: Quote, **other: object) -> Draft:
    """A draft of one statement; without quotes the bot abstains."""
    made = Draft((Statement(text, quotes),) if quotes else (), short, 0.8 if quotes else 0.2)
    return replace(made, reason=None if quotes else "not-stated", **other)  # type: ignore[arg-type]


BURNT = evidence("The mill burnt down in 1954.", article_id="a")
BUILT = evidence("Ann Arn built it again.", article_id="b")
WHEN_BURNT, WHO_BUILT = (Quote(each, 0, len(each.text)) for each in (BURNT, BUILT))
WHEN = draft("1954. “The mill burnt down in 1954.”", "1954", WHEN_BURNT)
PARTS = ("When did it burn?", "Who built it?")


def test_answers_are_put_together_and_numbered_through() -> None:
    groups = ((Claim(WHO_BUILT, 0, 7, None),), (Claim(WHEN_BURNT, 4, 8, None),))
    differ = Dispute("conflicting", "who", groups)
    who = draft("Ann Arn. “Ann Arn built it again.”", "Ann Arn", WHO_BUILT, disputes=(differ,), confidence=0.7)
    whole = together(PARTS, [WHEN, who])
    text, citations = compose(whole)
    assert text == "1954. “The mill burnt down in 1954.” [1] Ann Arn. “Ann Arn built it again.” [2]"
    assert whole.short_answer == "1954; Ann Arn"
    assert [(each.marker, each.article_id) for each in citations] == [(1, "a"), (2, "b")]
    assert [value.citations for value in whole.disputes[0].disagreement(citations).values] == [(2,), (1,)]
    assert whole.confidence == 0.7
    assert whole.notice is None
    assert whole.reason is None


def test_a_quote_is_given_once() -> None:
    other = draft("The mill. “The mill burnt down in 1954.”", "the mill", WHEN_BURNT)
    assert compose(together(PARTS, [WHEN, other]))[0] == "1954. “The mill burnt down in 1954.” [1] The mill. [1]"
    more = replace(other, statements=(Statement("Yes.", (WHO_BUILT,)), Statement(f"“{BURNT.text}”", (WHEN_BURNT,))))
    assert compose(together(PARTS, [WHEN, more]))[0] == "1954. “The mill burnt down in 1954.” [1] Yes. [2][1]"
    digest = replace(more, short_answer=None)
    assert together(PARTS, [WHEN, digest]).statements == (*WHEN.statements, *digest.statements)


def test_no_more_is_quoted_for_two_questions_than_for_one() -> None:
    said = [evidence(f"Ben Oak said so on {day} May.", article_id=str(day)) for day in range(1, 6)]
    three = tuple(Statement(f"“{each.text}”", (Quote(each, 0, len(each.text)),)) for each in said[:3])
    two = tuple(Statement(f"“{each.text}”", (Quote(each, 0, len(each.text)),)) for each in said[3:])
    first, second = replace(WHEN, statements=three), replace(WHEN, statements=two, short_answer=None)
    assert together(PARTS, [first, second]).statements == (*three[:2], two[0])
    assert together(PARTS, [WHEN, first]).statements[1:] == three[:2]
    groups = ((Claim(WHO_BUILT, 0, 7, None),), (Claim(WHEN_BURNT, 4, 8, None),))
    differ = Dispute("conflicting", "who", groups)
    disputed = replace(first, statements=(*three, differ.statement()), disputes=(differ,))
    assert together(PARTS, [disputed, second]).statements == (*three[:2], differ.statement(), two[0])


def test_of_two_speakers_the_second_is_not_named_in_a_fourth_sentence() -> None:
    first, named, second, other = (evidence(f"It rained on {day} May.", article_id=str(day)) for day in range(1, 5))
    one, its, two, others = (Quote(each, 0, len(each.text)) for each in (first, named, second, other))
    told = [
        draft(f"Ann. “{said.text}” “{by.text}”", "Ann", said, by)
        for said, by in ((one, its), (two, others), (one, its))
    ]
    whole = together(PARTS, told[:2])
    assert [statement.quotes for statement in whole.statements] == [(one, its), (two,)]
    assert compose(whole)[0].endswith(f"Ann. “{two.text}” [3]")
    assert [statement.quotes for statement in together(PARTS, [told[0], told[2]]).statements] == [(one, its)] * 2


def test_what_the_articles_do_not_say_is_told_beside_what_they_do() -> None:
    none, who = draft("", None), draft("Ann Arn. “Ann Arn built it again.”", "Ann Arn", WHO_BUILT)
    whole = together(PARTS, [none, who])
    assert whole.reason is None
    assert compose(whole)[0] == "Ann Arn. “Ann Arn built it again.” [1]"
    assert whole.notice == "“When did it burn?”: The articles do not say."
    assert together(PARTS, [none, replace(none, reason="unsure")]) == none


@pytest.mark.parametrize(
    ("meant", "asked"),
    [
        ("Who built it (When did it burn: 1954)?", "Who built it?"),
        ("Who built the mill?", "Who built the mill?"),
        ("Who built it?", "Who built it?"),
    ],
)
def test_what_a_part_leans_on_stands_beside_it(meant: str, asked: str) -> None:
    assert asked_as("Who built it?", meant) == asked


def test_each_part_is_asked_behind_the_other_and_a_model_is_asked_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def drafted(readings: Readings, _: Sequence[Evidence]) -> Iterator[Draft]:
        asked.append(readings.question.text)
        yield WHEN

    def made(_: Pipeline, ask: Ask) -> Prepared:
        meant = readings(rewrite(ask.question, ask.conversation))
        return Prepared(ask, meant, evidence=(BURNT, BUILT), timings_ms={"retrieve": 2.0})

    monkeypatch.setattr(Pipeline, "rewrite", made)
    monkeypatch.setattr(Pipeline, "retrieve", lambda _, prepared: prepared)
    answerer = ExtractiveAnswerer()
    monkeypatch.setattr(answerer, "stream", drafted)
    index = cast("OpenIndex", SimpleNamespace(place="index"))
    pipeline = Pipeline(index, answerer, Trained.load(), passages=10)
    question = "When did the mill in Moss burn down, and why?"
    whole = pipeline.ask(Ask(question))
    assert asked == ["When did the mill in Moss burn down?", "Why did the mill in Moss burn down?"]
    assert whole.text == "1954. “The mill burnt down in 1954.” [1] 1954. [1]"
    assert whole.question == question
    assert whole.standalone_question == "When did the mill in Moss burn down? Why did the mill in Moss burn down?"
    assert whole.evidence == (BURNT, BUILT)
    assert whole.timings_ms["retrieve"] == 4.0
    assert [(date.marker, date.resolved) for date in whole.dates] == [(1, "1954")]
    asked.clear()
    monkeypatch.setattr(answerer, "name", "a:model")
    assert pipeline.ask(Ask(question)).text == "1954. “The mill burnt down in 1954.” [1]"
    assert asked == [question]
