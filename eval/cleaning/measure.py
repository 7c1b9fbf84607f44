"""Measure which lines of raw text cleaning leaves out, against 100 articles whose lines were labelled by reading.

    python eval/cleaning/measure.py FOLDER

FOLDER holds the public set RealTimeQA as ``articles.jsonl.gz`` (a JSON object a line: id, url, text ...). All of its
articles are read, so that what their sites repeat is known, and the labelled ones are cleaned as the product does it.

``labels.json`` holds hashes only: of an article's id and text (some texts stand in the set more than once) the first 16
hexadecimal digits of the SHA-256, of its lines 12.
"removed" are those that are not the article's own words, "neutral" those that may stay or go (captions, datelines,
notes of corrections); all others are the article's. Of the articles in the order of their ids, every other one belongs
to development: its errors may be looked at. The rest is held out.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from qabot.articles.article import Document
from qabot.articles.assemble import article_of
from qabot.articles.boilerplate.clean import SightingsInMemory, line_keys, repeated_rows
from qabot.articles.boilerplate.notices import without_caption_marks
from qabot.articles.decoding import normalise
from qabot.articles.read import read_source
from qabot.errors import ArticleError
from qabot.evaluation.statistics import wilson
from qabot.settings import load_settings

LABELS = Path(__file__).with_name("labels.json")


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


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path, help="where articles.jsonl.gz is")
    parser.add_argument("--errors", action="store_true", help="show the wrong lines of the articles for development")
    options = parser.parse_args()
    found = list(verdicts(options.folder))
    for name, held_out in (("development", False), ("held out", True)):
        half = [each for each in found if each.held_out is held_out]
        print(f"{name}: {score(half)}")
        for site in sorted({each.site for each in half}):
            print(f"  {site}: {score(each for each in half if each.site == site)}")
    if options.errors:
        for each in found:
            if not each.held_out and each.went is not each.should_go:
                print(f"{'lost' if each.went else 'left'}  {each.place}\n      {each.text[:200]}")


def score(found: Iterable[Verdict]) -> str:
    """Precision and recall of line removal, each with Wilson's 95% interval."""
    lines = list(found)
    went = [each.should_go for each in lines if each.went]
    should = [each.went for each in lines if each.should_go]
    return f"precision {_share(went)}, recall {_share(should)}, {len(lines) - len(should)} lines to keep"


def _share(hits: list[bool]) -> str:
    if not hits:
        return "not measured"
    low, high = wilson(sum(hits), len(hits))
    return f"{sum(hits) / len(hits):.3f} ({low:.3f} to {high:.3f}) of {len(hits)}"


def verdicts(folder: Path) -> Iterator[Verdict]:
    """What became of every line of the labelled articles."""
    archive = folder / "articles.jsonl.gz"
    labels = json.loads(LABELS.read_text("utf-8"))
    sightings = SightingsInMemory()
    labelled: dict[str, tuple[str, str, Document]] = {}
    with gzip.open(archive, "rt", encoding="utf-8") as lines:
        reading = read_source(str(archive), load_settings())
        for document, line in zip(reading.documents if reading else (), lines, strict=True):
            if isinstance(document, ArticleError):
                continue
            sightings.put(document.site, document.source, line_keys(document))
            fields = json.loads(line)
            key = digest(f"{fields['id']}\n{fields['text']}", 16)
            if key in labels:
                labelled[fields["id"]] = (key, fields["text"], document)
    for number, (_, (key, text, document)) in enumerate(sorted(labelled.items())):
        label = labels[key]
        kept = set(paragraphs(document, sightings))
        for place, row in enumerate(text.split("\n")):
            row = row.strip()
            if row and digest(row) not in label["neutral"]:
                shown = normalise(row).strip()
                went = shown not in kept and without_caption_marks(shown) not in kept
                should_go = digest(row) in label["removed"]
                yield Verdict(document.site, number % 2 == 1, f"{document.source}:{place}", row, should_go, went)


def paragraphs(document: Document, sightings: SightingsInMemory) -> list[str]:
    """What is stored of a document; nothing where there is no article in it."""
    try:
        return article_of(document, repeated_rows(document, sightings)).text.split("\n\n")
    except ArticleError:
        return []


def digest(text: str, size: int = 12) -> str:
    """The first hexadecimal digits of a text's SHA-256."""
    return sha256(text.encode()).hexdigest()[:size]


if __name__ == "__main__":
    main()
