"""Bytes to their one article, without a file."""

from __future__ import annotations

from qabot.articles.article import Article, Raw
from qabot.articles.formats import format_of_name
from qabot.articles.read import articles_of, parse


def parse_article(data: bytes, source: str, suffix: str) -> Article:
    """The article in the bytes of a file with that suffix."""
    (article,) = articles_of(parse(Raw(source, data), format_of_name(suffix)))
    return article
