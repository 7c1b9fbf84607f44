"""Intervals and tests, pure. Whatever is drawn at random is drawn from a fixed seed, so that runs can be compared."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Interval = tuple[float, float]

CHANCE = 0.05
"""A difference whose p value is below this is beyond chance."""
RESAMPLES = 1_000
_SEED = 20_240_422
_Z = 1.959963984540054  # the 97.5th percentile of the normal distribution: 95% between both tails
_SIGN_FLIPS = 1_999


def wilson(hits: float, count: int) -> Interval:
    """Wilson's 95% interval for a share; sound for few cases and at 0 and 1 too.

    Source: Wilson 1927, "Probable inference, the law of succession, and statistical inference", JASA 22.
    """
    share, z2 = hits / count, _Z * _Z
    centre = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = _Z / (1 + z2 / count) * math.sqrt(share * (1 - share) / count + z2 / (4 * count * count))
    return max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half))


def mean_interval(values: Sequence[float]) -> Interval:
    """The 95% interval for a mean of values between 0 and 1: the percentile bootstrap over cases.

    Where all values are the same, drawing again tells nothing: Wilson's interval then, which is never too narrow for
    values between 0 and 1. Source: Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13.
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64))  # the same cases in another order: the same interval
    if ordered[0] == ordered[-1]:
        return wilson(float(ordered.sum()), len(ordered))
    draws = np.random.default_rng(_SEED).integers(0, len(ordered), (RESAMPLES, len(ordered)))
    mean = float(ordered.mean())
    return percentile_interval(ordered[draws].mean(axis=1), mean) or (mean, mean)


def resampling_counts(count: int) -> NDArray[np.float64]:
    """How often each of ``count`` cases is drawn in each bootstrap sample: shape (resamples, count)."""
    rng = np.random.default_rng(_SEED)
    return rng.multinomial(count, np.full(count, 1 / count), size=RESAMPLES).astype(np.float64)


def percentile_interval(estimates: NDArray[np.float64], value: float) -> Interval | None:
    """The middle 95% of bootstrap estimates, widened, where need be, to hold the value itself; None without any.

    Estimates that are no number (a sample in which the measure is not defined) are passed over.
    """
    known = estimates[np.isfinite(estimates)]
    if not known.size:
        return None
    low, high = np.quantile(known, [0.025, 0.975])
    return min(float(low), value), max(float(high), value)


def percentile(ordered: Sequence[float], percent: int) -> float:
    """The smallest of the ordered values that at least ``percent`` per cent of them do not exceed (nearest rank)."""
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def percentile_bounds(ordered: Sequence[float], percent: int) -> Interval:
    """The 95% interval for a percentile, between two of the ordered values.

    Source: Conover 1999, "Practical Nonparametric Statistics", section 3.2: the ranks are those of the binomial
    distribution, here by its normal approximation.
    """
    count, share = len(ordered), percent / 100
    spread = _Z * math.sqrt(count * share * (1 - share))
    low = max(1, math.floor(count * share - spread))
    high = min(count, math.ceil(count * share + spread))
    value = percentile(ordered, percent)
    return min(ordered[low - 1], value), max(ordered[max(high, 1) - 1], value)


def mcnemar(broken: int, fixed: int) -> float:
    """The p value of McNemar's exact two-sided test: a fair coin decided each flip.

    Source: McNemar 1947, "Note on the sampling error of the difference between correlated proportions or percentages",
    Psychometrika 12; the exact form is the binomial test.
    """
    flips, fewer = broken + fixed, min(broken, fixed)
    tail = sum(math.comb(flips, k) for k in range(fewer + 1))
    return min(1.0, 2 * tail / (1 << flips))


@dataclass(frozen=True)
class Difference:
    """How a measure changed, over the cases that both runs have it of.

    Attributes:
        compared: how many cases that is; at least one.
        mean: of the later run less the earlier one.
        interval: its 95% interval, by the paired bootstrap.
        p_value: of the paired permutation test: each case's change could as well have had the other sign.
    """

    compared: int
    mean: float
    interval: Interval
    p_value: float

    @property
    def beyond_chance(self) -> bool:
        """Whether both the interval and the test say so."""
        return self.p_value < CHANCE and not self.interval[0] <= 0 <= self.interval[1]


def paired_difference(now: Sequence[float], before: Sequence[float]) -> Difference:
    """The difference of two runs' values, case by case.

    Source: for both methods Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapters 13 and 15.
    """
    changes = np.sort(np.asarray(now, dtype=np.float64) - np.asarray(before, dtype=np.float64))
    mean = float(changes.mean())
    if not changes.any():
        return Difference(len(changes), 0.0, (0.0, 0.0), 1.0)
    from scipy.stats import permutation_test  # type: ignore[import-untyped]

    draws = np.random.default_rng(_SEED).integers(0, len(changes), (RESAMPLES, len(changes)))
    interval = percentile_interval(changes[draws].mean(axis=1), mean)
    flipped = permutation_test(
        (changes,), np.mean, permutation_type="samples", n_resamples=_SIGN_FLIPS, rng=np.random.default_rng(_SEED)
    )
    return Difference(len(changes), mean, interval or (mean, mean), float(flipped.pvalue))
