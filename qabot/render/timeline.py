"""A timeline as lines, as JSON, and as an HTML page: a picture, and events that unfold to their quotes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from qabot.errors import writing
from qabot.render.answer import by_article, markers_of, source_label
from qabot.render.text import cell, check_page, page_template, plain, web_address

if TYPE_CHECKING:  # the chat is not to wait for retrieval
    from qabot.answering.timeline import Event
    from qabot.render.screen import Screen

NO_EVENT = "The articles tell no dated event about this."
MAKER = "qabot timeline"  # of its pages
_WIDTH, _MARGIN, _LANE = 1000, 40, 16  # of the picture, in its own units
_CLOSE = 14  # marks nearer than this lie in different lanes
_TICKS = 8
_SOURCE_INDENT = 4  # columns by which the lines that wrapping makes of a source are moved in
_LABEL = 120  # characters of a mark's label


def timeline_json(topic: str, events: list[Event]) -> dict[str, object]:
    """Return the document of ``qabot timeline --json``."""
    return {
        "topic": topic,
        "events": [
            {
                "date": event.date,
                "told": event.told or None,
                "reasoning": event.reasoning,
                "text": event.text,
                "citations": [asdict(citation) for citation in event.citations],
                "independent_origins": event.independent_origins,
            }
            for event in events
        ],
    }


def show_timeline(events: Sequence[Event], screen: Screen) -> None:
    """Show a line for each event: its date, the sentence and its markers; then an empty line and the sources.

    Where lines are wrapped, sentences stay to the right of the dates.
    """
    width = max((len(event.date) for event in events), default=0)
    for event in events:
        screen.show(event_text(event, width), indent=width + 2)
    if events:
        screen.show()
    for line in sources_of(events):
        screen.show(line, indent=_SOURCE_INDENT)


def event_text(event: Event, width: int = 0) -> Text:
    """Return an event in one line: its date, at least ``width`` columns wide, its sentence and its markers."""
    return Text.assemble((f"{event.date:<{width}}", "bold"), f"  {cell(event.text)} {markers_of(event.citations)}")


def sources_of(events: Iterable[Event]) -> list[Text]:
    """Return ``[1][4] publisher, date, title (source)`` of each article cited, in the order of the markers."""
    cited = {citation.marker: citation for event in events for citation in event.citations}
    return [
        Text(f"{markers_of(each)} {source_label(each[0])} ({plain(each[0].source)})")
        for each in by_article(cited[marker] for marker in sorted(cited))
    ]


def write_timeline_page(path: Path, topic: str, events: Sequence[Event]) -> None:
    """Write the page of a timeline.

    Raises:
        QabotError: it cannot be written, or the file holds something other than a timeline.
    """
    check_page(path, "--html", MAKER)
    text = timeline_page(topic, events)
    with writing(path, "Give --html another file."):
        path.write_text(text, encoding="utf-8", errors="replace")


def timeline_page(topic: str, events: Sequence[Event]) -> str:
    """Return the page of a timeline."""
    marks, height = _marks(events)
    return page_template("timeline.html.jinja").render(
        maker=MAKER,
        no_event=NO_EVENT,
        topic=topic,
        events=events,
        marks=marks,
        ticks=_ticks(events),
        width=_WIDTH,
        height=height,
        margin=_MARGIN,
        cell=cell,
        label=source_label,
        link=web_address,
    )


@dataclass(frozen=True)
class _Mark:
    """An event in the picture: a line from ``x`` to ``x_end``, ``y`` above the axis."""

    number: int
    x: float
    x_end: float
    y: float
    label: str


@dataclass(frozen=True)
class _Tick:
    """The first of January on the axis."""

    x: float
    label: str


def _marks(events: Sequence[Event]) -> tuple[list[_Mark], int]:
    """Return a mark for each event, those close together one above the other, and the height that they need."""
    ends: list[float] = []  # of the last mark in each lane
    marks = []
    for number, event in enumerate(events, start=1):
        first, last = event.period.ordinals()
        x, x_end = _x(first, events), _x(last, events)
        lane = next((i for i, end in enumerate(ends) if x - end >= _CLOSE), len(ends))
        ends[lane : lane + 1] = [x_end]
        marks.append(_Mark(number, x, x_end, _LANE * (lane + 1), f"{event.date}: {cell(event.text)[:_LABEL]}"))
    return marks, _LANE * (len(ends) + 1)


def _ticks(events: Sequence[Event]) -> list[_Tick]:
    if not events:
        return []
    start, end = _range(events)
    first, last = date.fromordinal(start).year, date.fromordinal(end).year
    step = max(1, -(-(last - first + 1) // _TICKS))
    years = range(first, min(last + 1, date.max.year) + 1, step)
    days = ((year, date(year, 1, 1).toordinal()) for year in years)
    return [_Tick(_x(day, events), str(year)) for year, day in days if day >= start]


def _range(events: Sequence[Event]) -> tuple[int, int]:
    """Return the first and the last day of the picture, as ordinals, a year apart at least."""
    first = min(event.period.ordinals()[0] for event in events)
    last = max(event.period.ordinals()[1] for event in events)
    return first, max(last, first + 365)


def _x(day: int, events: Sequence[Event]) -> float:
    first, last = _range(events)
    share = min(1.0, max(0.0, (day - first) / (last - first)))
    return round(_MARGIN + share * (_WIDTH - 2 * _MARGIN), 1)
