"""A judge on a real server: its verdicts beside the score."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from qabot.errors import ModelError, SettingsError
from qabot.evaluation.case import parse_case
from qabot.evaluation.judge import Judge
from qabot.evaluation.report import Report, report_json, report_text
from qabot.evaluation.result import Result
from qabot.settings import Settings
from tests.model_server import ModelServer, Request


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as running:
        yield running


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-x")


def result(case_id: str, answer: str, *, correct: bool | None, abstain: bool = False) -> Result:
    expected = '"abstain": true' if abstain else '"answers": [["1974", "74"], ["harbour"]]'
    case = parse_case(f'{{"id": "{case_id}", "turns": ["When was it closed?"], {expected}}}')
    said = {"answer": answer, "short_answer": None, "abstained": abstain}
    return Result(case, said, correct, None, {"accuracy": float(bool(correct))})


RESULTS = (
    result("good", "The harbour was closed in 1974. [1]", correct=True),
    result("bad", "In 1975. [1]", correct=False),
    result("strict", "The port was closed in 1974. [1]", correct=False),
    result("none", "The articles do not say.", correct=True, abstain=True),
    result("unknown", "So it is. [1]", correct=None),
)


def judge(server: ModelServer) -> Judge:
    return Judge.open("openai:test", Settings(model="openai:other", base_url=server.base_url))


def by_answer(request: Request) -> str:
    answer = re.findall(r"^<answer (\w+)>\n(.*)\n</answer \1>$", request.user, re.MULTILINE)[0][1]
    return "**WRONG**, since it is not." if "1975" in answer else "Right"


def test_its_agreement_stands_beside_the_score(server: ModelServer) -> None:
    server.obeys(by_answer)
    verdicts = judge(server).judge(RESULTS, jobs=2)
    assert verdicts.right == {"good": True, "bad": False, "strict": True, "none": True}
    assert (verdicts.agreement.hits, verdicts.agreement.count, verdicts.disagreed) == (3, 4, ("strict",))
    assert verdicts.kappa == 0.5
    assert "Expected: 1974 or 74 and harbour" in "\n".join(request.user for request in server.requests)
    assert "Expected: that the articles do not say" in "\n".join(request.user for request in server.requests)
    report = Report(RESULTS, verdicts=verdicts)
    assert report.metrics == Report(RESULTS).metrics
    assert report_json(report)["judge"]["judge"] == "openai:test"
    assert report_json(Report(RESULTS))["judge"] is None
    text = report_text(report)
    assert "Judge openai:test (in none of the figures): calls 3 of 4 right" in text
    assert "kappa 0.50" in text


def test_what_it_fails_on_is_counted_and_not_guessed(server: ModelServer) -> None:
    server.says("I am not sure.")
    verdicts = judge(server).judge(RESULTS)
    assert (verdicts.right, verdicts.failed, verdicts.kappa) == ({}, 4, None)
    assert "no verdict on any case (4 failed)" in report_text(Report(RESULTS, verdicts=verdicts))


def test_why_it_fails_is_said_and_after_three_failures_in_a_row_it_is_not_asked_again(server: ModelServer) -> None:
    server.fails(401)
    seen: list[tuple[int, int]] = []
    verdicts = judge(server).judge(RESULTS, progress=lambda done, total: seen.append((done, total)))
    assert (verdicts.right, verdicts.failed) == ({}, 4)
    assert "OPENAI_API_KEY" in (verdicts.error or "")
    assert seen == [(1, 4), (2, 4), (3, 4)]
    report = Report(RESULTS, verdicts=verdicts)
    assert report_json(report)["judge"]["error"] == verdicts.error
    text = report_text(report)
    assert f"The judge's first error: {verdicts.error}" in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 100


def test_a_failure_between_verdicts_is_told_and_the_others_are_asked(server: ModelServer) -> None:
    server.says("RIGHT")
    server.fails(401)
    server.says("RIGHT")
    verdicts = judge(server).judge(RESULTS)
    assert (list(verdicts.right), verdicts.failed) == (["good", "strict", "none"], 1)
    assert verdicts.error is not None


def test_an_interrupt_keeps_the_verdicts_so_far(server: ModelServer) -> None:
    def stop(done: int, _total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    for _ in range(4):
        server.says("RIGHT")
    verdicts = judge(server).judge(RESULTS, progress=stop)
    assert (list(verdicts.right), verdicts.failed, verdicts.interrupted) == (["good", "bad"], 2, True)
    assert "interrupted" in report_text(Report(RESULTS, verdicts=verdicts))


def test_it_is_told_what_must_not_be_said(server: ModelServer) -> None:
    server.says("WRONG")
    one = result("good", "In 1974. [1]", correct=True)
    judge(server).judge([replace(one, case=replace(one.case, wrong=("1975", "1976")))])
    assert "Expected: 1974 or 74 and harbour (never: 1975, 1976)" in server.requests[0].user


def test_a_judge_that_is_none_is_told_at_once() -> None:
    with pytest.raises(ModelError, match="Write provider:name"):
        Judge.open("gpt", Settings())


@pytest.mark.parametrize(
    ("judge", "answering", "seconds"), [("openai:test", "ollama:x", 60), ("ollama:x", "openai:test", 600)]
)
def test_where_the_answering_model_runs_says_nothing_of_the_judge(judge: str, answering: str, seconds: float) -> None:
    model = Judge.open(judge, Settings(model=answering))._model
    assert model.name == judge
    assert model._patience == seconds


def test_a_prompt_of_ones_own_without_a_variable_is_told_at_once(tmp_path: Path, server: ModelServer) -> None:
    (tmp_path / "judge.md").write_text("{question} {answer} {boundary}")
    with pytest.raises(SettingsError, match=r"lacks the variable \{expected\}"):
        Judge.open("openai:test", Settings(model="openai:x", base_url=server.base_url, prompts=tmp_path))
