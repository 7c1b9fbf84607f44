"""Fit the confidence of the extractive answerer on public reading sets, and write ``qabot/answering/confidence.json``.

    python eval/confidence/fit.py BENCH_FOLDER

BENCH_FOLDER holds ``xquad/xquad.en.json`` and ``qed/qed.jsonl.gz``. Only questions that the reader was not trained on
are used. All paragraphs go into one index; each question is asked twice: as it is, and with every sentence that holds the
answer taken out of the evidence, so that nothing answers (a near miss).
"""

from __future__ import annotations

import argparse
import json
import pickle
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1] / "reader")]
import data as reader_data

from qabot.answering import confidence as conf
from qabot.answering.answer import Evidence
from qabot.answering.candidates import Candidate, candidates
from qabot.answering.question import analyse
from qabot.answering.reader import Reader
from qabot.answering.retrieval import HybridRetriever
from qabot.settings import Settings
from qabot.store.index import Index
from qabot.store.location import Location
from qabot.store.sentences import sentence_spans
from qabot.store.update import update

PASSAGES = Settings().passages
SENTENCE = ("reader", "span", "similarity", "overlap", "context", "names", "names_near", "typed", "named", "focus", "passage")
ANSWER = (
    "log_odds",
    "margin",
    "reader",
    "reader_best",
    "similarity",
    "context",
    "names_near",
    "typed",
    "support",
    "formless",
)


@dataclass(frozen=True)
class Asked:
    """A question as it was read: its candidates, and which of them hold the answer."""

    text: str
    found: list[Candidate]
    right: list[bool]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", type=Path)
    parser.add_argument("--cache", type=Path, help="keep what was read here, to fit again without reading again")
    parser.add_argument("--index", type=Path, help="keep the index of the paragraphs here, to read again without embedding")
    parser.add_argument("--limit", type=int, default=400, help="questions of each set")
    arguments = parser.parse_args()
    if arguments.cache and arguments.cache.exists():
        asked = pickle.loads(arguments.cache.read_bytes())  # noqa: S301 - our own file, written below
    else:
        with tempfile.TemporaryDirectory() as folder:
            asked = list(read_all(arguments.bench, arguments.index or Path(folder), arguments.limit))
        if arguments.cache:
            arguments.cache.write_bytes(pickle.dumps(asked))
    fit(asked)


def read_all(bench: Path, folder: Path, limit: int) -> Iterator[Asked]:
    questions = {name: list(getattr(reader_data, name)(bench)) for name in ("xquad", "qed")}
    location = Location(folder / "articles", folder / "store")
    if not location.built:
        location.articles.mkdir(parents=True)
        write_articles([q for qs in questions.values() for q in qs], location.articles)
        update(location, [], Settings())
    index = Index.open(location, Settings())
    reader = Reader.load()
    for name, all_questions in questions.items():
        unseen = [q for q in all_questions if reader_data.held_out(q.group)][:limit]
        print(f"{name}: {len(unseen)} questions that the reader has not seen", flush=True)
        for question in unseen:
            yield from read_twice(question, index, reader)
    index.close()


def write_articles(questions: Sequence[reader_data.Question], folder: Path) -> None:
    texts: dict[str, dict[str, None]] = {}
    for question in questions:
        for passage in (*question.gold, *question.others):
            texts.setdefault(question.group, {})[passage.text] = None
    for number, (group, paragraphs) in enumerate(texts.items()):
        title = group.removeprefix("qed ") if group.startswith("qed ") else ""
        heading = f"---\ntitle: {json.dumps(title)}\n---\n" if title else ""
        (folder / f"{number:04}.md").write_text(heading + "\n\n".join(paragraphs), encoding="utf-8")


def read_twice(question: reader_data.Question, index: Index, reader: Reader) -> Iterator[Asked]:
    answers = {p.text[a:b] for p in question.gold for spans in p.gold.values() for a, b in spans}
    answering = {p.text[slice(*p.sentences[i])] for p in question.gold for i in p.gold}
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(a)}(?!\w)" for a in answers), re.IGNORECASE)
    evidence = HybridRetriever(index=index, k=PASSAGES).evidence(question.text)
    asked = analyse(question.text)
    found = candidates(asked, evidence, index.encoder, reader)
    yield Asked(question.text, found, [any(c.text in a or a in c.text for a in answering) for c in found])
    without = [w for e in evidence if (w := taken_out(e, pattern)).text]
    found = candidates(asked, without, index.encoder, reader)
    yield Asked(question.text, found, [False] * len(found))


def taken_out(evidence: Evidence, pattern: re.Pattern[str]) -> Evidence:
    sentences = [evidence.text[a:b] for a, b in sentence_spans(evidence.text)]
    text = " ".join(s for s in sentences if not pattern.search(s))
    return replace(evidence, text=text, end=evidence.start + len(text))


def fit(asked: Sequence[Asked]) -> None:
    rows, labels, weights = [], [], []
    for one in asked:
        for candidate, right in zip(one.found, one.right, strict=True):
            features = conf.sentence_features(candidate)
            rows.append([features[name] for name in SENTENCE])
            labels.append(right)
            weights.append(1.0 if right else 10.0 / len(one.found))
    sentence = fitted(np.array(rows), np.array(labels), np.array(weights), SENTENCE)
    ranker = conf.Confidence(sentence, sentence, 0.0)
    rows, right, answerable = [], [], []
    for one in asked:
        if not one.found:
            continue
        ranked = ranker.rank(one.found)
        rightness = dict(zip(map(id, one.found), one.right, strict=True))
        features = conf.answer_features(ranked, analyse(one.text).kind)
        rows.append([features[name] for name in ANSWER])
        right.append(rightness[id(ranked[0].candidate)])
        answerable.append(any(one.right))
    x, y, can = np.array(rows), np.array(right), np.array(answerable)
    answer = fitted(x, y, np.ones(len(y)), ANSWER)
    probabilities = np.array([answer.probability(dict(zip(ANSWER, row, strict=True))) for row in x])
    threshold = max(
        np.linspace(0.05, 0.95, 91), key=lambda t: np.mean(probabilities[can] >= t) + np.mean(probabilities[~can] < t)
    )
    print(
        f"right sentence first: {y[can].mean():.3f} of {can.sum()}; AUC against near misses: {roc_auc_score(can, probabilities):.3f}"
    )
    print(
        f"threshold {threshold:.2f}: answers {np.mean(probabilities[can] >= threshold):.3f}, declines {np.mean(probabilities[~can] < threshold):.3f}"
    )
    document = {
        "sentence": {"weights": sentence.weights, "bias": sentence.bias},
        "answer": {"weights": answer.weights, "bias": answer.bias},
        "threshold": round(float(threshold), 3),
    }
    Path(conf.__file__).with_name("confidence.json").write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def fitted(x: np.ndarray, y: np.ndarray, weights: np.ndarray, names: Sequence[str]) -> conf.Logistic:
    """A logistic regression on standardised features, written for the features as they are."""
    mean, deviation = x.mean(axis=0), x.std(axis=0) + 1e-9
    model = LogisticRegression(C=1.0, max_iter=1000).fit((x - mean) / deviation, y, sample_weight=weights)
    slopes = model.coef_[0] / deviation
    bias = float(model.intercept_[0] - slopes @ mean)
    print({n: round(float(c), 2) for n, c in zip(names, model.coef_[0], strict=True)})
    return conf.Logistic({n: round(float(w), 5) for n, w in zip(names, slopes, strict=True)}, round(bias, 5))


if __name__ == "__main__":
    main()
