"""Fields that documents come with (front matter, a line of JSON, a feed's entry) as statements of an article."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from qabot.articles import names, titles
from qabot.articles.article import Stated
from qabot.articles.dateline import stated_date
from qabot.articles.decoding import normalise
from qabot.articles.language import language_code

_NAMES = {
    "title": ("title", "headline"),
    "author": ("author", "authors", "byline", "creator"),
    "publisher": ("publisher", "site_name", "sitename", "source_name"),
    "published": (
        "published", "date_published", "datepublished", "published_at", "published_date", "publish_date",
        "publishdate", "date_publish", "publication_date", "publicationdate", "pub_date", "pubdate", "date",
    ),
    "updated": (
        "updated", "modified", "date_modified", "datemodified", "updated_at", "modified_at", "last_modified", "lastmod",
        "last_updated", "updated_date",
    ),
    "language": ("language", "lang", "inlanguage"),
    "url": ("url", "canonical_url", "link"),
    "original": ("original",),
    "about": ("about",),
}  # fmt: skip
_WEB = re.compile(r"https?://[^\s/]\S*", re.IGNORECASE)


def from_fields(fields: Mapping[str, Any], where: str) -> tuple[Stated, ...]:
    """What named fields state.

    Args:
        fields: names in lower case; values of any type, as YAML or JSON has them. Of several names for one thing the
            first that holds something counts.
        where: the place they are from, one of `qabot.articles.stated.PLACES`.
    """
    found = []
    for field, known in _NAMES.items():
        value = next(filter(None, (value_of(field, fields[name]) for name in known if fields.get(name))), None)
        if value:
            found.append(Stated(field, value, where))
    return tuple(found)


def value_of(field: str, given: Any) -> str | None:
    """A field's value in the form that articles have it; ``None`` where it is none."""
    if field in ("published", "updated"):
        return stated_date(given)
    if field == "author":
        return one_line(names.authors(given))
    if field == "publisher":
        return one_line(names.publisher(next(iter(names.texts(given)), None)))
    text = one_line(given)
    if text and field == "title":
        return titles.title(text)
    if text and field == "url":
        return text if _WEB.fullmatch(text) else None
    if text and field == "language":
        return language_code(text)
    return text


def one_line(value: Any) -> str | None:
    """A field's text on one line; the members of a list separated by ", "."""
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, (one_line(one) for one in value if not isinstance(one, list | tuple)))) or None
    if value is None or isinstance(value, dict | set | bool):
        return None
    return " ".join(normalise(str(value)).split()) or None
