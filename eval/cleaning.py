"""Which lines cleaning leaves out: of raw text, and of whole pages."""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from eval import extraction
from eval.figures import Figure, add_option, share, show
from eval.sets import json_lines
from qabot.articles.article import Document
from qabot.articles.assemble import article_of
from qabot.articles.boilerplate.clean import clean, line_keys, repeated_rows
from qabot.articles.boilerplate.notices import without_caption_marks
from qabot.articles.decoding import normalise
from qabot.articles.formats.page_lines import visible_lines
from qabot.articles.read import read_source
from qabot.errors import ArticleError
from qabot.settings import load_settings

LABELS = Path(__file__).parent / "data" / "cleaning.json"
_RUN = 4  # words
_WORD = re.compile(r"\w+")


# -- raw text ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Verdict:
    """What became of one line that is not neutral.

    Attributes:
        site: of its article.
        held_out: whether the article is.
        place: the article's source and the line's number.
        text: the line.
        should_go: whether it is labelled as none of the article's words.
        went: whether cleaning left it out.
    """

    site: str
    held_out: bool
    place: str
    text: str
    should_go: bool
    went: bool


def lines() -> None:
    """Measure which lines of raw text cleaning leaves out, against 100 articles whose lines were labelled by reading.

    FOLDER holds the public set RealTimeQA as ``articles.jsonl.gz`` (a JSON object a line: id, url, text ...). All of
    its articles are read, so that what their sites repeat is known, and the labelled ones are cleaned as the product
    does it.

    ``data/cleaning.json`` holds hashes only: of an article's id and text (some texts stand in the set more than once)
    the first 16 hexadecimal digits of the SHA-256, of its lines 12. "removed" are those that are not the article's own
    words, "neutral" those that may stay or go (captions, datelines, notes of corrections); all others are the
    article's. Of the articles in the order of their ids, every other one belongs to development: its errors may be
    looked at. The rest is held out.
    """
    parser = argparse.ArgumentParser(description=lines.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where articles.jsonl.gz is")
    parser.add_argument("--errors", action="store_true", help="show the wrong lines of the articles for development")
    add_option(parser)
    options = parser.parse_args()
    found = list(verdicts(options.folder))
    for name, held_out in (("development", False), ("held out", True)):
        half = [each for each in found if each.held_out is held_out]
        show(_line_shares(name, half), keep=options.figures)
        for site in sorted({each.site for each in half}):
            show(_line_shares(f"  {site}", [each for each in half if each.site == site]), keep=False)
    if options.errors:
        for each in found:
            if not each.held_out and each.went is not each.should_go:
                print(f"{'lost' if each.went else 'left'}  {each.place}\n      {each.text[:200]}")


def _line_shares(of: str, found: Iterable[Verdict]) -> list[Figure]:
    found = list(found)
    return [
        share("cleaning", "precision of the lines left out", [each.should_go for each in found if each.went], of),
        share("cleaning", "recall of the lines to leave out", [each.went for each in found if each.should_go], of),
    ]


class SightingsInMemory:
    """Sightings of one run."""

    def __init__(self) -> None:
        self._seen: defaultdict[tuple[str, int], dict[str, None]] = defaultdict(dict)
        self._held: dict[tuple[str, str], Collection[int]] = {}

    def put(self, site: str, document: str, keys: Collection[int]) -> None:
        """See `Sightings`."""
        for key in self._held.get((site, document), ()):
            del self._seen[site, key][document]
        self._held[site, document] = tuple(keys)
        for key in keys:
            self._seen[site, key][document] = None

    def of(self, site: str, keys: Collection[int]) -> Mapping[int, Sequence[str]]:
        """See `Sightings`."""
        return {key: tuple(self._seen.get((site, key), ())) for key in keys}


def verdicts(folder: Path) -> Iterator[Verdict]:
    """Yield what became of every line of the labelled articles."""
    archive = folder / "articles.jsonl.gz"
    labels = json.loads(LABELS.read_text("utf-8"))
    sightings = SightingsInMemory()
    labelled: dict[str, tuple[str, str, Document]] = {}
    reading = read_source(str(archive), load_settings())
    for document, fields in zip(reading.documents if reading else (), json_lines(archive), strict=True):
        if isinstance(document, ArticleError):
            continue
        sightings.put(document.site, document.source, line_keys(document))
        key = _digest(f"{fields['id']}\n{fields['text']}", 16)
        if key in labels:
            labelled[fields["id"]] = (key, fields["text"], document)
    for number, (_, (key, text, document)) in enumerate(sorted(labelled.items())):
        label = labels[key]
        kept = set(_stored(document, sightings))
        for place, row in enumerate(text.split("\n")):
            row = row.strip()
            if row and _digest(row) not in label["neutral"]:
                shown = normalise(row).strip()
                went = shown not in kept and without_caption_marks(shown) not in kept
                should_go = _digest(row) in label["removed"]
                yield Verdict(document.site, number % 2 == 1, f"{document.source}:{place}", row, should_go, went)


def _stored(document: Document, sightings: SightingsInMemory) -> list[str]:
    """Return the paragraphs that are stored of a document; none where there is no article in it."""
    try:
        return article_of(document, repeated_rows(document, sightings)).text.split("\n\n")
    except ArticleError:
        return []


def _digest(text: str, size: int = 12) -> str:
    """Return the first hexadecimal digits of a text's SHA-256."""
    return sha256(text.encode()).hexdigest()[:size]


# -- whole pages -------------------------------------------------------------------------------------------------------


@dataclass
class Spent:
    """Seconds spent on cleaning, and on how many characters."""

    seconds: float = 0
    characters: int = 0


def pages() -> None:
    """Measure which visible lines of whole pages cleaning leaves out, menus, teasers and comments among them.

    FOLDER is laid out as the public article-extraction-benchmark is: ``ground-truth.json`` (id to ``articleBody``) and
    ``html/ID.html.gz``. Each page is read as text that somebody copied from it: all of its visible lines, without
    markup. A line is the article's where seven tenths of its runs of four words stand in the ground truth, and none of
    its words where three tenths or fewer do; a line in between, or of fewer than four words that stand there, is not
    counted. The pages at even positions of the sorted ids were looked at while the rules were made, and three of the
    others.
    """
    parser = argparse.ArgumentParser(description=pages.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="with ground-truth.json and html/")
    add_option(parser)
    options = parser.parse_args()
    spent = Spent()
    texts, html = extraction.truths(options.folder), extraction.pages(options.folder)
    for name, ids in (("pages looked at", sorted(texts)[::2]), ("pages not looked at", sorted(texts)[1::2])):
        judged = [row for page in ids for row in _judged_lines(html[page], texts[page], spent)]
        show(_page_shares(name, judged), keep=options.figures)
    print(f"{1e6 * spent.seconds / spent.characters:.2f} ms of the processor a thousand characters")


def _page_shares(of: str, judged: list[tuple[bool, bool, int]]) -> Iterator[Figure]:
    for unit, weigh in (("lines", False), ("words", True)):
        weights = [(is_article, went, size if weigh else 1) for is_article, went, size in judged]
        right = sum(size for is_article, went, size in weights if went and not is_article)
        lost = sum(size for is_article, went, size in weights if went and is_article)
        left = sum(size for is_article, went, size in weights if not went and not is_article)
        for measure, missed in ((f"precision of the {unit} left out", lost), (f"recall of the {unit}", left)):
            yield Figure("cleaning", of, measure, right / max(1, right + missed), count=right + missed, hits=right)


def _judged_lines(page: bytes, body: str, spent: Spent) -> Iterator[tuple[bool, bool, int]]:
    """Yield, for every line that counts, whether it is the article's, whether it was left out, and its words."""
    rows = visible_lines(normalise(page.decode()))
    begun = time.process_time()
    kept = set(clean(rows).paragraphs)
    spent.seconds += time.process_time() - begun
    spent.characters += sum(map(len, rows))
    article = _words(body)
    known, text = set(_runs(article)), f" {' '.join(article)} "
    for row in rows:
        found = _words(row)
        inside = sum(run in known for run in _runs(found)) / max(1, len(_runs(found)))
        if not found or (len(found) < _RUN and f" {' '.join(found)} " in text) or 0.3 < inside < 0.7:
            continue
        yield inside >= 0.7, row not in kept and without_caption_marks(row) not in kept, len(found)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _runs(found: list[str]) -> list[tuple[str, ...]]:
    return [tuple(found[i : i + _RUN]) for i in range(len(found) - _RUN + 1)]
