import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.evaluation.scoring import Ranking, matches, ranking
from tests.evaluation.results import QUOTE, answer, case, evidence, scored

ELSEWHERE = evidence("/a/001.md", "Something else was in the news that day.")
HERE = evidence()


@pytest.mark.parametrize(
    ("expected", "said", "correct", "cited"),
    [
        (case(), answer(), True, True),
        (case(), answer("It was in 2004. [1]"), False, True),
        (case(), answer("It was late. [1]", short="2003"), True, True),
        (case(), answer(start=21), True, False),  # not verbatim
        (case(sources=("001", "002")), answer(), True, True),
        (case(sources=("001",)), answer(), True, False),
        (case(sources=("002",)), answer(start=21), True, False),
        (case(passages=(("court ruled",),)), answer(), True, True),
        (case(passages=(("the ban stayed", "ruled in 2003"),)), answer(), True, True),
        (case(passages=(("court ruled",), ("the ban stayed",))), answer(), True, False),
        (case(), answer("The court ruled in the spring of [2003]. [1]"), True, True),
        (case(answers=(("1",),)), answer("The court ruled. [1]"), False, True),
        (case(answers=(("re:ruled.$",),)), answer("The court ruled. [1]"), True, True),
        (case(wrong=("court",)), answer(), False, True),
        (case(wrong=("re:200[45]",)), answer(), True, True),
        (case(), answer(abstained=True), False, False),
        (case(abstain=True), answer(abstained=True), True, True),
        (case(abstain=True), answer(), False, False),
        (case(answers=()), answer(), None, True),
        (case(answers=()), answer(abstained=True), None, False),
        (case(answers=(), wrong=("2003",)), answer(), False, True),
        (case(answers=(), abstain=None), answer(abstained=True), None, False),
    ],
)
def test_correct_and_cited(expected, said, correct, cited):
    result = scored(expected, said)
    assert (result.correct, result.cited) == (correct, cited)


@pytest.mark.parametrize(
    ("expected", "said", "scores"),
    [
        (
            case(),
            answer(short="in 2003"),
            {
                "coverage": 1,
                "lead_accuracy": 1,
                "accuracy": 1,
                "answered_accuracy": 1,
                "brier": 0.01,
                "exact_match": 0,
                "f1": 2 / 3,
                "containment": 1,
                "citation_correctness": 1,
            },
        ),
        (
            case(sources=("001", "002")),
            answer(abstained=True, found=(ELSEWHERE, HERE)),
            {
                "coverage": 0,
                "lead_accuracy": 0,
                "accuracy": 0,
                "abstention_precision": 0,
                "exact_match": 0,
                "f1": 0,
                "containment": 0,
                "first_citation": 0,
                "hits@1": 1,
                "hits@5": 1,
                "hits@10": 1,
                "recall@1": 0.5,
                "recall@5": 1,
                "recall@10": 1,
                "ndcg@1": 1,
                "ndcg@5": 1,
                "ndcg@10": 1,
                "mrr": 1,
            },
        ),
        (
            case(abstain=True),
            answer(abstained=True),
            {
                "coverage": 0,
                "lead_accuracy": 1,
                "accuracy": 1,
                "abstention_precision": 1,
                "abstention_recall": 1,
                "exact_match": 1,
                "f1": 1,
            },
        ),
        (
            case(abstain=True),
            answer(),
            {
                "coverage": 1,
                "lead_accuracy": 0,
                "accuracy": 0,
                "answered_accuracy": 0,
                "brier": 0.81,
                "abstention_recall": 0,
                "exact_match": 0,
                "f1": 0,
            },
        ),
        (case(answers=(), abstain=None), answer(abstained=True), {"coverage": 0}),
    ],
)
def test_scores_by_hand(expected, said, scores):
    assert dict(scored(expected, said).scores) == pytest.approx(scores)


def test_a_regular_expression_alone_leaves_the_short_answer_unmeasured():
    only_regex = scored(case(answers=(("re:200[34]",),)), answer(short="2003")).scores
    assert not {"exact_match", "f1", "containment"} & only_regex.keys()
    beside = scored(case(answers=(("re:200[34]", "2003"),)), answer(short="2003")).scores
    assert beside["exact_match"] == 1


def test_of_several_groups_containment_counts_those_that_are_there():
    scores = scored(case(answers=(("2003",), ("Moscow", "Kazan"))), answer()).scores
    assert scores["containment"] == 0.5
    assert not {"exact_match", "f1"} & scores.keys()  # a short answer is one thing


@pytest.mark.parametrize(
    ("fields", "precision", "recall", "first"),
    [
        ({"sources": ("002",)}, 1, 1, 1),
        ({"sources": ("001",)}, 0, 0, 0),
        ({"passages": (("court ruled",), ("the ban stayed",))}, 1, 0.5, 1),
        ({"passages": (("the ban stayed",),)}, 0, 0, 0),
        ({"passages": (("court ruled",),), "sources": ("001",)}, 0, 0, 0),
        ({"passages": ((f"The ruling came late. {QUOTE}",),)}, 1, 1, 1),  # the quote is a part of what is named
    ],
)
def test_citations(fields, precision, recall, first):
    scores = scored(case(**fields), answer()).scores
    assert (scores["citation_precision"], scores["citation_recall"], scores["first_citation"]) == (
        precision,
        recall,
        first,
    )


@pytest.mark.parametrize(
    ("standalone", "understood", "scores"),
    [
        ("When did the court rule?", "When did the court rule on it?", {"rewrite_completeness": 1.0}),
        ("When did the high court rule?", "When did the court rule?", {"rewrite_completeness": 0.0}),
        ("When?", "When?", {"left_alone": 1.0}),
        ("When?", "When was it?", {"left_alone": 0.0}),
    ],
)
def test_follow_ups(standalone, understood, scores):
    from dataclasses import replace

    said = replace(answer(), standalone_question=understood)
    measured = scored(case(standalone=standalone), said).scores
    assert {name: measured[name] for name in ("rewrite_completeness", "left_alone") if name in measured} == scores


