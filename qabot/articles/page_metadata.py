"""What a page's head states of its article: JSON-LD before meta tags before microdata."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from qabot.articles.dateline import stated_date

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_ARTICLES = ("Article", "Posting", "Report")  # what the names of schema.org's types of articles end with
_DATE_TAGS = (
    "article:published_time", "article:published", "og:published_time", "og:article:published_time", "datepublished",
    "parsely-pub-date", "sailthru.date", "pubdate", "publishdate", "publish_date", "publish-date", "publication_date",
    "publicationdate", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date", "dc.date.created", "date",
    "cxenseparse:recs:publishtime", "rnews:datepublished", "originalpublicationdate", "bt:pubdate", "citation_date",
)  # fmt: skip
_DEEP = 20  # levels of JSON that are looked into


def published(tree: HtmlElement) -> str | None:
    """When the page says that its article was published, as an ISO date."""
    for entry in _json_ld(tree):
        if date := stated_date(entry.get("datePublished")):
            return date
    tags = {
        name.lower(): content
        for meta in tree.iter("meta")
        if (name := meta.get("property") or meta.get("name") or meta.get("itemprop"))
        and (content := meta.get("content"))
    }
    for name in _DATE_TAGS:
        if date := stated_date(tags.get(name)):
            return date
    for element in tree.xpath("//*[@itemprop='datePublished']") + tree.xpath("//time[@pubdate]"):
        if date := stated_date(element.get("datetime") or element.get("content") or element.text_content()):
            return date
    return None


def publisher(tree: HtmlElement) -> str | None:
    """The publisher that the page's JSON-LD names, or its site's name."""
    for entry in _json_ld(tree):
        named = entry.get("publisher")
        name = named.get("name") if isinstance(named, dict) else named
        if isinstance(name, str) and name.strip():
            return name
    for meta in tree.xpath("//meta[@property='og:site_name' or @name='og:site_name']"):
        if meta.get("content", "").strip():
            return str(meta.get("content"))
    return None


def _json_ld(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    for script in tree.xpath("//script[@type='application/ld+json']"):
        try:
            data = json.loads(script.text_content(), strict=False)
        except (ValueError, RecursionError):
            continue
        yield from _articles(data, _DEEP)


def _articles(data: Any, levels: int) -> Iterator[dict[str, Any]]:
    if isinstance(data, list) and levels:
        for member in data:
            yield from _articles(member, levels - 1)
    elif isinstance(data, dict) and levels:
        kinds = data.get("@type")
        if any(str(kind).endswith(_ARTICLES) for kind in (kinds if isinstance(kinds, list) else [kinds])):
            yield data
        for member in data.values():
            if isinstance(member, dict | list):
                yield from _articles(member, levels - 1)
