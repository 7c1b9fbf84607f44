"""An embedding model for tests of everything but the embeddings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from eval.faults.hashing import HashedWords


class HashingEncoder(HashedWords):
    """Remembers what it has encoded."""

    def __init__(self, name: str = "hashing", digest: str = "0" * 64) -> None:
        super().__init__(name, digest)
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.encoded += texts
        return super().encode(texts)
