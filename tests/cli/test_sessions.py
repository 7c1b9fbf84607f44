"""``qabot sessions``: what was said, found again."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from qabot.chat.sessions import Sessions
from tests.cli.conftest import Run
from tests.cli.run import qabot
from tests.samples import abstained, answered


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with two sessions."""
    with closing(Sessions(tmp_path)) as sessions:
        sessions.save("fair", answered())
        sessions.save("fair", abstained("Wie hoch war der EINTRITT, 市長?"))
        sessions.save("mill", answered("Who built the mill?"))
    return tmp_path


def test_in_a_process_of_its_own_they_are_listed_found_and_deleted(home: Path) -> None:
    def sessions(*arguments: str) -> tuple[int, list[list[str]], str]:
        done = qabot(home, "sessions", *arguments, QABOT_STATE=str(home))
        return done.returncode, [line.split("\t") for line in done.stdout.splitlines()], done.stderr

    code, rows, notice = sessions("list")
    assert (code, [row[0] for row in rows], notice) == (0, ["mill", "fair"], "2 sessions\n")
    code, rows, notice = sessions("search", "eintritt")
    assert (code, [row[2] for row in rows], notice) == (0, ["Wie hoch war der EINTRITT, 市長?"], "1 turn\n")
    assert sessions("delete", "mill") == (0, [], "Deleted 1 session.\n")


def test_they_are_listed_the_last_one_first(home: Path, run_bare: Run) -> None:
    done = run_bare("sessions", "list")
    assert (done.returncode, done.stderr) == (0, "2 sessions\n")
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert [(row[0], row[2], row[3]) for row in rows] == [
        ("mill", "1", "Who built the mill?"),
        ("fair", "2", "Who cut the ribbon?"),
    ]
    listed = json.loads(run_bare("sessions", "list", "--json").stdout)
    assert [(each["name"], each["turns"], each["question"]) for each in listed] == [
        ("mill", 1, "Who built the mill?"),
        ("fair", 2, "Who cut the ribbon?"),
    ]


def test_one_is_shown(home: Path, run_bare: Run) -> None:
    done = run_bare("sessions", "show", "fair")
    assert done.stdout.startswith(
        "> Who cut the ribbon?\nAda Quill. The mayor, Ada Quill, cut the ribbon at noon. [1]\n"
    )
    assert "[1] The Courier, 2024-05-06, Fair opens" in done.stdout
    assert "\n\n> Wie hoch war der EINTRITT, 市長?\nThe articles do not say.\n" in done.stdout
    document = json.loads(run_bare("sessions", "show", "fair", "--json").stdout)
    assert (document["session"], len(document["turns"])) == ("fair", 2)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["eintritt"], ["Wie hoch war der EINTRITT, 市長?"]),
        (["市長"], ["Wie hoch war der EINTRITT, 市長?"]),
        (["RIBBON", "mill"], ["Who built the mill?"]),
        (["quill noon"], ["Who built the mill?", "Who cut the ribbon?"]),
        (["nowhere"], []),
        (["%"], []),
    ],
)
def test_turns_are_found_by_words_of_question_and_answer(
    home: Path, run_bare: Run, words: list[str], found: list[str]
) -> None:
    done = run_bare("sessions", "search", *words)
    assert [line.split("\t")[2] for line in done.stdout.splitlines()] == found
    assert [each["question"] for each in json.loads(run_bare("sessions", "search", "--json", *words).stdout)] == found


def test_one_gets_another_name(home: Path, run_bare: Run) -> None:
    assert run_bare("sessions", "rename", "fair", "spring").returncode == 0
    taken = run_bare("sessions", "rename", "spring", "mill")
    assert (taken.returncode, taken.stderr) == (1, "qabot: There is a session mill already. Take another name.\n")
    assert run_bare("sessions", "rename", "spring", "a b").returncode == 2
    with closing(Sessions(home)) as saved:
        assert saved.names() == ["mill", "spring"]


