"""Of the disagreements found between news articles, how many are real? Against those that were judged by reading.

    python eval/disagreement/shown.py FOLDER [--unjudged]

FOLDER holds the public set RealTimeQA (``questions.jsonl``, ``articles.jsonl.gz``). The articles that its own search
found for a question are compared with one another, sentence by sentence, and 50 of the disagreements are drawn.
``judged.jsonl`` holds the judgements, by a SHA-256 of both sentences with the words that differ. A disagreement is real
where both sentences tell of the same thing, and what they say of it cannot both hold of one time.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from qabot.answering.answer import Evidence
from qabot.answering.disagreement.between import between
from qabot.answering.disagreement.find import Dispute
from qabot.articles.article import Article
from qabot.articles.assemble import article_of
from qabot.articles.read import read_source
from qabot.errors import ArticleError
from qabot.evaluation.statistics import wilson
from qabot.settings import load_settings

JUDGED = Path(__file__).with_name("judged.jsonl")
SAMPLED = 50
SEED = 3
FIRST = 120
"""The questions before this one, and those after 230, were looked at while the rules were made."""
READ = 12_000
"""Characters of an article that are compared."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--questions", type=int, default=110, help="compare the articles of so many")
    parser.add_argument("--unjudged", action="store_true", help="show the sampled ones that nobody has judged")
    options = parser.parse_args()
    judged = {each["key"]: each["real"] for each in map(json.loads, JUDGED.read_text("utf-8").splitlines())}
    found = {key(dispute): dispute for dispute in disputes_of(options.folder, options.questions)}
    sampled = random.Random(SEED).sample(sorted(found), min(SAMPLED, len(found)))  # noqa: S311 - no secret
    known = [judged[each] for each in sampled if each in judged]
    print(f"{len(found)} disagreements found, {len(sampled)} drawn, {len(known)} of these judged")
    if known:
        low, high = wilson(sum(known), len(known))
        print(f"real {sum(known) / len(known):.3f} ({low:.3f} to {high:.3f})")
    for each in sampled if options.unjudged else ():
        if each not in judged:
            show(each, found[each])


def disputes_of(folder: Path, questions: int) -> Iterator[Dispute]:
    """The disagreements within each question's articles, cleaned as the product cleans them."""
    lines = (folder / "questions.jsonl").read_text("utf-8").splitlines()[FIRST : FIRST + questions]
    searched = [dict.fromkeys(json.loads(line)["searched"]) for line in lines]
    with gzip.open(folder / "articles.jsonl.gz", "rt", encoding="utf-8") as rows:
        addresses = {row["id"]: row["url"] for row in map(json.loads, rows)}
    wanted = {addresses[each] for ids in searched for each in ids if each in addresses}
    reading = read_source(str(folder / "articles.jsonl.gz"), load_settings())
    found = {}
    for document in reading.documents if reading else ():
        if document.address and document.address in wanted:
            with suppress(ArticleError):
                found[document.address] = evidence(article_of(document))
    for ids in searched:
        yield from between([found[addresses[each]] for each in ids if addresses.get(each) in found])


def evidence(article: Article) -> Evidence:
    text, name = article.text[:READ], article.article_id
    publisher, url = article.publisher, article.url or ""
    return Evidence(name, article.title, None, publisher, article.published, url, name, text, 0, len(text), 1.0)


def key(dispute: Dispute) -> str:
    """A digest of both sentences and what differs in them."""
    (one,), (other,) = dispute.groups
    parts = sorted((each.told.text, each.text) for each in (one, other))
    return sha256(json.dumps(parts).encode()).hexdigest()[:20]


def show(name: str, dispute: Dispute) -> None:
    print(f"\n{name} {dispute.kind}")
    for (claim,) in dispute.groups:
        print(f"  {claim.evidence.published} [{claim.text}] {' '.join(claim.told.text.split())}")


if __name__ == "__main__":
    main()
