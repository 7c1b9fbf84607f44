"""A timeline as one HTML page that opens offline: a picture, and events that unfold to their quotes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from qabot.errors import QabotError
from qabot.render import cell, plain, source_label

if TYPE_CHECKING:
    from jinja2 import Template

    from qabot.answering.timeline import Event

_FOLDER = Path(__file__).parent
_BEGINS = "<!doctype html>"
_WIDTH, _MARGIN, _LANE = 1000, 40, 16  # of the picture, in its own units
_CLOSE = 14
"""Marks nearer than this lie in different lanes."""
_TICKS = 8
_ADDRESSES = ("http://", "https://")


@dataclass(frozen=True)
class Mark:
    """An event in the picture: a line from ``x`` to ``x_end``, and how high it lies."""

    number: int
    x: float
    x_end: float
    y: float
    label: str


@dataclass(frozen=True)
class Tick:
    """A year on the axis."""

    x: float
    label: str


def write_page(path: Path, topic: str, events: Sequence[Event]) -> None:
    """Write the page.

    Raises:
        QabotError: it cannot be written, or the file holds something other than a page.
    """
    try:
        if path.is_file() and path.stat().st_size:
            with path.open(encoding="utf-8", errors="replace") as file:
                if not file.read(len(_BEGINS)).lower().startswith(_BEGINS):
                    raise QabotError(f"{path} is no page of HTML. Give --html another file, or remove this one.")
        path.write_text(page(topic, events), encoding="utf-8", errors="replace")
    except OSError as error:
        reason = error.strerror or error
        raise QabotError(f"The page cannot be written to {path}: {reason}. Give --html another file.") from error


def page(topic: str, events: Sequence[Event]) -> str:
    """The page."""
    marks, height = _marks(events)
    return _template().render(
        topic=plain(topic),
        events=events,
        marks=marks,
        ticks=_ticks(events),
        width=_WIDTH,
        height=height,
        margin=_MARGIN,
    )


def _marks(events: Sequence[Event]) -> tuple[list[Mark], int]:
    """The events placed, those close together one above the other, and the height that this takes."""
    ends: list[float] = []
    marks = []
    for number, event in enumerate(events, start=1):
        first, last = event.period.ordinals()
        x, x_end = _x(first, events), _x(last, events)
        lane = next((i for i, end in enumerate(ends) if x - end >= _CLOSE), len(ends))
        ends[lane : lane + 1] = [x_end]
        marks.append(Mark(number, x, x_end, _LANE * (lane + 1), f"{event.date}: {cell(event.text)[:120]}"))
    return marks, _LANE * (len(ends) + 1)


def _ticks(events: Sequence[Event]) -> list[Tick]:
    from datetime import date

    if not events:
        return []
    first, last = (date.fromordinal(day) for day in _range(events))
    step = max(1, -(-(last.year - first.year + 1) // _TICKS))
    starts = [date(year, 1, 1).toordinal() for year in range(first.year, min(last.year + 1, 9999) + 1, step)]
    return [Tick(_x(day, events), str(date.fromordinal(day).year)) for day in starts if _range(events)[0] <= day]


def _range(events: Sequence[Event]) -> tuple[int, int]:
    """The first and the last day of the picture, as ordinals; a year at least."""
    first = min(event.period.ordinals()[0] for event in events)
    last = max(event.period.ordinals()[1] for event in events)
    return first, max(last, first + 365)


def _x(day: int, events: Sequence[Event]) -> float:
    first, last = _range(events)
    share = min(1.0, max(0.0, (day - first) / (last - first)))
    return round(_MARGIN + share * (_WIDTH - 2 * _MARGIN), 1)


def _link(source: str) -> str | None:
    """The source where it is a web address."""
    shown = plain(source)
    return shown if shown.startswith(_ADDRESSES) else None


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"plain": plain, "cell": cell, "link": _link}
    environment.globals["label"] = source_label
    return environment.get_template("timeline.html.jinja")