@pytest.mark.parametrize(
    ("expected", "said", "why"),
    [
        (case(), answer(), "holds: “2003”; quoted word for word; the case names no source"),
        (case(), answer("Late. [1]"), "lacks: “2003”; quoted word for word; the case names no source"),
        (
            case(wrong=("court",)),
            answer(),
            "gives a wrong answer: “court”; quoted word for word; the case names no source",
        ),
        (case(), answer(start=21), "holds: “2003”; a quote is not what the article says there"),
        (
            case(sources=("002",)),
            answer(),
            "holds: “2003”; cited as it must be; none of the named sources was retrieved",
        ),
        (
            case(sources=("001",)),
            answer(),
            "holds: “2003”; no citation is of: 001; none of the named sources was retrieved",
        ),
        (
            case(passages=(("the ban stayed",),)),
            answer(found=(ELSEWHERE, HERE)),
            "holds: “2003”; no citation holds: “the ban stayed”; "
            "the first of the named passages was retrieved at rank 2",
        ),
        (case(), answer(abstained=True), "declined (not-stated), though there is an answer"),
        (case(abstain=True), answer(abstained=True), "declined, as it must be"),
        (case(abstain=True), answer(), "answered, though the articles do not say"),
        (
            case(answers=()),
            answer(),
            "not judged: the case names no answer; quoted word for word; the case names no source",
        ),
    ],
)
def test_why(expected, said, why):
    assert scored(expected, said).why == why


EVIDENCE = [
    {"source": "/a/one.md", "text": "Nothing of the kind."},
    {"source": "/a/two.md", "text": "The bridge was opened in 1932."},
    {"source": "/a/two.md", "text": "Queen Astrid opened it."},
    {"source": "/a/three.md", "text": "It was opened by Queen Astrid in 1932, they say."},
]


def test_by_hand():
    found = Ranking((0, 1, 0, 1), 2)
    assert found.first == 2
    assert [found.hit(k) for k in (1, 2, 5)] == [0, 1, 1]
    assert [found.recall(k) for k in (1, 2, 4)] == [0, 0.5, 1]
    assert found.reciprocal_rank(10) == 0.5
    assert found.reciprocal_rank(1) == 0
    # (1 / log2(3) + 1 / log2(5)) / (1 + 1 / log2(3))
    assert found.ndcg(5) == pytest.approx(0.6509, abs=5e-5)
    assert found.ndcg(1) == 0


def test_what_was_not_found_counts_in_the_ideal_ranking():
    assert Ranking((1,), 3).ndcg(5) == pytest.approx(1 / (1 + 1 / math.log2(3) + 1 / 2))
    assert Ranking((1,), 3).ndcg(1) == 1
    assert Ranking((), 2).ndcg(5) == Ranking((), 2).recall(5) == Ranking((), 2).reciprocal_rank(5) == 0


def test_two_things_in_one_passage_are_no_worse_than_in_two():
    assert Ranking((2,), 2).ndcg(5) == 1


@given(st.lists(st.integers(0, 3), max_size=12), st.integers(0, 5), st.integers(1, 12))
def test_all_are_shares_and_recall_grows(gains, missing, k):
    found = Ranking(tuple(gains), max(1, sum(gains) + missing))
    for value in (found.hit(k), found.recall(k), found.reciprocal_rank(k), found.ndcg(k)):
        assert 0 <= value <= 1 + 1e-12
    assert found.recall(k) <= found.recall(k + 1)
    assert found.hit(k) >= found.recall(k)


def test_sources_are_ranked_by_article():
    assert ranking(case(sources=("two", "three")), EVIDENCE) == Ranking((0, 1, 1), 2)


def test_passages_are_ranked_by_passage_and_count_once():
    assert ranking(case(passages=(("1932",), ("Queen Astrid",))), EVIDENCE) == Ranking((0, 1, 1, 0), 2)


def test_a_passage_must_be_of_a_named_source_where_there_are_some():
    named = case(passages=(("1932",),), sources=("three",))
    assert ranking(named, EVIDENCE) == Ranking((0, 0, 0, 1), 1)


def test_nothing_named_is_not_ranked():
    assert ranking(case(), EVIDENCE) is None
    assert ranking(case(abstain=True, sources=("two",)), EVIDENCE) is None


def test_a_part_of_what_is_named_is_enough_unless_it_is_too_little():
    named = ["Engineers said that the old bridge was opened in 1932 by the queen."]
    assert matches("the old bridge was opened", named)
    assert not matches("bridge was opened", named)
    assert not matches("", named)


def test_the_lead_is_the_short_answer_and_the_first_quote():
    season, late = case(answers=(("spring",),)), f"{QUOTE} [1] That was in spring. [1]"
    told = [scored(season, answer(late, short=short)).scores for short in (None, "in spring")]
    assert [(each["accuracy"], each["lead_accuracy"]) for each in told] == [(1, 0), (1, 1)]
    assert scored(case(), answer("Nobody knows. [1]")).scores["lead_accuracy"] == 0


def test_what_was_retrieved_is_ranked_once(monkeypatch):
    asked = []
    monkeypatch.setattr("qabot.evaluation.scoring.ranking", lambda *given: asked.append(given) or ranking(*given))
    assert scored(case(sources=("002",)), answer(found=(ELSEWHERE, HERE))).scores["mrr"] == 0.5
    assert len(asked) == 1
