import json

import pytest

from tests.evaluation.results import answer, case, failed, right, scored


@pytest.mark.parametrize(
    ("expected", "said", "correct", "cited"),
    [
        (case(), answer(), True, True),
        (case(), answer("It was in 2004. [1]"), False, True),
        (case(), answer(start=21), True, False),  # not verbatim
        (case(sources=("001", "002")), answer(), True, True),
        (case(sources=("001",)), answer(), True, False),
        (case(sources=("002",)), answer(start=21), True, False),
        (case(), answer(abstained=True), False, False),
        (case(abstain=True), answer(abstained=True), True, True),
        (case(abstain=True), answer(), False, False),
    ],
)
def test_score(expected, said, correct, cited):
    result = scored(expected, said)
    assert (result.correct, result.cited) == (correct, cited)


def test_the_document_of_a_scored_case_is_that_of_ask_and_its_score():
    document = json.loads(json.dumps(right("year", "fact", "date").document()))
    assert {"question", "standalone_question", "answer", "citations", "evidence", "confidence"} < document.keys()
    assert document["id"] == "year"
    assert document["correct"] is True
    assert document["cited"] is True
    assert document["tags"] == ["fact", "date"]
    assert document["expected"] == [["2003"]]
    assert "error" not in document


def test_the_document_of_a_case_that_was_not_scored_says_why():
    assert failed("year", "fact").document() == {
        "id": "year",
        "question": "When?",
        "correct": None,
        "cited": None,
        "error": "The server did not answer.",
        "tags": ["fact"],
        "expected": [["2003"]],
    }
