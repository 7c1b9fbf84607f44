"""An open index as the rest of qabot sees it, and what it gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from qabot.text.dates.period import day_span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from qabot.articles.article import Stated
    from qabot.models.encoder import Encoder
    from qabot.text.annotate import Sentence


@dataclass(frozen=True)
class Scope:
    """Which articles a search may find.

    Both days are inclusive. An article without a date is outside every dated scope; one dated 2024 or 2024-04 is inside
    only if all of its days are. ``publishers`` are compared without regard to case; none means any. ``as_of`` is the
    day that counts as today, after which no ``until`` lies then; None: today itself.
    """

    since: date | None = None
    until: date | None = None
    publishers: tuple[str, ...] = ()
    as_of: date | None = None

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(name.casefold() for name in self.publishers)

    def includes(self, published: str | None, publisher: str | None) -> bool:
        """True if an article of that day and publisher is inside."""
        if self.publishers and (publisher or "").casefold() not in self._names:
            return False
        if not (self.since or self.until):
            return True
        if not (days := _days(published or "")):
            return False
        return (not self.since or days[0] >= self.since) and (not self.until or days[1] <= self.until)


@lru_cache(10_000)
def _days(published: str) -> tuple[date, date] | None:
    """Return the first and the last day that a date can mean; None where it is no date."""
    try:
        return day_span(published)
    except ValueError:
        return None


ANYWHERE = Scope()


@dataclass(frozen=True)
class ArticleRecord:
    """An article as the index holds it, without its text.

    ``origin`` is the id of the article that leads its group of reprints; ``passages`` counts them; ``indexed`` is the
    ISO 8601 time at which it was last written; for the rest see `qabot.articles.article.Article`.
    """

    article_id: str
    title: str | None
    author: str | None
    publisher: str | None
    published: str | None
    source: str
    origin: str
    passages: int
    indexed: str
    updated: str | None
    language: str | None
    url: str | None
    original: str | None
    about: str | None


@dataclass(frozen=True)
class Change:
    """What became of an article when it was found again.

    Attributes:
        time: ISO 8601.
        former_id: the id that it had; its present one where its text did not change.
        what: names of the fields that changed, ``text`` among them; ``cleaning`` where its source did not change, and
            more was known of its site when it was read again.
    """

    time: str
    former_id: str
    what: tuple[str, ...]


@dataclass(frozen=True)
class About:
    """What is shown of an article beside its record and its text.

    Attributes:
        stated: what it says of itself, the statement that counts most first.
        removed: the lines of its document that were left out of its text.
        changes: how it changed since it was first indexed, in order of time.
    """

    stated: tuple[Stated, ...]
    removed: tuple[str, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class StoredPassage:
    """A passage: the slice ``[start:end]`` of its article's stored text; ``record`` holds its sentences, packed."""

    passage_id: int
    start: int
    end: int
    text: str
    article: ArticleRecord
    record: bytes = field(repr=False)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """Its sentences, as they were annotated when the article was indexed; unpacked when first asked for."""
        from qabot.store.passages import unpacked

        return unpacked(self.text, self.record)


@dataclass(frozen=True)
class Hit:
    """A passage that a search found; ``score`` grows with relevance and compares only within one search."""

    passage_id: int
    score: float


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
        return None

    @property
    def damage(self) -> str | None:
        """One line that says that something was damaged, and how to mend it; None as far as nothing was."""
        return None

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

    def about(self, article_id: str) -> About:
        """Return what is shown of an article beside its record and its text; raises as `article` does."""
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


@dataclass(frozen=True)
class Entry:
    """A passage as the word index needs it."""

    passage_id: int
    text: str
    title: str | None
    publisher: str | None
    published: str | None


Progress = Callable[[int, int, str], None]
"""Told how many articles and sources are done, of how many that are known of, and which one it is about."""


@runtime_checkable
class StageProgress(Protocol):
    """A `Progress` that is told too of what is not done article by article; from any thread."""

    def stage(self, doing: str, done: int = 0, total: int = 0) -> None:
        """Take what is being done, and how much of how much; 0 of 0 where that is not known."""
        ...


def tell_stage(progress: Progress, doing: str, done: int = 0, total: int = 0) -> None:
    """Tell a `Progress` of a stage if it wants to know."""
    if isinstance(progress, StageProgress):
        progress.stage(doing, done, total)


@dataclass(frozen=True)
class Skipped:
    """A source that was left out, and why; ``read`` where it could be read and is left out for another reason."""

    source: str
    reason: str
    read: bool = False


@dataclass(frozen=True)
class UpdateReport:
    """What a run did (the first five), and what the index now holds.

    ``undated`` of its articles state no date; of ``gone`` the file is gone.
    """

    added: int
    updated: int
    unchanged: int
    removed: int
    skipped: tuple[Skipped, ...]
    articles: int
    passages: int
    undated: int
    gone: int
