"""The figures of eval/figures.json, and the tables that show them."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from eval import figures
from eval.__main__ import COMMANDS
from eval.figures import Figure
from qabot.evaluation.record import RunRecord, write_record
from qabot.settings import Settings
from tests.evaluation.results import case, declined, right, wrong

HITS = Figure("sets", "RealTimeQA", "hits@5", 0.84, (0.788, 0.881), 238, 200, command="qabot eval", commit="1234567")


@pytest.mark.parametrize("path", figures.documents(), ids=lambda path: str(path.relative_to(figures.ROOT)))
def test_the_documents_show_the_figures_as_they_are_kept(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text == figures.with_tables(text, figures.load()), "run: python -m eval tables"


def test_every_figure_has_a_name_of_its_own_and_says_at_which_state_it_was_measured() -> None:
    kept = figures.load()
    assert len({figure.name for figure in kept}) == len(kept)
    assert all(figure.commit for figure in kept)
    assert all(figure.interval[0] <= figure.value <= figure.interval[1] for figure in kept if figure.interval)


def test_no_table_is_shown_twice() -> None:
    marks = [mark for path in figures.documents() for mark in figures.TABLE.findall(path.read_text("utf-8"))]
    names = [name for _, name, _ in marks]
    assert len(set(names)) == len(names) > 0


def test_a_table_has_the_columns_that_are_filled() -> None:
    time = Figure("speed", "", "answer", 174.0, unit="ms", aim="150 ms", command="python -m eval speed")
    memory = Figure("speed", "", "asking", None, unit="GB", command="python -m eval speed")
    assert figures.table("speed", [HITS, time, memory]) == (
        "| measure | value | aim | command |\n"
        "|---|---|---|---|\n"
        "| answer | 174 ms | 150 ms | `python -m eval speed` |\n"
        "| asking | not measured |  | the same |\n"
    )
    assert figures.table("sets", [HITS]).split("\n")[2] == (
        "| RealTimeQA | hits@5 | .840 | .788 to .881 | 200 of 238 | `qabot eval` |"
    )


def test_a_table_that_no_figure_is_of_is_refused() -> None:
    with pytest.raises(SystemExit, match="no figure of the table 'speed'"):
        figures.with_tables("<!-- figures: speed -->\n<!-- end of figures -->", [HITS])


def test_a_new_figure_takes_the_place_of_the_old_one_and_keeps_its_aim(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    other = replace(HITS, measure="hits@1")
    figures.save([replace(HITS, aim="0.9", before=0.7), other], path)
    figures.take_in([replace(HITS, value=0.85), replace(HITS, measure="hits@10")], path)
    assert figures.load(path) == [replace(HITS, value=0.85, aim="0.9"), other, replace(HITS, measure="hits@10")]


def test_a_share_has_its_interval() -> None:
    figure = figures.share("times", "resolved rightly", [True] * 8 + [False] * 2)
    assert (figure.value, figure.count, figure.hits) == (0.8, 10, 8)
    assert figure.interval == pytest.approx((0.4902, 0.9433), abs=1e-4)  # Wilson's, as published for 8 of 10
    assert figures.share("times", "resolved rightly", []).value is None


def test_a_command_is_told_without_paths(tmp_path: Path) -> None:
    file = tmp_path / "said.tsv"
    file.touch()
    arguments = ["python -m eval support measure", "--bench", str(tmp_path), "--said", str(file), "--figures"]
    assert figures.command(arguments) == "python -m eval support measure --bench FOLDER --said FILE"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run of three cases, with its record."""
    results = [right("one"), wrong("two"), declined("three", "near-miss")]
    path = tmp_path / "run.jsonl"
    path.write_text("".join(json.dumps(result.document()) + "\n" for result in results), encoding="utf-8")
    command = ["/somewhere/qabot", "eval", "--out", str(path), "--resume", "--limit", "3"]
    write_record(path, RunRecord.begin(Settings(), [case()], index={}, command=command))
    return path


def test_the_figures_of_a_run_are_taken_from_its_results(run: Path) -> None:
    found = {figure.measure: figure for figure in figures.of_run(run, at="1234567")}
    accuracy = found["answered rightly, or rightly declined"]
    assert (accuracy.of, accuracy.value, accuracy.hits, accuracy.count) == ("cases", 0.6667, 2, 3)
    assert (accuracy.command, accuracy.commit) == ("qabot eval --limit 3", "1234567")
    assert found["near misses declined"].value == 1.0
    assert found["right ones of those answered"].value == 0.5


def test_a_run_of_other_code_wants_its_commit(run: Path) -> None:
    record = run.with_suffix(".record.json")
    record.write_text(json.dumps({**json.loads(record.read_text("utf-8")), "code": "other"}), encoding="utf-8")
    with pytest.raises(SystemExit, match="--commit"):
        figures.of_run(run)
    record.unlink()
    with pytest.raises(SystemExit, match="no record"):
        figures.of_run(run)


def test_the_commands_are_listed_and_an_unknown_one_is_refused() -> None:
    def asked(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "eval", *arguments], capture_output=True, text=True, check=False, cwd=figures.ROOT
        )

    listed = asked()
    assert (listed.returncode, listed.stderr) == (0, "")
    assert all(f"  {name}  " in listed.stdout for name in COMMANDS)
    refused = asked("speeed")
    assert refused.returncode == 1
    assert refused.stderr.startswith("There is no command 'speeed'.")
