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
import hashlib
import json
import pickle
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from eval.figures import Figure, add_option, show
from eval.indexed import bot_over
from eval.news import News, meets
from eval.reader.whether import NAME, asked_whether, other_answer
from eval.sets import Row, qed, xquad
from qabot import Bot
from qabot.answering import rank
from qabot.answering.answer import Evidence
from qabot.answering.query import Kind, analyse
from qabot.answering.rank import (
    Calibration,
    Candidate,
    Features,
    Logistic,
    Trained,
    answer_features,
    findings,
    probability_of,
)
from qabot.answering.read import Readings
from qabot.answering.retrieve import retrieve
from qabot.evaluation.case import Case, load_cases
from qabot.models.reader import log_odds
from qabot.resources import shipped_cases
from qabot.settings import Settings
from qabot.store.records import Scope
from qabot.text.sentences import sentence_spans

PASSAGES = Settings().passages
SENTENCE = tuple(field.name for field in fields(Features) if field.name != "time")  # which `probability_of` adds
ANSWER = ("log_odds", "margin")
WEIGHT = {"news": 0.6, "cases": 0.3, "paragraphs": 0.1, "whether": 0.05}
PARAGRAPHS = 60
"""So many questions of XQuAD and of QED each."""
THRESHOLD = 0.5
"""An answer is given from this confidence on: where it is likelier right than wrong."""
FOLDS = 5
PENALTY = 0.01
"""Of the squares of the slopes, in the choice between sentences."""


@dataclass(frozen=True)
class Asked:
    """A question as it was read: its candidates, which of them tell the answer, and of which the answer is right.

    A sentence may tell it, and the short answer that is made of it be wrong. ``answerable`` says whether the articles
    answer the question at all. Of a question of yes or no ``right`` is `told`, and ``verdict`` what is right.
    """

    source: str
    text: str
    found: list[Candidate]
    told: list[bool]
    right: list[bool]
    answerable: bool
    verdict: str | None = None

    def is_right(self, number: int, candidate: Candidate) -> bool:
        """True if the answer of the candidate of that number is right, given how that is judged."""
        said = candidate.judgement.verdict if candidate.judgement else None
        return self.right[number] and (not self.wants_verdict or said == self.verdict)

    @property
    def wants_verdict(self) -> bool:
        """True for a question of yes or no."""
        return analyse(self.text).kind is Kind.YES_NO

    @property
    def fold(self) -> int:
        """The fold that it belongs to."""
        return hashlib.sha256(self.text.encode()).digest()[0] % FOLDS


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


def read_news(bench: Path, folder: Path) -> Iterator[Asked]:
    """Yield the questions about news to tune by that are of one turn."""
    news = News.load("tune", bench / "realtimeqa/articles.jsonl.gz")
    with Bot.open(folder) as bot:
        for case in (case for case in news.cases if len(case.turns) == 1):
            _, found = served(bot, case.turns[0])
            told = [not case.abstain and news.answers(case, each.text) for each in found]
            right = [
                tells and (each.question.kind is Kind.YES_NO or news.is_right(case, each.text, each.short))
                for tells, each in zip(told, found, strict=True)
            ]
            yield Asked("news", case.turns[0], found, told, right, not case.abstain, verdict_of(case))


def read_cases() -> Iterator[Asked]:
    """Yield the cases of one turn that come with qabot."""
    with Bot.open() as bot:
        for case in load_cases([shipped_cases()]):
            if len(case.turns) == 1 and case.scope == Scope():
                _, found = served(bot, case.turns[0])
                told = [
                    not case.abstain and (each.question.kind is Kind.YES_NO or meets(case.answers, each.text, None))
                    for each in found
                ]  # of yes or no it isn't known which sentences tell
                yield Asked("cases", case.turns[0], found, told, told, not case.abstain, verdict_of(case))


def verdict_of(case: Case) -> str | None:
    """Return `Yes` or `No`, whichever answers a case; None where neither does."""
    return next((said for said in ("Yes", "No") if not case.abstain and meets(case.answers, "", said)), None)


