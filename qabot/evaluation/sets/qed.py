"""QED (Lamm et al. 2021): questions that people typed, the paragraph, and the sentence in it that answers.

Read are files of JSON lines with ``example_id``, ``question_text``, ``paragraph_text``, ``original_nq_answers`` and
``annotation``, which may name a ``selected_sentence``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from qabot.evaluation.case import Case
from qabot.evaluation.caseset import CaseSet, Figure
from qabot.evaluation.sets.files import find_files, read_lines, usable
from qabot.evaluation.sets.passages import over_one_passage

_WHOLE, _NEAR_MISS = "whole paragraph", "near miss"
FIGURES = (
    Figure("right sentence cited", "first_citation", _WHOLE),
    Figure("F1", "f1", _WHOLE),
    Figure("answered", "coverage", _WHOLE),
    Figure("near misses declined", "abstention_recall", _NEAR_MISS),
    Figure("area under the ROC curve, whole paragraph against near miss", "roc_area"),
)


def load(folder: Path, _store: Path) -> CaseSet:
    """The paragraph is the only passage; without the sentence that answers, the question must be declined."""
    rows = [row for path in find_files(folder, "*qed*.jsonl", "*qed*.jsonlines", "*.jsonl") for row in read_lines(path)]
    found = [each for row in rows for each in _cases(row)]
    passages = {case.case_id: paragraph for case, paragraph in found}
    return CaseSet([case for case, _ in found], partial(over_one_passage, passages))


def _cases(row: dict[str, Any]) -> Iterator[tuple[Case, str]]:
    case_id, turns, paragraph = str(row["example_id"]), (row["question_text"],), row["paragraph_text"]
    gold = usable([part["string"] for answer in row["original_nq_answers"] for part in answer])
    selected = row["annotation"].get("selected_sentence")
    sentence = paragraph[selected["start"] : selected["end"]] if selected else ""
    named = usable([sentence])
    yield Case(case_id, turns, (gold,) if gold else (), passages=(named,) if named else (), tags=(_WHOLE,)), paragraph
    rest = paragraph[: selected["start"]] + paragraph[selected["end"] :] if selected else ""
    if rest.strip():
        yield Case(f"{case_id} {_NEAR_MISS}", turns, abstain=True, tags=(_NEAR_MISS,)), rest
