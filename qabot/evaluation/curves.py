"""What confidence is worth: the risk-coverage curve, telling answerable from unanswerable, and calibration.

Each is worked out from cases grouped by equal confidence, so that the order of equally confident cases decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from qabot.evaluation.statistics import Interval, percentile_interval, resampling_counts, wilson

Array = NDArray[np.float64]

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
        return self._grouped(resampling_counts(self.count))

    def _grouped(self, weights: Array) -> tuple[Array, Array]:
        """Cases and outcomes of each group of equal confidence: two arrays of shape (samples, groups)."""
        return tuple(np.add.reduceat(each, self._starts, axis=1) for each in (weights, weights * self._outcome))  # type: ignore[return-value]

    def _estimate(self, statistic: Callable[[Array, Array], Array]) -> Estimate:
        """The statistic of these cases, with its bootstrap interval."""
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
        """The area under the risk-coverage curve: the mean, over n, of the risk among the n surest cases.

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
        """How many of that share of the cases, the surest, are right; equally sure ones count in equal parts."""
        if not self.count:
            return Estimate()
        taken = max(1, int(self.count * share))
        cases, right = (each[0] for each in self._grouped(np.ones((1, self.count))))
        part = np.diff(np.minimum(np.cumsum(cases), taken), prepend=0)
        hits = float((part * right / cases).sum())
        return Estimate(hits / taken, wilson(hits, taken), taken)

    # -- telling apart -------------------------------------------------------------------------------------------

    def roc_area(self) -> Estimate:
        """How often a case with outcome 1 has the larger confidence than one with outcome 0, a draw counting half.

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
        """The expected calibration error: how far, on average, a bin's share of right ones is from its confidence.

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
        """The bins of the calibration error, the least confident first."""
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
        """The bin of each group of equal confidence, by the rank of its middle case: no group is torn apart."""
        middle = np.cumsum(cases, axis=1) - cases / 2
        return np.minimum((middle * self._bin_count / self.count).astype(np.int64), self._bin_count - 1)