def read_paragraphs(bench: Path) -> Iterator[Asked]:
    """Yield questions of XQuAD and QED, each as it is and with what answers it taken out."""
    sets, chosen = (list(xquad(bench)), list(qed(bench))), []
    for rows in sets:
        mine = [row for row in rows if is_fitted_on(row)]
        chosen += mine[:: max(1, len(mine) // PARAGRAPHS)][:PARAGRAPHS]
    names = [name for row in chosen for name in NAME.findall(row["context"])]
    rng = random.Random(0)  # noqa: S311
    with bot_over(as_articles([row for rows in sets for row in rows]), Settings()) as bot:
        for row in chosen:
            yield from read_twice("paragraphs", row["question"], row, bot)
            if (put := asked_of_answer(row, names, rng)) is not None:
                yield from read_twice("whether", put[0], row, bot, put[1])


def asked_of_answer(row: Row, names: Sequence[str], rng: random.Random) -> tuple[str, str] | None:
    """Return whether a right or a wrong answer to a row's question is so, and `Yes` or `No`; None where not plain.

    A wrong one is another number or name of the paragraph, or one of the names given.
    """
    told = [each["text"] for each in row["answers"]]
    answer, verdict = told[0].strip(" ."), "Yes"
    if rng.random() < 0.5:
        wrong = other_answer(row["question"], row["context"], told, rng, lambda _, rng: rng.choice(names))
        answer, verdict = wrong or "", "No"
    put = asked_whether(row["question"].strip(), answer)
    return (put, verdict) if put and analyse(put).kind is Kind.YES_NO else None


def is_fitted_on(row: Row) -> bool:
    """True if a paragraph is of the half of its set that the calibration is fitted on."""
    return hashlib.sha256(row["context"].encode()).digest()[0] < 128


def as_articles(rows: Sequence[Row]) -> dict[str, str]:
    """Return the different paragraphs of some rows as files of articles."""
    files = {}
    for text, row in {row["context"]: row for row in rows}.items():
        heading = f"---\ntitle: {json.dumps(row['title'])}\n---\n" if row.get("title") else ""
        files[f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.md"] = heading + text
    return files


def read_twice(source: str, question: str, row: Row, bot: Bot, verdict: str | None = None) -> Iterator[Asked]:
    """Yield a question as it is served, and with the sentences that hold the answers of its row taken out.

    ``verdict`` is what is right of one of yes or no.
    """
    answers = [re.escape(each["text"]) for each in row["answers"]]
    pattern = re.compile("|".join(rf"(?<!\w)(?:{each})(?!\w)" for each in answers), re.IGNORECASE)
    spans = [(each["start"], each["start"] + len(each["text"])) for each in row["answers"]]
    known = [row["context"][a:b] for a, b in sentence_spans(row["context"]) if any(a < d and c < b for c, d in spans)]
    evidence, found = served(bot, question)
    told = [any(c.text in k or k in c.text for k in known) for c in found]
    yield Asked(source, question, found, told, told, True, verdict)
    without = [w for e in evidence if (w := taken_out(e, pattern)).text]
    rest = Readings(analyse(question), None, as_judged(bot.trained)).candidates(without)
    yield Asked(source, question, rest, [False] * len(rest), [False] * len(rest), False)


def served(bot: Bot, question: str) -> tuple[list[Evidence], list[Candidate]]:
    """Return the passages found for a question, and what an answer is chosen from, but for a shifted yes."""
    readings = Readings(analyse(question), None, as_judged(bot.trained))
    evidence = retrieve(bot.index, question, k=PASSAGES, readings=readings)
    return evidence, readings.candidates(evidence)


def as_judged(trained: Trained) -> Trained:
    """Return what was trained without the shift of a yes, which is fitted here."""
    return replace(trained, calibration=replace(trained.calibration, yes=0.0))


def taken_out(evidence: Evidence, pattern: re.Pattern[str]) -> Evidence:
    """Return a passage without the sentences that match, and without what stands before it."""
    sentences = [evidence.text[a:b] for a, b in sentence_spans(evidence.text)]
    text = " ".join(s for s in sentences if not pattern.search(s))
    return replace(evidence, text=text, end=evidence.start + len(text), record=b"", before="")


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
