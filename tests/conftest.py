"""What several parts' tests share: the real embedding model, exported once, and a small index built with it."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from filelock import FileLock

from qabot import resources
from qabot.models.encoder import Encoder, SentenceTransformersEncoder, load_encoder
from qabot.models.onnx_encoder import export, exported
from qabot.settings import PACKAGED_ENCODER, Settings
from qabot.store.index import Index
from qabot.store.ingest import update
from qabot.store.location import Location
from tests.articles.web_server import Site, page, serving
from tests.ray_stand_in import StandIn, installed, somebody_listens

# Time limits of single examples mean nothing on a busy machine; other examples are drawn in every run.
hypothesis.settings.register_profile("qabot", deadline=None, max_examples=25)
hypothesis.settings.load_profile("qabot")


def pytest_configure() -> None:
    """Let interrupts through to the programs that tests start: a shell makes what it runs in the background deaf."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that ``make`` has filled, in whichever of the processes that run tests needed it first."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        folder = factory.mktemp(name)
        make(folder)
        return folder
    folder = factory.getbasetemp().parent / name  # which the processes have in common
    with FileLock(f"{folder}.lock"):
        if not folder.with_suffix(".made").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            folder.with_suffix(".made").touch()
    return folder


@pytest.fixture(scope="session")
def torch_encoder() -> SentenceTransformersEncoder:
    """The packaged embedding model itself, for tests of it alone: torch takes seconds to import."""
    found = load_encoder(PACKAGED_ENCODER)
    assert isinstance(found, SentenceTransformersEncoder)
    return found


@pytest.fixture(scope="session")
def encoder_export(tmp_path_factory: pytest.TempPathFactory, torch_encoder: SentenceTransformersEncoder) -> Path:
    """A store that holds nothing but the model's export, which takes many seconds: copy it to where a store begins."""

    def make(store: Path) -> None:
        assert export(torch_encoder, store) is None

    return made_once(tmp_path_factory, "export", make)


@pytest.fixture(scope="session")
def encoder(encoder_export: Path, torch_encoder: SentenceTransformersEncoder) -> Encoder:
    """The packaged embedding model as it was exported; use it in tests marked ``model``."""
    found = exported(encoder_export, torch_encoder.name, torch_encoder.digest)
    assert found
    return found


@pytest.fixture(scope="session")
def emptied_store(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder, encoder_export: Path) -> Path:
    """The store of an index that has lost its only article: who copies it can index without torch from the start."""

    def make(folder: Path) -> None:
        shutil.copytree(encoder_export, folder / "store")
        (folder / "articles").mkdir()
        article = folder / "articles" / "lost.md"
        article.write_text("The ferry to the island of Marn was cancelled on Friday.", "utf-8")
        location = Location(article.parent, folder / "store")
        update(location, [], Settings(), encoder=encoder)
        article.unlink()
        assert update(location, [], Settings(), encoder=encoder, prune=True).removed == 1

    return made_once(tmp_path_factory, "emptied", make) / "store"


@pytest.fixture(scope="session")
def starter_location(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder, encoder_export: Path) -> Location:
    """The starter articles, indexed with the real model in a temporary folder; use it in tests marked ``model``."""
    articles = resources.starter_articles()

    def make(folder: Path) -> None:
        shutil.copytree(encoder_export, folder / "store")
        update(Location(articles, folder / "store"), [], Settings(), encoder=encoder)

    return Location(articles, made_once(tmp_path_factory, "starter", make) / "store")


@pytest.fixture
def starter_index(starter_location: Location, encoder: Encoder) -> Iterator[Index]:
    """The index of the starter articles, open; use it in tests marked ``model``."""
    index = Index.open(starter_location, Settings(), encoder=encoder)
    yield index
    index.close()


@pytest.fixture
def site() -> Iterator[Site]:
    """A web server with one article, at ``/page``."""
    with serving() as running:
        running.pages["/page"] = page("Bridge opens")
        yield running


@pytest.fixture
def ray(monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """Ray's stand-in, where Ray is imported."""
    return installed(monkeypatch)


@pytest.fixture
def listening() -> Iterator[str]:
    """An address at which somebody listens who says nothing."""
    with somebody_listens() as address:
        yield address
