import json
from dataclasses import replace

from wcwidth import wcswidth

from qabot.evaluation.comparison import Baseline, Requirement, compare
from qabot.evaluation.metrics import Figure
from qabot.evaluation.record import RunRecord
from qabot.evaluation.report import Report, report_json, report_text
from qabot.settings import Settings
from tests.evaluation.results import answer, case, declined, failed, right, scored, wrong

RESULTS = (
    right("year", "fact"),
    wrong("court\x1b[31m", "fact"),
    failed("slow", "fact"),
    declined("moscow", "miss"),
    scored(case("open", "miss", answers=()), answer()),
)
BASELINE = Baseline({"year": False, "moscow": True, "gone": True})
RECORD = replace(
    RunRecord.begin(Settings(), [case()], index={"fingerprint": "f" * 64, "articles": 3}), seconds=7.4, set="quiz"
)


def test_the_document():
    report = Report(RESULTS, RECORD, compare(RESULTS, BASELINE), (Figure("EM", "exact_match", "fact"),))
    document = json.loads(json.dumps(report_json(report)))
    assert document["cases"] == 5
    assert document["interrupted"] is False
    accuracy = document["metrics"]["accuracy"]
    assert (accuracy["value"], accuracy["hits"], accuracy["count"]) == (2 / 3, 2, 3)
    low, high = accuracy["interval"]
    assert 0 < low < 2 / 3 < high < 1
    assert document["metrics"]["f1"]["hits"] is None
    assert list(document["by_tag"]) == ["fact", "miss"]
    assert document["by_tag"]["fact"]["abstention_recall"] == {
        "value": None,
        "interval": None,
        "count": 0,
        "hits": None,
    }
    assert document["figures"]["EM"] == document["by_tag"]["fact"]["exact_match"]
    assert document["metrics"]["latency_p50"]["value"] == 20.0
    assert document["wrong"] == ["court\x1b[31m"]
    assert document["not_judged"] == ["open"]
    assert document["errors"] == [{"id": "slow", "error": "The server did not answer."}]
    flips = document["flips"]
    assert flips["fixed"] == ["year"]
    assert flips["broken"] == []
    assert flips["not_compared"] == ["court\x1b[31m", "gone", "open"]
    assert (flips["compared"], flips["p_value"], flips["worse"], flips["changed"]) == (2, 1.0, False, None)
    assert document["record"]["index"]["articles"] == 3


def test_without_a_baseline_nothing_flips():
    document = report_json(Report(RESULTS))
    assert document["flips"] is None
    assert document["record"] is None


def test_the_text_says_every_count_and_what_went_wrong():
    report = Report(RESULTS, RECORD, compare(RESULTS, BASELINE), (Figure("EM of facts", "exact_match", "fact"),))
    text = report_text(report, [Requirement("accuracy", 0.9), Requirement("brier", 0.1)])
    lines = text.splitlines()
    assert lines[0] == "5 cases, 1 of them not scored, 1 of them not judged (they name no answer)"
    assert lines[1].endswith("extractive, 3 articles, 7 s")
    assert any(line.split()[:3] == ["figures", "of", "quiz"] for line in lines)
    assert any(line.startswith("EM of facts") and line.endswith("0/2") for line in lines)
    assert any(line.split()[:2] == ["accuracy", "0.667"] and line.endswith("2/3") for line in lines)
    assert any(line.split()[:2] == ["brier", "0.410"] and line.endswith("2 (less is better)") for line in lines)
    assert any(line.startswith("fact") and "1/2" in line for line in lines)
    assert any(line.startswith("Not measured") and "rewrite_completeness" in text for line in lines)
    at = lines.index("Wrong (1):")
    assert lines[at + 2 : at + 5] == [
        "  When?",
        "  said      Nobody knows. [1] (lacks: “2003”)",
        "  expected  2003 [court]",
    ]
    assert "  slow: The server did not answer." in lines
    assert "Fixed (1):" in lines
    assert "What else differs is not known: the earlier run has no record." in lines
    assert "  accuracy is 0.667, not 0.900" in lines
    assert "  brier is 0.410, not 0.100" in lines
    assert max(map(len, lines)) <= 100
    assert "\x1b" not in text


def test_many_wide_figures_fit_the_width():
    figures = tuple(
        Figure(name, name) for name in ("exact_match", "f1", "containment", "coverage", "answered_accuracy")
    )
    results = tuple(right(str(n), f"a tag with a rather long name {n}") for n in range(3))
    assert max(map(len, report_text(Report(results, RECORD, figures=figures)).splitlines())) <= 100


def test_what_gives_a_wrong_answer_is_listed_with_it():
    text = report_text(Report((scored(case("year", wrong=("court",)), answer()),)))
    assert "  said      The court ruled in 2003. [1] (gives a wrong answer: “court”)" in text
    assert "  expected  2003 (never: court) [year]" in text


def test_it_fits_a_narrow_terminal_and_names_what_it_leaves_out():
    many = tuple(wrong(str(number), "a tag with a rather long name") for number in range(13))
    text = report_text(Report((*many, right("all"))), width=60)
    assert max(map(len, text.splitlines())) <= 60
    assert text.count("  expected  ") == 10
    assert "  and 3 more (--report FILE.html shows them all)" in text


def test_letters_of_two_columns_fit_and_stay_in_line():
    asked = case("鐘", "市長の鐘に関する質問という長い札", turns=("市長の鐘は何時に鳴りましたか、" * 9,))
    text = report_text(Report((scored(asked, answer("鐘は正午に鳴った。" * 30)), wrong("2", "fact"))), width=60)
    assert max(map(wcswidth, text.splitlines())) <= 60
    rows = text[text.index("tag ") :].splitlines()[:3]
    places = [row.index(second) for row, second in zip(rows, ("lead", "0/1", "0/1"), strict=True)]
    assert len({wcswidth(row[:place]) for row, place in zip(rows, places, strict=True)}) == 1


def test_what_a_person_reads_first_is_told_first():
    lines = report_text(Report((right("year"), wrong("court")))).splitlines()
    assert next(line for line in lines if "/" in line).split()[:2] == ["lead_accuracy", "0.500"]


def test_what_differs_and_what_moved_is_told():
    was = {str(n): {"f1": 1.0} for n in range(10)}
    results = tuple(right(str(n), short="in 2003") for n in range(10))
    comparison = compare(results, Baseline(dict.fromkeys(was, True), was, RECORD), replace(RECORD, qabot="2"))
    text = report_text(Report(results, comparison=comparison))
    assert "  f1 -0.333" in text
    assert f"What else differs (1):\n  qabot: {RECORD.qabot}, then 2" in text


def test_nothing_was_measured():
    assert "Not measured (no case asks for it): lead_accuracy, accuracy," in report_text(Report((failed("slow"),)))
    assert report_text(Report((), interrupted=True)).startswith("0 cases, interrupted")


def test_unmet_requirements():
    report = Report(RESULTS)
    easy, hard, unmeasured = Requirement("accuracy", 0.6), Requirement("accuracy", 0.7), Requirement("coverage", 0.0)
    assert report.unmet([easy, hard]) == [hard]
    assert Report((failed("slow"),)).unmet([unmeasured]) == [unmeasured]


def test_one_case_is_one_case() -> None:
    assert report_text(Report((right("year"),))).startswith("1 case\n")
