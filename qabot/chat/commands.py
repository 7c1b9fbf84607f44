"""What can be typed in a chat beside questions."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from rich.text import Text

from qabot.chat import looking, resuming
from qabot.chat.chat import Chat
from qabot.chat.filters import admitted, first_day, last_day, publisher_named, undated_left_out
from qabot.chat.screen import Screen
from qabot.chat.transcript import write_transcript
from qabot.chat.turn import answer_again, opened
from qabot.errors import UsageError
from qabot.render import answer_text
from qabot.settings import EXTRACTIVE

MARK = "/"
_INDENT = 4


@dataclass(frozen=True)
class Command:
    """Something to type: ``/name argument``."""

    name: str
    argument: str
    says: str
    run: Callable[[Chat, Screen, str], None]


class Quit(Exception):  # noqa: N818 - a wish, not an error
    """The person wants to leave."""


def execute(line: str, chat: Chat, screen: Screen) -> None:
    """Do what a line that begins with `MARK` says.

    Raises:
        UsageError: there is no such command, or it cannot be used so.
        QabotError: it could not be done.
        Quit: the person wants to leave.
    """
    name, _, argument = line.strip().removeprefix(MARK).partition(" ")
    command = COMMANDS.get(name.lower())
    if not command:
        near = difflib.get_close_matches(name.lower(), COMMANDS, n=1, cutoff=0.4)
        hint = f"Did you mean {MARK}{near[0]}?" if near else f"{MARK}help lists what there is."
        raise UsageError(f"There is no command {MARK}{name}. {hint}")
    command.run(chat, screen, argument.strip())


def _help(_chat: Chat, screen: Screen, _argument: str) -> None:
    rows = [(f"{MARK}{command.name} {command.argument}", command.says) for command in COMMANDS.values()]
    width = max(len(typed) for typed, _ in rows)
    for typed, does in (*rows, ("", ""), *KEYS):
        screen.show(Text(f"{typed:<{width}} {does}".rstrip()), indent=_INDENT)
    screen.show("\nAnything else is a question.")


def _since(chat: Chat, screen: Screen, argument: str) -> None:
    _filter(chat, screen, since=first_day(argument) if argument else None)


def _until(chat: Chat, screen: Screen, argument: str) -> None:
    _filter(chat, screen, until=last_day(argument) if argument else None)


def _as_of(chat: Chat, screen: Screen, argument: str) -> None:
    _filter(chat, screen, as_of=last_day(argument) if argument else None)


def _publisher(chat: Chat, screen: Screen, argument: str) -> None:
    if not argument:
        _filter(chat, screen, publishers=())
        return
    known = [each.publisher for each in opened(chat, screen).index.articles() if each.publisher]
    _filter(chat, screen, publishers=tuple(dict.fromkeys((*chat.filters.publishers, publisher_named(argument, known)))))


def _filter(chat: Chat, screen: Screen, **changes: object) -> None:
    """Change the filters, unless they would contradict each other, and say what they leave."""
    filters = replace(chat.filters, **changes)  # type: ignore[arg-type]
    scope = filters.scope
    articles = opened(chat, screen).index.articles()
    chat.filters = filters
    left = f"{len(admitted(articles, scope))} of {len(articles)} articles"
    screen.notice(f"Only {filters}: {left}." if str(filters) else f"All {len(articles)} articles.")
    if undated := undated_left_out(articles, scope):
        screen.notice(undated)


def _model(chat: Chat, screen: Screen, argument: str) -> None:
    if not argument:
        screen.notice(f"{chat.model} answers. {MARK}model NAME takes another: {EXTRACTIVE}, or provider:name.")
        return
    from qabot.answering.bot import Bot, load_answerer

    bot = opened(chat, screen)
    with screen.status(f"Loading {argument}"):
        settings = bot.settings.model_copy(update={"model": argument})
        chat.use(Bot(bot.index, settings, load_answerer(settings)))
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
    path = Path(argument).expanduser()
    write_transcript(path, chat.session.name, chat.session.conversation)
    turns = len(chat.session.conversation.turns)
    screen.notice(f"Saved {turns} turn{'' if turns == 1 else 's'} in {path}.")


def _copy(chat: Chat, screen: Screen, _argument: str) -> None:
    screen.copy(answer_text(chat.last_answer).plain)
    screen.notice("Copied, with the sources, if this terminal lets programs write to the clipboard.")


def _quit(_chat: Chat, _screen: Screen, _argument: str) -> None:
    raise Quit


COMMANDS = {
    command.name: command
    for command in (
        Command("help", "", "this list", _help),
        Command("sources", "", "the sources of the last answer again", looking.sources),
        Command("show", "N", "the article around the quote of source N", looking.show),
        Command("open", "N", "open source N in its own program", looking.open_source),
        Command("why", "", "how the last question was understood, and what was found", looking.why),
        Command("timeline", "TOPIC", "what happened when; without TOPIC: of what was asked last", looking.timeline),
        Command("disagreements", "", "where the sources of the last answer differ", looking.disagreements),
        Command("since", "DATE", "only articles of DATE or later; without DATE: any", _since),
        Command("until", "DATE", "only articles of DATE or earlier; without DATE: any", _until),
        Command("as-of", "DATE", "as if today were DATE; without DATE: today", _as_of),
        Command("publisher", "NAME", "only articles of NAME, repeat it for more; without NAME: any", _publisher),
        Command("model", "NAME", "who writes the answers from now on", _model),
        Command("retry", "", "ask the last question again", _retry),
        Command("undo", "", "take the last question and its answer back", _undo),
        Command("new", "", "begin a new conversation; this one is kept", _new),
        Command("sessions", "", "the other saved conversations", resuming.sessions),
        Command("resume", "NAME", "go on with a saved conversation; without NAME: the last", resuming.resume),
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
