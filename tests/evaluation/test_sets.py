"""Public sets are read in their own formats; how the bot does on them is run in ``tests/cli/test_eval_sets.py``."""

from pathlib import Path

import pytest

from qabot.errors import CaseError, UsageError
from qabot.evaluation.case import Case
from qabot.evaluation.metrics import METRICS
from qabot.evaluation.sets import SETS, known_by, load_set
from qabot.evaluation.sets.files import SetDocument, claim, find_files, read_lines, usable, write_documents
from tests.evaluation import made_sets
from tests.evaluation.made_sets import BRIDGE, FERRY, MADE, TOWER


def cases(name: str, folder: Path, limit: int | None = None) -> dict[str, Case]:
    return {case.case_id: case for case in load_set(name, folder, folder / "store", limit).cases}


@pytest.fixture
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The set that a test names, in a folder."""
    MADE[request.param](tmp_path)
    return tmp_path


@pytest.mark.parametrize("made", ["realtimeqa"], indirect=True)
def test_realtimeqa(made):
    found = cases("realtimeqa", made)
    assert found["q1"].answers == (("1932",),)
    assert found["q1"].passages == (("1932",),)
    assert found["q2"].passages == ()  # no article that was found for it holds the answer


def test_realtimeqa_as_its_own_repository_has_it(tmp_path):
    made_sets.realtimeqa_weekly(tmp_path)
    (case,) = cases("realtimeqa", tmp_path).values()
    assert case.turns == ("When was the old ferry of Marsund built?",)
    assert case.answers == case.passages == (("1958",),)


@pytest.mark.parametrize("made", ["mtrag-un"], indirect=True)
def test_mtrag_un(made):
    found = cases("mtrag-un", made)
    assert [case.abstain for case in found.values()] == [False, False, True, None, None]
    assert found["t2"].turns == ("Is there a ferry in Marsund?", "When was it built?")
    assert found["t2"].replies == ("There was one.",)
    assert found["t2"].sources == (SetDocument(FERRY).name,)
    assert found["t4"].sources == (SetDocument(TOWER).name,)
    assert found["t5"].sources == ()
    assert found["t2"].tags == ("answerable", "later turn")


@pytest.mark.parametrize("made", ["ramdocs"], indirect=True)
def test_ramdocs(made):
    found = cases("ramdocs", made)
    assert (found["0"].answers, found["0"].wrong) == ((("1932",),), ("1958",))
    assert found["1"].answers == (("Olga Brandt",), ("Olaf Brandt",))


@pytest.mark.parametrize("made", ["squad"], indirect=True)
def test_squad(made):
    found = cases("squad", made)
    assert found["s0"].answers == (("1932",),)
    assert found["s0"].passages == ((BRIDGE[: BRIDGE.index(" It is")],),)
    assert (found["none"].abstain, found["none"].answers) == (True, ())


@pytest.mark.parametrize("made", ["qed"], indirect=True)
def test_qed(made):
    found = cases("qed", made)
    assert list(found) == ["-7", "-7 near miss", "8"]
    assert found["-7"].passages == ((BRIDGE[: BRIDGE.index(" It is")],),)
    assert found["-7 near miss"].abstain
    assert found["8"].passages == ()  # no sentence is named


@pytest.mark.parametrize("made", ["timeqa"], indirect=True)
def test_timeqa(made):
    found = cases("timeqa", made)
    assert list(found) == ["easy /wiki/1", "hard /wiki/1"]
    assert found["easy /wiki/1"].tags == ("easy", "answerable")
    assert found["hard /wiki/1"].abstain


@pytest.mark.parametrize("made", ["timeqa"], indirect=True)
def test_one_file_of_timeqa_has_the_questions_of_its_level_alone(made):
    assert list(cases("timeqa", made / "hard.jsonl.gz")) == ["hard /wiki/1"]
    (made / "hard.jsonl.gz").unlink()
    assert list(cases("timeqa", made)) == ["easy /wiki/1"]


@pytest.mark.parametrize("made", ["treccast"], indirect=True)
def test_treccast(made):
    found = cases("treccast", made)
    assert list(found) == ["1_1", "1_2", "81_1"]
    assert found["1_2"].turns == ("When did Ada Dahl open the bridge?", "Where was she born?")
    assert found["1_2"].standalone == "Where was Ada Dahl born?"
    assert found["1_2"].abstain is None


@pytest.mark.parametrize(("made", "name"), [(name, name) for name in MADE], indirect=["made"])
def test_a_limit_takes_the_first_cases(made, name):
    assert list(cases(name, made, 1)) == list(cases(name, made))[:1]


def test_every_set_is_known_by_metrics_that_there_are():
    assert MADE.keys() == SETS.keys()
    for name in SETS:
        figures, headline = known_by(name)
        assert figures
        assert {figure.metric for figure in figures} | {headline} <= METRICS.keys()
        assert METRICS[headline].paired
    assert known_by(None) == ((), "accuracy")


def test_an_unknown_set_is_refused_with_the_nearest(tmp_path):
    with pytest.raises(UsageError, match=r"There is no set 'squat'\. Did you mean squad\?"):
        load_set("squat", tmp_path, tmp_path)
    with pytest.raises(UsageError, match="There are: realtimeqa, "):
        load_set("zzz", tmp_path, tmp_path)


@pytest.mark.parametrize("name", SETS)
def test_a_folder_without_the_set_is_refused(tmp_path, name):
    with pytest.raises(CaseError, match="Name the folder in which the set lies"):
        load_set(name, tmp_path, tmp_path / "store")
    with pytest.raises(CaseError, match="There is no folder"):
        load_set(name, tmp_path / "gone", tmp_path / "store")


@pytest.mark.parametrize(("made", "name"), [(name, name) for name in MADE], indirect=["made"])
@pytest.mark.parametrize("damage", ["[1]", "{}", '{"data": 3}', "{", "\x80", "gz"])
def test_files_in_another_format_are_refused_in_one_line(made, name, damage):
    for path in made.iterdir():
        path.write_bytes(b"\x1f\x8b\x08damaged" if damage == "gz" else damage.encode("latin-1"))
    with pytest.raises(CaseError) as caught:
        load_set(name, made, made / "store")
    assert "\n" not in str(caught.value)


def test_a_set_that_is_there_twice_is_refused(tmp_path):
    made_sets.squad(tmp_path)
    (tmp_path / "again.json").write_bytes((tmp_path / "dev-v2.0.json").read_bytes())
    with pytest.raises(CaseError, match="has two cases 's0'"):
        load_set("squad", tmp_path, tmp_path)
    assert load_set("squad", tmp_path / "again.json", tmp_path).cases


def test_a_set_without_cases_is_refused(tmp_path):
    (tmp_path / "dev.json").write_text('{"data": []}')
    with pytest.raises(CaseError, match="holds no case of squad"):
        load_set("squad", tmp_path, tmp_path)


def test_an_index_folder_that_holds_something_else_is_left_alone(tmp_path):
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "mine.md").write_text("Mine.")
    with pytest.raises(CaseError, match="Give --set-index another folder"):
        claim(tmp_path, "squad", "data")
    claim(tmp_path / "new", "squad", "data")
    claim(tmp_path / "new", "squad", "data")
    for other in (("qed", "data"), ("squad", "other data")):
        with pytest.raises(CaseError, match="Give --set-index another folder"):
            claim(tmp_path / "new", *other)


def test_documents_are_written_once_with_their_titles(tmp_path):
    document = SetDocument(BRIDGE, 'A "bridge"')
    write_documents(tmp_path, [document, document, SetDocument(FERRY + "\ud800")])
    written = {path.stem: path.read_text("utf-8") for path in (tmp_path / "articles").iterdir()}
    assert len(written) == 2
    assert written[document.name] == f'---\ntitle: "A \\"bridge\\""\n---\n\n{BRIDGE}'


def test_lines_are_numbered_in_errors(tmp_path):
    (tmp_path / "x.jsonl").write_text('{"a": 1}\n\n{\n')
    with pytest.raises(CaseError, match=r"x\.jsonl:3: no JSON"):
        read_lines(tmp_path / "x.jsonl")


def test_files_are_found_packed_or_not_by_the_first_pattern_that_fits(tmp_path):
    for name in ("b.jsonl", "a.jsonl.gz", "tasks.json", "automatic.jsonl", "run.record.json"):
        (tmp_path / name).touch()
    assert [path.name for path in find_files(tmp_path, "*.json")] == ["tasks.json"]
    assert [path.name for path in find_files(tmp_path, "x*", "*.jsonl", without="auto")] == ["a.jsonl.gz", "b.jsonl"]


def test_answers_that_hold_nothing_to_compare_are_passed_over():
    assert usable(["1932", "", "?!", "the", "1932", "re:x"]) == ("1932",)
