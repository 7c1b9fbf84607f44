"""The digest: sentences of several articles on a topic, on passages made up here."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qabot.answering.answer import Evidence
from qabot.answering.digest import digest
from qabot.answering.draft import Draft
from qabot.answering.extractive import ExtractiveAnswerer
from qabot.answering.query import Kind, analyse, topic_of
from tests.answering.conversations import evidence, readings


def piece(number: int, text: str, published: str | None) -> Evidence:
    made = evidence(text, article_id=f"a{number}", title="The port of Velm")
    return replace(made, similarity=0.7, published=published)


OPENED = piece(
    1, "The port of Velm was opened again on Monday. Two hundred men came back to work at the port.", "2021-05-04"
)
CLOSED = piece(
    2,
    "Velm closed its port in March after a fire in the old grain store. Did anybody see it? It burned for days.",
    "2020-03-09",
)
UNDATED = piece(3, "The port of Velm is the oldest on the coast of the whole country.", None)
AGAIN = piece(4, "On Monday the port of Velm was opened again.", "2021-05-05")
TAKEN = frozenset({"3 May"})
ELSEWHERE = replace(
    piece(5, "The bakers of Harrow won the cup for the third time.", "2021-01-01"), similarity=0.1, title="Cup"
)


@pytest.mark.parametrize("question", ["Summarise this", "Tell me about it"])
def test_a_digest_of_nothing_says_nothing(question: str) -> None:
    made = digest(analyse(question), [OPENED, CLOSED])
    assert (made.statements, made.confidence) == ((), 0.0)


def told(draft: Draft) -> list[str]:
    return [statement.quotes[0].text for statement in draft.statements]


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Summarise the talks in Oslo.", "the talks in Oslo"),
        ("Please summarize what the articles say about the port", "the port"),
        ("What do the articles say about Velm?", "Velm"),
        ("Give me a short overview of the strike!", "the strike"),
        ("Tell me more about Ann Lee", "Ann Lee"),
        ("Compare Velm and Harrow.", "Velm and Harrow"),
        ("What can you tell me about the port?", "the port"),
        ("What do we know about the port?", "the port"),
        ("What do they say about the port?", "the port"),
        ("Tell me everything you know about the port", "the port"),
        ("Tell me something about the port", "the port"),
        ("Briefly summarise the talks", "the talks"),
        ("Summary of the talks, please", "the talks"),
        ("I want an overview of the strike", "the strike"),
        ("I'd like a short summary of the strike", "the strike"),
        ("Describe the strike.", "the strike"),
        ("Explain the strike to me", "the strike"),
        ("What's new with the strike?", "the strike"),
        ("Anything about the strike?", "the strike"),
        ("Give me the latest on the strike", "the strike"),
        ("What's known about Velm?", "Velm"),
        ("A bridge fell. Summarise the report.", "the report"),
        ("Explain why it fell.", None),
        ("Describe how it fell.", None),
        ("What do they know?", None),
        ("What did they say about the strike?", None),
        ("What did the mayor say about Velm?", None),
        ("Who wrote the summary of the talks?", None),
        ("Summarise", None),
    ],
)
def test_what_a_digest_is_asked_of(question: str, topic: str | None) -> None:
    assert topic_of(question) == topic
    assert (analyse(question).kind is Kind.DIGEST) is bool(topic)


def test_a_digest_tells_in_order_of_time_what_each_article_says() -> None:
    draft = ExtractiveAnswerer().answer(
        readings("Summarise the news about the port of Velm"), [OPENED, UNDATED, CLOSED]
    )
    assert told(draft) == [
        "Velm closed its port in March after a fire in the old grain store.",
        "The port of Velm was opened again on Monday.",
        "Two hundred men came back to work at the port.",
        "The port of Velm is the oldest on the coast of the whole country.",
    ]
    assert draft.statements[0].text.startswith("9 March 2020: “Velm closed")
    assert draft.statements[1].text.startswith("4 May 2021: “")
    assert draft.statements[2].text.startswith("“Two hundred")
    assert draft.short_answer is None


def test_what_one_says_no_other_repeats() -> None:
    assert len(told(digest(analyse("Summarise the port of Velm"), [AGAIN, OPENED]))) == 2


def test_one_sentence_of_each_article_goes_before_the_second_of_any() -> None:
    sentences = (
        "The port of Velm has a crane of steel. The port of Velm sold two ferries. The port of Velm lost a pilot boat."
    )
    many = piece(
        6,
        f"{sentences} The port of Velm dug a canal. The port of Velm hired nine guards. {sentences[:38]}",
        "2020-01-01",
    )
    others = [
        piece(7 + n, f"The port of Velm {done} in the summer.", "2020-02-01")
        for n, done in enumerate(
            ("was painted white", "gained a lighthouse", "burned its rubbish", "fed many gulls", "raised fees")
        )
    ]
    chosen = told(digest(analyse("Summarise the port of Velm"), [many, *others]))
    assert len(chosen) == 8
    assert all(other.text in chosen for other in others)


def test_what_is_not_covered_is_said() -> None:
    draft = digest(analyse("Compare Velm, Harrow and Dunmoor"), [OPENED, CLOSED])
    assert draft.notice == "What was found does not name Harrow or Dunmoor."
    assert digest(analyse("Compare Velm and the port"), [OPENED, CLOSED]).notice is None


def test_where_no_article_is_about_it_there_is_no_digest() -> None:
    assert digest(analyse("Summarise the war in Krev"), [ELSEWHERE]) == Draft((), None, 0.0)
    assert digest(analyse("Summarise the war in Krev"), []) == Draft((), None, 0.0)


def test_what_was_taken_back_is_told_only_beside_what_is_right() -> None:
    early = replace(piece(6, "The port of Velm opens again on 3 May, the mayor said.", "2021-04-01"), withdrawn=TAKEN)
    late = replace(
        piece(7, "Correction: the port of Velm opens on 13 May, not on 3 May.", "2021-04-02"), withdrawn=TAKEN
    )
    draft = ExtractiveAnswerer().answer(readings("Summarise the port of Velm."), [early, late])
    assert told(draft) == ["Correction: the port of Velm opens on 13 May, not on 3 May."]


def test_a_part_of_a_story_is_told_by_the_sentences_that_name_it() -> None:
    asked = readings("Tell me about the fire (When did Velm close its port)?")
    assert told(ExtractiveAnswerer().answer(asked, [OPENED, CLOSED, AGAIN])) == [
        "Velm closed its port in March after a fire in the old grain store."
    ]


def test_an_acronym_behind_the_name_is_of_the_topic() -> None:
    lost = replace(piece(6, "The BoV lost two billion in a year.", "2021-05-04"), title="Losses")
    assert told(digest(analyse("Summarise the Bank of Velm (BoV)."), [lost])) == ["The BoV lost two billion in a year."]
