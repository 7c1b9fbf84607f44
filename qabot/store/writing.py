"""Embedding articles together and writing each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from qabot.articles.article import Article
from qabot.store import origins
from qabot.store.catalogue import Catalogue, embedding_key
from qabot.store.derived import Derived
from qabot.store.encoder import Encoder
from qabot.store.index import check_encoder, check_encoder_name
from qabot.store.passages import Passage, embedded_text

_TOGETHER = 2_000  # passages that are embedded together: of like length in each batch
_UNFLUSHED = 20_000  # passages that the derived indexes may lag behind


@dataclass(frozen=True)
class Ready:
    """An article that is read and cut.

    Attributes:
        article: the article.
        passages: its passages.
        container: the source that was read.
        former: id of the article that it replaces; it may be its own.
        what: names of the fields that changed with that.
        written: called in the transaction that writes it.
    """

    article: Article
    passages: list[Passage]
    container: str
    former: str | None
    what: tuple[str, ...]
    written: Callable[[], None]


class Writing:
    """What is ready to be written in a run."""

    def __init__(self, catalogue: Catalogue, derived: Derived, encoder: Encoder) -> None:
        check_encoder_name(catalogue, encoder.name)
        self._catalogue = catalogue
        self._derived = derived
        self._encoder = encoder
        self._ready: list[Ready] = []
        self._passages = 0

    def add(self, ready: Ready) -> None:
        """Write an article, now or when others can be embedded with it."""
        self._ready.append(ready)
        self._passages += len(ready.passages)
        if self._passages >= _TOGETHER:
            self.write()

    def write(self) -> None:
        """Embed what is ready, and write it."""
        keys = [[embedding_key(each.article, passage) for passage in each.passages] for each in self._ready]
        vectors = self._catalogue.vectors_of([key for some in keys for key in some])
        missing = {
            key: embedded_text(each.article, passage)
            for each, some in zip(self._ready, keys, strict=True)
            for key, passage in zip(some, each.passages, strict=True)
            if key not in vectors
        }
        if missing:
            check_encoder(self._catalogue, self._encoder)
            vectors.update(zip(missing, self._encoder.encode(list(missing.values())), strict=True))
            if self._catalogue.get("encoder_name") is None:
                with self._catalogue.transaction():
                    self._catalogue.put("encoder_name", self._encoder.name)
                    self._catalogue.put("encoder_digest", self._encoder.digest)
        for each, some in zip(self._ready, keys, strict=True):
            with self._catalogue.transaction():
                self._catalogue.write(
                    each.article, each.passages, np.stack([vectors[key] for key in some]), each.container,
                    former=each.former, what=each.what,
                )  # fmt: skip
                each.written()
        self._ready.clear()
        self._passages = 0
        if len(self._catalogue.outbox()) >= _UNFLUSHED:
            self.flush()

    def flush(self) -> None:
        """Bring the derived indexes up to date, and group what is new with its reprints."""
        if not self._derived.settled:
            self._derived.mend()
        if self._catalogue.without_origin():
            origins.group_new(self._catalogue, self._derived.vectors, self._encoder)
