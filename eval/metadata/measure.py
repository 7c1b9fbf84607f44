"""How often articles state what, by which place, and whether what a text states agrees with an archive.

    python eval/metadata/measure.py pages FOLDER_OF_HTML_GZ
    python eval/metadata/measure.py lines FOLDER_OF_HTML_GZ
    python eval/metadata/measure.py texts ARTICLES.jsonl.gz

Pages: the share with each field, and of those with more than one place, the share on which places differ. Lines: the
visible lines of the same pages are read as raw text, and what they state is compared with all that the pages' fields
do; days that are one apart agree, for fields give theirs in UTC. Texts: the lines of a JSON-lines archive are read
without their fields, as raw page text; what they state is compared with the fields ``published`` and ``authors``, and
so is the date in their address. Only figures are printed.
"""

from __future__ import annotations

import gzip
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from qabot.articles.article import Article, Document, Layout, Raw
from qabot.articles.assemble import article_of
from qabot.articles.boilerplate.clean import paragraphs
from qabot.articles.dateline import date_in_path
from qabot.articles.decoding import normalise
from qabot.articles.formats.page import read_html
from qabot.articles.names import name_key, same_title
from qabot.articles.provenance import FIELDS, differing
from qabot.errors import ArticleError
from qabot.text.dates.period import day_span

_OF_PAGES = ("JSON-LD", "meta tag", "page markup")


def pages(folder: Path) -> None:
    articles = list(_articles_of_pages(folder))
    print(f"{len(articles)} pages with an article")
    for field in FIELDS:
        having = [article for article in articles if getattr(article, field)]
        several = [article for article in having if len(_places(article, field)) > 1]
        differ = sum(field in differing(article.stated) for article in several)
        first = Counter(_places(article, field)[0] for article in having)
        print(
            f"{field:10} {len(having) / len(articles):.3f}  differing {differ} of {len(several)} with several places; "
            f"counts: {', '.join(f'{place} {count}' for place, count in first.most_common(4))}"
        )


def _articles_of_pages(folder: Path) -> Iterator[Article]:
    return (article for _, article in _read_pages(folder))


def _read_pages(folder: Path) -> Iterator[tuple[Document, Article]]:
    for path in sorted(folder.glob("*.html.gz")):
        try:
            for document in read_html(Raw(path.stem, gzip.decompress(path.read_bytes()))):
                yield document, article_of(document)
        except ArticleError as error:
            print(error, file=sys.stderr)


def lines(folder: Path) -> None:
    found: Counter[str] = Counter()
    for document, article in _read_pages(folder):
        if not document.page:
            continue
        try:
            alone = article_of(Document(f"lines/{document.source}", document.page, Layout.PAGE))
        except ArticleError:
            found["without an article"] += 1
            continue
        found["pages"] += 1
        for field in ("title", "author", "published", "updated"):
            value = getattr(alone, field)
            given = [each.value for each in article.stated if each.field == field and each.where in _OF_PAGES]
            if value and given:
                found[f"{field}: {'agrees' if any(_agree(field, value, each) for each in given) else 'differs'}"] += 1
            elif value or given:
                found[f"{field}: {'only the lines state it' if value else 'only the fields state it'}"] += 1
    for name, count in sorted(found.items()):
        print(f"{name:40} {count}")


def _agree(field: str, one: str, other: str) -> bool:
    if field == "title":
        return same_title(one, other)
    if field == "author":
        return bool({*map(name_key, one.split(", "))} & {*map(name_key, other.split(", "))})
    (first, last), (from_, until) = day_span(one), day_span(other)
    return first <= until + timedelta(days=1) and from_ <= last + timedelta(days=1)


def _places(article: Article, field: str) -> list[str]:
    return list(dict.fromkeys(each.where for each in article.stated if each.field == field))


def texts(archive: Path) -> None:
    found: Counter[str] = Counter()
    seconds = 0.0
    with gzip.open(archive, "rt", encoding="utf-8") as entries:
        for entry in map(json.loads, entries):
            rows = tuple(paragraphs(normalise(entry["text"])))
            started = time.process_time()
            try:
                article = article_of(Document(f"archive/{entry['id']}", rows, Layout.PAGE))
            except ArticleError:
                found["without an article"] += 1
                continue
            finally:
                seconds += time.process_time() - started
            found["articles"] += 1
            found.update(f"{field} stated" for field in FIELDS if getattr(article, field))
            found.update(_agreements(article, entry))
    for name, count in sorted(found.items()):
        print(f"{name:40} {count}")
    print(
        f"{1000 * seconds / found['articles']:.1f} ms an article (cleaning and all of the metadata, loading included)"
    )


def _agreements(article: Article, entry: dict[str, str]) -> Iterator[str]:
    given = entry["published"]
    for name, date in (("published in text", article.published), ("published in address", date_in_path(entry["url"]))):
        if date:
            yield f"{name}: {'agrees' if given.startswith(date) else 'differs'}"
    authors = {name_key(name) for name in entry["authors"]}
    if article.author and authors:
        names = {name_key(name) for name in article.author.split(", ")}
        alike = any(mine in theirs or theirs in mine for mine in names for theirs in authors)
        yield f"author in text: {'agrees' if alike else 'differs'}"
    elif article.author:
        yield "author in text: the archive has none"


if __name__ == "__main__":
    {"pages": pages, "lines": lines, "texts": texts}[sys.argv[1]](Path(sys.argv[2]))
