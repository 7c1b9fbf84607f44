"""Bringing an index up to date with its sources, forgetting articles, and making the search indexes anew."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from qabot.articles.find import find_sources
from qabot.articles.formats import FOLDER_SUFFIXES
from qabot.errors import QabotError, StoreError
from qabot.models.encoder import Encoder, SentenceTransformersEncoder
from qabot.models.onnx_encoder import export
from qabot.settings import Settings
from qabot.store import child, origins
from qabot.store.catalogue import Catalogue
from qabot.store.derived import Derived
from qabot.store.index import NOT_EXPORTED, encoder_of
from qabot.store.intake import Intake
from qabot.store.location import Location
from qabot.store.lock import writer
from qabot.store.report import Progress, Skipped, UpdateReport
from qabot.store.trouble import told_plainly

__all__ = ["Progress", "Skipped", "UpdateReport", "rebuild", "remove", "update"]

_READ = f"Files are read that end in {', '.join(FOLDER_SUFFIXES)}."


def _quiet(_done: int, _total: int, _source: str) -> None:
    pass


def update(
    location: Location,
    sources: Sequence[str],
    settings: Settings,
    *,
    prune: bool = False,
    progress: Progress = _quiet,
    encoder: Encoder | None = None,
) -> UpdateReport:
    """Bring the index up to date: only what changed is read, embedded and stored again.

    Every article is one transaction, so that whatever ends the run, all that was done before stays.

    Args:
        location: where the index lies; it is made where there is none.
        sources: files, folders, URLs, and ``-`` for standard input; none: the folder ``location.articles``.
        settings: among them the name of the embedding model.
        prune: forget articles whose file is gone.
        progress: called with every source that is looked at and every article that is done, and once at the end.
        encoder: the embedding model, where it is not the one that the settings name.

    Raises:
        QabotError: a path does not exist, or no source was found and the index holds nothing.
        StoreError: the index cannot be written, is damaged, of a newer format or made with another embedding model.
        IndexBusyError: another process is writing to it.
    """
    found = _found(location, sources)
    named = set(find_sources([each for each in sources if not os.path.isdir(os.path.expanduser(each))]))
    new = not location.built
    with _writing(location, create=True) as (catalogue, derived):
        encoder = encoder or encoder_of(catalogue, settings)
        report = Intake(catalogue, derived, settings, encoder, progress).update(found, named=named, prune=prune)
        if report.articles and isinstance(encoder, SentenceTransformersEncoder):
            _export(encoder, catalogue)
        if not report.articles and not report.removed:
            if new:  # an empty index would hide that there is none
                derived.delete()
                catalogue.delete_file()
            if not report.skipped:
                folder = location.store.parent
                raise QabotError(f"The index in {folder} holds no article. Name some: qabot index PATH_OR_URL")
    return report


def remove(
    location: Location, article_ids: Sequence[str], settings: Settings, *, encoder: Encoder | None = None
) -> int:
    """Forget articles for good: afterwards no file of the store holds a word of them.

    They stay away until their text changes or their file or page is named to `update`; those of an archive stay away
    though it is named.

    Args:
        location: where the index lies.
        article_ids: ids, or prefixes that one article alone has.
        settings: as for `update`.
        encoder: as for `update`; their reprints may have to be compared anew.

    Returns:
        How many were removed.

    Raises:
        QabotError: there is no such article; nothing is removed then.
        StoreError: the index is missing or cannot be written.
    """
    with _writing(location) as (catalogue, derived):
        resolved = sorted({catalogue.resolve(article_id) for article_id in article_ids})
        with catalogue.transaction():
            derived.doubt()  # cut short from here on, the next to open it makes them anew without these articles
            removed = catalogue.forget(resolved)
        catalogue.vacuum()
        child.rebuild(location.catalogue)
        with suppress(StoreError):  # the model is not to be had: their reprints stay apart until it is
            origins.group_new(catalogue, derived.vectors, encoder or encoder_of(catalogue, settings))
        return removed


def rebuild(location: Location, settings: Settings) -> None:  # noqa: ARG001 - of one kind with update
    """Make Chroma and the word index anew from the catalogue; nothing is read or embedded again.

    Raises:
        StoreError: the index is missing, cannot be written, or its catalogue is damaged.
    """
    with _writing(location) as (catalogue, derived):
        catalogue.check()
        derived.rebuild()


@contextmanager
def _writing(location: Location, *, create: bool = False) -> Iterator[tuple[Catalogue, Derived]]:
    if not create and not location.built:
        raise StoreError(f"There is no index in {location.store.parent}. Make one: qabot index PATH_OR_URL")
    with writer(location.store), told_plainly(location.store):
        catalogue = Catalogue.open(location.catalogue, create=create)
        derived = Derived(location.store, catalogue)
        try:
            yield catalogue, derived
        finally:
            derived.close()
            catalogue.close()


def _export(encoder: SentenceTransformersEncoder, catalogue: Catalogue) -> None:
    """Have the next question asked without torch; what cannot be exported is tried again when it is loaded anyway."""
    if encoder.is_loaded or not catalogue.get(NOT_EXPORTED):
        catalogue.put(NOT_EXPORTED, export(encoder, catalogue.store) or "")


def _found(location: Location, sources: Sequence[str]) -> list[str]:
    if sources:
        found = find_sources(sources)
        if not found:
            raise QabotError(f"There is no article in {', '.join(sources)}. {_READ}")
        return found
    if location.articles.is_dir():
        found = find_sources([str(location.articles)])
        if found or location.built:
            return found
    elif location.built:
        return []
    raise QabotError(
        f"There are no articles in {location.articles}. Put some there, or name files, folders or URLs: "
        f"qabot index PATH_OR_URL. {_READ}"
    )
