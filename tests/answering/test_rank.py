"""Findings: sentences that give the same answer count together, origin by origin."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.answering import rank
from qabot.answering.query import analyse, asks_how_it_changed
from qabot.answering.rank import Calibration, Candidate, Features, answer_features, confidence, findings, newest_first
from qabot.errors import QabotError
from qabot.models.reader import Judgement, Reading, log_odds
from tests.answering.conversations import evidence

QUESTION = analyse("When was the bridge opened?")
FEATURES = Features(*[0.0] * len(Features.__dataclass_fields__))


def ranked(text: str, probability: float, origin: str) -> Candidate:
    day = re.search(r"(?:14 June )?\b19\d\d\b", text)
    reading = Reading(0.0, *(day.span() if day else (0, 0)))
    piece = evidence(text, article_id=origin)
    (sentence,) = piece.sentences
    return Candidate(QUESTION, piece, sentence, reading, FEATURES, probability)


@pytest.mark.parametrize("held", ["", "{}", '{"sentence": {}}', "[]"])
def test_a_damaged_calibration_is_one_line_that_names_the_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: str
) -> None:
    damaged = tmp_path / "calibration.json"
    damaged.write_text(held, encoding="utf-8")
    monkeypatch.setattr(rank, "_FITTED", damaged)
    with pytest.raises(QabotError, match=r"cannot be read .*: install qabot again"):
        Calibration.load()


def test_two_origins_outweigh_one_that_is_a_little_surer() -> None:
    found = findings(
        QUESTION,
        [
            ranked("It was opened in 1987.", 0.5, "a"),
            ranked("It opened on 14 June 1990.", 0.4, "b"),
            ranked("In 1990 it was opened.", 0.4, "c"),
        ],
    )
    assert found[0].best.short == "14 June 1990"
    assert {each.evidence.origin for each in found[0].sentences} == {"b", "c"}
    assert found[0].probability == pytest.approx(0.4)  # odds of 2/3 twice, of 1 for the other, of 1 for none of them


def test_one_that_is_much_surer_outweighs_several() -> None:
    several = [ranked(f"In 1987 {what}.", 0.45, what) for what in ("it was closed", "the fair was", "he came")]
    found = findings(QUESTION, [ranked("It opened on 14 June 1990.", 0.8, "a"), *several])
    assert [finding.best.short for finding in found] == ["14 June 1990", "1987"]


def test_of_dates_the_most_precise_goes_first_where_it_is_nearly_as_sure() -> None:
    nearly = [ranked("It opened in 1990.", 0.8, "a"), ranked("It opened on 14 June 1990.", 0.75, "b")]
    assert findings(QUESTION, nearly)[0].best.short == "14 June 1990"
    unsure = [ranked("It opened in 1990.", 0.8, "a"), ranked("It opened on 14 June 1990.", 0.5, "b")]
    assert findings(QUESTION, unsure)[0].best.short == "1990"


def test_an_origin_counts_once() -> None:
    found = findings(QUESTION, [ranked("Opened in 1987.", 0.5, "a"), ranked("It opened in 1987.", 0.4, "a")])
    assert [finding.probability for finding in found] == pytest.approx([0.5])


def test_a_yes_or_no_counts_as_far_as_it_is_likelier_than_the_other() -> None:
    def judged(each: Candidate, supported: float, refuted: float) -> Candidate:
        judgement = Judgement(supported, refuted, 1 - supported - refuted)
        return replace(each, judgement=judgement)

    likely = judged(ranked("It was opened again.", 0.6, "a"), 0.6, 0.3)
    sure = judged(ranked("It is shut.", 0.5, "b"), 0.05, 0.9)
    unjudged = ranked("It is long.", 0.7, "c")
    found = findings(analyse("Is the bridge open?"), [unjudged, likely, sure])
    assert [finding.best.short for finding in found] == ["No", "Yes"]
    assert found[0].sentences == (sure,)
    assert found[0].probability == pytest.approx(0.425 / 0.575 / (1 + 0.425 / 0.575 + 0.18 / 0.82))


def test_what_is_left_open_answers_nothing() -> None:
    denied = ranked("She denied it.", 0.6, "a")
    for judgement in (Judgement(0.0, 0.0, 1.0), Judgement(0.4, 0.3, 0.3)):
        left_open = replace(denied, judgement=judgement)
        assert findings(analyse("Is the bridge open?"), [left_open]) == []


@given(st.floats(0, 1), st.floats(0, 1))
def test_one_without_a_rival_is_not_sure_for_that(alone: float, likely: float) -> None:
    calibration = Calibration.load()
    (found,) = findings(QUESTION, [ranked("It was opened in 1987.", alone, "a")])
    assert answer_features([found])["margin"] <= log_odds(max(found.probability, 1e-9) / (found.probability + 0.01))
    beside = findings(QUESTION, [ranked("It was opened in 1987.", likely, "a"), ranked("It opened in 1990.", 0.5, "b")])
    assert 0 < confidence(beside, calibration) < 1
    assert confidence([], calibration) == 0


def test_sentences_without_a_short_answer_stand_alone() -> None:
    found = findings(QUESTION, [ranked("It is long.", 0.2, "a"), ranked("It is wide.", 0.1, "b")])
    assert [len(finding.sentences) for finding in found] == [1, 1]


@given(st.lists(st.tuples(st.sampled_from(["1987", "1990", "in May", ""]), st.floats(0, 1), st.sampled_from("abc"))))
def test_every_sentence_is_in_one_finding_and_one_of_them_or_none_answers(drawn: list[tuple[str, float, str]]) -> None:
    sentences = [ranked(f"It was opened {when}.", probability, origin) for when, probability, origin in drawn]
    sentences.sort(key=lambda each: -each.probability)
    found = findings(QUESTION, sentences)
    assert sum(len(finding.sentences) for finding in found) == len(sentences)
    kept = {  # of every answer the best sentence of every origin
        (finding.best.short or id(each), each.evidence.origin): each.odds
        for finding in found
        for each in sorted(finding.sentences, key=lambda each: each.odds)
    }
    assert sum(finding.probability for finding in found) == pytest.approx(1 - 1 / (1 + sum(kept.values())))
    assert found == sorted(found, key=lambda finding: -finding.probability)


def test_an_article_of_some_day_of_a_year_is_not_newer_than_one_of_a_day_of_it() -> None:
    dates = {"old": "2023-12-30", "year": "2024", "day": "2024-11-27", "none": None}
    candidates = [ranked(f"It was {name}.", 0.5, name) for name in dates]
    dated = [
        replace(each, evidence=replace(each.evidence, published=dates[each.evidence.origin])) for each in candidates
    ]
    found = newest_first(findings(QUESTION, dated))
    assert [finding.best.evidence.origin for finding in found] == ["day", "year", "old", "none"]


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("How has the ban on boats changed?", True),
        ("How did the talks develop over the year?", True),
        ("How did the ban come about?", True),
        ("How has the ban on boats changed the port?", True),
        ("How did the mayor's stance change towards the port?", True),
        ("How does climate change affect the port?", False),
        ("How did the developers respond?", False),
    ],
)
def test_only_a_question_of_a_change_asks_how_it_changed(question: str, asks: bool) -> None:
    assert asks_how_it_changed(question) is asks
