"""The measure of extraction is the public benchmark's, and the floor holds where that benchmark is at hand."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from eval import extraction

ROOT = Path(__file__).parents[3]
BENCHMARK = ROOT.parent / "shared" / "bench" / "article-extraction"
TEXT = "The council has voted to close the port after a debate of six hours on Monday, and the last ship has left."


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
    found: str, truth: str, precision: float | None, recall: float | None
) -> None:
    result = extraction.compare("page", found, truth)
    assert (result.precision, result.recall) == (pytest.approx(precision), pytest.approx(recall))


def test_f1_is_of_the_mean_precision_and_the_mean_recall() -> None:
    results = [extraction.compare("1", "a b c d e", "a b c d"), extraction.compare("2", "", "a b c d")]
    assert extraction.scores(results) == pytest.approx((1 / 2, 1 / 2, 1 / 2))
    assert extraction.intervals([results[0]] * 5) == [0, 0, 0]


def test_the_command_measures_a_folder(tmp_path: Path) -> None:
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


def test_the_command_refuses_a_folder_without_a_truth(tmp_path: Path) -> None:
    done = _run(str(tmp_path))
    assert done.returncode == 2
    assert "there is no ground-truth.json" in done.stderr


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "eval", "extraction", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.skipif(not BENCHMARK.is_dir(), reason="the benchmark's pages are not beside the repository")
def test_a_sixth_of_the_benchmark_is_above_its_floor() -> None:
    given, truth = extraction.pages(BENCHMARK), extraction.truths(BENCHMARK)
    results = [extraction.compare(page, extraction.qabot(page, given[page]), truth[page]) for page in list(given)[::6]]
    assert len(results) > 25
    assert extraction.scores(results)[2] >= 0.965
