from __future__ import annotations

import os
from pathlib import Path

import pytest

from qabot.articles.find import find_sources
from qabot.errors import QabotError


def write(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("words")


def test_a_folder_gives_its_articles_sorted_at_any_depth(tmp_path: Path) -> None:
    write(tmp_path, "b.txt", "a.MD", "c/d.html", "c/e/f.htm", "notes.docx", ".hidden.txt", ".git/g.txt", "c/.h/i.md")
    assert find_sources([str(tmp_path)]) == [str(tmp_path / n) for n in ("a.MD", "b.txt", "c/d.html", "c/e/f.htm")]


def test_order_is_kept_and_doubles_go(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "b.txt")
    (tmp_path / "link.txt").symlink_to(tmp_path / "b.txt")
    found = find_sources([str(tmp_path / "b.txt"), "https://example.org/x", str(tmp_path), "https://example.org/x"])
    assert found == [str(tmp_path / "b.txt"), "https://example.org/x", str(tmp_path / "a.txt")]


def test_relative_paths_become_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a.txt")
    monkeypatch.chdir(tmp_path)
    assert find_sources(["a.txt", "./a.txt"]) == [str(tmp_path / "a.txt")]


def test_a_named_file_comes_whatever_its_suffix(tmp_path: Path) -> None:
    write(tmp_path, "a.docx")
    assert find_sources([str(tmp_path / "a.docx")]) == [str(tmp_path / "a.docx")]


def test_an_empty_folder_gives_nothing(tmp_path: Path) -> None:
    assert find_sources([str(tmp_path)]) == []


@pytest.mark.parametrize("path", ["no/such/file.txt", "", "a\0b"])
def test_a_missing_path_is_named(path: str) -> None:
    with pytest.raises(QabotError, match="There is no file or folder") as caught:
        find_sources([path])
    assert repr(path) in str(caught.value)


def test_a_folder_that_may_not_be_entered_is_not_passed_over_in_silence(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "closed/b.txt")
    closed = tmp_path / "closed"
    closed.chmod(0)
    try:
        if os.access(closed, os.R_OK):
            pytest.skip("this user may read everything")
        assert find_sources([str(tmp_path)]) == [str(tmp_path / "a.txt"), str(closed)]
    finally:
        closed.chmod(0o700)
