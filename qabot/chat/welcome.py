"""The first minute: where there is nothing to answer from, the starter articles or articles of one's own."""

from __future__ import annotations

import sys

from qabot import resources
from qabot.chat.opening import Progress
from qabot.errors import QabotError
from qabot.render import error_line, plain
from qabot.settings import Settings
from qabot.store.location import Location, locate

_STARTERS = ("", "1")
_OFFER = """There is no index here yet. qabot can answer from

  1  the starter articles that come with it
  2  your own: type a folder, a file or the address of a page or feed
"""
_PROMPT = "1, or your folder, file or address: "


def offer_articles(settings: Settings, progress: Progress) -> None:
    """Where nothing is indexed, ask for what to answer from, and index it.

    Args:
        settings: say where the index is to be.
        progress: told how far indexing is.

    Raises:
        KeyboardInterrupt: the person would rather leave; Ctrl-D too.
        QabotError: the index cannot be written.
    """
    location = locate(settings.index)
    shipped = location.articles == resources.starter_articles()
    if location.built or (not shipped and _holds_files(location)):
        return
    sys.stderr.write(_OFFER)
    while True:
        try:
            chosen = input(_PROMPT).strip()
        except EOFError:
            raise KeyboardInterrupt from None
        if chosen in _STARTERS and shipped:
            return  # they are indexed where the user's data is when the bot is opened
        source = str(resources.starter_articles()) if chosen in _STARTERS else chosen
        if source == "2":
            continue
        try:
            _index(source, settings, progress)
        except QabotError as error:
            sys.stderr.write(error_line(error) + "\n")
        else:
            return


def _holds_files(location: Location) -> bool:
    return location.articles.is_dir() and any(location.articles.iterdir())


def _index(source: str, settings: Settings, progress: Progress) -> None:
    """Index what was named.

    Raises:
        QabotError: none of it can be read.
    """
    from qabot.store.ingest import update

    report = update(locate(settings.index, create=True), [source], settings, progress=progress)
    if not report.articles:
        raise QabotError(
            f"No article could be read: {report.skipped[0].source}: {report.skipped[0].reason}."
            if report.skipped
            else f"There are no articles in {source}."
        )
    sys.stderr.write(f"{report.articles} articles are indexed.\n")
    for skipped in report.skipped:
        sys.stderr.write(plain(f"skipped {skipped.source}: {skipped.reason}\n"))
