"""The commands of a chat: lines that begin with a slash."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from rich.text import Text

from qabot.chat.chat import Chat, answer_again, opened
from qabot.chat.sessions import Summary, minute
from qabot.errors import QabotError, UsageError, did_you_mean
from qabot.render.answer import (
    QUOTE_MARKS,
    answer_text,
    disagreement_text,
    notes,
    source_address,
    source_file,
    surroundings_text,
    why_text,
)
from qabot.render.screen import Screen
from qabot.render.text import cell, counted, index_label, plain
from qabot.render.timeline import NO_EVENT, show_timeline
from qabot.render.transcript import write_transcript
from qabot.settings import EXTRACTIVE, with_model
from qabot.store.filters import admitted, first_day, last_day, publisher_named, undated_left_out
from qabot.store.open_index import moved_to, place_of

MARK = "/"
PROMPT = "> "
_INDENT, _HELP_INDENT = 2, 4  # columns by which the lines that wrapping makes are moved in
_REACH = 600  # characters shown around a quote off a terminal
_OPENS_WITHIN = 1.0  # seconds in which a program that cannot open something says so
_SHOWN_AGAIN = 3  # turns of a conversation that is gone on with
_LISTED = 10  # sessions


@dataclass(frozen=True)
class Command:
    """A command: ``/name argument``.

    Attributes:
        name: without the slash.
        argument: what may follow the name; empty where nothing may.
        says: one line for ``/help``.
        run: does what the command says; takes the argument last.
    """

    name: str
    argument: str
    says: str
    run: Callable[[Chat, Screen, str], None]


class Quit(Exception):  # noqa: N818 - no error
    """The person wants to leave."""


def execute(line: str, chat: Chat, screen: Screen) -> None:
    """Run the command in a line that begins with `MARK`.

    Raises:
        UsageError: there is no such command, or its argument is wrong.
        QabotError: it could not be done.
        Quit: the person wants to leave.
    """
    name, argument = (*line.strip().removeprefix(MARK).split(maxsplit=1), "", "")[:2]
    command = COMMANDS.get(name.lower())
    if not command:
        near = did_you_mean(name.lower(), COMMANDS, lambda each: MARK + each, cutoff=0.4)
        raise UsageError(f"There is no command {MARK}{name}. {near or f'{MARK}help lists what there is.'}")
    if argument and not command.argument and command.run not in (_help, _quit):  # they do the same whatever follows
        raise UsageError(f"Nothing may follow {MARK}{command.name}: {cell(argument)!r} does.")
    command.run(chat, screen, argument.strip())


def _help(_chat: Chat, screen: Screen, _argument: str) -> None:
    rows = [(f"{MARK}{command.name} {command.argument}", command.says) for command in COMMANDS.values()]
    width = max(len(typed) for typed, _ in rows)
    for typed, does in (*rows, ("", ""), *KEYS):
        screen.show(Text(f"{typed:<{width}} {does}".rstrip()), indent=_HELP_INDENT)
    screen.show("\nAnything else is a question.")


def _days(name: str, read: Callable[[str], date]) -> Callable[[Chat, Screen, str], None]:
    """Return what sets the filter of that name to a date, or lifts it where none is named."""
    return lambda chat, screen, typed: _filter(chat, screen, **{name: read(typed) if typed else None})


def _publisher(chat: Chat, screen: Screen, argument: str) -> None:
    if not argument:
        _filter(chat, screen, publishers=())
        return
    known = [each.publisher for each in opened(chat, screen).index.articles() if each.publisher]
    _filter(chat, screen, publishers=tuple(dict.fromkeys((*chat.filters.publishers, publisher_named(argument, known)))))


def _filter(chat: Chat, screen: Screen, **changes: object) -> None:
    """Change the filters, unless the new ones contradict each other, and say how many articles they admit."""
    filters = replace(chat.filters, **changes)  # type: ignore[arg-type]
    scope = filters.scope
    chat.undated_told = True  # below
    articles = opened(chat, screen).index.articles()
    chat.filters = filters
    held = counted(len(articles), "article")
    screen.notice(f"Only {filters}: {len(admitted(articles, scope))} of {held}." if str(filters) else f"All {held}.")
    if undated := undated_left_out(articles, scope):
        screen.notice(undated)


def _model(chat: Chat, screen: Screen, argument: str) -> None:
    if not argument:
        screen.notice(f"{chat.model} answers. {MARK}model NAME takes another: {EXTRACTIVE}, or provider:name.")
        return
    from qabot.answering.bot import Bot, load_answerer

    bot = opened(chat, screen)
    with screen.status(f"Loading {argument}"):
        chat.configured = chat.configured or bot.settings
        address = with_model(chat.configured, argument).base_url
        settings = bot.settings.model_copy(update={"model": argument, "base_url": address})
        chat.use(Bot(bot.index, settings, load_answerer(settings), bot.trained))
    screen.notice(f"{chat.model} answers from now on.")


def _retry(chat: Chat, screen: Screen, _argument: str) -> None:
    screen.notice(f"Again: {chat.last_answer.question}")
    answer_again(chat, screen)


def _undo(chat: Chat, screen: Screen, _argument: str) -> None:
    turn = chat.session.undo()
    screen.notice(f"Taken back: {turn.question}")


def _new(chat: Chat, screen: Screen, _argument: str) -> None:
    chat.session.restart()
    screen.notice("A new conversation. The one before is kept.")


def _save(chat: Chat, screen: Screen, argument: str) -> None:
    if not chat.session.conversation.turns:
        raise UsageError("There is nothing to save yet. Ask a question first.")
    path = Path(os.path.expanduser(argument))
    write_transcript(path, chat.session.name, chat.session.conversation)
    screen.notice(f"Saved {counted(len(chat.session.conversation.turns), 'turn')} in {path}.")


def _copy(chat: Chat, screen: Screen, _argument: str) -> None:
    screen.copy(answer_text(chat.last_answer).plain)
    screen.notice("Copied, with the sources, if this terminal lets programs write to the clipboard.")


def _quit(_chat: Chat, _screen: Screen, _argument: str) -> None:
    raise Quit


def _sources(chat: Chat, screen: Screen, _argument: str) -> None:
    """Show the sources of the last answer again."""
    if notes(chat.last_answer):
        screen.sources(chat.last_answer)
    else:
        screen.notice("The last answer has no sources.")


def _show(chat: Chat, screen: Screen, argument: str) -> None:
    """Show the article around a quote; on a terminal the whole article, in a pager that opens at the quote."""
    citation = chat.citation(argument)
    text = opened(chat, screen).index.text(citation.article_id)
    screen.page(surroundings_text(citation, text, reach=None if screen.drawn else _REACH), at=QUOTE_MARKS[0])


def open_source(chat: Chat, screen: Screen, argument: str) -> None:
    """Open a web page, or the file of an article, in the program that the desktop has for it."""
    source = plain(chat.citation(argument).source)
    address = source_address(source)
    if not address:
        raise QabotError(f"{source} is no web address and no file of an article. /show has its text.")
    file = source_file(source)
    if file and not file.is_file():
        raise QabotError(f"{source} is gone. /show has the text that was stored of it.")
    program = "open" if sys.platform == "darwin" else "xdg-open"
    if not shutil.which(program):
        raise QabotError(f"There is no program {program} here to open it with. It is: {source}")
    quiet = subprocess.DEVNULL
    opener = subprocess.Popen([program, address], stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
    with suppress(subprocess.TimeoutExpired):  # then it is the program itself and stays open
        if opener.wait(_OPENS_WITHIN):
            raise QabotError(f"{program} has no program to open it with. It is: {source}")
    screen.notice(f"Opening {source}")


def _why(chat: Chat, screen: Screen, _argument: str) -> None:
    """Show how the last answer came about."""
    for line in why_text(chat.last_answer).split("\n", allow_blank=True):
        screen.show(line, indent=_INDENT)


def _timeline(chat: Chat, screen: Screen, argument: str) -> None:
    """Show what happened when, for a topic or the last question."""
    from qabot.answering.timeline import timeline as told
    from qabot.answering.timeline import topic_asked_of

    index = opened(chat, screen).index
    asked = argument or chat.last_answer.standalone_question
    events = told(index, topic_asked_of(asked), scope=chat.filters.scope)
    show_timeline(events, screen)
    if not events:
        screen.notice(NO_EVENT)


def _disagreements(chat: Chat, screen: Screen, _argument: str) -> None:
    """Show where the sources of the last answer differ."""
    found = chat.last_answer.disagreements
    if not found:
        screen.notice("The sources of the last answer do not differ on what was asked, as far as qabot can tell.")
    for each in found:
        screen.show(disagreement_text(each), indent=_INDENT)


def _sessions(chat: Chat, screen: Screen, _argument: str) -> None:
    """Show the conversations saved last, without the one at hand."""
    others = chat.session.others()
    for each in others[:_LISTED]:
        screen.show(Text.assemble((each.name, "bold"), f"  {about(each)}"), indent=_INDENT)
    if not others:
        screen.notice("No other conversation is saved.")
    elif len(others) > _LISTED:
        screen.notice(f"And {len(others) - _LISTED} more: qabot sessions list")


def about(summary: Summary) -> str:
    """Return when a conversation was last used, how many turns it has, and its first question."""
    return f"{minute(summary.last)}, {counted(summary.turns, 'turn')}: {cell(summary.question)}"


def _resume(chat: Chat, screen: Screen, argument: str) -> None:
    """Go on with a saved conversation: the one named, else the one used last."""
    others = chat.session.others()
    if not (argument or others):
        raise UsageError("No other conversation is saved.")
    name = argument or others[0].name
    for each in others:
        if each.name == name and each.index:
            _go_to_index(chat, screen, each.index)
    chat.session.resume(name)
    show_last_turns(chat, screen)


def _go_to_index(chat: Chat, screen: Screen, place: str) -> None:
    """Let the index at this place answer, unless it does."""
    from qabot.answering.bot import Bot

    before = opened(chat, screen).settings
    chat.configured = chat.configured or before
    answerer = {"model": before.model, "base_url": before.base_url}
    settings = moved_to(chat.configured, place).model_copy(update=answerer)
    place = place_of(settings)
    if chat.place in (None, place):
        return
    with screen.status("Opening its index"):
        bot = Bot.open(settings=settings)
        try:
            articles = bot.index.articles()
        except BaseException:
            bot.close()
            raise
        chat.move(bot, place, articles)
    screen.notice(f"Going on with {index_label(place)}.")
    known = {(each.publisher or "").casefold() for each in articles}
    for name in chat.filters.publishers:
        if name.casefold() not in known:
            screen.notice(f"None of its articles is by {name}: no longer only those.")
    kept = tuple(name for name in chat.filters.publishers if name.casefold() in known)
    chat.filters = replace(chat.filters, publishers=kept)


def show_last_turns(chat: Chat, screen: Screen) -> None:
    """Show the last turns of a conversation that goes on."""
    turns = chat.session.conversation.turns
    screen.notice(f"Going on with {chat.session.name}, {counted(len(turns), 'turn')}. The last:")
    for turn in turns[-_SHOWN_AGAIN:]:
        screen.show()
        screen.show(plain(f"{PROMPT}{turn.question}\n{turn.answer.text}"))


COMMANDS = {
    command.name: command
    for command in (
        Command("help", "", "this list", _help),
        Command("sources", "", "the sources of the last answer again", _sources),
        Command("show", "N", "the article around the quote of source N", _show),
        Command("open", "N", "open source N in its own program", open_source),
        Command("why", "", "how the last question was understood, and what was found", _why),
        Command("timeline", "TOPIC", "what happened when; without TOPIC: of what was asked last", _timeline),
        Command("disagreements", "", "where the sources of the last answer differ", _disagreements),
        Command("since", "DATE", "only articles of DATE or later; without DATE: any", _days("since", first_day)),
        Command("until", "DATE", "only articles of DATE or earlier; without DATE: any", _days("until", last_day)),
        Command("as-of", "DATE", "as if today were DATE; without DATE: today", _days("as_of", last_day)),
        Command("publisher", "NAME", "only articles of NAME, repeat it for more; without NAME: any", _publisher),
        Command("model", "NAME", "who writes the answers from now on", _model),
        Command("retry", "", "ask the last question again", _retry),
        Command("undo", "", "take the last question and its answer back", _undo),
        Command("new", "", "begin a new conversation; this one is kept", _new),
        Command("sessions", "", "the other saved conversations", _sessions),
        Command("resume", "NAME", "go on with a saved conversation; without NAME: the last", _resume),
        Command("copy", "", "the last answer with its sources to the clipboard", _copy),
        Command("save", "FILE", "write the conversation to FILE.md, FILE.html or FILE.json", _save),
        Command("quit", "", "leave", _quit),
    )
}
KEYS = (
    ("Tab", "complete a command, a publisher, a title"),
    ("Alt-Enter", "a new line in the question; so does \\ at its end"),
    ("Up, Ctrl-R", "what was typed before; search in it"),
    ("Ctrl-C", "stop the answer, empty the line"),
    ("Ctrl-D", "leave"),
)
