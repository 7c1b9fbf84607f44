"""The index as the rest of qabot sees it: articles, passages, and two searches."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from qabot.errors import QabotError, StoreError
from qabot.models.encoder import Encoder, load_encoder
from qabot.models.onnx_encoder import check_export, exported
from qabot.settings import Settings
from qabot.store.catalogue import Catalogue
from qabot.store.database import DAMAGED, in_parts
from qabot.store.location import Location, SearchIndexError, damaged, index_command, no_index, told_plainly, writer
from qabot.store.records import ANYWHERE, About, ArticleRecord, Hit, OpenIndex, Scope, StoredPassage
from qabot.store.search_files import SearchFiles
from qabot.store.searcher import Searcher

BUILT = "built"
"""A fact about the index: whether a run that read articles came to its end."""
NOT_EXPORTED = "encoder_not_exported"
_PATIENCE = 3.0  # seconds to wait for an upgrade by another process
_SWAPS = 5  # of what is searched by another process, while it is opened
_TOGETHER = 1_000  # passages that are annotated anew together
_SAME_SEARCH = 6  # formats before this one have search indexes of another kind
_LOG = logging.getLogger(__name__)  # its warnings go to standard error, unless a program sends them elsewhere

T = TypeVar("T")


class Index(OpenIndex):
    """An open index on this machine. What each method does stands at `OpenIndex`."""

    def __init__(self, location: Location, settings: Settings, catalogue: Catalogue, encoder: Encoder | None) -> None:
        self._location = location
        self._settings = settings
        self._catalogue = catalogue
        self._search_files = SearchFiles(catalogue)
        self._encoder = encoder
        self._encoder_known = False
        self._lock, self._encoder_lock = threading.RLock(), threading.Lock()
        self._preparing: threading.Thread | None = None
        self._searcher = Searcher(catalogue)
        self._settled = False
        self._damage_seen = self._damage_noted = False

    @classmethod
    def open(cls, location: Location, settings: Settings, *, encoder: Encoder | None = None) -> Index:
        """Open the index at ``location``; nothing is waited for but an upgrade that another process makes.

        Args:
            location: where it lies.
            settings: among them the name of the embedding model.
            encoder: the embedding model, where it is not the one that the settings name.

        Raises:
            StoreError: it was not built, is damaged beyond mending, of a newer format, or made with another model.
            IndexBusyError: it is of an older format, and another process has been writing to it for some time.
        """
        if not location.built:
            raise no_index(location)
        catalogue = Catalogue.open_to_read(location.catalogue)
        try:
            check_encoder_name(catalogue, encoder.name if encoder else settings.encoder)
            if catalogue.outdated:
                with writer(location.store, timeout=_PATIENCE):
                    bring_up_to_date(catalogue)
            return cls(location, settings, catalogue, encoder)
        except BaseException:
            catalogue.close()
            raise

    def close(self) -> None:
        if self._preparing:
            self._preparing.join()
        with self._lock:
            self._searcher.close()
            self._catalogue.close()

    @property
    def place(self) -> str:
        return str(self._location.folder)

    @property
    def encoder(self) -> Encoder:
        with self._encoder_lock:
            if self._encoder is None:
                self._encoder = encoder_of(self._catalogue, self._settings)
            if not self._encoder_known:
                check_encoder(self._catalogue, self._encoder)
                self._encoder_known = True
            return self._encoder

    @property
    def fingerprint(self) -> str:
        return self._catalogue.fingerprint()

    @property
    def half_built(self) -> bool:
        """True if no run that read articles has come to its end yet."""
        built = self._catalogue.get(BUILT)
        return built == "0" or (built is None and not any(self._catalogue.counts()))  # ended before it read one

    @property
    def encoder_not_exported(self) -> str | None:
        return self._catalogue.get(NOT_EXPORTED) or None

    def articles(self) -> list[ArticleRecord]:
        return self._catalogue.articles()

    def article(self, article_id: str) -> ArticleRecord:
        resolved = self._catalogue.resolve(article_id)
        return self._catalogue.records([resolved])[resolved]

    def text(self, article_id: str) -> str:
        return self._catalogue.text(self._whole(article_id))

    def texts(self, article_ids: Sequence[str]) -> dict[str, str]:
        wrong = self._catalogue.damaged_articles(article_ids)
        if wrong:
            self._note_damage()
        return self._catalogue.texts([each for each in article_ids if each not in wrong])

    def about(self, article_id: str) -> About:
        return self._catalogue.about(self._whole(article_id))

    def _whole(self, article_id: str) -> str:
        """Return the id of an article that is as it was written; a prefix that no other id has will do.

        Raises:
            QabotError: as `article` does; or what is stored of it is damaged.
        """
        resolved = self._catalogue.resolve(article_id)
        if self._catalogue.damaged_articles([resolved]):
            self._note_damage()
            raise StoreError(f"What the index holds of article {resolved} is damaged. {self._mending}")
        return resolved

    def reprints(self, article_id: str) -> list[ArticleRecord]:
        article = self.article(article_id)
        members = self._catalogue.origin_members(article.origin)
        return [each for each in members if each.article_id != article.article_id]

    def passages(self, passage_ids: Sequence[int]) -> list[StoredPassage]:
        wrong = self._damaged(passage_ids)
        return self._catalogue.passages([each for each in passage_ids if each not in wrong])

    def _damaged(self, passage_ids: Sequence[int]) -> set[int]:
        """Return those of the passages that are not as they were written, or whose article is not."""
        article_of = self._catalogue.articles_of(passage_ids)
        articles = self._catalogue.damaged_articles(sorted(set(article_of.values())))
        wrong = self._catalogue.damaged_passages(passage_ids)
        wrong |= {passage_id for passage_id, article_id in article_of.items() if article_id in articles}
        if wrong:
            self._note_damage()
        return wrong

    @property
    def damage(self) -> str | None:
        if not self._damage_seen:
            return None
        return f"Something in the index in {self._location.store.parent} is damaged and left out. {self._mending}"

    @property
    def _mending(self) -> str:
        """What to do: a run that is not told of damage does not look for it, and who may not write cannot tell it."""
        note = "" if self._damage_noted else f"{index_command(self._location.store, 'qabot doctor')}, then "
        return f"Mend it: {note}{index_command(self._location.store)}"

    def _note_damage(self) -> None:
        """Have the next run mend what is damaged, and say so, once."""
        if not self._damage_noted:
            with suppress(StoreError), writer(self._location.store):
                self._catalogue.put(DAMAGED, "1")
                self._damage_noted = True
        if not self._damage_seen:
            self._damage_seen = True
            _LOG.warning("%s", self.damage)

    def check(self) -> None:
        catalogue, search_files = self._catalogue, self._search_files
        catalogue.check_structure()
        articles = catalogue.damaged_articles(catalogue.article_ids())
        articles |= {*catalogue.led_by_none(), *catalogue.without_passages()}
        passages = catalogue.damaged_passages(catalogue.passage_ids())
        if articles or passages:
            self._note_damage()
            found = f"{len(articles)} articles and {len(passages)} passages"
            raise StoreError(f"Of what the index holds {found} are damaged, and left out of answers. {self._mending}")
        if digest := catalogue.get("encoder_digest"):
            check_export(catalogue.store, digest)
        last = search_files.last_confirmed()
        if last and not last.doubtful and not last.whole and search_files.generation == last.generation:
            with suppress(StoreError), writer(self._location.store):
                search_files.doubt()
            again = index_command(self._location.store)
            raise StoreError(f"The search index in {self._location.store} is damaged. Mend it: {again}")

    def prepare(self) -> None:
        """Begin to open what is searched, in a thread of its own: whoever asks later need not wait for it."""
        self._preparing = threading.Thread(target=self._prepare, name="opening", daemon=True)
        self._preparing.start()

    def _prepare(self) -> None:
        with suppress(QabotError):  # which the search will meet, and tell
            self._search(self._searcher.follow)

    def search_vectors(self, vector: NDArray[np.float32], k: int, scope: Scope = ANYWHERE) -> list[Hit]:
        query = np.asarray(vector, dtype=np.float32).reshape(1, -1)
        return self._search(lambda: self._searcher.nearest(query, k, scope)[0])

    def search_words(self, query: str, k: int, scope: Scope = ANYWHERE) -> list[Hit]:
        return self._search(lambda: self._searcher.words(query, k, scope))

    def spelt_nearly(self, word: str, k: int) -> list[Hit]:
        return self._search(lambda: self._searcher.spelt_nearly(word, k))

    def _search(self, search: Callable[[], T]) -> T:
        with self._lock, told_plainly(self._location.store):
            self._settle()
            for _ in range(_SWAPS):
                try:
                    return search()
                except SearchIndexError:
                    if self._mend():
                        break
            try:
                return search()
            except SearchIndexError as error:
                raise StoreError(damaged(self._location.store, str(error))) from error

    def _settle(self) -> None:
        """Before the first search, finish or mend what a dead writer left; not what a live one has in hand."""
        if not self._settled:
            found = self._search_files.last_confirmed()
            if not found or found.doubtful or found.pending:
                with suppress(StoreError), writer(self._location.store), told_plainly(self._location.store):
                    self._search_files.mend()
        self._settled = True

    def _mend(self) -> bool:
        """Make the search indexes anew; false where another process swapped them under us, so that all is well.

        Where another process writes, or nothing can be written, what the catalogue holds is searched in memory.
        """
        generation = self._searcher.generation
        self._searcher.close()
        if self._search_files.generation != generation:
            return False
        try:
            with writer(self._location.store):
                self._search_files.rebuild()
        except StoreError:
            self._searcher.distrust()
        return True


def bring_up_to_date(catalogue: Catalogue) -> None:
    """Bring a catalogue of an older format to the current one, and say so; the caller holds the writer's lock.

    What is made of the stored texts is made anew, in one transaction. Passages stay as they were cut, with their
    vectors, so that nothing is read or embedded again.
    """
    if not catalogue.outdated:
        return
    from qabot.store.duplicates import renew_bands
    from qabot.text.annotate import annotate

    _LOG.warning(
        "The index in %s is of an older format; it is made again from its stored articles.", catalogue.store.parent
    )
    with catalogue.transaction():
        former = int(catalogue.get("format") or 0)
        catalogue.make_current()
        if former < _SAME_SEARCH:
            SearchFiles(catalogue).doubt()
        held = catalogue.passage_ids()
        for some in in_parts(held, _TOGETHER):
            entries = catalogue.entries(some)
            catalogue.put_sentences({each.passage_id: annotate(each.text, each.published) for each in entries})
        renew_bands(catalogue)
        catalogue.sum_articles(catalogue.article_ids())
        catalogue.sum_passages(held)


def encoder_of(catalogue: Catalogue, settings: Settings) -> Encoder:
    """Return the embedding model of an index: its export where there is one, which needs no torch, else the model."""
    digest = catalogue.get("encoder_digest")
    if digest and catalogue.get("encoder_name") == settings.encoder:
        found = exported(catalogue.store, settings.encoder, digest)
        if found:
            return found
    return load_encoder(settings.encoder)


def check_encoder_name(catalogue: Catalogue, name: str) -> None:
    """Raise a `StoreError` where the index was made with an embedding model of another name."""
    made_with = catalogue.get("encoder_name")
    if made_with not in (None, name):
        raise StoreError(
            f"The index was made with the embedding model {made_with}, not {name}. Set QABOT_ENCODER={made_with}, "
            f"or delete {catalogue.store} and build it anew with: {index_command(catalogue.store)}"
        )


def check_encoder(catalogue: Catalogue, encoder: Encoder) -> None:
    """Raise a `StoreError` where the index was made with another embedding model, by name or by its weights."""
    check_encoder_name(catalogue, encoder.name)
    if catalogue.get("encoder_digest") not in (None, encoder.digest):
        raise StoreError(
            f"The embedding model {encoder.name} is not the one that the index was made with: its weights changed. "
            f"Put the old one back, or delete {catalogue.store} and build it anew with: "
            f"{index_command(catalogue.store)}"
        )
