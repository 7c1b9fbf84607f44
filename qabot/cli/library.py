"""``qabot index`` and ``qabot articles``: what the index holds."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qabot.cli.options import IndexFolder, Json, settings_with
from qabot.cli.output import IndexProgress, notice, print_json, write
from qabot.errors import QabotError, UsageError

if TYPE_CHECKING:
    from qabot.settings import Settings
    from qabot.store.index import ArticleRecord, Index


def articles() -> None:
    """List, show or remove indexed articles.

    Examples:
      qabot articles list
      qabot articles show 3f9a --text
      qabot articles remove 3f9a
    """


def index(
    sources: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATH_OR_URL", help="Files, folders or URLs; none: the index's folder articles/."),
    ] = None,
    index: IndexFolder = None,
    prune: Annotated[bool, typer.Option("--prune", help="Forget articles whose file is gone.")] = False,
    json: Json = False,
) -> None:
    """Bring the index up to date.

    Examples:
      qabot index
      qabot index story.html ~/articles https://example.org/news/story.html
      qabot index --prune

    Articles are read from .txt, .md and .html files. Only what changed is read, embedded and stored again. What
    cannot be read is skipped with its reason.
    """
    settings = settings_with(index=index)
    from qabot.articles.find import find_sources
    from qabot.store.location import locate
    from qabot.store.update import update

    found = find_sources(sources) if sources else []
    if sources and not found:
        raise QabotError(f"There is no article in {', '.join(sources)}. qabot reads .txt, .md and .html files.")
    with IndexProgress() as progress:
        location = locate(settings.index, create=bool(sources))
        report = update(location, found, settings, prune=prune, progress=progress)
    if json:
        skips = [{"source": skipped.source, "reason": skipped.reason} for skipped in report.skipped]
        print_json({**asdict(report), "skipped": skips})
    else:
        write(
            f"{report.added} added, {report.updated} updated, {report.unchanged} unchanged, {report.removed} removed; "
            f"the index holds {report.articles} articles in {report.passages} passages.\n"
        )
    for skipped in report.skipped:
        notice(f"skipped {skipped.source}: {skipped.reason}")
    read = report.added + report.updated + report.unchanged + sum(skipped.read for skipped in report.skipped)
    if report.skipped and not read:
        raise QabotError("None of the articles could be read. See the reasons above.")


def list_articles(index: IndexFolder = None, json: Json = False) -> None:
    """List the indexed articles.

    Examples:
      qabot articles list
      qabot articles list --json

    Off a terminal: one line an article, tabs between id, date, publisher, author, title, passages and source.
    """
    with closing(_open(settings_with(index=index))) as opened:
        records = opened.articles()
    if json:
        print_json([_record(record) for record in records])
    else:
        _print_table(records)


def show(
    id_: Annotated[str, typer.Argument(metavar="ID", help="The article's id, or how it begins.")],
    index: IndexFolder = None,
    text: Annotated[bool, typer.Option("--text", help="Print the stored text and nothing else.")] = False,
    removed: Annotated[bool, typer.Option("--removed", help="Print what was left out when it was read.")] = False,
    json: Json = False,
) -> None:
    """Show what is known of an article, and its text.

    Examples:
      qabot articles show 3f9a
      qabot articles show 3f9a --text
      qabot articles show 3f9a --removed
    """
    if sum((text, removed, json)) > 1:
        raise UsageError("Give one of --text, --removed and --json.")
    settings = settings_with(index=index)
    with closing(_open(settings)) as opened:
        record = opened.article(id_)
        stored = opened.text(record.article_id)
    if text:
        write(stored)
    elif removed:
        write("".join(f"{line}\n" for line in _removed(record, settings)))
    elif json:
        print_json({**_record(record), "text": stored})
    else:
        from qabot.chat.screen import Screen
        from qabot.render import article_text

        Screen().show(article_text(_record(record), stored))


def remove(
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="Ids of articles, or how they begin.")],
    index: IndexFolder = None,
    json: Json = False,
) -> None:
    """Forget articles.

    Examples:
      qabot articles remove 3f9a 77c0

    Their files stay; an article whose file is indexed again comes back.
    """
    settings = settings_with(index=index)
    from qabot.store.location import locate
    from qabot.store.update import remove as forget

    with closing(_open(settings)) as opened:
        found = list(dict.fromkeys(opened.article(article_id).article_id for article_id in ids))
    count = forget(locate(settings.index), found, settings)
    if json:
        print_json({"removed": count, "article_ids": found})
    else:
        write(f"{count} removed.\n")


def _open(settings: Settings) -> Index:
    from qabot.store.index import Index
    from qabot.store.location import locate

    return Index.open(locate(settings.index), settings)


def _record(record: ArticleRecord) -> dict[str, Any]:
    return asdict(record)


def _removed(record: ArticleRecord, settings: Settings) -> tuple[str, ...]:
    """What was left out of an article; it is read again for this, the index keeps only what was taken."""
    from qabot.articles.read import read_articles

    for article in read_articles(record.source, settings):
        if article.article_id == record.article_id:
            return article.removed
    raise QabotError(f"{record.source} has changed since it was indexed. Run qabot index first.")


def _print_table(records: list[ArticleRecord]) -> None:
    from qabot.chat.screen import Screen
    from qabot.render import cell

    screen = Screen()
    if not screen.out.is_terminal:
        for record in records:
            fields = (
                record.article_id,
                record.published,
                record.publisher,
                record.author,
                record.title,
                record.passages,
                record.source,
            )
            write("\t".join(map(cell, fields)) + "\n")
        return
    from rich.table import Table
    from rich.text import Text

    table = Table("Id", "Published", "Publisher", "Title", box=None, pad_edge=False, header_style="bold")
    table.columns[0].no_wrap = table.columns[1].no_wrap = True
    for record in records:
        row = (record.article_id[:8], record.published, record.publisher, record.title or record.source)
        table.add_row(*(Text(cell(value)) for value in row))
    screen.out.print(table)
    notice(f"{len(records)} articles")
