"""``qabot index``, ``articles`` and ``doctor`` on a real index."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import BRIDGE, FAIR, MILL
from tests.cli.run import qabot

pytestmark = pytest.mark.model
FIELDS = {"article_id": str, "title": str, "source": str, "origin": str, "passages": int, "indexed": str}


def listed(home: Path) -> list[dict[str, Any]]:
    done = qabot(home, "articles", "list", "--json")
    assert done.returncode == 0
    assert done.stderr == ""
    records = json.loads(done.stdout)
    assert isinstance(records, list)
    return records


def test_indexing_again_changes_nothing(built: Path) -> None:
    again = json.loads(qabot(built, "index", "--json").stdout)
    assert again == {
        "added": 0,
        "updated": 0,
        "unchanged": 3,
        "removed": 0,
        "skipped": [],
        "articles": 3,
        "passages": again["passages"],
    }


def test_only_what_changed_is_indexed_again(tmp_path: Path) -> None:
    articles = tmp_path / "index" / "articles"
    articles.mkdir(parents=True)
    for name, text in (("fair.md", FAIR), ("mill.md", MILL), ("bridge.md", BRIDGE)):
        (articles / name).write_text(text, "utf-8")
    assert qabot(tmp_path, "index").returncode == 0
    (articles / "fair.md").write_text(FAIR.replace("3,000", "4,000"), "utf-8")
    (articles / "mill.md").unlink()
    (articles / "new.txt").write_text("The library of Hillbrook will open on Sundays from June on.", "utf-8")
    (articles / "empty.txt").write_bytes(b"")
    (articles / "picture.txt").write_bytes(bytes(range(256)) * 20)
    done = qabot(tmp_path, "index", "--prune", "--json")
    report = json.loads(done.stdout)
    assert done.returncode == 0
    assert [report[name] for name in ("added", "updated", "unchanged", "removed", "articles")] == [1, 1, 1, 1, 3]
    assert sorted(Path(skipped["source"]).name for skipped in report["skipped"]) == ["empty.txt", "picture.txt"]
    assert all(skipped["reason"] for skipped in report["skipped"])
    assert all(f"skipped {skipped['source']}: " in done.stderr for skipped in report["skipped"])


def test_copies_of_what_is_held_are_no_failure(home: Path) -> None:
    """Its articles are those of the folder that it was copied from, which is still there."""
    done = qabot(home, "index", "--json")
    assert done.returncode == 0
    assert [skipped["reason"][:19] for skipped in json.loads(done.stdout)["skipped"]] == ["the same article as"] * 3


def test_only_bad_articles_are_a_failure(home: Path) -> None:
    (home / "bad.txt").write_bytes(b"\x00\x01\x02" * 500)
    done = qabot(home, "index", "bad.txt", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["articles"] == 3
    assert "None of the articles could be read" in done.stderr


def test_only_bad_articles_and_no_index_before(tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"\x00\x01\x02" * 500)
    done = qabot(tmp_path, "index", "bad.txt", "--index", "new", "--json")
    assert done.returncode == 1
    assert [skipped["source"] for skipped in json.loads(done.stdout)["skipped"]] == [str(tmp_path / "bad.txt")]
    assert not (tmp_path / "new" / "store" / "catalogue.sqlite").exists()


def test_the_list_has_the_contracts_fields(built: Path) -> None:
    records = listed(built)
    assert len(records) == 3
    for record in records:
        assert {name: type(record[name]) for name in FIELDS} == FIELDS
    by_title = {record["title"]: record for record in records}
    fair = by_title["Fair opens on the hill"]
    assert (fair["author"], fair["publisher"], fair["published"]) == ("Berta Lind", "The Courier", "2024-05-06")
    bridge = by_title["A bridge for cyclists"]
    assert (bridge["author"], bridge["publisher"], bridge["published"]) == (None, None, None)


def test_the_plain_list_is_whole_lines_with_tabs(built: Path) -> None:
    lines = qabot(built, "articles", "list").stdout.splitlines()
    assert len(lines) == 3
    assert {len(line.split("\t")) for line in lines} == {7}
    assert any(line.endswith(f"{built}/index/articles/fair.md") for line in lines)


def test_an_article_is_shown_by_the_beginning_of_its_id(built: Path) -> None:
    record = listed(built)[0]
    shown = json.loads(qabot(built, "articles", "show", record["article_id"][:6], "--json").stdout)
    assert shown == {**record, "text": shown["text"]}
    assert qabot(built, "articles", "show", record["article_id"], "--text").stdout == shown["text"]
    text = qabot(built, "articles", "show", record["article_id"]).stdout
    assert text.startswith(f"article_id  {record['article_id']}\n")
    assert shown["text"] in text
    assert qabot(built, "articles", "show", record["article_id"], "--removed").returncode == 0
    unknown = qabot(built, "articles", "show", "zzzz")
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "qabot articles list" in unknown.stderr


def test_articles_are_removed_all_or_none(home: Path) -> None:
    first, second, _ = (record["article_id"] for record in listed(home))
    assert qabot(home, "articles", "remove", first, "zzzz").returncode == 1
    assert len(listed(home)) == 3
    done = qabot(home, "articles", "remove", first, second[:8], "--json")
    assert json.loads(done.stdout) == {"removed": 2, "article_ids": [first, second]}
    assert len(listed(home)) == 1


def test_doctor_finds_all_well(built: Path) -> None:
    done = qabot(built, "doctor", "--json", "--index", "index", QABOT_PASSAGES="7")
    report = json.loads(done.stdout)
    assert done.returncode == 0, done.stdout
    assert report["ok"] is True
    assert report["versions"]["chromadb"]
    origins = {setting["name"]: setting["origin"] for setting in report["settings"]}
    assert (origins["index"], origins["passages"], origins["model"]) == ("flag", "QABOT_PASSAGES", "default")
    assert report["index"]["store"] == str(built / "index" / "store")
    assert {check["what"] for check in report["checks"]} == {"index", "answerer", "state folder", "sessions"}


def test_doctor_names_what_is_wrong_and_its_cure(home: Path) -> None:
    state = home / "state"
    state.mkdir()
    (state / "sessions.sqlite").write_bytes(b"no database " * 100)
    done = qabot(home, "doctor", "--json", "--index", "nowhere", QABOT_STATE=str(state), QABOT_MODEL="nobody:x")
    report = json.loads(done.stdout)
    assert done.returncode == 1
    wrong = {check["what"]: check["found"] for check in report["checks"] if not check["ok"]}
    assert wrong.keys() == {"index", "answerer", "sessions"}
    assert "qabot index" in wrong["index"]
    assert "Move the file away" in wrong["sessions"]
    assert "WRONG index: " in qabot(home, "doctor", "--index", "nowhere").stdout


def test_doctor_sees_a_store_whose_parts_disagree(home: Path) -> None:
    [chroma] = (home / "index" / "store").rglob("chroma.sqlite3")
    chroma.write_bytes(b"no database " * 1000)
    done = qabot(home, "doctor")
    # An index is mended when it is opened; either way the person ends with a whole one, or is told how to get it.
    assert done.returncode in (0, 1)
    assert "Traceback" not in done.stderr
    assert ("All is well." in done.stdout) == (done.returncode == 0)
