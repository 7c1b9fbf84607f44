"""An index in a Chroma server, the real one, asked by whoever has nothing of it: what the index finds is found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from qabot.errors import QabotError
from qabot.models.encoder import SentenceTransformersEncoder
from qabot.settings import Settings
from qabot.store.chroma_server import layout, reading
from qabot.store.chroma_server.filling import fill
from qabot.store.chroma_server.layout import passage_entry, passage_text
from qabot.store.chroma_server.reading import ServerIndex
from qabot.store.index import Index
from qabot.store.records import StoredPassage
from tests.chroma_server import ChromaServer
from tests.store.chroma_server.built import HASHING, built_index, nearest, with_words


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ServerIndex, Index]]:
    """The three articles, asked of a server and asked of this machine."""
    folder = tmp_path_factory.mktemp("archive")
    with ChromaServer(folder / "chroma") as server:
        settings, location = Settings(chroma=server.url, encoder=HASHING.name), built_index(folder)
        fill(location, settings, lambda *_: None)
        with (
            closing(ServerIndex.open(settings, encoder=HASHING)) as asked,
            closing(Index.open(location, settings, encoder=HASHING)) as local,
        ):
            yield asked, local


@pytest.fixture
def asked(both: tuple[ServerIndex, Index]) -> ServerIndex:
    return both[0]


@pytest.fixture
def local(both: tuple[ServerIndex, Index]) -> Index:
    return both[1]


def test_the_server_holds_all_that_the_index_holds(asked: ServerIndex, local: Index) -> None:
    assert asked.articles() == local.articles()
    for article in local.articles():
        article_id = article.article_id
        assert asked.article(article_id[:5]) == article
        assert asked.text(article_id) == local.text(article_id)
        assert asked.about(article_id) == local.about(article_id)
    assert asked.texts([article_id, "0" * 16]) == {article_id: local.text(article_id)}
    with pytest.raises(QabotError, match="There is no article 'xyz'"):
        asked.article("xyz")
    asked.check()


class Unexportable(SentenceTransformersEncoder):
    digest = HASHING.digest  # type: ignore[assignment]


def test_that_a_model_is_prepared_is_told_and_what_cannot_be_is_not_tried_again(
    asked: ServerIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tried: list[Path] = []
    monkeypatch.setattr("platformdirs.user_cache_path", lambda _: tmp_path)
    monkeypatch.setattr(reading, "load_encoder", lambda name: Unexportable(name, tmp_path))
    monkeypatch.setattr(reading, "export", lambda _, folder: tried.append(folder) or "it is of no known kind")
    facts = layout.open_collections(asked._server, HASHING.name).facts
    for _ in range(2):
        assert isinstance(reading.encoder_of(facts), Unexportable)
    assert tried == [tmp_path]
    assert [each.getMessage() for each in caplog.records] == [
        "Preparing the embedding model hashing, once: that takes about a minute."
    ]


def test_it_finds_what_the_index_finds(asked: ServerIndex, local: Index) -> None:
    question = "What did the mayor of Port Lenn call the day?"
    vector = HASHING.encode([question])[0]
    hits = local.search_vectors(vector, 10)
    found = asked.search_vectors(vector, 10)
    assert [each.passage_id for each in found] == [each.passage_id for each in hits]
    assert [each.score for each in found] == pytest.approx([each.score for each in hits], abs=1e-5)
    ids = [each.passage_id for each in hits]
    assert asked.passages(ids) == local.passages(ids)
    assert [each.sentences for each in asked.passages(ids)] == [each.sentences for each in local.passages(ids)]
    assert asked.passages([1, *ids[:1]]) == local.passages(ids[:1])


@pytest.mark.parametrize(
    "question", ["Who is Ida Brandt?", "DRY FROSTS", "the satellite Miro", "40 million", "harvests"]
)
def test_words_are_found_there_too(asked: ServerIndex, local: Index, question: str) -> None:
    assert with_words(asked, question, 1) == with_words(local, question, 1) != []


def test_words_are_found_as_people_write_them(local: Index) -> None:
    article = replace(local.articles()[0], title="Prices in Île-Brûlée")
    text = "The Northern Grain and Seed Exchange closed."
    passage = StoredPassage(1, 10, 10 + len(text), text, article, b"")
    entry = passage_entry(passage)
    assert {"NGSE", "ile", "brulee"} <= set(entry.text.split())
    assert passage_text(entry) == text


def test_words_without_matter_find_nothing(asked: ServerIndex) -> None:
    assert with_words(asked, "What is it?") == with_words(asked, "Zanzibar") == []


def test_days_and_publishers_are_respected(asked: ServerIndex) -> None:
    for search in (nearest, with_words):
        question = "The harbour bridge, the wheat harvest, the weather satellite"
        [wheat] = search(asked, question, since=date(2024, 1, 1))
        assert "wheat" in wheat
        [bridge] = search(asked, question, until=date(2023, 12, 31), publishers=("the coast POST",))
        assert "bridge" in bridge
        assert search(asked, question, until=date(2020, 1, 1)) == []


def test_a_word_spelt_nearly_so_is_found(asked: ServerIndex) -> None:
    def found(word: str) -> list[str]:
        hits = asked.spelt_nearly(word, 5)
        return [each.article.title or "" for each in asked.passages([hit.passage_id for hit in hits])]

    assert found("harvets") == found("harbest") == ["Wheat harvest fails in the north"]
    assert found("sattelite") == ["A satellite for weather"]
    assert found("harvest") == found("quixotic") == found("fog") == []
