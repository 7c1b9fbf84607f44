from __future__ import annotations

from pathlib import Path

import pytest

from qabot import __version__, resources
from qabot.store.location import locate


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
