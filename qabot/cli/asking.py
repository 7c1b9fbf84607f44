"""``qabot ask``, ``qabot chat`` and ``qabot timeline``: what the articles are asked."""

from __future__ import annotations

import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qabot.cli.options import (
    Asking,
    AsOf,
    Chroma,
    IndexFolder,
    Json,
    Publisher,
    expanded,
    span_end,
    span_start,
    with_options,
)
from qabot.cli.output import IndexProgress, index_progress, print_json
from qabot.render.notice import notice
from qabot.store.filters import Filters, publisher_named, undated_left_out

if TYPE_CHECKING:
    from qabot.answering.bot import Bot
    from qabot.chat.session import Session
    from qabot.settings import Settings
    from qabot.store.records import OpenIndex, Progress

ABSTAINED = 3

HappenedSince = Annotated[
    date | None,
    typer.Option("--since", metavar="DATE", parser=span_start, help="Only what happened then or later."),
]
HappenedUntil = Annotated[
    date | None,
    typer.Option("--until", metavar="DATE", parser=span_end, help="Only what happened then or earlier."),
]
Html = Annotated[
    Path | None,
    typer.Option(
        "--html", metavar="FILE", callback=expanded, help="Write a page that opens offline, instead of the lines."
    ),
]


@with_options
def ask(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="The question; - reads it from standard input.")],
    json: Json = False,
    *,
    asking: Asking,
) -> None:
    """Answer one question from the articles.

    Examples:
      qabot ask "Who is the supreme leader of the Taliban?"
      qabot ask --since 2024 --publisher Reuters "What did the court decide?"
      echo "When was that?" | qabot ask --continue --json -

    The answer goes to standard output. The exit code is 3 where the articles do not say.
    """
    filters, asked = asking.filters, _question(question)
    asking.refuse_unheeded()
    with (
        closing(_session(asking)) as saved,
        closing(_open(_settings(asking, saved), filters, plain=asking.plain)) as bot,
    ):
        _tell_undated(bot.index, filters)
        if json:
            from qabot.render.answer import answer_json
            from qabot.render.text import plain

            answer = bot.ask(asked, saved.conversation, scope=filters.scope)
            print_json(answer_json(answer))
            saved.add(answer)
            if answer.notice:
                notice(plain(answer.notice))
        else:
            from qabot.render.screen import Screen

            pieces = bot.stream(asked, saved.conversation, scope=filters.scope)
            answer = Screen(plain=asking.plain).answer(pieces, saved.add, model=bot.model, seconds=bot.patience)
    if answer.abstained:
        raise typer.Exit(ABSTAINED)


@with_options
def chat(*, asking: Asking) -> None:
    """Talk with your articles; every turn is saved.

    Examples:
      qabot chat
      qabot chat --continue
      qabot chat --session afghanistan --until 2023
      qabot chat < questions.txt

    /help lists what can be typed beside questions. Off a terminal each line of standard input is a question.
    """
    filters = asking.filters
    from qabot.chat.chat import Chat, Opening
    from qabot.chat.loop import run
    from qabot.chat.session import resume
    from qabot.chat.sessions import HISTORY, state_folder
    from qabot.store.location import locate
    from qabot.store.open_index import place_of

    with closing(resume(asking.settings, asking.session, asking.continue_, notice)) as saved:
        settings = _settings(asking, saved)
        if sys.stdin.isatty() and sys.stdout.isatty():
            from qabot.chat.welcome import offer_articles

            if not settings.chroma:
                with IndexProgress(locate(settings.index, create=True), plain=asking.plain) as progress:
                    offer_articles(settings, progress)
            opening = Opening(lambda progress: _opened(settings, filters, progress))
        else:
            opening = Opening.done(_open(settings, filters, plain=asking.plain))
        talk = Chat(opening, saved, filters, settings.model, asking.plain, settings.vi_keys, place_of(settings))
        talk.configured = asking.settings
        with closing(talk):
            if not run(talk, state_folder(settings) / HISTORY):
                raise typer.Exit(1)


