"""Fit how sure the extractive answerer is, and write ``qabot/answering/calibration.json``.

    python -m eval calibration --bench FOLDER --news INDEX
    python -m eval ablate --bench FOLDER --news INDEX

Asked are questions that the reader was not trained on: those about news of ``data/news_tune.jsonl``, over an index of
RealTimeQA's articles; the eval cases of one turn, over the starter articles; and half of the paragraphs of XQuAD and
QED, over an index of all of them, each question as it is and with every sentence that holds the answer taken out, and
likewise whether a right or a wrong answer is so. Each of the kinds counts for so much in all (`WEIGHT`). `ablate` fits
with one feature left out at a time. All figures are of five folds: of questions that the fit has not seen.
"""

from __future__ import annotations

import argparse
import json
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from eval.figures import Figure, add_option, show
from eval.read_questions import FOLDS, Asked, read_cases, read_news, read_paragraphs
from qabot.answering import rank
from qabot.answering.query import analyse
from qabot.answering.rank import Calibration, Features, Logistic, answer_features, findings, probability_of
from qabot.models.reader import log_odds

SENTENCE = tuple(field.name for field in fields(Features) if field.name != "time")  # which `probability_of` adds
ANSWER = ("log_odds", "margin")
WEIGHT = {"news": 0.6, "cases": 0.3, "paragraphs": 0.1, "whether": 0.05}
THRESHOLD = 0.5
"""An answer is given from this confidence on: where it is likelier right than wrong."""
PENALTY = 0.01
"""Of the squares of the slopes, in the choice between sentences."""


def main() -> None:
    arguments = _arguments()
    calibrated, measured = fit(_read(arguments))
    document = {name: asdict(getattr(calibrated, name)) for name in ("sentence", "answer", "verdict")}
    document |= {"threshold": calibrated.threshold, "yes": calibrated.yes}
    Path(rank.__file__).with_name("calibration.json").write_text(
        json.dumps(document, indent=2) + "\n", encoding="utf-8"
    )
    show(measured, keep=arguments.figures)


def ablate() -> None:
    """Print what becomes of the figures where a feature is left out."""
    arguments = _arguments()
    asked = _read(arguments)
    for left_out in ("", *SENTENCE, *ANSWER):
        kept = ([name for name in names if name != left_out] for names in (SENTENCE, ANSWER))
        measured = in_folds(asked, *kept)
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


def fit(asked: Sequence[Asked]) -> tuple[Calibration, list[Figure]]:
    """Return the regressions, fitted on all, and how well such fits do in folds."""
    fitted_on_all = fit_on(asked, SENTENCE, ANSWER)
    for each in (fitted_on_all.sentence, fitted_on_all.answer, fitted_on_all.verdict):
        print({name: round(weight, 2) for name, weight in each.weights.items()})
    return fitted_on_all, in_folds(asked, SENTENCE, ANSWER)


def fit_on(asked: Sequence[Asked], sentence: Sequence[str], answer: Sequence[str]) -> Calibration:
    """Return the regressions on some features."""
    ranks = fit_sentences([each for each in asked if not each.wants_verdict], sentence)
    yes = fit_yes(asked)
    answers = answers_of(asked, ranks, yes)
    alike = (answers.weights > 0).astype(float)  # there are few questions of yes or no: each counts for the same
    plain, wanted = (
        fitted(answers.table(answer)[kind], answers.right[kind], weights[kind], answer)
        for kind, weights in ((~answers.verdicts, answers.weights), (answers.verdicts, alike))
    )
    return Calibration(ranks, plain, wanted, THRESHOLD, yes)


def in_folds(asked: Sequence[Asked], sentence: Sequence[str], answer: Sequence[str]) -> list[Figure]:
    """Return the figures of fits on some features, each on the questions that it has not seen."""
    parts, chances = [], []
    for fold in range(FOLDS):
        model = fit_on([each for each in asked if each.fold != fold], sentence, answer)
        rest = answers_of([each for each in asked if each.fold == fold], model.sentence, model.yes)
        parts.append(rest)
        chances.append(rest.said(model))
    answers, said = Answers.together(parts), np.concatenate(chances)
    found = []
    kinds = {source: np.array([each == source for each in answers.sources]) for source in WEIGHT}
    for source, mine in (kinds | {"yes or no": answers.verdicts}).items():
        can, given = answers.answerable & mine, (said >= THRESHOLD) & mine
        none = ~answers.answerable & mine
        measured = {
            "right sentence first": answers.right[can].mean(),
            "area under the ROC curve": roc_auc_score(answers.answerable[mine], said[mine]),
            "answered rightly": (answers.right & given)[can].mean(),
            "right, of those given": answers.right[given].mean(),
            "declined, of what nothing answers": (~given)[none].mean(),
        }
        found += [Figure("calibration", source, name, float(value)) for name, value in measured.items()]
    return found


