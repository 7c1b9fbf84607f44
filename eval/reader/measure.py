"""Measure a reader on what it was not trained on: `python -m eval reader measure --data FOLDER --bench FOLDER`.

Of each set: the right sentence of its passage, the span's F1, and what nothing answers told apart; of claims, how well
supported ones are told from others. Nothing but the reader has a say: no rule, no calibration.
"""

from __future__ import annotations

import argparse
import random
import re
import string
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from eval.figures import Figure, add_option, roc_area, show
from eval.reader.claims import asked_of
from eval.reader.examples import CLAIMS, QUESTIONS, rows, spans_of
from eval.reader.layout import held_out
from eval.reader.stories import families
from eval.sets import Row, qed, xquad
from qabot.models.reader import Judgement, Reader, ReaderPassage, Reading, heading
from qabot.text.sentences import sentence_spans


def words(text: str) -> list[str]:
    """Return SQuAD's normalisation of a text, as words."""
    text = "".join(c for c in text.lower() if c not in string.punctuation + "“”‘’")
    return re.sub(r"\b(a|an|the)\b", " ", text).split()


def f1(said: str, answers: Sequence[str]) -> float:
    """Return SQuAD's F1, the best over the answers."""

    def one(answer: str) -> float:
        mine, right = words(said), words(answer)
        shared = sum((Counter(mine) & Counter(right)).values())
        return 2 * shared / (len(mine) + len(right)) if shared else float(mine == right)

    return max(map(one, answers), default=0.0)


def stories(long: bool) -> tuple[list[Row], list[Row]]:
    """Return the questions of the held-out stories, those that nothing answers asked of each, and what is judged.

    Args:
        long: those of long articles, each asked of the whole article; what is judged, by the passage that tells.
    """
    asked, judged = [], []
    for family in families(held=True):
        if family.is_long is not long:
            continue
        for each in family.asked:
            for number in each.spans or range(len(family.stories)):
                story = family.stories[number]
                found = [{"text": story.text[a:b], "start": a} for a, b in each.spans.get(number, ())]
                under = heading(story.title, story.day)
                asked.append({"question": each.text, "context": story.text, "answers": found, "title": under})
        parts = family.parts(random.Random(0))  # noqa: S311
        for told in family.judged:
            labels = [part.label(told) or (None if told.labels else "not-enough") for part in parts]
            judged += [
                {"claim": told.text, "evidence": part.text, "label": label}
                for part, label in zip(parts, labels, strict=True)
                if label
            ]
    return asked, judged


def sentences_read(reader: Reader, row: Row, context: str | None = None) -> list[tuple[tuple[int, int], Reading]]:
    """Return the sentences of a row's context (or of another one) with what was read in each."""
    text = row["context"] if context is None else context
    (read,) = reader.read(row["question"], [ReaderPassage(text, row.get("title") or "")])
    return [((start, end), read.within(start, end)) for start, end in sentence_spans(text)]


def of_questions(reader: Reader, name: str, asked: Sequence[Row]) -> Iterator[Figure]:
    """Yield the figures of a set of questions, each read in its own context."""
    right, spans, answered, declined, taken_out = [], [], [], [], []
    for row in asked:
        read = sentences_read(reader, row)
        if not read:
            continue
        (start, end), best = max(read, key=lambda each: each[1].score)
        if row["answers"] == []:
            declined.append(best.score)
            continue
        gold = [tuple(row["answer_sentence"])] if row["answers"] is None else spans_of(row)
        right.append(any(start < b and a < end for a, b in gold))
        answered.append(best.score)
        if row["answers"]:
            said = [each["text"] for each in row["answers"]]
            spans.append(f1(row["context"][best.start : best.end], said))
            kept = [s for s, _ in read if not any(s[0] < b and a < s[1] for a, b in gold)]
            rest = " ".join(row["context"][a:b] for a, b in kept)
            if kept and not any(each.lower() in rest.lower() for each in said):
                taken_out.append(max(r.score for _, r in sentences_read(reader, row, rest)))
    figures: dict[str, tuple[float, int]] = {}
    if right:
        figures["right sentence"] = float(np.mean(right)), len(right)
    if spans:
        figures["F1 of the span"] = float(np.mean(spans)), len(spans)
    if answered and declined:
        figures["area, against questions that it does not answer"] = roc_area(answered, declined), len(declined)
    if answered and taken_out:
        figures["area, against it without the answering sentence"] = roc_area(answered, taken_out), len(taken_out)
    for measure, (value, count) in figures.items():
        yield Figure("reader", name, measure, value, count=count)


