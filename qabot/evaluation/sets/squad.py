"""SQuAD 1.1 and 2.0 (Rajpurkar et al. 2016, 2018) and what has their form, such as XQuAD.

Read are JSON files with ``data``, its ``paragraphs``, and their ``context`` and ``qas``.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from qabot.evaluation.case import Case
from qabot.evaluation.caseset import CaseSet, Figure
from qabot.evaluation.sets.files import find_files, read_json, usable
from qabot.evaluation.sets.passages import over_one_passage
from qabot.text.sentences import sentence_spans

FIGURES = (
    Figure("right sentence cited", "first_citation"),
    Figure("EM", "exact_match"),
    Figure("F1", "f1"),
    Figure("answered", "coverage"),
)


def load(folder: Path, _store: Path) -> CaseSet:
    """The paragraph is the only passage; the sentence that holds the answer is to be cited."""
    paragraphs = [
        paragraph
        for path in find_files(folder, "*.json")
        for article in read_json(path)["data"]
        for paragraph in article["paragraphs"]
    ]
    cases = [_case(paragraph["context"], row) for paragraph in paragraphs for row in paragraph["qas"]]
    passages = {str(row["id"]): paragraph["context"] for paragraph in paragraphs for row in paragraph["qas"]}
    return CaseSet(cases, partial(over_one_passage, passages))


def _case(context: str, row: dict[str, Any]) -> Case:
    answerable = not row.get("is_impossible", False)
    gold = usable([answer["text"] for answer in row["answers"]]) if answerable else ()
    sentences = usable([_sentence(context, answer["answer_start"]) for answer in row["answers"]]) if answerable else ()
    return Case(
        str(row["id"]),
        (row["question"],),
        answers=(gold,) if gold else (),
        abstain=not answerable,
        passages=(sentences,) if sentences else (),
        tags=("answerable" if answerable else "unanswerable",),
    )


def _sentence(context: str, place: int) -> str:
    return next((context[start:end] for start, end in sentence_spans(context) if start <= place < end), "")
