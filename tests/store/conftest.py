from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from qabot.settings import Settings
from qabot.store.catalogue import Catalogue
from qabot.store.index import Index
from qabot.store.ingest import update
from qabot.store.location import Location, writer
from qabot.store.records import UpdateReport
from qabot.store.search_files import SearchFiles
from tests.store.hashing import HashingEncoder

HARBOUR = """---
title: Harbour bridge reopens
author: Ana Sol
publisher: The Coast Post
published: 2023-05-04
---
The harbour bridge of Port Lenn reopened on Thursday after eleven months of repairs. Its new deck is of steel.

The works cost 40 million crowns. The mayor, Ida Brandt, called the day "a relief for every commuter".
"""
WHEAT = """---
title: Wheat harvest fails in the north
publisher: Farm Weekly
published: 2024-02
---
The wheat harvest in the northern provinces fell by a third. Farmers blame a dry spring and late frost.

The ministry of agriculture promised aid of two billion crowns before winter.
"""
SATELLITE = """---
title: A satellite for weather
---
Engineers launched the weather satellite Miro from an island in the Pacific. It will watch storms for ten years.
"""


@pytest.fixture
def settings() -> Settings:
    return Settings()


@pytest.fixture
def hashing() -> HashingEncoder:
    return HashingEncoder()


@pytest.fixture
def location(tmp_path: Path) -> Location:
    articles = tmp_path / "index" / "articles"
    articles.mkdir(parents=True)
    for name, text in (("bridge.md", HARBOUR), ("wheat.md", WHEAT), ("satellite.md", SATELLITE)):
        (articles / name).write_text(text, encoding="utf-8")
    return Location(articles, tmp_path / "index" / "store")


@pytest.fixture
def run(location: Location, settings: Settings, hashing: HashingEncoder) -> Callable[..., UpdateReport]:
    """Brings the index up to date."""

    def run(*sources: str | Path, **options: bool) -> UpdateReport:
        return update(location, [str(source) for source in sources], settings, encoder=hashing, **options)

    return run


@pytest.fixture
def rebuild(location: Location) -> Callable[[], None]:
    """Makes the search indexes anew from the catalogue."""

    def rebuild() -> None:
        with (
            writer(location.store),
            closing(Catalogue.open(location.catalogue)) as catalogue,
        ):
            SearchFiles(catalogue).rebuild()

    return rebuild


@pytest.fixture
def opened(
    location: Location, settings: Settings, hashing: HashingEncoder, run: Callable[..., UpdateReport]
) -> Iterator[Index]:
    """An index of three articles."""
    run()
    index = Index.open(location, settings, encoder=hashing)
    yield index
    index.close()
