from __future__ import annotations

import os
import shutil
import subprocess
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
    write(tmp_path, "b.txt", "a.MD", "c/d.html", "c/e/f.htm", "notes.odt", ".hidden.txt", ".git/g.txt", "c/.h/i.md")
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


@pytest.mark.parametrize("missing", ["no/such/file.txt", ""])
def test_a_missing_path_among_others_is_a_source_that_cannot_be_read(tmp_path: Path, missing: str) -> None:
    write(tmp_path, "a.txt")
    there, other = find_sources([str(tmp_path / "a.txt"), missing])
    assert there == str(tmp_path / "a.txt")
    assert Path(other).name == Path(missing).name
    assert os.path.isabs(other) or not missing


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


def found(folder: Path) -> list[str]:
    return [os.path.relpath(path, folder) for path in find_sources([str(folder)])]


def test_all_formats_are_taken_but_those_that_lead_to_the_network(tmp_path: Path) -> None:
    names = ["a.docx", "a.eml", "a.epub", "a.jsonl", "a.jsonl.gz", "a.mht", "a.ndjson", "a.pdf"]
    write(tmp_path, *names, "feed.rss", "feed.atom", "feed.xml", "sitemap.xml.gz", "a.gz", "a.json")
    assert found(tmp_path) == names
    assert find_sources([str(tmp_path / "feed.rss")]) == [str(tmp_path / "feed.rss")]


def test_standard_input_passes_through_once() -> None:
    assert find_sources(["-", "-"]) == ["-"]


def test_an_ignore_file_is_to_its_folder_what_gitignore_is_to_git(tmp_path: Path) -> None:
    write(
        tmp_path, "a.md", "draft-a.md", "keep/draft-b.md", "keep/c.md", "old/d.md", "x/old/e.md", "x/top.md", "top.md",
        "x/y/f.txt", "x/y/g.txt", "spaces/ h.md",
    )  # fmt: skip
    (tmp_path / ".qabotignore").write_text("# drafts\ndraft-*\n/top.md\nold/\n\nx/**/*.txt\n!g.txt\n\\ h.md\n")
    (tmp_path / "keep" / ".qabotignore").write_text("!draft-b.md\nc.md\n")
    assert found(tmp_path) == ["a.md", "keep/draft-b.md", "x/top.md", "x/y/g.txt"]


def test_what_lies_in_an_ignored_folder_cannot_be_had_back(tmp_path: Path) -> None:
    write(tmp_path, "old/a.md", "b.md")
    (tmp_path / ".qabotignore").write_text("old/\n!old/a.md\n")
    (tmp_path / "old" / ".qabotignore").write_text("!a.md\n")
    assert found(tmp_path) == ["b.md"]


def test_an_ignore_file_counts_in_the_folder_named_and_below_and_not_for_a_file_that_is_named(tmp_path: Path) -> None:
    write(tmp_path, "sub/a.md")
    (tmp_path / ".qabotignore").write_text("*.md\n")
    assert found(tmp_path) == []
    assert found(tmp_path / "sub") == ["a.md"]
    assert find_sources([str(tmp_path / "sub" / "a.md")]) == [str(tmp_path / "sub" / "a.md")]


@pytest.mark.parametrize("data", [b"\xff\xfe", b"!\n"])
def test_an_ignore_file_that_cannot_be_read_is_named(tmp_path: Path, data: bytes) -> None:
    write(tmp_path, "a.md")
    (tmp_path / ".qabotignore").write_bytes(data)
    with pytest.raises(QabotError, match=r"\.qabotignore cannot be read .*: write it as \.gitignore files") as caught:
        found(tmp_path)
    assert "\n" not in str(caught.value)


def test_links_in_circles_end(tmp_path: Path) -> None:
    write(tmp_path, "a/b.md")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "self.md").symlink_to(tmp_path / "self.md")
    assert found(tmp_path) == ["a/b.md", "self.md"]


def test_git_agrees_on_what_is_ignored(tmp_path: Path) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    write(tmp_path, *(f"{a}/{b}/{c}.md" for a in "xyz" for b in "xy" for c in "xyz"), "x.md", "y.md")
    rules = {".": "/x/y\n*/y/z.md\n!x.md\ny/**\n!y/x/\n", "z": "y.md\n!/y/y.md\n", "z/x": "*\n!*.md\nx.md\n"}
    for folder, lines in rules.items():
        for name in (".qabotignore", ".gitignore"):
            (tmp_path / folder / name).write_text(lines)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    command = ["git", "ls-files", "--others", "--exclude-standard", "--", "*.md"]
    seen = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert found(tmp_path) == sorted(seen.split())


@pytest.mark.parametrize("kind", ["pipe", "device", "nothing"])
def test_what_is_called_as_an_ignore_file_and_is_none_is_a_source_that_cannot_be_read(
    tmp_path: Path, kind: str
) -> None:
    write(tmp_path, "a.md", "x/b.md")
    strange = tmp_path / "x" / ".qabotignore"
    if kind == "pipe":
        os.mkfifo(strange)
    else:
        strange.symlink_to("/dev/zero" if kind == "device" else "nowhere")
    assert found(tmp_path) == ["a.md", "x/.qabotignore", "x/b.md"]
