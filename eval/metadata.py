"""How often articles state what, by which place, and whether what a text states agrees with an archive.

    python -m eval metadata pages FOLDER_OF_HTML_GZ
    python -m eval metadata lines FOLDER_OF_HTML_GZ
    python -m eval metadata texts ARTICLES.jsonl.gz

Pages: the share with each field, and of those with more than one place, the share on which places differ. Lines: the
visible lines of the same pages are read as raw text, and what they state is compared with all that the pages' fields
do; days that are one apart agree, for fields give theirs in UTC. Texts: the lines of a JSON-lines archive are read
without their fields, as raw page text; what they state is compared with the fields ``published`` and ``authors``, and
so is the date in their address. Only figures are printed.
"""

from __future__ import annotations

import argparse
import gzip
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from eval.figures import Figure, add_option, share, show
from eval.sets import json_lines
from qabot.articles.article import Article, Document, Layout, Raw
from qabot.articles.assemble import article_of
from qabot.articles.dateline import date_in_path
from qabot.articles.decoding import normalise
from qabot.articles.formats.page import read_html
from qabot.articles.names import name_key, same_title
from qabot.articles.paragraphs import paragraphs
from qabot.articles.provenance import FIELDS, differing
from qabot.errors import ArticleError
from qabot.text.dates.period import day_span

_OF_PAGES = ("JSON-LD", "meta tag", "page markup")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("pages", "lines", "texts"))
    parser.add_argument("source", type=Path, help="a folder of *.html.gz; for texts an archive, .jsonl.gz")
    add_option(parser)
    options = parser.parse_args()
    measure = {"pages": pages, "lines": lines, "texts": texts}[options.what]
    show(measure(options.source), keep=options.figures)


def pages(folder: Path) -> Iterator[Figure]:
    """Yield how many pages state each field, and on how many of them the places that state it differ."""
    articles = [article for _, article in _read_pages(folder)]
    for field in FIELDS:
        having = [article for article in articles if getattr(article, field)]
        several = [article for article in having if len(_places(article, field)) > 1]
        first = Counter(_places(article, field)[0] for article in having)
        print(f"{field} counts by place: {', '.join(f'{place} {count}' for place, count in first.most_common(4))}")
        yield share("metadata", f"{field} stated", [bool(getattr(each, field)) for each in articles], "pages")
        yield share(
            "metadata", f"{field} differs between places", [field in differing(a.stated) for a in several], "pages"
        )


def _read_pages(folder: Path) -> Iterator[tuple[Document, Article]]:
    for path in sorted(folder.glob("*.html.gz")):
        try:
            for document in read_html(Raw(path.stem, gzip.decompress(path.read_bytes()))):
                yield document, article_of(document)
        except ArticleError as error:
            print(error, file=sys.stderr)


def lines(folder: Path) -> Iterator[Figure]:
    """Yield how often the lines of a page state a field of it as its markup does."""
    agree: defaultdict[str, list[bool]] = defaultdict(list)
    for document, article in _read_pages(folder):
        if not document.page:
            continue
        try:
            alone = article_of(Document(f"lines/{document.source}", document.page, Layout.PAGE))
        except ArticleError:
            agree["an article in the lines"].append(False)
            continue
        agree["an article in the lines"].append(True)
        for field in ("title", "author", "published", "updated"):
            value = getattr(alone, field)
            given = [each.value for each in article.stated if each.field == field and each.where in _OF_PAGES]
            if given:
                agree[f"{field} in the lines, where the markup has it"].append(bool(value))
            if value and given:
                agree[f"{field} agrees, where both have it"].append(any(_agree(field, value, each) for each in given))
    return (share("metadata", measure, outcomes, "lines") for measure, outcomes in sorted(agree.items()))


def _agree(field: str, one: str, other: str) -> bool:
    if field == "title":
        return same_title(one, other)
    if field == "author":
        return bool({*map(name_key, one.split(", "))} & {*map(name_key, other.split(", "))})
    (first, last), (from_, until) = day_span(one), day_span(other)
    return first <= until + timedelta(days=1) and from_ <= last + timedelta(days=1)


def _places(article: Article, field: str) -> list[str]:
    return list(dict.fromkeys(each.where for each in article.stated if each.field == field))


def texts(archive: Path) -> Iterator[Figure]:
    """Yield how often a text states a field, and agrees with its archive."""
    found: defaultdict[str, list[bool]] = defaultdict(list)
    seconds = 0.0
    for entry in json_lines(archive):
        rows = tuple(paragraphs(normalise(entry["text"])))
        started = time.process_time()
        try:
            article = article_of(Document(f"archive/{entry['id']}", rows, Layout.PAGE))
        except ArticleError:
            found["an article in the text"].append(False)
            continue
        finally:
            seconds += time.process_time() - started
        found["an article in the text"].append(True)
        for field in FIELDS:
            found[f"{field} stated"].append(bool(getattr(article, field)))
        for measure, agrees in _agreements(article, entry):
            found[measure].append(agrees)
    count = sum(found["an article in the text"])
    print(f"{1000 * seconds / count:.1f} ms an article (cleaning and all of the metadata, loading included)")
    return (share("metadata", measure, outcomes, "texts") for measure, outcomes in sorted(found.items()))


def _agreements(article: Article, entry: dict[str, str]) -> Iterator[tuple[str, bool]]:
    given = entry["published"]
    for place, date in (("text", article.published), ("address", date_in_path(entry["url"]))):
        if date:
            yield f"published agrees, in the {place}", given.startswith(date)
    authors = {name_key(name) for name in entry["authors"]}
    if article.author and authors:
        names = {name_key(name) for name in article.author.split(", ")}
        yield "author agrees, in the text", any(m in a or a in m for m in names for a in authors)
