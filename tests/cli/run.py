"""The command in a process of its own, as a shell would start it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "qabot"]


def environment(home: Path, **variables: str) -> dict[str, str]:
    """An environment in which nothing of this machine's user is seen."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    return {
        **kept,
        "HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "PYTHONWARNINGS": "error",
        **variables,
    }


def qabot(
    home: Path, *arguments: str | Path, typed: bytes = b"", timeout: float = 300, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run it in an empty home, off a terminal."""
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        input=typed,
        capture_output=True,
        cwd=home,
        env=environment(home, **variables),
        timeout=timeout,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    )
