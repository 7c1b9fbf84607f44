"""How well supported sentences are told from unsupported ones: `python eval/support/measure.py`.

On sentences about the starter articles, written and judged by hand (`judged.tsv`); with `--bench` and `--wordnet` also
on pairs made by rule, and on RealTimeQA's questions with the right and with a wrong choice as statements about a news
article. `--fit` fits the weights of `qabot.support` on pairs of other texts than those that are measured on.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import frontmatter
import numpy as np

from qabot import resources

if TYPE_CHECKING:
    from data import Example


JUDGED = Path(__file__).parent / "judged.tsv"
WEIGHTS = Path(__file__).parents[2] / "qabot" / "answering" / "support.json"
PAIRS = 400  # to fit on, and as many to measure on
TEXTS = 400  # that they are drawn from


def area(examples: Sequence[Example], scores: Sequence[float]) -> float:
    """The area under the ROC curve."""
    return area_between(
        [score for example, score in zip(examples, scores, strict=True) if example.supported],
        [score for example, score in zip(examples, scores, strict=True) if not example.supported],
    )


def area_between(rights: Sequence[float], wrongs: Sequence[float]) -> float:
    """The area under the ROC curve of the scores of true statements against those of false ones."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score([1] * len(rights) + [0] * len(wrongs), [*rights, *wrongs]))


def judged() -> list[Example]:
    """Sentences about the starter articles, written and judged by hand; the network was not trained on any of them."""
    from data import Example

    texts = {path.stem: frontmatter.load(str(path)).content for path in resources.starter_articles().glob("*.md")}
    rows = [line.split("\t") for line in JUDGED.read_text(encoding="utf-8").splitlines()]
    return [Example(said, texts[name], label == "true", kind or "true", name) for name, label, kind, said in rows]


def pairs_by_rule(bench: Path, wordnet: Path) -> dict[str, list[Example]]:
    """Pairs made by rule, those to fit on and those of texts that were held out."""
    from changes import Changes
    from data import Maker, held_out, load
    from wordnet import WordNet

    texts, changes = load(bench), Changes(WordNet(wordnet))
    found = {}
    for name, out in (("fitted on", False), ("held out", True)):
        mine = [text for text in texts if held_out(text.group) is out]
        rng = random.Random(7)  # noqa: S311
        maker = Maker(rng.sample(mine, min(len(mine), TEXTS)), changes, rng)
        found[name] = [example for pair in maker.pairs(PAIRS) for example in pair]
    return found


def realtimeqa(bench: Path) -> Iterator[Example]:
    """RealTimeQA's questions with the right choice and with another, as statements about an article."""
    from data import Example
    from questions import as_statement

    with gzip.open(bench / "realtimeqa/articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = {row["id"]: row["text"] for row in map(json.loads, lines)}
    rng = random.Random(1)  # noqa: S311
    for line in (bench / "realtimeqa/questions.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        answer = row["answers"][0].strip("“”\"' ")
        others = [choice.strip("“”\"' ") for choice in row["choices"] if choice not in row["answers"]]
        text = next((texts[a] for a in row["searched"] if answer.lower() in texts.get(a, "")[:10_000].lower()), None)
        if text and others and len(answer) > 1:
            for said, right in ((answer, True), (rng.choice(others), False)):
                yield Example(as_statement(row["question"], said, rng), text[:10_000], right, "choice", row["id"])


def table(name: str, examples: Sequence[Example], scores: Sequence[float]) -> None:
    """Print the area for all examples, and of the false ones kind by kind against all true ones."""
    right = [s for e, s in zip(examples, scores, strict=True) if e.supported]
    print(f"{name}: area {area(examples, scores):.3f} ({len(right)} supported, {len(examples) - len(right)} not)")
    for kind in sorted({example.kind for example in examples if not example.supported}):
        wrong = [s for e, s in zip(examples, scores, strict=True) if e.kind == kind and not e.supported]
        print(f"  {kind}: {area_between(right, wrong):.3f} ({len(wrong)})")


def fit(examples: Sequence[Example]) -> dict[str, float]:
    """The weights of a logistic regression over what speaks for and against each example."""
    from sklearn.linear_model import LogisticRegression

    from qabot.answering.support import evidence

    known = [evidence(example.statement, [example.text]) for example in examples]
    names = list(known[0])
    inputs = np.array([[each.get(name, 0.0) for name in names] for each in known])
    fitted: Any = LogisticRegression(C=0.3).fit(inputs, [example.supported for example in examples])
    weights = {name: round(float(weight), 4) for name, weight in zip(names, fitted.coef_[0], strict=True)}
    return {"bias": round(float(fitted.intercept_[0]), 4), **weights}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, help="folder of the public sets")
    parser.add_argument("--wordnet", type=Path, help="folder of the database files of WordNet 3.1")
    parser.add_argument("--fit", action="store_true", help="fit the weights first, and write them into the package")
    arguments = parser.parse_args()
    pairs = pairs_by_rule(arguments.bench, arguments.wordnet) if arguments.wordnet else {}
    if arguments.fit:
        weights = fit(pairs["fitted on"])
        WEIGHTS.write_text(json.dumps(weights, indent=2) + "\n", encoding="utf-8")
        print(f"fitted: {weights}")
    from qabot.answering.support import support

    sets = {"judged by hand": judged()}
    if pairs:
        sets["pairs by rule, of other texts than those fitted on"] = pairs["held out"]
    if arguments.bench:
        sets["RealTimeQA choices as statements"] = list(realtimeqa(arguments.bench))
    for name, examples in sets.items():
        table(name, examples, [support(example.statement, example.text) for example in examples])


if __name__ == "__main__":
    main()
