"""The starter articles with the real embedding model."""

from __future__ import annotations

import pytest

from qabot.settings import Settings
from qabot.store.index import Index
from qabot.store.ingest import update
from qabot.store.location import Location


@pytest.mark.model
def test_every_starter_article_is_found_by_its_title(starter_index: Index) -> None:
    records = starter_index.articles()
    titles = [record.title or "" for record in records]
    for record, vector in zip(records, starter_index.encoder.encode(titles), strict=True):
        for hits in (starter_index.search_vectors(vector, 3), starter_index.search_words(record.title or "", 3)):
            found = {passage.article.article_id for passage in starter_index.passages([hit.passage_id for hit in hits])}
            assert record.article_id in found
        assert starter_index.search_vectors(vector, 1)[0].score > 0.5


@pytest.mark.model
def test_articles_on_one_event_are_not_taken_for_reprints(starter_index: Index) -> None:
    assert [record.origin for record in starter_index.articles()] == [
        record.article_id for record in starter_index.articles()
    ]


@pytest.mark.model
def test_a_second_run_needs_no_model(starter_location: Location) -> None:
    report = update(starter_location, [], Settings())
    assert (report.added, report.updated, report.skipped) == (0, 0, ())
    assert report.unchanged == report.articles > 0
