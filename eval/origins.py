"""Measure which articles an index holds to be reprints, against pairs of them that were judged by reading.

    python -m eval origins ARCHIVE_OR_FOLDER --index reprints-index

The articles are read, cleaned, cut and embedded as `qabot index` does it; with ``--index`` the index is kept there and
taken again next time. ``data/reprints.json`` holds the judgements, pairs of articles as hashes of their addresses. A
pair is of reprints where most of the shorter article's sentences stand in the other, in the same or other words, from
the opening on, and where it is no form that is filled in anew each day or year.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from hashlib import sha256
from itertools import combinations
from pathlib import Path

from eval.figures import add_option, share, show
from qabot.settings import load_settings
from qabot.store.index import Index
from qabot.store.ingest import update
from qabot.store.location import Location
from qabot.store.records import ArticleRecord

JUDGED = Path(__file__).parent / "data" / "reprints.json"
SAMPLED = 100
SEED = 1


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("articles", help="an archive, a file or a folder")
    parser.add_argument("--index", type=Path, help="keep the index in this folder")
    parser.add_argument("--unjudged", action="store_true", help="name the sampled pairs that nobody has judged")
    add_option(parser)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.index or Path(scratch)
        articles = held(Location(folder / "articles", folder / "store"), options.articles)
    judged = json.loads(JUDGED.read_text("utf-8"))
    reprints, others = set(judged["reprints"]), set(judged["others"])
    grouped = {key(*pair): pair for pair in pairs(articles)}
    sampled = random.Random(SEED).sample(sorted(grouped), min(SAMPLED, len(grouped)))  # noqa: S311 - no secret
    unjudged = [grouped[each] for each in sampled if each not in reprints | others]
    possible = {key(*pair) for pair in combinations(articles, 2)} if len(articles) < 5000 else reprints | others
    print(f"{len(articles)} articles, {len(grouped)} pairs of them of one origin, {len(sampled)} sampled")
    print(f"{len(unjudged)} of these not judged{': see --unjudged' if unjudged else ''}")
    found = {
        "precision, of those sampled": [each in reprints for each in sampled if each in reprints | others],
        "recall, of the pairs judged reprints": [each in grouped for each in reprints & possible],
        "left apart, of the pairs judged none": [each not in grouped for each in others & possible],
    }
    show([share("origins", measure, outcomes) for measure, outcomes in found.items()], keep=options.figures)
    if options.unjudged:
        print(*(f"{one.url or one.source}\n{other.url or other.source}\n" for one, other in unjudged), sep="\n")


def held(location: Location, articles: str) -> list[ArticleRecord]:
    """Return the articles of an index of ``articles``, which is brought up to date first."""
    settings = load_settings()
    report = update(location, [articles], settings)
    print(f"{report.added + report.updated} read anew, {report.unchanged} unchanged, {len(report.skipped)} left out")
    index = Index.open(location, settings)
    try:
        return index.articles()
    finally:
        index.close()


def pairs(articles: Iterable[ArticleRecord]) -> Iterable[tuple[ArticleRecord, ArticleRecord]]:
    """Return the pairs of articles of one origin."""
    origins = defaultdict(list)
    for each in articles:
        origins[each.origin].append(each)
    return (pair for members in origins.values() for pair in combinations(members, 2))


def key(one: ArticleRecord, other: ArticleRecord) -> str:
    """Names a pair of articles by their addresses, without telling them."""
    return sha256("\n".join(sorted(each.url or Path(each.source).name for each in (one, other))).encode()).hexdigest()[
        :16
    ]
