"""A run of ``qabot index`` that stops after a step until the test lets it go on or kills it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from qabot.settings import Settings
from qabot.store import bm25, catalogue, ingest, search_files, vectors, writing
from qabot.store.location import Location
from tests.store.hashing import HashingEncoder

ROOT = Path(__file__).parents[2]
STEPS: dict[str, tuple[type, str, int]] = {
    "first article": (catalogue.Catalogue, "write", 1),
    "second article": (catalogue.Catalogue, "write", 2),
    "third article": (catalogue.Catalogue, "write", 3),
    "fourth article": (catalogue.Catalogue, "write", 4),
    "vectors dropped": (vectors.VectorWriter, "drop", 1),
    "vectors": (vectors.VectorWriter, "put", 1),
    "words": (bm25.Bm25Index, "change", 1),
    "checked": (vectors.VectorIndex, "wrong", 1),
    "confirmed": (search_files.SearchFiles, "_write", 1),
}
"""Whose method was called, and how many times, when the step is done."""


def stopped_writer(
    folder: Path, step: str, *, encoder: str = "hashing", env: Mapping[str, str] = os.environ
) -> subprocess.Popen[bytes]:
    """Start a process that brings the index in a folder up to date; return it when it has stopped.

    It goes on when its standard input ends. ``encoder`` is `hashing`, or `packaged` for the one that the index has.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", __name__, str(folder), step, encoder],
        cwd=folder, env={**env, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout
    assert process.stdout.readline() == b"here\n", process.communicate()
    return process


def _stop_after(owner: type, name: str, times: int) -> None:
    whole, called = getattr(owner, name), 0

    def method(*arguments: object, **options: object) -> object:
        nonlocal called
        result = whole(*arguments, **options)
        called += 1
        if called == times:
            os.write(1, b"here\n")
            sys.stdin.read()
        return result

    setattr(owner, name, method)


if __name__ == "__main__":
    where, at, model = Path(sys.argv[1]), *sys.argv[2:]
    writing._TOGETHER = 1  # every article by itself
    _stop_after(*STEPS[at])
    ingest.update(
        Location(where / "articles", where / "store"), [], Settings(),
        encoder=HashingEncoder() if model == "hashing" else None,
    )  # fmt: skip
