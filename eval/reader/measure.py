"""Measures a reader on what it was not trained on: `python -m eval reader measure --bench FOLDER [--reader FOLDER]`.

Prints a table: the right sentence among a paragraph's and among twelve passages', near misses told apart, spans, speed.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import string
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import roc_auc_score

from eval.reader.data import Question, ReadPassage, held_out, load
from qabot.models.reader import Reader, ReaderSentence, Reading
from qabot.text.sentences import sentence_spans

PASSAGES = 12  # of a question among many passages


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    set: str
    measure: str
    value: float
    count: int


def best(readings: Sequence[Reading]) -> int:
    """Which sentence answers best."""
    return max(range(len(readings)), key=lambda i: readings[i].score)


def area(answerable: Sequence[float], unanswerable: Sequence[float]) -> float:
    """The area under the ROC curve."""
    return float(roc_auc_score([1] * len(answerable) + [0] * len(unanswerable), [*answerable, *unanswerable]))


def words(text: str) -> list[str]:
    """SQuAD's normalisation."""
    text = "".join(c for c in text.lower() if c not in string.punctuation + "“”‘’")
    return re.sub(r"\b(a|an|the)\b", " ", text).split()


def f1(said: str, answers: Sequence[str]) -> float:
    """SQuAD's F1, the best over the answers."""

    def one(answer: str) -> float:
        mine, right = words(said), words(answer)
        shared = sum((Counter(mine) & Counter(right)).values())
        return 2 * shared / (len(mine) + len(right)) if shared else float(mine == right)

    return max(map(one, answers), default=0.0)


def paragraphs(reader: Reader, questions: Sequence[Question], name: str) -> list[Row]:
    """The paragraph alone: the right sentence, the span, and the paragraph without its answer."""
    right, inside, whole, exact, answered, unanswered = [], [], [], [], [], []
    for question in questions:
        passage = question.gold[0]
        sentences = passage.to_read()
        readings = reader.read(question.text, sentences)
        chosen = best(readings)
        right.append(chosen in passage.gold)
        answers = [passage.text[a:b] for spans in passage.gold.values() for a, b in spans]
        number = next(iter(passage.gold))
        inside.append(f1(_span(sentences[number], readings[number]), answers))
        whole.append(f1(_span(sentences[chosen], readings[chosen]), answers))
        exact.append(any(words(_span(sentences[chosen], readings[chosen])) == words(a) for a in answers))
        if len(passage.sentences) > len(passage.gold):
            rest = passage.without(passage.gold)
            answered.append(max(r.score for r in readings))
            unanswered.append(max(r.score for r in reader.read(question.text, rest.to_read())))
    return [
        Row(name, "right sentence of its paragraph", float(np.mean(right)), len(right)),
        Row(name, "F1 of the span, in the right sentence", float(np.mean(inside)), len(inside)),
        Row(name, "F1 of the span, in the chosen sentence", float(np.mean(whole)), len(whole)),
        Row(name, "EM of the span, in the chosen sentence", float(np.mean(exact)), len(exact)),
        Row(name, "AUC against the paragraph without its answer", area(answered, unanswered), len(answered)),
    ]


def among_many(reader: Reader, questions: Sequence[Question], pool: Sequence[ReadPassage], name: str) -> list[Row]:
    """Among the passages of the pool that share most words with the question."""
    vectors = TfidfVectorizer(sublinear_tf=True).fit([p.text for p in pool])
    matrix = vectors.transform([p.text for p in pool]).T
    near = np.asarray((vectors.transform([q.text for q in questions]) @ matrix).todense())
    right, found, answered, unanswered = [], [], [], []
    for question, similar in zip(questions, near, strict=True):
        gold = question.gold[0]
        texts = {p.text for p in question.gold}
        answers = [gold.text[a:b].lower() for spans in gold.gold.values() for a, b in spans]
        others = [pool[i] for i in np.argsort(-similar)[: 3 * PASSAGES] if pool[i].text not in texts]
        others = [p for p in others if not any(a in p.text.lower() for a in answers)][: PASSAGES - 1]
        sentences = [(p is gold and i in gold.gold, s) for p in (gold, *others) for i, s in enumerate(p.to_read())]
        readings = reader.read(question.text, [s for _, s in sentences])
        right.append(sentences[best(readings)][0])
        top = sorted(range(len(readings)), key=lambda i: -readings[i].score)[:3]
        found.append(any(sentences[i][0] for i in top))
        answered.append(max(r.score for r in readings))
        without = [(p, i) for p in (gold, *others) for i in range(len(p.sentences))]
        left = [r.score for r, (p, _) in zip(readings, without, strict=True) if p is not gold]
        unanswered.append(max(left))
    return [
        Row(name, f"right sentence of {PASSAGES} passages", float(np.mean(right)), len(right)),
        Row(name, f"right sentence in the first 3 of {PASSAGES} passages", float(np.mean(found)), len(found)),
        Row(name, f"AUC against the {PASSAGES - 1} other passages", area(answered, unanswered), len(answered)),
    ]


