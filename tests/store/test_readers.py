"""Whoever asks is answered at once: beside a writer, whatever it is doing, and where nothing can be written."""

from __future__ import annotations

import ctypes
import os
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from qabot.settings import Settings
from qabot.store.index import Index
from qabot.store.location import Location, writer
from qabot.store.records import UpdateReport
from tests.store.hashing import HashingEncoder
from tests.store.stopped_writer import stopped_writer
from tests.store.test_harm import doubt

Run = Callable[..., UpdateReport]
ROOT = Path(__file__).parents[2]
STEPS = ("first article", "third article", "vectors dropped", "vectors", "words", "checked", "confirmed")


@contextmanager
def a_writer_at(location: Location, step: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that brings the index up to date, and has stopped after that step."""
    process = stopped_writer(location.articles.parent, step)
    try:
        yield process
        _, said = process.communicate(timeout=300)
        assert (process.returncode, said) == (0, b"")
    finally:
        process.kill()
        process.communicate()


def found(index: Index, question: str, k: int = 20) -> tuple[set[str], set[str]]:
    """The passages that both searches find."""
    vector = index.encoder.encode([question])[0]
    hits = index.search_vectors(vector, k), index.search_words(question, k)
    one, other = (
        {each.text.split(".")[0] for each in index.passages([hit.passage_id for hit in some])} for some in hits
    )
    return one, other


def change(location: Location) -> None:
    """Change two of three articles, and add one."""
    for name, text in (
        ("bridge.md", "The harbour bridge of Port Lenn closed again on Friday."),
        ("wheat.md", "The wheat harvest in the northern provinces rose by a fifth."),
        ("new.md", "The wheat market of Port Lenn burned."),
    ):
        (location.articles / name).write_text(f"{text}\n", "utf-8")


OLD = {"The harbour bridge of Port Lenn reopened on Thursday after eleven months of repairs",
       "The wheat harvest in the northern provinces fell by a third",
       "Engineers launched the weather satellite Miro from an island in the Pacific"}  # fmt: skip
HALF = {"The harbour bridge of Port Lenn closed again on Friday",
        "The wheat harvest in the northern provinces fell by a third",
        "The wheat market of Port Lenn burned",
        "Engineers launched the weather satellite Miro from an island in the Pacific"}  # fmt: skip
NEW = {"The harbour bridge of Port Lenn closed again on Friday",
       "The wheat harvest in the northern provinces rose by a fifth",
       "The wheat market of Port Lenn burned",
       "Engineers launched the weather satellite Miro from an island in the Pacific"}  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
def test_beside_a_writer_all_articles_are_found_as_they_are_now(
    location: Location, run: Run, hashing: HashingEncoder, step: str
) -> None:
    run()
    with closing(Index.open(location, Settings(), encoder=hashing)) as before:
        assert found(before, "the of weather") == (OLD, OLD)
        change(location)
        with a_writer_at(location, step):
            with closing(Index.open(location, Settings(), encoder=hashing)) as index:
                for each in (index, before):
                    by_meaning, by_words = found(each, "the of weather")
                    assert by_meaning == by_words
                    assert by_meaning == {"first article": OLD, "third article": HALF}.get(step, NEW)
            with pytest.raises(Exception, match="has been writing"):
                run()
        assert found(before, "the of weather") == (NEW, NEW)


@pytest.mark.parametrize("step", ["third article", "vectors", "words"])
def test_beside_the_first_writer_of_all_what_is_written_is_found(
    location: Location, hashing: HashingEncoder, step: str
) -> None:
    with a_writer_at(location, step), closing(Index.open(location, Settings(), encoder=hashing)) as index:
        by_meaning, by_words = found(index, "the of weather")
        assert by_meaning == by_words
        assert len(by_meaning) == (2 if step == "third article" else 3)


@pytest.mark.parametrize("state", ["doubtful", "none"])
def test_beside_a_writer_that_makes_the_search_indexes_anew(
    location: Location, run: Run, hashing: HashingEncoder, state: str
) -> None:
    run()
    if state == "doubtful":
        doubt(location)
    else:
        with closing(sqlite3.connect(location.catalogue)) as connection:
            connection.execute("UPDATE meta SET value = ? WHERE key = 'derived'", [state])
            connection.commit()
    with writer(location.store), closing(Index.open(location, Settings(), encoder=hashing)) as index:
        assert found(index, "the of weather") == (OLD, OLD)


def test_damage_beside_a_writer_is_made_good_in_memory(location: Location, run: Run, hashing: HashingEncoder) -> None:
    run()
    for file in [*location.store.glob("vectors-*/*/*.bin"), *location.store.glob("words-*/*.idx")]:
        file.write_bytes(b"\xa5" * 99)
    with closing(Index.open(location, Settings(), encoder=hashing)) as index:
        with writer(location.store):
            assert found(index, "the of weather") == (OLD, OLD)
        change(location)
        run()
        assert found(index, "the of weather") == (NEW, NEW)


# -- where nothing can be written --------------------------------------------------------------------------------------

ASKING = """
    import sys
    from pathlib import Path
    from qabot.settings import Settings
    from qabot.store.index import Index
    from qabot.store.location import Location
    from tests.store.hashing import HashingEncoder
    from tests.store.test_readers import found
    where, encoder = Path(sys.argv[1]), HashingEncoder()
    for _ in range(2):
        index = Index.open(Location(where / "articles", where / "store"), Settings(), encoder=encoder)
        print(len(index.articles()), *map(len, found(index, "the of weather")))
        index.close()
"""


def no_room() -> None:
    """No file may have a byte."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def no_permission() -> None:
    """The superuser too heeds the permissions of files."""
    bounding, override, search = 24, 1, 2
    if os.geteuid() == 0:
        for capability in (override, search):
            assert ctypes.CDLL(None).prctl(bounding, capability, 0, 0, 0) == 0


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Let nobody write into a folder."""
    everything = [folder, *folder.rglob("*")]
    for each in everything:
        each.chmod(0o555 if each.is_dir() else 0o444)
    try:
        yield
    finally:
        for each in everything:
            each.chmod(0o755 if each.is_dir() else 0o644)


def asked(location: Location, limit: Callable[[], None], code: str = ASKING) -> str:
    done = subprocess.run(
        [sys.executable, "-B", "-c", textwrap.dedent(code), str(location.articles.parent)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, preexec_fn=limit,
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(params=["whole", "cut short", "damaged"])
def harmed(request: pytest.FixtureRequest, location: Location, run: Run) -> str:
    """An index as it should be, one whose last run was cut short, or a damaged one; what is found in it, twice over."""
    run()
    if request.param == "cut short":
        change(location)
        with pytest.raises(AssertionError), a_writer_at(location, "vectors") as process:
            process.kill()
    elif request.param == "damaged":
        for file in [*location.store.glob("vectors-*/*/*.bin"), *location.store.glob("words-*/*.idx")]:
            file.write_bytes(b"\xa5" * 99)
    return "4 4 4\n" * 2 if request.param == "cut short" else "3 3 3\n" * 2


def test_an_index_that_cannot_be_written_is_asked(location: Location, harmed: str) -> None:
    with read_only(location.articles.parent):
        assert asked(location, no_permission) == harmed


def test_an_index_on_a_full_disk_is_asked(location: Location, harmed: str) -> None:
    assert asked(location, no_room) == harmed


def test_a_run_that_fails_on_a_full_disk_leaves_an_index_that_is_asked(location: Location, run: Run) -> None:
    run()
    change(location)
    failing = """
        import sys
        from pathlib import Path
        from qabot.errors import StoreError
        from qabot.settings import Settings
        from qabot.store.ingest import update
        from qabot.store.location import Location
        from tests.store.hashing import HashingEncoder
        where = Path(sys.argv[1])
        try:
            update(Location(where / "articles", where / "store"), [], Settings(), encoder=HashingEncoder())
        except StoreError as error:
            print(error)
    """
    assert re.fullmatch(r"The disk .*full.*\n", asked(location, no_room, failing))
    assert asked(location, no_room) == "3 3 3\n" * 2
    assert run().updated == 2


def test_what_somebody_else_writes_to_an_index_that_one_may_only_read_is_seen(location: Location, run: Run) -> None:
    run()
    code = """
        import sys
        from contextlib import closing
        from pathlib import Path
        from qabot.store.catalogue import Catalogue
        with closing(Catalogue.open_to_read(Path(sys.argv[1]) / "store" / "catalogue.sqlite")) as catalogue:
            for _ in range(2):
                catalogue.version
                print(catalogue.get("colour"), flush=True)
                sys.stdin.readline()
    """
    with read_only(location.articles.parent):
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(code), str(location.articles.parent)], text=True,
            cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, preexec_fn=no_permission,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline() == "None\n"
    with closing(sqlite3.connect(location.catalogue)) as connection:
        connection.execute("INSERT INTO meta VALUES ('colour', 'red')")
        connection.commit()
    with read_only(location.articles.parent):
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.stdout.readline() == "red\n"
        process.communicate("\n")


def test_a_stray_lock_of_another_is_no_hindrance(location: Location, run: Run, hashing: HashingEncoder) -> None:
    run()
    shutil.rmtree(next(location.store.glob("words-*")))
    with writer(location.store), closing(Index.open(location, Settings(), encoder=hashing)) as index:
        assert found(index, "the of weather") == (OLD, OLD)
