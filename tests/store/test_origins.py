from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from qabot.settings import Settings
from qabot.store.index import ArticleRecord, Index
from qabot.store.location import Location
from qabot.store.origins import SAME_ARTICLE, reprint_share
from qabot.store.update import UpdateReport, remove
from tests.store.hashing import HashingEncoder

PARAGRAPHS = [
    " ".join(
        f"The {word} {number} of {place} was counted on day {number} by the {word} office of {place}."
        for number in range(8)
    )
    for word, place in (
        ("ferry", "Lenn"),
        ("barley", "Osk"),
        ("violin", "Tarn"),
        ("glacier", "Ume"),
        ("lantern", "Vik"),
    )
]


def put(location: Location, name: str, title: str, paragraphs: list[str], published: str | None = None) -> None:
    date = f"published: {published}\n" if published else ""
    (location.articles / name).write_text(f"---\ntitle: {title}\n{date}---\n" + "\n\n".join(paragraphs))


@pytest.fixture
def origins(
    location: Location, hashing: HashingEncoder, run: Callable[..., UpdateReport]
) -> Callable[[], dict[str, ArticleRecord]]:
    """Indexes the folder and gives the records by title."""

    def origins() -> dict[str, ArticleRecord]:
        run(prune=True)
        index = Index.open(location, Settings(), encoder=hashing)
        records = {record.title or "": record for record in index.articles()}
        index.close()
        return records

    return origins


def test_reprints_share_the_origin_of_the_earliest(
    location: Location, origins: Callable[[], dict[str, ArticleRecord]]
) -> None:
    put(location, "a.md", "First", PARAGRAPHS, "2024-03-02")
    put(location, "b.md", "Second", PARAGRAPHS[:4], "2024-03-01")
    put(location, "c.md", "Third", [each.replace("counted", "numbered") for each in PARAGRAPHS])
    records = origins()
    assert {records[title].origin for title in ("First", "Second", "Third")} == {records["Second"].article_id}
    assert records["Harbour bridge reopens"].origin == records["Harbour bridge reopens"].article_id


def test_a_reprint_found_later_joins_or_leads(
    location: Location, origins: Callable[[], dict[str, ArticleRecord]]
) -> None:
    put(location, "a.md", "First", PARAGRAPHS, "2024-03-02")
    assert origins()["First"].origin == origins()["First"].article_id
    put(location, "b.md", "Earlier", PARAGRAPHS[1:], "2024-02-01")
    records = origins()
    assert records["First"].origin == records["Earlier"].origin == records["Earlier"].article_id


def test_without_its_leader_a_group_finds_another(
    location: Location, settings: Settings, origins: Callable[[], dict[str, ArticleRecord]]
) -> None:
    for name, title, published in (
        ("a.md", "First", "2024-01"),
        ("b.md", "Second", "2024-02"),
        ("c.md", "Third", "2024-03"),
    ):
        put(location, name, title, [*PARAGRAPHS, f"It was printed in the {title} paper of the country."], published)
    first = origins()["First"]
    remove(location, [first.article_id], settings)
    records = origins()
    assert "First" not in records
    assert records["Third"].origin == records["Second"].origin == records["Second"].article_id


def test_other_articles_are_of_other_origins(
    location: Location, origins: Callable[[], dict[str, ArticleRecord]]
) -> None:
    put(location, "a.md", "First", PARAGRAPHS[:3])
    put(location, "b.md", "Second", PARAGRAPHS[2:])
    records = origins()
    assert all(record.origin == record.article_id for record in records.values())


def test_share_counts_mutual_copies_of_the_shorter() -> None:
    unit = np.eye(6, dtype=np.float32)
    assert reprint_share(unit[:4], unit) == reprint_share(unit, unit[:4]) == 1.0
    assert reprint_share(unit[:4], unit[2:]) == 0.5
    # all alike, but none stands out: a subject they share, not a text
    assert reprint_share(np.repeat(unit[:1], 4, axis=0), unit) < SAME_ARTICLE
    assert reprint_share(unit[:0], unit) == 0.0
