import json
from dataclasses import replace

import pytest

from qabot.errors import CaseError, UsageError
from qabot.evaluation.comparison import Baseline, Comparison, Requirement, compare, parse_requirement, read_baseline
from qabot.evaluation.metrics import METRICS, measure
from qabot.evaluation.record import RunRecord, write_record
from qabot.evaluation.statistics import Difference, Estimate
from qabot.settings import Settings
from tests.evaluation.results import answer, case, failed, right, scored, wrong


def test_flips_are_counted_over_what_both_runs_judged():
    results = [right("same"), right("fixed"), wrong("broken"), failed("failed"), right("new")]
    was = {"same": True, "fixed": False, "broken": True, "failed": True, "gone": True}
    comparison = compare(results, Baseline(was))
    assert (comparison.compared, comparison.fixed, comparison.broken) == (3, ("fixed",), ("broken",))
    assert comparison.not_compared == ("failed", "gone", "new")
    assert comparison.changed is None
    assert not comparison.worse


@pytest.mark.parametrize(("broken", "fixed", "worse"), [(6, 0, True), (5, 0, False), (0, 6, False), (9, 1, True)])
def test_worse_only_beyond_chance(broken, fixed, worse):
    ids = tuple(map(str, range(10)))
    assert Comparison(60, fixed=ids[:fixed], broken=ids[:broken], not_compared=()).worse is worse


def test_measures_are_compared_case_by_case():
    was = {str(n): {"f1": 1.0, "brier": 0.5} for n in range(10)}
    results = [right(str(n), short="in 2003") for n in range(10)]
    comparison = compare(results, Baseline(dict.fromkeys(was, True), was))
    assert comparison.measures.keys() == {"f1", "brier"}
    assert comparison.measures["f1"].mean == pytest.approx(2 / 3 - 1)
    assert comparison.measures["f1"].beyond_chance
    assert not comparison.worse  # the accuracy decides


@pytest.mark.parametrize(
    ("difference", "worse"),
    [
        (Difference(50, -0.2, (-0.3, -0.1), 0.001), True),
        (Difference(50, -0.2, (-0.3, 0.1), 0.2), False),
        (Difference(50, 0.2, (0.1, 0.3), 0.001), False),
    ],
)
def test_another_headline_metric_decides_where_a_set_has_one(difference, worse):
    comparison = Comparison(0, (), (), (), {"recall@5": difference}, headline="recall@5")
    assert comparison.worse is worse
    assert comparison.p_value == difference.p_value
    assert not Comparison(0, (), (), (), headline="recall@5").worse


def test_what_else_differs_is_known_where_both_have_a_record(tmp_path):
    record = RunRecord.begin(Settings(), [case()], index={"fingerprint": "a"})
    out = tmp_path / "out.jsonl"
    out.write_text(json.dumps(right("year").document()) + "\n")
    write_record(out, record)
    now = replace(record, index={"fingerprint": "b"})
    assert compare([right("year")], read_baseline(out), now).changed == ("index.fingerprint: a, then b",)
    assert compare([right("year")], read_baseline(out), record).changed == ()


def test_a_baseline_is_what_out_wrote(tmp_path):
    file = tmp_path / "out.jsonl"
    open_case = scored(case("4", answers=(), sources=("x",)), answer())
    lines = [json.dumps(result.document()) for result in (right("1"), wrong("2"), failed("3"), open_case)]
    file.write_text("\n".join([*lines, '{"id": "5", "corr']))  # cut off
    baseline = read_baseline(file)
    assert baseline.correct == {"1": True, "2": False, "4": None}
    assert baseline.scores["1"]["accuracy"] == 1
    assert baseline.record is None


def test_of_a_line_id_and_correct_are_enough(tmp_path):
    file = tmp_path / "out.jsonl"
    file.write_text('{"id": "1", "correct": true}\n{"id": 2, "correct": false}\n')
    assert read_baseline(file).correct == {"1": True, "2": False}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "There is no file"),
        (b"", "holds no scored case"),
        (b'{"id": "1"}\n', r"out\.jsonl:1: not a result"),
        (b"[]\n{}\n", r"out\.jsonl:1: not a result"),
        (b'{"id": "1", "correct": true, "scores": null}\n', r"out\.jsonl:1: not a result"),
        (b'{"id": "1", "correct": true, "scores": {"f1": "0.5"}}\n', r"out\.jsonl:1: not a result"),
        (b'{"id": "1", "correct": true, "scores": {"f1": null}}\n', r"out\.jsonl:1: not a result"),
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
    metrics = measure([right("1"), wrong("2")])
    assert parse_requirement("accuracy=0.5") == Requirement("accuracy", 0.5)
    assert parse_requirement(" abstention-recall = 1") == Requirement("abstention_recall", 1.0)
    assert parse_requirement("hits@5=0.9") == Requirement("hits@5", 0.9)
    assert parse_requirement("latency-p95=500", "over") == Requirement("latency_p95", 500)
    assert parse_requirement("accuracy=0.5").met_by(metrics)
    assert not parse_requirement("accuracy=0.51").met_by(metrics)
    assert parse_requirement("brier=0.42", "over").met_by(metrics)  # (.01 + .81) / 2 = .41
    assert not parse_requirement("brier=0.4", "over").met_by(metrics)
    assert not parse_requirement("abstention_recall=0").met_by({"abstention_recall": Estimate()})


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_may_be_required_in_its_own_direction_only(name):
    mine, other = ("over", "under") if METRICS[name].less_is_better else ("under", "over")
    assert parse_requirement(f"{name}=0.5", mine).bound == 0.5
    with pytest.raises(UsageError, match=f"Write --fail-{mine} {name}=0.5"):
        parse_requirement(f"{name}=0.5", other)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("accuracy", "Write METRIC=VALUE"),
        ("acuracy=0.9", "Did you mean accuracy?"),
        ("speed=0.9", "There are: lead_accuracy, accuracy, "),
        ("accuracy=90", "between 0 and 1"),
        ("accuracy=high", "between 0 and 1"),
        ("accuracy=nan", "between 0 and 1"),
        ("accuracy=", "between 0 and 1"),
    ],
)
def test_a_wrong_requirement_is_refused(text, message):
    with pytest.raises(UsageError, match=message.replace("?", r"\?")):
        parse_requirement(text)


def test_a_wrong_time_is_refused():
    with pytest.raises(UsageError, match="Write milliseconds"):
        parse_requirement("latency_p95=fast", "over")
