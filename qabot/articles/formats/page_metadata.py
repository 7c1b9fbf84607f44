"""What a page's head states of its article: JSON-LD before meta tags before microdata."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from qabot.articles.article import Stated
from qabot.articles.fields import from_fields
from qabot.articles.stated import in_order

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_ARTICLES = ("Article", "Posting", "Report")  # what the names of schema.org's types of articles end with
_TAGS = {
    "title": ("og:title", "twitter:title", "dc.title", "citation_title"),
    "author": ("author", "article:author", "dc.creator", "parsely-author", "sailthru.author", "citation_author"),
    "publisher": ("og:site_name", "dc.publisher", "citation_publisher"),
    "updated": ("article:modified_time", "og:updated_time", "datemodified", "last-modified", "dcterms.modified"),
    "url": ("og:url",),
    "language": ("language", "dc.language", "og:locale"),
    "published": (
    "article:published_time", "article:published", "og:published_time", "og:article:published_time", "datepublished",
    "parsely-pub-date", "sailthru.date", "pubdate", "publishdate", "publish_date", "publish-date", "publication_date",
    "publicationdate", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date", "dc.date.created", "date",
    "cxenseparse:recs:publishtime", "rnews:datepublished", "originalpublicationdate", "bt:pubdate", "citation_date",
    ),
}  # fmt: skip
_DEEP = 20  # levels of JSON that are looked into


def stated(tree: HtmlElement) -> tuple[Stated, ...]:
    """What a page states in its JSON-LD, its meta tags and its markup, the place that counts first."""
    found: list[Stated] = []
    for entry in _json_ld(tree):
        found += from_fields(
            {
                "title": entry.get("headline"),
                "author": _name(entry.get("author")),
                "publisher": _name(entry.get("publisher")),
                "published": entry.get("datePublished"),
                "updated": entry.get("dateModified"),
                "language": entry.get("inLanguage"),
                "url": entry.get("url"),
            },
            "JSON-LD",
        )
    tags = {
        name.lower(): content
        for meta in tree.iter("meta")
        if (name := meta.get("property") or meta.get("name") or meta.get("itemprop"))
        and (content := meta.get("content"))
    }
    for field, names in _TAGS.items():
        for name in names:
            found += from_fields({field: tags.get(name)}, "meta tag")
    for element in tree.xpath("//*[@itemprop='datePublished']") + tree.xpath("//time[@pubdate]"):
        date = element.get("datetime") or element.get("content") or element.text_content()
        found += from_fields({"published": date}, "page markup")
    for link in tree.xpath("//link[@rel='canonical']"):
        found += from_fields({"url": link.get("href")}, "page markup")
    found += from_fields({"language": tree.get("lang")}, "page markup")
    for title in tree.xpath("//title"):
        found += from_fields({"title": title.text_content()}, "page markup")
    return in_order(found)


def _name(value: Any) -> Any:
    if isinstance(value, list):
        return [_name(each) for each in value]
    return value.get("name") if isinstance(value, dict) else value


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
