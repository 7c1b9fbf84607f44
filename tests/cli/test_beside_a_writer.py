"""Asking beside a run of ``qabot index``, and where nothing can be written: through the command line."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.run import COMMAND, environment, qabot
from tests.store.stopped_writer import stopped_writer
from tests.store.test_readers import no_permission, no_room, read_only

pytestmark = pytest.mark.model

NAMES = ("Ada", "Bo", "Cy", "Di", "Edo", "Fay", "Gus", "Hal", "Ines", "Jo")
PLACES = ("Arlen", "Brack", "Corvo", "Dunmere")


def write(home: Path, which: range, verb: str, year: int) -> None:
    for n in which:
        name, place = NAMES[n % 10], PLACES[n // 10]
        (home / "index" / "articles" / f"{n:02}.md").write_text(
            f"---\ntitle: The lighthouse of {place}\npublished: {year}-05-06\n---\n"
            f"Keeper {name} {place}son {verb} the lighthouse of {place} in March {year}.\n",
            "utf-8",
        )


@pytest.fixture
def forty(tmp_path: Path, emptied_store: Path) -> Iterator[tuple[Path, subprocess.Popen[bytes]]]:
    """A home with an index of forty articles, to which a process is writing twenty-four that changed."""
    (tmp_path / "index" / "articles").mkdir(parents=True)
    shutil.copytree(emptied_store, tmp_path / "index" / "store")
    write(tmp_path, range(40), "painted", 2021)
    assert qabot(tmp_path, "index").returncode == 0
    write(tmp_path, range(24), "left", 2024)
    process = stopped_writer(tmp_path / "index", "vectors", encoder="packaged", env=environment(tmp_path))
    yield tmp_path, process
    process.kill()
    process.communicate()


def test_four_who_ask_a_chat_and_a_timeline_beside_one_run(forty: tuple[Path, subprocess.Popen[bytes]]) -> None:
    home, writing = forty
    asking = {
        n: ["ask", "--json", f"Who {'left' if n < 24 else 'painted'} the lighthouse of {PLACES[n // 10]} in March?"]
        for n in (3, 14, 25, 36)
    }
    commands = [*asking.values(), ["chat"], ["timeline", "--json", "lighthouse of Arlen"]]
    running = [
        subprocess.Popen(
            [*COMMAND, *command], cwd=home, env=environment(home), stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for command in commands
    ]  # fmt: skip
    typed = b"Who painted the lighthouse of Dunmere in March?\n"
    said = [
        each.communicate(typed if command == ["chat"] else None, timeout=300)
        for each, command in zip(running, commands, strict=True)
    ]
    assert [each.returncode for each in running] == [0] * 6, said
    assert [err for _, err in said[:4]] == [b""] * 4
    for n, (out, _) in zip(asking, said[:4], strict=True):
        [quote, *_] = [citation["quote"] for citation in json.loads(out)["citations"]]
        assert PLACES[n // 10] in quote
        assert ("left" if n < 24 else "painted") in quote
    assert b"Dunmere" in said[4][0]
    assert {event["date"][:4] for event in json.loads(said[5][0])["events"]} == {"2024"}
    assert writing.poll() is None


@pytest.mark.parametrize("limit", [no_permission, no_room])
def test_where_nothing_can_be_written_what_only_reads_answers(home: Path, limit: Callable[[], None]) -> None:
    variables = environment(home, QABOT_STATE=str(home / "state"), PYTHONDONTWRITEBYTECODE="1")
    (home / "state").mkdir()
    with read_only(home / "index"):
        for command in (["ask", "When was the fair founded?"], ["articles", "list"], ["doctor"]):
            done = subprocess.run(
                [*COMMAND, *command], cwd=home, env=variables, preexec_fn=limit,
                capture_output=True, text=True, timeout=300,
            )  # fmt: skip
            full = command == ["doctor"] and limit is no_room  # nor is there room for sessions, which it says
            assert done.returncode == int(full), (command, done.stdout, done.stderr)
        assert "ok    index: 3 articles" in done.stdout
