"""Ask an index many questions in one process, and print how long each took, in milliseconds, as JSON.

python -m eval.speed.warm INDEX QUESTIONS SEED
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import islice
from pathlib import Path

import numpy as np

from eval.speed.made import DAYS, FIRST_DAY, make
from qabot.answering.bot import Bot
from qabot.answering.retrieve import retrieve
from qabot.store.records import Scope

_TWO_YEARS = 730


def main() -> None:
    folder, count, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    questions = [article.question for article in islice(make(seed=seed), count + 1)]
    rng = np.random.default_rng(seed)
    spans = [FIRST_DAY + timedelta(days=int(day)) for day in rng.integers(0, DAYS - _TWO_YEARS, count + 1)]
    scopes = [Scope(since=first, until=first + timedelta(days=_TWO_YEARS)) for first in spans]
    with Bot.open(folder) as bot:
        publishers = sorted({article.publisher for article in bot.index.articles() if article.publisher})
        taken = {
            "retrieval": timed(questions, lambda n: retrieve(bot.index, questions[n])),
            "retrieval in two years": timed(questions, lambda n: retrieve(bot.index, questions[n], scope=scopes[n])),
            "retrieval of one publisher": timed(
                questions,
                lambda n: retrieve(bot.index, questions[n], scope=Scope(publishers=(publishers[n % len(publishers)],))),
            ),
            "answer": timed(questions, lambda n: bot.ask(questions[n])),
        }
    print(json.dumps(taken))


def timed(questions: list[str], ask: Callable[[int], object]) -> dict[str, list[float]]:
    """Return how long each took but the first, which finds nothing warm: by the clock and of the processor."""
    taken: dict[str, list[float]] = {"time": [], "processor time": []}
    for n in range(len(questions)):
        began, began_working = time.perf_counter(), time.process_time()
        ask(n)
        taken["time"].append((time.perf_counter() - began) * 1000)
        taken["processor time"].append((time.process_time() - began_working) * 1000)
    return {clock: each[1:] for clock, each in taken.items()}


if __name__ == "__main__":
    main()
