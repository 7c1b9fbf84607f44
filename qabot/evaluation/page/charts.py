"""Charts of a report as SVG that stands inside a page: its colours are the page's variables, its text is text."""

from __future__ import annotations

import io
import logging
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qabot.evaluation.statistics import Bin, Estimate
from qabot.render.text import cell

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Colours that stand for the page's variables until the chart is drawn: matplotlib wants real ones.
_INK, _FAINT, _FIRST, _SECOND, _THIRD, _BAR = "#010101", "#020202", "#030303", "#040404", "#050505", "#060606"
_VARIABLES = {
    _INK: "var(--ink)",
    _FAINT: "var(--line)",
    _FIRST: "var(--first)",
    _SECOND: "var(--second)",
    _THIRD: "var(--third)",
    _BAR: "var(--bar)",
}
_WIDTH, _HEIGHT = 4.6, 3.4  # inches: about what a phone is wide, so that a chart is not shrunk there
_ROW = 0.3
_LONGEST_LABEL = 22


@dataclass(frozen=True)
class Chart:
    """A chart.

    Attributes:
        title: what it shows.
        svg: the drawing.
        caption: how to read it.
        columns: the heads of a table with the same numbers.
        rows: that table.
    """

    title: str
    svg: str
    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def bars(title: str, estimates: Mapping[str, Estimate]) -> Chart:
    """Return a chart of a bar and its 95% interval for each name; what was not measured is left out."""
    measured = {name: each for name, each in estimates.items() if each.value is not None}

    def draw(axes: Axes) -> None:
        places = range(len(measured))
        values = [each.value or 0.0 for each in measured.values()]
        axes.barh(places, values, color=_BAR, height=0.6)
        for place, each in zip(places, measured.values(), strict=True):
            if each.interval:
                axes.plot(each.interval, [place, place], "|-", color=_INK, linewidth=1.4, markersize=7)
        axes.set_yticks(places, [f"{_label(name)} ({each.count})" for name, each in measured.items()])
        axes.invert_yaxis()
        axes.set_xlim(0, 1)
        axes.tick_params(axis="y", length=0)

    return Chart(
        title,
        _svg(draw, 0.5 + _ROW * len(measured), title),
        "The line across a bar's end is its 95% interval; in brackets: how many cases.",
        ("", "value", "95% interval", "cases"),
        [(name, _three(each.value), _between(each.interval), str(each.count)) for name, each in measured.items()],
    )


def risk_coverage(points: Sequence[tuple[float, float, float]], coverage: float | None) -> Chart:
    """Return a chart of the risk among the surest cases, by their share of all; a mark where the bot abstains."""

    def draw(axes: Axes) -> None:
        axes.plot([each[0] for each in points], [each[1] for each in points], color=_FIRST, linewidth=1.8)
        if coverage:
            axes.axvline(coverage, color=_SECOND, linewidth=1.2, linestyle="--")
            side = "right" if coverage > 0.5 else "left"
            axes.text(
                coverage, 0.97, f" answers {coverage:.0%} ", color=_SECOND, ha=side, va="top",
                transform=axes.get_xaxis_transform(),
            )  # fmt: skip
        axes.set_xlim(0, 1)
        axes.set_ylim(0, max(0.1, *(each[1] for each in points)) * 1.1)
        axes.set_xlabel("share of the cases, the surest first")
        axes.set_ylabel("share not rightly answered")

    step = max(1, len(points) // 12)
    shown = [*points[step - 1 :: step]]
    return Chart(
        "Risk and coverage",
        _svg(draw, _HEIGHT, "Risk and coverage"),
        "The lower the curve, the better confidence tells right from wrong. "
        "A declined case counts as not rightly answered.",
        ("coverage", "risk", "confidence from"),
        [tuple(f"{number:.3f}" for number in point) for point in shown],
    )


def calibration(bins: Sequence[Bin]) -> Chart:
    """Return a chart of the share of right answers by their confidence, in bins of equal mass."""

    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=_FAINT, linewidth=1.2)
        places, shares = [each.confidence for each in bins], [each.share for each in bins]
        axes.vlines(places, [b.interval[0] for b in bins], [b.interval[1] for b in bins], color=_INK, linewidth=1.2)
        axes.plot(places, shares, color=_FIRST, marker="o", markersize=5, linewidth=1.2)
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1.02)
        axes.set_xlabel("confidence of the answer")
        axes.set_ylabel("share that is right")

    return Chart(
        "Calibration",
        _svg(draw, _HEIGHT, "Calibration"),
        "On the diagonal, confidence is what it says. "
        "Each point is a bin of equally many answers, with its 95% interval.",
        ("confidence", "right", "95% interval", "answers"),
        [(_three(each.confidence), _three(each.share), _between(each.interval), str(each.count)) for each in bins],
    )


