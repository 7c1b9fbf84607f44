"""Whole processes, measured by the operating system's own accounting."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_MAXRSS = 2**20 if sys.platform == "darwin" else 2**10  # what the operating system counts in, in bytes


@dataclass(frozen=True)
class Usage:
    """What a process took.

    Attributes:
        wall: seconds from its start to its end.
        cpu: seconds of processor time, its own and the system's for it; what else runs hardly changes them.
        peak: megabytes of memory at most.
        output: its standard output.
    """

    wall: float
    cpu: float
    peak: float
    output: str


def run(arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> Usage:
    """Run a Python process to its end.

    Args:
        arguments: of the interpreter that runs this one.
        environment: variables beside those of this process.

    Raises:
        RuntimeError: it failed.
    """
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    variables = {**os.environ, "PYTHONPATH": path, **(environment or {})}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.perf_counter()
        process = subprocess.Popen([sys.executable, *arguments], env=variables, stdout=out, stderr=err)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode not in (0, 3):  # qabot's 3: the articles do not say
            said = err.read().decode(errors="replace").strip().split("\n")[-1]
            raise RuntimeError(f"{' '.join(map(str, arguments))[:200]} failed: {said}")
        peak = _megabytes(used)
        return Usage(wall, used.ru_utime + used.ru_stime, peak, out.read().decode(errors="replace"))


def peak_memory() -> float:
    """Return how many megabytes of memory this process has taken at most."""
    return _megabytes(resource.getrusage(resource.RUSAGE_SELF))


def _megabytes(used: resource.struct_rusage) -> float:
    return used.ru_maxrss * _MAXRSS / 10**6
