"""Filters: of which dates and publishers the articles may be that an answer rests on."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from qabot.errors import QabotError, UsageError
from qabot.store.records import ArticleRecord, Scope
from qabot.text.dates.period import day_span

SORTS = ("published", "title", "publisher", "source", "indexed", "passages")  # fields


@dataclass(frozen=True)
class Filters:
    """What ``--since``, ``--until``, ``--as-of`` and ``--publisher`` say; all days are inclusive."""

    since: date | None = None
    until: date | None = None
    as_of: date | None = None
    publishers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an empty span.

        Raises:
            UsageError: no day is both in and before the end of the span.
        """
        last = self.last_day
        if self.since and last and self.since > last:
            name = "until" if last == self.until else "as-of"
            raise UsageError(f"No day fits both since {self.since} and {name} {last}. Change one of them.")

    @property
    def last_day(self) -> date | None:
        """The last day that an article may be of."""
        return min((day for day in (self.until, self.as_of) if day), default=None)

    @property
    def scope(self) -> Scope:
        """The articles that may be used."""
        return Scope(since=self.since, until=self.last_day, publishers=self.publishers, as_of=self.as_of)

    def __str__(self) -> str:
        """Return the filters in a few words; empty where every article may be used."""
        days = (("since", self.since), ("until", self.until), ("as of", self.as_of))
        return ", ".join([*(f"{name} {day}" for name, day in days if day), *self.publishers])


def first_day(text: str) -> date:
    """Return the first day of a date as a person writes it.

    Raises:
        UsageError: it is no date.
    """
    return _span(text)[0]


def last_day(text: str) -> date:
    """Return the last day of a date as a person writes it; raises as `first_day` does."""
    return _span(text)[1]


def _span(text: str) -> tuple[date, date]:
    try:
        return day_span(text)
    except ValueError:
        raise UsageError(f"{text!r} is no date. Write 2024-04-22, 2024-04 or 2024.") from None


def admitted(articles: Iterable[ArticleRecord], scope: Scope) -> list[ArticleRecord]:
    """Return the articles in a scope."""
    return [each for each in articles if scope.includes(each.published, each.publisher)]


DATE_THEM = "state it in front matter (published: 2024-05-03), and index again"
"""What helps where articles have no date."""


def undated_left_out(articles: Sequence[ArticleRecord], scope: Scope) -> str | None:
    """Return a line that says how many articles a span of days leaves out for want of a date; None where none."""
    undated = sum(each.published is None for each in admitted(articles, Scope(publishers=scope.publishers)))
    if not undated or not (scope.since or scope.until):
        return None
    return f"Left out: {undated} article{'s' if undated > 1 else ''} without a date: {DATE_THEM}."


def publisher_named(name: str, publishers: Iterable[str]) -> str:
    """Return the publisher of that name, as the articles spell it.

    Args:
        name: as the user wrote it.
        publishers: those that there are.

    Raises:
        QabotError: no article is by it; the nearest are named.
    """
    known = {publisher.casefold(): publisher for publisher in publishers}
    wanted = " ".join(name.split()).casefold()
    if wanted in known:
        return known[wanted]
    near = difflib.get_close_matches(wanted, known, n=3, cutoff=0.5)
    near += [key for key in known if wanted and wanted in key and key not in near]
    if near:
        raise QabotError(f"No article is by a publisher {name!r}. Near: {', '.join(known[key] for key in near[:5])}.")
    names = ", ".join(sorted(known.values())[:5]) + (f" and {len(known) - 5} more" if len(known) > 5 else "")
    raise QabotError(
        f"No article is by a publisher {name!r}. " + (f"There are: {names}." if names else "None is named.")
    )


def chosen(
    articles: Sequence[ArticleRecord],
    *,
    publishers: Iterable[str] = (),
    language: str | None = None,
    contains: str | None = None,
) -> list[ArticleRecord]:
    """Return the articles of any of these publishers, in a language, with some words in their title.

    Raises:
        QabotError: no article is by that publisher, or in that language.
    """
    known = [each.publisher for each in articles if each.publisher]
    found = admitted(articles, Scope(publishers=tuple(publisher_named(name, known) for name in publishers)))
    if language is not None:
        languages = sorted({each.language for each in articles if each.language})
        if language.lower() not in languages:
            there_are = f"There are: {', '.join(languages)}." if languages else "No article's language is known."
            raise QabotError(f"No article is in the language {language!r}. {there_are}")
        found = [each for each in found if each.language == language.lower()]
    if contains is not None:
        words = " ".join(contains.split()).casefold()
        found = [each for each in found if each.title and words in each.title.casefold()]
    return found


def ordered(articles: Iterable[ArticleRecord], field: str | None, *, reverse: bool) -> list[ArticleRecord]:
    """Return the articles sorted by a field, those without it last; by source where none is named."""
    name = field or "source"
    articles = list(articles)
    known = [each for each in articles if getattr(each, name) is not None]

    def key(article: ArticleRecord) -> str | int:
        value: str | int = getattr(article, name)
        return value.casefold() if isinstance(value, str) else value

    return sorted(known, key=key, reverse=reverse) + [each for each in articles if getattr(each, name) is None]
