"""``qabot eval`` on a real index, a scripted language model answering."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pexpect
import pytest

from qabot.cli.output import EvalProgress
from qabot.evaluation.record import RunRecord, write_record
from qabot.evaluation.report import Report
from qabot.evaluation.result import Result
from qabot.settings import Settings
from tests.cli.conftest import Run
from tests.cli.run import COMMAND, environment
from tests.evaluation.results import failed, right, wrong
from tests.model_server import ModelServer

CASES = (
    {
        "id": "ribbon",
        "turns": ["Who cut the ribbon?"],
        "answers": [["Ada Quill"]],
        "sources": ["fair.md"],
        "tags": ["fact"],
    },
    {"id": "cost", "turns": ["What did the fair cost?"], "abstain": True, "tags": ["not-stated"]},
    {"id": "founder", "turns": ["Who founded the fair?"], "answers": [["Lena Gale"]], "tags": ["fact"]},  # it errs
)


@pytest.fixture
def cases(tmp_path: Path) -> str:
    file = tmp_path / "cases.jsonl"
    file.write_text("".join(json.dumps(case) + "\n" for case in CASES), "utf-8")
    return str(file)


@pytest.mark.model
def test_a_run_is_reported_and_written_case_by_case(
    run: Run, cases: str, model: dict[str, str], tmp_path: Path
) -> None:
    out, page = tmp_path / "out.jsonl", tmp_path / "report.html"
    done = run("eval", cases, "--json", "--out", str(out), "--report", str(page), **model)
    assert done.returncode == 0, done.stderr  # which on a slow machine says how far it is
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
    record = json.loads((tmp_path / "out.record.json").read_text("utf-8"))
    assert record == report["record"]
    assert record["model"]["name"] == "openai:test"
    assert record["index"]["articles"] == 3
    assert record["command"][:3] == ["qabot", "eval", cases]
    assert "Ada Quill" in page.read_text("utf-8")

    assert f"The results are in {out}\n" in done.stderr
    assert f"The report is in {page}: open it in a browser" in done.stderr

    again = run("eval", cases, "--baseline", str(out), "--out", str(out), **model)
    assert again.returncode == 0
    assert f"{out} held the results of an earlier run: they are in {tmp_path}/out.before.jsonl now.\n" in again.stderr
    assert (tmp_path / "out.before.record.json").is_file()
    assert "3 cases compared, 0 fixed, 0 broken" in again.stdout
    assert "What else differs" not in again.stdout
    other = run("eval", cases, "--baseline", str(out), "--passages", "3", "--limit", "2", **model)
    assert "settings.passages: 10, then 3" in other.stdout

    page.unlink()
    later = run("eval", "--from", str(tmp_path / "out.before.jsonl"), "--report", str(page), "--json")
    assert json.loads(later.stdout)["metrics"] == report["metrics"]
    assert "Ada Quill" in page.read_text("utf-8")
    assert "3 cases compared" in run("eval", "--from", str(out), "--baseline", str(out)).stdout


@pytest.mark.model
def test_the_cases_that_come_with_qabot_are_not_asked_of_other_articles(run: Run, built: Path) -> None:
    done = run("eval")
    assert (done.returncode, done.stdout) == (1, "")
    assert f"about its starter articles, which the index in {built}/index does not hold." in done.stderr
    assert "qabot eval --new cases.jsonl" in done.stderr
    elsewhere = run("eval", "--index", built / "index", home=built.parent)
    assert f"qabot eval --new cases.jsonl --index {built}/index" in elsewhere.stderr


@pytest.mark.model
def test_a_first_file_of_cases_is_written_and_can_be_asked(run: Run, model: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    done = run("eval", "--new", file)
    assert (done.returncode, done.stdout) == (0, "")
    assert f"written to {file}, made by rule from the index in" in done.stderr
    assert f"Then: qabot eval {file}\n" in done.stderr
    cases = {case["turns"][0]: case for case in map(json.loads, file.read_text("utf-8").splitlines())}
    assert cases["When was the fair founded?"]["answers"] == [["1893"]]
    assert cases["When was the fair founded?"]["sources"] == ["fair.md"]
    assert any(case.get("abstain") for case in cases.values())
    again = run("eval", "--new", file)
    assert again.returncode == 1
    assert again.stderr.endswith(f"There is a file {file} already. Give --new another file.\n")
    assert run("eval", file, **model).returncode == 0


@pytest.mark.model
def test_below_what_is_required_is_4(run: Run, cases: str, model: dict[str, str]) -> None:
    done = run("eval", cases, "--fail-under", "accuracy=0.9", "--fail-under", "abstention_recall=1", **model)
    assert done.returncode == 4
    assert done.stderr.endswith("qabot: accuracy is 0.667, below 0.9\n")
    assert run("eval", cases, "--fail-under", "accuracy=0.6", **model).returncode == 0


@pytest.mark.model
def test_above_what_is_required_is_4_where_less_is_better(run: Run, cases: str, model: dict[str, str]) -> None:
    done = run("eval", cases, "--fail-over", "aurc=0.01", "--fail-over", "latency_p50=60000", **model)
    assert done.returncode == 4
    assert "qabot: aurc is 0." in done.stderr
    assert done.stderr.endswith(", above 0.01\n")


@pytest.mark.model
def test_what_was_not_measured_reaches_nothing(run: Run, cases: str, model: dict[str, str]) -> None:
    done = run("eval", cases, "--fail-under", "left_alone=0", **model)
    assert done.returncode == 4
    assert done.stderr.endswith("qabot: left_alone is not measured, below 0\n")


@pytest.mark.model
def test_worse_than_the_baseline_beyond_chance_is_4(run: Run, model: dict[str, str], tmp_path: Path) -> None:
    wrong = [{"id": str(n), "turns": ["Who founded the fair?"], "answers": [["Lena Gale"]]} for n in range(8)]
    cases, baseline = tmp_path / "many.jsonl", tmp_path / "before.jsonl"
    cases.write_text("".join(json.dumps(case) + "\n" for case in wrong), "utf-8")
    baseline.write_text("".join(json.dumps({"id": case["id"], "correct": True}) + "\n" for case in wrong), "utf-8")
    done = run("eval", str(cases), "--baseline", str(baseline), **model)
    assert done.returncode == 4
    assert "8 broken, p = 0.00781: worse beyond chance." in done.stdout


@pytest.mark.model
def test_where_no_case_could_be_asked_it_is_said(run: Run, tmp_path: Path) -> None:
    cases = tmp_path / "one.jsonl"
    cases.write_text('{"id": "fair", "turns": ["Who founded the fair?"], "answers": [["Otto Marsh"]]}\n', "utf-8")
    nobody = {"QABOT_MODEL": "openai:test", "QABOT_BASE_URL": "http://127.0.0.1:9/v1"}
    done = run("eval", str(cases), **nobody)
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith("qabot: None of the cases could be asked; the first: ")
    assert "http://127.0.0.1:9/v1" in last


def written(file: Path, *results: Result) -> Path:
    file.write_text("".join(json.dumps(result.document()) + "\n" for result in results), "utf-8")
    return file


def test_no_bound_is_met_where_cases_could_not_be_asked(run_bare: Run, tmp_path: Path) -> None:
    cut = written(tmp_path / "run.jsonl", right("1"), failed("2"), failed("3"))
    for bound in (("--fail-under", "accuracy=0.9"), ("--fail-over", "aurc=0.9")):
        done = run_bare("eval", "--from", cut, *bound)
        assert done.returncode == 4
        assert done.stderr == "qabot: 2 of 3 cases could not be asked; the first: The server did not answer.\n"
    assert run_bare("eval", "--from", cut).returncode == 0


def test_what_the_baseline_scored_and_could_not_be_asked_is_4(run_bare: Run, tmp_path: Path) -> None:
    cut = written(tmp_path / "run.jsonl", right("1"), failed("2"))
    whole = written(tmp_path / "before.jsonl", right("1"), right("2"))
    done = run_bare("eval", "--from", cut, "--baseline", whole)
    assert done.returncode == 4
    assert done.stderr == "qabot: 1 of 2 cases could not be asked; the first: The server did not answer.\n"
    assert run_bare("eval", "--from", cut, "--baseline", cut).returncode == 0  # as before


def test_where_all_failed_that_is_said_whatever_was_asked_for(run_bare: Run, tmp_path: Path) -> None:
    none = written(tmp_path / "run.jsonl", failed("1"), failed("2"))
    done = run_bare("eval", "--from", none, "--fail-under", "accuracy=0.9")
    assert done.returncode == 1
    assert done.stderr == "qabot: None of the cases could be asked; the first: The server did not answer.\n"


def test_an_earlier_run_that_was_cut_short_is_told_as_such(run_bare: Run, tmp_path: Path) -> None:
    cut = written(tmp_path / "run.jsonl", right("1"), right("2"))
    for asked in (2, 3):
        cases = [right(str(number)).case for number in range(asked)]
        write_record(cut, RunRecord.begin(Settings(), cases, index={}))
        report = run_bare("eval", "--from", cut, "--json")
        assert (report.returncode, json.loads(report.stdout)["interrupted"]) == (0, asked > 2)
    assert run_bare("eval", "--from", cut).stdout.startswith("2 cases, interrupted\n")
    for gate in (("--fail-under", "accuracy=0.9"), ("--baseline", cut)):
        done = run_bare("eval", "--from", cut, *gate)
        assert done.returncode == 4
        assert done.stderr.startswith("qabot: The run was cut short: not all of its cases were asked.")


def test_after_an_interrupt_nothing_is_judged(
    run_bare: Run, server: ModelServer, model: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    report = Report((right("1"),), interrupted=True)
    monkeypatch.setattr("qabot.cli.evaluating._run", lambda _options, _settings: (report, "accuracy"))
    done = run_bare("eval", "--judge", "openai:test", **model)
    assert (done.returncode, server.requests) == (130, [])
    assert done.stdout.startswith("1 case, interrupted\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--resume"], "Name it: --out FILE --resume"),
        (["cases.jsonl", "--from", "run.jsonl"], "--from asks nothing"),
        (["--from", "run.jsonl", "--limit", "3"], "--from asks nothing"),
        (["--from", "run.jsonl", "--passages", "3"], "--from asks nothing"),
        (["--from", "run.jsonl", "--index", "x"], "--from asks nothing"),
        (["--new", "mine.jsonl", "--out", "x"], "--new asks nothing"),
        (["--new", "mine.jsonl", "--limit", "3"], "--new asks nothing"),
        (["--new", "mine.jsonl", "--fail-under", "accuracy=0.9"], "--new asks nothing"),
        (["--new", "mine.jsonl", "--report", "x.html"], "--new asks nothing"),
        (["--set-index", "x"], "Name the set, or use --index"),
        (["--set", "squad"], "Write: qabot eval --set NAME FOLDER"),
        (["--set", "squad", "a", "b"], "Write: qabot eval --set NAME FOLDER"),
        (["--set", "squad", ".", "--index", "x"], "A set has an index of its own"),
        (["--set", "squat", "."], "Did you mean squad?"),
        (["--fail-under", "ece=0.1"], "ece is better the lower it is. Write --fail-over ece=0.1."),
        (["--fail-over", "f1=0.1"], "f1 is better the higher it is. Write --fail-under f1=0.1."),
        (["--jobs", "0"], "--jobs"),
    ],
)
def test_what_contradicts_itself_is_2(run: Run, arguments: list[str], message: str) -> None:
    done = run("eval", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--from", "gone.jsonl"], "There is no file gone.jsonl"),
        (["--baseline", "gone.jsonl"], "There is no file gone.jsonl"),
        (["gone.jsonl"], "There is no file gone.jsonl"),
        (["--set", "squad", "gone"], "There is no folder gone"),
        (["--report", "gone/report.html"], "Make it, or give --report another file"),
    ],
)
def test_a_file_that_is_not_there_is_1(run: Run, arguments: list[str], message: str) -> None:
    done = run("eval", *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert message in done.stderr


def test_the_help_teaches_by_example_and_names_every_set(run: Run) -> None:
    done = run("eval", "--help")
    assert done.returncode == 0
    for said in ("qabot eval --from run.jsonl --report run.html", "--resume", "realtimeqa, mtrag-un, ramdocs, squad"):
        assert said in done.stdout


@pytest.fixture
def many_cases(tmp_path: Path) -> str:
    file = tmp_path / "many.jsonl"
    cases = [{**CASES[0], "id": f"c{number}"} for number in range(40)]
    file.write_text("".join(json.dumps(case) + "\n" for case in cases), "utf-8")
    return str(file)


@pytest.mark.model
def test_interrupted_in_a_process_of_its_own_it_is_gone_on_with(
    run: Run, built: Path, many_cases: str, tmp_path: Path
) -> None:
    out = tmp_path / "run.jsonl"
    command = ["eval", many_cases, "--out", str(out)]
    process = subprocess.Popen(
        [*COMMAND, *command], cwd=built, env=environment(built), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 300
    while not out.exists() or out.read_bytes().count(b"\n") < 5:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGINT)
    printed, _ = process.communicate(timeout=300)
    assert process.returncode == 130
    assert b", interrupted" in printed
    kept = out.read_text("utf-8").splitlines()
    assert 5 <= len(kept) < 40

    done = run(*command, "--resume", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["cases"], report["interrupted"]) == (40, False)
    assert report["record"]["resumed"] == len(kept)
    lines = out.read_text("utf-8").splitlines()
    assert lines[: len(kept)] == kept
    assert [json.loads(line)["id"] for line in lines] == [f"c{number}" for number in range(40)]

    other = run(*command, "--resume", "--passages", "3")
    assert other.returncode == 1
    assert "run.jsonl is of another run (settings.passages: 10, then 3). Leave out --resume" in other.stderr


@pytest.mark.model
def test_on_a_terminal_a_bar_says_how_far_it_is(built: Path, many_cases: str) -> None:
    terminal = pexpect.spawn(
        COMMAND[0],
        [*COMMAND[1:], "eval", many_cases],
        cwd=str(built),
        env={**environment(built), "TERM": "xterm-256color"},
        dimensions=(40, 120),
        timeout=300,
        encoding="utf-8",
    )
    terminal.expect(r"Asking .*\d+/40.* of \d+ right")
    terminal.expect("40 cases")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0


def test_elsewhere_a_line_says_it_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr("qabot.cli.output.time.monotonic", lambda: now[0])
    with EvalProgress() as progress:
        for done in range(1, 5):
            now[0] += 2
            progress(done, 10, right(str(done)) if done != 2 else wrong("2"))
    assert capsys.readouterr().err == "3 of 10, 2 of 3 right, 14 s left\n"


@pytest.mark.model
def test_the_home_of_a_file_is_looked_up(run: Run, tmp_path: Path) -> None:
    done = run("eval", "--new=~/mine.jsonl", HOME=str(tmp_path))
    assert (done.returncode, (tmp_path / "mine.jsonl").is_file()) == (0, True), done.stderr
