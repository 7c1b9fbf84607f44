"""Questions as they are read for an answer, and which candidates are right: what the confidence is fitted on."""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from eval.indexed import bot_over
from eval.news import News, meets
from eval.reader.whether import NAME, asked_whether, other_answer
from eval.sets import Row, qed, xquad
from qabot import Bot
from qabot.answering.answer import Evidence
from qabot.answering.query import Kind, analyse
from qabot.answering.rank import Candidate, Trained
from qabot.answering.read import Readings
from qabot.answering.retrieve import retrieve
from qabot.evaluation.case import Case, load_cases
from qabot.resources import shipped_cases
from qabot.settings import Settings
from qabot.store.records import Scope
from qabot.text.sentences import sentence_spans

PASSAGES = Settings().passages
PARAGRAPHS = 60
"""So many questions of XQuAD and of QED each."""
FOLDS = 5


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