def timeline(
    topic: Annotated[str, typer.Argument(metavar="TOPIC", help="A few words, as in: the port of Harwick")],
    index: IndexFolder = None,
    chroma: Chroma = None,
    json: Json = False,
    since: HappenedSince = None,
    until: HappenedUntil = None,
    as_of: AsOf = None,
    publisher: Publisher = None,
    html: Html = None,
) -> None:
    """Tell what happened when: a line an event, with who says so.

    Examples:
      qabot timeline "Taliban designation"
      qabot timeline --since 2021 --html timeline.html Kabul
      qabot timeline --json "the ferry accident"

    Read are the 60 passages that fit the topic best; what several of them tell is one line with all sources. --since
    and --until are about what happened. Articles that were published after --as-of are left out. The exit code is 3
    where the articles tell no dated event.
    """
    happened = Filters(since, until)
    asking = Asking(index=index, chroma=chroma, as_of=as_of, publisher=publisher)
    filters, settings = asking.filters, asking.settings
    from qabot.answering.timeline import timeline as told
    from qabot.answering.timeline import topic_asked_of
    from qabot.render.screen import Screen
    from qabot.render.text import counted
    from qabot.render.timeline import NO_EVENT, show_timeline, timeline_json, write_timeline_page
    from qabot.store.open_index import open_or_build
    from qabot.text.dates.period import Period

    asked, about = " ".join(topic.split()), topic_asked_of(topic)
    with index_progress(settings) as progress, closing(open_or_build(settings, progress)) as opened:
        _check_publishers(opened, filters)
        _tell_undated(opened, filters)
        span = Period(since, until) if str(happened) else None
        events = told(opened, about, scope=filters.scope, span=span)
    if html:
        write_timeline_page(html, asked, events)
        notice(f"{counted(len(events), 'event')} written to {html}")
    if json:
        print_json(timeline_json(asked, events))
    elif not html:
        show_timeline(events, Screen())
    if not events:
        notice(NO_EVENT)
        raise typer.Exit(ABSTAINED)


def _question(argument: str) -> str:
    """Return the question, from standard input where the argument is ``-``."""
    from qabot.answering.query import checked

    if argument == "-":
        return checked(sys.stdin.buffer.read().decode("utf-8-sig", "replace"))
    return checked(argument)


def _session(asking: Asking) -> Session:
    """Return the session that a question belongs to; where none was asked for, one that is not saved."""
    from qabot.chat.session import Session, resume

    if asking.session is None and not asking.continue_:
        return Session()
    return resume(asking.settings, asking.session, asking.continue_, notice)


def _settings(asking: Asking, saved: Session) -> Settings:
    """Return the settings in force; a session that goes on is answered from its own index."""
    from qabot.chat.session import with_its_index

    return with_its_index(asking.settings, saved, bool(asking.index or asking.chroma), notice)


def _open(settings: Settings, filters: Filters, *, plain: bool = False) -> Bot:
    """Return the bot; say on standard error what answers."""
    with index_progress(settings, plain=plain) as progress:
        return _opened(settings, filters, progress)


def _opened(settings: Settings, filters: Filters, progress: Progress) -> Bot:
    """Return the bot.

    Raises:
        QabotError: it cannot be opened, or its index does not know a publisher that was asked for.
    """
    from qabot.answering.bot import Bot

    bot = Bot.open(settings=settings, progress=progress)
    try:
        _check_publishers(bot.index, filters)
    except BaseException:
        bot.close()
        raise
    return bot


def _check_publishers(index: OpenIndex, filters: Filters) -> None:
    """Raise a QabotError where no article is by a publisher that was asked for."""
    known = [each.publisher for each in index.articles() if each.publisher] if filters.publishers else []
    for name in filters.publishers:
        publisher_named(name, known)


def _tell_undated(index: OpenIndex, filters: Filters) -> None:
    """Say on standard error how many undated articles a span of days leaves out."""
    scope = filters.scope
    if (scope.since or scope.until) and (left_out := undated_left_out(index.articles(), scope)):
        notice(left_out)
