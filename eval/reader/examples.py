"""Training examples of the reader: questions with passages, and claims with evidence, as token sequences.

Input are the gzipped JSON lines of a folder: `NAME.jsonl.gz` holds questions (`question, context, answers, title,
group`), `claims_NAME.jsonl.gz` claims (`claim, evidence, label`); and the invented stories (`stories.py`).
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from eval.reader.claims import asked_of, in_passing, is_negated, negated, no_longer, untold
from eval.reader.layout import Example, Layout, held_out
from eval.reader.rewording import Rewording
from eval.reader.stories import Family
from eval.reader.whether import ASKS_WHEN, NAME, SENTENCE_END, YEAR, whether, whether_any, with_answer
from eval.sets import json_lines
from eval.wordnet import WordNet
from qabot.models.reader import heading
from qabot.text.lexicon import MONTHS

QUESTIONS = {  # how many of a set's questions an epoch draws
    "squad2dev": 1.0, "squad1dev": 1.0, "squadshifts_new_wiki": 1.0, "tydiqa_en": 1.0, "nq_oracle": 1.0,
    "clapnq_dev": 1.0, "selqa": 0.5, "qamr": 0.25, "qadiscourse": 0.5, "quoref": 1.0, "disflqa": 0.15,
    "fairytaleqa": 0.15, "covidqa": 0.2, "policyqa": 0.05, "qasrl_gs": 0.04, "qanom": 0.02,
}  # fmt: skip
CLAIMS = {
    "fever": 1.0, "fever_symmetric": 1.0, "fool_me_twice": 1.0, "counterfactual_nli": 0.6, "mnli": 1.0, "wice": 1.0,
    "summedits": 0.4, "factor_news": 0.8,
}  # fmt: skip
RETRIEVED, SAME_ARTICLE, EXCHANGED, LEFT_OUT = 0.3, 0.15, 0.18, 0.08
"""For each answered question, how often an example is added that has no answer: by where its passage is from."""
ANOTHER_DEED = 0.35
"""So many of the exchanged ones ask for another deed, the others of another name or year."""
REWORDED = 0.2
"""So many of the questions are put in synonyms of their words."""

ASKED = 0.5
"""So many of the claims are turned into the question whether it is so, where that can be done."""
UNRELATED, RETOLD = 0.4, 0.2
"""For each claim, how often an example is added with sentences of a passage on like things (not enough: of what is
judged for a question most is such), and with a text that tells it, as it is (supported) or negated (refuted)."""
IN_PASSING, NO_LONGER, UNTOLD = 0.35, 0.1, 0.1
"""Of the texts that tell a claim or its negation, how many tell it in a relative clause, beside another statement; for
each claim, how often one is added by which it is no longer so (refuted), and one that leaves it open (not enough)."""

WHETHER = 0.3
"""So many of the questions are also asked as whether a right or a wrong answer is so, or one where nothing answers."""
VERIFIED = 0.12
"""And so many are judged together with an answer behind them: "Who won? Ann Arn"."""
OF_ANOTHER = 0.25
"""So many of what is asked as whether it is so ask it of a name that the passage does not have (not enough)."""

DATED, TIMED, MISTIMED = 0.4, 0.5, 0.15
"""How often a passage stands under a day, as an article does; of these, how often that time is put into the question or
claim too, and how often another, of which the passage then tells nothing."""

_WORD = re.compile(r"\w+")
_SUBJECT = re.compile(rf"[A-Z][a-z]+ ({NAME.pattern})")
_LATEST_YEAR = 2026


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    """The rows of a set."""
    return list(json_lines(folder / f"{name}.jsonl.gz"))


def a_day(texts: Sequence[str], rng: random.Random) -> date:
    """Return a day on which texts may have been published: not before a year that stands in them."""
    years = [int(year) for text in texts for year in YEAR.findall(text) if int(year) <= _LATEST_YEAR]
    year = min(_LATEST_YEAR, max(years) + rng.choice((0, 0, 0, 1, 3))) if years else rng.randint(1998, _LATEST_YEAR)
    return date(year, rng.randint(1, 12), rng.randint(1, 28))


def with_time(text: str, day: date, rng: random.Random) -> str | None:
    """Return a question or claim with the time of a day put in; None where it asks when, or has a year already."""
    if ASKS_WHEN.search(text) or YEAR.search(text):
        return None
    month = f"{MONTHS[day.month - 1]} {day.year}"
    part = ("early", "mid", "late")[min(2, day.day // 10)]
    times = [
        f"in {day.year}",
        f"in {month}",
        f"in {month}",
        f"in {part} {month}",
        f"by {month}",
        f"on {day.day} {month}",
    ]
    time = rng.choice(times)
    body, end = (text[:-1].rstrip(), text[-1]) if text[-1:] in "?." else (text, "")
    return f"{time[0].upper()}{time[1:]}, {body}{end}" if rng.random() < 0.2 else f"{body} {time}{end}"


class Passages:
    """All contexts of the questions' sets, from which passages are drawn that do not answer."""

    def __init__(self, asked: Sequence[dict[str, Any]]) -> None:
        self._contexts = list({row["context"]: row for row in asked}.values())
        self._of_group = defaultdict(list)
        self._by_word: dict[str, list[int]] = defaultdict(list)
        self._names: list[str] = []
        for number, row in enumerate(self._contexts):
            self._of_group[row.get("group")].append(number)
            words = set(_WORD.findall(row["context"].lower()))
            for word in words:
                self._by_word[word].append(number)
            self._names += NAME.findall(row["context"])[:3]
        self.count = len(self._contexts)

    def of_same_article(self, row: dict[str, Any], rng: random.Random) -> dict[str, Any] | None:
        """Another passage of the same article."""
        others = [n for n in self._of_group[row.get("group")] if self._contexts[n]["context"] != row["context"]]
        return self._contexts[rng.choice(others)] if others else None

    def retrieved(self, row: dict[str, Any], rng: random.Random) -> dict[str, Any] | None:
        """A passage that shares the rarest words of the question, as a word search brings it."""
        score: dict[int, float] = defaultdict(float)
        for word in set(_WORD.findall(row["question"].lower())):
            found = self._by_word.get(word, ())
            if 0 < len(found) <= 300:
                for number in found:
                    score[number] += 1 / (1 + len(found)) ** 0.5
        best = sorted(score, key=lambda n: -score[n])[:6]
        best = [n for n in best if self._contexts[n]["context"] != row["context"]]
        return self._contexts[rng.choice(best[:4])] if best else None

    def other_name(self, name: str, rng: random.Random) -> str:
        """A name of another passage."""
        return next(other for other in iter(lambda: rng.choice(self._names), None) if other != name)