@pytest.mark.parametrize(
    ("words", "document"),
    [
        (("rename", "fair", "spring"), {"session": "spring", "former": "fair"}),
        (("rename", "fair", "cafe\u0301"), {"session": "caf\u00e9", "former": "fair"}),
        (("delete", "fair", "mill", "fair"), {"deleted": 2, "sessions": ["fair", "mill"]}),
        (("export", "fair", "fair.md"), {"session": "fair", "turns": 2, "file": "fair.md"}),
    ],
)
def test_what_was_done_is_one_document(
    home: Path, run_bare: Run, words: tuple[str, ...], document: dict[str, object]
) -> None:
    done = run_bare("sessions", *words, "--json", home=home)
    assert (done.returncode, json.loads(done.stdout)) == (0, document)


def test_what_is_deleted_leaves_no_trace(home: Path, run_bare: Run) -> None:
    other = "\n# 2024-05-06 12:00:00\n+What opened\n+on the hill?\n"
    of_the_session = "\n# 2024-05-06 12:01:00\n+Wie hoch war der\n+EINTRITT,  市長?\n"
    (home / "history").write_text(of_the_session + other + of_the_session, "utf-8")
    done = run_bare("sessions", "delete", "fair", "mill")
    assert (done.returncode, done.stderr) == (0, "Deleted 2 sessions.\n")
    for file in home.glob("sessions.sqlite*"):
        assert b"EINTRITT" not in file.read_bytes()
        assert b"ribbon" not in file.read_bytes()
    assert (home / "history").read_text("utf-8") == other
    assert (home / "history").stat().st_mode & 0o077 == 0
    assert run_bare("sessions", "list").stdout == ""


def test_one_that_is_unknown_is_named_with_the_nearest_and_nothing_else_is_deleted(home: Path, run_bare: Run) -> None:
    done = run_bare("sessions", "delete", "mill", "fiar")
    assert (done.returncode, done.stderr) == (1, "qabot: There is no session 'fiar'. Did you mean fair?\n")
    with closing(Sessions(home)) as saved:
        assert saved.names() == ["mill", "fair"]


@pytest.mark.parametrize("name", ["fair.md", "fair.html", "fair.json"])
def test_one_is_exported_and_no_file_overwritten(home: Path, run_bare: Run, name: str) -> None:
    assert run_bare("sessions", "export", "fair", name).returncode == 0
    text = (home / name).read_text("utf-8")
    assert "市長" in text
    done = run_bare("sessions", "export", "fair", name)
    assert done.returncode == 1
    assert "Take another name" in done.stderr
    assert (home / name).read_text("utf-8") == text
    assert run_bare("sessions", "export", "fair", "fair.txt").returncode == 2


def test_the_home_of_a_file_is_looked_up(home: Path, run_bare: Run) -> None:
    done = run_bare("sessions", "export", "fair", "~/fair.md", HOME=str(home))
    assert (done.returncode, done.stderr) == (0, f"Saved 2 turns in {home}/fair.md.\n")
    assert (home / "fair.md").is_file()


def test_only_those_of_an_index_are_meant(home: Path, run_bare: Run) -> None:
    with closing(Sessions(home)) as saved:
        saved.save("here", answered("What was elsewhere?", index=str(home / "elsewhere")))
        saved.save("here", answered("What was here?", index=str(home / "here")))
        saved.save("there", answered("What was there?", index="http://archive:8000"))
    for named, name in (("--index=here", "here"), ("--chroma=http://archive:8000/", "there")):
        listed = json.loads(run_bare("sessions", "list", "--json", named, home=home).stdout)
        found = json.loads(run_bare("sessions", "search", "what", "--json", named, home=home).stdout)
        assert ([each["name"] for each in listed], {each["session"] for each in found}) == ([name], {name})
        assert len(found) == listed[0]["turns"]
        assert run_bare("sessions", "show", name, named, home=home).returncode == 0
        done = run_bare("sessions", "delete", name, "fair", named, home=home)
        assert (done.returncode, done.stderr.startswith("qabot: The session fair was not answered from that")) == (
            1,
            True,
        )
    assert len(json.loads(run_bare("sessions", "list", "--json", QABOT_CHROMA="http://x").stdout)) == 4
