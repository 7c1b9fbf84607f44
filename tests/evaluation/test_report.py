import json

from qabot.evaluation.compare import Requirement, compare
from qabot.evaluation.report import Report, report_json, report_text
from tests.evaluation.results import answer, case, failed, right, scored, wrong

RESULTS = (
    right("year", "fact"),
    wrong("court\x1b[31m", "fact"),
    failed("slow", "fact"),
    scored(case("moscow", "miss", abstain=True), answer(abstained=True)),
)
BASELINE = {"year": False, "moscow": True, "gone": True}


def test_the_document():
    document = json.loads(json.dumps(report_json(Report(RESULTS, compare(RESULTS, BASELINE)))))
    assert document["cases"] == 4
    assert document["interrupted"] is False
    assert document["metrics"]["accuracy"]["value"] == 2 / 3
    assert document["metrics"]["accuracy"]["hits"] == 2
    assert document["metrics"]["accuracy"]["count"] == 3
    low, high = document["metrics"]["accuracy"]["interval"]
    assert 0 < low < 2 / 3 < high < 1
    assert list(document["by_tag"]) == ["fact", "miss"]
    assert document["by_tag"]["miss"]["citation_correctness"] == {
        "value": None,
        "interval": None,
        "hits": 0,
        "count": 0,
    }
    assert document["latency_ms"]["p50"] == 20.0
    assert document["wrong"] == ["court\x1b[31m"]
    assert document["errors"] == [{"id": "slow", "error": "The server did not answer."}]
    assert document["flips"] == {
        "compared": 2,
        "fixed": ["year"],
        "broken": [],
        "not_compared": ["court\x1b[31m", "gone"],
        "p_value": 1.0,
        "worse": False,
    }


def test_without_a_baseline_nothing_flips():
    assert report_json(Report(RESULTS))["flips"] is None


def test_the_text_says_every_count_and_what_went_wrong():
    text = report_text(Report(RESULTS, compare(RESULTS, BASELINE)), [Requirement("accuracy", 0.9)])
    lines = text.splitlines()
    assert lines[0] == "4 cases, 1 of them not scored"
    assert any(line.split()[:2] == ["accuracy", "66.7%"] and line.endswith("2/3") for line in lines)
    assert any(line.startswith("fact") and "1/2" in line for line in lines)
    assert "  court: Nobody knows. [1], not 2003" in lines
    assert "  slow: The server did not answer." in lines
    assert "Fixed (1):" in lines
    assert "  accuracy is 66.7%, not 90.0%" in lines
    assert max(map(len, lines)) <= 100
    assert "\x1b" not in text


def test_nothing_was_measured():
    assert "not measured" in report_text(Report((failed("slow"),)))
    assert report_text(Report((), interrupted=True)).startswith("0 cases, interrupted")


def test_unmet_requirements():
    report = Report(RESULTS)
    easy, hard, unmeasured = Requirement("accuracy", 0.6), Requirement("accuracy", 0.7), Requirement("coverage", 0.0)
    assert report.unmet([easy, hard]) == [hard]
    assert Report((failed("slow"),)).unmet([unmeasured]) == [unmeasured]
