"""MTRAG-UN: tasks of multi-turn conversations, answerable and not, with the contexts that belong to each.

Read are files of JSON lines with ``task_id``, ``input`` (turns with ``speaker`` and ``text``), ``contexts`` and
``answerability``.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

from qabot.evaluation.case import Case
from qabot.evaluation.caseset import CaseSet, Figure, IndexProgress, Opened
from qabot.evaluation.record import digest
from qabot.evaluation.sets.documents import SetDocument, claim, over_one_index, write_documents
from qabot.evaluation.sets.files import find_files, read_lines
from qabot.settings import Settings

HEADLINE = "recall@5"
FIGURES = (
    Figure("recall@5", "recall@5"),
    Figure("nDCG@5", "ndcg@5"),
    Figure("area under the ROC curve, answerable against unanswerable", "roc_area"),
    Figure("unanswerable declined", "abstention_recall"),
    Figure("answered", "coverage"),
)
_ABSTAIN = {"ANSWERABLE": False, "UNANSWERABLE": True}
_WITH_AN_ANSWER = ("ANSWERABLE", "PARTIAL")


def load(folder: Path, store: Path) -> CaseSet:
    """One index over all contexts of all tasks; what was said before the last turn is given as it was said."""
    tasks = [row for path in find_files(folder, "tasks.jsonl", "*.jsonl") for row in read_lines(path)]
    documents = list({document.name: document for task in tasks for document in _contexts(task)}.values())
    return CaseSet(list(map(_case, tasks)), partial(_over, documents, store))


def _over(
    documents: Sequence[SetDocument], store: Path, settings: Settings, progress: IndexProgress
) -> AbstractContextManager[Opened]:
    claim(store, "mtrag-un", digest(sorted(document.text for document in documents)))
    write_documents(store, documents)
    return over_one_index(store, settings, progress)


def _case(task: dict[str, Any]) -> Case:
    kind = task["answerability"][0]
    turns: list[str] = []
    replies: list[str] = []
    for turn in task["input"]:
        if turn["speaker"] == "user":
            turns.append(turn["text"])
            replies.append("")
        elif replies:
            replies[-1] = turn["text"]
    named = tuple(dict.fromkeys(document.name for document in _contexts(task)))
    return Case(
        task["task_id"],
        tuple(turns),
        abstain=_ABSTAIN.get(kind),
        sources=named if kind in _WITH_AN_ANSWER else (),
        replies=tuple(replies[:-1]),
        tags=(kind.lower(), "first turn" if len(turns) == 1 else "later turn"),
    )


def _contexts(task: dict[str, Any]) -> list[SetDocument]:
    return [SetDocument(context["text"], context.get("title")) for context in task["contexts"]]
