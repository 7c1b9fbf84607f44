import json
from dataclasses import replace
from pathlib import Path

import pytest

from qabot import __version__
from qabot.errors import CaseError, QabotError
from qabot.evaluation.record import RunRecord, differences, digest, read_record, record_path, write_record
from qabot.settings import Settings
from tests.evaluation.results import case
from tests.store.hashing import HashingEncoder

INDEX = {"fingerprint": "f" * 64, "articles": 3}


def record(**settings: object) -> RunRecord:
    return RunRecord.begin(Settings(**settings), [case("1"), case("2")], index=INDEX, encoder=HashingEncoder())


def test_a_record_says_with_what_a_run_was_made():
    found = record(model="extractive")
    assert found.qabot == __version__
    assert found.settings["passages"] == 10
    assert found.model.keys() == {"name", "reader", "confidence", "encoder", "encoder_digest"}
    assert all(len(found.model[key]) == 64 for key in ("reader", "confidence", "encoder_digest"))
    assert found.index == INDEX
    assert found.cases["count"] == 2
    assert found.seconds is None


def test_a_language_models_record_has_the_digest_of_the_prompts():
    assert record(model="openai:test").model.keys() >= {"name", "prompts"}


def test_what_differs_is_told_and_circumstances_are_not():
    before = record(passages=5, index=Path("here"))
    now = replace(record(passages=7, index=Path("there")), command=["qabot"], jobs=4, started="x", python="4")
    assert differences(now, before) == ["settings.passages: 5, then 7"]
    assert differences(now, now) == []


def test_other_cases_another_index_and_another_model_differ():
    other = RunRecord.begin(Settings(), [case("1")], index={"fingerprint": "e" * 64}, encoder=HashingEncoder("x", "y"))
    assert [line.split(":")[0] for line in differences(other, record())] == [
        "model.encoder",
        "model.encoder_digest",
        "index.fingerprint",
        "index.articles",
        "cases.digest",
        "cases.count",
    ]
    assert "index.articles: 3, then unset" in differences(other, record())
    assert "index.fingerprint: ffffffffffff, then eeeeeeeeeeee" in differences(other, record())


def test_it_lies_beside_the_results_and_is_read_again(tmp_path):
    out = tmp_path / "run.jsonl"
    written = record()
    write_record(out, written)
    assert record_path(out) == tmp_path / "run.record.json"
    assert differences(written, read_record(out)) == []
    assert read_record(tmp_path / "other.jsonl") is None


def test_no_two_runs_share_a_record(tmp_path):
    names = ("run.a.jsonl", "run.a.txt", "run.b.jsonl", "run.json")
    assert len({record_path(tmp_path / name) for name in names}) == len(names)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"qabot": 1}', "[" * 100_000])
def test_what_is_no_record_is_refused(tmp_path, content):
    (tmp_path / "run.record.json").write_text(content)
    with pytest.raises(CaseError, match="is no record of a run"):
        read_record(tmp_path / "run.jsonl")


def test_a_record_that_cannot_be_written_is_one_line(tmp_path):
    with pytest.raises(QabotError, match="Make it, or give --out another file"):
        write_record(tmp_path / "gone" / "run.jsonl", record())


@pytest.mark.parametrize("password", ["secret", "se@cret"])
def test_a_password_in_an_address_stays_out_of_it(password):
    address = f"http://me:{password}@localhost/v1"
    settings = Settings(base_url="http://me:se@cret@localhost/v1", chroma=address)
    command = ["qabot", "eval", "--chroma", address, f"--chroma={address}", "a=b@c.jsonl"]
    found = RunRecord.begin(settings, [case()], index=INDEX, command=command)
    assert "cret" not in json.dumps(found.document())
    assert found.settings["base_url"] == found.settings["chroma"] == "http://localhost/v1"
    assert found.command[3:] == ["http://localhost/v1", "--chroma=http://localhost/v1", "a=b@c.jsonl"]


def test_a_digest_tells_where_one_text_ends():
    assert digest(["ab", "c"]) != digest(["a", "bc"])
    assert digest(["\ud800"])
