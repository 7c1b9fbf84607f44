"""``qabot timeline``."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qabot.cli.options import AsOf, IndexFolder, Json, Publisher, _first_day, _last_day, date_range, settings_with
from qabot.cli.output import IndexProgress, notice, print_json, write

if TYPE_CHECKING:
    from qabot.answering.timeline import Event

NOTHING_DATED = 3

Since = Annotated[
    date | None, typer.Option("--since", metavar="DATE", parser=_first_day, help="Only what happened then or later.")
]
Until = Annotated[
    date | None, typer.Option("--until", metavar="DATE", parser=_last_day, help="Only what happened then or earlier.")
]
Html = Annotated[
    Path | None, typer.Option("--html", metavar="FILE", help="Write a page that opens offline, instead of the lines.")
]


def timeline(
    topic: Annotated[str, typer.Argument(metavar="TOPIC", help="A few words, as in: the port of Harwick")],
    index: IndexFolder = None,
    json: Json = False,
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
    publisher: Publisher = None,
    html: Html = None,
) -> None:
    """Tell what happened when, from all articles: a line an event, with who says so.

    Examples:
      qabot timeline "Taliban designation"
      qabot timeline --since 2021 --html timeline.html Kabul
      qabot timeline --json "the ferry accident"

    What several articles tell is one line with all their sources. --since and --until are about what happened;
    --as-of leaves out articles that were published later. The exit code is 3 where the articles tell no dated event.
    """
    date_range(since, until, None)
    settings = settings_with(index=index)
    from qabot.answering.bot import Bot
    from qabot.answering.query import checked
    from qabot.answering.timeline import timeline as told
    from qabot.chat.filters import publisher_named
    from qabot.store.records import Scope
    from qabot.text.dates.period import Period

    asked = checked(topic)
    with IndexProgress() as progress, closing(Bot.open(settings.index, settings=settings, progress=progress)) as bot:
        known = [article.publisher for article in bot.index.articles() if article.publisher]
        publishers = tuple(publisher_named(name, known) for name in publisher or ())
        span = Period(since, until) if since or until else None
        events = told(bot.index, asked, scope=Scope(until=as_of, publishers=publishers), span=span)
    if html:
        from qabot.cli.timeline_page import write_page

        write_page(html, asked, events)
        notice(f"{len(events)} event{'' if len(events) == 1 else 's'} written to {html}")
    if json:
        print_json(document(asked, events))
    elif not html:
        write(lines(events))
    if not events:
        notice("The articles tell no dated event about this.")
        raise typer.Exit(NOTHING_DATED)


def document(topic: str, events: list[Event]) -> dict[str, object]:
    """The document of ``qabot timeline --json``."""
    from dataclasses import asdict

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


def lines(events: list[Event]) -> str:
    """A line an event: its date, the sentence and the markers; then the sources."""
    from qabot.render import cell, plain, source_label

    told, sources = [], {}
    width = max((len(event.date) for event in events), default=0)
    for event in events:
        markers = "".join(f"[{citation.marker}]" for citation in event.citations)
        told.append(f"{event.date:<{width}}  {cell(event.text)} {markers}")
        for c in event.citations:
            label = source_label(c)
            sources[c.marker] = f"[{c.marker}] {label} ({plain(c.source)})"
    return "".join(f"{line}\n" for line in [*told, *([""] if told else []), *(sources[key] for key in sorted(sources))])
