"""What repeats across the articles of one site is the site's: menus, appeals and forms in the site's own words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Protocol

from qabot.articles import lines as line
from qabot.articles.document import Document

ENOUGH = 3
"""In so many other articles of its site a line has to stand."""
MANY = 8
"""In so many where it is short: headings, names and replies recur in articles too."""

_SHORT = 6  # words
_COPIED = 1 / 3  # of a document's paragraphs, by words, that a copy or another version of it shares


class Sightings(Protocol):
    """Which documents of a site hold which lines; lines are known by their keys only."""

    def put(self, site: str, document: str, keys: Collection[int]) -> None:
        """A document of a site holds these lines now, and no others."""

    def of(self, site: str, keys: Collection[int]) -> Mapping[int, Sequence[str]]:
        """For every line, some of the documents of the site that hold it: at least ``MANY`` + 1 where there are."""


class SightingsInMemory:
    """Sightings of one run, for tools and tests."""

    def __init__(self) -> None:
        self._seen: defaultdict[tuple[str, int], dict[str, None]] = defaultdict(dict)
        self._held: dict[tuple[str, str], Collection[int]] = {}

    def put(self, site: str, document: str, keys: Collection[int]) -> None:
        """See `Sightings`."""
        for key in self._held.get((site, document), ()):
            del self._seen[site, key][document]
        self._held[site, document] = tuple(keys)
        for key in keys:
            self._seen[site, key][document] = None

    def of(self, site: str, keys: Collection[int]) -> Mapping[int, Sequence[str]]:
        """See `Sightings`."""
        return {key: tuple(self._seen.get((site, key), ())) for key in keys}


def line_key(row: str) -> int:
    """A line as a number of 63 bits; white space and case aside."""
    return int.from_bytes(blake2b(" ".join(row.casefold().split()).encode(), digest_size=8).digest()) >> 1


def line_keys(document: Document) -> dict[int, str]:
    """The lines of a document by their keys."""
    return {line_key(row): row for row in document.rows}


def repeated_rows(document: Document, sightings: Sightings) -> frozenset[str]:
    """Those of a document's rows that its site repeats; the document itself may be among the sightings or not.

    Copies and other versions of the same article do not count: they repeat all of its lines.
    """
    keys = line_keys(document)
    seen = sightings.of(document.site, list(keys))
    others = {key: {each for each in seen.get(key, ()) if each != document.source} for key in keys}
    copies = _copies((len(line.words(row)), others[key]) for key, row in keys.items() if line.is_prose(row))
    return frozenset(
        row
        for key, row in keys.items()
        if len(others[key] - copies) >= (ENOUGH if len(line.words(row)) >= _SHORT else MANY)
    )


def _copies(paragraphs: Iterable[tuple[int, Collection[str]]]) -> frozenset[str]:
    """The documents that share a good part of the paragraphs, given as their sizes and the documents that hold them."""
    total = 0
    shared: Counter[str] = Counter()
    for size, documents in paragraphs:
        total += size
        for each in documents:
            shared[each] += size
    return frozenset(each for each, size in shared.items() if size > _COPIED * total)
