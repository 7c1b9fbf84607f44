"""From a source (a file, a URL, standard input) to the documents that stand in it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from qabot.articles.article import Article
from qabot.articles.assemble import article_of
from qabot.articles.document import Document, Raw, Reading
from qabot.articles.find import is_url
from qabot.articles.formats import SUFFIXES, Format, format_of_suffix
from qabot.errors import ArticleError
from qabot.settings import Settings

if TYPE_CHECKING:
    from qabot.articles.document import Validators
    from qabot.articles.fetch import Web


def read_source(
    source: str,
    settings: Settings,
    *,
    web: Web | None = None,
    known: Validators | None = None,
) -> Reading | None:
    """Read a source.

    Args:
        source: the path of a file, a URL, or ``-`` for standard input.
        settings: bound the size, and the addresses that may be read.
        web: the visit to the web that a URL is read in; one of its own where none is given.
        known: what the server said of the document when it was read before.

    Returns:
        What it holds; None where the server says that it is as it was.

    Raises:
        ArticleError: it cannot be read.
    """
    if is_url(source):
        from qabot.articles.fetch import Web
        from qabot.articles.read_url import read_url

        return read_url(source, web or Web(settings), known)
    return Reading(source, parse(Raw(source, _read_file(source, settings)), format_of_suffix(Path(source).suffix)))


def parse(raw: Raw, kind: Format | None) -> Iterable[Document | ArticleError]:
    """The documents in the bytes of a file or page of that format.

    Raises:
        ArticleError: it cannot be read at all.
    """
    if kind is None:
        raise ArticleError(raw.source, _unknown(raw.source))
    if not raw.data.strip():
        raise ArticleError(raw.source, "it is empty: remove it, or put an article into it")
    return kind.read(raw)


def read_articles(source: str, settings: Settings) -> list[Article]:
    """The articles of a source by itself: nothing is known of other pages of its site.

    Raises:
        ArticleError: it cannot be read, or one of them cannot.
    """
    reading = read_source(source, settings)
    return articles_of(reading.documents if reading else ())


def articles_of(documents: Iterable[Document | ArticleError]) -> list[Article]:
    """The articles of documents.

    Raises:
        ArticleError: one of them cannot be read.
    """
    articles = []
    for document in documents:
        if isinstance(document, ArticleError):
            raise document
        articles.append(article_of(document))
    return articles


def _read_file(source: str, settings: Settings) -> bytes:
    path = Path(source)
    try:
        if path.is_dir():
            os.listdir(path)
            raise ArticleError(source, "this is a folder: name its files, or the folder to `qabot index`")
        if not path.exists():
            raise ArticleError(source, "there is no such file: check the path")
        if not path.is_file():
            raise ArticleError(source, "this is no ordinary file: name a file")
        if format_of_suffix(path.suffix) is None:
            raise ArticleError(source, _unknown(source))
        size = path.stat().st_size / 1_000_000
        if size > settings.max_article_mb:
            raise ArticleError(
                source,
                f"{size:.1f} MB is more than the limit of {settings.max_article_mb:g} MB for one article: "
                "split it, or set QABOT_MAX_ARTICLE_MB",
            )
        return path.read_bytes()
    except PermissionError as error:
        raise ArticleError(source, "there is no permission to read it: change its permissions") from error
    except (OSError, ValueError) as error:  # ValueError: a path with a null character
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ArticleError(source, f"it cannot be read ({reason}): check the file") from error


def _unknown(source: str) -> str:
    suffix = Path(source).suffix.lower()
    return f"files of the kind {suffix or 'without a suffix'} are not read: save it as one of {', '.join(SUFFIXES)}"
