import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qabot.evaluation.statistics import (
    Confident,
    Estimate,
    mcnemar,
    mean_interval,
    paired_difference,
    percentile,
    percentile_bounds,
    wilson,
)

SHARES = st.lists(st.floats(0, 1), min_size=1, max_size=40)


# Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.
@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_against_published_values(hits, count, low, high):
    assert wilson(hits, count) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 10_000).flatmap(lambda count: st.tuples(st.integers(0, count), st.just(count))))
def test_wilsons_interval_holds_the_share(hits_and_count):
    hits, count = hits_and_count
    low, high = wilson(hits, count)
    assert 0 <= low <= hits / count <= high <= 1
    assert low < high


@given(SHARES)
def test_the_interval_of_a_mean_holds_it_and_does_not_ask_for_the_order(values):
    low, high = mean_interval(values)
    assert 0 <= low <= sum(values) / len(values) + 1e-9
    assert sum(values) / len(values) - 1e-9 <= high <= 1
    assert mean_interval(values[::-1]) == (low, high)


def test_the_interval_of_a_mean_is_about_two_standard_errors_to_either_side():
    values = [0.0, 0.25, 0.5, 0.75, 1.0] * 40  # standard error .354 / sqrt(200) = .025
    assert mean_interval(values) == pytest.approx((0.451, 0.549), abs=0.006)


def test_equal_values_are_no_certainty():
    assert mean_interval([1.0] * 5) == wilson(5, 5)
    assert mean_interval([0.5]) == wilson(0.5, 1)


def test_percentile_is_the_nearest_rank():
    values = [float(n) for n in range(1, 11)]
    assert [percentile(values, percent) for percent in (1, 50, 90, 99, 100)] == [1.0, 5.0, 9.0, 10.0, 10.0]
    assert percentile([7.0], 50) == 7.0


def test_the_bounds_of_a_percentile_are_values_around_it():
    values = [float(n) for n in range(1, 101)]
    # 50 of 100: 1.96 * sqrt(100 * .5 * .5) = 9.8 ranks to either side
    assert percentile_bounds(values, 50) == (40.0, 60.0)
    assert percentile_bounds([7.0], 99) == (7.0, 7.0)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60), st.sampled_from([1, 50, 90, 95, 99, 100]))
def test_the_bounds_hold_the_percentile(values, percent):
    low, high = percentile_bounds(sorted(values), percent)
    assert low <= percentile(sorted(values), percent) <= high


# By hand (2 * 1/2^6, 2 * (1+10+45)/2^10, ...); the large ones are scipy's `binomtest`.
@pytest.mark.parametrize(
    ("broken", "fixed", "p"),
    [
        (0, 0, 1.0),
        (1, 0, 1.0),
        (5, 0, 0.0625),
        (6, 0, 0.03125),
        (2, 8, 0.109375),
        (1, 9, 22 / 1024),
        (7, 7, 1.0),
        (12, 28, 0.01658900337497471),
        (300, 260, 0.0992558700573967),
    ],
)
def test_mcnemar_against_known_values(broken, fixed, p):
    assert mcnemar(broken, fixed) == pytest.approx(p)
    assert mcnemar(fixed, broken) == pytest.approx(p)


def test_three_like_changes_could_be_chance_and_eight_could_not():
    few = paired_difference([0.5] * 3, [0.6] * 3)
    assert few.mean == pytest.approx(-0.1)
    assert few.p_value == pytest.approx(0.25)  # all signs alike: 2 of 2^3
    assert not few.beyond_chance
    many = paired_difference([0.5] * 8, [0.6] * 8)
    assert many.p_value == pytest.approx(2 / 2**8)
    assert many.beyond_chance


def test_no_change_is_no_difference():
    same = paired_difference([0.1, 0.9], [0.1, 0.9])
    assert (same.mean, same.interval, same.p_value, same.beyond_chance) == (0, (0, 0), 1, False)


def test_changes_in_both_directions_are_no_difference():
    mixed = paired_difference([0.6, 0.4] * 10, [0.5] * 20)
    assert mixed.mean == pytest.approx(0)
    assert not mixed.beyond_chance


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
