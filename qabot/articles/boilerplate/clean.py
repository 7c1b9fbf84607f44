"""From raw page text to the article's own words: lines go by their kind, their place, and what their site repeats.

A page is a head (title, byline, appeals, menus), a body and a tail (comment form, teasers, footer). In the body a line
goes only where its kind is beyond doubt; before and after it, doubt counts against it. A sentence of the article is
never given up for a cleaner page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import blake2b
from typing import Protocol

from qabot.articles.article import Document
from qabot.articles.boilerplate import lines as line
from qabot.articles.boilerplate import notices
from qabot.articles.boilerplate.position import (
    appealing,
    at_the_ends,
    extent,
    linked,
    stems,
    strangers,
)
from qabot.articles.dateline import is_dateline
from qabot.articles.head import Head, read_head

_MENU = 5  # so many of the page's own lines above the body make a menu
_LONG = 20  # words: a paragraph of so many stands in no menu
_TOP = 25  # lines under a menu, among which the title stands
_TOLD = 3  # words: a shorter line is too short for some patterns
_HEADLINE = 6  # words: a repeated line of so many does not head a section

ENOUGH = 3
"""In so many other articles of its site a line has to stand."""
MANY = 8
"""In so many where it is short: headings, names and replies recur in articles too."""
_SHORT = 6  # words: a shorter line has to be repeated in `MANY` articles
_COPIED = 1 / 3  # the share of a document's paragraphs, by words, that makes another one its copy


@dataclass(frozen=True)
class Cleaned:
    """An article's paragraphs, what its head says, and the lines left out."""

    paragraphs: tuple[str, ...]
    removed: tuple[str, ...] = ()
    head: Head = field(default_factory=Head)


def clean(rows: Sequence[str], repeated: Collection[str] = frozenset()) -> Cleaned:
    """Divide a page's paragraphs, some of which its site repeats (`repeated_rows`), into the article's and the rest."""
    keep, head = _rows_of_article(rows, repeated)
    kept: list[str] = []
    removed: list[str] = []
    seen: set[str] = set()
    for i, row in enumerate(rows):
        words = notices.without_caption_marks(row)
        if i not in keep or (words in seen and line.is_prose(words) and not line.is_item(words)):
            if i not in head.lines:
                removed.append(row)
            continue
        seen.add(words)
        kept.append(words)
        if words != row:
            removed.append(row.replace(words, " ", 1).strip())
    return Cleaned(tuple(kept), tuple(removed), head)


def _rows_of_article(rows: Sequence[str], repeated: Collection[str]) -> tuple[set[int], Head]:
    """Return the numbers of the rows that are the article's, and what its head says."""
    speakers = line.speakers(rows)
    gone = appealing(rows) | {
        i for i, row in enumerate(rows) if is_left_out(row, repeated) or line.is_teaser(row, speakers)
    }
    dated = {i for i, row in enumerate(rows) if line.is_age(row) or is_dateline(row)}
    start, end = extent(rows, gone, dated)
    has_menu = sum(i in gone for i in range(start)) >= _MENU
    told = {stem for row in rows[start:end] for stem in stems(row)} if has_menu else set()
    top = _below_menu(rows, start, gone, told) if has_menu else 0
    head = read_head(rows[top:], start - top)
    head = replace(head, lines=frozenset(i + top for i in head.lines))
    keep = {i for i in range(start, end) if i not in gone and i not in head.lines}
    above = {i for i in range(start) if i not in gone and i not in head.lines}
    if gone or start < len(rows):  # else it is a list or a poem: no paragraph, and no line of a page's own
        above = {i for i in above if _is_of_head(rows, i, top, start)}
    keep |= {i for i in above if not has_menu or _shares(rows[i], told, 0.5)}
    keep -= linked(rows, start, end)
    keep -= strangers(rows, keep)
    keep -= at_the_ends(rows, keep, start, repeated)
    return keep, head


def is_left_out(row: str, repeated: Collection[str] = frozenset()) -> bool:
    """True if a line is of a kind that goes wherever it stands, or one of the rows that its site repeats as its own."""
    return _is_pages(row) or (row in repeated and _is_formula(row))


@lru_cache(1024)
def _is_pages(row: str) -> bool:
    size = len(line.words(row))
    if not size or line.is_label(row) or line.is_form(row) or line.is_age(row) or line.is_player(row):
        return True
    if line.is_teaser(row) or notices.is_rights(row) or notices.is_credit(row):
        return True
    if size < _TOLD:
        return False
    if notices.is_contributor(row) or notices.is_note(row):
        return True
    return notices.is_appeal(row) or notices.points_elsewhere(row)


def _is_formula(row: str) -> bool:
    """True if a line that a site repeats is its own, about its work or a headline: an article may repeat others."""
    if notices.may_be_site_voice(row) or notices.is_contact(row) or notices.speaks_of_publishing(row):
        return True
    if line.is_prose(row) or len(line.words(row)) < _HEADLINE or row.endswith((":", "?", "…")):
        return False
    return notices.asks(row) or not line.is_item(row)


def _below_menu(rows: Sequence[str], start: int, gone: Collection[int], told: Collection[str]) -> int:
    """Return the row where the article's head begins under a menu: the first with words of the body."""
    top = max(0, start - _TOP)
    return next((i for i in range(top, start) if i not in gone and _shares(rows[i], told, 0.6)), top)


def _shares(row: str, told: Collection[str], part: float) -> bool:
    """True if at least that share of a line's words stands in the body: teasers of other articles have fewer."""
    own = stems(row)
    return len(own) > 1 and len(own.intersection(told)) >= part * len(own)


def _is_of_head(rows: Sequence[str], i: int, top: int, start: int) -> bool:
    """True if a line above the body may be the article's standfirst or opening, or the heading of its first section."""
    row = rows[i]
    if i < top:
        return line.is_prose(row) and len(line.words(row)) >= _LONG
    if not (line.is_sentence(row) or len(line.words(row)) >= 8 or i == start - 1):
        return False
    return not (row.endswith("—") or is_dateline(row))


class Sightings(Protocol):
    """A record of which documents of a site hold which lines, known by their keys (`line_key`)."""

    def put(self, site: str, document: str, keys: Collection[int]) -> None:
        """Record that a document of a site holds these lines now, and no others."""

    def of(self, site: str, keys: Collection[int]) -> Mapping[int, Sequence[str]]:
        """Return some of the documents of the site that hold each line: at least ``MANY`` + 1 where there are."""


def line_key(row: str) -> int:
    """Return a line as a number of 63 bits; white space and case aside."""
    return int.from_bytes(blake2b(" ".join(row.casefold().split()).encode(), digest_size=8).digest()) >> 1


def line_keys(document: Document) -> dict[int, str]:
    """Return the lines of a document by their keys."""
    return {line_key(row): row for row in document.rows}


def repeated_rows(document: Document, sightings: Sightings) -> frozenset[str]:
    """Return those of a document's rows that its site repeats; the document itself may be among the sightings or not.

    Copies and other versions of the article do not count, because they repeat all of its lines.
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
    """Return the documents that share a good part of the paragraphs: of each its words, and which documents hold it."""
    total = 0
    shared: Counter[str] = Counter()
    for size, documents in paragraphs:
        total += size
        for each in documents:
            shared[each] += size
    return frozenset(each for each, size in shared.items() if size > _COPIED * total)
