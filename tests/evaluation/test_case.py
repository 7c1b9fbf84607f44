import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.errors import CaseError
from qabot.evaluation.case import Case, load_cases, parse_case
from qabot.store.records import Scope

KEYS = (
    "id", "turns", "replies", "answers", "wrong", "abstain", "sources", "passages", "standalone", "tags", "as_of",
    "since", "until", "publisher",
)  # fmt: skip
RIGHT = {"id": "year", "turns": ["When was it?"], "answers": [["2003"]]}


def write(folder: Path, *lines: object, name: str = "cases.jsonl") -> Path:
    file = folder / name
    file.write_text(
        "".join((line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)) + "\n" for line in lines),
        "utf-8",
    )
    return file


def test_every_field_is_read():
    line = {
        "id": "court",
        "turns": ["When was it?", "Which court did that?"],
        "answers": [["supreme court", "re:high(er)? court"], ["Moscow"]],
        "sources": ["002"],
        "tags": ["follow-up"],
        "since": "2023",
        "until": "2024-02",
        "as_of": "2024-03-05",
        "publisher": "The Daily",
    }
    assert parse_case(json.dumps(line)) == Case(
        case_id="court",
        turns=("When was it?", "Which court did that?"),
        answers=(("supreme court", "re:high(er)? court"), ("Moscow",)),
        sources=("002",),
        tags=("follow-up",),
        scope=Scope(since=date(2023, 1, 1), until=date(2024, 2, 29), publishers=("The Daily",), as_of=date(2024, 3, 5)),
    )


def test_a_case_that_must_be_declined():
    case = parse_case('{"id": "x", "turns": ["Who?"], "abstain": true, "publisher": ["A", "B"]}')
    assert case.abstain
    assert case.scope == Scope(publishers=("A", "B"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tag": ["x"]}, "there is no key 'tag'. Did you mean 'tags'?"),
        ({"zzz": 1}, "there is no key 'zzz'. There are: id, turns"),
        ({"id": 3}, "the case has no id"),
        ({"id": " "}, "the case has no id"),
        ({"turns": []}, "the case has no turns"),
        ({"turns": "When?"}, "'turns' is not a list of strings"),
        ({"turns": ["When?", ""]}, "'turns' is not a list of strings"),
        ({"answers": []}, "the case has neither 'answers' nor 'abstain': true"),
        ({"abstain": True}, "the case has both 'answers' and 'abstain'"),
        ({"abstain": "yes"}, "'abstain' cannot be 'yes'"),
        ({"answers": ["2003"]}, "'answers' is not a list of groups"),
        ({"answers": [[]]}, "'answers' is not a list of groups"),
        ({"answers": [[2003]]}, "the answer 2003 is not a string"),
        ({"answers": [["the"]]}, "the answer 'the' holds no word to compare"),
        ({"answers": [["re:(a"]]}, "'re:(a' is not a regular expression"),
        ({"answers": [["re:"]]}, "'re:' matches everything"),
        ({"answers": [["re:x*"]]}, "'re:x*' matches everything"),
        ({"sources": "002"}, "'sources' is not a list of strings"),
        ({"tags": [1]}, "'tags' is not a list of strings"),
        ({"since": "22.04.2024"}, "'since' cannot be '22.04.2024'. Write a date as"),
        ({"until": "2023-02-30"}, "'until' cannot be '2023-02-30'"),
        ({"as_of": "2024-13"}, "'as_of' cannot be '2024-13'"),
        ({"as_of": "0000"}, "'as_of' cannot be '0000'"),
        ({"as_of": 2024}, "'as_of' cannot be 2024"),
        ({"since": "2024-02-01", "until": "2024-01"}, "'since' (2024-02-01) is after the end (2024-01-31)"),
        ({"publisher": 7}, "'publisher' is not a list of strings"),
        ({"passages": "x"}, "'passages' is not a list of groups"),
        ({"passages": [["re:x"]]}, "the passage 're:x' is no text"),
        ({"passages": ["?!…x", "—"]}, "the answer '—' holds no word to compare"),
        ({"wrong": "2004"}, "'wrong' is not a list of strings"),
        ({"wrong": ["the"]}, "the answer 'the' holds no word to compare"),
        ({"standalone": ""}, "'standalone' cannot be ''"),
        ({"replies": ["a", "b"]}, "there are 2 replies to 0 turns before the last"),
        ({"replies": "a"}, "'replies' is not a list of strings"),
    ],
)
def test_a_wrong_field_is_named_with_its_line(tmp_path, change, message):
    file = write(tmp_path, RIGHT, RIGHT | {"id": "second"} | change)
    with pytest.raises(CaseError) as caught:
        load_cases([file])
    assert str(caught.value).startswith(f"{file}:2: {message}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("key", ["id", "turns", "answers"])
def test_a_missing_field_is_refused(key):
    with pytest.raises(CaseError):
        parse_case(json.dumps({name: value for name, value in RIGHT.items() if name != key}))


@pytest.mark.parametrize("line", ["{", "[]", "7", "null", '{"id": NaN', "[" * 100_000, "9" * 5_000])
def test_what_is_no_object_is_refused(tmp_path, line):
    file = write(tmp_path, "", line)
    with pytest.raises(CaseError, match=r"cases\.jsonl:2: not "):
        load_cases([file])


def refusal(line: dict[str, object]) -> str:
    try:
        parse_case(json.dumps(line))
    except CaseError as error:
        return str(error)
    return ""


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3)))
def test_any_value_of_any_key_is_taken_or_refused_in_one_line(value):
    for key in KEYS:
        assert "\n" not in refusal(RIGHT | {key: value})


