import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.evaluation.scoring import Ranking, matches, ranking
from tests.evaluation.results import case

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
