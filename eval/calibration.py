"""Fit how sure the extractive answerer is, and write ``qabot/answering/calibration.json``.

    python -m eval calibration --bench FOLDER --news INDEX
    python -m eval ablate --bench FOLDER --news INDEX

Asked are questions that the reader was not trained on: the first half of those about news
(``data/news_tune.jsonl``), over an index of RealTimeQA's articles; the eval cases of one turn, over the starter
articles; and half of the paragraphs of XQuAD and QED, over an index of all of them, each question as it is and with
every sentence that holds the answer taken out. Each of the three kinds counts for so much in all (`WEIGHT`). `ablate`
fits with one feature left out at a time. All figures are of five folds: of questions that the fit has not seen.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pickle
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from eval.figures import Figure, add_option, show
from eval.news import News
from eval.reader.measure import Row, qed, xquad
from qabot import Bot
from qabot.answering import calibration
from qabot.answering.answer import Evidence
from qabot.answering.calibration import Calibration, Logistic, Trained
from qabot.answering.query import Kind, Today, analyse
from qabot.answering.rank import answer_features, findings, rank
from qabot.answering.read import Candidate, Features, Readings
from qabot.answering.rerank import by_reader
from qabot.answering.retrieve import retrieve
from qabot.evaluation.case import Case, load_cases
from qabot.evaluation.matching import meets
from qabot.resources import shipped_cases
from qabot.settings import Settings
from qabot.store.index import Index
from qabot.store.ingest import update
from qabot.store.location import Location
from qabot.store.records import Scope
from qabot.text.sentences import sentence_spans

PASSAGES = Settings().passages
SENTENCE = tuple(field.name for field in fields(Features) if field.name != "time")  # which `rank` takes account of
ANSWER = ("log_odds", "margin", "short", "yes_no")
WEIGHT = {"news": 0.6, "cases": 0.3, "paragraphs": 0.1}
PARAGRAPHS = 60
"""So many questions of XQuAD and of QED each."""
ANSWERABLE = 0.5
"""What an answer to a question that has one is worth, where declining one that has none is worth the rest."""
FOLDS = 5


@dataclass(frozen=True)
class Asked:
    """A question as it was read: its candidates, and which of them answer."""

    source: str
    text: str
    found: list[Candidate]
    right: list[bool]

    @property
    def fold(self) -> int:
        """The fold that it belongs to."""
        return hashlib.sha256(self.text.encode()).digest()[0] % FOLDS


def main() -> None:
    arguments = _arguments()
    calibrated, measured = fit(_read(arguments))
    document = {
        "sentence": {"weights": calibrated.sentence.weights, "bias": calibrated.sentence.bias},
        "answer": {"weights": calibrated.answer.weights, "bias": calibrated.answer.bias},
        "threshold": round(calibrated.threshold, 3),
    }
    Path(calibration.__file__).with_name("calibration.json").write_text(
        json.dumps(document, indent=2) + "\n", encoding="utf-8"
    )
    show(measured, keep=arguments.figures)


def ablate() -> None:
    """Print what becomes of the figures where a feature is left out."""
    arguments = _arguments()
    asked = _read(arguments)
    for left_out in ("", *SENTENCE, *ANSWER):
        sentence = [name for name in SENTENCE if name != left_out]
        answer = [name for name in ANSWER if name != left_out]
        measured = in_folds(asked, sentence, answer)
        show(
            [replace(each, table="ablation", of=left_out or "none left out") for each in measured],
            keep=arguments.figures,
        )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, required=True, help="folder of the public sets")
    parser.add_argument("--news", type=Path, required=True, help="an index of RealTimeQA's articles")
    parser.add_argument("--cache", type=Path, help="keep what was read here, to fit again without reading again")
    add_option(parser)
    return parser.parse_args()


def _read(arguments: argparse.Namespace) -> list[Asked]:
    if arguments.cache and arguments.cache.exists():
        return list(pickle.loads(arguments.cache.read_bytes()))  # noqa: S301 - our own file, written below
    asked = [*read_news(arguments.bench, arguments.news), *read_cases(), *read_paragraphs(arguments.bench)]
    if arguments.cache:
        arguments.cache.write_bytes(pickle.dumps(asked))
    return asked


def read_news(bench: Path, folder: Path) -> Iterator[Asked]:
    """Yield the first half of the questions about news that are of one turn."""
    news = News.load("tune", bench / "realtimeqa/articles.jsonl.gz")
    with Bot.open(folder) as bot:
        for case in news.cases:
            if len(case.turns) == 1:
                found = served(bot.index, case.turns[0], bot.trained)
                right = [
                    _right_verdict(case, each) if each.question.kind is Kind.YES_NO else news.answers(case, each.text)
                    for each in found
                ]
                yield Asked("news", case.turns[0], found, right)


def read_cases() -> Iterator[Asked]:
    """Yield the cases of one turn that come with qabot."""
    with Bot.open() as bot:
        for case in load_cases([shipped_cases()]):
            if len(case.turns) == 1 and case.scope == Scope():
                found = served(bot.index, case.turns[0], bot.trained)
                right = [
                    _right_verdict(case, each)
                    if each.question.kind is Kind.YES_NO
                    else not case.abstain and meets(case.answers, each.text, None)
                    for each in found
                ]
                yield Asked("cases", case.turns[0], found, right)


def _right_verdict(case: Case, candidate: Candidate) -> bool:
    """True if a sentence is likelier than not to say yes or no, and that is right."""
    judged = candidate.judgement
    return bool(judged and judged.sure >= 0.5 and not case.abstain) and meets(case.answers, "", judged.verdict)


def read_paragraphs(bench: Path) -> Iterator[Asked]:
    """Yield questions of XQuAD and QED, each as it is and with what answers it taken out."""
    with tempfile.TemporaryDirectory() as folder:
        location = Location(Path(folder) / "articles", Path(folder) / "store")
        location.articles.mkdir(parents=True)
        chosen = []
        for rows in (list(xquad(bench)), list(qed(bench))):
            mine = [row for row in rows if is_fitted_on(row)]
            chosen += mine[:: max(1, len(mine) // PARAGRAPHS)][:PARAGRAPHS]
            write_articles(rows, location.articles)
        update(location, [], Settings())
        trained = Trained.load()
        index = Index.open(location, Settings())
        for row in chosen:
            yield from read_twice(row, index, trained)
        index.close()


def is_fitted_on(row: Row) -> bool:
    """True if a paragraph is of the half of its set that the calibration is fitted on."""
    return hashlib.sha256(row["context"].encode()).digest()[0] < 128


def write_articles(rows: Sequence[Row], folder: Path) -> None:
    """Write the different paragraphs of some rows as articles."""
    for text, row in {row["context"]: row for row in rows}.items():
        heading = f"---\ntitle: {json.dumps(row['title'])}\n---\n" if row.get("title") else ""
        name = hashlib.sha256(text.encode()).hexdigest()[:16]
        (folder / f"{name}.md").write_text(heading + text, encoding="utf-8")


def read_twice(row: Row, index: Index, trained: Trained) -> Iterator[Asked]:
    """Yield a question as it is served, and with the sentences that hold its answer taken out."""
    answers = [re.escape(each["text"]) for each in row["answers"]]
    pattern = re.compile("|".join(rf"(?<!\w)(?:{each})(?!\w)" for each in answers), re.IGNORECASE)
    spans = [(each["start"], each["start"] + len(each["text"])) for each in row["answers"]]
    known = [row["context"][a:b] for a, b in sentence_spans(row["context"]) if any(a < d and c < b for c, d in spans)]
    readings = Readings(analyse(row["question"]), Today.of(None), trained)
    evidence = retrieve(index, row["question"], k=PASSAGES, rerank=partial(by_reader, readings))
    found = readings.candidates(evidence)
    yield Asked("paragraphs", row["question"], found, [any(c.text in k or k in c.text for k in known) for c in found])
    without = [w for e in evidence if (w := taken_out(e, pattern)).text]
    rest = Readings(analyse(row["question"]), Today.of(None), trained).candidates(without)
    yield Asked("paragraphs", row["question"], rest, [False] * len(rest))


def served(index: Index, question: str, trained: Trained) -> list[Candidate]:
    """Return the candidates that an answer to a question is chosen from, as the bot has them."""
    readings = Readings(analyse(question), Today.of(None), trained)
    evidence = retrieve(index, question, k=PASSAGES, rerank=partial(by_reader, readings))
    return readings.candidates(evidence)


def taken_out(evidence: Evidence, pattern: re.Pattern[str]) -> Evidence:
    """Return a passage without the sentences that match."""
    sentences = [evidence.text[a:b] for a, b in sentence_spans(evidence.text)]
    text = " ".join(s for s in sentences if not pattern.search(s))
    return replace(evidence, text=text, end=evidence.start + len(text), record=b"")


def fit(asked: Sequence[Asked]) -> tuple[Calibration, list[Figure]]:
    """Return both regressions and the threshold, fitted on all, and how well such fits do in folds."""
    sentence = fit_sentences(asked, SENTENCE)
    answers = answers_of(asked, Calibration(sentence, sentence, 0.0))
    answer = fitted(answers.table(ANSWER), answers.right, answers.weights, ANSWER)
    print({name: round(weight, 2) for name, weight in sentence.weights.items()})
    print({name: round(weight, 2) for name, weight in answer.weights.items()})
    said = np.array([answer.probability(each) for each in answers.features])
    return Calibration(sentence, answer, best_threshold(answers, said)), in_folds(asked, SENTENCE, ANSWER)


def in_folds(asked: Sequence[Asked], sentence: Sequence[str], answer: Sequence[str]) -> list[Figure]:
    """Return the figures of fits on some features, each on the questions that it has not seen."""
    parts, chances = [], []
    for fold in range(FOLDS):
        seen = [each for each in asked if each.fold != fold]
        ranks = fit_sentences(seen, sentence)
        by_seen = answers_of(seen, Calibration(ranks, ranks, 0.0))
        model = fitted(by_seen.table(answer), by_seen.right, by_seen.weights, answer)
        rest = answers_of([each for each in asked if each.fold == fold], Calibration(ranks, ranks, 0.0))
        parts.append(rest)
        chances.append(np.array([model.probability(each) for each in rest.features]))
    answers, said = Answers.together(parts), np.concatenate(chances)
    threshold = best_threshold(answers, said)
    found = []
    for source in WEIGHT:
        mine = np.array([each == source for each in answers.sources])
        can, given = answers.answerable & mine, (said >= threshold) & mine
        none = ~answers.answerable & mine
        measured = {
            "right sentence first": answers.right[can].mean(),
            "area under the ROC curve": roc_auc_score(answers.answerable[mine], said[mine]),
            "answered rightly": (answers.right & given)[can].mean(),
            "right, of those given": answers.right[given].mean(),
            "declined, of what nothing answers": (~given)[none].mean(),
        }
        found += [Figure("calibration", source, name, float(value)) for name, value in measured.items()]
    return [*found, Figure("calibration", "all", "threshold", threshold)]


@dataclass(frozen=True)
class Answers:
    """The best answer to each question: what is known of it, was it right, is there one, its weight and its source."""

    features: list[dict[str, float]]
    right: np.ndarray
    answerable: np.ndarray
    weights: np.ndarray
    sources: list[str]

    def table(self, names: Sequence[str]) -> np.ndarray:
        """Return the features of some names, shape (questions, names)."""
        return np.array([[each[name] for name in names] for each in self.features])

    def share(self, kind: np.ndarray, said: np.ndarray) -> float:
        """Return the share of the questions of a kind, by weight, of which something was said."""
        return float(self.weights[kind & said].sum() / self.weights[kind].sum())

    @classmethod
    def together(cls, parts: Sequence[Answers]) -> Answers:
        """Return the answers of all parts."""
        return cls(
            [each for part in parts for each in part.features],
            np.concatenate([part.right for part in parts]),
            np.concatenate([part.answerable for part in parts]),
            np.concatenate([part.weights for part in parts]),
            [each for part in parts for each in part.sources],
        )


def weights_of(asked: Sequence[Asked]) -> Mapping[str, float]:
    """Return what a question of each kind counts for."""
    count = {source: sum(each.source == source for each in asked) for source in WEIGHT}
    return {source: WEIGHT[source] * len(asked) / max(1, count[source]) for source in WEIGHT}


def fit_sentences(asked: Sequence[Asked], names: Sequence[str]) -> Logistic:
    """Return the regression that says whether a sentence answers."""
    rows, labels, weights, weight = [], [], [], weights_of(asked)
    for one in asked:
        for candidate, right in zip(one.found, one.right, strict=True):
            features = vars(candidate.features)
            rows.append([features[name] for name in names])
            labels.append(right)
            weights.append(weight[one.source] * (1.0 if right else 10.0 / len(one.found)))
    return fitted(np.array(rows), np.array(labels), np.array(weights), names)


def answers_of(asked: Sequence[Asked], ranked_by: Calibration) -> Answers:
    """Return the best answers as the sentences' regression ranks them."""
    features, right, answerable, weights, sources = [], [], [], [], []
    weight = weights_of(asked)
    for one in asked:
        if not one.found:
            continue
        question = analyse(one.text)
        found = findings(question, rank(one.found, ranked_by))
        rightness = dict(zip(map(id, one.found), one.right, strict=True))
        features.append(answer_features(found))
        right.append(rightness[id(found[0].sentences[0].candidate)])
        answerable.append(any(one.right))
        weights.append(weight[one.source])
        sources.append(one.source)
    return Answers(features, np.array(right), np.array(answerable), np.array(weights), sources)


def best_threshold(answers: Answers, said: np.ndarray) -> float:
    """Return the threshold from which on an answer is given.

    The optimum is flat: the middle of the thresholds within two hundredths of the best holds better elsewhere.
    """
    right, none = answers.right, ~answers.answerable
    grid = np.linspace(0.05, 0.95, 91)
    given = answers.weights[answers.answerable].sum()
    worth = [
        ANSWERABLE * answers.weights[right & (said >= t)].sum() / given
        + (1 - ANSWERABLE) * answers.share(none, said < t)
        for t in grid
    ]
    return float(grid[np.array(worth) > max(worth) - 0.02].mean())


def fitted(x: np.ndarray, y: np.ndarray, weights: np.ndarray, names: Sequence[str]) -> Logistic:
    """Return a logistic regression on standardised features, written for the features as they are."""
    mean, deviation = x.mean(axis=0), x.std(axis=0) + 1e-9
    model = LogisticRegression(C=1.0, max_iter=1000).fit((x - mean) / deviation, y, sample_weight=weights)
    slopes = model.coef_[0] / deviation
    bias = float(model.intercept_[0] - slopes @ mean)
    return Logistic({n: round(float(w), 5) for n, w in zip(names, slopes, strict=True)}, round(bias, 5))
