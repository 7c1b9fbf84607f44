"""An embedding model for tests of everything but the embeddings: deterministic, instant, and no model at all."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

DIMENSION = 64


class HashingEncoder:
    """Adds a pseudo-random vector for every word: texts that share words lie near one another."""

    def __init__(self, name: str = "hashing", digest: str = "0" * 64) -> None:
        self.name = name
        self.digest = digest
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.encoded += texts
        vectors = np.stack([_bag(text) for text in texts])
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def _bag(text: str) -> NDArray[np.float64]:
    words = re.findall(r"\w+", text.lower()) or [""]
    return np.sum([_vector(word) for word in words], axis=0)


@cache
def _vector(word: str) -> NDArray[np.float64]:
    seed = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest())
    return np.random.default_rng(seed).standard_normal(DIMENSION)
