"""Fit the confidence of the extractive answerer on public reading sets, and write ``qabot/answering/calibration.json``.

    python -m eval calibration BENCH_FOLDER

BENCH_FOLDER holds ``xquad/xquad.en.json``, ``qed/qed.jsonl.gz`` and ``timeqa/*.jsonl.gz``. Only questions that the
reader was not trained on are used. All paragraphs go into one index. Each question is asked as it is, and as near
misses that nothing answers: with every sentence that holds the answer taken out of the evidence; about another name,
country, year or attribute; and, where it asks for a date, for one more precise than the articles state.
To these come the eval cases of one turn on the starter articles, which are news and have near misses that were written
as such; they count as much as all the others.
"""

from __future__ import annotations

import argparse
import json
import pickle
import random
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from eval.figures import Figure, add_option, show
from eval.reader import data as reader_data
from qabot import Bot
from qabot.answering import calibration
from qabot.answering.answer import Evidence
from qabot.answering.calibration import Calibration, Logistic, Trained
from qabot.answering.query import Today, analyse
from qabot.answering.rank import answer_features, findings, rank
from qabot.answering.read import Candidate, Features, Readings
from qabot.answering.rerank import ReaderReranker
from qabot.answering.retrieve import retrieve
from qabot.evaluation.case import load_cases
from qabot.evaluation.matching import meets
from qabot.resources import shipped_cases
from qabot.settings import Settings
from qabot.store.index import Index
from qabot.store.ingest import update
from qabot.store.location import Location
from qabot.store.records import Scope
from qabot.text.sentences import sentence_spans

