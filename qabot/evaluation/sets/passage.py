"""Sets without a search: SQuAD and QED, asked over one given passage, and TREC CAsT, questions to rewrite."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from qabot.answering.answer import Answer, Evidence
from qabot.answering.bot import load_answerer
from qabot.answering.draft import Draft, compose
from qabot.answering.pipeline import Answerer
from qabot.answering.query import analyse
from qabot.answering.rank import Trained
from qabot.answering.read import Readings
from qabot.answering.rewrite import rewrite
from qabot.answering.wording import ABSTAINING
from qabot.evaluation.case import Case
from qabot.evaluation.metrics import Figure
from qabot.evaluation.record import digest
from qabot.evaluation.run import CaseSet, Opened, Reply, given_conversation, is_verbatim
from qabot.evaluation.sets.files import PublicSet, find_files, read_json, read_lines, read_text, usable
from qabot.models.encoder import Encoder, load_encoder
from qabot.render.answer import answer_json
from qabot.settings import Settings
from qabot.store.records import Progress
from qabot.text.sentences import sentence_spans


@contextmanager
def over_one_passage(passages: Mapping[str, str], settings: Settings, _progress: Progress) -> Iterator[Opened]:
    """For each case, by its id, the answerer with that passage as all the evidence there is."""
    encoder = load_encoder(settings.encoder)
    encoder.encode(["loaded before the first case, whose time it is not"])
    respondent = _OnePassage(passages, load_answerer(settings), encoder)
    yield Opened(respondent, {"documents": digest(passages.values())}, encoder)


@contextmanager
def only_rewriting(settings: Settings, _progress: Progress) -> Iterator[Opened]:
    """Yield a respondent that rewrites follow-ups and answers nothing."""
    yield Opened(_Rewriting(load_answerer(settings)))


class _OnePassage:
    def __init__(self, passages: Mapping[str, str], answerer: Answerer, encoder: Encoder) -> None:
        self._passages, self._answerer, self._encoder = passages, answerer, encoder
        self._trained = Trained.load()

    def reply(self, case: Case) -> Reply:
        began = time.perf_counter()
        text, question = self._passages[case.case_id], case.turns[-1]
        readings = Readings(analyse(question), case.scope.as_of, self._trained)
        *_, draft = self._answerer.stream(readings, [_evidence(text, self._similarity(question, text))])
        assert isinstance(draft, Draft)
        answered = bool(draft.statements)
        words, citations = compose(draft) if answered else (ABSTAINING["not-stated"], ())
        answer = Answer(
            question=question,
            standalone_question=question,
            text=words,
            short_answer=draft.short_answer if answered else None,
            abstained=not answered,
            reason=None if answered else "not-stated",
            confidence=draft.confidence,
            citations=citations,
            evidence=(),
            model=self._answerer.name,
            timings_ms={"total": (time.perf_counter() - began) * 1000},
        )
        said = answer_json(answer)
        del said["evidence"]  # nothing was retrieved
        return Reply(said, is_verbatim(answer, {_PASSAGE: text}))

    def _similarity(self, question: str, text: str) -> float:
        one, other = self._encoder.encode([question, text])
        return float(one @ other)


_PASSAGE = "passage"


def _evidence(text: str, similarity: float) -> Evidence:
    return Evidence(
        article_id=_PASSAGE,
        title=None,
        author=None,
        publisher=None,
        published=None,
        source=_PASSAGE,
        origin=_PASSAGE,
        text=text,
        start=0,
        end=len(text),
        score=1.0,
        similarity=similarity,
    )


class _Rewriting:
    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer

    def reply(self, case: Case) -> Reply:
        question, conversation = case.turns[-1], given_conversation(case)
        rewritten = self._answerer.rewrite(question, conversation) if conversation.turns else None
        standalone = rewritten.text if rewritten else rewrite(question, conversation)
        return Reply({"question": question, "standalone_question": standalone})


_SQUAD_FIGURES = (
    Figure("right sentence cited", "first_citation"),
    Figure("EM", "exact_match"),
    Figure("F1", "f1"),
    Figure("answered", "coverage"),
)


def _load_squad(folder: Path, _store: Path) -> CaseSet:
    """Return the cases of SQuAD 1.1 and 2.0 (Rajpurkar et al. 2016, 2018) and of what has their form, such as XQuAD.

    Read are JSON files with ``data``, its ``paragraphs``, and their ``context`` and ``qas``. The paragraph is the only
    passage; the sentence that holds the answer is to be cited.
    """
    paragraphs = [
        paragraph
        for path in find_files(folder, "*.json")
        for article in read_json(path)["data"]
        for paragraph in article["paragraphs"]
    ]
    cases = [_squad_case(paragraph["context"], row) for paragraph in paragraphs for row in paragraph["qas"]]
    passages = {str(row["id"]): paragraph["context"] for paragraph in paragraphs for row in paragraph["qas"]}
    return CaseSet(cases, partial(over_one_passage, passages))


def _squad_case(context: str, row: dict[str, Any]) -> Case:
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


SQUAD = PublicSet(_load_squad, _SQUAD_FIGURES)


_WHOLE, _NEAR_MISS = "whole paragraph", "near miss"
_QED_FIGURES = (
    Figure("right sentence cited", "first_citation", _WHOLE),
    Figure("F1", "f1", _WHOLE),
    Figure("answered", "coverage", _WHOLE),
    Figure("near misses declined", "abstention_recall", _NEAR_MISS),
    Figure("area under the ROC curve, whole paragraph against near miss", "roc_area"),
)


def _load_qed(folder: Path, _store: Path) -> CaseSet:
    """Return the cases of QED (Lamm et al. 2021): questions that people typed, and a paragraph with the answer.

    Read are files of JSON lines with ``example_id``, ``question_text``, ``paragraph_text``, ``original_nq_answers`` and
    ``annotation``, which may name a ``selected_sentence``. The paragraph is the only passage; without the sentence that
    answers, the question must be declined.
    """
    rows = [row for path in find_files(folder, "*qed*.jsonl", "*qed*.jsonlines", "*.jsonl") for row in read_lines(path)]
    found = [each for row in rows for each in _qed_cases(row)]
    passages = {case.case_id: paragraph for case, paragraph in found}
    return CaseSet([case for case, _ in found], partial(over_one_passage, passages))


def _qed_cases(row: dict[str, Any]) -> Iterator[tuple[Case, str]]:
    case_id, turns, paragraph = str(row["example_id"]), (row["question_text"],), row["paragraph_text"]
    gold = usable([part["string"] for answer in row["original_nq_answers"] for part in answer])
    selected = row["annotation"].get("selected_sentence")
    sentence = paragraph[selected["start"] : selected["end"]] if selected else ""
    named = usable([sentence])
    yield Case(case_id, turns, (gold,) if gold else (), passages=(named,) if named else (), tags=(_WHOLE,)), paragraph
    rest = paragraph[: selected["start"]] + paragraph[selected["end"] :] if selected else ""
    if rest.strip():
        yield Case(f"{case_id} {_NEAR_MISS}", turns, abstain=True, tags=(_NEAR_MISS,)), rest


QED = PublicSet(_load_qed, _QED_FIGURES)


_TRECCAST_FIGURES = (
    Figure("rewrites that hold every content word of the manual ones", "rewrite_completeness"),
    Figure("no needless rewrite", "left_alone"),
)


def _load_treccast(folder: Path, _store: Path) -> CaseSet:
    """Return the cases of TREC CAsT (Dalton, Xiong and Callan 2020): what was asked in a conversation, and meant.

    Read are JSON files of topics with their ``turn``s; what was meant stands in a turn's
    ``manual_rewritten_utterance``, or in a file of lines ``topic_turn<TAB>question`` whose name has ``resolved`` in it.
    Only the rewriting is measured: there is nothing to answer from.
    """
    resolved = _resolved(folder)
    cases = [
        case
        for path in find_files(folder, "*.json", without="automatic")
        for topic in read_json(path)
        for case in _topic_cases(topic, resolved)
    ]
    return CaseSet(cases, only_rewriting)


def _topic_cases(topic: Mapping[str, Any], resolved: Mapping[str, str]) -> Iterator[Case]:
    said: list[str] = []
    for turn in topic["turn"]:
        case_id = f"{topic['number']}_{turn['number']}"
        said.append(turn["raw_utterance"].strip())
        meant = (turn.get("manual_rewritten_utterance") or resolved.get(case_id, "")).strip()
        if meant:
            tag = "first turn" if len(said) == 1 else "later turn"
            replies = ("",) * (len(said) - 1)
            yield Case(case_id, tuple(said), abstain=None, standalone=meant, replies=replies, tags=(tag,))


def _resolved(folder: Path) -> dict[str, str]:
    rows = (line.split("\t") for path in folder.glob("*resolved*.tsv") for line in read_text(path).splitlines())
    return {row[0]: row[1] for row in rows if len(row) > 1}


TRECCAST = PublicSet(_load_treccast, _TRECCAST_FIGURES, headline="rewrite_completeness")
