"""RAMDocs (Wang et al. 2025): questions whose documents disagree, by ambiguity, misinformation and noise.

Read are files of JSON lines with ``question``, ``documents``, ``gold_answers`` and ``wrong_answers``.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from qabot.evaluation.case import Case
from qabot.evaluation.caseset import CaseSet, Figure
from qabot.evaluation.sets.documents import SetDocument, over_own_documents
from qabot.evaluation.sets.files import find_files, read_lines, usable

FIGURES = (
    Figure("all gold answers and no wrong one", "accuracy"),
    Figure("gold answers given", "containment"),
    Figure("answered", "coverage"),
)


def load(folder: Path, store: Path) -> CaseSet:
    """For each question an index of its own documents; right is what holds every gold answer and no wrong one."""
    rows = [row for path in find_files(folder, "ramdocs.jsonl", "*.jsonl") for row in read_lines(path)]
    documents = {
        str(number): [SetDocument(document["text"]) for document in row["documents"]] for number, row in enumerate(rows)
    }
    cases = [
        Case(
            str(number),
            (row["question"],),
            answers=tuple((gold,) for gold in usable(row["gold_answers"])),
            wrong=usable(row["wrong_answers"]),
            tags=_tags(row["gold_answers"], row["wrong_answers"]),
        )
        for number, row in enumerate(rows)
    ]
    return CaseSet(cases, partial(over_own_documents, "ramdocs", documents, store))


def _tags(gold: list[str], wrong: list[str]) -> tuple[str, ...]:
    return ("several answers" if len(gold) > 1 else "one answer", "misinformation" if wrong else "no misinformation")
