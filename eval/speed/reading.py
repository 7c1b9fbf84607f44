"""How much indexing costs with reading as it is, against documents that are taken as they are written.

    python eval/speed/reading.py FOLDER_OR_ARCHIVE [--articles 150] [--rounds 3]

Both index the same articles with the real embedding model, into an index made anew every time, in one process and in
turns: as it is (lines that a site repeats are noted, each document is cleaned, and its words are read for what they
say of it); and as written (every row of a document is its article's, and only what stands in fields made for it is
known). Prints the medians of their processor time, which others on the machine hardly change, and the ratio. Less text
is embedded where more is left out, so a third way, as written but with the texts of the first, tells what the reading
itself costs.
"""

from __future__ import annotations

import argparse
import gzip
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).parents[2]))
from qabot.articles.article import Article, Document
from qabot.articles.assemble import article_of
from qabot.articles.find import find_sources
from qabot.articles.provenance import settled
from qabot.models.encoder import load_encoder
from qabot.settings import Settings
from qabot.store.ingest import update
from qabot.store.location import Location
from qabot.store.records import UpdateReport
from qabot.store.sources import SiteSightings
from qabot.store.writing import Window

T = TypeVar("T")
Make = Callable[[Document, Collection[str]], Article]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, metavar="FOLDER_OR_ARCHIVE", help="articles, or JSON lines of them")
    parser.add_argument("--articles", type=int, default=150, help="how many are taken, at even distances")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    encoder = load_encoder(Settings().encoder)
    encoder.encode(["The model is loaded before anything is measured."])
    cleaned: dict[str, Article] = {}

    def remember(document: Document, repeated: Collection[str] = ()) -> Article:
        cleaned[document.source] = article = article_of(document, repeated)
        return article

    def recall(document: Document, repeated: Collection[str] = ()) -> Article:  # noqa: ARG001
        return cleaned[document.source] if document.source in cleaned else article_of(document)

    ways: dict[str, Make | None] = {"as it is": None, "as written": as_written, "same texts": recall}
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    with tempfile.TemporaryDirectory() as folder:
        sources = sample(options.source, options.articles, Path(folder))
        measure(sources, Path(folder), encoder, remember, noted=True)  # all is imported, and all files are at hand
        for _ in range(options.rounds):
            for way, make in ways.items():
                taken, report = measure(sources, Path(folder), encoder, make, noted=make is None)
                seconds[way].append(taken)
                print(f"{way:<12} {taken:7.2f} s  {report.articles} articles, {report.passages} passages", flush=True)
    medians = {way: statistics.median(times) for way, times in seconds.items()}
    for way, median in medians.items():
        print(f"{way}: median {median:.2f} s, as it is costs {medians['as it is'] / median:.3f} of it")


def sample(source: Path, count: int, folder: Path) -> list[str]:
    """So many articles: paths of files, or of an archive made of some lines."""
    if source.is_dir():
        return every(find_sources([str(source)]), count)
    with (gzip.open if source.suffix == ".gz" else open)(source, "rb") as stream:
        lines = every(stream.readlines(), count)
    archive = folder / "archive.jsonl"
    archive.write_bytes(b"".join(lines))
    return [str(archive)]


def every(items: Sequence[T], count: int) -> list[T]:
    return list(items[:: max(1, len(items) // count)][:count])


def measure(
    sources: Sequence[str], folder: Path, encoder: object, make: Make | None, *, noted: bool
) -> tuple[float, UpdateReport]:
    """Seconds of processor time of a run that indexes all, articles made by ``make``; lines are ``noted`` or not."""
    location = Location(folder / "none", folder / "store")
    with ExitStack() as stack:
        if make:
            stack.enter_context(patch("qabot.store.writing.article_of", make))
        if not noted:
            stack.enter_context(patch.object(Window, "_sight", lambda window, _: SiteSightings(window._catalogue)))
        start = time.process_time()
        report = update(location, sources, Settings(), encoder=encoder)
        taken = time.process_time() - start
    shutil.rmtree(location.store)
    return taken, report


def as_written(document: Document, repeated: Collection[str] = ()) -> Article:  # noqa: ARG001
    """A document with all of its rows, and what is said in fields made for it."""
    return Article(document.source, "\n\n".join(document.rows), stated=document.stated, **settled(document.stated))


if __name__ == "__main__":
    main()
