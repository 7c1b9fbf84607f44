"""What repeats across the articles of one site is the site's: menus, appeals and forms in the site's own words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from hashlib import blake2b
from typing import Protocol

from qabot.articles.document import Document

ENOUGH = 3
"""In so many other articles of its site a line has to stand."""


class Sightings(Protocol):
    """Which documents of a site hold which lines; lines are known by their keys only."""

    def put(self, site: str, document: str, keys: Collection[int]) -> None:
        """A document of a site holds these lines now, and no others."""

    def of(self, site: str, keys: Collection[int]) -> Mapping[int, Sequence[str]]:
        """For every line, some of the documents of the site that hold it: at least ``ENOUGH`` + 1 where there are."""


class SightingsInMemory:
    """Sightings of one run, for tools and tests."""

    def __init__(self) -> None:
        self._seen: defaultdict[tuple[str, int], list[str]] = defaultdict(list)

    def put(self, site: str, document: str, keys: Collection[int]) -> None:
        """See `Sightings`."""
        for key in keys:
            seen = self._seen[site, key]
            if document not in seen:
                seen.append(document)

    def of(self, site: str, keys: Collection[int]) -> Mapping[int, Sequence[str]]:
        """See `Sightings`."""
        return {key: self._seen.get((site, key), ()) for key in keys}


def line_key(row: str) -> int:
    """A line as a number of 63 bits; white space and case aside."""
    return int.from_bytes(blake2b(" ".join(row.casefold().split()).encode(), digest_size=8).digest()) >> 1


def line_keys(document: Document) -> dict[int, str]:
    """The lines of a document by their keys."""
    return {line_key(row): row for row in document.rows}


def repeated_rows(document: Document, sightings: Sightings) -> frozenset[str]:
    """Those of a document's rows that its site repeats; the document itself may be among the sightings or not."""
    keys = line_keys(document)
    seen = sightings.of(document.site, list(keys))
    return frozenset(
        row
        for key, row in keys.items()
        if len({each for each in seen.get(key, ()) if each != document.source}) >= ENOUGH
    )
