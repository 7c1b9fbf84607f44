"""Sets that are asked over an index: of all their documents, or of those that each question has of its own.

The first are RealTime QA and MTRAG-UN, the others RAMDocs and TimeQA.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Any

from qabot.answering.bot import Bot, load_answerer
from qabot.answering.pipeline import Answerer
from qabot.answering.rank import Trained
from qabot.evaluation.case import Case
from qabot.evaluation.matching import holds
from qabot.evaluation.metrics import Figure
from qabot.evaluation.record import digest
from qabot.evaluation.run import BotRespondent, CaseSet, Opened, Reply, opened
from qabot.evaluation.sets.files import (
    PublicSet,
    SetDocument,
    claim,
    find_files,
    read_lines,
    usable,
    write_documents,
)
from qabot.models.encoder import Encoder, load_encoder
from qabot.settings import Settings
from qabot.store.index import Index
from qabot.store.ingest import update
from qabot.store.location import locate
from qabot.store.records import Progress


@contextmanager
def over_one_index(
    folder: Path, settings: Settings, progress: Progress, sources: Sequence[str] = ()
) -> Iterator[Opened]:
    """Return a bot over an index, which is brought up to date first.

    Args:
        folder: of the index.
        settings: in force.
        progress: told how far indexing is.
        sources: what is indexed; none: the articles in the folder.
    """
    encoder = load_encoder(settings.encoder)
    update(locate(folder), sources, settings, progress=progress, encoder=encoder)
    with _open_bot(folder, settings, load_answerer(settings), encoder, Trained.load()) as bot:
        yield opened(bot)


def _open_bot(folder: Path, settings: Settings, answerer: Answerer, encoder: Encoder, trained: Trained) -> Bot:
    return Bot(Index.open(locate(folder), settings, encoder=encoder), settings, answerer, trained)


_REALTIMEQA_FIGURES = (
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


def _load_realtimeqa(folder: Path, store: Path) -> CaseSet:
    """Return the cases of RealTime QA (Kasai et al. 2023): a weekly news quiz and articles that a search found.

    Read are the files of its own repository (``*_qa.jsonl`` with ``*_gcs.jsonl``), or their contents gathered in
    ``questions.jsonl`` (``id, date, question, answers, searched``: ids of articles) and ``articles.jsonl`` (``id, url,
    title, authors, published, text``), which is read as any archive of articles is. There is one index over all
    articles. A question counts for retrieval where its own articles hold an answer.
    """
    gathered = (folder / "questions.jsonl").exists()
    questions, articles = (_gathered if gathered else _weekly)(folder)
    archive = find_files(folder, "articles.jsonl")[0] if gathered else None
    return CaseSet(
        [_quiz_case(question, articles) for question in questions], partial(_over_news, archive, articles, store)
    )


def _over_news(
    archive: Path | None,
    articles: Mapping[str, Mapping[str, Any]],
    store: Path,
    settings: Settings,
    progress: Progress,
) -> AbstractContextManager[Opened]:
    """Return a bot over the articles: of the archive that they lie in, else of one that is made of them."""
    claim(store, "realtimeqa", digest(each["text"] for each in articles.values()))
    if archive is None:
        archive = locate(store).articles / "articles.jsonl"
        archive.parent.mkdir(exist_ok=True)
        archive.write_text("".join(json.dumps(each) + "\n" for each in articles.values()), encoding="utf-8")
    return over_one_index(store, settings, progress, [str(archive)])


def _quiz_case(question: _Question, articles: dict[str, dict[str, Any]]) -> Case:
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


REALTIMEQA = PublicSet(_load_realtimeqa, _REALTIMEQA_FIGURES)


_MTRAG_UN_FIGURES = (
    Figure("recall@5", "recall@5"),
    Figure("nDCG@5", "ndcg@5"),
    Figure("area under the ROC curve, answerable against unanswerable", "roc_area"),
    Figure("unanswerable declined", "abstention_recall"),
    Figure("answered", "coverage"),
)
_ABSTAIN = {"ANSWERABLE": False, "UNANSWERABLE": True}
_WITH_AN_ANSWER = ("ANSWERABLE", "PARTIAL")


def _load_mtrag_un(folder: Path, store: Path) -> CaseSet:
    """Return the cases of MTRAG-UN: the last turns of long conversations, some of them unanswerable.

    Read are files of JSON lines with ``task_id``, ``input`` (turns with ``speaker`` and ``text``), ``contexts`` and
    ``answerability``. There is one index over all contexts of all tasks; what was said before the last turn is given as
    it was said.
    """
    tasks = [row for path in find_files(folder, "tasks.jsonl", "*.jsonl") for row in read_lines(path)]
    documents = list({document.name: document for task in tasks for document in _contexts(task)}.values())
    return CaseSet(list(map(_task_case, tasks)), partial(_over_contexts, documents, store))


def _over_contexts(
    documents: Sequence[SetDocument], store: Path, settings: Settings, progress: Progress
) -> AbstractContextManager[Opened]:
    claim(store, "mtrag-un", digest(sorted(document.text for document in documents)))
    write_documents(store, documents)
    return over_one_index(store, settings, progress)


def _task_case(task: dict[str, Any]) -> Case:
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


MTRAG_UN = PublicSet(_load_mtrag_un, _MTRAG_UN_FIGURES, headline="recall@5")


@contextmanager
def over_own_documents(
    set_name: str,
    documents: Mapping[str, Sequence[SetDocument]],
    folder: Path,
    settings: Settings,
    _progress: Progress,
) -> Iterator[Opened]:
    """For each case, by its id, a bot over an index of its own documents alone."""
    data = digest(document.text for own in documents.values() for document in own)
    claim(folder, set_name, data)
    encoder = load_encoder(settings.encoder)
    yield Opened(_OwnDocuments(documents, folder, settings, encoder), {"documents": data}, encoder)


class _OwnDocuments:
    """Makes an index when a case needs it; what several cases share is made once."""

    def __init__(
        self, documents: Mapping[str, Sequence[SetDocument]], folder: Path, settings: Settings, encoder: Encoder
    ) -> None:
        self._documents, self._folder, self._settings, self._encoder = documents, folder, settings, encoder
        self._answerer, self._trained = load_answerer(settings), Trained.load()
        self._making = threading.Lock()

    def reply(self, case: Case) -> Reply:
        own = self._documents[case.case_id]
        folder = self._folder / digest(document.name for document in own)[:16]
        with self._making:
            write_documents(folder, own)
            update(locate(folder), [], self._settings, encoder=self._encoder)
        with _open_bot(folder, self._settings, self._answerer, self._encoder, self._trained) as bot:
            return BotRespondent(bot).reply(case)


_RAMDOCS_FIGURES = (
    Figure("all gold answers and no wrong one", "accuracy"),
    Figure("gold answers given", "containment"),
    Figure("answered", "coverage"),
)


def _load_ramdocs(folder: Path, store: Path) -> CaseSet:
    """Return the cases of RAMDocs (Wang et al. 2025): questions whose documents disagree.

    Read are files of JSON lines with ``question``, ``documents``, ``gold_answers`` and ``wrong_answers``. Right is what
    holds every gold answer and no wrong one.
    """
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
            tags=_tags_of(row["gold_answers"], row["wrong_answers"]),
        )
        for number, row in enumerate(rows)
    ]
    return CaseSet(cases, partial(over_own_documents, "ramdocs", documents, store))


def _tags_of(gold: list[str], wrong: list[str]) -> tuple[str, ...]:
    return ("several answers" if len(gold) > 1 else "one answer", "misinformation" if wrong else "no misinformation")


RAMDOCS = PublicSet(_load_ramdocs, _RAMDOCS_FIGURES)


_LEVELS = ("easy", "hard")
_TIMEQA_FIGURES = tuple(
    Figure(f"{name}, {level}", metric, level)
    for level in _LEVELS
    for name, metric in (("EM", "exact_match"), ("F1", "f1"), ("unanswerable declined", "abstention_recall"))
)


def _load_timeqa(folder: Path, store: Path) -> CaseSet:
    """Return the cases of TimeQA (Chen, Wang and Wang 2021): questions about times, over one long article each.

    Read are files of JSON lines whose names have ``easy`` (the question states the time as the article does) or
    ``hard`` (it implies it) in them, with ``idx``, ``question``, ``context`` and ``targets``. What the article does not
    say must be declined.
    """
    cases, documents = [], {}
    files = find_files(folder, "*.json*")
    levels = [[(level, row) for path in files if level in path.name for row in read_lines(path)] for level in _LEVELS]
    for level, row in (
        each for pair in zip_longest(*levels) for each in pair if each
    ):  # so that the first N are of both
        case = _timed_case(row, level)
        cases.append(case)
        documents[case.case_id] = [SetDocument(row["context"])]
    return CaseSet(cases, partial(over_own_documents, "timeqa", documents, store))


def _timed_case(row: dict[str, Any], level: str) -> Case:
    gold = usable(row["targets"])
    kind = "answerable" if gold else "unanswerable"
    turns = (row["question"],)
    return Case(f"{level} {row['idx']}", turns, (gold,) if gold else (), abstain=not gold, tags=(level, kind))


TIMEQA = PublicSet(_load_timeqa, _TIMEQA_FIGURES)
