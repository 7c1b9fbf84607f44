"""From a source (a file, a URL, standard input) to the documents that stand in it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from qabot.articles.article import Article
from qabot.articles.assemble import article_of
from qabot.articles.document import Document, Raw, Reading
from qabot.articles.find import STANDARD_INPUT, is_url
from qabot.articles.formats import INDEX_BYTES, SUFFIXES, Format, format_of_name
from qabot.articles.formats.sniff import HEAD, format_of_content
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
    if source == STANDARD_INPUT:
        from qabot.articles.read_standard_input import read_standard_input

        return read_standard_input(settings, web)
    return _read_file(source, settings, web)


def parse(raw: Raw, kind: Format | None) -> Iterable[Document | ArticleError]:
    """The documents in the bytes of a file or page of that format.

    Raises:
        ArticleError: it cannot be read at all.
    """
    if kind is None:
        raise ArticleError(raw.source, _unknown(raw.source))
    if raw.stream is None and not raw.data.strip():
        raise ArticleError(raw.source, "it is empty: remove it, or put an article into it")
    return kind.read(raw)


def reading_of(raw: Raw, kind: Format | None, settings: Settings, web: Web | None = None) -> Reading:
    """What the bytes of a file hold: documents, or the addresses of some.

    Raises:
        ArticleError: it cannot be read at all.
    """
    if kind is None or not kind.index:
        return Reading(raw.source, parse(raw, kind))
    from qabot.articles.fetch import Web
    from qabot.articles.read_url import read_index

    return read_index(raw, kind, web or Web(settings))


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


def limit_of(settings: Settings) -> int:
    """How many bytes one article may have."""
    return int(settings.max_article_mb * 1_000_000)


def too_large(source: str, size: int, settings: Settings) -> ArticleError:
    """That a file has more bytes than an article may have."""
    return ArticleError(
        source,
        f"{size / 1_000_000:.1f} MB is more than the limit of {settings.max_article_mb:g} MB for one article: "
        "split it, or set QABOT_MAX_ARTICLE_MB",
    )


def _read_file(source: str, settings: Settings, web: Web | None) -> Reading:
    with _readable(source):
        status = os.stat(source)
        if stat.S_ISDIR(status.st_mode):
            os.listdir(source)
            raise ArticleError(source, "this is a folder: name its files, or the folder to `qabot index`")
        if not stat.S_ISREG(status.st_mode):
            raise ArticleError(source, "this is no ordinary file: name a file")
        with open(source, "rb") as file:
            head = file.read(HEAD)
            kind = _format(source, head)
            if kind and kind.archive:
                return Reading(source, _archive(source, kind, settings))
            if kind and status.st_size > (INDEX_BYTES if kind.index else limit_of(settings)):
                raise too_large(source, status.st_size, settings)
            data = head + file.read() if kind and len(head) == HEAD else head
    return reading_of(Raw(source, data, limit=limit_of(settings)), kind, settings, web)


def _format(source: str, head: bytes) -> Format | None:
    """What a file is: by its name, unless it plainly is something else."""
    named, told = format_of_name(source), format_of_content(head)
    if told is None or (named and told.name == "markdown"):
        return named
    if told.index and named and not named.index:
        raise ArticleError(
            source, f"this is a {told.name}, which is read only under its own name: call it {told.suffixes[-1]}"
        )
    return told


def _archive(source: str, kind: Format, settings: Settings) -> Iterator[Document | ArticleError]:
    with _readable(source), open(source, "rb") as stream:
        yield from kind.read(Raw(source, stream=stream, limit=limit_of(settings)))


@contextmanager
def _readable(source: str) -> Iterator[None]:
    """What the operating system says of a file, said plainly."""
    try:
        yield
    except FileNotFoundError as error:
        raise ArticleError(source, "there is no such file: check the path") from error
    except PermissionError as error:
        raise ArticleError(source, "there is no permission to read it: change its permissions") from error
    except (OSError, ValueError) as error:  # ValueError: a path with a null character
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ArticleError(source, f"it cannot be read ({reason}): check the file") from error


def _unknown(source: str) -> str:
    suffix = Path(source).suffix.lower()
    return f"files of the kind {suffix or 'without a suffix'} are not read: save it as one of {', '.join(SUFFIXES)}"
