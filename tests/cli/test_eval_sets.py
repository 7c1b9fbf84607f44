"""``qabot eval --set`` on miniatures of every public set."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.run import qabot
from tests.evaluation.made_sets import MADE, realtimeqa_weekly

WITHOUT_AN_INDEX = {
    "squad": {"right sentence cited": 1.0, "EM": 1.0, "F1": 1.0},
    "qed": {"right sentence cited": 1.0, "near misses declined": 1.0},
    "treccast": {"rewrites that hold every content word of the manual ones": 1.0, "no needless rewrite": 1.0},
}
WITH_AN_INDEX = {
    "realtimeqa": {"hits@1": 1.0, "hits@5": 1.0},
    "mtrag-un": {"recall@5": 1.0, "nDCG@5": 1.0, "unanswerable declined": 1.0},
    "ramdocs": {"answered": 1.0},
    "timeqa": {"EM, easy": 1.0, "unanswerable declined, hard": 1.0},
}


def test_in_a_process_of_its_own(tmp_path: Path) -> None:
    MADE["treccast"](tmp_path)
    done = qabot(tmp_path, "eval", "--set", "treccast", ".", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["record"]["set"] == "treccast"


@pytest.mark.model
@pytest.mark.parametrize("name", WITHOUT_AN_INDEX)
def test_without_an_index(run: Run, tmp_path: Path, name: str) -> None:
    folder, out, page = tmp_path / "set", tmp_path / "run.jsonl", tmp_path / "report.html"
    folder.mkdir()
    MADE[name](folder)
    before = sorted(folder.iterdir())
    done = run("eval", "--set", name, folder, "--json", "--out", out, "--report", page)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert {figure: report["figures"][figure]["value"] for figure in WITHOUT_AN_INDEX[name]} == WITHOUT_AN_INDEX[name]
    assert report["record"]["set"] == name
    assert name in page.read_text("utf-8")
    assert sorted(folder.iterdir()) == before


@pytest.mark.model
@pytest.mark.parametrize("name", WITH_AN_INDEX)
def test_with_an_index(run: Run, tmp_path: Path, name: str) -> None:
    folder, kept, out = tmp_path / "set", tmp_path / "kept", tmp_path / "run.jsonl"
    folder.mkdir()
    MADE[name](folder)
    done = run("eval", "--set", name, str(folder), "--json", "--set-index", str(kept), "--out", str(out))
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert not report["errors"]
    assert {figure: report["figures"][figure]["value"] for figure in WITH_AN_INDEX[name]} == WITH_AN_INDEX[name]
    assert kept.is_dir()

    again = run("eval", "--set", name, str(folder), "--set-index", str(kept), "--baseline", str(out))
    assert again.returncode == 0
    assert "0 broken" in again.stdout or "not worse beyond chance" in again.stdout
    assert "What else differs" not in again.stdout


@pytest.mark.model
def test_the_weekly_files_of_realtimeqa(run: Run, tmp_path: Path) -> None:
    realtimeqa_weekly(tmp_path)
    done = run("eval", "--set", "realtimeqa", str(tmp_path), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["figures"]["hits@5"]["value"] == 1.0


@pytest.mark.model
def test_a_folder_that_holds_something_else_is_left_alone(run: Run, tmp_path: Path) -> None:
    MADE["mtrag-un"](tmp_path)
    done = run("eval", "--set", "mtrag-un", str(tmp_path), "--set-index", str(tmp_path))
    assert done.returncode == 1
    assert "Give --set-index another folder" in done.stderr
