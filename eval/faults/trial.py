"""What the trials share: a made index, an embedding model that needs no loading, and children that may be killed."""

from __future__ import annotations

import argparse
import importlib
import multiprocessing
import os
import random
import resource
import shutil
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from eval.faults.hashing import HashedWords
from eval.figures import add_option
from qabot.errors import QabotError
from qabot.settings import Settings
from qabot.store import ingest
from qabot.store.index import Index
from qabot.store.location import Location

QUESTIONS = ("Which bridge reopened?", "What did the works in Port Lenn cost?", "Who called it a relief?")
_TOWNS = "Lenn Arvik Sado Hillbrook Torvin Masel Quen Orda Belmar Uster".split()
_MAXRSS = 2**20 if sys.platform == "darwin" else 2**10

Found = list[list[tuple[str, str | None]]]
"""For every search, what it found: the passages' texts, each with its article's day."""


def article(number: int, state: int = 0) -> str:
    """Return a made article, in one of its states."""
    town = _TOWNS[number % len(_TOWNS)]
    return (
        f"---\ntitle: Bridge {number} of Port {town}\npublished: 2023-05-{number % 28 + 1:02}\npublisher: Post\n---\n"
        f"The bridge {number} of Port {town} reopened after {state + 2} months of repairs.\n\n"
        f"The works cost {number * 7 + state} million crowns. The mayor called it a relief for {number} commuters.\n"
    )


def write(location: Location, numbers: Sequence[int], state: int = 0) -> None:
    """Write articles into the index's folder."""
    location.articles.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        (location.articles / f"{number}.md").write_text(article(number, state), "utf-8")


def at(folder: Path) -> Location:
    """Return the index in a folder."""
    return Location(folder / "articles", folder / "store")


def copy(folder: Path, to: Path) -> None:
    """Copy an index to the place of another; one that is to be updated back to where it was made."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(folder, to)


def update(location: Location, *, prune: bool = False) -> None:
    """Bring an index up to date."""
    ingest.update(location, [], Settings(), prune=prune, encoder=HashedWords())


def remove(location: Location, numbers: Sequence[int]) -> None:
    """Remove articles from an index."""
    with closing(opened(location)) as index:
        names = {str(location.articles / f"{number}.md") for number in numbers}
        ids = [each.article_id for each in index.articles() if each.source in names]
    ingest.remove(location, ids, Settings(), encoder=HashedWords())


def opened(location: Location) -> Index:
    """Open an index."""
    return Index.open(location, Settings(), encoder=HashedWords())


def texts(location: Location) -> dict[str, str]:
    """Return the text of every article, by its file's name; each passage is checked to be a slice of it."""
    with closing(opened(location)) as index:
        held = {each.article_id: index.text(each.article_id) for each in index.articles()}
        hits = index.search_vectors(HashedWords().encode(QUESTIONS[:1])[0], 10_000)
        for passage in index.passages([hit.passage_id for hit in hits]):
            assert held[passage.article.article_id][passage.start : passage.end] == passage.text, "it is no slice"
        assert {each.article.article_id for each in index.passages([hit.passage_id for hit in hits])} == set(held)
        return {Path(each.source).stem: held[each.article_id] for each in index.articles()}


def answers(location: Location) -> Found:
    """Return what both searches find for the questions."""
    with closing(opened(location)) as index:
        vectors = HashedWords().encode(QUESTIONS)
        hits = [index.search_vectors(vector, 9) for vector in vectors]
        hits += [index.search_words(question, 9) for question in QUESTIONS]
        found = [index.passages([hit.passage_id for hit in some]) for some in hits]
        return [[(each.text, each.article.published) for each in some] for some in found]


def check(location: Location) -> None:
    """Look at an index as `qabot doctor` does."""
    with closing(opened(location)) as index:
        index.check()


# -- children ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """What became of a child.

    Attributes:
        kind: done, told (an error in one line), fault (any other), dead (it crashed), or late.
        value: what it returned, or the error's text.
        seconds: of a processor.
        grown: bytes of memory that it took beside those of its parent.
    """

    kind: str
    value: Any
    seconds: float = 0.0
    grown: int = 0

    @property
    def ok(self) -> bool:
        """True if it worked, or said in one line why not."""
        return self.kind in ("done", "told")


def in_child(work: Callable[..., Any], *arguments: Any, patience: float = 600) -> Outcome:
    """Have a forked child work."""
    here, there = multiprocessing.Pipe(duplex=False)
    child = started(_work, there, work, arguments)
    there.close()
    outcome = Outcome("late", f"it took more than {patience:g} s")
    if here.poll(patience):
        try:
            outcome = here.recv()
        except EOFError:
            child.join()
            outcome = Outcome("dead", f"exit code {child.exitcode}")
    child.kill()
    child.join()
    return outcome


def started(work: Callable[..., None], *arguments: Any) -> multiprocessing.process.BaseProcess:
    """Start a forked child, which finds the slow libraries imported."""
    for name in ("chromadb", "tantivy", "qabot.store.vectors", "qabot.store.bm25", "qabot.store.duplicates"):
        importlib.import_module(name)
    child = multiprocessing.get_context("fork").Process(target=work, args=arguments)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forking while there are threads: none of these works
        child.start()
    return child


def _work(there: Connection, work: Callable[..., Any], arguments: Sequence[Any]) -> None:
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    kind, value = "done", None
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 2)
    try:
        value = work(*arguments)
    except QabotError as error:
        kind, value = ("told" if "\n" not in str(error) and "defect" not in str(error) else "fault"), str(error)
    except BaseException:  # noqa: BLE001 - whatever it is, it is the fault that is looked for
        kind, value = "fault", traceback.format_exc()
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * _MAXRSS
    there.send(Outcome(kind, value, time.process_time() - began, grown))
    there.close()


def parser(about: str | None, count: int) -> argparse.ArgumentParser:
    """Return a parser with the options that all trials have."""
    made = argparse.ArgumentParser(description=(about or "").split("\n")[0])
    made.add_argument("--count", type=int, default=count, help=f"how many trials (default: {count})")
    made.add_argument("--seed", type=int, default=1, help="of what is chosen at random (default: 1)")
    add_option(made)
    return made


def chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - no secret
