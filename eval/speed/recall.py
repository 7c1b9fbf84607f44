"""How many of the nearest vectors Chroma finds, of those that comparing all finds.

    python -m eval speed recall [--vectors 100000] [--questions 100]

The vectors are drawn as those of `python -m eval speed` are: of topics and articles, whose passages lie together. Asked
are vectors of other articles on the same topics, the topics themselves, and vectors that are near to nothing.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.figures import Figure, add_option, show
from eval.speed.made import drawn, drawn_topics
from eval.speed.processes import peak_memory
from qabot.store import vectors
from qabot.store.vectors import VectorIndex, VectorWriter

_NEAREST = 50  # as many as a question has fused
_OF_AN_ARTICLE = 8
_AT_ONCE = 5_000


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--vectors", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=100, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    for name in ("max_neighbors", "ef_construction", "ef_search"):
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=vectors.HNSW[name])
    add_option(parser)
    options = parser.parse_args()
    vectors.HNSW.update({name: getattr(options, name) for name in vectors.HNSW if hasattr(options, name)})
    show(run(options.vectors, options.questions, options.seed), keep=options.figures)


def run(count: int, questions: int, seed: int) -> Iterator[Figure]:
    """Measure with so many vectors; return the figures."""
    rng = np.random.default_rng(seed)
    topics = drawn_topics(rng)
    held = np.empty((count, topics.shape[1]), np.float32)
    for first in range(0, count, _OF_AN_ARTICLE):
        held[first : first + _OF_AN_ARTICLE] = _article(topics, rng)[: count - first]
    asked = {
        "of other articles": np.concatenate([_article(topics, rng)[:1] for _ in range(questions)]),
        "of topics": _unit(topics[:questions]),
        "near to nothing": _unit(rng.standard_normal((questions, held.shape[1])).astype(np.float32)),
    }
    note = ", ".join(f"{name} {value}" for name, value in vectors.HNSW.items())
    with tempfile.TemporaryDirectory() as scratch:
        began = time.process_time()
        _write(Path(scratch) / "vectors", held)
        taken = (time.process_time() - began) / count * 1000
        yield Figure(
            "recall", f"{count:,} drawn vectors", "writing: processor time a vector", taken, unit="ms", note=note
        )
        peak = peak_memory() - held.nbytes / 10**6
        yield Figure(
            "recall", f"{count:,} drawn vectors", "writing: peak memory, less the vectors", peak, unit="MB", note=note
        )
        with closing(VectorIndex(Path(scratch) / "vectors")) as index:
            for kind, queries in asked.items():
                exact = np.argsort(-(queries @ held.T), axis=1)[:, :_NEAREST]
                found, began = [], time.process_time()
                for query in queries:
                    [near] = index.search(query[None], _NEAREST)
                    found.append({int.from_bytes(key) for key, _ in near})
                taken = (time.process_time() - began) / len(queries) * 1000
                share = float(np.mean([len(one & {*other.tolist()}) for one, other in zip(found, exact, strict=True)]))
                of = f"{count:,} drawn vectors, asked {kind}"
                yield Figure("recall", of, f"of the {_NEAREST} nearest found", share / _NEAREST, note=note)
                yield Figure("recall", of, "processor time a question", taken, unit="ms", note=note)


def _write(folder: Path, held: NDArray[np.float32]) -> None:
    writer = VectorWriter(folder)
    for first in range(0, len(held), _AT_ONCE):
        some = held[first : first + _AT_ONCE]
        writer.put({(first + n).to_bytes(16): vector for n, vector in enumerate(some)})
    writer.finish()


def _article(topics: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    return drawn(topics[int(rng.integers(len(topics)))], _OF_AN_ARTICLE, rng)


def _unit(some: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths: NDArray[np.float32] = np.linalg.norm(some, axis=1, keepdims=True)
    return some / lengths
