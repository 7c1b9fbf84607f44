import json

import pytest

from qabot.errors import CaseError, UsageError
from qabot.evaluation.compare import Comparison, Requirement, compare, mcnemar, parse_requirement, read_baseline
from qabot.evaluation.metrics import Share, measure
from tests.evaluation.results import failed, right, wrong


# By hand (2 * 1/2^6, 2 * (1+10+45)/2^10, ...); the large ones are scipy's `binomtest`.
@pytest.mark.parametrize(
    ("broken", "fixed", "p"),
    [
        (0, 0, 1.0),
        (1, 0, 1.0),
        (5, 0, 0.0625),
        (6, 0, 0.03125),
        (2, 8, 0.109375),
        (1, 9, 22 / 1024),
        (7, 7, 1.0),
        (12, 28, 0.01658900337497471),
        (300, 260, 0.0992558700573967),
    ],
)
def test_mcnemar_against_known_values(broken, fixed, p):
    assert mcnemar(broken, fixed) == pytest.approx(p)
    assert mcnemar(fixed, broken) == pytest.approx(p)


def test_flips_are_counted_over_what_both_runs_scored():
    results = [right("same"), right("fixed"), wrong("broken"), failed("failed"), right("new")]
    comparison = compare(results, {"same": True, "fixed": False, "broken": True, "failed": True, "gone": True})
    assert comparison == Comparison(3, fixed=("fixed",), broken=("broken",), not_compared=("failed", "gone", "new"))
    assert not comparison.worse


@pytest.mark.parametrize(("broken", "fixed", "worse"), [(6, 0, True), (5, 0, False), (0, 6, False), (9, 1, True)])
def test_worse_only_beyond_chance(broken, fixed, worse):
    ids = tuple(map(str, range(10)))
    assert Comparison(60, fixed=ids[:fixed], broken=ids[:broken], not_compared=()).worse is worse


def test_a_baseline_is_what_out_wrote(tmp_path):
    file = tmp_path / "out.jsonl"
    lines = [json.dumps(result.document()) for result in (right("1"), wrong("2"), failed("3"))]
    file.write_text("\n".join([*lines, '{"id": "4", "corr']))  # cut off
    assert read_baseline(file) == {"1": True, "2": False}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "There is no baseline"),
        (b"", "holds no scored case"),
        (b'{"id": "1"}\n', r"out\.jsonl:1: not a result"),
        (b"[]\n{}\n", r"out\.jsonl:1: not a result"),
        (b"\xff", "cannot be read"),
    ],
)
def test_what_is_no_baseline_is_refused(tmp_path, content, message):
    file = tmp_path / "out.jsonl"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CaseError, match=message):
        read_baseline(file)


def test_requirement():
    accuracy = measure([right("1"), wrong("2")])
    assert parse_requirement("accuracy=0.5") == Requirement("accuracy", 0.5)
    assert parse_requirement(" abstention-recall = 1") == Requirement("abstention_recall", 1.0)
    assert parse_requirement("accuracy=0.5").met_by(accuracy)
    assert not parse_requirement("accuracy=0.51").met_by(accuracy)
    assert not parse_requirement("abstention_recall=0").met_by({"abstention_recall": Share(0, 0)})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("accuracy", "Write METRIC=VALUE"),
        ("acuracy=0.9", "Did you mean accuracy?"),
        ("speed=0.9", "There are: accuracy, "),
        ("accuracy=90", "between 0 and 1"),
        ("accuracy=high", "between 0 and 1"),
        ("accuracy=nan", "between 0 and 1"),
        ("accuracy=", "between 0 and 1"),
    ],
)
def test_a_wrong_requirement_is_refused(text, message):
    with pytest.raises(UsageError, match=message.replace("?", r"\?")):
        parse_requirement(text)
