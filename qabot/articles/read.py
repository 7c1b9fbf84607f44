"""From a source (a file, a URL, standard input) to the documents that stand in it."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from qabot.articles.article import Document, Link, Raw, Reading, Validators
from qabot.articles.find import STANDARD_INPUT, is_url
from qabot.articles.formats import (
    HEAD,
    SUFFIXES,
    Format,
    article_bytes,
    format_called,
    format_of_content,
    format_of_name,
)
from qabot.articles.urls import is_web, normal_url, without_credentials
from qabot.errors import ArticleError
from qabot.settings import Settings

if TYPE_CHECKING:
    from qabot.articles.web import Fetched, Web

SITEMAPS = 100
"""So many sitemaps of an index are read."""

_PIECE = 1_000_000  # bytes that are copied at a time


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
        settings: the limits of size and of the addresses that may be read.
        web: the visit to the web in which a URL is read; a new one where none is given.
        known: the server's marks of the document when it was read before.

    Returns:
        The documents and links in it; None where the server says that it has not changed.

    Raises:
        ArticleError: it cannot be read.
    """
    if is_url(source):
        return read_url(source, web or _new_web(settings), known)
    if source == STANDARD_INPUT:
        return _read_standard_input(settings, web)
    return _read_file(source, settings, web)


def parse(raw: Raw, kind: Format | None) -> Iterable[Document | ArticleError]:
    """Return the documents in the bytes of a file or page of that format.

    Raises:
        ArticleError: it cannot be read at all.
    """
    if kind is None:
        suffix = Path(raw.source).suffix.lower() or "without a suffix"
        known = ", ".join(SUFFIXES)
        raise ArticleError(raw.source, f"files of the kind {suffix} are not read: save it as one of {known}")
    if raw.stream is None and not raw.data.strip():
        raise ArticleError(raw.source, "it is empty: remove it, or put an article into it")
    return kind.read(raw)


def _reading_of(raw: Raw, kind: Format | None, settings: Settings, web: Web | None = None) -> Reading:
    """Read the bytes of a file: the documents in it, or the addresses of some.

    Raises:
        ArticleError: it cannot be read at all.
    """
    if kind is None or not kind.index:
        return Reading(raw.source, parse(raw, kind))
    return _read_index(raw, kind, web or _new_web(settings))


def _new_web(settings: Settings) -> Web:
    from qabot.articles.web import Web  # its libraries are slow to import

    return Web(settings)


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
            kind = _format_of_file(source, head)
            if kind and kind.archive:
                return Reading(source, _archive(source, kind, settings))
            if kind and status.st_size > kind.most_bytes(settings):
                raise ArticleError(
                    source,
                    f"{status.st_size / 1_000_000:.1f} MB is more than the limit of {settings.max_article_mb:g} MB for "
                    "one article: split it, or set QABOT_MAX_ARTICLE_MB",
                )
            data = head + file.read() if kind and len(head) == HEAD else head
    return _reading_of(Raw(source, data, limit=article_bytes(settings)), kind, settings, web)


def _format_of_file(source: str, head: bytes) -> Format | None:
    """Return the format of a file: by its name, unless its bytes are plainly something else."""
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
        yield from kind.read(Raw(source, stream=stream, limit=article_bytes(settings)))


@contextmanager
def _readable(source: str) -> Iterator[None]:
    """Turn the operating system's errors into plain ones."""
    try:
        yield
    except FileNotFoundError as error:
        raise ArticleError(source, "there is no such file: check the path") from error
    except PermissionError as error:
        raise ArticleError(source, "there is no permission to read it: change its permissions") from error
    except (OSError, ValueError) as error:  # ValueError: a path with a null character
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ArticleError(source, f"it cannot be read ({reason}): check the file") from error


def read_url(url: str, web: Web, known: Validators | None = None) -> Reading | None:
    """Read what stands at an address; None where its server says that it has not changed.

    Raises:
        ArticleError: it cannot be read.
    """
    url = without_credentials(url)
    fetched = web.fetch(url, known)
    if fetched is None:
        return None
    raw = Raw(url, fetched.data, fetched.url, fetched.charset, limit=article_bytes(web.settings))
    kind = _format_of_fetched(fetched)
    if kind.index:
        return _read_index(raw, kind, web, fetched.validators)
    return Reading(url, parse(raw, kind), validators=fetched.validators)


