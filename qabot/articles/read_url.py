"""From a URL to the documents that stand there, or to the pages that a feed or a sitemap names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qabot.articles.document import Document, Link, Raw, Reading, Validators
from qabot.articles.fetch import Fetched, Web
from qabot.articles.formats import Format
from qabot.articles.formats.sniff import HEAD, format_of_content
from qabot.articles.read import parse
from qabot.errors import ArticleError

SITEMAPS = 100
"""So many sitemaps of an index are read."""
LEVELS = 3
"""So deep may indexes of sitemaps name each other; the protocol allows one level."""


def read_url(url: str, web: Web, known: Validators | None = None) -> Reading | None:
    """Read what stands at an address; None where its server says that it is as it was.

    Raises:
        ArticleError: it cannot be read.
    """
    fetched = web.fetch(url, known)
    if fetched is None:
        return None
    raw = Raw(url, fetched.data, fetched.url, fetched.charset, limit=int(web.settings.max_article_mb * 1_000_000))
    kind = _format(fetched)
    if kind.index:
        return read_index(raw, kind, web, fetched.validators)
    return Reading(url, parse(raw, kind), validators=fetched.validators)


def read_index(raw: Raw, kind: Format, web: Web, validators: Validators | None = None) -> Reading:
    """Read a feed or a sitemap; the sitemaps of an index are read with it.

    ``max_pages`` of the settings bounds the links. What was left out is said by errors among the documents. An index of
    sitemaps has no validators: that it is as it was does not say so of its sitemaps.

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


def _format(fetched: Fetched) -> Format:
    """What was fetched: by the server's word, unless it plainly is something else."""
    told = format_of_content(fetched.data[:HEAD])
    return fetched.format if told is None or told.name == "markdown" else told


def _with_sitemaps(
    found: Iterable[Link | Document | ArticleError], web: Web, opened: set[str], level: int = 1
) -> Iterator[Link | Document | ArticleError]:
    """``found`` with what stands in the sitemaps it names in their place, read as it is asked for."""
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
                if level > LEVELS:
                    raise ArticleError(each.url, f"it is more than {LEVELS} levels deep in indexes: name it itself")
                yield from _with_sitemaps(_links_at(each.url, web), web, opened, level + 1)
            except ArticleError as error:
                yield error


def _links_at(url: str, web: Web) -> Iterable[Link | Document | ArticleError]:
    fetched = web.fetch(url)
    kind = fetched and _format(fetched)
    if not (fetched and kind and kind.index):
        raise ArticleError(url, "an index names it as a sitemap, and it is none: tell its site, or name what is wanted")
    return kind.links(Raw(url, fetched.data, fetched.url, fetched.charset))
