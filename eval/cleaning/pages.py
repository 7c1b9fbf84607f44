"""Measure which visible lines of whole pages cleaning leaves out, menus, teasers and comments among them.

    python eval/cleaning/pages.py FOLDER

FOLDER is laid out as the public article-extraction-benchmark is: ``ground-truth.json`` (id to ``articleBody``) and
``html/ID.html.gz``. Each page is read as text that somebody copied from it: all of its visible lines, without markup.
A line is the article's where seven tenths of its runs of four words stand in the ground truth, and none of its words
where three tenths or fewer do; a line in between, or of fewer than four words that stand there, is not counted. The
pages at even positions of the sorted ids were looked at while the rules were made, and three of the others.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qabot.articles.boilerplate.clean import clean
from qabot.articles.boilerplate.notices import without_caption_marks
from qabot.articles.decoding import normalise
from qabot.articles.formats.page_lines import visible_lines

_RUN = 4  # words
_WORD = re.compile(r"\w+")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path, help="with ground-truth.json and html/")
    folder = parser.parse_args().folder
    spent = Spent()
    truth = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    for name, ids in (("looked at", sorted(truth)[::2]), ("not looked at", sorted(truth)[1::2])):
        judged = [line for page in ids for line in lines_of(folder, page, truth[page]["articleBody"], spent)]
        for unit, weigh in (("lines", False), ("words", True)):
            weights = [(is_article, went, size if weigh else 1) for is_article, went, size in judged]
            right = sum(size for is_article, went, size in weights if went and not is_article)
            lost = sum(size for is_article, went, size in weights if went and is_article)
            left = sum(size for is_article, went, size in weights if not went and not is_article)
            print(f"{name}: {len(ids)} pages, {unit}: precision {share(right, lost)}, recall {share(right, left)}")
    print(f"{1e6 * spent.seconds / spent.characters:.2f} ms of the processor a thousand characters")


@dataclass
class Spent:
    """On cleaning, and on how much."""

    seconds: float = 0
    characters: int = 0


def lines_of(folder: Path, page: str, body: str, spent: Spent) -> Iterator[tuple[bool, bool, int]]:
    """Of every line that counts whether it is the article's, whether it was left out, and its words."""
    rows = visible_lines(normalise(gzip.decompress((folder / "html" / f"{page}.html.gz").read_bytes()).decode()))
    begun = time.process_time()
    kept = set(clean(rows).paragraphs)
    spent.seconds += time.process_time() - begun
    spent.characters += sum(map(len, rows))
    article = words(body)
    known, text = set(runs(article)), f" {' '.join(article)} "
    for row in rows:
        found = words(row)
        inside = sum(run in known for run in runs(found)) / max(1, len(runs(found)))
        if not found or (len(found) < _RUN and f" {' '.join(found)} " in text) or 0.3 < inside < 0.7:
            continue
        yield inside >= 0.7, row not in kept and without_caption_marks(row) not in kept, len(found)


def words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def runs(found: list[str]) -> list[tuple[str, ...]]:
    return [tuple(found[i : i + _RUN]) for i in range(len(found) - _RUN + 1)]


def share(hits: int, misses: int) -> str:
    return f"{hits / max(1, hits + misses):.3f} of {hits + misses}"


if __name__ == "__main__":
    main()
