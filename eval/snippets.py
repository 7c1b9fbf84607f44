"""Measure the bot on news snippets: `python -m eval snippets --articles FILE`.

The questions stand in `data/snippets.jsonl`, each with five snippets of RealTimeQA's articles as offsets: one that
answers it, and four that tell of the same and don't. All are indexed together, without title or day, as a search gives
them: once with those that answer, where an answer is right that has the words of the known one, and once without them,
where all are to be declined. So does Chen et al. 2024, "Benchmarking Large Language Models in Retrieval-Augmented
Generation" (RGB), with noise and for rejection.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.figures import add_option, share, show
from eval.indexed import bot_over
from eval.sets import json_lines, news_texts
from qabot.evaluation.matching import met
from qabot.settings import load_settings

DATA = Path(__file__).parent / "data" / "snippets.jsonl"
Row = Mapping[str, Any]


def texts_of(row: Row, articles: Mapping[str, str], *, answering: bool) -> list[str]:
    """Return the snippets of a question, those that don't answer it last."""
    places = [row, *row["noise"]] if answering else row["noise"]
    return [articles[place["article"]][place["start"] : place["end"]].strip() for place in places]


def ask(rows: Sequence[Row], articles: Mapping[str, str], *, answering: bool) -> tuple[list[bool], list[bool]]:
    """Return of each question whether it was answered, and whether the answer has the words of the known one."""
    files = {
        f"{row['id']}-{number}.txt": f"{text}\n"
        for row in rows
        for number, text in enumerate(texts_of(row, articles, answering=answering))
    }
    with bot_over(files, load_settings()) as bot:
        answers = [bot.ask(row["question"]) for row in rows]
    given = [not answer.abstained for answer in answers]
    right = [
        not answer.abstained and all(met([row["answers"]], answer.text, answer.short_answer))
        for row, answer in zip(rows, answers, strict=True)
    ]
    return given, right


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=Path, required=True, help="RealTimeQA's articles.jsonl.gz")
    add_option(parser)
    arguments = parser.parse_args()
    articles, rows = news_texts(arguments.articles), list(json_lines(DATA))
    given, right = ask(rows, articles, answering=True)
    noise, _ = ask(rows, articles, answering=False)
    told = [
        share("snippets", "answered rightly, where one in five answers", right),
        share("snippets", "right, of those answered", [r for r, g in zip(right, given, strict=True) if g]),
        share("snippets", "declined, where none answers", [not each for each in noise]),
    ]
    show(told, keep=arguments.figures)
