"""How well the article of a page is found: precision, recall and F1 of its text, on pages in a folder of yours.

    python -m eval extraction FOLDER --baseline --errors 10

The folder is laid out as the public article-extraction-benchmark is: `ground-truth.json` (id to `articleBody`) and
`html/ID.html.gz`. The measure is that benchmark's own: the text's runs of four words, as a multiset; precision and
recall of each page, then their means over the pages, and F1 of the two means; 95% intervals from 1,000 samples of the
pages. The pages at even positions of the sorted ids were looked at while the rules were made; the others were not.
Times are of the processor, so that what else runs on the machine counts little.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.figures import Figure, add_option, take_in_measured

_RUN = 4  # words
_SAMPLES = 1000
_WORD = re.compile(r"\w+")
_NORMAL = 1.96  # standard deviations to each side that hold 95% of a normal distribution


@dataclass(frozen=True)
class Found:
    """What was found of one page's text.

    Attributes:
        page: its id.
        right: the share, of all runs in what was found or should have been, that are in both.
        extra: the share that should not have been found.
        missed: the share that was not found.
    """

    page: str
    right: float
    extra: float
    missed: float

    @property
    def precision(self) -> float | None:
        """``None`` where nothing was found."""
        return self.right / (self.right + self.extra) if self.right + self.extra else None

    @property
    def recall(self) -> float | None:
        """``None`` where there is nothing to be found."""
        return self.right / (self.right + self.missed) if self.right + self.missed else None

    @property
    def f1(self) -> float:
        """Of this page alone, to tell which are the worst."""
        return 2 * self.right / (2 * self.right + self.extra + self.missed) if self.right else 0.0


def compare(page: str, found: str, truth: str) -> Found:
    """Compare two texts by their runs of words, as the benchmark's ``string_shingle_matching`` does."""
    ours, theirs = _runs(found), _runs(truth)
    both = (ours & theirs).total()
    extra, missed = ours.total() - both, theirs.total() - both
    all_runs = both + extra + missed or 1
    return Found(page, both / all_runs, extra / all_runs, missed / all_runs)


def _runs(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    return Counter(run for n in range(max(1, len(words) - _RUN + 1)) if (run := tuple(words[n : n + _RUN])))


def scores(results: Iterable[Found]) -> tuple[float, float, float]:
    """Precision, recall and F1 over pages."""
    results = list(results)
    precision = statistics.mean(each.precision for each in results if each.precision is not None)
    recall = statistics.mean(each.recall for each in results if each.recall is not None)
    return precision, recall, 2 * precision * recall / (precision + recall)


def intervals(results: Sequence[Found]) -> list[float]:
    """Return half the width of each score's 95% interval, over pages drawn with replacement."""
    draw = random.Random(1)  # noqa: S311 - the same samples every time
    samples = [scores(draw.choices(results, k=len(results))) for _ in range(_SAMPLES)]
    return [_NORMAL * statistics.stdev(values) for values in zip(*samples, strict=True)]


def pages(folder: Path) -> dict[str, bytes]:
    """Return the pages of a folder by their ids, in order."""
    return {
        path.name.partition(".")[0]: gzip.decompress(path.read_bytes()) for path in sorted(folder.glob("html/*.gz"))
    }


def truths(folder: Path) -> dict[str, str]:
    """Return the articles' texts by the pages' ids."""
    given = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    return {page: fields["articleBody"] for page, fields in given.items()}


def qabot(page: str, data: bytes) -> str:
    """Return the text that an index would hold; nothing where the page is refused."""
    from qabot.articles.article import Raw
    from qabot.articles.assemble import article_of
    from qabot.articles.formats.page import read_html
    from qabot.errors import ArticleError

    try:
        return "\n\n".join(article_of(document).text for document in read_html(Raw(f"{page}.html", data)))
    except ArticleError:
        return ""


def reading(page: str, data: bytes) -> str:
    """Return the rows that the reader of pages finds, before the rest of qabot looks at what they are."""
    from qabot.articles.article import Raw
    from qabot.articles.formats.page import read_html
    from qabot.errors import ArticleError

    try:
        return "\n".join(row for document in read_html(Raw(f"{page}.html", data)) for row in document.rows)
    except ArticleError:
        return ""


def trafilatura(**settings: Any) -> Callable[[str, bytes], str]:
    """Return what finds the text as trafilatura does with these settings."""
    import trafilatura as library

    def extract(page: str, data: bytes) -> str:  # noqa: ARG001
        return library.extract(data.decode("utf-8"), include_comments=False, **settings) or ""

    return extract


def lines(page: str, data: bytes) -> str:  # noqa: ARG001
    """Return all visible lines, which is what any reading of a page has to make of it beside the article."""
    from qabot.articles.formats.page_lines import visible_lines

    return "\n".join(visible_lines(data.decode("utf-8")))


def measure(
    name: str, extract: Callable[[str, bytes], str], given: dict[str, bytes], truth: dict[str, str]
) -> list[Found]:
    """Run one way of extracting over all pages and print what came of it."""
    extract("warm", next(iter(given.values())))
    began = time.process_time()
    texts = {page: extract(page, data) for page, data in given.items()}
    seconds = time.process_time() - began
    results = [compare(page, text, truth[page]) for page, text in texts.items()]
    print(f"{name:28} {_table(results)}  {1000 * seconds / len(texts):6.1f} ms a page")
    return results


def _table(results: Sequence[Found]) -> str:
    return "  ".join(
        f"{score:.4f} ± {half:.4f}" for score, half in zip(scores(results), intervals(results), strict=True)
    )


def _figures(of: str, results: Sequence[Found]) -> list[Figure]:
    return [
        Figure("extraction", of, measure, score, (score - half, score + half), len(results))
        for measure, score, half in zip(("precision", "recall", "F1"), scores(results), intervals(results), strict=True)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path, help="where ground-truth.json and html/ lie")
    parser.add_argument("--baseline", action="store_true", help="measure trafilatura alone too, with its settings")
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="list the N worst pages")
    add_option(parser)
    options = parser.parse_args()
    if not (options.folder / "ground-truth.json").is_file():
        parser.error(f"there is no ground-truth.json in {options.folder}")
    given, truth = pages(options.folder), truths(options.folder)
    if given.keys() != truth.keys():
        sys.exit("the pages and the ground truth are not of the same articles")

    print(f"{len(given)} pages{'':18} precision        recall           F1")
    results = measure("qabot", qabot, given, truth)
    for name, half in (("even pages, tuned on", results[::2]), ("odd pages, held out", results[1::2])):
        print(f"  {name:26} {_table(half)}")
        if options.figures:
            take_in_measured(_figures(name, half))
    if options.baseline:
        measure("qabot's reader of pages", reading, given, truth)
        for name, settings in (
            ("trafilatura", {}),
            ("  fast", {"fast": True}),
            ("  recall", {"favor_recall": True}),
            ("  fast, recall", {"fast": True, "favor_recall": True}),
            ("  precision", {"favor_precision": True}),
            ("  no tables", {"include_tables": False}),
        ):
            measure(name, trafilatura(**settings), given, truth)
        measure("all visible lines", lines, given, truth)
    for each in sorted(results, key=lambda each: each.f1)[: options.errors]:
        print(f"{each.page}  precision {each.precision or 0:.3f}  recall {each.recall or 0:.3f}")
