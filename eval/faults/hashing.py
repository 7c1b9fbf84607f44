"""An embedding model that is none: deterministic, instant, and good enough for all but the embeddings."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray


class HashedWords:
    """Adds a pseudo-random vector for every word: texts that share words lie near one another."""

    def __init__(self, name: str = "hashing", digest: str = "0" * 64) -> None:
        self.name, self.digest = name, digest

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return vectors of unit length, one a text."""
        words = [re.findall(r"\w+", text.lower()) or [""] for text in texts]
        vectors = np.stack([np.sum([_vector(word) for word in each], axis=0) for each in words])
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@cache
def _vector(word: str) -> NDArray[np.float64]:
    seed = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest())
    return np.random.default_rng(seed).standard_normal(64)
