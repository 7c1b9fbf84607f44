"""Where articles differ on what is asked."""

from __future__ import annotations

import pytest

from qabot.answering.answer import Evidence
from qabot.answering.candidates import candidates
from qabot.answering.confidence import load_confidence
from qabot.answering.disagreement.dispute import Dispute
from qabot.answering.disagreement.find import disputes
from qabot.answering.draft import Draft, compose
from qabot.answering.question import analyse
from qabot.answering.reader import Reader


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load()


def article(name: str, text: str, published: str | None, origin: str | None = None) -> Evidence:
    return Evidence(
        name, None, None, f"The {name.title()}", published, f"{name}.md", origin or name, text, 0, len(text), 1.0, 0.7
    )


def asked(reader: Reader, question: str, *articles: Evidence) -> tuple[Dispute, ...]:
    analysed = analyse(question)
    return disputes(analysed, load_confidence().rank(candidates(analysed, articles, reader)))


def values(dispute: Dispute) -> list[str]:
    return [group[0].text for group in dispute.groups]


QUESTION = "How many people were killed in the avalanche?"
EARLY = article("courier", "The avalanche came at dawn. At least 12 people were killed in the avalanche.", "2024-02-03")
LATE = article("herald", "Rescuers dug on. So far 31 people have been killed in the avalanche.", "2024-02-05")


def test_a_later_state_supersedes(reader: Reader) -> None:
    (dispute,) = asked(reader, QUESTION, EARLY, LATE)
    assert dispute.kind == "superseded"
    assert values(dispute) == ["31", "12"]
    text, citations = compose(Draft((dispute.statement(),), None, 1.0))
    assert text == "The articles differ: “31” (The Herald, 2024-02-05); earlier “12” (The Courier, 2024-02-03). [1][2]"
    value, former = dispute.disagreement(citations).values
    assert (value.text, value.citations, value.published) == ("31", (1,), "2024-02-05")
    assert former.citations == (2,)


def test_claims_about_the_same_time_conflict(reader: Reader) -> None:
    one = article("courier", "The court in Aldham fined the mill 300,000 euros.", "2024-02-03")
    other = article("herald", "The court in Aldham fined the mill 700,000 euros.", "2024-02-03")
    (dispute,) = asked(reader, "How much did the court in Aldham fine the mill?", one, other)
    assert dispute.kind == "conflicting"


def test_a_reprint_that_differs_is_garbled_and_the_original_counts(reader: Reader) -> None:
    garbled = article("copycat", EARLY.text.replace("12", "21"), "2024-02-04", origin="courier")
    (dispute,) = asked(reader, QUESTION, garbled, EARLY)
    assert dispute.kind == "garbled"
    assert dispute.groups[0][0].evidence.article_id == "courier"
    assert "in the original" in dispute.statement().text


def test_articles_that_agree_differ_in_nothing(reader: Reader) -> None:
    same = article("herald", "About a dozen people were killed in the avalanche.", "2024-02-04")
    assert asked(reader, QUESTION, EARLY, same) == ()
    assert asked(reader, QUESTION, EARLY) == ()
