"""``qabot index``, ``qabot articles`` and ``qabot doctor``: what the index holds, and whether all is well."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from qabot.cli.options import (
    Chroma,
    IndexFolder,
    Json,
    Model,
    Publisher,
    Since,
    Until,
    settings_for_reading,
    settings_with,
)
from qabot.cli.output import IndexProgress, index_progress, print_json, write
from qabot.errors import QabotError, UsageError, did_you_mean
from qabot.render.notice import notice
from qabot.store.filters import SORTS, Filters, chosen, ordered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qabot.settings import Settings
    from qabot.store.chroma_server.filling import Filled
    from qabot.store.location import Location
    from qabot.store.records import ArticleRecord, UpdateReport
    from qabot.store.workers import Workers

_IN_THE_CHECKOUT = (
    "This is qabot's checkout: its index holds the starter articles beside what you added. To have an index without "
    "them, run it in another folder, or name one: --index DIR"
)
_SHOWN = 20  # of the sources that were skipped


def _sort_field(name: str | None) -> str | None:
    if name is None or name in SORTS:
        return name
    near = did_you_mean(name.lower(), SORTS) or f"There are: {', '.join(SORTS)}."
    raise typer.BadParameter(f"{name!r} is nothing to sort by. {near}")


def _ray(address: str | None) -> str | None:
    if address is None:
        return None
    from qabot.store.on_ray import ray_address

    try:
        return ray_address(address)
    except ValueError as error:
        raise typer.BadParameter(f"{address!r} is no address of Ray: {error}.") from None


def _workers(ray: str | None, settings: Settings) -> AbstractContextManager[Workers | None]:
    """Return who works for `qabot index`; None: this process."""
    if ray is None:
        return nullcontext()
    from qabot.store.on_ray import on_ray

    return on_ray(ray, settings.encoder)


Sort = Annotated[
    str | None,
    typer.Option("--sort", metavar="FIELD", callback=_sort_field, help=f"Sort by {', '.join(SORTS)}."),
]
Origin = Annotated[
    str | None, typer.Option("--origin", metavar="ID", help="Only the article with that id and its reprints.")
]
Language = Annotated[
    str | None, typer.Option("--language", metavar="CODE", help="Only articles in that language, such as en.")
]
Contains = Annotated[
    str | None, typer.Option("--contains", metavar="TEXT", help="Only articles with that in their title.")
]


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
        typer.Argument(
            metavar="PATH_OR_URL",
            help="Files, folders and URLs; - reads standard input; none: the index's folder articles/.",
        ),
    ] = None,
    index: IndexFolder = None,
    chroma: Chroma = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Fill the --chroma server anew, with everything.")] = False,
    prune: Annotated[bool, typer.Option("--prune", help="Forget articles whose file is gone.")] = False,
    ray: Annotated[
        str | None,
        typer.Option(
            "--ray",
            metavar="ADDRESS",
            callback=_ray,
            help="Have articles cleaned, cut and embedded on Ray: local, or a cluster's address.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Bring the index up to date.

    Examples:
      qabot index
      qabot index story.pdf ~/articles https://example.org/news/story.html
      qabot index archive.jsonl.gz https://example.org/news/feed.xml
      curl -s https://example.org/story.html | qabot index -
      qabot index --prune
      qabot index --chroma http://archive.example:8000 ~/articles
      qabot index --ray local ~/articles

    Articles are read from text (.txt), Markdown (.md, .markdown), web pages (.html, .htm, .xhtml), .pdf, .docx, .epub,
    e-mails (.eml, .mht, .mhtml) and archives of JSON lines (.jsonl, .ndjson, also with .gz behind: url, title, text,
    published, authors). Of a feed (RSS, Atom) or a sitemap the pages that it names are read. Standard input holds an
    article, an archive, or a list of paths and URLs. What is named goes into ./index, which is made where it is not
    there, unless --index or QABOT_INDEX names another. In qabot's own checkout ./index holds the starter articles, too.

    Of a folder all such files are read, at any depth, but hidden ones, those behind a link to a folder, and those that
    a .qabotignore file in it names as a .gitignore file would. Only what changed is read, embedded and stored again.
    What cannot be read is skipped with its reason, and tried again the next time. With --chroma that server is brought
    up to date after the index on this machine, and others can ask it: qabot ask --chroma URL.

    With --ray articles are cleaned, cut and embedded on Ray: local has all processors of this machine work, HOST:PORT
    those of a cluster that it is part of, ray://HOST:PORT those of another one.
    """
    settings = settings_with(index=index, chroma=chroma)
    if rebuild and not settings.chroma:
        raise UsageError("--rebuild fills a Chroma server anew. Name it: --chroma URL")
    from qabot.store.chroma_server.filling import check_server, fill
    from qabot.store.ingest import update
    from qabot.store.location import locate

    location = locate(settings.index, create=bool(sources))
    if settings.chroma:
        check_server(location, settings, rebuild=rebuild)
    with _workers(ray, settings) as workers, IndexProgress(location) as progress:
        report = update(location, sources or [], settings, prune=prune, progress=progress, workers=workers)
        filled = fill(location, settings, progress, rebuild=rebuild) if settings.chroma and location.built else None
    _print_report(report, location, filled, json, named=bool(sources))
    read = report.added + report.updated + report.unchanged + sum(skipped.read for skipped in report.skipped)
    if report.skipped and not read:
        raise QabotError("None of the articles could be read. See the reasons above.")


