"""Sets whose questions are each asked over documents of its own: RAMDocs and TimeQA."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Any

from qabot.answering.bot import load_answerer
from qabot.answering.calibration import Trained
from qabot.evaluation.case import Case
from qabot.evaluation.metrics import Figure
from qabot.evaluation.record import digest
from qabot.evaluation.run import BotRespondent, CaseSet, Opened, Reply
from qabot.evaluation.sets.files import (
    PublicSet,
    SetDocument,
    claim,
    find_files,
    open_bot,
    read_lines,
    usable,
    write_documents,
)
from qabot.models.encoder import Encoder, load_encoder
from qabot.settings import Settings
from qabot.store.ingest import update
from qabot.store.location import locate
from qabot.store.records import Progress


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
        with open_bot(folder, self._settings, self._answerer, self._encoder, self._trained) as bot:
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
            tags=_tags(row["gold_answers"], row["wrong_answers"]),
        )
        for number, row in enumerate(rows)
    ]
    return CaseSet(cases, partial(over_own_documents, "ramdocs", documents, store))


def _tags(gold: list[str], wrong: list[str]) -> tuple[str, ...]:
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
    levels = [[(level, row) for path in _files(folder, level) for row in read_lines(path)] for level in _LEVELS]
    for level, row in (
        each for pair in zip_longest(*levels) for each in pair if each
    ):  # so that the first N are of both
        case = _timed_case(row, level)
        cases.append(case)
        documents[case.case_id] = [SetDocument(row["context"])]
    return CaseSet(cases, partial(over_own_documents, "timeqa", documents, store))


def _files(folder: Path, level: str) -> list[Path]:
    return find_files(folder, f"*{level}*.json*")


def _timed_case(row: dict[str, Any], level: str) -> Case:
    gold = usable(row["targets"])
    kind = "answerable" if gold else "unanswerable"
    turns = (row["question"],)
    return Case(f"{level} {row['idx']}", turns, (gold,) if gold else (), abstain=not gold, tags=(level, kind))


TIMEQA = PublicSet(_load_timeqa, _TIMEQA_FIGURES)
