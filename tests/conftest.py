"""What several parts' tests share: the real embedding model, loaded once, and a small index built with it."""

from __future__ import annotations

import pytest

from qabot.settings import PACKAGED_ENCODER
from qabot.store.encoder import Encoder, load_encoder


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The packaged embedding model; use it in tests marked ``model``."""
    return load_encoder(PACKAGED_ENCODER)
