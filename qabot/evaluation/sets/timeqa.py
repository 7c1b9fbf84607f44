"""TimeQA (Chen, Wang and Wang 2021): questions about times, over one long article each; some have no answer there.

Read are files of JSON lines whose names have ``easy`` (the question states the time as the article does) or ``hard``
(it implies it) in them, with ``idx``, ``question``, ``context`` and ``targets``.
"""

from __future__ import annotations

from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Any

from qabot.evaluation.case import Case
from qabot.evaluation.caseset import CaseSet, Figure
from qabot.evaluation.sets.documents import SetDocument, over_own_documents
from qabot.evaluation.sets.files import find_files, read_lines, usable

_LEVELS = ("easy", "hard")
FIGURES = tuple(
    Figure(f"{name}, {level}", metric, level)
    for level in _LEVELS
    for name, metric in (("EM", "exact_match"), ("F1", "f1"), ("unanswerable declined", "abstention_recall"))
)


def load(folder: Path, store: Path) -> CaseSet:
    """For each question an index of its own article; what the article does not say must be declined."""
    cases, documents = [], {}
    levels = [[(level, row) for path in _files(folder, level) for row in read_lines(path)] for level in _LEVELS]
    for level, row in (
        each for pair in zip_longest(*levels) for each in pair if each
    ):  # so that the first N are of both
        case = _case(row, level)
        cases.append(case)
        documents[case.case_id] = [SetDocument(row["context"])]
    return CaseSet(cases, partial(over_own_documents, "timeqa", documents, store))


def _files(folder: Path, level: str) -> list[Path]:
    return find_files(folder, f"*{level}*.json*")


def _case(row: dict[str, Any], level: str) -> Case:
    gold = usable(row["targets"])
    kind = "answerable" if gold else "unanswerable"
    turns = (row["question"],)
    return Case(f"{level} {row['idx']}", turns, (gold,) if gold else (), abstain=not gold, tags=(level, kind))