def same_page(reader: Reader, questions: Sequence[Question], name: str) -> list[Row]:
    """TimeQA: windows of one page; the window that answers against the others, some of which name the answer."""
    right, answered, unanswered = [], [], []
    for question in questions:
        passages = [*question.gold[:2], *question.others[:8]]
        sentences = [(i in p.gold, i in p.unsure, s) for p in passages for i, s in enumerate(p.to_read())]
        readings = reader.read(question.text, [s for *_, s in sentences])
        top = max(r.score for r in readings)
        if question.gold:
            chosen = best(
                [
                    Reading(-np.inf, 0, 0, 0) if unsure else r
                    for r, (_, unsure, _) in zip(readings, sentences, strict=True)
                ]
            )
            right.append(sentences[chosen][0])
            answered.append(top)
        else:
            unanswered.append(top)
    return [
        Row(name, "right sentence of its page's windows", float(np.mean(right)), len(right)),
        Row(name, "AUC against unanswerable questions", area(answered, unanswered), len(answered) + len(unanswered)),
    ]


def news(reader: Reader, bench: Path, limit: int) -> list[Row]:
    """RealTimeQA, never trained on: a sentence with an answer string, among passages that its own search found."""
    with gzip.open(bench / "realtimeqa/articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        articles = {row["id"]: row for row in map(json.loads, lines)}
    rows = [
        json.loads(line) for line in (bench / "realtimeqa/questions.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    random.Random(0).shuffle(rows)  # noqa: S311
    right, overlap, answered, unanswered, spans = [], [], [], [], []
    for row in rows:
        passages = [
            p for a in row["searched"] if a in articles for p in _cut(articles[a]["text"], articles[a]["title"])
        ]
        patterns = [re.compile(rf"\b{re.escape(' '.join(words(answer)))}\b") for answer in row["answers"]]

        def said(text: str, patterns: list[re.Pattern[str]] = patterns) -> bool:
            return any(p.search(" ".join(words(text))) for p in patterns)

        if not any(said(p.text) for p in passages) or len(passages) < PASSAGES:
            continue
        vectors = TfidfVectorizer(sublinear_tf=True).fit([p.text for p in passages])
        similar = (vectors.transform([row["question"]]) @ vectors.transform([p.text for p in passages]).T).toarray()[0]
        near = [passages[i] for i in np.argsort(-similar)[:PASSAGES]]
        sentences = [s for p in near for s in p.to_read()]
        if not any(said(s.text) for s in sentences):
            continue
        readings = reader.read(row["question"], sentences)
        chosen = best(readings)
        right.append(said(sentences[chosen].text))
        spans.append(f1(_span(sentences[chosen], readings[chosen]), row["answers"]))
        alone = vectors.transform([s.text for s in sentences]) @ vectors.transform([row["question"]]).T
        overlap.append(said(sentences[int(alone.toarray().argmax())].text))
        answered.append(max(r.score for r in readings))
        left = [r.score for r, s in zip(readings, sentences, strict=True) if not said(s.text) and not said(s.before)]
        unanswered.append(max(left, default=-9.0))
        if len(right) == limit:
            break
    return [
        Row("realtimeqa", f"an answer's sentence of {PASSAGES} passages", float(np.mean(right)), len(right)),
        Row("realtimeqa", "the same by shared words alone", float(np.mean(overlap)), len(overlap)),
        Row("realtimeqa", "F1 of the span, in the chosen sentence", float(np.mean(spans)), len(spans)),
        Row("realtimeqa", "AUC against its sentences without an answer", area(answered, unanswered), len(answered)),
    ]


def own(reader: Reader, cases: Path, articles: Path) -> list[Row]:
    """Cases of one's own: JSON lines of `question`, `sentence` (a pattern), `answer` (null: a near miss)."""
    texts = {file.name: file.read_text(encoding="utf-8") for file in sorted(articles.glob("*.txt"))}
    passages = [p for text in texts.values() for p in _cut(text, "")]
    vectors = TfidfVectorizer(sublinear_tf=True).fit([p.text for p in passages])
    right, found, spans, answered, unanswered = [], [], [], [], []
    for line in cases.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        similar = (vectors.transform([case["question"]]) @ vectors.transform([p.text for p in passages]).T).toarray()[0]
        near = [passages[i] for i in np.argsort(-similar)[:PASSAGES]]
        sentences = [s for p in near for s in p.to_read()]
        readings = reader.read(case["question"], sentences)
        order = sorted(range(len(readings)), key=lambda i: -readings[i].score)
        if case["answer"] is None:
            unanswered.append(readings[order[0]].score)
            continue
        holds = [re.search(case["sentence"], s.text) is not None for s in sentences]
        right.append(holds[order[0]])
        found.append(any(holds[i] for i in order[:3]))
        spans.append(f1(_span(sentences[order[0]], readings[order[0]]), [case["answer"]]))
        answered.append(readings[order[0]].score)
    return [
        Row("own", f"right sentence of {PASSAGES} passages", float(np.mean(right)), len(right)),
        Row("own", "right sentence in the first 3", float(np.mean(found)), len(found)),
        Row("own", "F1 of the span, in the chosen sentence", float(np.mean(spans)), len(spans)),
        Row("own", "AUC against near misses", area(answered, unanswered), len(answered) + len(unanswered)),
    ]


def speed(reader: Reader, questions: Sequence[Question]) -> Row:
    """Milliseconds for 80 sentences, the median of 20."""
    passages = [q.gold[0] for q in questions]
    taken = []
    for i in range(20):
        sentences = [s for p in passages[i * 17 % len(passages) :] + passages for s in p.to_read()][:80]
        began = time.perf_counter()
        reader.read(questions[i].text, sentences)
        taken.append(1000 * (time.perf_counter() - began))
    return Row("all", "milliseconds for 80 sentences", float(np.median(taken)), len(taken))


def _span(sentence: ReaderSentence, reading: Reading) -> str:
    return sentence.text[reading.start : reading.end]


def _cut(text: str, title: str, longest: int = 1000) -> list[ReadPassage]:
    """Passages of whole sentences, of at most 1,000 characters."""
    passages: list[ReadPassage] = []
    spans = sentence_spans(text)
    held: list[tuple[int, int]] = []
    for span in [*spans, None]:
        if held and (span is None or span[1] - held[0][0] > longest):
            begin = held[0][0]
            moved = tuple((a - begin, min(b - begin, longest)) for a, b in held if a - begin < longest)
            passages.append(ReadPassage(text[begin : held[-1][1]][:longest], title, moved))
            held = []
        if span:
            held.append(span)
    return passages


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bench", type=Path, required=True, help="folder of the public sets")
    parser.add_argument("--reader", type=Path, help="folder of the reader (default: the one that comes with qabot)")
    parser.add_argument("--news", type=int, default=150, help="how many of RealTimeQA's questions")
    parser.add_argument("--most", type=int, default=1000, help="how many questions of each other set")
    parser.add_argument("--only", default="", help="only lines that begin so: alone, many, page, news, own, speed")
    parser.add_argument(
        "--own", type=Path, nargs=2, metavar=("CASES", "ARTICLES"), help="cases of your own, and their articles"
    )
    arguments = parser.parse_args()
    reader = Reader.load(arguments.reader)
    everything = load(arguments.bench)
    kept = [q for q in everything if held_out(q.group)]
    random.Random(0).shuffle(kept)  # noqa: S311
    by_set = {name: [q for q in kept if q.source == name][: arguments.most] for name in ("xquad", "qed", "timeqa")}
    pool = list({p.text: p for q in kept if q.source in ("xquad", "qed") for p in (*q.gold, *q.others)}.values())
    lines: dict[str, Callable[[], list[Row]]] = {
        "alone xquad": lambda: paragraphs(reader, by_set["xquad"], "xquad"),
        "alone qed": lambda: paragraphs(reader, by_set["qed"], "qed"),
        "many xquad": lambda: among_many(reader, by_set["xquad"], pool, "xquad"),
        "many qed": lambda: among_many(reader, by_set["qed"], pool, "qed"),
        "page timeqa": lambda: same_page(reader, by_set["timeqa"], "timeqa"),
        "news realtimeqa": lambda: news(reader, arguments.bench, arguments.news),
        "own": lambda: own(reader, *arguments.own) if arguments.own else [],
        "speed": lambda: [speed(reader, by_set["xquad"])],
    }
    for name, measured in lines.items():
        for row in measured() if name.startswith(arguments.only) else ():
            print(f"{row.set:<11} {row.measure:<52} {row.value:8.3f}  ({row.count})", flush=True)
