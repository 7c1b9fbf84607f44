"""The measure of extraction is the public benchmark's, and the floor holds where that benchmark is at hand."""

from __future__ import annotations

import gzip
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "eval" / "extraction" / "measure.py"
BENCHMARK = ROOT.parent / "shared" / "bench" / "article-extraction"
TEXT = "The council has voted to close the port after a debate of six hours on Monday, and the last ship has left."


@pytest.fixture(scope="module")
def measure() -> ModuleType:
    spec = importlib.util.spec_from_file_location("measure", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["measure"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("found", "truth", "precision", "recall"),
    [
        ("a b c d e", "a b c d e", 1, 1),
        ("a b c d e", "a, b. c-d\n e!", 1, 1),
        ("a b c d", "A B C D", 0, 0),
        ("a b c d e", "a b c d", 1 / 2, 1),
        ("a b c d x a b c d", "a b c d", 1 / 6, 1),  # a run that is found twice is wrong once
        ("a b", "a b", 1, 1),  # shorter than a run
        ("", "a b c d", None, 0),
        ("a b c d", "", 0, None),
        ("", "", None, None),
    ],
)
def test_a_page_is_measured_by_its_runs_of_four_words(
    measure: ModuleType, found: str, truth: str, precision: float | None, recall: float | None
) -> None:
    result = measure.compare("page", found, truth)
    assert (result.precision, result.recall) == (pytest.approx(precision), pytest.approx(recall))


def test_f1_is_of_the_mean_precision_and_the_mean_recall(measure: ModuleType) -> None:
    results = [measure.compare("1", "a b c d e", "a b c d"), measure.compare("2", "", "a b c d")]
    assert measure.scores(results) == pytest.approx((1 / 2, 1 / 2, 1 / 2))
    assert measure.intervals([results[0]] * 5) == [0, 0, 0]


def test_the_script_measures_a_folder(tmp_path: Path) -> None:
    page = f"<html><body><nav><p>Home</p></nav><article><p>{TEXT}</p><p>{TEXT[::-1]}</p></article></body></html>"
    (tmp_path / "html").mkdir()
    for name in ("one", "two", "three", "four"):
        (tmp_path / "html" / f"{name}.html.gz").write_bytes(gzip.compress(page.encode()))
    truth = {name: {"articleBody": f"{TEXT} {TEXT[::-1]}", "url": ""} for name in ("one", "two", "three", "four")}
    (tmp_path / "ground-truth.json").write_text(json.dumps(truth))
    done = _run(str(tmp_path), "--baseline", "--errors", "1")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("1.0000 ± 0.0000") >= 9
    assert done.stdout.splitlines()[-1].endswith("precision 1.000  recall 1.000")


def test_the_script_refuses_a_folder_without_a_truth(tmp_path: Path) -> None:
    done = _run(str(tmp_path))
    assert done.returncode == 2
    assert "there is no ground-truth.json" in done.stderr


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(SCRIPT), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.skipif(not BENCHMARK.is_dir(), reason="the benchmark's pages are not beside the repository")
def test_a_sixth_of_the_benchmark_is_above_its_floor(measure: ModuleType) -> None:
    given, truth = measure.pages(BENCHMARK), measure.truths(BENCHMARK)
    results = [measure.compare(page, measure.qabot(page, given[page]), truth[page]) for page in list(given)[::6]]
    assert len(results) > 25
    assert measure.scores(results)[2] >= 0.965
