"""Where the work of a run is done that depends on nothing but what it is given: in this process, or on Ray.

Documents are read and cleaned, articles cut and texts embedded by functions of their arguments alone. Whoever needs
their results asks for them in order, and writes: who computed them, and how often, makes no difference to the index.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from qabot.articles.article import Article, Document
from qabot.articles.assemble import article_of
from qabot.models.encoder import Encoder
from qabot.store.bounds import as_unreadable
from qabot.store.passages import Passage, split

T = TypeVar("T")
R = TypeVar("R")
_AT_ONCE = 32  # texts, before it is told how far it is, and asked whether to go on

Vectors = dict[bytes, NDArray[np.float32]]
"""By `qabot.store.catalogue.embedding_key`."""


class Workers(Protocol):
    """Those who do it."""

    @property
    def lots(self) -> int:
        """How many lots of passages may be embedded at a time, so that none of them is idle."""
        ...

    def promise(self, function: Callable[[T], R], items: Sequence[T]) -> list[Callable[[], R]]:
        """Return for each item a callable that returns ``function(item)``, or raises what that raises.

        Called in the order of the items they cost least. What is given and returned may be pickled.
        """
        ...


class Here:
    """This process, which computes what is asked for when it is asked for."""

    lots = 1

    def promise(self, function: Callable[[T], R], items: Sequence[T]) -> list[Callable[[], R]]:
        """Return for each item a callable that computes ``function(item)``."""
        return [partial(function, item) for item in items]


def assembled(given: tuple[Document, frozenset[str]]) -> Article:
    """Return the article that a document holds, given with those of its rows that its site repeats.

    Raises:
        ArticleError: there is none in it, or it cannot be read.
    """
    document, repeated = given
    with as_unreadable(document.source):
        return article_of(document, repeated)


def cut(article: Article) -> list[Passage]:
    """Return the passages of an article.

    Raises:
        ArticleError: it cannot be cut into passages.
    """
    with as_unreadable(article.source):
        return split(article)


class Encoding:
    """Texts that are being encoded while others are read and written: those of like length together, in a thread."""

    def __init__(
        self, encoder: Encoder, texts: Mapping[bytes, str], workers: Workers, told: Callable[[int], None]
    ) -> None:
        """Begin.

        Args:
            encoder: the embedding model.
            texts: by `qabot.store.catalogue.embedding_key`.
            workers: who encodes them.
            told: called with how many more texts are encoded, in that thread.
        """
        self.texts = texts
        self._told = told
        self._encoder = encoder
        self._workers = workers
        self._vectors: Vectors = {}
        self._error: BaseException | None = None
        self._stopped = False
        self._thread = threading.Thread(target=self._encode, name="encoding", daemon=True)
        self._thread.start()

    def vectors(self) -> Vectors:
        """Wait for all vectors and return them; raises what the encoder raises."""
        self._thread.join()
        if self._error:
            raise self._error
        return self._vectors

    def stop(self) -> None:
        """Stop encoding."""
        self._stopped = True
        self._thread.join()

    def _encode(self) -> None:
        by_length = sorted(self.texts, key=lambda key: len(self.texts[key]))
        batches = [by_length[first : first + _AT_ONCE] for first in range(0, len(by_length), _AT_ONCE)]
        try:
            texts = [[self.texts[key] for key in some] for some in batches]
            for some, vectors in zip(
                batches, self._workers.promise(partial(_encoded, self._encoder), texts), strict=True
            ):
                if self._stopped:
                    return
                self._vectors.update(zip(some, vectors(), strict=True))
                self._told(len(some))
        except BaseException as error:  # noqa: BLE001 - raised where the vectors are asked for
            self._error = error


def _encoded(encoder: Encoder, texts: Sequence[str]) -> NDArray[np.float32]:
    """Return the vectors of some texts; no method, since in another process another encoder stands for this one."""
    return encoder.encode(texts)
