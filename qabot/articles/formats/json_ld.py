"""JSON-LD: what the nodes that describe a page's article say of it, and its text where they hold that."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from qabot.articles.decoding import unescaped
from qabot.articles.names import name_key, same_name, texts
from qabot.articles.urls import place_of

KINDS = ("Article", "Posting", "Report")
"""The ends of the names of schema.org's types of articles."""
_Node = dict[str, Any]
_PAGES = ("WebPage", "ItemPage")
_ORGANISATIONS = ("Organization", "Corporation", "Project")
_INSIDE = (
    "@graph",
    "mainEntity",
    "mainEntityOfPage",
)  # where the page's own article may be; other properties hold other articles
_SAYING = ("headline", "author", "creator", "publisher", "datePublished", "articleBody")
_DEEP = 20  # levels of JSON that are looked into
_MOST_NODES = 2000
_MOST_DESCRIBED = 20  # nodes that describe one article; what they say is compared with each other
_OPENING = re.compile(r"\s*(?:<!--|//<!\[CDATA\[|<!\[CDATA\[|/\*<!\[CDATA\[\*/)")
_CLOSINGS = ("-->", "//]]>", "/*]]>*/", "]]>")
_BETWEEN = "; \r\n\t"
_MOST_REPAIRS = 10  # of a script; each takes out all commas that stand last, and of several in a row one
_TRAILING = re.compile(r",(?=\s*[}\]])")


def described(scripts: Iterable[str], addresses: Sequence[str], titles: Sequence[str]) -> Iterator[_Node]:
    """Yield what the nodes of JSON-LD that describe the page's article say, under the names that fields have.

    Of several articles, those count that have one of the page's addresses, else those that have a title of its head.
    Where there is no article, the nodes of the page itself count.
    """
    nodes = [node for script in scripts for data in _parsed(script) for node in _nodes(data, _DEEP)][:_MOST_NODES]
    known = {str(node["@id"]): node for node in nodes if "@id" in node and node.get("name")}
    found = [node for node in nodes if _is(node, KINDS) and any(map(node.get, _SAYING))]
    if len(found) > 1:
        places = {place_of(each) for each in addresses}
        keys = {name_key(each) for each in titles}
        found = (
            [node for node in found if places.intersection(map(place_of, _addresses(node)))]
            or [node for node in found if name_key(_string(node.get("headline"))) in keys]
            or (found if len({name_key(_string(node.get("headline"))) for node in found}) == 1 else [])
        )
    pages = [] if found else [node for node in nodes if _is(node, _PAGES)]
    if len({place_of(each) for node in pages for each in _addresses(node)}) > 1:
        pages = []
    for node in (found or pages)[:_MOST_DESCRIBED]:
        yield _fields(node, known)


def _fields(node: _Node, known: dict[str, _Node]) -> _Node:
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
        "body": _string(node.get("articleBody")),
        "url": address if address and address.partition("://")[2].partition("/")[2] else None,
    }


def _authors(given: Any, publishers: Sequence[str]) -> Iterator[str]:
    """Yield the names of authors; the publisher's own only where it is said to be an organisation."""
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
    """Return a value with the character references of HTML replaced, which many sites leave in."""
    if isinstance(value, list):
        return [_plain(each) for each in value[:100]]
    if isinstance(value, dict):
        return {"name": _plain(value.get("name"))}
    return unescaped(value) if isinstance(value, str) else value


def _string(value: Any) -> str:
    value = value[0] if isinstance(value, list) and value else value
    return unescaped(value).strip() if isinstance(value, str) else ""


def _resolved(value: Any, known: dict[str, _Node]) -> Any:
    """Return a value with the nodes in place of the @id by which it names them."""
    if isinstance(value, list):
        return [_resolved(each, known) for each in value[:100]]
    if isinstance(value, dict) and not value.get("name"):
        return known.get(str(value.get("@id")), value)
    return value


def _addresses(node: _Node) -> list[str]:
    """Return the addresses that a node gives for itself."""
    found = []
    for value in (node.get("mainEntityOfPage"), node.get("url"), node.get("@id")):
        value = (value.get("@id") or value.get("url")) if isinstance(value, dict) else value
        if isinstance(value, str) and value.strip():
            found.append(value.strip())
    return found


def _is(node: _Node, kinds: tuple[str, ...]) -> bool:
    given = node.get("@type")
    return any(str(kind).endswith(kinds) for kind in (given if isinstance(given, list) else [given]))


def _parsed(script: str) -> Iterator[Any]:
    """Yield the JSON documents in a script; nothing where it is no JSON."""
    opening = _OPENING.match(script)
    text = script[opening.end() if opening else 0 :].rstrip(_BETWEEN)
    text = text.removesuffix(next(filter(text.endswith, _CLOSINGS), "")).strip()
    decoder, at, repairs = json.JSONDecoder(strict=False), 0, 0
    while at < len(text):
        try:
            data, at = decoder.raw_decode(text, at)
        except ValueError:
            repaired = _TRAILING.sub("", text[at:])
            if len(repaired) == len(text) - at or repairs == _MOST_REPAIRS:
                return
            text, at, repairs = repaired, 0, repairs + 1
            continue
        except RecursionError:
            return
        yield data
        while at < len(text) and text[at] in _BETWEEN:
            at += 1


def _nodes(data: Any, levels: int) -> Iterator[_Node]:
    """Yield the nodes that stand on their own; those within an article describe other things."""
    if not levels:
        return
    if isinstance(data, list):
        for member in data:
            yield from _nodes(member, levels - 1)
    elif isinstance(data, dict):
        yield data
        for name in ("publisher", "author"):  # which other nodes may name by their @id
            if isinstance(data.get(name), dict) and "@type" in data[name]:
                yield data[name]
        for name in _INSIDE:
            if isinstance(data.get(name), dict | list):
                yield from _nodes(data[name], levels - 1)