@dataclass(frozen=True)
class Answers:
    """The best answer to each question; `verdicts`: whether a yes or no was asked for."""

    features: list[dict[str, float]]
    right: np.ndarray
    answerable: np.ndarray
    verdicts: np.ndarray
    weights: np.ndarray
    sources: list[str]

    def table(self, names: Sequence[str]) -> np.ndarray:
        """Return the features of some names, shape (questions, names)."""
        return np.array([[each[name] for name in names] for each in self.features])

    def said(self, by: Calibration) -> np.ndarray:
        """Return how sure a calibration is of each."""
        each = zip(self.features, self.verdicts, strict=True)
        return np.array([(by.verdict if verdict else by.answer).probability(known) for known, verdict in each])

    @classmethod
    def together(cls, parts: Sequence[Answers]) -> Answers:
        """Return the answers of all parts."""
        return cls(
            [each for part in parts for each in part.features],
            np.concatenate([part.right for part in parts]),
            np.concatenate([part.answerable for part in parts]),
            np.concatenate([part.verdicts for part in parts]),
            np.concatenate([part.weights for part in parts]),
            [each for part in parts for each in part.sources],
        )


def weights_of(asked: Sequence[Asked]) -> Mapping[str, float]:
    """Return what a question of each kind counts for."""
    count = {source: sum(each.source == source for each in asked) for source in WEIGHT}
    return {source: WEIGHT[source] * len(asked) / max(1, count[source]) for source in WEIGHT}


def fit_sentences(asked: Sequence[Asked], names: Sequence[str]) -> Logistic:
    """Return the regression that says whether a sentence answers, and not that nothing does.

    It is the choice between a question's sentences and "nothing answers", whose utility is the bias (a conditional
    logit, McFadden 1974): fitted on the probability of those that tell the answer.
    """
    weight = weights_of(asked)
    rows = [np.array([[vars(c.features)[name] for name in names] for c in each.found]) for each in asked if each.found]
    rights = [np.append(each.told, not any(each.told)) for each in asked if each.found]
    weights = [weight[each.source] for each in asked if each.found]
    deviation = np.concatenate(rows).std(axis=0)
    deviation[deviation == 0] = 1.0

    def loss(values: np.ndarray) -> tuple[float, np.ndarray]:
        """The mean loss of slopes of standardised features and the utility of nothing, and its gradient."""
        total, gradient = PENALTY * values[:-1] @ values[:-1] / 2, np.append(PENALTY * values[:-1], 0.0)
        for x, right, counts in zip(rows, rights, weights, strict=True):
            chances = softmax(np.append(x / deviation @ values[:-1], values[-1]))
            among = chances * right / chances[right].sum()
            total -= counts / len(rows) * np.log(chances[right].sum())
            gradient -= counts / len(rows) * np.append((among - chances)[:-1] @ (x / deviation), (among - chances)[-1])
        return float(total), gradient

    found = minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B").x
    slopes = found[:-1] / deviation
    return Logistic({n: round(float(w), 5) for n, w in zip(names, slopes, strict=True)}, round(-float(found[-1]), 5))


def fit_yes(asked: Sequence[Asked]) -> float:
    """Return what is to be added to the log-odds of a yes for it to be as likely as a no where these are 0.

    By a logistic regression over the sentences about news that tell what is right.
    """
    judged = [
        (log_odds(each.judgement.supported / (each.judgement.supported + each.judgement.refuted)), one.verdict == "Yes")
        for one in asked
        if one.verdict and one.source == "news"
        for each, tells in zip(one.found, one.told, strict=True)
        if tells and each.judgement and each.judgement.sure
    ]
    odds, is_yes = np.array([[odds] for odds, _ in judged]), np.array([each for _, each in judged])
    model = LogisticRegression(C=1.0).fit(odds, is_yes)
    return round(float(model.intercept_[0] / model.coef_[0][0]), 3)


def answers_of(asked: Sequence[Asked], ranks: Logistic, yes: float) -> Answers:
    """Return the best answers as the sentences' regression ranks them, with so much added to the log-odds of a yes."""
    features, right, answerable, verdicts, weights, sources = [], [], [], [], [], []
    weight = weights_of(asked)
    for one in asked:
        read = [
            replace(
                each,
                probability=probability_of(each.features, ranks),
                judgement=each.judgement and each.judgement.leaning_to_yes(yes),
            )
            for each in one.found
        ]
        found = findings(analyse(one.text), sorted(read, key=lambda each: -each.probability))
        features.append(answer_features(found) if found else dict.fromkeys(ANSWER, log_odds(0)))
        best = next((n for n, each in enumerate(read) if found and each is found[0].best), None)
        right.append(best is not None and one.is_right(best, read[best]))
        answerable.append(one.answerable)
        verdicts.append(one.wants_verdict)
        weights.append(weight[one.source] if found else 0.0)  # it is declined, whatever is fitted
        sources.append(one.source)
    return Answers(features, np.array(right), np.array(answerable), np.array(verdicts), np.array(weights), sources)


def fitted(x: np.ndarray, y: np.ndarray, weights: np.ndarray, names: Sequence[str]) -> Logistic:
    """Return a logistic regression on standardised features, written for the features as they are."""
    mean, deviation = x.mean(axis=0), x.std(axis=0) + 1e-9
    model = LogisticRegression(C=1.0, max_iter=1000).fit((x - mean) / deviation, y, sample_weight=weights)
    slopes = model.coef_[0] / deviation
    bias = float(model.intercept_[0] - slopes @ mean)
    return Logistic({n: round(float(w), 5) for n, w in zip(names, slopes, strict=True)}, round(bias, 5))
