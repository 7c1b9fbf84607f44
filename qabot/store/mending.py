"""What a run does about articles and passages whose checksums are wrong: mend them from what is right, or name them."""

from __future__ import annotations

import json
from collections.abc import Callable

from qabot.articles.article import Article, Stated
from qabot.articles.provenance import FIELDS
from qabot.store.catalogue import Catalogue
from qabot.store.database import DAMAGED
from qabot.store.passages import split
from qabot.store.records import Skipped
from qabot.store.writing import Ready

LOST = "the index holds it damaged, and it was not read again: name it to qabot index, or remove it with qabot articles"


def take_damaged(catalogue: Catalogue, add: Callable[[Ready], None]) -> set[str]:
    """Have what is damaged written anew; nothing of it is found until then.

    Passages are made again from their article. An article is read again from its source when that is looked at.

    Args:
        catalogue: the catalogue.
        add: writes an article.

    Returns:
        The ids of the articles that are to be read again.
    """
    lost = catalogue.damaged_articles(catalogue.article_ids())
    passages = catalogue.damaged_passages(catalogue.passage_ids())
    theirs = catalogue.records(sorted(set(catalogue.articles_of(sorted(passages)).values())))
    hurt = {*theirs, *catalogue.without_passages()} - lost  # a run that was cut short had dropped passages
    with catalogue.transaction():
        catalogue.drop_passages(sorted(lost | hurt), also=sorted(passages))
        catalogue.read_again(catalogue.containers_of(sorted(lost)))
        catalogue.group_again(catalogue.led_by_none())
    for article_id in sorted(hurt):
        article, container = _stored(catalogue, article_id)
        add(Ready(article, split(article), container, article_id, (), _nothing))
    return lost


def still_damaged(catalogue: Catalogue) -> list[Skipped]:
    """Note whether anything is damaged still, and return what is, to be told."""
    left = sorted(catalogue.damaged_articles(catalogue.article_ids()))
    catalogue.put(DAMAGED, "1" if left else "0")
    return [Skipped(record.source, LOST, read=True) for record in catalogue.records(left).values()]


def _stored(catalogue: Catalogue, article_id: str) -> tuple[Article, str]:
    """Return an article as it is stored, and what it was read from."""
    content = catalogue.contents([article_id])[article_id]
    [container] = catalogue.containers_of([article_id])
    article = Article(
        catalogue.records([article_id])[article_id].source,
        catalogue.text(article_id),
        stated=tuple(Stated(*each) for each in json.loads(content.stated)),
        removed=tuple(json.loads(content.removed)),
        **dict(zip(FIELDS, content.fields, strict=True)),
    )
    return article, container


def _nothing() -> None:
    pass
