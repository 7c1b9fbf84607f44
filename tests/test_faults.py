"""The trials of `python -m eval faults` run, and find nothing in a few of theirs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from eval.faults import inputs, trial
from eval.figures import ROOT
from qabot.errors import QabotError


@pytest.mark.parametrize(("trials", "count"), [("kill", 4), ("bytes", 4), ("inputs", 10)])
def test_a_few_trials_find_nothing(trials: str, count: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "eval", "faults", trials, "--count", str(count)],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    shown = done.stdout.splitlines()
    assert shown
    assert [line for line in shown if "  1.000  (" not in line or not line.endswith(f"of {count}")] == []


def test_trials_of_inputs_go_on_where_they_were(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("[true, true]\n" * 9 + "[false, true]\n", encoding="utf-8")
    one_line, within = inputs.run(11, kept=kept)
    assert (one_line.value, within.value) == (pytest.approx(10 / 11), 1.0)
    assert len(kept.read_text(encoding="utf-8").splitlines()) == 11


def _fail(error: BaseException) -> None:
    raise error


def test_what_becomes_of_a_child_is_told() -> None:
    assert (trial.in_child(len, "abc").kind, trial.in_child(len, "abc").value) == ("done", 3)
    assert trial.in_child(_fail, QabotError("Do this.")).kind == "told"
    assert trial.in_child(_fail, QabotError("two\nlines")).kind == "fault"
    assert trial.in_child(_fail, ValueError("no")).kind == "fault"
    assert trial.in_child(os._exit, 9).kind == "dead"
    assert trial.in_child(time.sleep, 60, patience=0.1).kind == "late"
