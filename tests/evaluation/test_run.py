"""Running cases: with the bot itself, and, for what a run does around it, with one who answers at once."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest

from qabot.answering.bot import Bot, load_answerer
from qabot.answering.rank import Trained
from qabot.errors import CaseError, QabotError
from qabot.evaluation.case import Case, parse_case
from qabot.evaluation.comparison import compare, read_baseline
from qabot.evaluation.record import RunRecord, read_record
from qabot.evaluation.report import report_json
from qabot.evaluation.result import read_results
from qabot.evaluation.run import BotRespondent, Reply, default_jobs, evaluate, run_case, starter_cases
from qabot.models.encoder import Encoder
from qabot.render.answer import answer_json
from qabot.settings import Settings
from qabot.store.index import Index
from qabot.store.ingest import update
from qabot.store.location import locate
from tests.evaluation.results import answer, case

BRIDGE = """---
title: Harbour bridge reopens
publisher: The Port Herald
published: 2021-05-04
---

The harbour bridge at Marsund reopened on Tuesday after two years of repairs. The bridge was opened in 1932 by Queen
Astrid. Engineers replaced 4,200 rivets and repainted the northern arch.

The mayor, Ingrid Dahl, said the repairs had cost 38 million crowns. The ferry that had taken the traffic in the
meantime makes its last journey on Friday.
"""
FERRY = """---
title: Ferry to be scrapped
publisher: Coast Weekly
published: 2021-06-11
---

