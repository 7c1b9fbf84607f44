"""Sitemaps (sitemaps.org, with the extension for news) and indexes of sitemaps.

trafilatura's own helpers fetch by themselves and keep the addresses only; here the title, the date and the publication
that a sitemap for news states are wanted, too.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from qabot.articles.decoding import decode
from qabot.articles.document import Link, Raw
from qabot.articles.fields import from_fields
from qabot.articles.formats import INDEX_BYTES
from qabot.articles.formats.html import declared_encoding
from qabot.articles.unpacking import GZIP, unpacked
from qabot.articles.urls import is_web, normal_url
from qabot.articles.xml_root import root_name, without_prolog
from qabot.errors import ArticleError

if TYPE_CHECKING:
    from lxml.etree import _Element


def links(raw: Raw) -> Iterator[Link | ArticleError]:
    """The pages that a sitemap names, or the sitemaps of an index; each once, those that changed last first.

    A sitemap speaks for its own site (its registered domain). What it names of others is left out, and said: whoever
    names a sitemap means that site, and the protocol allows no more. Of a sitemap in a file the site is not known.

    Raises:
        ArticleError: it is no sitemap, or names nothing.
    """
    found: dict[str, tuple[str, Link]] = {}
    foreign: dict[str, None] = {}
    site = _site(raw.url) if raw.url else None
    for date, link in _entries(raw):
        if site and _site(link.url) != site:
            foreign[link.url] = None
        else:
            found.setdefault(link.url, (date, link))
    if not found and not foreign:
        raise ArticleError(raw.source, "this sitemap names no page that can be read: check that it is the one you mean")
    # Dates are ISO dates (W3C's profile), of which the text sorts well enough; pages without one come last.
    for _, link in sorted(found.values(), key=lambda each: each[0], reverse=True):
        yield link
    if foreign:
        yield ArticleError(
            raw.source,
            f"{len(foreign)} of the addresses in this sitemap are of other sites ({next(iter(foreign))}) and left out: "
            "name them themselves to read them",
        )


def _entries(raw: Raw) -> Iterator[tuple[str, Link]]:
    from lxml import etree

    data = _unpacked(raw)
    if root_name(data) not in ("urlset", "sitemapindex"):
        raise ArticleError(raw.source, "this is no sitemap: unpack it and index what is in it, or name the page")
    text = without_prolog(decode(data, raw.source, raw.charset or declared_encoding(data)))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False)
    root = etree.fromstring(text.encode(), parser)
    for entry in () if root is None else root.iterchildren("{*}url", "{*}sitemap"):
        url = normal_url("".join(_text(entry, "loc").split()))
        if not is_web(url):
            continue
        if etree.QName(entry).localname == "sitemap":
            yield _text(entry, "lastmod"), Link(url, sitemap=True)
        else:
            news = next(entry.iterchildren("{*}news"), entry)
            publication = next(news.iterchildren("{*}publication"), news)
            published = _text(news, "publication_date")
            stated = from_fields(
                {
                    "title": _text(news, "title"),
                    "publisher": _text(publication, "name"),
                    "published": published,
                    "language": _text(publication, "language"),
                },
                "feed",
            )
            yield _text(entry, "lastmod") or published, Link(url, stated)


def _text(element: _Element, name: str) -> str:
    child = next(element.iterchildren(f"{{*}}{name}"), None)
    return "" if child is None else " ".join("".join(child.itertext(with_tail=False)).split())


def _unpacked(raw: Raw) -> bytes:
    if not raw.data.startswith(GZIP):
        return raw.data
    data = bytearray()
    try:
        for piece in unpacked([raw.data], INDEX_BYTES + 1):
            data += piece
            if len(data) > INDEX_BYTES:
                raise ArticleError(
                    raw.source, f"it unpacks to more than the {INDEX_BYTES // 1_000_000} MB that a sitemap may have"
                )
    except zlib.error as error:
        raise ArticleError(raw.source, "this gzip file is damaged: get it again") from error
    return bytes(data)


def _site(url: str) -> str:
    """The registered domain; the host where there is none."""
    from tld import get_fld

    return str(get_fld(url, fail_silently=True, search_private=True) or urlsplit(url).hostname)
