"""An index of three articles for the tests of what a Chroma server holds, and what is asked of it."""

from __future__ import annotations

from pathlib import Path

from qabot.settings import Settings
from qabot.store.ingest import update
from qabot.store.location import Location
from qabot.store.records import OpenIndex, Scope, StoredPassage
from tests.store.conftest import HARBOUR, SATELLITE, WHEAT
from tests.store.hashing import HashingEncoder

HASHING = HashingEncoder()


def built_index(folder: Path) -> Location:
    """An index of the three articles."""
    location = Location(folder / "index" / "articles", folder / "index" / "store")
    location.articles.mkdir(parents=True)
    for name, text in (("bridge.md", HARBOUR), ("wheat.md", WHEAT), ("satellite.md", SATELLITE)):
        (location.articles / name).write_text(text, encoding="utf-8")
    update(location, [], Settings(), encoder=HASHING)
    return location


def passages_near(index: OpenIndex, question: str, k: int = 3, **scope: object) -> list[StoredPassage]:
    hits = index.search_vectors(HASHING.encode([question])[0], k, Scope(**scope))  # type: ignore[arg-type]
    return index.passages([hit.passage_id for hit in hits])


def nearest(index: OpenIndex, question: str, k: int = 3, **scope: object) -> list[str]:
    return [each.text for each in passages_near(index, question, k, **scope)]


def with_words(index: OpenIndex, question: str, k: int = 3, **scope: object) -> list[str]:
    hits = index.search_words(question, k, Scope(**scope))  # type: ignore[arg-type]
    return [each.text for each in index.passages([hit.passage_id for hit in hits])]
