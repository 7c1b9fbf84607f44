"""Fields that documents come with (front matter, a line of JSON, a feed's entry) as statements of an article."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from qabot.articles.article import Stated
from qabot.articles.dateline import stated_date
from qabot.articles.decoding import normalise

_NAMES = {
    "title": ("title",),
    "author": ("author", "authors"),
    "publisher": ("publisher",),
    "published": ("published", "date"),
    "updated": ("updated", "modified"),
    "language": ("language", "lang"),
    "url": ("url",),
    "original": ("original",),
    "about": ("about",),
}
_WEB = re.compile(r"https?://\S+", re.IGNORECASE)
_CODE = re.compile(r"([a-z]{2})(?:[-_][a-z0-9]+)*", re.IGNORECASE)


def from_fields(fields: Mapping[str, Any], where: str) -> tuple[Stated, ...]:
    """What named fields state.

    Args:
        fields: names in lower case; values of any type, as YAML or JSON has them.
        where: the place they are from, one of `qabot.articles.stated.PLACES`.
    """
    found = []
    for field, names in _NAMES.items():
        given = next((fields[name] for name in names if fields.get(name)), None)
        if value := value_of(field, given):
            found.append(Stated(field, value, where))
    return tuple(found)


def value_of(field: str, given: Any) -> str | None:
    """A field's value in the form that articles have it; ``None`` where it is none."""
    if field in ("published", "updated"):
        return stated_date(given)
    text = one_line(given)
    if text and field == "url":
        return text if _WEB.fullmatch(text) else None
    if text and field == "language":
        code = _CODE.fullmatch(text)
        return code[1].lower() if code else None
    return text


def one_line(value: Any) -> str | None:
    """A field's text on one line; the members of a list separated by ", "."""
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, (one_line(one) for one in value if not isinstance(one, list | tuple)))) or None
    if value is None or isinstance(value, dict | set | bool):
        return None
    return " ".join(normalise(str(value)).split()) or None