def _print_report(report: UpdateReport, location: Location, filled: Filled | None, json: bool, *, named: bool) -> None:
    from qabot.render.text import counted, plain
    from qabot.store.filters import DATE_THEM
    from qabot.store.location import index_command, is_starter

    server = {"chroma": asdict(filled)} if filled else {}

    if json:
        skips = [{"source": skipped.source, "reason": skipped.reason} for skipped in report.skipped]
        counts = {name: count for name, count in asdict(report).items() if name != "undated"}
        print_json({**counts, "skipped": skips, "index": str(location.folder), **server})
    else:
        held = f"{counted(report.articles, 'article')} in {counted(report.passages, 'passage')}"
        write(
            f"{report.added} added, {report.updated} updated, {report.unchanged} unchanged, {report.removed} removed; "
            f"the index holds {held}.\n"
        )
        if report.gone:
            of = "article's file is" if report.gone == 1 else "articles' files are"
            write(f"{report.gone} {of} gone; to forget them: {index_command(location.store)} --prune\n")
        if report.undated:
            have = f"{counted(report.undated, 'article')} {'has' if report.undated == 1 else 'have'} no date"
            write(f"{have}: {DATE_THEM}.\n")
        write(f"It is in {plain(str(location.folder))}\n")
        if filled:
            done = f"{filled.sent} sent, {filled.deleted} deleted"
            write(f"The Chroma server at {plain(filled.place)} holds it too: {done}.\n")
    for skipped in report.skipped[:_SHOWN]:
        notice(f"skipped {plain(skipped.source)}: {plain(skipped.reason)}")
    if len(report.skipped) > _SHOWN:
        notice(f"and {len(report.skipped) - _SHOWN} more; --json names them all")
    if named and location.starters and not is_starter(location.folder):
        notice(_IN_THE_CHECKOUT)


def list_articles(
    index: IndexFolder = None,
    chroma: Chroma = None,
    sort: Sort = None,
    reverse: Annotated[bool, typer.Option("--reverse", help="Sort the other way round.")] = False,
    publisher: Publisher = None,
    since: Since = None,
    until: Until = None,
    origin: Origin = None,
    language: Language = None,
    contains: Contains = None,
    json: Json = False,
) -> None:
    """List the indexed articles.

    Examples:
      qabot articles list
      qabot articles list --sort published --reverse --publisher Reuters
      qabot articles list --since 2024-04 --contains election --json

    The table names an origin where an article has reprints: the id of the one that leads them. Sorted by source where
    nothing else is asked for; what is unknown comes last. Off a terminal: one line an article, tabs between id, date,
    publisher, author, title, passages and source.
    """
    days = Filters(since, until).scope
    from qabot.store.filters import admitted, undated_left_out
    from qabot.store.open_index import open_or_build_starters

    settings = settings_for_reading(index, chroma)
    with index_progress(settings) as progress, closing(open_or_build_starters(settings, progress)) as opened:
        everything = opened.articles()
        among = everything
        if origin is not None:
            among = [opened.article(origin), *opened.reprints(origin)]
    found = chosen(among, publishers=publisher or (), language=language, contains=contains)
    if left_out := undated_left_out(found, days):
        notice(left_out)
    found = ordered(admitted(found, days), sort, reverse=reverse)
    if json:
        print_json([asdict(record) for record in found])
    else:
        _print_articles(found, everything)


