import json

import pytest

from qabot.errors import CaseError
from qabot.evaluation.record import record_path
from qabot.evaluation.result import read_result, read_results, set_aside
from tests.evaluation.results import answer, case, declined, evidence, failed, right, scored, wrong


def test_the_document_of_a_scored_case_is_that_of_ask_and_its_score():
    document = json.loads(json.dumps(right("year", "fact", "date").document()))
    assert {"question", "standalone_question", "answer", "citations", "evidence", "confidence"} < document.keys()
    assert document["id"] == "year"
    assert document["correct"] is True
    assert document["cited"] is True
    assert document["tags"] == ["fact", "date"]
    assert document["scores"]["accuracy"] == 1
    assert document["why"] == "holds: “2003”; quoted word for word; the case names no source"
    assert document["case"]["answers"] == [["2003"]]
    assert "error" not in document


def test_the_document_of_a_case_that_was_not_scored_says_why():
    assert failed("year", "fact").document() == {
        "id": "year",
        "question": "When?",
        "correct": None,
        "cited": None,
        "tags": ["fact"],
        "error": "The server did not answer.",
        "case": {"id": "year", "turns": ["When?"], "answers": [["2003"]], "tags": ["fact"]},
    }


RESULTS = [
    right("1", "fact", short="2003"),
    wrong("2"),
    declined("3"),
    failed("4"),
    scored(case("5", answers=(), abstain=None), answer(found=(evidence(),))),
]


@pytest.mark.parametrize("result", RESULTS, ids=lambda result: result.case.case_id)
def test_a_result_is_the_same_after_it_was_written_and_read(result):
    assert read_result(json.loads(json.dumps(result.document()))) == result


def test_a_file_of_results_is_read_in_its_order_without_a_line_cut_off(tmp_path):
    file = tmp_path / "run.jsonl"
    lines = [json.dumps(result.document()) for result in RESULTS]
    file.write_text("\n".join([*lines, lines[0][:100]]))
    assert read_results(file) == RESULTS


def test_no_earlier_run_is_overwritten(tmp_path):
    out = tmp_path / "run.jsonl"
    for number, name in enumerate(("run.before.jsonl", "run.before-2.jsonl", "run.before-3.jsonl")):
        line = json.dumps(right(str(number)).document()) + "\n"
        out.write_text(line)
        record_path(out).write_text(str(number))
        assert set_aside(out) == tmp_path / name
        assert (tmp_path / name).read_text() == line
        assert record_path(tmp_path / name).read_text() == str(number)
    assert set_aside(out) is None
    out.write_text(line)  # without a record: it is not to lie beside another run's
    record_path(tmp_path / "run.before-4.jsonl").write_text("another's")
    assert set_aside(out) == tmp_path / "run.before-5.jsonl"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "There is no file"),
        (b'{"id": "1", "correct": true}\n', r"run\.jsonl:1: no result"),
        (b"[]\n{}\n", r"run\.jsonl:1: no result"),
        (json.dumps(right("1").document() | {"scores": {"f1": "0.5"}}).encode() + b"\n", r"run\.jsonl:1: no result"),
        (b"\xff", "cannot be read"),
    ],
)
def test_what_is_no_file_of_results_is_refused(tmp_path, content, message):
    file = tmp_path / "run.jsonl"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CaseError, match=message):
        read_results(file)
