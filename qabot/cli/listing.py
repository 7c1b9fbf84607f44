"""Which articles ``qabot articles list`` shows, in which order, and as what."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

import typer

from qabot.chat.filters import publisher_named
from qabot.cli.output import notice, write
from qabot.errors import QabotError
from qabot.text.dates.period import day_span

if TYPE_CHECKING:
    from qabot.store.records import ArticleRecord

SORTS = ("published", "title", "publisher", "source", "indexed", "passages")
_SHORT_ID = 8
_WIDE, _MEDIUM = 80, 55  # columns of a terminal from which on there is room for more of a table


def sort_field(name: str | None) -> str | None:
    """The field to sort by.

    Raises:
        BadParameter: there is no such field; the nearest is named.
    """
    if name is None or name in SORTS:
        return name
    near = difflib.get_close_matches(name.lower(), SORTS, n=1)
    raise typer.BadParameter(
        f"{name!r} is nothing to sort by{f' (did you mean {near[0]}?)' if near else ''}. There are: {', '.join(SORTS)}."
    )


def chosen(
    articles: Sequence[ArticleRecord],
    *,
    publishers: Sequence[str] = (),
    since: date | None = None,
    until: date | None = None,
    language: str | None = None,
    contains: str | None = None,
) -> list[ArticleRecord]:
    """The articles that are asked for; says on standard error how many undated ones a span of days leaves out.

    Raises:
        QabotError: no article is by that publisher, or in that language.
    """
    found = list(articles)
    if publishers:
        wanted = {publisher_named(name, [each.publisher for each in articles if each.publisher]) for name in publishers}
        wanted = {name.casefold() for name in wanted}
        found = [each for each in found if each.publisher and each.publisher.casefold() in wanted]
    if language is not None:
        languages = sorted({each.language for each in articles if each.language})
        if language.lower() not in languages:
            there_are = f"There are: {', '.join(languages)}." if languages else "No article's language is known."
            raise QabotError(f"No article is in the language {language!r}. {there_are}")
        found = [each for each in found if each.language == language.lower()]
    if contains is not None:
        words = " ".join(contains.split()).casefold()
        found = [each for each in found if each.title and words in each.title.casefold()]
    if since or until:
        dated = [each for each in found if each.published]
        if undated := len(found) - len(dated):
            notice(f"Left out: {undated} article{'s' if undated > 1 else ''} without a date.")
        found = [each for each in dated if _within(str(each.published), since, until)]
    return found


def _within(published: str, since: date | None, until: date | None) -> bool:
    first, last = day_span(published)
    return not (since and first < since) and not (until and last > until)


def ordered(articles: Iterable[ArticleRecord], field: str | None, *, reverse: bool) -> list[ArticleRecord]:
    """The articles sorted by a field, those without it last; by source where none is named."""
    name = field or "source"
    articles = list(articles)
    known = [each for each in articles if getattr(each, name) is not None]

    def key(article: ArticleRecord) -> str | int:
        value: str | int = getattr(article, name)
        return value.casefold() if isinstance(value, str) else value

    return sorted(known, key=key, reverse=reverse) + [each for each in articles if getattr(each, name) is None]


def print_lines(articles: Iterable[ArticleRecord]) -> None:
    """One line an article, with tabs."""
    from qabot.render import cell

    for each in articles:
        fields = (
            each.article_id, each.published, each.publisher, each.author, each.title, each.passages, each.source
        )  # fmt: skip
        write("\t".join(map(cell, fields)) + "\n")


def print_table(articles: Sequence[ArticleRecord], all_articles: Iterable[ArticleRecord]) -> None:
    """A table as wide as the terminal; what it has no room for is left out."""
    from rich.table import Table
    from rich.text import Text

    from qabot.chat.screen import Screen
    from qabot.render import cell

    out = Screen().out
    members = Counter(each.origin for each in all_articles)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Id", no_wrap=True, min_width=_SHORT_ID)
    table.add_column("Title", ratio=3, overflow="fold")
    if out.width >= _MEDIUM:
        table.add_column("Publisher", ratio=1, overflow="fold")
    table.add_column("Published", no_wrap=True, min_width=len("2024-04-22"))
    if out.width >= _WIDE:
        table.add_column("Origin", no_wrap=True, min_width=_SHORT_ID)
        table.add_column("Passages", no_wrap=True, justify="right")
    for each in articles:
        row = [each.article_id[:_SHORT_ID], each.title or each.source]
        row += [each.publisher or ""] * (out.width >= _MEDIUM)
        row += [each.published or ""]
        if out.width >= _WIDE:
            row += [each.origin[:_SHORT_ID] if members[each.origin] > 1 else "", str(each.passages)]
        table.add_row(*(Text(cell(value)) for value in row))
    if articles:
        out.print(table)
    notice(f"{len(articles)} article{'' if len(articles) == 1 else 's'}")
