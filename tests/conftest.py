"""What several parts' tests share: the real embedding model, loaded once, and a small index built with it."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from qabot import resources
from qabot.models.encoder import Encoder, SentenceTransformersEncoder, load_encoder
from qabot.models.onnx_encoder import export
from qabot.settings import PACKAGED_ENCODER, Settings
from qabot.store.index import Index
from qabot.store.ingest import update
from qabot.store.location import Location


def pytest_configure() -> None:
    """Let interrupts through to the programs that tests start: a shell makes what it runs in the background deaf."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The packaged embedding model; use it in tests marked ``model``."""
    return load_encoder(PACKAGED_ENCODER)


@pytest.fixture(scope="session")
def encoder_export(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    """A store that holds nothing but the model's export, which takes many seconds: copy it to where a store begins."""
    store = tmp_path_factory.mktemp("export")
    assert isinstance(encoder, SentenceTransformersEncoder)
    assert export(encoder, store) is None
    return store


@pytest.fixture(scope="session")
def starter_location(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder, encoder_export: Path) -> Location:
    """The starter articles, indexed with the real model in a temporary folder; use it in tests marked ``model``."""
    location = Location(resources.starter_articles(), tmp_path_factory.mktemp("starter") / "store")
    shutil.copytree(encoder_export, location.store)
    update(location, [], Settings(), encoder=encoder)
    return location


@pytest.fixture
def starter_index(starter_location: Location, encoder: Encoder) -> Iterator[Index]:
    """The index of the starter articles, open; use it in tests marked ``model``."""
    index = Index.open(starter_location, Settings(), encoder=encoder)
    yield index
    index.close()
