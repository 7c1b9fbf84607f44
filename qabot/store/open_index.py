"""How the index that the settings name is opened, here or in a Chroma server, or built first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qabot.articles.urls import is_web, without_credentials
from qabot.errors import QabotError, StoreError
from qabot.store.location import Location, locate, no_article
from qabot.store.records import OpenIndex, Progress, UpdateReport

if TYPE_CHECKING:
    from qabot.settings import Settings


def place_of(settings: Settings) -> str:
    """Return where the index is that the settings name, as `OpenIndex.place` says it."""
    if settings.chroma:
        return without_credentials(settings.chroma)
    return str(locate(settings.index).folder)


def moved_to(settings: Settings, place: str) -> Settings:
    """Return the settings that name the index at a place; the token of one server is not for another."""
    if is_web(place):
        same = place == place_of(settings)
        return settings if same else settings.model_copy(update={"chroma": place, "chroma_token": None})
    return settings.model_copy(update={"index": Path(place), "chroma": None})


def open_index(settings: Settings) -> OpenIndex:
    """Open the index that the settings name: of a Chroma server where they name one, else on this machine.

    Raises:
        StoreError: there is none there, or it cannot be used.
    """
    if settings.chroma:
        from qabot.store.chroma_server.reading import ServerIndex

        return ServerIndex.open(settings)
    from qabot.store.index import Index

    return Index.open(locate(settings.index), settings)


def open_or_build_starters(settings: Settings, progress: Progress) -> OpenIndex:
    """Open an index as `open_index` does; that of the starter articles is built first where it never was."""
    location = locate(settings.index)
    missing = location.starters and not location.built and not settings.chroma
    return open_or_build(settings, progress) if missing else open_index(settings)


def open_or_build(settings: Settings, progress: Progress) -> OpenIndex:
    """Open an index; built first where it never was, or where building it was cut short and nobody goes on.

    Raises:
        QabotError: it holds no article, or none could be read.
        StoreError: it cannot be used.
    """
    if settings.chroma:
        return open_index(settings)
    from qabot.store.index import Index

    location = locate(settings.index)
    has_articles = location.articles.is_dir()
    if not location.built and has_articles:
        report = _update(location, settings, progress)
        if not report.articles:
            first = report.skipped[0]
            raise QabotError(f"No article could be read: {first.source}: {first.reason}. Mend it or add others.")
    index = Index.open(location, settings)
    try:
        if index.half_built and has_articles:
            try:
                _update(location, settings, progress)
            except StoreError:  # it is being built, or cannot be: what is there already is asked
                if not index.articles():
                    raise
        if not index.articles():
            raise no_article(location)
        index.prepare()
    except BaseException:
        index.close()
        raise
    return index


def _update(location: Location, settings: Settings, progress: Progress) -> UpdateReport:
    from qabot.store.ingest import update  # with all that reads articles

    return update(location, [], settings, progress=progress)