def _print_articles(found: Sequence[ArticleRecord], everything: Sequence[ArticleRecord]) -> None:
    """Print a table on a terminal, elsewhere lines."""
    from qabot.render.articles import article_lines, article_table
    from qabot.render.screen import Screen
    from qabot.render.text import counted

    if not sys.stdout.isatty():
        write(article_lines(found))
        return
    out = Screen().out
    if found:
        out.print(article_table(found, everything, out.width))
    notice(counted(len(found), "article"))


def show(
    id_: Annotated[str, typer.Argument(metavar="ID", help="The article's id, or how it begins.")],
    index: IndexFolder = None,
    chroma: Chroma = None,
    text: Annotated[bool, typer.Option("--text", help="Print the stored text and nothing else.")] = False,
    removed: Annotated[bool, typer.Option("--removed", help="Print what was left out when it was read.")] = False,
    json: Json = False,
) -> None:
    """Show an article: what is known of it and where that is stated, and its text.

    Examples:
      qabot articles show 3f9a
      qabot articles show 3f9a --text
      qabot articles show 3f9a --removed
    """
    if sum((text, removed, json)) > 1:
        raise UsageError("Give one of --text, --removed and --json.")
    from qabot.store.open_index import open_or_build_starters

    settings = settings_for_reading(index, chroma)
    with index_progress(settings) as progress, closing(open_or_build_starters(settings, progress)) as opened:
        record = opened.article(id_)
        article_id = record.article_id
        stored, about, reprints = opened.text(article_id), opened.about(article_id), opened.reprints(article_id)
    if text:
        write(stored)
    elif removed:
        write("".join(f"{line}\n" for line in about.removed))
    elif json:
        print_json({**asdict(record), "text": stored, **asdict(about)})
    else:
        from qabot.render.articles import article_text
        from qabot.render.screen import Screen

        Screen().show(article_text(record, stored, about.stated, reprints, about.changes))


def remove(
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="Ids of articles, or how they begin.")],
    index: IndexFolder = None,
    chroma: Chroma = None,
    json: Json = False,
) -> None:
    """Forget articles.

    Examples:
      qabot articles remove 3f9a 77c0

    No word of them is left in the index. Their files stay, and they stay away until their text changes, or a file or
    page of their own is named to qabot index. With --chroma that server forgets them too; the index that it is filled
    from has to be on this machine.
    """
    settings = settings_with(index=index, chroma=chroma)
    from qabot.articles.urls import without_credentials
    from qabot.store.chroma_server.filling import check_server, fill
    from qabot.store.index import Index
    from qabot.store.ingest import remove as forget
    from qabot.store.location import index_command, locate

    location = locate(settings.index)
    if settings.chroma:
        check_server(location, settings)
    with closing(Index.open(location, settings)) as opened:
        found = list(dict.fromkeys(opened.article(article_id).article_id for article_id in ids))
    count = forget(location, found, settings)
    if settings.chroma:
        try:
            with IndexProgress() as progress:
                fill(location, settings, progress)
        except QabotError as error:
            again = f"{index_command(location.store)} --chroma {without_credentials(settings.chroma)}"
            raise QabotError(f"{count} removed here, not there yet. {error} Then finish: {again}") from error
    if json:
        print_json({"removed": count, "article_ids": found})
    else:
        write(f"{count} removed.\n")


def doctor(index: IndexFolder = None, chroma: Chroma = None, model: Model = None, json: Json = False) -> None:
    """Say what is wrong and how to mend it.

    Examples:
      qabot doctor
      qabot doctor --json
      qabot doctor --model ollama:llama3.2

    Shows what is installed, which settings are in force, and what the index holds. A language model is asked
    something only where --model names it: one tiny request. The exit code is 1 where something is wrong.
    """
    settings = settings_for_reading(index, chroma, model=model)
    given = {"index": index, "chroma": chroma, "model": model}
    from qabot.doctor import examine, report_text

    report = examine(settings, flags={name for name, value in given.items() if value})
    if json:
        print_json(report.document())
    else:
        from qabot.render.screen import Screen

        Screen().show(report_text(report))
    if not report.ok:
        wrong = ", ".join(check.what for check in report.checks if not check.ok)
        raise QabotError(f"Something is wrong: {wrong}. The report says how to mend it.")
