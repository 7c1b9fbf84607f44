"""What a killed writer leaves: folders that it was making, and its child."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from filelock import FileLock

from qabot.store.location import Location
from qabot.store.records import UpdateReport

Run = Callable[..., UpdateReport]
ROOT = Path(__file__).parents[2]


def test_what_a_killed_writer_left_is_deleted_by_the_next(location: Location, run: Run) -> None:
    left = [location.store / name for name in ("encoder-0123456789abcdef.4711", "vectors-dead", "words-dead")]
    for folder in left:
        (folder / "half").mkdir(parents=True)
    run()
    assert not [folder for folder in left if folder.exists()]
    left[0].mkdir()
    run()
    assert not left[0].exists()


def test_the_child_of_a_killed_writer_ends_with_it(location: Location, run: Run, tmp_path: Path) -> None:
    run()
    (tmp_path / "sitecustomize.py").write_text(
        textwrap.dedent(
            """
            import sys
            if "qabot.store.search_files" in sys.orig_argv:
                import time
                from filelock import FileLock
                from qabot.store.vectors import VectorWriter
                def put(self, vectors):
                    FileLock("alive").acquire()
                    print("writing", flush=True, file=open("begun", "w"))
                    time.sleep(600)
                VectorWriter.put = put
            """
        )
    )
    removing = """
        import sys
        from pathlib import Path
        from qabot.settings import Settings
        from qabot.store.ingest import remove
        from qabot.store.location import Location
        from tests.store.hashing import HashingEncoder
        where = Path(sys.argv[1])
        remove(Location(where / "articles", where / "store"), sys.argv[2:], Settings(), encoder=HashingEncoder())
    """
    with closing(sqlite3.connect(location.catalogue)) as connection:
        [(article_id,)] = connection.execute("SELECT article_id FROM articles LIMIT 1").fetchall()
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(removing), str(location.articles.parent), article_id],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"},
    )  # fmt: skip
    while not (tmp_path / "begun").exists():
        assert process.poll() is None
        time.sleep(0.05)
    process.kill()
    process.communicate()
    with FileLock(tmp_path / "alive", timeout=60):
        assert run().articles == 2