def of_claims(reader: Reader, name: str, claimed: Sequence[Row]) -> Iterator[Figure]:
    """Yield the figures of a set of claims, each judged by its evidence, and asked as a question of yes or no."""
    if not claimed:
        return
    judged = [reader.judge(row["claim"], [ReaderPassage(row["evidence"])])[0] for row in claimed]
    labels = [row["label"] for row in claimed]
    yield Figure("reader", name, "right label", share_right(judged, labels), count=len(judged))
    supported = [each.supported for each, label in zip(judged, labels, strict=True) if label == "supported"]
    others = [each.supported for each, label in zip(judged, labels, strict=True) if label != "supported"]
    if supported and others:
        yield Figure("reader", name, "area, supported against the rest", roc_area(supported, others), count=len(judged))
    asked = [(row, put) for row in claimed if (put := asked_of(row))]
    answered = [reader.judge(question, [ReaderPassage(row["evidence"])])[0] for row, (question, _) in asked]
    right = share_right(answered, [label for _, (_, label) in asked])
    yield Figure("reader", name, "right label, asked as a question", right, count=len(asked))


def share_right(judged: Sequence[Judgement], labels: Sequence[str]) -> float:
    """Return the share of judgements whose likeliest label is the right one."""
    said = [max(("supported", "refuted", "neither"), key=lambda label: getattr(each, label)) for each in judged]
    named = ["neither" if label == "not-enough" else label for label in labels]
    return float(np.mean([a == b for a, b in zip(said, named, strict=True)]))


def speed(reader: Reader, asked: Sequence[Row]) -> Figure:
    """Return the milliseconds for ten passages, the median of 20 questions."""
    taken = []
    for i in range(20):
        passages = [ReaderPassage(asked[(10 * i + n) % len(asked)]["context"][:600]) for n in range(10)]
        began = time.perf_counter()
        reader.read(asked[i % len(asked)]["question"], passages)
        taken.append(1000 * (time.perf_counter() - began))
    return Figure("reader", "all", "milliseconds for ten passages", float(np.median(taken)), count=20)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder of the training sets")
    parser.add_argument("--bench", type=Path, required=True, help="the folder of the public sets")
    parser.add_argument("--reader", type=Path, help="folder of the reader (default: the one that comes with qabot)")
    parser.add_argument("--most", type=int, default=300, help="of each set")
    add_option(parser)
    arguments = parser.parse_args()
    reader = Reader.load(arguments.reader)
    rng = random.Random(0)  # noqa: S311

    def some(all_of_it: list[Row]) -> list[Row]:
        return rng.sample(all_of_it, min(arguments.most, len(all_of_it)))

    sets = {"xquad": list(xquad(arguments.bench)), "qed": list(qed(arguments.bench))}
    (sets["stories"], told), (sets["long stories"], long_told) = stories(long=False), stories(long=True)
    sets |= {name: [row for row in rows(arguments.data, name) if held_out(row["group"])] for name in QUESTIONS}
    for name, asked in sets.items():
        show(of_questions(reader, name, some(asked)), keep=arguments.figures)
    show(of_claims(reader, "stories", some(told)), keep=arguments.figures)
    show(of_claims(reader, "long stories", some(long_told)), keep=arguments.figures)
    for name in CLAIMS:
        claimed = [row for row in rows(arguments.data, f"claims_{name}") if held_out(row["group"])]
        show(of_claims(reader, name, some(claimed)), keep=arguments.figures)
    show([speed(reader, some(sets["xquad"]))], keep=arguments.figures)
