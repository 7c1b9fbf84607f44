import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qabot.evaluation.statistics import Confident, Estimate, wilson

CONFIDENCE = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0]) | st.floats(0, 1)
CASES = st.lists(st.tuples(CONFIDENCE, st.sampled_from([0.0, 1.0])), min_size=1, max_size=30)
MEASURES = ("aurc", "roc_area", "calibration_error")


def test_aurc_by_hand():
    # risks among the 1, 2, 3, 4 surest: 0, 1/2, 1/3, 1/2
    assert Confident([(0.9, 1), (0.8, 0), (0.7, 1), (0.6, 0)]).aurc().value == pytest.approx(1 / 3)


def test_equally_sure_cases_count_as_their_order_does_on_average():
    # right first: 0, 1/2; wrong first: 1, 1/2
    assert Confident([(0.9, 1), (0.9, 0)]).aurc().value == pytest.approx(0.5)
    # .8: of (0, 1/2, 1/3), (1, 1/2, 2/3) and so on, over the six orders of one right and two wrong after a right one
    alone = Confident([(0.8, 1), (0.5, 1), (0.5, 0), (0.5, 0)]).aurc().value
    risks = [[0, 0, 1 / 3, 1 / 2], [0, 1 / 2, 1 / 3, 1 / 2], [0, 1 / 2, 2 / 3, 1 / 2]]
    assert alone == pytest.approx(sum(map(sum, risks)) / 12)


def test_the_curve():
    assert Confident([(0.9, 1), (0.9, 0), (0.4, 1), (0.2, 0)]).risk_coverage() == [
        (0.5, 0.5, 0.9),
        (0.75, pytest.approx(1 / 3), 0.4),
        (1.0, 0.5, 0.2),
    ]


def test_roc_area_by_hand():
    # of the four pairs two are won, one lost, one drawn
    assert Confident([(0.9, 1), (0.6, 1), (0.7, 0), (0.6, 0)]).roc_area().value == pytest.approx(0.625)


def test_one_kind_alone_cannot_be_told_from_another():
    assert Confident([(0.9, 1), (0.6, 1)]).roc_area() == Estimate()


def test_precision_of_the_surest_half():
    cases = [(0.9, 1), (0.8, 0), (0.7, 1), (0.6, 0), (0.5, 0)]  # the two surest of five
    assert Confident(cases).precision_at_coverage(0.5) == Estimate(0.5, wilson(1, 2), 2)
    tied = Confident([(0.9, 1), (0.5, 1), (0.5, 0), (0.5, 0)])  # one of the three tied ones
    assert tied.precision_at_coverage(0.5).value == pytest.approx((1 + 1 / 3) / 2)


def test_calibration_error_by_hand():
    # two bins of five: mean confidence .3, one right; mean confidence .8, all right
    cases = [(n / 10, float(n == 3 or n > 5)) for n in range(1, 11)]
    assert Confident(cases).calibration_error().value == pytest.approx((0.1 + 0.2) / 2)
    low, high = Confident(cases).reliability()
    assert (low.count, low.right, high.count, high.right) == (5, 1, 5, 5)
    assert (low.confidence, high.confidence) == (pytest.approx(0.3), pytest.approx(0.8))
    assert low.interval == wilson(1, 5)


def test_equal_confidences_share_a_bin():
    found = Confident([(0.7, 1)] * 30 + [(0.2, 0)] * 5).reliability()
    assert [(each.count, each.share) for each in found] == [(5, 0), (30, 1)]


def test_nothing_is_not_measured():
    nothing = Confident([])
    assert [getattr(nothing, name)() for name in MEASURES] == [Estimate()] * 3
    assert nothing.precision_at_coverage(0.5) == Estimate()
    assert nothing.risk_coverage() == nothing.reliability() == []


@settings(max_examples=30, deadline=None)
@given(CASES, st.randoms())
def test_measures_are_shares_inside_their_intervals_whatever_the_order(cases, random):
    shuffled = random.sample(cases, len(cases))
    for name in MEASURES:
        estimate = getattr(Confident(cases), name)()
        assert getattr(Confident(shuffled), name)() == estimate
        if estimate.value is not None:
            low, high = estimate.interval
            assert -1e-9 <= low <= estimate.value <= high <= 1 + 1e-9
            assert low < high  # a few cases are never a certainty


@given(CASES)
def test_bins_hold_every_case_once(cases):
    found = Confident(cases).reliability()
    assert sum(each.count for each in found) == len(cases)
    assert sum(each.right for each in found) == sum(outcome for _, outcome in cases)
    assert [each.confidence for each in found] == sorted(each.confidence for each in found)
