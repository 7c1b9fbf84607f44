"""``--model``, ``--fallback``, ``--prompts``, ``doctor --model`` and ``eval --judge``, with a real server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.model_server import ModelServer

pytestmark = pytest.mark.model

QUESTION = "Who cut the ribbon at the fair in Hillbrook?"


def test_the_tokens_and_the_notice_are_in_the_document(run: Run, model: dict[str, str]) -> None:
    document = json.loads(run("ask", "--json", QUESTION, **model).stdout)
    assert document["tokens"] == {"answer": {"input": 11, "output": 7}}
    assert document["notice"] is None
    assert json.loads(run("ask", "--json", QUESTION).stdout)["tokens"] == {}


def test_fallback_answers_where_the_model_fails(run: Run, server: ModelServer, model: dict[str, str]) -> None:
    server.forget()
    server.fails(401)
    alone = run("ask", QUESTION, **model)
    assert (alone.returncode, alone.stdout) == (1, "")
    done = run("ask", "--json", "--fallback", "extractive", QUESTION, **model)
    assert done.returncode == 0
    document = json.loads(done.stdout)
    assert (document["model"], document["short_answer"]) == ("extractive", "Ada Quill")
    assert "refused the key" in document["notice"]
    assert done.stderr == document["notice"] + "\n"
    assert run("ask", "--fallback", "openai:x", QUESTION, **model).returncode == 2


def test_prompts_of_ones_own(run: Run, server: ModelServer, model: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "answer.md").write_text("Mine. {passages} {boundary} Question: {question}")
    run("ask", "--prompts", str(tmp_path), QUESTION, **model)
    assert server.requests[0].user.startswith("Mine. <passage 1 ")
    (tmp_path / "answer.md").write_text("Mine. {passages} {question}")
    done = run("ask", "--prompts", str(tmp_path), QUESTION, **model)
    assert (done.returncode, len(server.requests)) == (1, 1)
    assert "lacks the variable {boundary}" in done.stderr


def test_doctor_tries_the_model_that_is_named_and_no_other(
    run: Run, server: ModelServer, model: dict[str, str]
) -> None:
    done = run("doctor", **model)
    assert "answerer: openai:test is configured (not called" in done.stdout
    assert not server.requests
    done = run("doctor", "--model", "openai:test", **model)
    assert "ok    answerer: openai:test answers (" in done.stdout
    assert len(server.requests) == 1
    server.fails(404)
    done = run("doctor", "--json", "--model", "openai:test", **model)
    assert done.returncode == 1
    [check] = [check for check in json.loads(done.stdout)["checks"] if check["what"] == "answerer"]
    assert check["found"].startswith("openai:test is not there. Check its name or the address http://127.0.0.1:")


def test_a_judge_stands_beside_the_score(run: Run, server: ModelServer, model: dict[str, str], tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text(json.dumps({"id": "ribbon", "turns": [QUESTION], "answers": [["Ada Quill"]]}) + "\n")
    server.forget()
    server.obeys(lambda request: "WRONG" if "<answer" in request.user else "never asked")
    settings = {name: value for name, value in model.items() if name != "QABOT_MODEL"}
    document = json.loads(run("eval", "--json", str(cases), "--judge", "openai:test", **settings).stdout)
    assert document["metrics"]["accuracy"]["value"] == 1
    assert document["judge"]["right"] == {"ribbon": False}
    assert document["judge"]["agreement"]["hits"] == 0