def spans_of(row: dict[str, Any]) -> list[tuple[int, int]]:
    """The answers of a row as `(start, end)`."""
    return [(each["start"], each["start"] + len(each["text"])) for each in row["answers"] or ()]


def _under_a_day(
    layout: Layout,
    asked: tuple[str, str, str],
    spans: Sequence[tuple[int, int]],
    rng: random.Random,
    inside: bool = False,
) -> Example | None:
    """An example of a question, title and context; some of them under a day, of which some name a time as well."""
    question, title, context = asked
    if rng.random() >= DATED:
        return layout.question(question, title, context, spans, inside)
    day = a_day((question, context), rng)
    question, same = _at_a_time(question, context, day, rng)
    return layout.question(question, heading(title, day.isoformat()), context, spans if same else [], inside)


def _claimed_under_a_day(layout: Layout, claimed: tuple[str, str], label: str, rng: random.Random) -> Example:
    """The same of a claim and its evidence."""
    claim, evidence = claimed
    if rng.random() >= DATED:
        return layout.claim(claim, evidence, label)
    day = a_day(claimed, rng)
    claim, same = _at_a_time(claim, evidence, day, rng)
    return layout.claim(claim, evidence, label if same else "not-enough", heading("", day.isoformat()))


def _at_a_time(text: str, context: str, day: date, rng: random.Random) -> tuple[str, bool]:
    """Return a text with the time of a day, with another time or as it is; False for another time."""
    draw = rng.random()
    if draw < TIMED:
        return with_time(text, day, rng) or text, True
    if draw < TIMED + MISTIMED:
        other = day.replace(year=day.year + rng.choice((-6, -3, -2, -1, 1, 2, 4)))
        if str(other.year) not in context and (put := with_time(text, other, rng)):
            return put, False
    return text, True


