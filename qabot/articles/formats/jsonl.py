"""An archive: JSON lines, an article each, packed by gzip or not; read line by line, however large it is."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import IO, Any, cast

from qabot.articles.article import Document, Layout, Raw
from qabot.articles.decoding import GZIP, characters, normalise
from qabot.articles.formats.page import read_page
from qabot.articles.paragraphs import paragraphs
from qabot.articles.provenance import first_of, from_fields
from qabot.errors import ArticleError

_ENDLESS = 100  # times the limit of a line; a file with a longer one is no archive
_PIECE = 1_000_000
_FRUITLESS = 100_000  # lines without an article, after which none is looked for any more


def read_jsonl(raw: Raw) -> Iterator[Document | ArticleError]:
    """Yield the documents of an archive; an error in the place of every line that holds none.

    Raises:
        ArticleError: it cannot be read beyond a line.
    """
    seen: set[int] = set()  # hashes of the addresses: an archive may have millions
    last = 0  # the line of the last article
    for number, line in _lines(raw):
        place = f"{raw.source}#{number}"
        if number - last > _FRUITLESS:
            reason = f"the file is not read beyond it, for {_FRUITLESS:,} lines before it hold no article"
            raise ArticleError(place, f"{reason}: check what made it")
        if isinstance(line, ArticleError):
            yield line
        elif line.strip():
            try:
                yield _document(raw.source, place, line, seen)
                last = number
            except ArticleError as error:
                yield error


def _document(archive: str, place: str, line: bytes, seen: set[int]) -> Document:
    fields = _fields(line, place)
    stated = from_fields(fields, "archive")
    url = first_of("url", stated)
    if url and hash(url) not in seen:
        seen.add(hash(url))
        place = f"{archive}#{url}"
    text = normalise(fields["text"])
    if text.lstrip().startswith("<"):
        page = read_page(text, place, url)
        return replace(page, stated=(*stated, *page.stated), address=url or page.address)
    return Document(place, tuple(paragraphs(text)), Layout.PAGE, stated, url)


def _fields(line: bytes, place: str) -> dict[str, Any]:
    try:
        fields = json.loads(characters(line, place))
    except (ValueError, RecursionError) as error:
        raise ArticleError(place, "this line is no JSON: write one object a line, as UTF-8") from error
    if not isinstance(fields, dict):
        raise ArticleError(place, "this line is no JSON object: write one a line, with url, title, text, published")
    fields = {key.lower(): value for key, value in fields.items()}
    if not isinstance(fields.get("text"), str) or not fields["text"].strip():
        raise ArticleError(place, 'this line has no "text": give the article\'s words under that name')
    return fields


def _lines(raw: Raw) -> Iterator[tuple[int, bytes | ArticleError]]:
    """Yield the lines with their numbers; an error in the place of one that is too long."""
    stream: IO[bytes] = raw.stream or io.BytesIO(raw.data)
    packed = stream.read(len(GZIP)) == GZIP
    stream.seek(0)
    if packed:
        stream = cast("IO[bytes]", gzip.GzipFile(fileobj=stream))
    number = 0
    try:
        while line := stream.readline(raw.limit + 1):
            number += 1
            if len(line) <= raw.limit:
                yield number, line
                continue
            mb = f"{raw.limit / 1_000_000:g} MB"
            reason = f"this line is longer than the limit of {mb} for one article: set QABOT_MAX_ARTICLE_MB"
            yield number, ArticleError(f"{raw.source}#{number}", reason)
            if not _skip_line(stream, line, _ENDLESS * raw.limit):
                reason = f"the file is not read beyond it, for this line does not end after {_ENDLESS} times {mb}"
                raise ArticleError(f"{raw.source}#{number}", f"{reason}: check what made it")
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        reason = f"the gzip file is damaged after this line ({error}): get it again"
        raise ArticleError(f"{raw.source}#{number}", reason) from error


def _skip_line(stream: IO[bytes], line: bytes, limit: int) -> bool:
    """Pass over the rest of a line; return True if it ended within so many bytes."""
    skipped = 0
    while line and not line.endswith(b"\n"):
        if skipped > limit:
            return False
        line = stream.readline(_PIECE)
        skipped += len(line)
    return True