def test_an_id_that_is_taken_is_refused_across_files(tmp_path):
    write(tmp_path, RIGHT, name="a.jsonl")
    write(tmp_path, RIGHT, name="b.jsonl")
    with pytest.raises(CaseError, match=r"b\.jsonl:1: the id 'year' is taken by .*a\.jsonl:1"):
        load_cases([tmp_path])


def test_files_of_a_folder_come_sorted_and_empty_lines_do_not_count(tmp_path):
    write(tmp_path, RIGHT | {"id": "2", "turns": ["Was it\u2028there?"]}, "", name="b.jsonl")
    write(tmp_path, "\ufeff" + json.dumps(RIGHT | {"id": "1"}), "  ", name="a.jsonl")
    (tmp_path / "notes.txt").write_text("no case")
    assert [case.case_id for case in load_cases([tmp_path])] == ["1", "2"]


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "There is no file"), (b"", "is empty"), (b"\n \n", "is empty"), (b"\xff\xfe", "is not UTF-8 text")],
)
def test_a_file_that_holds_no_case_is_refused(tmp_path, content, message):
    file = tmp_path / "cases.jsonl"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CaseError, match=message):
        load_cases([file])


def test_a_folder_without_cases_is_refused(tmp_path):
    with pytest.raises(CaseError, match="holds no cases"):
        load_cases([tmp_path])


def test_all_that_a_case_may_say_besides():
    line = RIGHT | {
        "turns": ["Who?", "When was it?"],
        "replies": ["Ada."],
        "wrong": ["2004", "re:200[56]"],
        "passages": ["The court ruled", ["in 2003", "that year"]],
        "standalone": "When did the court rule?",
    }
    case = parse_case(json.dumps(line))
    assert case.replies == ("Ada.",)
    assert case.wrong == ("2004", "re:200[56]")
    assert case.passages == (("The court ruled",), ("in 2003", "that year"))
    assert case.standalone == "When did the court rule?"


@pytest.mark.parametrize(("written", "abstain"), [(False, False), (None, None)])
def test_a_case_may_leave_open_what_the_answer_is(written, abstain):
    case = parse_case(json.dumps({"id": "open", "turns": ["Why?"], "abstain": written, "sources": ["002"]}))
    assert case.answers == ()
    assert case.abstain is abstain


WORDS = st.from_regex(r"[a-z0-9]{1,8}( [b-z]{1,8})?", fullmatch=True)
GROUPS = st.lists(st.lists(WORDS.filter(lambda text: text not in ("a", "an", "the")), min_size=1, max_size=3))


@given(
    st.builds(
        lambda turns, answers, replied, **fields: Case(
            turns=tuple(turns),
            answers=tuple(map(tuple, answers)),
            abstain=False if answers else fields.pop("abstain"),
            replies=("x",) * (len(turns) - 1) if replied else (),
            **{key: value for key, value in fields.items() if key != "abstain"},
        ),
        turns=st.lists(WORDS, min_size=1, max_size=3),
        answers=GROUPS,
        replied=st.booleans(),
        case_id=WORDS,
        abstain=st.sampled_from([True, False, None]),
        passages=GROUPS.map(lambda groups: tuple(map(tuple, groups))),
        sources=st.lists(WORDS).map(tuple),
        standalone=st.none() | WORDS,
        scope=st.builds(
            lambda days, publishers: Scope(*([None, None] if days is None else sorted(days)), tuple(publishers)),
            st.none() | st.tuples(st.dates(), st.dates()),
            st.lists(WORDS),
        ),
    )
)
def test_a_case_is_the_same_after_it_was_written_and_read(case):
    assert parse_case(json.dumps(case.document())) == case