MONTH = re.compile(r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b")
PASSAGES = Settings().passages
ANSWERABLE = 0.63
"""Of the questions that people ask of their own articles, the share that these answer: an assumption."""
SENTENCE = tuple(field.name for field in fields(Features))
ANSWER = (*SENTENCE, "log_odds", "margin", "reader_best", "support", "formless")


@dataclass(frozen=True)
class Asked:
    """A question as it was read: its candidates, and which of them hold the answer."""

    source: str
    text: str
    found: list[Candidate]
    right: list[bool]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", type=Path)
    parser.add_argument("--cache", type=Path, help="keep what was read here, to fit again without reading again")
    parser.add_argument(
        "--index", type=Path, help="keep the index of the paragraphs here, to read again without embedding"
    )
    parser.add_argument("--limit", type=int, default=170, help="questions of each set")
    add_option(parser)
    arguments = parser.parse_args()
    if arguments.cache and arguments.cache.exists():
        asked = pickle.loads(arguments.cache.read_bytes())  # noqa: S301 - our own file, written below
    else:
        with tempfile.TemporaryDirectory() as folder:
            asked = list(read_all(arguments.bench, arguments.index or Path(folder), arguments.limit))
        if arguments.cache:
            arguments.cache.write_bytes(pickle.dumps(asked))
    show(fit(asked), keep=arguments.figures)


def read_all(bench: Path, folder: Path, limit: int) -> Iterator[Asked]:
    questions = {name: list(getattr(reader_data, name)(bench)) for name in ("xquad", "qed")}
    questions["timeqa"] = [q for q in reader_data.timeqa(bench) if q.gold and reader_data.held_out(q.group)]
    location = Location(folder / "articles", folder / "store")
    if not location.built:
        location.articles.mkdir(parents=True)
        write_articles([q for qs in questions.values() for q in qs], location.articles)
        update(location, [], Settings())
    index = Index.open(location, Settings())
    trained = Trained.load()
    rng = random.Random(7)  # noqa: S311 - draws names for near misses
    names = reader_data.names_asked_about(q for qs in questions.values() for q in qs)
    for name, all_questions in questions.items():
        unseen = [q for q in all_questions if reader_data.held_out(q.group)]
        unseen = unseen[:: max(1, len(unseen) // limit)][:limit]  # TimeQA asks much of each of few pages
        print(f"{name}: {len(unseen)} questions that the reader has not seen", flush=True)
        for question in unseen:
            yield from read_often(question, index, trained, names, rng)
    index.close()
    with Bot.open() as bot:
        yield from read_cases(bot, trained)


def write_articles(questions: Sequence[reader_data.Question], folder: Path) -> None:
    texts: dict[str, dict[str, None]] = {}
    for question in questions:
        for passage in (*question.gold, *question.others):
            texts.setdefault(question.group, {})[passage.text] = None
    for number, (group, paragraphs) in enumerate(texts.items()):
        titled = group.removeprefix("qed ").removeprefix("timeqa /wiki/").replace("_", " ")
        title = "" if group.startswith("xquad ") else titled
        heading = f"---\ntitle: {json.dumps(title)}\n---\n" if title else ""
        (folder / f"{number:04}.md").write_text(heading + "\n\n".join(paragraphs), encoding="utf-8")


def read_often(
    question: reader_data.Question,
    index: Index,
    trained: Trained,
    names: Mapping[str, Sequence[str]],
    rng: random.Random,
) -> Iterator[Asked]:
    answers = {p.text[a:b] for p in question.gold for spans in p.gold.values() for a, b in spans}
    answering = {p.text[slice(*p.sentences[i])] for p in question.gold for i in p.gold}
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(a)}(?!\w)" for a in answers), re.IGNORECASE)

    def asked(text: str, found: list[Candidate], right: set[str]) -> Asked:
        return Asked(question.source, text, found, [any(c.text in a or a in c.text for a in right) for c in found])

    evidence, found = served(index, question.text, trained)
    yield asked(question.text, found, answering)
    without = [w for e in evidence if (w := taken_out(e, pattern)).text]
    yield asked(question.text, Readings(analyse(question.text), Today.of(None), trained).candidates(without), set())
    if question.gold and (other := reader_data.altered(question, question.gold[0], names, rng)):
        yield asked(other, served(index, other, trained)[1], set())
    more_precise = re.sub(r"^(?:When|In what year|What year|In which year)\b", "In which month", question.text)
    if more_precise != question.text and not any(MONTH.search(sentence) for sentence in answering):
        yield asked(more_precise, served(index, more_precise, trained)[1], set())


def served(index: Index, question: str, trained: Trained) -> tuple[list[Evidence], list[Candidate]]:
    """Return the evidence that an answer to a question rests on, and its candidates, as the bot has them."""
    readings = Readings(analyse(question), Today.of(None), trained)
    evidence = retrieve(index, question, k=PASSAGES, rerank=partial(ReaderReranker().scores, readings))
    return evidence, readings.candidates(evidence)


def read_cases(bot: Bot, trained: Trained) -> Iterator[Asked]:
    cases = [case for case in load_cases([shipped_cases()]) if len(case.turns) == 1 and case.scope == Scope()]
    print(f"cases: {len(cases)} questions on the starter articles")
    for case in cases:
        _, found = served(bot.index, case.turns[0], trained)
        right = [not case.abstain and meets(case.answers, candidate.text, None) for candidate in found]
        yield Asked("cases", case.turns[0], found, right)


def taken_out(evidence: Evidence, pattern: re.Pattern[str]) -> Evidence:
    sentences = [evidence.text[a:b] for a, b in sentence_spans(evidence.text)]
    text = " ".join(s for s in sentences if not pattern.search(s))
    return replace(evidence, text=text, end=evidence.start + len(text), record=b"")


def fit(asked: Sequence[Asked]) -> list[Figure]:
    """Fit both regressions and the threshold, write them into the package, and return how well they do."""
    counts = Counter(one.source == "cases" for one in asked)
    weight = {kind: len(asked) / 2 / count for kind, count in counts.items()}
    sentence = fit_sentences(asked, weight)
    answers = answers_of(asked, Calibration(sentence, sentence, 0.0), weight)
    answer = fitted(answers.features, answers.right, answers.weights, ANSWER)
    said = np.array([answer.probability(dict(zip(ANSWER, row, strict=True))) for row in answers.features])
    threshold = best_threshold(answers, said)
    document = {
        "sentence": {"weights": sentence.weights, "bias": sentence.bias},
        "answer": {"weights": answer.weights, "bias": answer.bias},
        "threshold": round(threshold, 3),
    }
    Path(calibration.__file__).with_name("calibration.json").write_text(
        json.dumps(document, indent=2) + "\n", encoding="utf-8"
    )
    can = answers.answerable
    count, others = int(can.sum()), int((~can).sum())
    measured = {
        "right sentence first": (float(answers.right[can].mean()), count),
        "area under the ROC curve, against near misses": (float(roc_auc_score(can, said)), count + others),
        "threshold": (threshold, None),
        "answered, of those with an answer": (answers.share(can, said >= threshold), count),
        "declined, of the near misses": (answers.share(~can, said < threshold), others),
    }
    return [Figure("calibration", "", name, value, count=number) for name, (value, number) in measured.items()]


@dataclass(frozen=True)
class Answers:
    """The best answer to each question: features (questions, ANSWER), was it right, is there one, and its weight."""

    features: np.ndarray
    right: np.ndarray
    answerable: np.ndarray
    weights: np.ndarray

    def share(self, kind: np.ndarray, said: np.ndarray) -> float:
        """Return the share of the questions of a kind, by weight, of which something was said."""
        return float(self.weights[kind & said].sum() / self.weights[kind].sum())


def fit_sentences(asked: Sequence[Asked], weight: Mapping[bool, float]) -> Logistic:
    """Return the regression that says whether a sentence answers."""
    rows, labels, weights = [], [], []
    for one in asked:
        for candidate, right in zip(one.found, one.right, strict=True):
            features = vars(candidate.features)
            rows.append([features[name] for name in SENTENCE])
            labels.append(right)
            weights.append(weight[one.source == "cases"] * (1.0 if right else 10.0 / len(one.found)))
    return fitted(np.array(rows), np.array(labels), np.array(weights), SENTENCE)


def answers_of(asked: Sequence[Asked], ranked_by: Calibration, weight: Mapping[bool, float]) -> Answers:
    """Return the best answers as the sentences' regression ranks them."""
    rows, right, answerable, weights = [], [], [], []
    for one in asked:
        if not one.found:
            continue
        question = analyse(one.text)
        found = findings(question, rank(one.found, ranked_by))
        rightness = dict(zip(map(id, one.found), one.right, strict=True))
        features = answer_features(found, question.kind)
        rows.append([features[name] for name in ANSWER])
        right.append(rightness[id(found[0].sentences[0].candidate)])
        answerable.append(any(one.right))
        weights.append(weight[one.source == "cases"])
    return Answers(np.array(rows), np.array(right), np.array(answerable), np.array(weights))


def best_threshold(answers: Answers, said: np.ndarray) -> float:
    """Return the threshold from which on an answer is given.

    The optimum is flat: the middle of the thresholds within two hundredths of the best holds better elsewhere.
    """
    can = answers.answerable
    grid = np.linspace(0.05, 0.95, 91)
    worth = [
        ANSWERABLE * answers.share(can, said >= t) + (1 - ANSWERABLE) * answers.share(~can, said < t) for t in grid
    ]
    return float(grid[np.array(worth) > max(worth) - 0.02].mean())


def fitted(x: np.ndarray, y: np.ndarray, weights: np.ndarray, names: Sequence[str]) -> Logistic:
    """Return a logistic regression on standardised features, written for the features as they are."""
    mean, deviation = x.mean(axis=0), x.std(axis=0) + 1e-9
    model = LogisticRegression(C=1.0, max_iter=1000).fit((x - mean) / deviation, y, sample_weight=weights)
    slopes = model.coef_[0] / deviation
    bias = float(model.intercept_[0] - slopes @ mean)
    print({n: round(float(c), 2) for n, c in zip(names, model.coef_[0], strict=True)})
    return Logistic({n: round(float(w), 5) for n, w in zip(names, slopes, strict=True)}, round(bias, 5))
