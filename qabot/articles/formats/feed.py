"""Feeds: RSS and Atom, by feedparser, which is given bytes and never an address or a path."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin

from qabot.articles.article import Stated
from qabot.articles.decoding import decode
from qabot.articles.document import Document, Link, Raw
from qabot.articles.fields import from_fields
from qabot.articles.formats.html import declared_encoding, read_page
from qabot.articles.urls import is_web, normal_url
from qabot.articles.xml_root import root_name, without_prolog
from qabot.errors import ArticleError

_ROOTS = ("rss", "rdf", "feed")
_REFERENCE = re.compile(r"&#(x[0-9a-f]+|[0-9]+);?", re.IGNORECASE)
_MARKUP = ("text/html", "application/xhtml+xml")


def links(raw: Raw) -> Iterator[Link | Document | ArticleError]:
    """The pages that a feed names, each once; an entry that names none is a document itself, if it holds a text.

    Raises:
        ArticleError: it is no feed, or holds no entry.
    """
    feed, entries = _parsed(raw)
    publisher = _plain(feed, "title")
    seen: set[str] = set()
    for number, entry in enumerate(entries, 1):
        stated = _stated(entry, publisher)
        url = _url(entry, raw.url or feed.get("link") or "")
        if url is None:
            yield _document(entry, f"{raw.source}#{' '.join(str(entry.get('id') or number).split())}", stated)
        elif url not in seen:
            seen.add(url)
            yield Link(url, stated)


def _parsed(raw: Raw) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What stands in a feed about itself, and its entries.

    It is decoded here and loses its document type, and with it all entities of its own. feedparser forgives much else;
    its sanitising is of no use here, as markup is read and never shown.
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
    try:
        parsed = feedparser.parse(
            io.BytesIO(text.encode()),
            response_headers={"content-type": "application/xml; charset=utf-8", "content-location": raw.url or ""},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:  # its forgiving parser fails in many ways on what is no feed any more
        raise ArticleError(raw.source, "this feed is damaged: name the pages that it should name") from error
    if not parsed["entries"]:
        raise ArticleError(raw.source, "this feed holds no entry that can be read: check that it is the one you mean")
    # Its dictionaries answer for keys that they do not have ("updated" by "published").
    return dict(parsed["feed"]), [dict(entry) for entry in parsed["entries"]]


def _possible(reference: re.Match[str]) -> str:
    """A reference to a character; nothing where there is no such character in XML (feedparser fails on some)."""
    digits = reference[1].lstrip("xX0") or "0"
    code = int(digits, 16 if reference[1][0] in "xX" else 10) if len(digits) <= 7 else -1
    return reference[0] if 0x20 <= code < 0xD800 or 0xE000 <= code < 0x110000 or code in (9, 10, 13) else ""


def _url(entry: Mapping[str, Any], base: str) -> str | None:
    """The address of an entry's page: the one behind a counting service's first, then its page, then any alternate."""
    alternates = [link.get("href") for link in entry.get("links", ()) if link.get("rel") == "alternate"]
    for address in (entry.get("feedburner_origlink"), entry.get("link"), *alternates):
        try:
            url = normal_url(urljoin(base, "".join(str(address or "").split())))
        except ValueError:  # a host that is none
            continue
        if address and is_web(url):
            return url
    return None


def _stated(entry: Mapping[str, Any], publisher: str | None) -> tuple[Stated, ...]:
    """What an entry says of its article; where it is taken over from another feed, that one is the publisher."""
    authors = [author.get("name") for author in entry.get("authors", ()) if author.get("name")]
    if len(authors) == 1:  # as it was written: feedparser cuts addresses off in the wrong place
        authors = [entry.get("author")]
    return from_fields(
        {
            "title": _plain(entry, "title"),
            "author": authors,
            "publisher": _plain(dict(entry.get("source") or {}), "title") or publisher,
            "published": entry.get("published") or entry.get("created"),
            "updated": entry.get("updated"),
        },
        "feed",
    )


def _document(entry: Mapping[str, Any], source: str, stated: tuple[Stated, ...]) -> Document | ArticleError:
    texts = [*(str(each.get("value") or "") for each in entry.get("content", ())), str(entry.get("summary") or "")]
    longest = max(texts, key=len)
    if not longest.strip():
        return ArticleError(source, "this entry of the feed has neither an address nor a text: look for it on its site")
    document = read_page(f"<html><body><article>{longest}</article></body></html>", source)
    return Document(source, document.rows, document.layout, (*document.stated, *stated), page=document.page)


def _plain(entry: Mapping[str, Any], field: str) -> str | None:
    """A field without the markup that feeds may put into it."""
    import lxml.html

    text = str(entry.get(field) or "")
    detail = entry.get(f"{field}_detail") or {}
    if text and detail.get("type") in _MARKUP:
        text = str(lxml.html.fragment_fromstring(text, create_parent="div").text_content())
    return text.strip() or None
