"""A Chroma server, the real one, filled from an index: by one, while many ask, and whatever was there before."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from qabot.errors import StoreError
from qabot.settings import Settings
from qabot.store.catalogue import Catalogue
from qabot.store.chroma_server import layout
from qabot.store.chroma_server.client import Collection, Server
from qabot.store.chroma_server.filling import Filled, check_server, fill
from qabot.store.chroma_server.reading import ServerIndex
from qabot.store.index import Index
from qabot.store.ingest import update
from qabot.store.location import Location
from tests.chroma_server import ChromaServer
from tests.store.chroma_server.built import HASHING, built_index, nearest, passages_near, with_words
from tests.store.conftest import HARBOUR
from tests.store.hashing import HashingEncoder

LEAD = """---
title: Steel deck for the harbour bridge
published: 2023-05-06
publisher: Lenn Gazette
---
The harbour bridge of Port Lenn reopened on Thursday after eleven months of repairs. Its new deck is of steel.
"""


@pytest.fixture(scope="module")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    with ChromaServer(tmp_path_factory.mktemp("chroma")) as server:
        yield server


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Location:
    return built_index(tmp_path_factory.mktemp("built"))


@pytest.fixture
def location(request: pytest.FixtureRequest, built: Location, tmp_path: Path) -> Location:
    """One that a test may change; a copy, unless the test changes its articles too."""
    if "change" in request.fixturenames:
        return built_index(tmp_path)
    shutil.copytree(built.store, tmp_path / "index" / "store")
    return Location(built.articles, tmp_path / "index" / "store")


@pytest.fixture
def settings(chroma: ChromaServer) -> Iterator[Settings]:
    """Settings that name the server; what is in it is deleted afterwards."""
    settings = Settings(chroma=chroma.url, encoder=HASHING.name)
    yield settings
    with closing(Server(settings)) as server:
        for name in server.names():
            server.remove(name)


Fill = Callable[..., Filled]


@pytest.fixture
def fill_it(location: Location, settings: Settings) -> Fill:
    """Brings the server up to date with the index on this machine."""

    def fill_it(**options: bool) -> Filled:
        return fill(location, settings, lambda *_: None, **options)

    return fill_it


@pytest.fixture
def change(location: Location, settings: Settings) -> Callable[[], None]:
    """Brings the index on this machine up to date with its articles."""

    def change() -> None:
        update(location, [], settings, encoder=HASHING, prune=True)

    return change


@pytest.fixture
def asked(settings: Settings, fill_it: Fill) -> Iterator[ServerIndex]:
    """The three articles, asked of the server."""
    fill_it()
    with closing(ServerIndex.open(settings, encoder=HASHING)) as index:
        yield index


def test_only_what_changed_is_sent(
    asked: ServerIndex, fill_it: Fill, location: Location, change: Callable[[], None]
) -> None:
    before = asked.fingerprint
    assert (fill_it().sent, asked.fingerprint) == (0, before)
    bridge = location.articles / "bridge.md"
    bridge.write_text(HARBOUR.replace("40 million", "41 million"), "utf-8")
    (location.articles / "wheat.md").unlink()
    change()
    done = fill_it()
    assert (done.sent, done.deleted) == (1, 2)
    assert asked.fingerprint != before
    assert {each.title for each in asked.articles()} == {"Harbour bridge reopens", "A satellite for weather"}
    assert "41 million" in with_words(asked, "million crowns", 1)[0]
    assert with_words(asked, "wheat") == []
    asked.check()
    changed = next(each for each in asked.articles() if each.publisher)
    assert [each.what for each in asked.about(changed.article_id).changes] == [("text",)]


def test_who_leads_an_origin_is_known(
    asked: ServerIndex, fill_it: Fill, location: Location, change: Callable[[], None]
) -> None:
    (location.articles / "lead.md").write_text(LEAD, "utf-8")
    change()
    fill_it()
    with closing(Index.open(location, Settings(), encoder=HASHING)) as local:
        assert asked.articles() == local.articles()
        for each in local.articles():
            assert asked.reprints(each.article_id) == local.reprints(each.article_id)


def test_what_is_removed_is_gone_there(asked: ServerIndex, fill_it: Fill, location: Location) -> None:
    wheat = next(each for each in asked.articles() if each.publisher == "Farm Weekly")
    with closing(Catalogue.open(location.catalogue)) as catalogue:
        catalogue.forget([wheat.article_id])
    fill_it()
    assert asked.texts([wheat.article_id]) == {}
    assert with_words(asked, "wheat") == []
    assert all("wheat" not in text for text in nearest(asked, "wheat harvest", 9))


def test_it_is_filled_anew_under_those_who_ask(asked: ServerIndex, fill_it: Fill, settings: Settings) -> None:
    assert fill_it(rebuild=True).sent == 3
    assert "Miro" in with_words(asked, "Miro", 1)[0]
    with closing(Server(settings)) as server:
        assert len(server.names()) == 4  # the former ones are gone
    assert (fill_it().sent, fill_it().deleted) == (0, 0)


def test_a_run_that_was_cut_short_is_gone_on_with(
    fill_it: Fill, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("qabot.store.chroma_server.filling._CHARACTERS", 1)  # an article at a time
        ask, left = Server.ask, 14

        def cut(self: Server, *arguments: object) -> object:
            nonlocal left
            left -= 1
            if not left:
                raise KeyboardInterrupt
            return ask(self, *arguments)  # type: ignore[arg-type]

        patch.setattr(Server, "ask", cut)
        with pytest.raises(KeyboardInterrupt):
            fill_it()
    with closing(ServerIndex.open(settings, encoder=HASHING)) as asked:
        some = len(asked.articles())
        assert 0 < some < 3
        assert fill_it().sent == 3 - some
        asked.check()
        assert len(nearest(asked, "harbour", 9)) == 3


@pytest.mark.parametrize("written", [1, 2])  # of an article's three parts
def test_what_was_half_sent_and_then_removed_is_gone_there(
    fill_it: Fill, location: Location, settings: Settings, monkeypatch: pytest.MonkeyPatch, written: int
) -> None:
    with closing(Catalogue.open(location.catalogue)) as catalogue:
        first, *_ = sorted(catalogue.article_ids())
        with monkeypatch.context() as patch:
            patch.setattr("qabot.store.chroma_server.filling._CHARACTERS", 1)  # an article at a time
            put, left = Collection.put, written

            def cut(self: Collection, *arguments: Any, **options: Any) -> None:
                nonlocal left
                left -= 1
                if left < 0:
                    raise KeyboardInterrupt
                put(self, *arguments, **options)

            patch.setattr(Collection, "put", cut)
            with pytest.raises(KeyboardInterrupt):
                fill_it()
        catalogue.forget([first])
        fill_it()
        with closing(Server(settings)) as server:
            held = layout.open_collections(server, HASHING.name)
            assert held.passages.ids({"article": first}) == []
            assert sorted(held.texts.ids()) == sorted(held.articles.ids()) == sorted(catalogue.article_ids())


def test_sixteen_ask_while_one_writes(
    asked: ServerIndex, fill_it: Fill, location: Location, settings: Settings, change: Callable[[], None]
) -> None:
    def ask(_: int) -> bool:
        with closing(ServerIndex.open(settings, encoder=HASHING)) as index:
            texts = index.texts([each.article_id for each in index.articles()])
            return "Miro" in with_words(index, "the satellite Miro", 1)[0] and all(
                each.text == texts[each.article.article_id][each.start : each.end]
                for each in passages_near(index, "harbour bridge")
                if each.article.article_id in texts  # else it was written meanwhile
            )

    with ThreadPoolExecutor(16) as askers:
        asking = askers.map(ask, range(48))
        for crowns in (42, 43):
            (location.articles / "bridge.md").write_text(HARBOUR.replace("40 million", f"{crowns} million"), "utf-8")
            change()
            fill_it()
        assert all(asking)
    assert "43 million" in with_words(asked, "million", 1)[0]


def test_a_server_that_comes_back_answers_again(asked: ServerIndex, chroma: ChromaServer, fill_it: Fill) -> None:
    found = nearest(asked, "satellite")
    chroma.stop()
    try:
        for ask in (lambda: nearest(asked, "satellite"), fill_it):
            with pytest.raises(StoreError, match=f"No Chroma server answers at {chroma.url}.*Start it"):
                ask()
    finally:
        chroma.start()
    assert nearest(asked, "satellite") == found
    assert fill_it().sent == 0


def test_another_model_is_refused(fill_it: Fill, location: Location, settings: Settings) -> None:
    fill_it()
    other = settings.model_copy(update={"encoder": "other"})
    with pytest.raises(StoreError, match=r"the embedding model hashing, not other.* Set QABOT_ENCODER=hashing"):
        ServerIndex.open(other)
    with pytest.raises(StoreError, match="made with the embedding model hashing, not other"):
        check_server(location, other)
    changed = HashingEncoder(digest="1" * 64)
    with (
        closing(ServerIndex.open(settings, encoder=changed)) as asked,
        pytest.raises(StoreError, match="other weights of the embedding model hashing"),
    ):
        _ = asked.encoder


@pytest.mark.parametrize(("format_", "cure"), [(5, "older qabot .format 5.*--rebuild"), (99, "newer.*Update qabot")])
def test_another_format_is_refused(
    fill_it: Fill, location: Location, settings: Settings, format_: int, cure: str
) -> None:
    fill_it()
    with closing(Server(settings)) as server:
        found = layout.find_root(server)
        assert found
        found[0].note({"format": format_, "archive": found[1].archive})  # which may know less, or more
    with pytest.raises(StoreError, match=cure):
        ServerIndex.open(settings, encoder=HASHING)
    with pytest.raises(StoreError, match=cure):
        fill_it()
    fill_it(rebuild=True)
    with closing(ServerIndex.open(settings, encoder=HASHING)) as asked:
        assert len(asked.articles()) == 3


def test_a_foreign_collection_is_left_alone(fill_it: Fill, location: Location, settings: Settings) -> None:
    with closing(Server(settings)) as server:
        server.create("qabot", metadata={"theirs": 1}, hnsw={})
        with pytest.raises(StoreError, match=r"a collection 'qabot' that qabot did not make.* Rename or delete it"):
            ServerIndex.open(settings, encoder=HASHING)
        for options in ({}, {"rebuild": True}):
            with pytest.raises(StoreError, match="that qabot did not make"):
                fill_it(**options)
        assert server.names() == ["qabot"]


def test_what_another_index_fills_is_left_alone(asked: ServerIndex, settings: Settings, tmp_path: Path) -> None:
    before = asked.articles()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "a.md").write_text("A tram line was closed in Lenn.", "utf-8")
    other = Location(tmp_path / "other", tmp_path / "other" / "store")
    with pytest.raises(StoreError, match="filled from another index"):
        check_server(other, settings)
    update(other, [], settings, encoder=HASHING)
    with pytest.raises(StoreError, match=r"filled from another index than this one.*--rebuild"):
        fill(other, settings, lambda *_: None)
    assert asked.articles() == before


def test_an_empty_server_and_one_with_parts_missing_say_so(
    fill_it: Fill, location: Location, settings: Settings
) -> None:
    with pytest.raises(StoreError, match=r"holds no index of qabot.* Have it filled"):
        ServerIndex.open(settings, encoder=HASHING)
    fill_it()
    with closing(Server(settings)) as server:
        server.remove(next(name for name in server.names() if "texts" in name))
    for ask in (lambda: ServerIndex.open(settings, encoder=HASHING), fill_it):
        with pytest.raises(StoreError, match=r"is not whole.*--rebuild"):
            ask()
    assert fill_it(rebuild=True).sent == 3
