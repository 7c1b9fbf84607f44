"""RealTime QA (Kasai et al. 2023): a weekly news quiz, over the articles that a web search found for its questions.

Read are the files of its own repository (``*_qa.jsonl`` with ``*_gcs.jsonl``), and their contents gathered in
``questions.jsonl`` (``id, date, question, answers, searched``: ids of articles) and ``articles.jsonl`` (``id, url,
title, authors, published, text``), which is read as any archive of articles is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from qabot.evaluation.case import Case
from qabot.evaluation.caseset import CaseSet, Figure, IndexProgress, Opened
from qabot.evaluation.record import digest
from qabot.evaluation.scoring import holds
from qabot.evaluation.sets.documents import claim, over_one_index
from qabot.evaluation.sets.files import find_files, read_lines, usable
from qabot.settings import Settings
from qabot.store.location import locate

FIGURES = (
    Figure("hits@1", "hits@1"),
    Figure("hits@5", "hits@5"),
    Figure("hits@10", "hits@10"),
    Figure("EM", "exact_match"),
    Figure("F1", "f1"),
    Figure("containment", "containment"),
    Figure("answered", "coverage"),
    Figure("right ones of those answered", "answered_accuracy"),
    Figure("precision of the answers given at half coverage", "precision_at_half"),
)


@dataclass(frozen=True)
class _Question:
    case_id: str
    question: str
    answers: tuple[str, ...]
    searched: tuple[str, ...]


def load(folder: Path, store: Path) -> CaseSet:
    """One index over all articles. A question counts for retrieval where its own articles hold an answer."""
    gathered = (folder / "questions.jsonl").exists()
    questions, articles = (_gathered if gathered else _weekly)(folder)
    archive = find_files(folder, "articles.jsonl")[0] if gathered else None
    return CaseSet([_case(question, articles) for question in questions], partial(_over, archive, articles, store))


def _over(
    archive: Path | None,
    articles: Mapping[str, Mapping[str, Any]],
    store: Path,
    settings: Settings,
    progress: IndexProgress,
) -> AbstractContextManager[Opened]:
    """A bot over the articles: of the archive that they lie in, else of one that is made of them."""
    claim(store, "realtimeqa", digest(each["text"] for each in articles.values()))
    if archive is None:
        archive = locate(store).articles / "articles.jsonl"
        archive.parent.mkdir(exist_ok=True)
        archive.write_text("".join(json.dumps(each) + "\n" for each in articles.values()), encoding="utf-8")
    return over_one_index(store, settings, progress, [str(archive)])


def _case(question: _Question, articles: dict[str, dict[str, Any]]) -> Case:
    gold = usable(question.answers)
    held = any(
        holds(articles[each]["text"], answer) for each in question.searched if each in articles for answer in gold
    )
    return Case(
        question.case_id,
        (question.question,),
        answers=(gold,) if gold else (),
        passages=(gold,) if held else (),
        tags=("answer in its articles" if held else "answer not in its articles",),
    )


def _gathered(folder: Path) -> tuple[list[_Question], dict[str, dict[str, Any]]]:
    rows = read_lines(folder / "questions.jsonl")
    questions = [_Question(row["id"], row["question"], tuple(row["answers"]), tuple(row["searched"])) for row in rows]
    articles = {row["id"]: row for path in find_files(folder, "articles.jsonl") for row in read_lines(path)}
    return questions, articles


def _weekly(folder: Path) -> tuple[list[_Question], dict[str, dict[str, Any]]]:
    articles: dict[str, dict[str, Any]] = {}
    searched: dict[str, list[str]] = {}
    for path in find_files(folder, "*_gcs.jsonl"):
        for row in read_lines(path):
            for found in _found(row):
                articles.setdefault(found["id"], found)
                searched.setdefault(row["question_id"], []).append(found["id"])
    questions = [
        _Question(
            row["question_id"],
            row["question_sentence"],
            tuple(row["choices"][int(answer)] for answer in row["answer"]),
            tuple(searched.get(row["question_id"], ())),
        )
        for path in find_files(folder, "*_qa.jsonl")
        for row in read_lines(path)
    ]
    return questions, articles


def _found(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for result in row["search_result"]:
        if result.get("text", "").strip():
            yield {
                "id": digest([result["url"], result["text"]])[:12],
                "url": result["url"],
                "title": result.get("title"),
                "authors": result.get("authors"),
                "published": (result.get("publish_date") or "").replace("/", "-") or None,
                "text": result["text"],
            }
