import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.evaluation.metrics import METRICS, Share, latency, measure, measure_by_tag, percentile, wilson
from tests.evaluation.results import answer, case, failed, right, scored, wrong

RESULTS = [
    right("1", "fact"),
    right("2", "fact", "date"),
    wrong("3", "fact"),
    failed("4", "fact"),
    scored(case("5", "date"), answer(abstained=True)),
    scored(case("6", "date", sources=("001",)), answer()),
    scored(case("7", "miss", abstain=True), answer(abstained=True)),
    scored(case("8", "miss", abstain=True), answer(abstained=True)),
    scored(case("9", "miss", abstain=True), answer()),
]


def test_every_metric_counts_what_it_says():
    assert measure(RESULTS) == {
        "accuracy": Share(5, 8),
        "answered_accuracy": Share(3, 5),
        "coverage": Share(5, 8),
        "citation_correctness": Share(3, 4),
        "abstention_precision": Share(2, 3),
        "abstention_recall": Share(2, 3),
    }


def test_by_tag():
    by_tag = measure_by_tag(RESULTS)
    assert list(by_tag) == ["date", "fact", "miss"]
    assert by_tag["fact"]["accuracy"] == Share(2, 3)
    assert by_tag["date"]["abstention_precision"] == Share(0, 1)
    assert by_tag["miss"]["citation_correctness"] == Share(0, 0)


def test_what_was_not_measured_is_no_zero():
    shares = measure([failed("1")])
    assert shares.keys() == METRICS.keys()
    assert all(share.value is None and share.interval is None for share in shares.values())


# Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.
@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_against_published_values(hits, count, low, high):
    assert wilson(hits, count) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 10_000).flatmap(lambda count: st.tuples(st.integers(0, count), st.just(count))))
def test_the_interval_holds_the_share(hits_and_count):
    hits, count = hits_and_count
    low, high = wilson(hits, count)
    assert 0 <= low <= hits / count + 1e-12
    assert hits / count - 1e-12 <= high <= 1
    assert low < high


def test_latency_is_of_what_was_answered():
    assert latency(RESULTS) == {"p50": 20.0, "p90": 20.0, "p99": 20.0}
    assert latency([failed("1")]) == {}


def test_percentile_is_the_nearest_rank():
    values = [float(n) for n in range(1, 11)]
    assert [percentile(values, percent) for percent in (1, 50, 90, 99, 100)] == [1.0, 5.0, 9.0, 10.0, 10.0]
    assert percentile([7.0], 50) == 7.0
