"""The shipped eval cases: each one is possible, and true of the starter articles."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import frontmatter
import pytest

from eval.news import PARTS
from qabot.evaluation.case import load_cases

ROOT = Path(__file__).parents[1]
TEXTS = {path.name: frontmatter.load(str(path)).content for path in (ROOT / "index" / "articles").glob("*.md")}
CASES: list[dict[str, Any]] = [
    json.loads(line)
    for file in sorted((ROOT / "eval" / "cases").glob("*.jsonl"))
    for line in file.read_text(encoding="utf-8").splitlines()
]
ANSWERABLE = [case for case in CASES if "answers" in case]
TAGS = {
    "fact", "name", "date", "number", "place", "list", "reason", "follow-up", "near-miss", "far-miss", "scope",
}  # fmt: skip
OPTIONAL = {
    "answers", "wrong", "abstain", "sources", "passages", "standalone", "replies", "as_of", "since", "until",
    "publisher",
}  # fmt: skip


def words(text: str) -> str:
    """The text as the scorer compares it, with a space at both ends: no case, accents, punctuation or articles."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    kept = (word for word in re.findall(r"\w+", plain) if word not in {"a", "an", "the"})
    return f" {' '.join(kept)} "


def stated(alternative: str, text: str) -> bool:
    if alternative.startswith("re:"):
        return re.search(alternative[3:], text, re.IGNORECASE) is not None
    return words(alternative) in words(text)


def test_there_are_enough_of_every_kind() -> None:
    counts = Counter(tag for case in CASES for tag in case["tags"])
    assert len(CASES) >= 60
    assert set(counts) == TAGS
    assert min(counts.values()) >= 5
    assert counts["near-miss"] >= 20


def test_ids_and_questions_are_unique() -> None:
    assert max(Counter(case["id"] for case in CASES).values()) == 1
    scoped = [json.dumps({key: case[key] for key in case if key not in ("id", "tags")}) for case in CASES]
    assert len(set(scoped)) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_form(case: dict[str, Any]) -> None:
    assert set(case) - OPTIONAL == {"id", "turns", "tags"}
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", case["id"])
    assert case["turns"]
    assert all(question == question.strip() != "" for question in case["turns"])
    assert case["tags"]
    assert set(case["tags"]) <= TAGS
    assert ("follow-up" in case["tags"]) == (len(case["turns"]) > 1)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_it_either_abstains_or_has_answers_and_sources(case: dict[str, Any]) -> None:
    if case.get("abstain"):
        assert "answers" not in case
        assert "sources" not in case
    else:
        assert case["answers"]
        assert all(group and all(group) for group in case["answers"])
        assert case["sources"]


@pytest.mark.parametrize("case", ANSWERABLE, ids=lambda case: case["id"])
def test_every_named_source_states_the_answer(case: dict[str, Any]) -> None:
    for source in case["sources"]:
        (text,) = (text for name, text in TEXTS.items() if source in name)
        for group in case["answers"]:
            assert any(stated(alternative, text) for alternative in group), (source, group)
    for passage in case.get("passages", ()):
        texts = [text for name, text in TEXTS.items() if any(source in name for source in case["sources"])]
        alternatives = [passage] if isinstance(passage, str) else passage
        assert any(words(alternative) in words(text) for alternative in alternatives for text in texts), passage


def test_no_question_about_news_stands_in_two_parts_and_all_evidence_is_of_one() -> None:
    data = ROOT / "eval" / "data"
    parts = [load_cases([data / f"news_{part}.jsonl"]) for part in PARTS]
    asked = [case.turns for part in parts for case in part]
    ids = [case.case_id for part in parts for case in part]
    assert len(asked) == len(set(asked)) == len(set(ids)) > 500
    assert all(sum(case.abstain for case in part) * 6 > len(part) for part in parts)
    evidence = [json.loads(line)["id"] for line in (data / "news_evidence.jsonl").read_text("utf-8").splitlines()]
    assert len(evidence) == len(set(evidence))
    assert set(evidence) < set(ids)
