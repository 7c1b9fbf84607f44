"""Articles for people: one with all that is known of it, and a list of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.table import Table
from rich.text import Text

from qabot.articles.article import Stated
from qabot.articles.provenance import FIELDS, differing
from qabot.render.text import article_label, cell, plain
from qabot.store.records import ArticleRecord, Change

_SHORT_ID = 8
_WIDE, _MEDIUM = 80, 55  # columns of a terminal from which on there is room for more of a table


def article_text(
    article: ArticleRecord,
    text: str,
    stated: Sequence[Stated],
    reprints: Sequence[ArticleRecord],
    changes: Sequence[Change],
) -> Text:
    """Return what is known of an article, each fact on a line with where it is stated; then its text.

    Args:
        article: the article.
        text: its stored text.
        stated: what it says of itself.
        reprints: the other articles of its origin.
        changes: its former versions.
    """
    differing_ = differing(stated)
    lines: list[tuple[str, str]] = [("article_id", article.article_id)]
    for field in FIELDS:
        if value := getattr(article, field):
            where = _where(field, value, stated)
            lines.append((field, f"{value} ({where})" if where else value))
        others = [each for each in differing_.get(field, ()) if each.value != value]
        lines += [("", f"or {each.value} ({each.where})") for each in others]
    lines += [("source", article.source), ("passages", str(article.passages)), ("indexed", article.indexed)]
    lines.append(("origin", article.origin))
    lines += [("", f"also {_reprint(each, leads=each.article_id == article.origin)}") for each in reprints]
    lines += [
        ("changed", f"{change.time[:10]}: {', '.join(change.what)} (was {change.former_id})") for change in changes
    ]
    head = Text("\n").join(Text.assemble((f"{name:<10}", "dim"), "  ", cell(value)) for name, value in lines)
    return Text.assemble(head, "\n\n", plain(text))


def _where(field: str, value: str, stated: Iterable[Stated]) -> str | None:
    """Return the place that states a field's value, word for word if there is one, else among other words."""
    said = [each for each in stated if each.field == field and value in each.value]
    return min(said, key=lambda each: each.value != value).where if said else None


def _reprint(article: ArticleRecord, *, leads: bool) -> str:
    label = article_label(article.publisher, article.published, article.title, article.source)
    return f"{article.article_id}{' (leads)' if leads else ''} {label}"


def article_lines(articles: Iterable[ArticleRecord]) -> str:
    """Return a line for each article: id, date, publisher, author, title, passages and source, tabs between them."""
    rows = (
        (each.article_id, each.published, each.publisher, each.author, each.title, each.passages, each.source)
        for each in articles
    )
    return "".join("\t".join(map(cell, row)) + "\n" for row in rows)


def article_table(articles: Iterable[ArticleRecord], all_articles: Iterable[ArticleRecord], width: int) -> Table:
    """Return a table of articles; what there is no room for is left out.

    Args:
        articles: the rows.
        all_articles: those that the index holds; an origin is named where several of them have it, and the column is
            left out where none has reprints.
        width: of the terminal, in columns.
    """
    members = Counter(each.origin for each in all_articles)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Id", no_wrap=True, min_width=_SHORT_ID)
    table.add_column("Title", ratio=3, overflow="fold")
    if width >= _MEDIUM:
        table.add_column("Publisher", ratio=1, overflow="fold")
    table.add_column("Published", no_wrap=True, min_width=len("2024-04-22"))
    shows_origins = width >= _WIDE and len(members) < members.total()  # else each is its own
    if shows_origins:
        table.add_column("Origin", no_wrap=True, min_width=_SHORT_ID)
    if width >= _WIDE:
        table.add_column("Passages", no_wrap=True, justify="right")
    for each in articles:
        row = [each.article_id[:_SHORT_ID], each.title or each.source]
        row += [each.publisher or ""] * (width >= _MEDIUM)
        row += [each.published or ""]
        row += [each.origin[:_SHORT_ID] if members[each.origin] > 1 else ""] * shows_origins
        row += [str(each.passages)] * (width >= _WIDE)
        table.add_row(*(Text(cell(value)) for value in row))
    return table
