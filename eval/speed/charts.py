"""Plots of measures against the size of the index, both axes logarithmic, with the fitted growth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np


class Measured(Protocol):
    """A figure as `measure.Row` holds it."""

    @property
    def measure(self) -> str: ...  # noqa: D102
    @property
    def system(self) -> str: ...  # noqa: D102
    @property
    def passages(self) -> int: ...  # noqa: D102
    @property
    def unit(self) -> str: ...  # noqa: D102
    @property
    def value(self) -> float: ...  # noqa: D102


def series(rows: Sequence[Measured]) -> dict[tuple[str, str], list[tuple[int, float]]]:
    """Size and value of every measure and system."""
    found: defaultdict[tuple[str, str], list[tuple[int, float]]] = defaultdict(list)
    for row in rows:
        found[row.measure, row.system].append((row.passages, row.value))
    return dict(found)


def exponent(points: Sequence[tuple[int, float]]) -> float:
    """The power of the size by which a value grows: the slope of the line that fits best, in logarithms."""
    sizes, values = np.log(np.array(points, dtype=float)).T
    return float(np.polyfit(sizes, values, 1)[0])


def draw(rows: Sequence[Measured], file: Path) -> None:
    """Write a plot as SVG."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 6), layout="constrained")
    axes = figure.subplots()
    scale = {"ms": 0.001}
    factors = {(row.measure, row.system): scale.get(row.unit, 1) for row in rows}
    for (measure, system), points in series(rows).items():
        sizes, values = zip(*points, strict=True)
        growth = f" (n^{exponent(points):.2f})" if len(points) > 2 else ""
        shown = [value * factors[measure, system] for value in values]
        axes.plot(
            sizes, shown, "s--" if system != "qabot" else "o-", label=f"{measure}, {system}{growth}", markersize=4
        )
    axes.set(xscale="log", yscale="log", xlabel="passages", ylabel="MB" if file.stem == "memory" else "seconds")
    axes.grid(alpha=0.3)
    axes.legend(fontsize="x-small", loc="center left", bbox_to_anchor=(1, 0.5))
    figure.savefig(file, metadata={"Date": None})
