"""``qabot index``, ``articles`` and ``doctor`` on a real index."""

from __future__ import annotations

import errno
import json
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pexpect
import pytest

from qabot.articles.find import IGNORE_FILE
from qabot.articles.formats import FOLDER_SUFFIXES
from qabot.doctor import examine
from qabot.errors import StoreError
from qabot.settings import Settings
from qabot.store.index import Index
from qabot.store.location import Location
from qabot.store.records import ArticleRecord
from tests.cli.conftest import BRIDGE, FAIR, MILL, Run
from tests.cli.run import environment, qabot
from tests.samples import copy_store

pytestmark = pytest.mark.model
FIELDS = {"article_id": str, "title": str, "source": str, "origin": str, "passages": int, "indexed": str}


def listed(run: Run, home: Path | None = None) -> list[dict[str, Any]]:
    done = run("articles", "list", "--json", home=home)
    assert (done.returncode, done.stderr) == (0, "")
    records = json.loads(done.stdout)
    assert isinstance(records, list)
    return records


def test_in_a_process_of_its_own_articles_are_listed_shown_and_removed(home: Path) -> None:
    done = qabot(home, "articles", "list")
    assert (done.returncode, done.stderr) == (0, "")
    [fair] = [line.split("\t") for line in done.stdout.splitlines() if line.endswith("/fair.md")]
    done = qabot(home, "articles", "show", fair[0], "--text")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("The spring fair opened in Hillbrook on Monday.")
    done = qabot(home, "articles", "remove", fair[0])
    assert (done.returncode, done.stdout, done.stderr) == (0, "1 removed.\n", "")


def test_indexing_again_changes_nothing(run: Run, built: Path) -> None:
    again = json.loads(run("index", "--json").stdout)
    assert again == {
        "added": 0,
        "updated": 0,
        "unchanged": 3,
        "removed": 0,
        "skipped": [],
        "articles": 3,
        "passages": again["passages"],
        "gone": 0,
        "index": str(built / "index"),
    }
    assert run("index").stdout.endswith(f"It is in {built}/index\n")


def test_articles_without_a_date_are_counted_with_the_cure(run: Run, home: Path) -> None:
    cure = "no date: state it in front matter (published: 2024-05-03), and index again."
    pier = home / "index" / "articles" / "pier.md"
    pier.write_text("The pier at Wick was opened to walkers by the council.")
    assert f"\n2 articles have {cure}\n" in run("index", home=home).stdout
    pier.write_text("---\npublished: 2024-05-03\n---\nThe pier at Wick was opened to walkers by the council.")
    assert f"\n1 article has {cure}\n" in run("index", home=home).stdout
    [bridge] = [each["article_id"] for each in listed(run, home) if each["published"] is None]
    assert run("articles", "remove", bridge, home=home).returncode == 0
    assert "no date" not in run("index", home=home).stdout


def test_only_what_changed_is_indexed_again(run: Run, tmp_path: Path) -> None:
    articles = tmp_path / "index" / "articles"
    articles.mkdir(parents=True)
    for name, text in (("fair.md", FAIR), ("mill.md", MILL), ("bridge.md", BRIDGE)):
        (articles / name).write_text(text, "utf-8")
    assert run("index", home=tmp_path).returncode == 0
    (articles / "fair.md").write_text(FAIR.replace("3,000", "4,000"), "utf-8")
    (articles / "mill.md").unlink()
    (articles / "new.txt").write_text("The library of Hillbrook will open on Sundays from June on.", "utf-8")
    (articles / "empty.txt").write_bytes(b"")
    (articles / "picture.txt").write_bytes(bytes(range(256)) * 20)
    done = run("index", "--prune", "--json", home=tmp_path)
    report = json.loads(done.stdout)
    assert done.returncode == 0
    assert [report[name] for name in ("added", "updated", "unchanged", "removed", "articles")] == [1, 1, 1, 1, 3]
    assert sorted(Path(skipped["source"]).name for skipped in report["skipped"]) == ["empty.txt", "picture.txt"]
    assert all(skipped["reason"] for skipped in report["skipped"])
    assert all(f"skipped {skipped['source']}: " in done.stderr for skipped in report["skipped"])


def test_copies_of_what_is_held_are_no_failure(run: Run, home: Path) -> None:
    """Its articles are those of the folder that it was copied from, which is still there."""
    done = run("index", "--json", home=home)
    assert done.returncode == 0
    assert [skipped["reason"][:19] for skipped in json.loads(done.stdout)["skipped"]] == ["the same article as"] * 3


