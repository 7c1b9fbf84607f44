"""``qabot eval`` on a real index, a scripted language model answering."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

pytestmark = pytest.mark.model

CASES = (
    {
        "id": "ribbon",
        "turns": ["Who cut the ribbon?"],
        "answers": [["Ada Quill"]],
        "sources": ["fair.md"],
        "tags": ["fact"],
    },
    {"id": "cost", "turns": ["What did the fair cost?"], "abstain": True, "tags": ["not-stated"]},
    {"id": "founder", "turns": ["Who founded the fair?"], "answers": [["Otto Marsh"]], "tags": ["fact"]},
)


@pytest.fixture
def cases(tmp_path: Path) -> str:
    file = tmp_path / "cases.jsonl"
    file.write_text("".join(json.dumps(case) + "\n" for case in CASES), "utf-8")
    return str(file)


def test_a_run_is_reported_and_written_case_by_case(
    run: Run, cases: str, model: dict[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"
    done = run("eval", cases, "--json", "--out", str(out), **model)
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    assert report["wrong"] == ["founder"]
    assert report["metrics"]["accuracy"]["hits"] == 2
    results = {result["id"]: result for result in map(json.loads, out.read_text("utf-8").splitlines())}
    assert {name: result["correct"] for name, result in results.items()} == {
        "ribbon": True,
        "cost": True,
        "founder": False,
    }
    assert results["ribbon"]["cited"] is True
    assert {"question", "answer", "citations", "evidence", "tags"} <= results["ribbon"].keys()
    again = run("eval", cases, "--baseline", str(out), **model)
    assert again.returncode == 0
    assert "3 cases compared, 0 fixed, 0 broken" in again.stdout


def test_below_what_is_required_is_4(run: Run, cases: str, model: dict[str, str]) -> None:
    done = run("eval", cases, "--fail-under", "accuracy=0.9", "--fail-under", "abstention_recall=1", **model)
    assert done.returncode == 4
    assert done.stderr == "qabot: accuracy is 0.667, below 0.9\n"
    assert run("eval", cases, "--fail-under", "accuracy=0.6", **model).returncode == 0


def test_worse_than_the_baseline_beyond_chance_is_4(run: Run, model: dict[str, str], tmp_path: Path) -> None:
    wrong = [{"id": str(n), "turns": ["Who founded the fair?"], "answers": [["Otto Marsh"]]} for n in range(8)]
    cases, baseline = tmp_path / "many.jsonl", tmp_path / "before.jsonl"
    cases.write_text("".join(json.dumps(case) + "\n" for case in wrong), "utf-8")
    baseline.write_text("".join(json.dumps({"id": case["id"], "correct": True}) + "\n" for case in wrong), "utf-8")
    assert run("eval", str(cases), "--baseline", str(baseline), **model).returncode == 4