def retrieval(at: Mapping[int, Mapping[str, float]], count: int) -> Chart:
    """Return a chart of measures of retrieval by k."""
    names = list(next(iter(at.values())))

    def draw(axes: Axes) -> None:
        for name, colour, style in zip(names, (_FIRST, _SECOND, _THIRD), ("o-", "s--", "^:"), strict=False):
            axes.plot(list(at), [each[name] for each in at.values()], style, color=colour, markersize=4, label=name)
        axes.set_ylim(0, 1.02)
        axes.set_xticks(list(at))
        axes.set_xlabel("k: how many of the retrieved are looked at")
        axes.legend(loc="lower right", frameon=False, labelcolor=_INK)

    return Chart(
        "Retrieval",
        _svg(draw, _HEIGHT, "Retrieval"),
        f"Over the {count} cases that name a passage or a source.",
        ("k", *names),
        [(str(k), *(f"{each[name]:.3f}" for name in names)) for k, each in at.items()],
    )


def _svg(draw: Callable[[Axes], None], height: float, title: str) -> str:
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # it would say that it looks for fonts
    import matplotlib
    from matplotlib.figure import Figure

    settings: dict[Any, Any] = {
        "svg.fonttype": "none",
        "svg.hashsalt": title,  # the same numbers make the same drawing, and no two drawings share an id
        "font.family": ["sans-serif"],
        "font.sans-serif": ["DejaVu Sans"],
        "font.size": 10,
        "text.color": _INK,
        "text.parse_math": False,
        "axes.labelcolor": _INK,
        "axes.edgecolor": _FAINT,
        "xtick.color": _INK,
        "ytick.color": _INK,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "grid.color": _FAINT,
        "grid.linewidth": 0.6,
        "axes.axisbelow": True,
    }
    with matplotlib.rc_context(settings), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a letter that its font lacks: the browser has another font
        figure = Figure(figsize=(_WIDTH, height), layout="constrained")
        axes = figure.add_subplot()
        draw(axes)
        drawn = io.StringIO()
        figure.savefig(drawn, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return _for_a_page(drawn.getvalue(), title)


def _for_a_page(svg: str, title: str) -> str:
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'(<g|<svg) id="[a-zA-Z]+[._]?[\w.]*"', r"\1", svg)  # numbered within one drawing only
    svg = re.sub(r' (?:width|height)="[\d.]+pt"', "", svg, count=2)
    svg = re.sub(r' xmlns(?::xlink)?="[^"]*"', "", svg).replace("xlink:href", "href")
    svg = svg.replace("'DejaVu Sans', sans-serif", "system-ui, sans-serif")
    for colour, variable in _VARIABLES.items():
        svg = svg.replace(colour, variable)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{title}" ', 1)


def _label(name: str) -> str:
    name = cell(name)
    return name if len(name) <= _LONGEST_LABEL else name[: _LONGEST_LABEL - 1] + "…"


def _three(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _between(interval: tuple[float, float] | None) -> str:
    return "" if interval is None else f"{interval[0]:.3f} to {interval[1]:.3f}"
