"""Embedding articles together and writing each in a transaction of its own.

While one lot of articles is embedded, in a thread of its own, the next one is read.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qabot.articles.article import Article
from qabot.models.encoder import Encoder
from qabot.store import origins
from qabot.store.catalogue import Catalogue, embedding_key
from qabot.store.derived import Derived
from qabot.store.index import check_encoder, check_encoder_name
from qabot.store.passages import Passage, embedded_text

_TOGETHER = 2_000  # passages that are embedded together: of like length in each batch
_AT_ONCE = 256  # of these, before it is asked whether to go on
_UNFLUSHED = 20_000  # passages that the derived indexes may lag behind

Vectors = dict[bytes, NDArray[np.float32]]
"""By `embedding_key`."""


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


@dataclass(frozen=True)
class _Lot:
    """Articles that are being embedded: with the keys of their passages, and the vectors that are held of these."""

    ready: list[Ready]
    keys: list[list[bytes]]
    held: Vectors
    encoding: _Encoding


class Writing:
    """What is ready to be written in a run."""

    def __init__(self, catalogue: Catalogue, derived: Derived, encoder: Encoder) -> None:
        check_encoder_name(catalogue, encoder.name)
        self._catalogue = catalogue
        self._derived = derived
        self._encoder = encoder
        self._ready: list[Ready] = []
        self._passages = 0
        self._lot: _Lot | None = None

    def add(self, ready: Ready) -> None:
        """Write an article, now or when others were embedded with it."""
        self._ready.append(ready)
        self._passages += len(ready.passages)
        if self._passages >= _TOGETHER:
            self._embed()

    def write(self) -> None:
        """Embed what is ready, and write it."""
        self._embed()
        self._write_lot()

    def close(self) -> None:
        """Leave what is not written."""
        if self._lot:
            self._lot.encoding.stop()

    def _embed(self) -> None:
        """Begin to embed what is ready, when what was ready before is written."""
        self._write_lot()
        ready, self._ready, self._passages = self._ready, [], 0
        keys = [[embedding_key(each.article, passage) for passage in each.passages] for each in ready]
        held = self._catalogue.vectors_of([key for some in keys for key in some])
        missing = {
            key: embedded_text(each.article, passage)
            for each, some in zip(ready, keys, strict=True)
            for key, passage in zip(some, each.passages, strict=True)
            if key not in held
        }
        if missing:
            check_encoder(self._catalogue, self._encoder)
        self._lot = _Lot(ready, keys, held, _Encoding(self._encoder, missing))

    def _write_lot(self) -> None:
        if not self._lot:
            return
        lot = self._lot
        encoded = lot.encoding.vectors()
        self._lot = None
        if encoded and self._catalogue.get("encoder_name") is None:
            with self._catalogue.transaction():
                self._catalogue.put("encoder_name", self._encoder.name)
                self._catalogue.put("encoder_digest", self._encoder.digest)
        vectors = lot.held | encoded
        for each, some in zip(lot.ready, lot.keys, strict=True):
            with self._catalogue.transaction():
                self._catalogue.write(
                    each.article, each.passages, np.stack([vectors[key] for key in some]), each.container,
                    former=each.former, what=each.what,
                )  # fmt: skip
                each.written()
        if len(self._catalogue.outbox()) >= _UNFLUSHED:
            self.flush()

    def flush(self) -> None:
        """Bring the derived indexes up to date, and group what is new with its reprints."""
        if not self._derived.settled:
            self._derived.mend()
        if self._catalogue.without_origin():
            origins.group_new(self._catalogue, self._derived.vectors, self._encoder)


class _Encoding:
    """Texts that are being encoded, those of like length together, in a thread of their own."""

    def __init__(self, encoder: Encoder, texts: Mapping[bytes, str]) -> None:
        self._encoder = encoder
        self._texts = texts
        self._vectors: Vectors = {}
        self._error: BaseException | None = None
        self._stopped = False
        self._thread = threading.Thread(target=self._encode, name="encoding", daemon=True)
        self._thread.start()

    def vectors(self) -> Vectors:
        """The vectors, when all are there; raises what the encoder raises."""
        self._thread.join()
        if self._error:
            raise self._error
        return self._vectors

    def stop(self) -> None:
        """Encode no more."""
        self._stopped = True
        self._thread.join()

    def _encode(self) -> None:
        by_length = sorted(self._texts, key=lambda key: len(self._texts[key]))
        try:
            for first in range(0, len(by_length), _AT_ONCE):
                if self._stopped:
                    return
                some = by_length[first : first + _AT_ONCE]
                self._vectors.update(zip(some, self._encoder.encode([self._texts[key] for key in some]), strict=True))
        except BaseException as error:  # noqa: BLE001 - raised where the vectors are asked for
            self._error = error
