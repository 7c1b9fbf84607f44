"""Metadata that a page states in fields made for it: JSON-LD, the tags of its head, its markup.

Nothing is told from the host; what may belong to another article (a teaser, a comment) is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from qabot.articles.article import Stated
from qabot.articles.decoding import unescaped
from qabot.articles.formats.json_ld import KINDS, described
from qabot.articles.names import authors, bare_title, name_key, same_name
from qabot.articles.provenance import from_fields, in_order, value_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_TAGS = {
    "title": ("og:title", "citation_title", "dc.title", "dcterms.title", "parsely-title", "sailthru.title",
              "twitter:title", "title"),
    "author": ("author", "article:author", "og:article:author", "parsely-author", "sailthru.author", "dc.creator",
               "dcterms.creator", "byl", "article_author"),
    "publisher": ("og:site_name", "dc.publisher", "dcterms.publisher", "citation_publisher", "publisher"),
    "published": (
        "article:published_time", "article:published", "article.published", "og:published_time", "og:pubdate",
        "og:article:published_time", "datepublished", "parsely-pub-date", "sailthru.date", "pubdate", "pub_date",
        "pdate", "publishdate", "publish_date", "publish-date", "published_at", "published", "publication_date",
        "publicationdate", "article_date_original", "originalpublicationdate", "rnews:datepublished",
        "cxenseparse:recs:publishtime", "bt:pubdate", "citation_publication_date", "citation_online_date",
        "citation_date", "dc.date.issued", "dcterms.issued", "dcterms.date", "dc.date.created", "dcterms.created",
        "dc.date", "date",
    ),
    "updated": ("article:modified_time", "article:modified", "article.updated", "og:updated_time", "datemodified",
                "article_date_updated", "updated-date", "dcterms.modified", "last-modified", "lastmod"),
    "language": ("inlanguage", "dc.language", "dcterms.language", "language", "content-language", "og:locale"),
}  # fmt: skip
_CITED = "citation_author"  # one tag for each person, "Lee, Ann"
_UPDATED = re.compile(r"updat|modif|revis", re.I)
_BOTH = re.compile(r"\bpublished updated\b")  # as WordPress calls the date of what was never updated
_FEW = 2  # dates near a title: when the article was published, and when it was updated
_CLIMB = 5  # levels above the title that belong to its article
_MOST = 50  # elements of one kind that are looked at
_LONGEST = 300  # characters of markup's text


def stated_by_page(tree: HtmlElement, url: str | None = None) -> tuple[tuple[Stated, ...], str]:
    """Return what a page states in its JSON-LD, the tags of its head and its markup, the place that counts first.

    Beside it the text of its article where its JSON-LD holds that, the longest of several; else nothing. ``url`` is the
    address that it was fetched from.
    """
    head = _head(tree, url)
    heading, title = _heading(tree), _title(tree)
    titles = [*(each.value for each in head if each.field == "title"), *filter(None, (heading, title))]
    addresses = [each.value for each in head if each.field == "url"]
    scripts = [each.text_content() for each in tree.iter("script") if "ld+json" in (each.get("type") or "").lower()]
    entries = list(described(scripts, [*addresses, *filter(None, [url])], titles))
    found: list[Stated] = []
    for entry in entries:
        if addresses:  # more reliable: JSON-LD may name a section's page
            del entry["url"]
        found += from_fields(entry, "JSON-LD")
    found += head
    found += _microdata(tree, titles)
    if heading and (_is_title(heading, titles) or set(titles) == {heading}):
        found += from_fields({"title": heading}, "page markup")
    found += from_fields({"title": title, "language": tree.get("lang") or tree.get("xml:lang")}, "page markup")
    around = _around(tree, heading)
    found += _times(around)
    found += from_fields({"author": _links_to_authors(around)}, "page markup")
    text = max((str(entry["body"]) for entry in entries), key=len, default="")
    return in_order(_without_site_as_author(found)), text


def _head(tree: HtmlElement, url: str | None) -> list[Stated]:
    tags: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        content = unescaped(meta.get("content") or "").strip()
        for attribute in ("property", "name", "http-equiv", "itemprop"):
            if content and (name := meta.get(attribute)):
                tags.setdefault(name.strip().lower(), []).append(content)
    found: list[Stated] = []
    links = [link.get("href") for link in tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split()]
    for address in (*links, *tags.get("og:url", ())):
        if address and (absolute := _article_address(address, url)):
            found += from_fields({"url": absolute}, "meta tag")
    for field, names in _TAGS.items():
        for name in names:
            given = tags.get(name, [])
            found += from_fields({field: given if field == "author" else next(iter(given), None)}, "meta tag")
    cited = [" ".join(reversed(name.split(", "))) if name.count(", ") == 1 else name for name in tags.get(_CITED, ())]
    found += from_fields({"author": cited}, "meta tag")
    return found


def _article_address(address: str, url: str | None) -> str | None:
    """Return an absolute address; None for a front page's, which is no article's."""
    try:
        absolute = urljoin(url or "", address.strip())
        parts = urlsplit(absolute)
    except ValueError:
        return None
    return absolute if parts.path.strip("/") or parts.query else None


def _title(tree: HtmlElement) -> str | None:
    """Return the page's <title>; drawings have theirs too."""
    found = tree.xpath("//title[not(ancestor::svg)]")
    return _text(found[0]) if found else None


