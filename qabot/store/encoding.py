"""Embedding the passages of a lot of articles, while others are read and written."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from qabot.models.encoder import Encoder
from qabot.store.workers import Workers

_AT_ONCE = 32  # texts, before it is told how far it is, and asked whether to go on

Vectors = dict[bytes, NDArray[np.float32]]
"""By `qabot.store.catalogue.embedding_key`."""


class Encoding:
    """Texts that are being encoded, those of like length together, in a thread of their own."""

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
