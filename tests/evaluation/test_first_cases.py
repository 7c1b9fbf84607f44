"""A first file of cases: from a handful of articles made up here."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from qabot.errors import QabotError
from qabot.evaluation.case import load_cases
from qabot.evaluation.first_cases import first_cases, write_first_cases

MUSEUM = "Ines Falk opened the museum of bells. It was full. The museum was founded with gifts in 1911."
HARBOUR = "The mayor, Ole Brandt, 52, spoke. A crane lifted the hull of a ship. They said the lawyer Ida Moe had left. "
HARBOUR += "40 guests were seen at the pier of Ole Brandt."


def index(*texts: tuple[str, str]) -> Any:
    return SimpleNamespace(
        articles=lambda: [SimpleNamespace(article_id=str(n), source=source) for n, (source, _) in enumerate(texts)],
        texts=lambda article_ids: {each: text for each in article_ids if (text := texts[int(each)][1])},
    )


TOWN = index(("/news/museum.md", MUSEUM), ("https://example.org/harbour", HARBOUR))


def test_cases_are_of_several_kinds_and_name_their_articles() -> None:
    assert [case.document() for case in first_cases(TOWN)] == [
        {"id": "time-1", "turns": ["When was the museum founded?"], "answers": [["1911"]], "sources": ["museum.md"],
         "tags": ["time"]},
        {"id": "doer-1", "turns": ["Who opened the museum of bells?"], "answers": [["Ines Falk"]],
         "sources": ["museum.md"], "tags": ["doer"]},
        {"id": "person-1", "turns": ["Who is Ole Brandt?"], "answers": [["mayor"]],
         "sources": ["https://example.org/harbour"], "tags": ["person"]},
        {"id": "number-1", "turns": ["How many guests were seen at the pier of Ole Brandt?"], "answers": [["40"]],
         "sources": ["https://example.org/harbour"], "tags": ["number"]},
        {"id": "whether-1", "turns": ["Was the museum founded in 1911?"], "answers": [["Yes"]],
         "sources": ["museum.md"], "tags": ["whether"]},
        {"id": "denied-1", "turns": ["Was the museum founded in 1908?"], "answers": [["No"]],
         "sources": ["museum.md"], "tags": ["denied"]},
        {"id": "whether-2", "turns": ["Were 40 guests seen at the pier of Ole Brandt?"], "answers": [["Yes"]],
         "sources": ["https://example.org/harbour"], "tags": ["whether"]},
        {"id": "not-stated-1", "turns": ["How old is Ida Moe?"], "abstain": True, "tags": ["not-stated"]},
        {"id": "exchanged-1", "turns": ["How many guests were seen at the pier of Ines Falk?"], "abstain": True,
         "tags": ["exchanged"]},
    ]  # fmt: skip


def test_what_an_article_tells_far_down_is_told() -> None:
    far = "It rained. " * 1_000
    told = first_cases(index(("a.md", MUSEUM + far + "Ole Brandt saw it."), ("b.md", HARBOUR + far + "Moe, 44, wept.")))
    assert {case.case_id for case in first_cases(TOWN)} - {case.case_id for case in told} == {"not-stated-1"}
    named = index(("a.md", MUSEUM), ("b.md", HARBOUR + far + "Ines Falk came."))
    assert "exchanged-1" not in {case.case_id for case in first_cases(named)}


def test_what_is_damaged_or_just_removed_is_left_out() -> None:
    assert first_cases(index(("/news/museum.md", MUSEUM), ("b.md", ""))) == first_cases(
        index(("/news/museum.md", MUSEUM))
    )


def test_the_file_can_be_read_again(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    assert write_first_cases(file, TOWN) == 9
    assert load_cases([file]) == first_cases(TOWN)
    with pytest.raises(QabotError, match=r"There is a file .*cases.jsonl already. Give --new another file"):
        write_first_cases(file, TOWN)


def test_where_nothing_can_be_made_it_is_said_how_a_case_is_written(tmp_path: Path) -> None:
    with pytest.raises(QabotError, match=r"Write the cases by hand, a line each"):
        write_first_cases(tmp_path / "cases.jsonl", index(("a.md", "It rained.")))
    assert not (tmp_path / "cases.jsonl").exists()
