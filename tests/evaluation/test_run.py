import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from qabot.answering.bot import Bot
from qabot.errors import QabotError
from qabot.evaluation.case import parse_case
from qabot.evaluation.compare import read_baseline
from qabot.evaluation.report import report_json
from qabot.evaluation.run import evaluate, run_case

pytestmark = pytest.mark.model

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
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    index = tmp_path_factory.mktemp("index")
    (index / "articles").mkdir()
    (index / "articles" / "bridge.md").write_text(BRIDGE, encoding="utf-8")
    (index / "articles" / "ferry.md").write_text(FERRY, encoding="utf-8")
    bot = Bot.open(index)
    yield bot
    bot.close()


def test_cases_go_through_the_bot_and_are_scored(bot: Bot, tmp_path: Path):
    out, seen = tmp_path / "out.jsonl", []
    report = evaluate(bot, CASES, out=out, progress=lambda done, total, result: seen.append((done, total, result)))
    assert [(done, total) for done, total, _ in seen] == [(number, 5) for number in range(1, 6)]
    assert tuple(result for _, _, result in seen) == report.results

    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [line["id"] for line in lines] == [case.case_id for case in CASES]
    opened, mayor, moon, too_early, long = lines
    assert opened["correct"] is True
    assert opened["cited"] is True
    assert opened["citations"][0]["source"].endswith("bridge.md")
    assert mayor["question"] == "Who said that?"
    assert mayor["standalone_question"] != mayor["question"]
    assert (moon["abstained"], moon["correct"]) == (True, True)
    assert (too_early["abstained"], too_early["correct"]) == (True, True)
    assert long["correct"] is None
    assert "2,000" in long["error"] or "2000" in long["error"]

    assert report.metrics["accuracy"].count == 4  # the one that could not be scored is beside the mean
    assert [result.case.case_id for result in report.errors] == ["long"]
    assert not report.interrupted
    assert json.loads(json.dumps(report_json(report)))["cases"] == 5


def test_a_run_against_itself_flips_nothing(bot: Bot, tmp_path: Path):
    out = tmp_path / "out.jsonl"
    evaluate(bot, CASES, out=out)
    report = evaluate(bot, CASES, out=out, baseline=read_baseline(out))
    assert report.comparison is not None
    assert (report.comparison.compared, report.comparison.fixed, report.comparison.broken) == (4, (), ())
    assert not report.worse


def test_an_interrupted_run_keeps_what_is_done(bot: Bot, tmp_path: Path):
    def interrupt(done: int, _total: int, _result: object) -> None:
        if done == 2:
            raise KeyboardInterrupt

    out = tmp_path / "out.jsonl"
    report = evaluate(bot, CASES, out=out, progress=interrupt)
    assert report.interrupted
    assert len(report.results) == 2
    assert len(out.read_text(encoding="utf-8").splitlines()) == 2


def test_a_question_that_utf8_cannot_hold_is_written_all_the_same(bot: Bot, tmp_path: Path):
    out = tmp_path / "out.jsonl"
    case = parse_case(r'{"id": "surrogate", "turns": ["When was it opened \ud800?"], "abstain": true}')
    evaluate(bot, [case], out=out)
    assert json.loads(out.read_text(encoding="utf-8"))["question"] == "When was it opened \ud800?"


def test_out_is_refused_where_it_cannot_be_written(bot: Bot, tmp_path: Path):
    with pytest.raises(QabotError, match=r"cannot be written to .* Give --out another file"):
        evaluate(bot, CASES[:1], out=tmp_path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_is_one_line(bot: Bot):
    with pytest.raises(QabotError, match="cannot be written to /dev/full: No space left"):
        evaluate(bot, CASES[:1], out=Path("/dev/full"))


def test_out_never_overwrites_the_cases(bot: Bot, tmp_path: Path):
    cases = tmp_path / "cases.jsonl"
    cases.write_text('{"id": "opened", "turns": ["When?"], "abstain": true}\n', encoding="utf-8")
    with pytest.raises(QabotError, match="holds something other than results"):
        evaluate(bot, CASES[:1], out=cases)
    assert "opened" in cases.read_text(encoding="utf-8")


def test_turns_before_the_last_are_not_scored(bot: Bot):
    result = run_case(bot, CASES[1])
    assert result.answer is not None
    assert result.answer.question == CASES[1].turns[-1]
