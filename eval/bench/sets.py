"""Public sets, each read where it lies, and how each is scored: one generator of outcomes a set."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from documents import Document, bot_over, evidence_of, read_lines, with_turn

from qabot.answering.answer import Answer
from qabot.answering.conversation import Conversation
from qabot.answering.extractive import ExtractiveAnswerer
from qabot.answering.followups import rewrite
from qabot.answering.question import content_stems
from qabot.evaluation.scoring import exact_match, meets, normalise, token_f1


@dataclass(frozen=True)
class Outcome:
    """What came of one question.

    Attributes:
        case_id: of the question.
        scores: between 0 and 1, by measure; one that does not apply to the question is left out.
        confidence: the bot's, that it has an answer.
        answerable: whether there is one; None where the set does not say.
        said: what is worth reading beside the scores.
    """

    case_id: str
    scores: dict[str, float]
    confidence: float | None = None
    answerable: bool | None = None
    said: dict[str, Any] = field(default_factory=dict)


def realtimeqa(folder: Path, index: Path, limit: int | None) -> Iterator[Outcome]:
    """A news quiz of 2022 over 2,391 articles: retrieval, short answers, and how well confidence tells right ones."""
    articles = {article["id"]: article for article in read_lines(folder / "articles.jsonl.gz")}
    documents = (
        Document(a["text"], a["title"], ", ".join(a["authors"] or []), a["published"], a["url"])
        for a in articles.values()
    )
    with bot_over(documents, index) as bot:
        for row in read_lines(folder / "questions.jsonl")[:limit]:
            answer = bot.ask(row["question"])
            gold = row["answers"]
            held = [_holds(articles[article_id]["text"], gold) for article_id in row["searched"]]
            scores = _short_answer_scores(answer, gold)
            if any(held):
                first = next((i for i, e in enumerate(answer.evidence) if _holds(e.text, gold)), math.inf)
                scores |= {f"hits@{k}": float(first < k) for k in (1, 4, 5, 10)}
            yield Outcome(row["id"], scores, answer.confidence, said=_said(answer, gold))


def mtrag(folder: Path, index: Path, limit: int | None) -> Iterator[Outcome]:
    """Follow-ups in long conversations: recall of a task's own contexts, and answerable against unanswerable ones.

    Retrieved passages of one context count once, at the best one's place.
    """
    tasks = read_lines(folder / "tasks.jsonl.gz")
    documents = {d.name: d for task in tasks for d in _contexts(task)}
    with bot_over(documents.values(), index) as bot:
        for task in tasks[:limit]:
            *before, last = task["input"]
            conversation = Conversation()
            for asked, answered in zip(before[::2], before[1::2], strict=True):
                conversation = with_turn(conversation, asked["text"], answered["text"])
            answer = bot.ask(last["text"], conversation)
            own = {document.name for document in _contexts(task)}
            found = list(dict.fromkeys(Path(evidence.source).stem for evidence in answer.evidence))[:5]
            kind = task["answerability"][0]
            scores = {"answered": float(not answer.abstained)}
            if own and kind in ("ANSWERABLE", "PARTIAL"):
                scores |= {"recall@5": len(own & set(found)) / len(own), "nDCG@5": _ndcg(found, own)}
            answerable = {"ANSWERABLE": True, "UNANSWERABLE": False}.get(kind)
            yield Outcome(task["task_id"], scores, answer.confidence, answerable, _said(answer, kind))


def ramdocs(folder: Path, index: Path, limit: int | None) -> Iterator[Outcome]:
    """Questions whose documents disagree, each with documents of its own: every gold answer and no wrong one."""
    for number, row in enumerate(read_lines(folder / "ramdocs.jsonl.gz")[:limit]):
        documents = [Document(document["text"]) for document in row["documents"]]
        with bot_over(documents, index / str(number)) as bot:
            answer = bot.ask(row["question"])
        every = meets([[gold] for gold in row["gold_answers"]], answer.text, answer.short_answer)
        wrong = _holds(answer.text, row["wrong_answers"])
        scores = {
            "right": float(every and not wrong),
            "every gold answer": float(every),
            "a wrong answer": float(wrong),
        }
        scores["answered"] = float(not answer.abstained)
        yield Outcome(str(number), scores, answer.confidence, said=_said(answer, row["gold_answers"]))


def timeqa(folder: Path, index: Path, limit: int | None) -> Iterator[Outcome]:
    """Reading with time in one long article; what the article does not say must be declined."""
    for level in ("easy", "hard"):
        for row in read_lines(folder / f"{level}.jsonl.gz")[:limit]:
            document = Document(row["context"])
            with bot_over([document], index / document.name) as bot:
                answer = bot.ask(row["question"])
            gold = [target for target in row["targets"] if target]
            if gold:
                scores = {f"{level} {name}": value for name, value in _short_answer_scores(answer, gold).items()}
            else:
                scores = {f"{level} {name}": float(answer.abstained) for name in ("EM", "F1", "declined")}
            yield Outcome(f"{level} {row['idx']}", scores, answer.confidence, bool(gold), _said(answer, gold))


def xquad(folder: Path, index: Path, limit: int | None) -> Iterator[Outcome]:  # noqa: ARG001 - a paragraph is no index
    """Reading: the answer is a span of the paragraph, which is the only passage."""
    answerer = ExtractiveAnswerer()
    data = json.loads((folder / "xquad.en.json").read_text(encoding="utf-8"))["data"]
    paragraphs = [paragraph for article in data for paragraph in article["paragraphs"]]
    questions = [(paragraph["context"], row) for paragraph in paragraphs for row in paragraph["qas"]]
    for context, row in questions[:limit]:
        draft = answerer.answer(row["question"], [evidence_of(context)])
        gold = [answer["text"] for answer in row["answers"]]
        first = draft.statements[0].quotes[0] if draft.statements else None
        span = row["answers"][0]["answer_start"], row["answers"][0]["answer_start"] + len(gold[0])
        scores = {
            "EM": exact_match(draft.short_answer or "", gold),
            "F1": token_f1(draft.short_answer or "", gold),
            "right sentence": float(first is not None and first.start <= span[0] and span[1] <= first.end),
            "answered": float(first is not None),
        }
        said = {"short_answer": draft.short_answer, "quote": first and first.text, "gold": gold}
        yield Outcome(row["id"], scores, draft.confidence, said=said)


def qed(folder: Path, index: Path, limit: int | None) -> Iterator[Outcome]:  # noqa: ARG001
    """Questions that people typed: the sentence that answers; and the paragraph without it, which must be declined."""
    answerer = ExtractiveAnswerer()
    for row in read_lines(folder / "qed.jsonl.gz")[:limit]:
        selected, paragraph = row["annotation"]["selected_sentence"], row["paragraph_text"]
        start, end = selected["start"], selected["end"]
        question, case_id = row["question_text"], str(row["example_id"])
        draft = answerer.answer(question, [evidence_of(paragraph)])
        first = draft.statements[0].quotes[0] if draft.statements else None
        gold = [part["string"] for answer in row["original_nq_answers"] for part in answer]
        scores = {
            "F1": token_f1(draft.short_answer or "", gold),
            "right sentence": float(first is not None and start <= first.start < end),
            "answered": float(first is not None),
        }
        said = {"short_answer": draft.short_answer, "quote": first and first.text, "gold": gold}
        yield Outcome(case_id, scores, draft.confidence, answerable=True, said=said)
        rest = paragraph[:start] + paragraph[end:]
        if rest.strip():
            draft = answerer.answer(question, [evidence_of(rest)])
            scores = {"near miss declined": float(not draft.statements)}
            yield Outcome(f"{case_id} near miss", scores, draft.confidence, answerable=False)


def treccast(folder: Path, index: Path, limit: int | None) -> Iterator[Outcome]:  # noqa: ARG001
    """Follow-ups: the rewrite must hold every content word of the manual one, and change nothing without need."""
    resolved = dict(line.split("\t") for line in (folder / "2019-resolved.tsv").read_text("utf-8").splitlines())
    for file in ("2019-topics.json", "2020-manual.json"):
        for topic in json.loads((folder / file).read_text(encoding="utf-8"))[:limit]:
            conversation = Conversation()
            for turn in topic["turn"]:
                case_id, raw = f"{topic['number']}_{turn['number']}", turn["raw_utterance"].strip()
                manual = turn.get("manual_rewritten_utterance") or resolved[case_id]
                rewritten = rewrite(raw, conversation)
                conversation = with_turn(conversation, raw)
                if normalise(raw) == normalise(manual):
                    scores = {"left alone where right": float(rewritten == raw)}
                else:
                    scores = {
                        "holds every content word": float(set(content_stems(manual)) <= set(content_stems(rewritten)))
                    }
                yield Outcome(case_id, scores, said={"raw": raw, "rewritten": rewritten, "manual": manual})


SETS: dict[str, Callable[[Path, Path, int | None], Iterator[Outcome]]] = {
    function.__name__: function for function in (realtimeqa, xquad, qed, mtrag, timeqa, treccast, ramdocs)
}


def _contexts(task: dict[str, Any]) -> list[Document]:
    return [Document(context["text"], context.get("title")) for context in task["contexts"]]


def _holds(text: str, answers: Sequence[str]) -> bool:
    """Whether one of the answers stands in the text: lower case, punctuation off, word boundaries."""
    return any(f" {_bare(answer)} " in f" {_bare(text)} " for answer in answers)


def _bare(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", "", text.lower()).split())


def _short_answer_scores(answer: Answer, gold: Sequence[str]) -> dict[str, float]:
    """EM, F1 and containment, over all questions and again over the answered ones."""
    short = answer.short_answer or ""
    scores = {
        "EM": exact_match(short, gold),
        "F1": token_f1(short, gold),
        "contained": float(_holds(answer.text, gold)),
    }
    if not answer.abstained:
        scores |= {f"{name} of answered": value for name, value in scores.items()}
    return scores | {"answered": float(not answer.abstained)}


def _said(answer: Answer, gold: object) -> dict[str, Any]:
    return {
        "question": answer.standalone_question,
        "answer": answer.text,
        "short_answer": answer.short_answer,
        "reason": answer.reason,
        "gold": gold,
        "milliseconds": answer.timings_ms.get("total"),
    }


def _ndcg(found: Sequence[str], own: set[str]) -> float:
    gain = sum(1 / math.log2(place + 2) for place, name in enumerate(found) if name in own)
    return gain / sum(1 / math.log2(place + 2) for place in range(min(len(own), 5)))
