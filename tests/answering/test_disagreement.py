"""Where articles differ on what is asked."""

from __future__ import annotations

import re

import pytest

from qabot.answering.answer import Evidence
from qabot.answering.disagreement import disputes
from qabot.answering.draft import Dispute, Draft, compose
from qabot.answering.query import Question
from qabot.answering.rank import Candidate, Features
from qabot.models.reader import Judgement, Reading
from tests.answering.conversations import readings
from tests.samples import evidence


def article(name: str, text: str, published: str | None, origin: str | None = None) -> Evidence:
    return evidence(
        text, name, publisher=f"The {name.title()}", published=published, origin=origin or name, similarity=0.7
    )


def asked(question: str, *articles: Evidence) -> tuple[Dispute, ...]:
    asked_ = readings(question)
    return disputes(asked_, asked_.candidates(articles))


def values(dispute: Dispute) -> list[str]:
    return [group[0].text for group in dispute.groups]


QUESTION = "How many people were killed in the avalanche?"
EARLY = article("courier", "The avalanche came at dawn. At least 12 people were killed in the avalanche.", "2024-02-03")
LATE = article("herald", "Rescuers dug on. So far 31 people have been killed in the avalanche.", "2024-02-05")


def test_a_later_state_supersedes() -> None:
    (dispute,) = asked(QUESTION, EARLY, LATE)
    assert dispute.kind == "superseded"
    assert values(dispute) == ["31", "At least 12"]
    text, citations = compose(Draft((dispute.statement(),), None, 1.0))
    assert (
        text
        == "The articles differ: “31” (The Herald, 2024-02-05); earlier “At least 12” (The Courier, 2024-02-03). [1][2]"
    )
    value, former = dispute.disagreement(citations).values
    assert (value.text, value.citations, value.published) == ("31", (1,), "2024-02-05")
    assert former.citations == (2,)


def test_claims_about_the_same_time_conflict() -> None:
    one = article("courier", "The court in Aldham fined the mill 300,000 euros.", "2024-02-03")
    other = article("herald", "The court in Aldham fined the mill 700,000 euros.", "2024-02-03")
    (dispute,) = asked("How much did the court in Aldham fine the mill?", one, other)
    assert dispute.kind == "conflicting"


def test_a_reprint_that_differs_is_garbled_and_the_original_counts() -> None:
    garbled = article("copycat", EARLY.text.replace("12", "21"), "2024-02-04", origin="courier")
    (dispute,) = asked(QUESTION, garbled, EARLY)
    assert dispute.kind == "garbled"
    assert dispute.groups[0][0].evidence.article_id == "courier"
    assert "in the original" in dispute.statement().text


def test_articles_that_agree_differ_in_nothing() -> None:
    same = article("herald", "About a dozen people were killed in the avalanche.", "2024-02-04")
    assert asked(QUESTION, EARLY, same) == ()
    assert asked(QUESTION, EARLY) == ()


def test_what_is_far_less_likely_the_answer_or_of_something_else_makes_no_difference() -> None:
    asked_ = readings("How many people live in Aldham?")
    home, other, flown = (
        article("courier", "Aldham, home to 62,000 people, lies on a lake.", "2024-02-03"),
        article("herald", "In Aldham on the lake live 9,000 people.", "2024-02-05"),
        article("post", "From Aldham 9,000 people had been flown out by May.", "2024-02-05"),
    )
    first = answering(asked_.question, home, "people", 0.95)
    assert disputes(asked_, [first, answering(asked_.question, other, "people", 0.9)])
    assert disputes(asked_, [first, answering(asked_.question, other, "people", 0.65)]) == ()
    assert disputes(asked_, [first, answering(asked_.question, flown, "people", 0.9)]) == ()


def answering(question: Question, piece: Evidence, before: str, probability: float) -> Candidate:
    """Return the sentence of a passage, read for what stands before a word."""
    number = re.search(rf"[\d,]+ (?={before})", piece.text)
    assert number
    features = Features(reader=5.0, similarity=0.7, context=1.0, form=1.0, time=1.0)
    reading = Reading(5.0, number.start(), number.end() - 1)
    return Candidate(question, piece, piece.sentences[0], reading, features, probability)