The old ferry of Marsund will be scrapped in Gdansk this summer, its owner announced. The ship was built in 1958 and
carried nine million passengers. Its captain, Lars Holm, will retire in July.
"""
CASES = [
    parse_case(json.dumps(line))
    for line in (
        {
            "id": "opened",
            "turns": ["When was the harbour bridge at Marsund opened?"],
            "answers": [["1932"]],
            "sources": ["bridge.md"],
            "tags": ["fact"],
        },
        {
            "id": "mayor",
            "turns": ["What did the repairs of the harbour bridge cost?", "Who said that?"],
            "answers": [["Ingrid Dahl"]],
            "tags": ["follow-up"],
        },
        {
            "id": "given",
            "turns": ["Who is the mayor of Marsund?", "When was the harbour bridge there opened?"],
            "replies": ["Ingrid Dahl."],
            "answers": [["1932"]],
            "tags": ["follow-up"],
        },
        {"id": "moon", "turns": ["How far away is the moon?"], "abstain": True, "tags": ["miss"]},
        {
            "id": "too-early",
            "turns": ["Where will the old ferry of Marsund be scrapped?"],
            "abstain": True,
            "as_of": "2021-05",
            "tags": ["scope"],
        },
        {"id": "long", "turns": ["why " * 1_000 + "?"], "answers": [["because"]], "tags": ["fact"]},
    )
]


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Bot]:
    location = locate(tmp_path_factory.mktemp("index"))
    location.articles.mkdir()
    (location.articles / "bridge.md").write_text(BRIDGE, encoding="utf-8")
    (location.articles / "ferry.md").write_text(FERRY, encoding="utf-8")
    update(location, [], Settings(), encoder=encoder)
    index = Index.open(location, Settings(), encoder=encoder)
    with Bot(index, Settings(), load_answerer(Settings()), Trained.load()) as bot:
        yield bot


def record(cases: list[Case], jobs: int = 1, **settings: object) -> RunRecord:
    return RunRecord.begin(Settings(**settings), cases, index={"fingerprint": "f"}, jobs=jobs)


@pytest.mark.model
def test_cases_go_through_the_bot_and_are_scored(bot: Bot, tmp_path: Path):
    out, seen = tmp_path / "out.jsonl", []
    report = evaluate(
        BotRespondent(bot),
        CASES,
        record(CASES),
        out=out,
        progress=lambda done, total, result: seen.append((done, total, result)),
    )
    assert [(done, total) for done, total, _ in seen] == [(number, 6) for number in range(1, 7)]
    assert tuple(result for _, _, result in seen) == report.results
    assert read_results(out) == list(report.results)

    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [line["id"] for line in lines] == [case.case_id for case in CASES]
    opened, mayor, given, moon, too_early, long = lines
    assert opened["correct"] is True
    assert opened["cited"] is True
    assert opened["citations"][0]["source"].endswith("bridge.md")
    assert opened["scores"]["hits@1"] == 1
    assert mayor["question"] == "Who said that?"
    assert mayor["standalone_question"] != mayor["question"]
    assert given["correct"] is True
    assert (moon["abstained"], moon["correct"]) == (True, True)
    assert (too_early["abstained"], too_early["correct"]) == (True, True)
    assert long["correct"] is None
    assert "2,000" in long["error"] or "2000" in long["error"]

    assert report.metrics["accuracy"].count == 5  # the one that could not be scored is beside the mean
    assert [result.case.case_id for result in report.errors] == ["long"]
    assert not report.interrupted
    assert json.loads(json.dumps(report_json(report)))["cases"] == 6


@pytest.mark.model
def test_several_at_a_time_come_to_the_same_in_the_same_order(bot: Bot, tmp_path: Path):
    one, four = tmp_path / "one.jsonl", tmp_path / "four.jsonl"
    evaluate(BotRespondent(bot), CASES, record(CASES), out=one)
    evaluate(BotRespondent(bot), CASES, record(CASES, jobs=4), out=four)

    def outcomes(file: Path) -> list[object]:
        return [(r.case, r.correct, r.cited, r.scores, r.why, r.error) for r in read_results(file)]

    assert outcomes(four) == outcomes(one)


@pytest.mark.model
def test_a_run_against_itself_flips_nothing(bot: Bot, tmp_path: Path):
    out = tmp_path / "out.jsonl"
    evaluate(BotRespondent(bot), CASES, record(CASES), out=out)
    baseline = read_baseline(out)
    report = evaluate(BotRespondent(bot), CASES, record(CASES), out=out)
    comparison = compare(report.results, baseline, report.record)
    assert (comparison.compared, comparison.fixed, comparison.broken) == (5, (), ())
    assert comparison.changed == ()
    assert not comparison.worse


@pytest.mark.model
def test_turns_before_the_last_are_not_scored(bot: Bot):
    result = run_case(BotRespondent(bot), CASES[1])
    assert result.said is not None
    assert result.said["question"] == CASES[1].turns[-1]


class AtOnce:
    """Answers every case rightly, in any thread."""

    def __init__(self, before: Callable[[Case], None] = lambda _case: None) -> None:
        self._before = before
        self.asked: list[str] = []

    def reply(self, case: Case) -> Reply:
        self.asked.append(case.case_id)
        self._before(case)
        return Reply(answer_json(answer()))


MANY = [case(str(number)) for number in range(8)]


def interrupt_after(count: int) -> Callable[[int, int, object], None]:
    def progress(done: int, _total: int, _result: object) -> None:
        if done == count:
            raise KeyboardInterrupt

    return progress


@pytest.mark.parametrize("jobs", [1, 3])
def test_an_interrupted_run_keeps_what_is_done_and_is_gone_on_with(tmp_path: Path, jobs: int):
    out = tmp_path / "out.jsonl"
    report = evaluate(AtOnce(), MANY, record(MANY, jobs), out=out, progress=interrupt_after(3))
    assert report.interrupted
    assert len(report.results) == 3
    kept = out.read_text(encoding="utf-8").splitlines()
    assert len(kept) == 3

    second = AtOnce()
    resumed = evaluate(second, MANY, record(MANY, jobs), out=out, resume=True)
    assert sorted(second.asked) == sorted({each.case_id for each in MANY} - {json.loads(line)["id"] for line in kept})
    assert [result.case.case_id for result in read_results(out)] == [each.case_id for each in MANY]
    assert resumed.results == tuple(read_results(out))
    assert not resumed.interrupted
    assert read_record(out).resumed == 3


def test_what_could_not_be_scored_is_asked_again(tmp_path: Path):
    def fail(case: Case) -> None:
        if case.case_id == "2":
            raise QabotError("The server did not answer.")

    out = tmp_path / "out.jsonl"
    assert [r.case.case_id for r in evaluate(AtOnce(fail), MANY, record(MANY), out=out).errors] == ["2"]
    second = AtOnce()
    assert not evaluate(second, MANY, record(MANY), out=out, resume=True).errors
    assert second.asked == ["2"]
    assert [result.case.case_id for result in read_results(out)] == [each.case_id for each in MANY]


def test_a_line_cut_off_is_asked_again(tmp_path: Path):
    out = tmp_path / "out.jsonl"
    evaluate(AtOnce(), MANY, record(MANY), out=out)
    out.write_text(out.read_text("utf-8")[:-200], "utf-8")
    second = AtOnce()
    evaluate(second, MANY, record(MANY), out=out, resume=True)
    assert second.asked == ["7"]
    assert len(read_results(out)) == 8


def test_only_a_run_of_the_same_record_is_gone_on_with(tmp_path: Path):
    out = tmp_path / "out.jsonl"
    evaluate(AtOnce(), MANY, record(MANY, passages=5), out=out)
    before = out.read_bytes()
    with pytest.raises(CaseError, match=r"is of another run \(settings\.passages: 5, then 10\)"):
        evaluate(AtOnce(), MANY, record(MANY), out=out, resume=True)
    (tmp_path / "out.record.json").unlink()
    with pytest.raises(CaseError, match=r"it is not known what .* is of"):
        evaluate(AtOnce(), MANY, record(MANY), out=out, resume=True)
    assert out.read_bytes() == before


def test_without_a_file_yet_there_is_nothing_to_go_on_with(tmp_path: Path):
    first = AtOnce()
    evaluate(first, MANY, record(MANY), out=tmp_path / "out.jsonl", resume=True)
    assert len(first.asked) == 8


def test_several_are_asked_at_a_time():
    together = threading.Barrier(3, timeout=10)
    report = evaluate(AtOnce(lambda _case: together.wait() and None), MANY[:3], record(MANY[:3], jobs=3))
    assert not report.errors


def test_interrupted_the_cases_in_hand_come_to_their_end_and_no_other_is_begun():
    slow = AtOnce(lambda _case: time.sleep(0.02))
    report = evaluate(slow, [case(str(n)) for n in range(200)], record(MANY, jobs=2), progress=interrupt_after(2))
    assert report.interrupted
    assert len(slow.asked) < 20


def test_the_record_is_there_from_the_beginning_and_has_the_time_at_the_end(tmp_path: Path):
    out = tmp_path / "out.jsonl"
    seen = []
    evaluate(AtOnce(lambda _case: seen.append(read_record(out).seconds)), MANY[:1], record(MANY[:1]), out=out)
    assert seen == [None]
    assert read_record(out).seconds >= 0


def test_a_question_that_utf8_cannot_hold_is_written_all_the_same(tmp_path: Path):
    out = tmp_path / "out.jsonl"
    odd = parse_case(r'{"id": "surrogate", "turns": ["When was it opened \ud800?"], "abstain": true}')
    for resume in (False, True):
        evaluate(AtOnce(), [odd], record([odd]), out=out, resume=resume)
    assert json.loads(out.read_text(encoding="utf-8"))["case"]["turns"] == ["When was it opened \ud800?"]


def test_out_is_refused_where_it_cannot_be_written(tmp_path: Path):
    with pytest.raises(QabotError, match=r"cannot be written: .* Give --out another file"):
        evaluate(AtOnce(), MANY[:1], record(MANY), out=tmp_path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_is_one_line():
    with pytest.raises(QabotError, match="/dev/full cannot be written: No space left"):
        evaluate(AtOnce(), MANY[:1], record(MANY), out=Path("/dev/full"))


def test_an_error_of_something_else_is_not_taken_for_one_of_out(tmp_path: Path):
    def progress(*_: object) -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        evaluate(AtOnce(), MANY[:1], record(MANY), out=tmp_path / "out.jsonl", progress=progress)


def test_out_never_overwrites_the_cases(tmp_path: Path):
    cases = tmp_path / "cases.jsonl"
    cases.write_text('{"id": "opened", "turns": ["When?"], "abstain": true}\n', encoding="utf-8")
    with pytest.raises(QabotError, match="holds something other than results"):
        evaluate(AtOnce(), MANY[:1], record(MANY), out=cases)
    assert "opened" in cases.read_text(encoding="utf-8")


def test_the_cure_for_other_articles_names_the_server_that_holds_them(monkeypatch: pytest.MonkeyPatch):
    index = SimpleNamespace(articles=list, place="http://chroma:8000")
    monkeypatch.setattr(Bot, "open", lambda **_: nullcontext(SimpleNamespace(index=index)))
    settings = Settings(chroma="http://me:secret@chroma:8000")
    with pytest.raises(CaseError) as raised, starter_cases().open(settings, lambda *_: None):
        pass
    for command in ("--new cases.jsonl", "cases.jsonl"):
        assert f"qabot eval {command} --chroma http://chroma:8000" in str(raised.value)


def test_a_server_is_asked_several_cases_at_a_time():
    assert default_jobs(Settings()) == 1
    assert default_jobs(Settings(model="openai:test")) > 1
