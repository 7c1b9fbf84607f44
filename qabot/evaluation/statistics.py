"""Intervals, tests, and what confidence is worth (pure).

Whatever is drawn at random is drawn from a fixed seed, so that runs can be compared.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Interval = tuple[float, float]
Array = NDArray[np.float64]

CHANCE = 0.05
"""A difference whose p value is below this is beyond chance."""
RESAMPLES = 1_000
_SEED = 20_240_422
_Z = 1.959963984540054  # the 97.5th percentile of the normal distribution: 95% between both tails
_SIGN_FLIPS = 1_999
_BINS = 10
_FEWEST = 5  # cases a bin


@dataclass(frozen=True)
class Estimate:
    """A value with its 95% interval over ``count`` cases; with no case it is not measured, which is no zero.

    ``hits`` is how many of them it holds for, where it is a share.
    """

    value: float | None = None
    interval: Interval | None = None
    count: int = 0
    hits: int | None = None


def wilson(hits: float, count: int) -> Interval:
    """Wilson's 95% interval for a share; sound for few cases and at 0 and 1 too.

    Source: Wilson 1927, "Probable inference, the law of succession, and statistical inference", JASA 22.
    """
    share, z2 = hits / count, _Z * _Z
    centre = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = _Z / (1 + z2 / count) * math.sqrt(share * (1 - share) / count + z2 / (4 * count * count))
    return max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half))


def mean_interval(values: Sequence[float]) -> Interval:
    """Return the 95% interval for a mean of values between 0 and 1: the percentile bootstrap over cases.

    Where all values are the same, drawing again tells nothing: Wilson's interval then, which is never too narrow for
    values between 0 and 1. Source: Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13.
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64))  # the same cases in another order: the same interval
    if ordered[0] == ordered[-1]:
        return wilson(float(ordered.sum()), len(ordered))
    draws = np.random.default_rng(_SEED).integers(0, len(ordered), (RESAMPLES, len(ordered)))
    mean = float(ordered.mean())
    return percentile_interval(ordered[draws].mean(axis=1), mean) or (mean, mean)


def percentile_interval(estimates: NDArray[np.float64], value: float) -> Interval | None:
    """Return the middle 95% of bootstrap estimates, widened, where need be, to hold the value itself; None without any.

    Estimates that are no number (a sample in which the measure is not defined) are passed over.
    """
    known = estimates[np.isfinite(estimates)]
    if not known.size:
        return None
    low, high = np.quantile(known, [0.025, 0.975])
    return min(float(low), value), max(float(high), value)


def percentile(ordered: Sequence[float], percent: int) -> float:
    """Return the smallest of the ordered values that ``percent`` per cent of them or more do not exceed."""
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def percentile_bounds(ordered: Sequence[float], percent: int) -> Interval:
    """Return the 95% interval for a percentile, between two of the ordered values.

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
    """Return the p value of McNemar's exact two-sided test: a fair coin decided each flip.

    Source: McNemar 1947, "Note on the sampling error of the difference between correlated proportions or percentages",
    Psychometrika 12; the exact form is the binomial test.
    """
    flips, fewer = broken + fixed, min(broken, fixed)
    tail = sum(math.comb(flips, k) for k in range(fewer + 1))
    return min(1.0, 2 * tail / (1 << flips))


@dataclass(frozen=True)
class Difference:
    """The change of a measure, over the cases that both runs have it of.

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
        """True if both the interval and the test say so."""
        return self.p_value < CHANCE and not self.interval[0] <= 0 <= self.interval[1]


