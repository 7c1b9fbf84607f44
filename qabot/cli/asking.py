"""``qabot ask`` and ``qabot chat``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from qabot.cli.options import (
    AsOf,
    Continue,
    IndexFolder,
    Json,
    Model,
    Passages,
    Publisher,
    Session,
    Since,
    Until,
    date_range,
    publisher_named,
    settings_with,
)
from qabot.cli.output import IndexProgress, notice, print_json

if TYPE_CHECKING:
    from qabot.answering.bot import Bot
    from qabot.chat.sessions import Session as SavedSession
    from qabot.settings import Settings
    from qabot.store.index import Scope

ABSTAINED = 3


def ask(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="The question; - reads it from standard input.")],
    index: IndexFolder = None,
    json: Json = False,
    model: Model = None,
    passages: Passages = None,
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
    publisher: Publisher = None,
    session: Session = None,
    continue_: Continue = False,
) -> None:
    """Answer one question from the articles.

    Examples:
      qabot ask "Who is the leader of the Taliban?"
      qabot ask --since 2024 --publisher Reuters "What did the court decide?"
      echo "When was that?" | qabot ask --continue --json -

    The answer goes to standard output. The exit code is 3 where the articles do not say.
    """
    days = date_range(since, until, as_of)
    settings = settings_with(index=index, model=model, passages=passages)
    asked = _question(question)
    with closing(_session(settings, session, continue_)) as saved, closing(_open(settings)) as bot:
        scope = _scope(bot, days, publisher)
        if json:
            from qabot.render import answer_json

            answer = bot.ask(asked, saved.conversation, scope=scope)
            print_json(answer_json(answer))
            saved.add(answer)
            if answer.notice:
                notice(answer.notice)
        else:
            from qabot.chat.screen import Screen

            answer = Screen().answer(bot.stream(asked, saved.conversation, scope=scope), saved.add)
    if answer.abstained:
        raise typer.Exit(ABSTAINED)


def chat(
    index: IndexFolder = None,
    model: Model = None,
    passages: Passages = None,
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
    publisher: Publisher = None,
    session: Session = None,
    continue_: Continue = False,
) -> None:
    """Talk with your articles; every turn is saved.

    Examples:
      qabot chat
      qabot chat --continue
      qabot chat --session afghanistan --until 2023
      qabot chat < questions.txt

    /help lists what can be typed beside questions. Off a terminal each line of standard input is a question.
    """
    days = date_range(since, until, as_of)
    settings = settings_with(index=index, model=model, passages=passages)
    from qabot.chat.loop import Chat, run
    from qabot.chat.sessions import resume, state_folder

    with closing(resume(settings, session, continue_, notice)) as saved, closing(_open(settings)) as bot:
        talk = Chat(bot, saved, _scope(bot, days, publisher))
        if not run(talk, state_folder(settings) / "history"):
            raise typer.Exit(1)


def _question(argument: str) -> str:
    """The question as asked, from standard input where the argument is ``-``; what is no text in it replaced."""
    from qabot.answering.question import checked

    if argument == "-":
        return checked(sys.stdin.buffer.read().decode("utf-8-sig", "replace"))
    return checked(argument.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


def _session(settings: Settings, name: str | None, last: bool) -> SavedSession:
    """The conversation that a question belongs to; one that is not saved where none was asked for."""
    from qabot.chat.sessions import Session, resume

    return resume(settings, name, last, notice) if name is not None or last else Session()


def _open(settings: Settings) -> Bot:
    from qabot.answering.bot import Bot

    with IndexProgress() as progress:
        return Bot.open(settings.index, settings=settings, progress=progress)


def _scope(bot: Bot, days: tuple[date | None, date | None], publishers: Sequence[str] | None) -> Scope:
    """The articles that may be used; says on standard error how many undated ones a span of days leaves out."""
    from qabot.store.index import Scope

    since, until = days
    articles = bot.index.articles()
    known = [article.publisher for article in articles if article.publisher]
    scope = Scope(since=since, until=until, publishers=tuple(publisher_named(name, known) for name in publishers or ()))
    if since or until:
        undated = sum(article.published is None for article in articles)
        if undated:
            notice(f"Left out: {undated} article{'s' if undated > 1 else ''} without a date.")
    return scope
