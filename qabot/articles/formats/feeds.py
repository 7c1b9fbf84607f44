"""Lists of articles: feeds (RSS and Atom, by feedparser) and sitemaps (sitemaps.org, with its extension for news)."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from qabot.articles.article import Document, Link, Raw, Stated
from qabot.articles.decoding import GZIP, decode, unpacked
from qabot.articles.formats import INDEX_BYTES, root_name, without_prolog
from qabot.articles.formats.page import declared_encoding, read_html
from qabot.articles.formats.trees import xml
from qabot.articles.provenance import from_fields
from qabot.articles.urls import domain_of, host_of, is_web, normal_url
from qabot.errors import ArticleError

if TYPE_CHECKING:
    from lxml.etree import _Element

_ROOTS = ("rss", "rdf", "feed")
_PART = 1 << 16  # bytes of a packed sitemap
_REFERENCE = re.compile(r"&#(x[0-9a-f]+|[0-9]+);?", re.IGNORECASE)
_DUBLIN_CORE = re.compile(r"""xmlns:([\w.-]+)\s*=\s*["']http://purl\.org/dc/elements/1\.1/["']""")
_DATE = re.compile(r"(</?)([\w.-]++):date\b")
_MARKUP = ("text/html", "application/xhtml+xml")


def feed_links(raw: Raw) -> Iterator[Link | Document | ArticleError]:
    """Yield the pages that a feed names, each once; an entry that names none is a document itself, if it holds a text.

    Raises:
        ArticleError: it is no feed, or holds no entry.
    """
    feed, entries = _parsed_feed(raw)
    publisher = _plain(feed, "title")
    seen: set[str] = set()
    for number, entry in enumerate(entries, 1):
        stated = _stated(entry, publisher)
        url = _url(entry, raw.url or feed.get("link") or "")
        if url in seen:
            continue
        name = url or " ".join(str(entry.get("id") or number).split())
        held = _text_of(entry, f"{raw.source}#{name}", url)
        if url is not None:
            seen.add(url)
            yield Link(url, stated, instead=held)
        elif held is None:
            yield ArticleError(
                f"{raw.source}#{name}",
                "this entry of the feed has neither an address nor a text: look for it on its site",
            )
        else:
            for document in read_html(held):
                yield replace(document, stated=(*document.stated, *stated))


def _parsed_feed(raw: Raw) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return what a feed says of itself, and its entries.

    The bytes are decoded here, and the document type goes, with all entities that it defines. feedparser does not
    sanitise the markup, which is read and never shown.
    """
    import feedparser

    root = root_name(raw.data)
    if root not in _ROOTS:
        what = f"its root is <{root}>" if root else "it has no root element"
        raise ArticleError(
            raw.source, f"this XML is no feed, sitemap or page ({what}): save the article as text or HTML"
        )
    text = decode(raw.data, raw.source, raw.charset or declared_encoding(raw.data))
    text = _REFERENCE.sub(_possible, without_prolog(text))
    if root != "feed":
        text = _with_dates_of_creation(text)
    try:
        parsed = feedparser.parse(
            io.BytesIO(text.encode()),
            response_headers={"content-type": "application/xml; charset=utf-8", "content-location": raw.url or ""},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:  # its lenient parser fails in many ways
        raise ArticleError(raw.source, "this feed is damaged: name the pages that it should name") from error
    if not parsed["entries"]:
        raise ArticleError(raw.source, "this feed holds no entry that can be read: check that it is the one you mean")
    # As plain dictionaries: feedparser's answer for missing keys ("updated" by "published").
    return dict(parsed["feed"]), [dict(entry) for entry in parsed["entries"]]


def _with_dates_of_creation(rss: str) -> str:
    """Return RSS in which a date of Dublin Core is called one of creation: feedparser takes it for an update's."""
    prefixes = set(_DUBLIN_CORE.findall(rss))
    return _DATE.sub(lambda tag: f"{tag[1]}created" if tag[2] in prefixes else tag[0], rss) if prefixes else rss


def _possible(reference: re.Match[str]) -> str:
    """Return a character reference as it is, or nothing where XML has no such character: feedparser fails on some."""
    digits = reference[1].lstrip("xX0") or "0"
    code = int(digits, 16 if reference[1][0] in "xX" else 10) if len(digits) <= 7 else -1
    return reference[0] if 0x20 <= code < 0xD800 or 0xE000 <= code < 0x110000 or code in (9, 10, 13) else ""


def _url(entry: Mapping[str, Any], base: str) -> str | None:
    """Return the address of an entry's page: that behind a counting service, else its page, else an alternate."""
    alternates = [link.get("href") for link in entry.get("links", ()) if link.get("rel") == "alternate"]
    for address in (entry.get("feedburner_origlink"), entry.get("link"), *alternates):
        try:
            url = normal_url(urljoin(base, "".join(str(address or "").split())))
        except ValueError:  # an invalid host
            continue
        if address and is_web(url):
            return url
    return None


def _stated(entry: Mapping[str, Any], publisher: str | None) -> tuple[Stated, ...]:
    """Return what an entry states of its article; the publisher of one from another feed is that feed."""
    authors = [author.get("name") for author in entry.get("authors", ()) if author.get("name")]
    if len(authors) == 1:  # as it was written, because feedparser cuts addresses off in the wrong place
        authors = [entry.get("author")]
    published, created = entry.get("published"), entry.get("created")
    return from_fields(
        {
            "title": _plain(entry, "title"),
            "author": authors,
            "publisher": _plain(dict(entry.get("source") or {}), "title") or publisher,
            "published": published or created,
            "updated": entry.get("updated") or (published and created),
        },
        "feed",
    )


def _text_of(entry: Mapping[str, Any], source: str, url: str | None) -> Raw | None:
    """Return the text that an entry holds, as a page of its own; None where it holds none."""
    texts = [*(str(each.get("value") or "") for each in entry.get("content", ())), str(entry.get("summary") or "")]
    longest = max(texts, key=len)
    if not longest.strip():
        return None
    return Raw(source, f"<html><body><article>{longest}</article></body></html>".encode(), url, "utf-8")


def _plain(entry: Mapping[str, Any], field: str) -> str | None:
    """Return the text of a field without the markup that feeds may put into it."""
    import lxml.html

    text = str(entry.get(field) or "")
    detail = entry.get(f"{field}_detail") or {}
    if text and detail.get("type") in _MARKUP:
        text = str(lxml.html.fragment_fromstring(text, create_parent="div").text_content())
    return text.strip() or None


def sitemap_links(raw: Raw) -> Iterator[Link | ArticleError]:
    """Yield the pages that a sitemap names, or the sitemaps of an index; each once, those that changed last first.

    A fetched sitemap speaks for its own site only (its registered domain), as the protocol demands; an error says how
    many addresses of other sites are left out. The site of a sitemap in a file is not known.

    Raises:
        ArticleError: it is no sitemap, or names nothing.
    """
    found: dict[str, tuple[str, Link]] = {}
    foreign: dict[str, None] = {}
    site = _site(raw.url) if raw.url else None
    for date, link in _sitemap_entries(raw):
        if site and _site(link.url) != site:
            foreign[link.url] = None
        else:
            found.setdefault(link.url, (date, link))
    if not found and not foreign:
        raise ArticleError(raw.source, "this sitemap names no page that can be read: check that it is the one you mean")
    # Dates are ISO dates, whose text sorts well enough; pages without one come last.
    for _, link in sorted(found.values(), key=lambda each: each[0], reverse=True):
        yield link
    if foreign:
        yield ArticleError(
            raw.source,
            f"{len(foreign)} of the addresses in this sitemap are of other sites ({next(iter(foreign))}) and left out: "
            "name them themselves to read them",
        )


def _sitemap_entries(raw: Raw) -> Iterator[tuple[str, Link]]:
    from lxml import etree

    data = _unpacked_sitemap(raw)
    if root_name(data) not in ("urlset", "sitemapindex"):
        raise ArticleError(raw.source, "this is no sitemap: unpack it and index what is in it, or name the page")
    text = without_prolog(decode(data, raw.source, raw.charset or declared_encoding(data)))
    root = xml(text.encode(), recover=True)
    for entry in () if root is None else root.iterchildren("{*}url", "{*}sitemap"):
        url = normal_url("".join(_text_of_child(entry, "loc").split()))
        if not is_web(url):
            continue
        if etree.QName(entry).localname == "sitemap":
            yield _text_of_child(entry, "lastmod"), Link(url, sitemap=True)
        else:
            news = next(entry.iterchildren("{*}news"), entry)
            publication = next(news.iterchildren("{*}publication"), news)
            published = _text_of_child(news, "publication_date")
            stated = from_fields(
                {
                    "title": _text_of_child(news, "title"),
                    "publisher": _text_of_child(publication, "name"),
                    "published": published,
                    "language": _text_of_child(publication, "language"),
                },
                "feed",
            )
            yield _text_of_child(entry, "lastmod") or published, Link(url, stated)


def _text_of_child(element: _Element, name: str) -> str:
    child = next(element.iterchildren(f"{{*}}{name}"), None)
    return "" if child is None else " ".join("".join(child.itertext(with_tail=False)).split())


def _unpacked_sitemap(raw: Raw) -> bytes:
    if not raw.data.startswith(GZIP):
        return raw.data
    data = bytearray()
    try:
        # In parts, because all that comes after a file in it is copied, and it may hold any number of empty ones.
        parts = (raw.data[at : at + _PART] for at in range(0, len(raw.data), _PART))
        for piece in unpacked(parts, INDEX_BYTES + 1):
            data += piece
            if len(data) > INDEX_BYTES:
                raise ArticleError(
                    raw.source, f"it unpacks to more than the {INDEX_BYTES // 1_000_000} MB that a sitemap may have"
                )
    except zlib.error as error:
        raise ArticleError(raw.source, "this gzip file is damaged: get it again") from error
    return bytes(data)


def _site(url: str) -> str:
    """Return the registered domain of an address, or its host where there is none."""
    return str(domain_of(url) or host_of(url))
