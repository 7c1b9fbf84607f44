"""An answer rests on the article that leads an origin; its reprints only where they say something of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from qabot.answering.answer import Evidence
from qabot.answering.extractive import ExtractiveAnswerer
from qabot.answering.retrieve import SHOWN, reprints_last, retrieve
from qabot.settings import Settings
from qabot.store.index import Index
from qabot.store.ingest import update
from qabot.store.location import Location
from tests.answering.conversations import evidence, readings
from tests.store.hashing import HashingEncoder
from tests.store.reprints import DAM, ELECTION, FERRY, FERRY_REWORDED, SOLAR, WIRE

# -- evidence ------------------------------------------------------------------------------------------------------


def passage(article_id: str, origin: str, text: str) -> Evidence:
    return evidence(text, article_id=article_id, origin=origin)


GARBLED = (
    SOLAR.replace("town", "city").replace("built", "constructed").replace("people", "folks").replace("homes", "houses")
)
LEADER = passage("a", "a", SOLAR)
REPRINT = passage("b", "a", GARBLED)
COPY = passage("c", "a", f"Reprinted. {SOLAR}")
OTHER_PART = passage("b", "a", WIRE)
OTHERS = passage("d", "d", DAM), passage("e", "e", SOLAR)


def ordered(*ranked: tuple[Evidence, float]) -> list[tuple[str, float]]:
    """Passages and their scores, best first, ordered: the texts and scores."""
    found = reprints_last([replace(piece, score=score) for piece, score in ranked], {"a": SOLAR})
    return [(each.text, each.score) for each in found]


def test_repetitions_stand_behind_all_else() -> None:
    found = ordered((LEADER, 0.9), (COPY, 0.8), (REPRINT, 0.7), (OTHERS[0], 0.5), (OTHER_PART, 0.4))
    assert found == [(SOLAR, 0.9), (DAM, 0.5), (WIRE, 0.4), (COPY.text, 0.4), (GARBLED, 0.4)]


def test_the_leading_article_takes_the_place_of_the_best() -> None:
    found = ordered((REPRINT, 0.9), (OTHERS[0], 0.6), (COPY, 0.5), (LEADER, 0.4))
    assert found == [(SOLAR, 0.9), (DAM, 0.6), (COPY.text, 0.5), (GARBLED, 0.4)]


def test_a_passage_with_a_number_of_its_own_is_no_repetition() -> None:
    corrected = passage("b", "a", SOLAR.replace("140", "160"))
    assert ordered((LEADER, 0.9), (corrected, 0.8), (OTHERS[0], 0.7)) == [
        (SOLAR, 0.9),
        (corrected.text, 0.8),
        (DAM, 0.7),
    ]
    assert ordered((corrected, 0.9), (LEADER, 0.8)) == [(corrected.text, 0.9), (SOLAR, 0.8)]


def test_without_reprints_all_is_as_it_was() -> None:
    # the second has the words of the first, and is of another origin
    assert ordered((LEADER, 0.9), (OTHERS[1], 0.8), (OTHERS[0], 0.2)) == [(SOLAR, 0.9), (SOLAR, 0.8), (DAM, 0.2)]
    assert ordered() == []


CORRECTION = "An earlier version of this article said that it cost 45 million crowns; the correct figure is 54 million."


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    """Twelve copies of one story, the earliest not the first, and two other stories."""
    location = Location(tmp_path / "articles", tmp_path / "store")
    location.articles.mkdir()
    for number in range(12):
        _put(
            location,
            f"copy {number:02}",
            WIRE,
            "2024-05-01" if number == 7 else "2024-05-02",
            "Printed again. " * number,
        )
    _put(location, "ferry", FERRY, "2024-05-02")
    _put(location, "election", ELECTION, "2024-05-02", CORRECTION)
    encoder = HashingEncoder()
    update(location, [], Settings(), encoder=encoder)
    opened = Index.open(location, Settings(), encoder=encoder)
    yield opened
    opened.close()


def _put(location: Location, title: str, text: str, published: str, end: str = "") -> None:
    matter = f"---\ntitle: {title}\npublished: {published}\n---\n"
    (location.articles / f"{title}.md").write_text(f"{matter}{text}\n\n{end}\n", encoding="utf-8")


def test_evidence_is_not_filled_with_copies_of_one_passage(index: Index) -> None:
    found = retrieve(index, "What alarmed the customs officers at Port Lenn about the eels?")
    assert len(found) == SHOWN
    leaders = [each for each in found if each.article_id == each.origin]
    assert found[: len(leaders)] == leaders
    assert {each.title for each in leaders} == {"copy 07", "ferry", "election"}
    assert len({each.text for each in leaders}) == len(leaders)
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)


def test_what_comes_up_from_behind_copies_is_given_its_corrections(index: Index) -> None:
    found = retrieve(index, "What alarmed the customs officers at Port Lenn about the eels?")
    (election,) = [each for each in found if each.title == "election"]
    assert election.withdrawn == {"45 million"}


def test_few_passages_asked_for_are_different_ones(index: Index) -> None:
    found = retrieve(index, "How much does a kilo of young eels fetch?", k=3)
    assert len(found) == 3
    assert len({each.text for each in found}) == 3


# -- answers -------------------------------------------------------------------------------------------------------


def of(text: str, article_id: str, origin: str = "a") -> Evidence:
    return replace(evidence(text, article_id=article_id), origin=origin)


def cited(question: str, *found: Evidence) -> list[str]:
    draft = ExtractiveAnswerer().answer(readings(question), found)
    return [quote.evidence.article_id for statement in draft.statements for quote in statement.quotes]


OPENED = "The Kestrel Bridge was opened on 14 June 1987 by the mayor, Ingrid Dahl. It is 1,240 metres long."
REWORDED = "The Kestrel Bridge was inaugurated on 14 June 1987 by mayor Ingrid Dahl. Its length is 1,240 metres."
CORRECTED = "The Kestrel Bridge was opened on 15 June 1988 by the mayor, Ingrid Dahl. It is 1,240 metres long."


@pytest.mark.parametrize("reprint", [OPENED, REWORDED])
@pytest.mark.parametrize("question", ["When was the Kestrel Bridge opened?", "How long is the Kestrel Bridge?"])
def test_the_leading_article_is_cited(question: str, reprint: str) -> None:
    leader, copy = of(OPENED, "a"), of(reprint, "b")
    assert cited(question, copy, leader) == ["a"]
    assert cited(question, leader, copy) == ["a"]
    assert cited(question, copy) == ["b"]


def test_a_yes_or_no_is_not_taken_from_a_copy_that_was_not_judged() -> None:
    asked = readings("Was the Kestrel Bridge opened in 1987?")
    copies = [of(OPENED, f"copy {number}") for number in range(6)]
    draft = ExtractiveAnswerer().answer(asked, [*copies, of(OPENED, "a")])
    assert draft.short_answer == "Yes"
    assert draft.statements[0].text.startswith("Yes. “The Kestrel Bridge was opened")
    assert draft.statements[0].quotes[0].evidence.article_id == "a"
    rival = of("The Kestrel Bridge was opened in 1988, said Bo Brun, who built it.", "z", "z")
    judged = [each for each in asked.candidates([*copies, rival]) if each.judgement]
    assert rival in [each.evidence for each in judged]


def test_a_sentence_that_stands_in_both_is_the_leading_articles() -> None:
    leader = of("Dogs ran about all day. Nobody knew why. " + OPENED, "a")  # read with other company
    assert cited("When was the Kestrel Bridge opened?", of(OPENED, "b"), leader) == ["a"]


def test_what_a_reprint_corrects_is_not_taken_from_the_leading_article() -> None:
    question = "Was the Kestrel Bridge opened on 15 June 1988?"
    first = cited(question, of(OPENED, "a"), of(CORRECTED, "b"))[:1]
    assert first == ["b"]


def test_articles_of_other_origins_corroborate_as_before() -> None:
    question = "When was the Kestrel Bridge opened?"
    found = (
        of(OPENED, "a"),
        of(OPENED, "b"),
        of("Ingrid Dahl opened the Kestrel Bridge on 14 June 1987.", "c", origin="c"),
    )
    assert sorted(cited(question, *found)) == ["a", "c"]


def test_confidence_does_not_depend_on_who_is_cited() -> None:
    question = "When was the Kestrel Bridge opened?"
    by_leader = ExtractiveAnswerer().answer(readings(question), (of(OPENED, "a"), of(OPENED, "b")))
    by_reprint = ExtractiveAnswerer().answer(readings(question), (of(OPENED, "b"), of(OPENED, "c")))
    assert by_leader.confidence == pytest.approx(by_reprint.confidence)
    assert by_leader.short_answer == by_reprint.short_answer


def test_paraphrases_that_differ_wholly_in_words_are_both_evidence() -> None:
    found = ordered((passage("a", "a", FERRY), 0.9), (passage("b", "a", FERRY_REWORDED), 0.8))
    assert found == [(FERRY, 0.9), (FERRY_REWORDED, 0.8)]