def test_a_third_value_joins_the_others() -> None:
    last = article("post", "By now 44 people have been killed in the avalanche.", "2024-02-08")
    (dispute,) = asked(QUESTION, EARLY, LATE, last)
    assert values(dispute) == ["44", "31", "At least 12"]
    assert "“44” (The Post, 2024-02-08); earlier “31”" in dispute.statement().text


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (QUESTION, EARLY.text, "Four other people were killed in the avalanche at Dunmore."),  # a part
        (QUESTION, EARLY.text, "Dozens of people were killed in the avalanche."),  # no number
        ("How many barns burnt in May?", "In May 41 barns burnt.", "In the year 2024 altogether 212 barns burnt."),
        ("Who leads the bank?", "Ms Arn, who leads the bank, left.", "The bank is led by Ann Arn, a lawyer."),
        ("Who leads the bank?", "Ann Arn leads the bank.", "Bob Born could become the one who leads the bank."),
        ("When did the war begin?", "The war began in 2014.", "The war began in 2014, the second one in 2022."),
    ],
)
def test_parts_and_other_times_make_no_difference(question: str, one: str, other: str) -> None:
    assert asked(question, article("courier", one, "2024-06-03"), article("herald", other, "2024-06-04")) == ()


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (
            "Who is the director of the glass museum of Tolm?",
            "The glass museum of Tolm sold a vase, its director Ann Arn said.",
            "The tram museum of Tolm sold a tram, its director Bob Born said.",
        ),
        (
            "Who leads the bakers of Tolm?",
            "Ann Arn, who leads the bakers of Tolm, left.",
            "Bob Born, who leads the bakers of Varn, came.",
        ),
        (
            "How much did the sailing club of Tolm pay?",
            "The sailing club of Tolm paid 300,000 euros for its house.",
            "The chess club of Tolm paid 700,000 euros for its house.",
        ),
    ],
)
def test_what_is_told_of_another_body_makes_no_difference(question: str, one: str, other: str) -> None:
    assert asked(question, article("courier", one, "2024-06-03"), article("herald", other, "2024-06-04")) == ()


@pytest.mark.parametrize(
    ("question", "one", "other", "kind"),
    [
        (
            "Who leads the bank?",
            "Ann Arn, who leads the bank, left.",
            "Bob Born, who leads the bank, came.",
            "superseded",
        ),
        ("How high is the tower?", "The tower is 312 metres high.", "The tower is 421 metres high.", "conflicting"),
        ("When will the fair open?", "The fair will open on 3 July.", "The fair will open on 9 July.", "superseded"),
    ],
)
def test_what_may_have_changed_is_superseded(question: str, one: str, other: str, kind: str) -> None:
    (dispute,) = asked(question, article("courier", one, "2022-05-04"), article("herald", other, "2022-06-20"))
    assert dispute.kind == kind


@pytest.mark.parametrize(
    ("published", "dates"),
    [
        (("2024-11-27", "2023"), ["2024-11-27", "2023"]),
        (("2024-03", "2024-11-27"), ["2024-11-27", "2024-03"]),
        (("2024", "2024-11-27"), []),  # which of the two is the later one nobody knows
        (("2024-11-27", "2024-11"), []),
        (("2024-11-27", None), []),
    ],
)
def test_a_yes_and_a_no_are_told_of_two_times_only_where_one_is_later(
    published: tuple[str | None, str | None], dates: list[str]
) -> None:
    asked_ = readings("Is the dam safe?")
    features = Features(reader=5.0, similarity=0.7, context=1.0, form=1.0, time=1.0)
    judgements = Judgement(0.95, 0.03, 0.02), Judgement(0.03, 0.95, 0.02)
    pieces = article("courier", "The dam is safe.", published[0]), article("herald", "It is not.", published[1])
    told = [
        Candidate(asked_.question, piece, piece.sentences[0], Reading(5.0, 0, 3), features, 0.9, judgement=judgement)
        for piece, judgement in zip(pieces, judgements, strict=True)
    ]
    assert [group[0].evidence.published for each in disputes(asked_, told) for group in each.groups] == dates


REPRINTED = (
    "A lime fell in the storm at Aldham on Sunday night. Forester {forester} had looked after the tree. "
    "Nobody was hurt, but the roof of the vestry was crushed and the lane stayed closed until noon. "
    "The wood is given to a violin maker, who wants to build a cello from it, and a seedling of the tree grows already."
)


def test_a_reprint_with_another_name_is_garbled_whatever_its_origin() -> None:
    original = article("courier", REPRINTED.format(forester="Ann Arn"), "2024-02-03")
    copied = article("digest", REPRINTED.format(forester="Eve Toll"), "2024-02-06")
    (dispute,) = asked("Which forester had looked after the tree?", copied, original)
    assert dispute.kind == "garbled"
    assert [value.split()[-1] for value in values(dispute)] == ["Arn", "Toll"]
    assert dispute.among(frozenset({dispute.groups[0][0].quote})) == dispute


def test_when_somebody_said_so_is_not_when_it_happened() -> None:
    early = article("courier", "At least 12 people were killed in the avalanche on Friday.", "2024-02-03")
    late = article(
        "herald", "The toll has risen: 31 people were killed in the avalanche, the mayor said yesterday.", "2024-02-05"
    )
    (dispute,) = asked(QUESTION, early, late)
    assert (dispute.kind, values(dispute)) == ("superseded", ["31", "At least 12"])
