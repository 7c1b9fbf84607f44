from __future__ import annotations

from pathlib import Path

import pytest

from qabot import __version__, resources
from qabot.store.location import index_command, locate


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def test_a_named_folder(tmp_path: Path) -> None:
    location = locate(Path("mine"))
    assert (location.articles, location.store) == (tmp_path / "mine" / "articles", tmp_path / "mine" / "store")
    assert not location.built


def test_the_folder_in_the_working_directory(tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    assert locate(None).articles == locate(None, create=True).articles == tmp_path / "index" / "articles"


def test_the_starter_articles(tmp_path: Path) -> None:
    location = locate(None)
    assert location.articles == resources.starter_articles()
    assert location.store.name == f"starter-{__version__}"
    assert not location.store.is_relative_to(location.articles.parent)
    assert locate(None, create=True).articles == tmp_path / "index" / "articles"


def test_the_folder_of_an_index_names_it_again(tmp_path: Path) -> None:
    for location in (locate(Path("mine")), locate(None, create=True), locate(None)):
        assert locate(location.folder) == location
    assert locate(Path("mine")).folder == tmp_path / "mine"


def test_the_starter_articles_of_another_version_are_those_of_this_one() -> None:
    assert locate(locate(None).folder.with_name("starter-0.0.7")) == locate(None)


def test_a_command_names_the_index_unless_it_would_take_it_anyway(tmp_path: Path) -> None:
    assert index_command(locate(Path("my news")).store) == f"qabot index --index '{tmp_path}/my news'"
    assert index_command(locate(Path("index")).store) == index_command(locate(None).store) == "qabot index"
