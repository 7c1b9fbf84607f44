"""What is piped in: an article of any format, an archive, or a list of sources."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

from qabot.articles.document import Document, Link, Raw, Reading
from qabot.articles.find import STANDARD_INPUT
from qabot.articles.formats import INDEX_BYTES, Format, format_called
from qabot.articles.formats.sniff import HEAD, format_of_content
from qabot.articles.read import limit_of, reading_of
from qabot.articles.urls import is_web, normal_url
from qabot.errors import ArticleError
from qabot.settings import Settings

if TYPE_CHECKING:
    from qabot.articles.fetch import Web

_PIECE = 1_000_000  # bytes that are copied at a time


def read_standard_input(settings: Settings, web: Web | None = None) -> Reading:
    """Read what standard input holds, to its end; its source is named by its bytes.

    Lines that are all addresses or paths of files are links; else the bytes show the format, and what shows none is
    plain text.

    Raises:
        ArticleError: it is closed, empty or too large, or cannot be read.
    """
    if sys.stdin is None:
        raise ArticleError(STANDARD_INPUT, "it is closed: pipe an article into it, or name a file")
    stream = sys.stdin.buffer
    head = stream.read(HEAD)
    kind = format_of_content(head) or format_called("text")
    if kind.archive:
        return _archive(head, stream, kind, settings)
    limit = INDEX_BYTES if kind.index else limit_of(settings)
    data = head + stream.read(max(0, limit + 1 - len(head)))
    if len(data) > limit:
        raise ArticleError(
            STANDARD_INPUT,
            f"it holds more than {limit / 1_000_000:g} MB, the limit for one article: split it, or set "
            "QABOT_MAX_ARTICLE_MB",
        )
    source = _name(hashlib.sha256(data).hexdigest())
    if links := _listed(data):
        return Reading(source, links=links)
    return reading_of(Raw(source, data, limit=limit_of(settings)), kind, settings, web)


def _name(digest: str) -> str:
    return f"stdin:{digest[:16]}"


def _listed(data: bytes) -> tuple[Link, ...]:
    """The sources that are listed, one a line; none where a line is something else."""
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


def _archive(head: bytes, stream: IO[bytes], kind: Format, settings: Settings) -> Reading:
    """An archive is put aside before it is read: it has to be read to its end for its name, and may be sought in."""
    digest = hashlib.sha256()
    aside = tempfile.SpooledTemporaryFile(limit_of(settings))  # noqa: SIM115 - closed when all of it was read
    piece = head
    while piece:
        digest.update(piece)
        aside.write(piece)
        piece = stream.read(_PIECE)
    aside.seek(0)
    return Reading(source := _name(digest.hexdigest()), _documents(source, aside, kind, settings))


def _documents(source: str, aside: IO[bytes], kind: Format, settings: Settings) -> Iterator[Document | ArticleError]:
    with aside:
        yield from kind.read(Raw(source, stream=aside, limit=limit_of(settings)))
