"""Comparing a run with an earlier one, and with what it must reach at least."""

from __future__ import annotations

import difflib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from qabot.errors import CaseError, UsageError
from qabot.evaluation.metrics import METRICS, Share
from qabot.evaluation.result import Result

CHANCE = 0.05
"""A difference whose p value is below this is beyond chance."""


@dataclass(frozen=True)
class Comparison:
    """A run against an earlier one, over the cases that both scored.

    Attributes:
        compared: how many cases that is.
        fixed: ids of the cases that were wrong and are right.
        broken: ids of the cases that were right and are wrong.
        not_compared: ids of the cases that only one of the runs scored.
    """

    compared: int
    fixed: tuple[str, ...]
    broken: tuple[str, ...]
    not_compared: tuple[str, ...]

    @property
    def p_value(self) -> float:
        """How likely flips as one-sided as these are where both runs are equally good."""
        return mcnemar(len(self.broken), len(self.fixed))

    @property
    def worse(self) -> bool:
        """Whether the run is worse than the earlier one beyond chance."""
        return len(self.broken) > len(self.fixed) and self.p_value < CHANCE


def mcnemar(broken: int, fixed: int) -> float:
    """The p value of McNemar's exact two-sided test: a fair coin decided each flip.

    Source: McNemar 1947, "Note on the sampling error of the difference between correlated proportions or percentages",
    Psychometrika 12; the exact form is the binomial test.
    """
    flips, fewer = broken + fixed, min(broken, fixed)
    tail = sum(math.comb(flips, k) for k in range(fewer + 1))
    return min(1.0, 2 * tail / (1 << flips))


def compare(results: Iterable[Result], baseline: Mapping[str, bool]) -> Comparison:
    """Case by case: which ones flipped.

    Args:
        results: of this run.
        baseline: whether each case of the earlier run was right, by id.
    """
    now = {result.case.case_id: result.correct for result in results if result.scored}
    both = [case_id for case_id in now if case_id in baseline]
    return Comparison(
        compared=len(both),
        fixed=tuple(case_id for case_id in both if now[case_id] and not baseline[case_id]),
        broken=tuple(case_id for case_id in both if baseline[case_id] and not now[case_id]),
        not_compared=tuple(sorted(now.keys() ^ baseline.keys())),
    )


def read_baseline(path: Path) -> dict[str, bool]:
    """Whether each case of an earlier run was right, by id, from its ``--out`` file; cases with an error are left out.

    A last line cut off by a crash is passed over.

    Raises:
        CaseError: the file is missing, unreadable or no such file.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except FileNotFoundError:
        raise CaseError(f"There is no baseline {path}. Make one with `qabot eval --out {path}`.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise CaseError(f"The baseline {path} cannot be read: {error}. Make one anew with --out.") from error
    baseline: dict[str, bool] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            document = json.loads(line)
            case_id, correct = str(document["id"]), document["correct"]
        except (ValueError, KeyError, TypeError, RecursionError):
            if number == len(lines):  # every whole line ends in a line break
                break
            raise CaseError(f"{path}:{number}: not a result. Name a file that `qabot eval --out` wrote.") from None
        if isinstance(correct, bool):
            baseline[case_id] = correct
    if not baseline:
        raise CaseError(f"The baseline {path} holds no scored case. Make one with `qabot eval --out {path}`.")
    return baseline


@dataclass(frozen=True)
class Requirement:
    """What a metric must reach at least; written ``METRIC=VALUE``."""

    metric: str
    least: float

    def met_by(self, metrics: Mapping[str, Share]) -> bool:
        """Whether it is reached; a metric that was not measured reaches nothing."""
        value = metrics[self.metric].value
        return value is not None and value >= self.least


def parse_requirement(text: str) -> Requirement:
    """``accuracy=0.9`` as a `Requirement`.

    Raises:
        UsageError: there is no such metric, or the value is none between 0 and 1.
    """
    name, equals, number = text.partition("=")
    metric = name.strip().replace("-", "_")
    if not equals:
        raise UsageError(f"--fail-under cannot be {text!r}. Write METRIC=VALUE, such as accuracy=0.9.")
    if metric not in METRICS:
        near = difflib.get_close_matches(metric, METRICS, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(METRICS)}."
        raise UsageError(f"There is no metric {name.strip()!r}. {hint}")
    try:
        least = float(number)
    except ValueError:
        least = math.nan
    if not 0 <= least <= 1:
        raise UsageError(f"--fail-under {metric} cannot be {number!r}. Write a share between 0 and 1, such as 0.9.")
    return Requirement(metric, least)