def test_a_path_that_is_not_there_stops_nothing_and_a_file_that_is_gone_is_told(run: Run, tmp_path: Path) -> None:
    for name, text in (("fair.md", FAIR), ("mill.md", MILL)):
        (tmp_path / name).write_text(text, "utf-8")
    done = run("index", "fair.md", "faer.md", "mill.md", home=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith(
        "2 added, 0 updated, 0 unchanged, 0 removed; the index holds 2 articles in 2 passages."
    )
    assert f"skipped {tmp_path / 'faer.md'}: there is no such file: check the path" in done.stderr
    (tmp_path / "mill.md").unlink()
    done = run("index", "fair.md", home=tmp_path)
    assert "1 article's file is gone; to forget them: qabot index --prune\n" in done.stdout
    done = run("index", "faer.md", home=tmp_path)
    assert (done.returncode, done.stderr) == (1, "qabot: There is no file or folder 'faer.md'. Check the path.\n")


def test_only_bad_articles_are_a_failure(run: Run, home: Path) -> None:
    (home / "bad.txt").write_bytes(b"\x00\x01\x02" * 500)
    done = run("index", "bad.txt", "--json", home=home)
    assert done.returncode == 1
    assert json.loads(done.stdout)["articles"] == 3
    assert "None of the articles could be read" in done.stderr


def test_only_bad_articles_and_no_index_before(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"\x00\x01\x02" * 500)
    done = run("index", "bad.txt", "--index", "new", "--json", home=tmp_path)
    assert done.returncode == 1
    assert [skipped["source"] for skipped in json.loads(done.stdout)["skipped"]] == [str(tmp_path / "bad.txt")]
    assert not (tmp_path / "new" / "store" / "catalogue.sqlite").exists()


def test_only_bad_articles_for_a_server_are_told_too(
    run_bare: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qabot.store.chroma_server.filling.check_server", lambda *_, **__: None)
    (tmp_path / "bad.txt").write_bytes(b"\x00\x01\x02" * 500)
    done = run_bare("index", "bad.txt", "--index", "new", "--chroma", "http://127.0.0.1:1", "--json")
    assert done.returncode == 1
    assert [skipped["source"] for skipped in json.loads(done.stdout)["skipped"]] == [str(tmp_path / "bad.txt")]
    assert done.stderr.endswith("qabot: None of the articles could be read. See the reasons above.\n")


def test_a_bar_that_tells_of_a_server_ends_with_the_command(run_bare: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    opened = SimpleNamespace(close=lambda: None, article=lambda _: SimpleNamespace(article_id="3f9a"))
    for name, does in (
        ("store.chroma_server.filling.check_server", lambda *_: None),
        ("store.index.Index.open", lambda *_: opened),
        ("store.ingest.remove", lambda *_: 1),
        ("store.chroma_server.filling.fill", lambda *_: told.append("filled")),
        ("cli.output.IndexProgress.__exit__", lambda *_: told.append("ended")),
    ):
        monkeypatch.setattr(f"qabot.{name}", does)
    assert run_bare("articles", "remove", "3f9a", "--chroma", "http://127.0.0.1:1").returncode == 0
    assert told == ["filled", "ended"]


def test_the_list_has_the_contracts_fields(run: Run) -> None:
    records = listed(run)
    assert len(records) == 3
    for record in records:
        assert {name: type(record[name]) for name in FIELDS} == FIELDS
    by_title = {record["title"]: record for record in records}
    fair = by_title["Fair opens on the hill"]
    assert (fair["author"], fair["publisher"], fair["published"]) == ("Berta Lind", "The Courier", "2024-05-06")
    bridge = by_title["A bridge for cyclists"]
    assert (bridge["author"], bridge["publisher"], bridge["published"]) == (None, None, None)


def test_the_plain_list_is_whole_lines_with_tabs(run: Run, built: Path) -> None:
    lines = run("articles", "list").stdout.splitlines()
    assert len(lines) == 3
    assert {len(line.split("\t")) for line in lines} == {7}
    assert any(line.endswith(f"{built}/index/articles/fair.md") for line in lines)


def test_an_article_is_shown_by_the_beginning_of_its_id(run: Run) -> None:
    [record] = [each for each in listed(run) if each["published"] == "2024-05-06"]
    shown = json.loads(run("articles", "show", record["article_id"][:6], "--json").stdout)
    extra = ("text", "stated", "removed", "changes")
    assert shown == {**record, **{name: shown[name] for name in extra}}
    assert {"field": "published", "value": "2024-05-06", "where": "front matter"} in shown["stated"]
    assert (shown["removed"], shown["changes"]) == ([], [])
    assert run("articles", "show", record["article_id"], "--text").stdout == shown["text"]
    text = run("articles", "show", record["article_id"]).stdout
    assert text.startswith(f"article_id  {record['article_id']}\n")
    assert "\npublished   2024-05-06 (front matter)\n" in text
    assert shown["text"] in text
    done = run("articles", "show", record["article_id"], "--removed")
    assert (done.returncode, done.stdout) == (0, "")
    unknown = run("articles", "show", "zzzz")
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "qabot articles list" in unknown.stderr


def test_the_list_is_sorted_and_what_is_unknown_comes_last(run: Run) -> None:
    def titles(*arguments: str) -> list[str]:
        return [each["title"][:3] for each in json.loads(run("articles", "list", "--json", *arguments).stdout)]

    assert titles() == ["A b", "Fai", "Old"]  # bridge.md, fair.md, mill.md
    assert titles("--sort", "published") == ["Old", "Fai", "A b"]
    assert titles("--sort", "published", "--reverse") == ["Fai", "Old", "A b"]
    assert titles("--sort", "title", "--reverse") == ["Old", "Fai", "A b"]
    assert titles("--sort", "publisher") == ["Old", "Fai", "A b"]
    done = run("articles", "list", "--sort", "publised")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Did you mean published?" in done.stderr


def test_the_list_is_filtered(run: Run) -> None:
    def filtered(*arguments: str) -> tuple[list[str], str]:
        done = run("articles", "list", *arguments)
        assert done.returncode == 0
        return [line.split("\t")[4][:3] for line in done.stdout.splitlines()], done.stderr

    assert filtered("--publisher", "the courier", "--publisher", "Hill Gazette") == (["Fai", "Old"], "")
    undated = "Left out: 1 article without a date: state it in front matter (published: 2024-05-03), and index again.\n"
    assert filtered("--since", "2024") == (["Fai"], undated)
    assert filtered("--until", "2023-11") == (["Old"], undated)
    assert filtered("--contains", "HILL") == (["Fai"], "")
    assert filtered("--contains", "nowhere") == ([], "")
    records = listed(run)
    assert filtered("--language", "EN") == ([each["title"][:3] for each in records if each["language"] == "en"], "")
    assert filtered("--origin", records[0]["article_id"][:6]) == (["A b"], "")


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--publisher", "The Couriers"], 1, "Near: The Courier."),
        (["--language", "sv"], 1, "There are: en."),
        (["--origin", "zzzz"], 1, "There is no article 'zzzz'"),
        (["--since", "yesterday"], 2, "'yesterday' is no date"),
        (["--since", "2024", "--until", "2023"], 2, "No day fits both since 2024-01-01 and until 2023-12-31"),
    ],
)
def test_a_wrong_filter_is_one_line(run: Run, arguments: list[str], code: int, told: str) -> None:
    done = run("articles", "list", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


def test_on_a_terminal_a_table_fits_it(built: Path) -> None:
    child = pexpect.spawn(
        sys.executable, ["-m", "qabot", "articles", "list"], cwd=str(built), dimensions=(24, 70), encoding="utf-8",
        env={**environment(built), "NO_COLOR": "1", "TERM": "xterm"},  # type: ignore[arg-type]
    )  # fmt: skip
    child.expect(pexpect.EOF, timeout=300)
    lines = str(child.before).splitlines()
    assert lines[0].split() == ["Id", "Title", "Publisher", "Published"]
    assert all(len(line) <= 70 for line in lines)
    assert "Fair opens on the hill" in str(child.before)
    assert lines[-1] == "3 articles"


def test_an_article_that_changed_says_so(run: Run, home: Path) -> None:
    note = home / "note.md"
    ids = []
    for title, boat in (("A boat", "a boat"), ("A ship", "a ship")):
        note.write_text(f"---\ntitle: {title}\n---\nOn Monday {boat} was seen on the river Arn by many people.\n")
        assert run("index", "note.md", home=home).returncode == 0
        ids += [each["article_id"] for each in listed(run, home) if each["source"] == str(note)]
    lines = run("articles", "show", ids[1], home=home).stdout.splitlines()
    [changed] = [line for line in lines if line.startswith("changed")]
    assert changed.endswith(f": text, title (was {ids[0]})")
    [change] = json.loads(run("articles", "show", ids[1], "--json", home=home).stdout)["changes"]
    assert (change["former_id"], change["what"]) == (ids[0], ["text", "title"])
    assert changed.split()[1] == f"{change['time'][:10]}:"


def test_an_archive_is_indexed_and_its_bad_lines_are_told(run: Run, tmp_path: Path) -> None:
    good = [
        {"url": f"https://a.example/{n}", "text": f"The {n}th boat came home to Hillbrook today."} for n in range(3)
    ]
    lines = [*map(json.dumps, good), *["{broken"] * 25]
    done = run("index", "-", "--json", typed="\n".join(lines).encode(), home=tmp_path)
    report = json.loads(done.stdout)
    assert (done.returncode, report["added"], len(report["skipped"])) == (0, 3, 25)
    assert done.stderr.count("skipped stdin:") == 20
    assert done.stderr.endswith("and 5 more; --json names them all\n")
    [record, *_] = listed(run, tmp_path)
    assert record["source"].startswith("stdin:")
    assert record["url"] == "https://a.example/0"


def test_the_help_names_every_format(run_bare: Run) -> None:
    told = " ".join(run_bare("index", "--help").stdout.split())
    for suffix in FOLDER_SUFFIXES:
        assert suffix in told or suffix in _OTHER_SPELLINGS
    assert all(word in told for word in ("RSS", "Atom", "sitemap", IGNORE_FILE, "- reads standard input"))


_OTHER_SPELLINGS = {".markdown", ".htm", ".xhtml", ".mhtml", ".ndjson", ".ndjson.gz"}


def test_articles_are_removed_all_or_none(run: Run, home: Path) -> None:
    first, second, _ = (record["article_id"] for record in listed(run, home))
    assert run("articles", "remove", first, "zzzz", home=home).returncode == 1
    assert len(listed(run, home)) == 3
    done = run("articles", "remove", first, second[:8], "--json", home=home)
    assert json.loads(done.stdout) == {"removed": 2, "article_ids": [first, second]}
    assert len(listed(run, home)) == 1


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


def test_a_fresh_installation_is_well(tmp_path: Path) -> None:
    done = qabot(tmp_path, "doctor", "--json")
    assert done.returncode == 0, done.stdout
    [index] = [check for check in json.loads(done.stdout)["checks"] if check["what"] == "index"]
    assert index["found"] == "the starter articles; their index is made at the first question"
    assert sorted(each.name for each in tmp_path.rglob("*.sqlite")) == ["sessions.sqlite"]  # no index


@pytest.mark.parametrize("command", ["articles list", "articles show {id} --text", "eval --new cases.jsonl"])
def test_the_starter_articles_are_indexed_by_whatever_needs_them_first(
    run: Run, tmp_path: Path, starter_location: Location, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    def made(location: Location, *_: object) -> SimpleNamespace:
        copy_store(starter_location.store, location.store)
        return SimpleNamespace(articles=10)

    monkeypatch.setattr("qabot.store.open_index._update", made)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    with closing(Index.open(starter_location, Settings())) as index:
        first = index.articles()[0].article_id
    done = run(*command.format(id=first).split(), home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("Answering from the starter articles that come with qabot.")


def test_who_adds_to_the_starter_articles_of_a_checkout_is_told(
    run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.md").write_text("The ferry to Marn was cancelled on Friday.")
    assert run("index", tmp_path / "mine.md", home=home).stderr == ""
    monkeypatch.setattr("qabot.resources.starter_articles", lambda: home / "index" / "articles")
    assert "checkout" not in run("index", home=home).stderr
    done = run("index", tmp_path / "mine.md", home=home)
    assert done.returncode == 0
    assert done.stderr == (
        "This is qabot's checkout: its index holds the starter articles beside what you added. "
        "To have an index without them, run it in another folder, or name one: --index DIR\n"
    )


def test_doctor_tells_of_no_server_that_a_folder_wins_over(run_bare: Run) -> None:
    done = run_bare("doctor", "--json", "--index", "nowhere", QABOT_CHROMA="http://archive:1")
    settings = {each["name"]: (each["value"], each["origin"]) for each in json.loads(done.stdout)["settings"]}
    assert (settings["chroma"], settings["index"]) == ((None, "default"), ("nowhere", "flag"))


def test_doctor_has_a_server_filled_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Empty:
        def articles(self) -> list[ArticleRecord]:
            return []

        def close(self) -> None:
            pass

    monkeypatch.setattr("qabot.store.open_index.open_index", lambda _: Empty())
    index, *_ = examine(Settings(chroma="http://ann:secret@archive:1", state=tmp_path)).checks
    assert index.found.endswith("Name articles: qabot index --chroma http://archive:1 --rebuild PATH_OR_URL")


def test_what_is_removed_here_and_not_on_a_server_is_said_with_how_to_finish(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise StoreError("The server does not answer.")

    monkeypatch.setattr("qabot.store.chroma_server.filling.check_server", lambda *_, **__: None)
    monkeypatch.setattr("qabot.store.chroma_server.filling.fill", fails)
    [article, *_] = json.loads(run("articles", "list", "--json", home=home).stdout)
    done = run("articles", "remove", article["article_id"], "--chroma", "http://archive:1", home=home)
    said = (
        "qabot: 1 removed here, not there yet. The server does not answer. "
        "Then finish: qabot index --chroma http://archive:1\n"
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)
    assert len(json.loads(run("articles", "list", "--json", home=home).stdout)) == 2


def test_doctor_names_what_is_wrong_and_its_cure(run: Run, home: Path) -> None:
    state = home / "state"
    state.mkdir()
    (state / "sessions.sqlite").write_bytes(b"no database " * 100)
    variables = {"QABOT_STATE": str(state), "QABOT_MODEL": "nobody:x"}
    done = run("doctor", "--json", "--index", "nowhere", home=home, **variables)
    report = json.loads(done.stdout)
    assert done.returncode == 1
    wrong = {check["what"]: check["found"] for check in report["checks"] if not check["ok"]}
    assert wrong.keys() == {"index", "answerer", "sessions"}
    assert done.stderr == "qabot: Something is wrong: index, answerer, sessions. The report says how to mend it.\n"
    assert "qabot index" in wrong["index"]
    assert "Move the file away" in wrong["sessions"]
    assert "WRONG index: " in run("doctor", "--index", "nowhere", home=home).stdout


def test_doctor_sees_a_store_whose_parts_disagree(home: Path) -> None:
    [chroma] = (home / "index" / "store").rglob("chroma.sqlite3")
    chroma.write_bytes(b"no database " * 1000)
    done = qabot(home, "doctor")
    # An index is mended when it is opened; either way the person ends with a whole one, or is told how to get it.
    assert done.returncode in (0, 1)
    assert "Traceback" not in done.stderr
    assert ("All is well." in done.stdout) == (done.returncode == 0)


def test_what_a_disk_got_wrong_is_not_quoted_and_mended(run: Run, home: Path) -> None:
    with closing(sqlite3.connect(home / "index" / "store" / "catalogue.sqlite")) as connection:
        connection.execute("UPDATE articles SET text = replace(text, '1893', '1983')")
        connection.commit()
    asked = qabot(home, "ask", "When was the fair founded?")
    assert (asked.returncode, asked.stdout) == (1, "")  # not "The articles say nothing"
    damaged = f"Something in the index in {home / 'index'} is damaged and left out. Mend it: qabot index"
    assert asked.stderr.splitlines()[-1] == f"qabot: What is left of the articles does not answer. {damaged}"
    done = run("doctor", home=home)
    assert done.returncode == 1
    said = " ".join(done.stdout.split())
    assert "WRONG index: Of what the index holds 1 articles and 0 passages are damaged" in said
    assert run("index", home=home).returncode == 0
    assert run("doctor", home=home).returncode == 0
    [fair] = [each["article_id"] for each in listed(run, home) if each["title"] == "Fair opens on the hill"]
    assert "1893" in run("articles", "show", fair, "--text", home=home).stdout


def test_a_full_temporary_folder_is_one_line(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    (home / "index" / "articles" / "fair.md").write_text(FAIR + "\nIt is held every year.\n", "utf-8")
    monkeypatch.setattr("qabot.store.ingest.read_source", full)
    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    monkeypatch.setattr(tempfile, "tempdir", "/full")
    done = run("index", home=home)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "qabot: Nothing can be written to the temporary folder /full (No space left on device). "
        "Free space there, or set TMPDIR to another folder."
    )
    assert "skipped" not in done.stderr
    assert [each["title"] for each in listed(run, home)].count("Fair opens on the hill") == 1


def test_a_password_in_a_url_is_neither_shown_nor_kept(run: Run, home: Path) -> None:
    urls = ("http://ann:s3cret@127.0.0.1:9/x", "ftp://ann:s3cret@a.example/x", "http://ann:s3/cret@a.example:x/")
    done = run("index", *urls, "--json", home=home)
    assert done.returncode == 1
    assert "127.0.0.1" in done.stderr
    assert not [word for word in ("s3", "cret", "ann") if word in done.stdout + done.stderr]
    kept = [path for path in home.rglob("*") if path.is_file() and b"s3cret" in path.read_bytes()]
    assert kept == []
    shown = run("doctor", "--json", QABOT_BASE_URL="http://ann:s3cret@127.0.0.1:9/v1")
    assert "s3cret" not in shown.stdout
    assert "http://127.0.0.1:9/v1" in shown.stdout
