import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qabot.evaluation.metrics import METRICS, measure, measure_by_tag
from qabot.evaluation.statistics import Estimate, wilson
from tests.evaluation.results import answer, case, declined, evidence, failed, right, scored, wrong

RESULTS = [
    right("1", "fact", short="2003"),
    right("2", "fact", "date"),
    wrong("3", "fact"),
    failed("4", "fact"),
    scored(case("5", "date"), answer(abstained=True)),
    scored(case("6", "date", sources=("001",)), answer(found=(evidence(),))),
    declined("7", "miss"),
    declined("8", "miss"),
    scored(case("9", "miss", abstain=True), answer()),
    scored(case("10", answers=()), answer()),  # not judged
]


def share(hits: int, count: int) -> Estimate:
    return Estimate(hits / count, wilson(hits, count), count, hits)


def test_every_share_counts_what_it_says():
    metrics = measure(RESULTS)
    assert {name: each for name, each in metrics.items() if METRICS[name].share and each.count} == {
        "lead_accuracy": share(5, 8),
        "accuracy": share(5, 8),
        "answered_accuracy": share(3, 5),
        "coverage": share(6, 9),
        "exact_match": share(3, 8),
        "abstention_precision": share(2, 3),
        "abstention_recall": share(2, 3),
        "citation_correctness": share(4, 5),
        "first_citation": share(0, 1),
        "hits@1": share(0, 1),
        "hits@5": share(0, 1),
        "hits@10": share(0, 1),
    }


def test_means_and_curves():
    metrics = measure(RESULTS)
    assert metrics["f1"].value == pytest.approx(3 / 8)
    assert metrics["f1"].count == 8
    assert metrics["containment"].value == pytest.approx(3 / 5)
    # six with an answer: five at .9, one at .1; three without: one at .9, two at .1
    assert metrics["roc_area"].value == pytest.approx((5 * 2 + 5 / 2 + 2 / 2) / 18)
    assert metrics["roc_area"].count == 9
    assert metrics["ece"].value == pytest.approx(0.9 - 3 / 5)
    assert metrics["brier"].value == pytest.approx((3 * 0.01 + 2 * 0.81) / 5)


def test_by_tag():
    by_tag = measure_by_tag(RESULTS)
    assert list(by_tag) == ["date", "fact", "miss"]
    assert by_tag["fact"]["accuracy"] == share(2, 3)
    assert by_tag["date"]["abstention_precision"] == share(0, 1)
    assert by_tag["miss"]["citation_correctness"] == Estimate()


def test_what_was_not_measured_is_no_zero():
    metrics = measure([failed("1")])
    assert metrics.keys() == METRICS.keys()
    assert set(metrics.values()) == {Estimate()}
    assert Estimate().value is None


def test_latency_is_of_what_was_answered_or_declined():
    assert measure(RESULTS)["latency_p99"] == Estimate(20.0, (20.0, 20.0), 9)


RESULT = st.sampled_from(RESULTS)


@settings(max_examples=25, deadline=None)
@given(st.lists(RESULT, max_size=15), st.randoms())
def test_every_metric_is_in_its_range_and_interval_whatever_the_order(results, random):
    metrics = measure(results)
    assert measure(random.sample(results, len(results))) == metrics
    for name, each in metrics.items():
        assert (each.value is None) == (each.interval is None) == (each.count == 0)
        if each.value is not None:
            low, high = each.interval
            assert low <= each.value <= high
            assert METRICS[name].milliseconds or (low >= -1e-9 and high <= 1 + 1e-9)
