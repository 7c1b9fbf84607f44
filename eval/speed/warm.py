"""Ask an index many questions in one process, and print how long each took, in milliseconds, as JSON.

python -m eval.speed.warm INDEX QUESTIONS SEED
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path

import numpy as np

from eval.speed.made import DAYS, FIRST_DAY, make
from qabot.answering.bot import Bot
from qabot.answering.retrieve import retrieve
from qabot.store.records import ANYWHERE, Scope

SCOPES: dict[str, Callable[[np.random.Generator, Sequence[str]], Scope]] = {
    "retrieval": lambda *_: ANYWHERE,
    "retrieval in two years": lambda rng, _: _span(rng, 730),
    "retrieval in half a year": lambda rng, _: _span(rng, 182),
    "retrieval of one publisher": lambda rng, publishers: _some(rng, publishers, 1),
    "retrieval of a twentieth of the publishers": lambda rng, all_: _some(rng, all_, -(-len(all_) // 20)),
}
"""What is measured, and the scope of a question. Publishers have a topic each: most have nothing near to a question."""


def main() -> None:
    folder, count, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    questions = [article.question for article in islice(make(seed=seed), count + 1)]
    with Bot.open(folder) as bot:
        publishers = sorted({article.publisher for article in bot.index.articles() if article.publisher})
        taken = {}
        for measure, scope in SCOPES.items():
            scopes = [scope(np.random.default_rng([seed, n]), publishers) for n in range(count + 1)]
            taken[measure] = timed(
                questions, lambda n, scopes=scopes: retrieve(bot.index, questions[n], scope=scopes[n])
            )
        taken["answer"] = timed(questions, lambda n: bot.ask(questions[n]))
    print(json.dumps(taken))


def _span(rng: np.random.Generator, days: int) -> Scope:
    first = FIRST_DAY + timedelta(days=int(rng.integers(DAYS - days)))
    return Scope(since=first, until=first + timedelta(days=days))


def _some(rng: np.random.Generator, publishers: Sequence[str], count: int) -> Scope:
    return Scope(publishers=tuple(rng.choice(publishers, count, replace=False).tolist()))


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
