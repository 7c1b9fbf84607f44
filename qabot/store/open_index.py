"""An open index as the rest of qabot sees it, here or in a Chroma server; how it is opened, or built first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from qabot.articles.urls import is_web, without_credentials
from qabot.errors import QabotError, StoreError
from qabot.store.location import Location, index_command, locate
from qabot.store.records import (
    ANYWHERE,
    ArticleRecord,
    Change,
    Hit,
    Progress,
    Scope,
    StoredPassage,
    UpdateReport,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from qabot.articles.article import Stated
    from qabot.models.encoder import Encoder
    from qabot.settings import Settings


class OpenIndex(Protocol):
    """An index that is open for reading; safe to use from several threads, and while another process writes."""

    def close(self) -> None:
        """Close it."""
        ...

    @property
    def place(self) -> str:
        """Where it is: its folder, as ``--index`` takes it, or its server, as ``--chroma`` does."""
        ...

    @property
    def encoder(self) -> Encoder:
        """The embedding model that the index was made with; loaded at first use and kept.

        Raises:
            StoreError: it is not on this machine, or no longer the one that the index was made with.
        """
        ...

    @property
    def encoder_not_exported(self) -> str | None:
        """Why the embedding model is used as it is, which takes seconds to load; None where its export is used."""
        ...

    @property
    def damage(self) -> str | None:
        """One line that says that something was damaged, and how to mend it; None as far as nothing was."""
        ...

    @property
    def fingerprint(self) -> str:
        """Changes with everything indexed and with the embedding model."""
        ...

    def articles(self) -> list[ArticleRecord]:
        """Return all articles, sorted by source."""
        ...

    def article(self, article_id: str) -> ArticleRecord:
        """Return the article with that id; a prefix that no other id has will do.

        Raises:
            QabotError: there is none, or more than one; the nearest are named.
        """
        ...

    def text(self, article_id: str) -> str:
        """Return the stored text of an article, which every offset counts in; raises as `article` does."""
        ...

    def texts(self, article_ids: Sequence[str]) -> dict[str, str]:
        """Return the stored texts of those of the articles that are held and whole, by id."""
        ...

    def stated(self, article_id: str) -> tuple[Stated, ...]:
        """Return what an article says of itself, the statement that counts most first; raises as `article` does."""
        ...

    def removed(self, article_id: str) -> tuple[str, ...]:
        """Return the lines of an article's document that were left out of its text; raises as `article` does."""
        ...

    def changes(self, article_id: str) -> list[Change]:
        """Return how an article changed since it was first indexed, in order of time; raises as `article` does."""
        ...

    def reprints(self, article_id: str) -> list[ArticleRecord]:
        """Return the other articles of an article's origin; raises as `article` does."""
        ...

    def passages(self, passage_ids: Sequence[int]) -> list[StoredPassage]:
        """Return these passages, in this order; left out is what was removed in the meantime, and what is damaged."""
        ...

    def check(self) -> None:
        """Look at everything that the index holds.

        Raises:
            StoreError: something is damaged.
        """
        ...

    def search_vectors(self, vector: NDArray[np.float32], k: int, scope: Scope = ANYWHERE) -> list[Hit]:
        """Return the k passages nearest to a vector of unit length, shape (dimension,), by cosine, best first."""
        ...

    def search_words(self, query: str, k: int, scope: Scope = ANYWHERE) -> list[Hit]:
        """Return the k passages that match the words of ``query`` (any text) best, by BM25, best first."""
        ...

    def spelt_nearly(self, word: str, k: int) -> list[Hit]:
        """Return k passages with a word that is spelt nearly as this one; none where this one itself is known."""
        ...


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
        from qabot.store.server_index import ServerIndex

        return ServerIndex.open(settings)
    from qabot.store.index import Index

    return Index.open(locate(settings.index), settings)


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
            raise QabotError(
                f"The index in {location.store.parent} holds no article. "
                f"Name some: {index_command(location.store)} PATH_OR_URL"
            )
        index.prepare()
    except BaseException:
        index.close()
        raise
    return index


def _update(location: Location, settings: Settings, progress: Progress) -> UpdateReport:
    from qabot.store.ingest import update  # with all that reads articles

    return update(location, [], settings, progress=progress)