def _heading(tree: HtmlElement) -> str | None:
    """Return the <h1> that is in the page's <title>, or the only one where there is no title."""
    headings = list(dict.fromkeys(filter(None, map(_text, tree.iter("h1")))))
    title = _title(tree)
    if not title:
        return headings[0] if len(headings) == 1 else None
    return max((each for each in headings if name_key(each) in name_key(title)), key=len, default=None)


def _is_title(heading: str, titles: Sequence[str]) -> bool:
    """True if a heading is a title without what the site adds; the site's name may be a heading too."""
    key = name_key(heading)
    return any(
        name_key(bare_title(title, [heading], lambda _: False)) == key or 2 * len(key) > len(name_key(title))
        for title in titles
        if title != heading and key in name_key(title)
    )


def _text(element: HtmlElement) -> str:
    text = " ".join(element.text_content().split())
    return text if len(text) <= _LONGEST else ""


def _microdata(tree: HtmlElement, titles: Sequence[str]) -> Iterator[Stated]:
    """Yield what the microdata of the page's one article state; of all items, where none has a type."""
    inside: dict[HtmlElement, bool] = {}
    scopes = [
        each
        for each in tree.xpath("//*[@itemscope and @itemtype]")
        if each.get("itemtype").rstrip("/").endswith(KINDS) and not _within_article(each, inside)
    ]
    if len(scopes) > 1:
        keys = set(map(name_key, titles))
        scopes = [each for each in scopes if any(name_key(text) in keys for text in _items(each, "headline"))]
    if len(scopes) > 1:
        return
    scope = scopes[0] if scopes else tree
    single = not scopes  # items without an article may be anybody's: only what is said once counts
    for field, names in {
        "title": ("headline",),
        "author": ("author", "creator"),
        "publisher": ("publisher",),
        "published": ("datePublished",),
        "updated": ("dateModified", "dateUpdated"),
        "language": ("inLanguage",),
    }.items():
        values = [value for name in names for value in _items(scope, name)]
        if field == "author":
            yield from from_fields({field: values if not single or len(set(values)) == 1 else None}, "page markup")
            continue
        known = list(dict.fromkeys(filter(None, (value_of(field, value) for value in values))))
        if len(known) == 1 or (known and not single):
            yield Stated(field, known[0], "page markup")


def _within_article(element: HtmlElement, known: dict[HtmlElement, bool]) -> bool:
    """True if an element stands in an article or a comment; what was seen of the elements around it is kept."""
    around: list[HtmlElement] = []
    is_within = False
    for each in element.iterancestors():
        if each in known:
            is_within = known[each]
            break
        around.append(each)
    for each in reversed(around):
        is_within = is_within or (each.get("itemtype") or "").rstrip("/").endswith((*KINDS, "Comment"))
        known[each] = is_within
    return is_within


def _items(scope: HtmlElement, name: str) -> list[str]:
    """Return the values of a property of an item, not of items within it."""
    found = []
    for each in scope.xpath(f".//*[contains(concat(' ', @itemprop, ' '), ' {name} ')]"):
        owner = next((one for one in each.iterancestors() if one.get("itemscope") is not None or one is scope), scope)
        if owner is not scope and not (owner.get("itemtype") or "").endswith("Page"):
            continue
        if each.get("itemscope") is not None:
            names = each.xpath(".//*[@itemprop='name']")
            value = (names[0].get("content") or _text(names[0])) if names else ""
        else:
            value = each.get("content") or each.get("datetime") or _text(each)
        if value.strip():
            found.append(value.strip())
    return found[:_MOST]


def _around(tree: HtmlElement, heading: str | None) -> list[HtmlElement]:
    """Return the elements around the heading, from the innermost on."""
    element = next((each for each in tree.iter("h1") if heading and _text(each) == heading), None)
    if element is None:
        return []
    return [each for each in element.iterancestors() if each.tag not in ("html", "body")][:_CLIMB]


def _times(around: Iterable[HtmlElement]) -> Iterator[Stated]:
    """Yield the dates in the <time> elements that are next to the heading, if they are few."""
    for element in around:
        found: dict[str, str] = {}
        for time in islice(element.iter("time"), _MOST):
            label = _BOTH.sub("", f"{time.get('class')} {time.get('itemprop')} {_text(time)}")
            if date := value_of("published", time.get("datetime")) or value_of("published", _text(time)):
                found.setdefault(date, "updated" if _UPDATED.search(label) else "published")
        if len(found) > _FEW:
            return
        if found:
            if len(set(found.values())) == len(found):
                yield from (Stated(field, date, "page markup") for date, field in found.items())
            return


def _links_to_authors(around: Iterable[HtmlElement]) -> list[str] | None:
    """Return the texts of the links with rel=author that are next to the heading."""
    for element in around:
        links = [each for each in element.iter("a") if "author" in (each.get("rel") or "").lower().split()]
        if names := list(dict.fromkeys(filter(None, map(_text, links)))):
            return names if len(names) <= 2 * _FEW else None
    return None


def _without_site_as_author(found: list[Stated]) -> list[Stated]:
    """Return what is stated without the site's own name as the author, which publishing systems fill in."""
    publishers = [each.value for each in found if each.field == "publisher"]
    return [
        each
        for each in found
        if each.field != "author"
        or each.where == "JSON-LD"
        or not all(any(same_name(name, site) for site in publishers) for name in authors(each.value))
    ]
