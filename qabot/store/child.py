"""What a child process does: looking at a Chroma folder that may crash it, and writing one that is free of the past.

Chroma saves memory that it never wrote to along with its vectors, so a new folder can hold words that this process read
long before; one that was started afresh, after an article was deleted, has none of it to give away.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from qabot.errors import QabotError, StoreError
from qabot.store.catalogue import Catalogue
from qabot.store.passage_tables import Entry

_PROBE_PATIENCE = 60  # seconds


def answers_rightly(folder: Path, count: int, sample: Sequence[Entry]) -> bool:
    """Whether the collection in ``folder`` opens, holds ``count`` passages and finds ``sample`` by its own vectors."""
    vectors = [(entry.passage_id, entry.vector.tolist()) for entry in sample]
    try:
        child = _run({"probe": str(folder), "count": count, "sample": vectors}, timeout=_PROBE_PATIENCE)
    except subprocess.TimeoutExpired:
        return False
    return child.returncode == 0


def rebuild(catalogue: Path) -> None:
    """Make the derived indexes anew from the catalogue; the caller holds the writer's lock.

    Raises:
        StoreError: that did not work.
    """
    child = _run({"rebuild": str(catalogue)})
    if child.returncode:
        said = child.stderr.decode(errors="replace").strip().split("\n")[-1]
        raise StoreError(said or f"The search index in {catalogue.parent} could not be written. Run qabot index.")


def _run(task: dict[str, Any], timeout: float | None = None) -> subprocess.CompletedProcess[bytes]:
    package = str(Path(__file__).parents[2])
    path = os.pathsep.join([package, *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.run(
        [sys.executable, "-m", "qabot.store.child"],
        input=json.dumps(task).encode(),
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        timeout=timeout,
        check=False,
    )


def _main(task: dict[str, Any]) -> int:
    if "rebuild" in task:
        return _rebuild(Path(task["rebuild"]))
    from qabot.store.vectors import VectorIndex

    sample = [
        Entry(passage_id, np.asarray(vector, dtype=np.float32), "", None, None, None)
        for passage_id, vector in task["sample"]
    ]
    return 1 if VectorIndex(Path(task["probe"])).wrong(task["count"], sample, opening_chroma=True) else 0


def _rebuild(path: Path) -> int:
    from qabot.store.derived import Derived

    try:
        catalogue = Catalogue.open(path)
        Derived(path.parent, catalogue).rebuild()
        catalogue.close()
    except QabotError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(_main(json.load(sys.stdin)))
