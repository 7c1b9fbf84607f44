"""A look at a doubtful Chroma folder from a child process, which a damaged one may crash."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from qabot.store.catalogue import Entry

_PATIENCE = 60  # seconds


def answers_rightly(folder: Path, count: int, sample: Sequence[Entry]) -> bool:
    """Whether the collection in ``folder`` opens, holds ``count`` passages and finds ``sample`` by its own vectors."""
    task = {
        "folder": str(folder),
        "count": count,
        "sample": [(entry.passage_id, entry.vector.tolist()) for entry in sample],
    }
    package = str(Path(__file__).parents[2])
    path = os.pathsep.join([package, *filter(None, [os.environ.get("PYTHONPATH")])])
    try:
        child = subprocess.run(
            [sys.executable, "-m", "qabot.store.probe"],
            input=json.dumps(task).encode(),
            env={**os.environ, "PYTHONPATH": path},
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError):
        return False
    return child.returncode == 0


def _main() -> int:
    from qabot.store.vectors import VectorIndex

    task = json.load(sys.stdin)
    sample = [
        Entry(passage_id, np.asarray(vector, dtype=np.float32), "", None, None, None)
        for passage_id, vector in task["sample"]
    ]
    index = VectorIndex(Path(task["folder"]))
    return 1 if index.wrong(task["count"], sample) else 0


if __name__ == "__main__":
    sys.exit(_main())
