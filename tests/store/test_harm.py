"""What becomes of an index when its writer is killed, its files are damaged, the disk is full, or two write at once."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from qabot.errors import IndexBusyError, StoreError
from qabot.settings import Settings
from qabot.store.index import Index
from qabot.store.ingest import remove
from qabot.store.location import Location, index_command, told_plainly, writer
from qabot.store.records import UpdateReport
from tests.store.hashing import HashingEncoder
from tests.store.stopped_writer import stopped_writer

Run = Callable[..., UpdateReport]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def answers(location: Location, settings: Settings, hashing: HashingEncoder) -> Callable[[], int]:
    """Opens the index and counts what both searches find, which must be the same."""

    def answers() -> int:
        index = Index.open(location, settings, encoder=hashing)
        try:
            nearest = index.search_vectors(hashing.encode(["the harvest"])[0], 100)
            assert index.passages([hit.passage_id for hit in nearest])[0].text
            assert len(index.search_words("the", 100)) == len(nearest)
            return len(nearest)
        finally:
            index.close()

    return answers


def child(code: str, *arguments: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.mark.parametrize(
    ("step", "blow"),
    [
        ("second article", signal.SIGKILL),
        ("vectors", signal.SIGKILL),
        ("checked", signal.SIGKILL),
        ("second article", signal.SIGINT),
        ("vectors", signal.SIGINT),
    ],
)
@pytest.mark.parametrize("built", [False, True])
def test_a_killed_writer_leaves_the_last_good_state(
    location: Location, run: Run, answers: Callable[[], int], step: str, blow: signal.Signals, built: bool
) -> None:
    if built:
        run()
        for name in ("one", "two", "three"):
            (location.articles / f"{name}.txt").write_text(
                f"The {name} new thing was seen in the old {name} town today."
            )
    process = stopped_writer(location.articles.parent, step)
    process.send_signal(blow)
    _, said = process.communicate(timeout=300)
    assert process.returncode == -signal.SIGKILL if blow is signal.SIGKILL else b"KeyboardInterrupt" in said
    written = {"second article": 1, "vectors": 3, "checked": 3}[step] + 3 * built
    assert answers() == written
    report = run()
    assert report.articles == answers() == 3 + 3 * built
    assert run().unchanged == report.articles


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGINT])
def test_an_archive_that_was_cut_short_goes_on(
    location: Location, run: Run, answers: Callable[[], int], blow: signal.Signals
) -> None:
    (location.articles / "archive.jsonl").write_text(
        "".join(
            json.dumps(
                {"url": f"https://a.example/{n}", "text": f"The {n}th new thing was seen in the old town today."}
            )
            + "\n"
            for n in range(6)
        )
    )
    process = stopped_writer(location.articles.parent, "fourth article")
    process.send_signal(blow)
    process.communicate(timeout=300)
    assert answers() == 3  # the fourth was just being written
    report = run()
    assert (report.added, report.updated, report.unchanged, report.removed, report.articles) == (6, 0, 3, 0, 9)
    assert run().unchanged == report.articles == answers()


def test_what_lies_in_the_working_directory_is_not_imported(
    location: Location, run: Run, settings: Settings, hashing: HashingEncoder, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    run()
    (tmp_path / "secrets.py").write_text("raise SystemExit('imported')")
    monkeypatch.chdir(tmp_path)
    with closing(Index.open(location, settings, encoder=hashing)) as index:
        article_id = index.articles()[0].article_id
    assert remove(location, [article_id], settings, encoder=hashing) == 1


def test_two_writers(location: Location, run: Run) -> None:
    run()
    with writer(location.store), pytest.raises(IndexBusyError, match=rf"Process {os.getpid()} on .* since .*try again"):
        run()
    assert run().unchanged == 3


def test_the_lock_of_a_dead_process_does_not_block(location: Location, run: Run) -> None:
    process = child(
        """
        import sys
        from pathlib import Path
        from qabot.store.location import writer
        with writer(Path(sys.argv[1])):
            print("held", flush=True)
            sys.stdin.read()
        """.replace("sys.stdin.read()", "import time; time.sleep(60)"),
        location.store,
    )
    assert process.stdout
    assert process.stdout.readline() == b"held\n"
    with pytest.raises(IndexBusyError, match=f"Process {process.pid} "):
        run()
    process.kill()
    process.communicate()
    assert run().added == 3


def test_one_may_ask_while_another_writes(location: Location, run: Run, answers: Callable[[], int]) -> None:
    run()
    with writer(location.store):
        assert answers() == 3


def doubt(location: Location) -> None:
    connection = sqlite3.connect(location.catalogue)
    generation = "SELECT 'derived_doubted', json_extract(value, '$.generation') FROM meta WHERE key = 'derived'"
    assert connection.execute(f"INSERT OR REPLACE INTO meta {generation}").rowcount == 1
    connection.commit()
    connection.close()


def files(location: Location, pattern: str) -> list[Path]:
    return [file for file in location.store.glob(pattern) if file.is_file()]


@pytest.mark.parametrize(
    "pattern", ["vectors-*/chroma.sqlite3", "vectors-*/*/*.bin", "words-*/meta.json", "words-*/*.idx"]
)
@pytest.mark.parametrize("harm", ["deleted", "emptied", "cut", "garbled"])
def test_damaged_search_indexes_are_mended(
    location: Location, run: Run, answers: Callable[[], int], pattern: str, harm: str
) -> None:
    run()
    for file in files(location, pattern):
        data = file.read_bytes()
        if harm == "deleted":
            file.unlink()
        else:
            file.write_bytes(
                {"emptied": b"", "cut": data[: len(data) // 2], "garbled": b"\xa5" * (len(data) + 1)}[harm]
            )
    assert answers() == 3
    assert answers() == 3


def test_deleted_search_indexes_are_made_anew(location: Location, run: Run, answers: Callable[[], int]) -> None:
    run()
    for folder in [*location.store.glob("vectors-*"), *location.store.glob("words-*")]:
        shutil.rmtree(folder)
    assert answers() == 3


def test_what_is_doubtful_is_made_anew(location: Location, run: Run, answers: Callable[[], int]) -> None:
    run()
    before = set(location.store.glob("vectors-*"))
    doubt(location)
    assert answers() == 3
    after = set(location.store.glob("vectors-*"))
    assert len(after) == 1
    assert after.isdisjoint(before)


def test_files_that_changed_without_harm_are_kept(location: Location, run: Run, answers: Callable[[], int]) -> None:
    run()
    [folder] = location.store.glob("vectors-*")
    (folder / "stray.txt").write_text("left here by a backup program")
    assert answers() == 3
    assert folder.exists()


@pytest.mark.parametrize("harm", ["garbled", "cut", "text", "other database"])
def test_a_damaged_catalogue_is_one_line_with_the_cure(
    location: Location, run: Run, settings: Settings, hashing: HashingEncoder, harm: str
) -> None:
    run()
    data = location.catalogue.read_bytes()
    location.catalogue.unlink()
    if harm == "other database":
        connection = sqlite3.connect(location.catalogue)
        connection.execute("CREATE TABLE stranger (name)")
        connection.close()
    else:
        head, half = data[:4096], len(data) // 8192 * 4096
        harmed = {"garbled": head + b"\xa5" * (len(data) - 4096), "cut": data[:half], "text": b"Dear diary, " * 1000}[
            harm
        ]
        location.catalogue.write_bytes(harmed)

    def use() -> None:
        index = Index.open(location, settings, encoder=hashing)
        try:
            assert not [index.text(each.article_id) for each in index.articles()]
        finally:
            index.close()

    for attempt in (use, run, lambda: remove(location, ["a"], settings)):
        with pytest.raises(
            StoreError, match=r"damaged.*Delete that folder and run qabot index.*standard input"
        ) as raised:
            attempt()
        assert "\n" not in str(raised.value)
        assert index_command(location.store) in str(raised.value)
    shutil.rmtree(location.store)
    assert run().added == 3


def test_a_full_disk(location: Location, run: Run, answers: Callable[[], int]) -> None:
    run()
    (location.articles / "long.txt").write_text(
        "\n\n".join(f"The count on day {n} was {n * 7}, as the office said." for n in range(9000))
    )
    process = child(
        """
        import resource, signal, sys
        from pathlib import Path
        from qabot.errors import StoreError
        from qabot.settings import Settings
        from qabot.store.location import Location
        from qabot.store.ingest import update
        from tests.store.hashing import HashingEncoder
        where = Path(sys.argv[1])
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
        try:
            update(Location(where / "articles", where / "store"), [], Settings(), encoder=HashingEncoder())
        except StoreError as error:
            print(error)
        """,
        location.articles.parent,
    )
    told, trouble = process.communicate(timeout=300)
    assert trouble == b""
    assert b"full" in told
    assert told.count(b"\n") == 1
    assert answers() == 3


def test_no_permission(location: Location, settings: Settings, run: Run) -> None:
    location.store.write_text("a file where the folder should be")
    with pytest.raises(StoreError, match=r"cannot be used|no permission"):
        run()
    location.store.unlink()
    with pytest.raises(StoreError, match=r"no permission to write to .*--index"), told_plainly(location.store):
        raise PermissionError(errno.EACCES, "Permission denied", "x")
    if os.geteuid() == 0:
        pytest.skip("the superuser may write everywhere")
    location.store.mkdir(mode=0o500)
    with pytest.raises(StoreError, match=r"no permission to write to .*--index"):
        run()


def test_the_holder_is_named_only_while_it_writes(location: Location) -> None:
    with writer(location.store):
        who = json.loads((location.store / "writer.json").read_text())
        assert who["pid"] == os.getpid()
        assert time.strptime(who["since"][:19], "%Y-%m-%dT%H:%M:%S")
    assert not (location.store / "writer.json").exists()


def test_search_indexes_lost_while_open_are_mended(opened: Index, location: Location, hashing: HashingEncoder) -> None:
    for folder in location.store.glob("words-*"):
        shutil.rmtree(folder)
    assert len(opened.search_words("the", 9)) == 3


def test_a_vector_of_another_dimension_is_no_traceback(opened: Index) -> None:
    with pytest.raises(StoreError, match="dimension"):
        opened.search_vectors(np.ones(5, np.float32), 3)
    assert opened.search_words("the", 3)