class Examples:
    """Makes the examples of an epoch; the same ones for the same seed."""

    def __init__(
        self, folder: Path, tokenizer: Path, wordnet: WordNet, stories: Sequence[Family] = (), share: float = 1.0
    ) -> None:
        """Read the sets of a folder; an epoch draws a share of what it draws otherwise, but for the long articles."""
        self._share = share
        self._families = stories
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._asked = {name: [r for r in rows(folder, name) if not held_out(r["group"])] for name in QUESTIONS}
        self._claimed = {
            name: [r for r in rows(folder, f"claims_{name}") if not held_out(r["group"])] for name in CLAIMS
        }
        for name, found in self._asked.items():
            for row in found:
                row["source"] = name
        self.passages = Passages([row for found in self._asked.values() for row in found])
        self._rewording = Rewording(
            [row["question"] for name, found in self._asked.items() if QUESTIONS[name] == 1 for row in found], wordnet
        )

    def epoch(self, seed: int) -> list[Example]:
        """The examples of one epoch in random order."""
        rng = random.Random(seed)  # noqa: S311
        layout = Layout(self._tokenizer, rng)
        made: list[Example | None] = []
        for name, share in QUESTIONS.items():
            for row in self._asked[name]:
                if rng.random() < share * self._share:
                    made += self._of_question(layout, row, rng)
        for name, share in CLAIMS.items():
            for row in self._claimed[name]:
                if rng.random() < share * self._share:
                    made += self._of_claim(layout, row, rng)
        for family in self._families:
            if family.is_long or rng.random() < self._share:
                made += family.examples(layout, rng)
        examples = [each for each in made if each]
        rng.shuffle(examples)
        return examples

    def _of_question(self, layout: Layout, row: dict[str, Any], rng: random.Random) -> Iterator[Example | None]:
        title = (row.get("title") or "") if rng.random() < 0.8 else ""
        if row["answers"] is None:
            yield layout.question(row["question"], title, row["context"], [tuple(row["answer_sentence"])], inside=True)
            return
        if rng.random() < REWORDED:
            row = {**row, "question": self._rewording.reworded(row["question"], rng)}
        spans = spans_of(row)
        yield _under_a_day(layout, (row["question"], title, row["context"]), spans, rng)
        if spans:
            yield from self._without_answer(layout, row, title, rng)
        if rng.random() < WHETHER and (asked := whether(row, rng, self.passages.other_name)) is not None:
            question, evidence, label = asked
            other = self._exchanged_name(question, evidence, rng) if rng.random() < OF_ANOTHER else None
            yield _claimed_under_a_day(layout, (other or question, evidence), "not-enough" if other else label, rng)
            told = [tuple(row["answer_sentence"])] if row.get("answer_sentence") else spans
            asked_of_all = (other or question, title, row["context"])
            yield _under_a_day(layout, asked_of_all, [] if other else told, rng, inside=True)
        if spans and rng.random() < VERIFIED and (answered := with_answer(row, rng, self.passages.other_name)):
            yield _claimed_under_a_day(layout, answered[:2], answered[2], rng)
        if (counted := whether_any(row, rng)) is not None:
            yield _claimed_under_a_day(layout, counted[:2], counted[2], rng)

    def _without_answer(
        self, layout: Layout, row: dict[str, Any], title: str, rng: random.Random
    ) -> Iterator[Example | None]:
        answers = [each["text"].lower() for each in row["answers"]]

        def usable(other: dict[str, Any] | None) -> bool:
            return other is not None and not any(answer in other["context"].lower() for answer in answers)

        draw = rng.random()
        if draw < RETRIEVED:
            other = self.passages.retrieved(row, rng)
        elif draw < RETRIEVED + SAME_ARTICLE:
            other = self.passages.of_same_article(row, rng)
        elif draw < RETRIEVED + SAME_ARTICLE + EXCHANGED:
            if (question := self._exchanged(row, rng)) is not None:
                yield _under_a_day(layout, (question, title, row["context"]), [], rng)
            return
        elif draw < RETRIEVED + SAME_ARTICLE + EXCHANGED + LEFT_OUT and row.get("answer_sentence"):
            start, end = row["answer_sentence"]
            rest = (row["context"][:start] + row["context"][end:]).strip()
            if len(rest) > 80 and not any(answer in rest.lower() for answer in answers):
                yield _under_a_day(layout, (row["question"], title, rest), [], rng)
            return
        else:
            return
        if usable(other) and other is not None:
            yield _under_a_day(layout, (row["question"], other.get("title") or "", other["context"]), [], rng)

    def _of_claim(self, layout: Layout, row: dict[str, Any], rng: random.Random) -> Iterator[Example]:
        claim, label = row["claim"], row["label"]
        asked = asked_of(row) if rng.random() < ASKED else None
        put, right = asked or (claim, label)
        yield _claimed_under_a_day(layout, (put, row["evidence"]), right, rng)
        if asked and rng.random() < OF_ANOTHER and (named := self._exchanged_subject(put, row["evidence"], rng)):
            yield _claimed_under_a_day(layout, (named, row["evidence"]), "not-enough", rng)
        if rng.random() < UNRELATED and (other := self.passages.retrieved({"question": claim, "context": ""}, rng)):
            told = self._some_sentences(other["context"], rng)
            yield _claimed_under_a_day(layout, (put, told), "not-enough", rng)
        if not is_negated(claim) and rng.random() < RETOLD:
            retold = negated(claim, rng) if rng.random() < 0.6 else claim
            if retold is not None:
                beside = in_passing(retold, rng) if rng.random() < IN_PASSING else None
                around = [beside or retold]
                if rng.random() < 0.6 and (other := self.passages.retrieved({"question": claim, "context": ""}, rng)):
                    around.insert(rng.randint(0, 1), self._some_sentences(other["context"], rng))
                label = "supported" if retold == claim else "refuted"
                yield _claimed_under_a_day(layout, (put, " ".join(around)), label, rng)
        if rng.random() < NO_LONGER and (ended := no_longer(claim, rng)) is not None:
            yield _claimed_under_a_day(layout, (put, ended), "refuted", rng)
        if rng.random() < UNTOLD and (left_open := untold(claim, rng)) is not None:
            yield _claimed_under_a_day(layout, (put, left_open), "not-enough", rng)

    @staticmethod
    def _some_sentences(text: str, rng: random.Random) -> str:
        """One to three neighbouring sentences of a text."""
        sentences = SENTENCE_END.split(text)
        first = rng.randrange(len(sentences))
        return " ".join(sentences[first : first + rng.randint(1, 3)])[:600]

    def _exchanged(self, row: dict[str, Any], rng: random.Random) -> str | None:
        """The question with a deed, name or year exchanged for one that its context does not have; None without any."""
        question, context = row["question"], row["context"]
        if rng.random() < ANOTHER_DEED:
            return self._rewording.of_another_deed(question, context, rng)
        if years := YEAR.findall(question):
            year = str(int(rng.choice(years)) + rng.choice((-7, -3, -2, -1, 1, 2, 3, 5, 10)))
            return None if year in context else question.replace(years[0], year)
        return self._exchanged_name(question, context, rng)

    def _exchanged_name(self, question: str, context: str, rng: random.Random) -> str | None:
        """A question with one of its names that its context has exchanged for one that it does not have."""
        names = [name for name in NAME.findall(question) if name in context]
        return self._exchanged_for_another(question, rng.choice(names), context, rng) if names else None

    def _exchanged_subject(self, asked: str, evidence: str, rng: random.Random) -> str | None:
        """A question of yes or no of somebody else: "Did Ann win?" of a name that the evidence does not have."""
        subject = _SUBJECT.match(asked)
        return self._exchanged_for_another(asked, subject[1], evidence, rng) if subject else None

    def _exchanged_for_another(self, question: str, name: str, context: str, rng: random.Random) -> str | None:
        other = self.passages.other_name(name, rng)
        return None if other in context else question.replace(name, other)
