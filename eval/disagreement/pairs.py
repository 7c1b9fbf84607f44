"""Ask the question of each pair of articles in ``pairs.jsonl``: what differs must be told, wording must not.

    python eval/disagreement/pairs.py [PAIRS.jsonl] [--show]

A line holds ``question``, two ``articles`` (``title``, ``publisher``, ``date``, ``text``) and the ``kind`` of their
disagreement; null where they say the same in other words, in other precision, or of other times. Each pair is indexed
by itself and asked with `qabot ask`'s own chain.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

from qabot.answering.answer import Answer
from qabot.answering.bot import Bot
from qabot.answering.extractive import ExtractiveAnswerer
from qabot.evaluation.statistics import wilson
from qabot.models.encoder import Encoder, load_encoder
from qabot.settings import Settings, load_settings
from qabot.store.index import Index
from qabot.store.ingest import update
from qabot.store.location import locate

PAIRS = Path(__file__).with_name("pairs.jsonl")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=Path, nargs="?", default=PAIRS)
    parser.add_argument("--show", action="store_true", help="show what went wrong")
    options = parser.parse_args()
    settings = load_settings()
    encoder, answerer = load_encoder(settings.encoder), ExtractiveAnswerer()
    outcomes: dict[str, list[bool]] = {}
    for pair in map(json.loads, options.pairs.read_text("utf-8").splitlines()):
        answer = asked(pair, settings, encoder, answerer)
        kinds = [each.kind for each in answer.disagreements]
        measure = "found" if pair["kind"] else "false alarms"
        outcomes.setdefault(measure, []).append(bool(kinds))
        if pair["kind"] and kinds:
            outcomes.setdefault("of the right kind", []).append(pair["kind"] in kinds)
        if (options.show and bool(kinds) != bool(pair["kind"])) or (kinds and pair["kind"] not in kinds):
            print(f"{pair['id']}: {pair['kind']}, told {kinds}\n  {pair['question']}\n  {answer.text}")
    for measure, results in outcomes.items():
        low, high = wilson(sum(results), len(results))
        print(f"{measure:17} {sum(results) / len(results):.3f} ({low:.3f} to {high:.3f}) of {len(results)}")


def asked(pair: dict[str, Any], settings: Settings, encoder: Encoder, answerer: ExtractiveAnswerer) -> Answer:
    """The answer to a pair's question from an index of its two articles."""
    with tempfile.TemporaryDirectory() as folder:
        location = locate(Path(folder) / "index")
        location.articles.mkdir(parents=True)
        for number, each in enumerate(pair["articles"]):
            head = "".join(f"{key}: {each[key]}\n" for key in ("title", "publisher", "date"))
            (location.articles / f"{number}.md").write_text(f"---\n{head}---\n\n{each['text']}\n", encoding="utf-8")
        update(location, [], settings, encoder=encoder)
        index = Index.open(location, settings, encoder=encoder)
        with Bot(index, settings, answerer) as bot:
            return bot.ask(pair["question"])


if __name__ == "__main__":
    main()
