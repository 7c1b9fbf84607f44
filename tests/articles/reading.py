"""Bytes to their one article, without a file; and the articles of a source by itself."""

from __future__ import annotations

from collections.abc import Iterable

from qabot.articles.article import Article, Document, Raw
from qabot.articles.assemble import article_of
from qabot.articles.formats import format_of_name
from qabot.articles.read import parse, read_source
from qabot.errors import ArticleError
from qabot.settings import Settings


def parse_article(data: bytes, source: str, suffix: str) -> Article:
    """The article in the bytes of a file with that suffix."""
    (article,) = articles_of(parse(Raw(source, data), format_of_name(suffix)))
    return article


def read_articles(source: str, settings: Settings) -> list[Article]:
    """The articles of a source: nothing is known of other pages of its site."""
    reading = read_source(source, settings)
    return articles_of(reading.documents if reading else ())


def articles_of(documents: Iterable[Document | ArticleError]) -> list[Article]:
    """The articles of documents; an error among them is raised."""
    articles = []
    for document in documents:
        if isinstance(document, ArticleError):
            raise document
        articles.append(article_of(document))
    return articles
