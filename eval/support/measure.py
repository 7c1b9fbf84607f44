"""How well supported sentences are told from unsupported ones.

On sentences about the starter articles, written and judged by hand (`data/support.tsv`); with `--bench` also on
RealTimeQA's questions with the right and with a wrong choice as statements about a news article; with `--said` also on
a file like that about articles of RealTimeQA. `--fit` fits the weights of `qabot.support` on claims of the reader's
sets that it was not trained on, and on RealTimeQA's questions; on others of both than those that are measured on.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import frontmatter
import numpy as np

from eval.figures import Figure, add_option, roc_area, show
from eval.reader import examples, layout
from eval.sets import json_lines, news_texts
from eval.support.statements import as_statement
from qabot.models.reader import Reader
from qabot.resources import starter_articles

JUDGED = Path(__file__).parents[1] / "data" / "support.tsv"
WEIGHTS = Path(__file__).parents[2] / "qabot" / "answering" / "support.json"
CHARS = 10_000  # of an article
CHOICES = "RealTimeQA, the right choice against a wrong one, put into the question as a sentence"
NEWS = "sentences about news articles, in words of their own"
STARTERS = "sentences about the starter articles, free paraphrases against sentences that keep the article's words"
CLAIMS = "claims of the reader's sets, on pages that it has not seen"
CLAIMED = 150  # of each of these sets at most


@dataclass(frozen=True)
class Example:
    """A statement about a text, whether the text supports it, and how it was made."""

    statement: str
    text: str
    supported: bool
    kind: str
    group: str = field(compare=False, default="")


def judged() -> list[Example]:
    """Return sentences about the starter articles, written and judged by hand; nothing was fitted on any of them."""
    return told(JUDGED, {path.stem: frontmatter.load(str(path)).content for path in starter_articles().glob("*.md")})


def told(file: Path, texts: Mapping[str, str]) -> list[Example]:
    """Return the sentences of a file: article, true or false, kind of fault, sentence, with tabs between them."""
    rows = [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()]
    return [Example(said, texts[name], label == "true", kind or "true", name) for name, label, kind, said in rows]


def is_held_out(example: Example) -> bool:
    """True if what is of this article or question is kept from the fit: every other one, by its name."""
    return int(hashlib.sha256(example.group.encode()).hexdigest(), 16) % 2 == 0


def news(bench: Path) -> dict[str, str]:
    """Return the articles of RealTimeQA."""
    texts = news_texts(bench / "realtimeqa/articles.jsonl.gz")
    return {name: text[:CHARS] for name, text in texts.items()}


def choices(bench: Path, texts: Mapping[str, str]) -> Iterator[Example]:
    """RealTimeQA's questions with the right choice and with another, as statements about an article."""
    rng = random.Random(1)  # noqa: S311
    for row in json_lines(bench / "realtimeqa/questions.jsonl"):
        answer = row["answers"][0].strip("“”\"' ")
        others = [choice.strip("“”\"' ") for choice in row["choices"] if choice not in row["answers"]]
        text = next((texts[a] for a in row["searched"] if answer.lower() in texts.get(a, "").lower()), None)
        if text and others and len(answer) > 1:
            for said, right in ((answer, True), (rng.choice(others), False)):
                yield Example(as_statement(row["question"], said, rng), text, right, "choice", row["id"])


def claims(data: Path) -> list[Example]:
    """Return claims of the sets that the reader was trained on, about pages that were held out."""
    found = []
    for name in examples.CLAIMS:
        rows = [row for row in examples.rows(data, f"claims_{name}") if layout.held_out(row["group"])]
        some = random.Random(3).sample(rows, min(CLAIMED, len(rows)))  # noqa: S311
        found += [
            Example(row["claim"], row["evidence"], row["label"] == "supported", row["label"], row["group"])
            for row in some
        ]
    return found


def areas(name: str, examples: Sequence[Example], scores: Sequence[float]) -> Iterator[Figure]:
    """Yield the area for all examples, and of the false ones kind by kind against all true ones."""
    scored = list(zip(examples, scores, strict=True))
    right, wrong = ([s for e, s in scored if e.supported is supported] for supported in (True, False))
    yield Figure("support", name, "all", roc_area(right, wrong), count=len(examples))
    for kind in sorted({example.kind for example in examples if not example.supported}):
        wrong = [s for e, s in scored if e.kind == kind and not e.supported]
        yield Figure("support", name, f"false by {kind}", roc_area(right, wrong), count=len(wrong))


def fit(sets: Sequence[Sequence[Example]], reader: Reader) -> dict[str, float]:
    """Return the weights of a logistic regression over what speaks for and against each example.

    Args:
        sets: in each of which true and false examples count for as much.
        reader: reads their texts.
    """
    from sklearn.linear_model import LogisticRegression

    from qabot.answering.entailment import signs

    inputs, right, counts = [], [], []
    for some in sets:
        share = sum(example.supported for example in some) / len(some)
        inputs += [signs(example.statement, [example.text], reader) for example in some]
        right += [example.supported for example in some]
        counts += [1 / (2 * (share if example.supported else 1 - share)) for example in some]
    names = list(inputs[0])
    table = np.array([[each.get(name, 0.0) for name in names] for each in inputs])
    fitted: Any = LogisticRegression(C=0.3, max_iter=1000).fit(table, right, counts)
    weights = {name: round(float(weight), 4) for name, weight in zip(names, fitted.coef_[0], strict=True)}
    return {"bias": round(float(fitted.intercept_[0]), 4), **weights}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, help="folder of the public sets")
    parser.add_argument("--data", type=Path, help="folder of the reader's training sets")
    parser.add_argument("--said", type=Path, help="file of sentences about articles of RealTimeQA")
    parser.add_argument("--fit", action="store_true", help="fit the weights first, and write them into the package")
    add_option(parser)
    arguments = parser.parse_args()
    if arguments.fit and not (arguments.bench and arguments.data):
        parser.error("--fit needs --bench and --data")
    texts = news(arguments.bench) if arguments.bench else {}
    asked = list(choices(arguments.bench, texts)) if arguments.bench else []
    said = told(arguments.said, texts) if arguments.said else []
    claimed = claims(arguments.data) if arguments.data else []
    reader = Reader.load()
    if arguments.fit:
        fitted_on = [[example for example in some if not is_held_out(example)] for some in (asked, claimed)]
        weights = fit(fitted_on, reader)
        WEIGHTS.write_text(json.dumps(weights, indent=2) + "\n", encoding="utf-8")
        print(f"fitted: {weights}")
    from qabot.answering.entailment import support

    sets = {
        CLAIMS: [example for example in claimed if is_held_out(example)],
        CHOICES: [example for example in asked if is_held_out(example)],
        NEWS: said,
        STARTERS: judged(),
    }
    for name, some in sets.items():
        if some:
            scores = [support(example.statement, example.text, reader) for example in some]
            show(areas(name, some, scores), keep=arguments.figures)
