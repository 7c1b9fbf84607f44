"""Of the disagreements that answers show over real news, how many are real? Against those that were judged by reading.

    python eval/disagreement/shown.py FOLDER --index DIR [--unjudged]

FOLDER holds the public set RealTimeQA (``questions.jsonl``, ``articles.jsonl.gz``), DIR keeps an index of its articles,
as `qabot eval --set realtimeqa FOLDER --set-index DIR` makes it. Asked are the set's questions and those of
``questions.txt``: what a reader may ask of such an archive about tolls, dates, offices and outcomes. ``judged.jsonl``
holds the judgements, by a SHA-256 of the quotes with the words that differ. A disagreement is real where the quotes
tell of the same thing, what they say of it cannot both hold of one time, and its kind is the right one.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from qabot.answering.answer import Answer, Disagreement
from qabot.answering.bot import Bot
from qabot.evaluation.statistics import wilson

HERE = Path(__file__).parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--unjudged", action="store_true", help="show those that nobody has judged")
    options = parser.parse_args()
    judged = {
        each["key"]: each["real"] for each in map(json.loads, (HERE / "judged.jsonl").read_text("utf-8").splitlines())
    }
    known, shown, answered = [], 0, 0
    with Bot.open(options.index) as bot:
        for question in questions(options.folder):
            answer = bot.ask(question)
            answered += not answer.abstained
            for disagreement in answer.disagreements:
                shown += 1
                name = key(answer, disagreement)
                if name in judged:
                    known.append(judged[name])
                elif options.unjudged:
                    show(name, answer, disagreement)
    print(f"{answered} questions answered, {shown} disagreements shown, {len(known)} of these judged")
    if known:
        low, high = wilson(sum(known), len(known))
        print(f"real {sum(known) / len(known):.3f} ({low:.3f} to {high:.3f})")


def questions(folder: Path) -> Iterator[str]:
    for line in (folder / "questions.jsonl").read_text("utf-8").splitlines():
        yield json.loads(line)["question"]
    yield from (HERE / "questions.txt").read_text("utf-8").splitlines()


def quotes(answer: Answer, disagreement: Disagreement) -> list[tuple[str, str]]:
    """Each value with the quotes that it stands in."""
    said = {citation.marker: citation.quote for citation in answer.citations}
    return [(value.text, " | ".join(said[marker] for marker in value.citations)) for value in disagreement.values]


def key(answer: Answer, disagreement: Disagreement) -> str:
    """A digest of the values and their quotes."""
    return sha256(json.dumps(sorted(quotes(answer, disagreement))).encode()).hexdigest()[:20]


def show(name: str, answer: Answer, disagreement: Disagreement) -> None:
    print(f"\n{name} {disagreement.kind}: {answer.question}")
    for value, (text, quote) in zip(disagreement.values, quotes(answer, disagreement), strict=True):
        print(f"  {value.published} [{text}] {' '.join(quote.split())}")


if __name__ == "__main__":
    main()