def _read_index(raw: Raw, kind: Format, web: Web, validators: Validators | None = None) -> Reading:
    """Read a feed or a sitemap; the sitemaps of an index are read with it.

    ``max_pages`` of the settings limits the links; errors among the documents say what was left out. An index of
    sitemaps has no validators: its sitemaps may change though it does not.

    Raises:
        ArticleError: it cannot be read.
    """
    found = tuple(kind.links(raw))
    limit = web.settings.max_pages
    pages: dict[str, Link] = {}
    others: list[Document | ArticleError] = []
    for each in _with_sitemaps(found, web, {raw.url or raw.source}):
        if not isinstance(each, Link):
            others.append(each)
        elif len(pages) < limit or each.url in pages:
            pages.setdefault(each.url, each)
        else:
            others.append(
                ArticleError(
                    raw.source,
                    f"it names more pages than the {limit} that are read: set QABOT_MAX_PAGES to read more",
                )
            )
            break
    if any(isinstance(each, Link) and each.sitemap for each in found):
        validators = None
    return Reading(raw.source, tuple(others), tuple(pages.values()), validators)


def _format_of_fetched(fetched: Fetched) -> Format:
    """Return the format of what was fetched: as the server says, unless its bytes are plainly something else."""
    told = format_of_content(fetched.data[:HEAD])
    return fetched.format if told is None or told.name == "markdown" else told


def _with_sitemaps(
    found: Iterable[Link | Document | ArticleError], web: Web, opened: set[str]
) -> Iterator[Link | Document | ArticleError]:
    """Yield ``found`` with the contents of the sitemaps in their place; each is fetched when its turn comes."""
    for each in found:
        if not (isinstance(each, Link) and each.sitemap):
            yield each
        elif each.url not in opened:
            if len(opened) == SITEMAPS:
                yield ArticleError(each.url, f"only {SITEMAPS} sitemaps are read: name this one itself to read it, too")
            opened.add(each.url)
            if len(opened) > SITEMAPS:
                continue
            try:
                yield from _with_sitemaps(_links_at(each.url, web), web, opened)
            except ArticleError as error:
                yield error


def _links_at(url: str, web: Web) -> Iterable[Link | Document | ArticleError]:
    fetched = web.fetch(url)
    kind = fetched and _format_of_fetched(fetched)
    if not (fetched and kind and kind.index):
        raise ArticleError(url, "an index names it as a sitemap, and it is none: tell its site, or name what is wanted")
    return kind.links(Raw(url, fetched.data, fetched.url, fetched.charset))


def _read_standard_input(settings: Settings, web: Web | None = None) -> Reading:
    """Read what standard input holds, to its end; its source is named by its bytes.

    If all lines are addresses or paths of files, they are links. Otherwise the bytes show the format; without a sign of
    one they are plain text.

    Raises:
        ArticleError: it is closed, empty or too large, or cannot be read.
    """
    if sys.stdin is None:
        raise ArticleError(STANDARD_INPUT, "it is closed: pipe an article into it, or name a file")
    stream = sys.stdin.buffer
    head = stream.read(HEAD)
    kind = format_of_content(head) or format_called("text")
    if kind.archive:
        return _piped_archive(head, stream, kind, settings)
    limit = kind.most_bytes(settings)
    data = head + stream.read(max(0, limit + 1 - len(head)))
    if len(data) > limit:
        raise ArticleError(
            STANDARD_INPUT,
            f"it holds more than {limit / 1_000_000:g} MB, the limit for one article: split it, or set "
            "QABOT_MAX_ARTICLE_MB",
        )
    source = _name_of_bytes(hashlib.sha256(data).hexdigest())
    if links := _listed(data):
        return Reading(source, links=links)
    return _reading_of(Raw(source, data, limit=article_bytes(settings)), kind, settings, web)


def _name_of_bytes(digest: str) -> str:
    return f"stdin:{digest[:16]}"


def _listed(data: bytes) -> tuple[Link, ...]:
    """Return the sources that are listed one a line; none where any line is something else."""
    links = []
    for line in os.fsdecode(data).split("\n"):
        source = line.strip()
        if is_web(source) and len(source.split()) == 1:
            links.append(Link(normal_url(source)))
        elif "\0" not in source and os.path.isfile(path := os.path.abspath(os.path.expanduser(source))):
            links.append(Link(path))
        elif source:
            return ()
    return tuple(links)


def _piped_archive(head: bytes, stream: IO[bytes], kind: Format, settings: Settings) -> Reading:
    """Store a piped archive in a file before reading it: its name needs all its bytes, and ZIP files are sought in."""
    digest = hashlib.sha256()
    aside = tempfile.SpooledTemporaryFile(article_bytes(settings))  # noqa: SIM115 - closed when all of it was read
    piece = head
    while piece:
        digest.update(piece)
        aside.write(piece)
        piece = stream.read(_PIECE)
    aside.seek(0)
    return Reading(source := _name_of_bytes(digest.hexdigest()), _piped_documents(source, aside, kind, settings))


def _piped_documents(
    source: str, aside: IO[bytes], kind: Format, settings: Settings
) -> Iterator[Document | ArticleError]:
    with aside:
        yield from kind.read(Raw(source, stream=aside, limit=article_bytes(settings)))