def paired_difference(now: Sequence[float], before: Sequence[float]) -> Difference:
    """Return the difference of two runs' values, case by case.

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


@dataclass(frozen=True)
class Bin:
    """Cases of like confidence: how many, their mean confidence, and the share of them that is right."""

    count: int
    confidence: float
    right: int

    @property
    def share(self) -> float:
        """The share that is right."""
        return self.right / self.count

    @property
    def interval(self) -> Interval:
        """Its 95% interval."""
        return wilson(self.right, self.count)


class Confident:
    """Cases with a confidence and an outcome (1 or 0: right or not, answerable or not), in any order."""

    def __init__(self, cases: Iterable[tuple[float, float]]) -> None:
        ordered = np.array(sorted(cases, reverse=True), dtype=np.float64).reshape(-1, 2)
        self.count = len(ordered)
        self._confidence, self._outcome = ordered[:, 0], ordered[:, 1]
        self._starts = np.flatnonzero(np.diff(self._confidence, prepend=np.inf))

    @cached_property
    def _drawn(self) -> tuple[Array, Array]:
        draws = np.random.default_rng(_SEED).multinomial(self.count, np.full(self.count, 1 / self.count), RESAMPLES)
        return self._grouped(draws.astype(np.float64))

    def _grouped(self, weights: Array) -> tuple[Array, Array]:
        """Cases and outcomes of each group of equal confidence: two arrays of shape (samples, groups)."""
        return tuple(np.add.reduceat(each, self._starts, axis=1) for each in (weights, weights * self._outcome))  # type: ignore[return-value]

    def _estimate(self, statistic: Callable[[Array, Array], Array]) -> Estimate:
        """Return the statistic of these cases, with its bootstrap interval."""
        if not self.count:
            return Estimate()
        value = float(statistic(*self._grouped(np.ones((1, self.count))))[0])
        if not np.isfinite(value):
            return Estimate()
        interval = percentile_interval(statistic(*self._drawn), value)
        if interval is None or interval[0] == interval[1]:  # drawing again tells nothing, as in `mean_interval`
            interval = wilson(value * self.count, self.count)
        return Estimate(value, interval, self.count)

    # -- risk and coverage ---------------------------------------------------------------------------------------

    def risk_coverage(self) -> list[tuple[float, float, float]]:
        """Coverage, risk and the confidence from which on cases are taken, the surest first."""
        if not self.count:
            return []
        cases, right = (np.cumsum(each[0]) for each in self._grouped(np.ones((1, self.count))))
        coverage, risk = cases / self.count, 1 - right / cases
        return list(zip(coverage.tolist(), risk.tolist(), self._confidence[self._starts].tolist(), strict=True))

    def aurc(self) -> Estimate:
        """Return the area under the risk-coverage curve: the mean, over n, of the risk among the n surest cases.

        Lower is better. Source: Geifman, Uziel and El-Yaniv 2019, "Bias-Reduced Uncertainty Estimation for Deep Neural
        Classifiers" (ICLR), equation 5; equally confident cases count as their order does on average.
        """
        harmonic = np.concatenate([[0.0], np.cumsum(1 / np.arange(1, self.count + 1))])

        def area(cases: Array, right: Array) -> Array:
            wrong = cases - right
            before = np.cumsum(cases, axis=1) - cases
            wrong_before = np.cumsum(wrong, axis=1) - wrong
            steps = harmonic[(before + cases).astype(int)] - harmonic[before.astype(int)]
            rate = np.divide(wrong, cases, out=np.zeros_like(wrong), where=cases > 0)
            # of the j-th case of a group the risk is (wrong before + rate * j) / (cases before + j): summed over j
            return np.asarray((wrong_before * steps + rate * (cases - before * steps)).sum(axis=1) / self.count)

        return self._estimate(area)

    def precision_at_coverage(self, share: float) -> Estimate:
        """Return how many of that share of the cases, the surest, are right; equally sure ones count in equal parts."""
        if not self.count:
            return Estimate()
        taken = max(1, int(self.count * share))
        cases, right = (each[0] for each in self._grouped(np.ones((1, self.count))))
        part = np.diff(np.minimum(np.cumsum(cases), taken), prepend=0)
        hits = float((part * right / cases).sum())
        return Estimate(hits / taken, wilson(hits, taken), taken)

    # -- telling apart -------------------------------------------------------------------------------------------

    def roc_area(self) -> Estimate:
        """Return how often a case with outcome 1 has more confidence than one with outcome 0, a draw counting half.

        Source: Hanley and McNeil 1982, "The meaning and use of the area under a receiver operating characteristic
        curve": Mann and Whitney's U over all pairs. Not measured where there is but one outcome.
        """

        def area(cases: Array, ones: Array) -> Array:
            zeros = cases - ones
            below = zeros.sum(axis=1, keepdims=True) - np.cumsum(zeros, axis=1)
            pairs = ones.sum(axis=1) * zeros.sum(axis=1)
            won = (ones * (below + zeros / 2)).sum(axis=1)
            return np.asarray(np.divide(won, pairs, out=np.full_like(won, np.nan), where=pairs > 0))

        return self._estimate(area)

    # -- calibration ---------------------------------------------------------------------------------------------

    def calibration_error(self) -> Estimate:
        """Return the expected calibration error: how far a bin's share of right ones is from its mean confidence.

        Source: Naeini, Cooper and Hauskrecht 2015, "Obtaining Well Calibrated Probabilities Using Bayesian Binning",
        over bins of equal mass (Nixon et al. 2019, "Measuring Calibration in Deep Learning").
        """
        confidence = self._confidence[self._starts]

        def error(cases: Array, right: Array) -> Array:
            bins = self._bins_of(cases)
            gaps = [
                np.abs(((right - confidence * cases) * (bins == each)).sum(axis=1)) for each in range(self._bin_count)
            ]
            return np.asarray(np.sum(gaps, axis=0) / self.count)

        return self._estimate(error)

    def reliability(self) -> list[Bin]:
        """Return the bins of the calibration error, the least confident first."""
        if not self.count:
            return []
        cases, right = self._grouped(np.ones((1, self.count)))
        of, confidence = self._bins_of(cases)[0], self._confidence[self._starts]
        found = []
        for each in sorted(set(of), reverse=True):
            count = cases[0, of == each].sum()
            mean = (cases[0] * confidence)[of == each].sum() / count
            found.append(Bin(int(count), float(mean), int(right[0, of == each].sum())))
        return found

    @property
    def _bin_count(self) -> int:
        return max(1, min(_BINS, self.count // _FEWEST))

    def _bins_of(self, cases: Array) -> NDArray[np.int64]:
        """Return the bin of each group of equal confidence, by the rank of its middle case: no group is torn apart."""
        middle = np.cumsum(cases, axis=1) - cases / 2
        return np.minimum((middle * self._bin_count / self.count).astype(np.int64), self._bin_count - 1)
