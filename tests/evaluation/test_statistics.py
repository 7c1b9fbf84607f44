import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.evaluation.statistics import (
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
