"""The JSON-LD of a page: which of its nodes is the page's article, and what that node says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from html import unescape
from typing import Any

from qabot.articles.names import name_key, same_name, texts

Node = dict[str, Any]

_ARTICLES = ("Article", "Posting", "Report")  # what the names of schema.org's types of articles end with
_PAGES = ("WebPage", "ItemPage")
_ORGANISATIONS = ("Organization", "Corporation", "Project")
_INSIDE = ("@graph", "mainEntity", "mainEntityOfPage")  # where the page's own article may be; others hold other ones
_DEEP = 20  # levels of JSON that are looked into
_MOST = 2000  # nodes
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//<!\[CDATA\[|<!\[CDATA\[|/\*<!\[CDATA\[\*/)|(?:-->|//\]\]>|\]\]>|/\*\]\]>\*/)?[\s;]*$"
)
_TRAILING = re.compile(r",(?=\s*[}\]])")


def articles(scripts: Iterable[str], addresses: Sequence[str], titles: Sequence[str]) -> Iterator[Node]:
    """What the nodes that describe the page's article say, under the names that fields have.

    Of several articles, those at one of the page's addresses are it, else those with its title; where there is none,
    the page itself is asked.

    Args:
        scripts: the texts of the page's scripts of that type.
        addresses: under which the page is found.
        titles: what its head gives as its title.
    """
    nodes = [node for script in scripts for data in _parsed(script) for node in _nodes(data, _DEEP)][:_MOST]
    known = _by_id(nodes)
    found = [node for node in nodes if _is(node, _ARTICLES) and _says_something(node)]
    if len(found) > 1:
        places = {_location(each) for each in addresses}
        keys = {name_key(each) for each in titles}
        found = (
            [node for node in found if places.intersection(map(_location, _addresses(node)))]
            or [node for node in found if name_key(_string(node.get("headline"))) in keys]
            or (found if len({name_key(_string(node.get("headline"))) for node in found}) == 1 else [])
        )
    pages = [] if found else [node for node in nodes if _is(node, _PAGES)]
    if len({_location(each) for node in pages for each in _addresses(node)}) > 1:
        pages = []
    for node in found or pages:
        yield _fields(node, known)


def _fields(node: Node, known: dict[str, Node]) -> Node:
    publisher = _resolved(node.get("publisher"), known)
    address = next((each.partition("#")[0] for each in _addresses(node) if "://" in each), None)
    language = _resolved(node.get("inLanguage"), known)
    return {
        "title": _string(node.get("headline")) or _string(node.get("name")),
        "author": list(_authors(_resolved(node.get("author") or node.get("creator"), known), texts(publisher))),
        "publisher": _plain(publisher),
        "published": _string(node.get("datePublished")),
        "updated": _string(node.get("dateModified")),
        "language": _language(language),
        "url": address if address and address.partition("://")[2].partition("/")[2] else None,
    }


def _authors(given: Any, publishers: Sequence[str]) -> Iterator[str]:
    """The names of authors; the publisher's own only where it is said to be an organisation."""
    for each in given if isinstance(given, list) else [given]:
        organisation = isinstance(each, dict) and _is(each, _ORGANISATIONS)
        for name in texts(_plain(each)):
            if organisation or not any(same_name(name, publisher) for publisher in publishers):
                yield name


def _language(given: Any) -> str:
    given = given[0] if isinstance(given, list) and given else given
    if isinstance(given, dict):
        return _string(given.get("alternateName")) or _string(given.get("name"))
    return _string(given)


def _plain(value: Any) -> Any:
    """A value whose texts are without HTML's references, which many sites leave in."""
    if isinstance(value, list):
        return [_plain(each) for each in value[:100]]
    if isinstance(value, dict):
        return {"name": _plain(value.get("name"))}
    return unescape(value) if isinstance(value, str) else value


def _string(value: Any) -> str:
    value = value[0] if isinstance(value, list) and value else value
    return unescape(value).strip() if isinstance(value, str) else ""


def _resolved(value: Any, known: dict[str, Node]) -> Any:
    """A value with the nodes that it only names by their @id."""
    if isinstance(value, list):
        return [_resolved(each, known) for each in value[:100]]
    if isinstance(value, dict) and not value.get("name"):
        return known.get(str(value.get("@id")), value)
    return value


def _by_id(nodes: Iterable[Node]) -> dict[str, Node]:
    return {str(node["@id"]): node for node in nodes if "@id" in node and node.get("name")}


def _addresses(node: Node) -> list[str]:
    """Where a node says that it is found."""
    found = []
    for value in (node.get("mainEntityOfPage"), node.get("url"), node.get("@id")):
        value = (value.get("@id") or value.get("url")) if isinstance(value, dict) else value
        if isinstance(value, str) and value.strip():
            found.append(value.strip())
    return found


def _location(url: str) -> str:
    return url.partition("://")[2].removeprefix("www.").partition("#")[0].rstrip("/")


def _says_something(node: Node) -> bool:
    return any(node.get(name) for name in ("headline", "author", "creator", "publisher", "datePublished"))


def _is(node: Node, kinds: tuple[str, ...]) -> bool:
    given = node.get("@type")
    return any(str(kind).endswith(kinds) for kind in (given if isinstance(given, list) else [given]))


def _parsed(script: str) -> Iterator[Any]:
    """The JSON documents in a script; one that is none says nothing."""
    text = _WRAPPING.sub("", script).strip()
    decoder = json.JSONDecoder(strict=False)
    while text:
        try:
            data, end = decoder.raw_decode(text)
        except ValueError:
            if (repaired := _TRAILING.sub("", text)) == text:
                return
            text = repaired
            continue
        except RecursionError:
            return
        yield data
        text = text[end:].lstrip("; \r\n\t")


def _nodes(data: Any, levels: int) -> Iterator[Node]:
    """All nodes that stand on their own in the data; those within an article are of what is near it."""
    if not levels:
        return
    if isinstance(data, list):
        for member in data:
            yield from _nodes(member, levels - 1)
    elif isinstance(data, dict):
        yield data
        for name in ("publisher", "author"):  # for their @id
            if isinstance(data.get(name), dict) and "@type" in data[name]:
                yield data[name]
        for name in _INSIDE:
            if isinstance(data.get(name), dict | list):
                yield from _nodes(data[name], levels - 1)
