"""What can be typed in a chat beside questions."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qabot.answering.answer import Answer
from qabot.chat.screen import Screen
from qabot.errors import QabotError, UsageError
from qabot.render import conversation_json, conversation_markdown, notes_text, surroundings_text

if TYPE_CHECKING:
    from qabot.answering.bot import Bot
    from qabot.chat.sessions import Session
    from qabot.store.index import Scope

MARK = "/"


@dataclass
class Chat:
    """A running chat: the bot, the conversation with it, and which articles it may use."""

    bot: Bot
    session: Session
    scope: Scope

    @property
    def last_answer(self) -> Answer:
        """The answer that ``/sources`` and ``/show`` speak of.

        Raises:
            UsageError: there is none yet.
        """
        if not self.session.conversation.turns:
            raise UsageError("Nothing has been answered yet. Ask a question first.")
        return self.session.conversation.turns[-1].answer


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
    width = max(len(command.name + command.argument) for command in COMMANDS.values()) + 3
    for command in COMMANDS.values():
        screen.show(f"{f'{MARK}{command.name} {command.argument}':<{width}} {command.says}")
    screen.show("Anything else is a question. Ctrl-C stops an answer, Ctrl-R searches what was typed, Ctrl-D quits.")


def _sources(chat: Chat, screen: Screen, _argument: str) -> None:
    screen.show(notes_text(chat.last_answer) or "The last answer has no sources.")


def _show(chat: Chat, screen: Screen, argument: str) -> None:
    citations = {str(citation.marker): citation for citation in chat.last_answer.citations}
    if not citations:
        raise UsageError("The last answer has no sources to show.")
    number = argument.strip("[]") or next(iter(citations))
    if number not in citations:
        raise UsageError(f"There is no source {argument!r}. {MARK}show takes one of: {', '.join(citations)}.")
    citation = citations[number]
    screen.show(surroundings_text(citation, chat.bot.index.text(citation.article_id)))


def _new(chat: Chat, screen: Screen, _argument: str) -> None:
    chat.session.restart()
    screen.notice("A new conversation. The one before is kept.")


def _save(chat: Chat, screen: Screen, argument: str) -> None:
    path = Path(argument).expanduser()
    name, conversation = chat.session.name, chat.session.conversation
    match path.suffix.lower():
        case ".md":
            text = conversation_markdown(name, conversation)
        case ".json":
            text = json.dumps(conversation_json(name, conversation), ensure_ascii=False, indent=2) + "\n"
        case _:
            raise UsageError(f"{MARK}save takes a file that ends in .md or .json.")
    try:
        with path.open("x", encoding="utf-8", errors="replace") as file:
            file.write(text)
    except FileExistsError:
        raise QabotError(f"There is a file {path} already. Take another name.") from None
    except OSError as error:
        raise QabotError(f"{path} cannot be written: {error.strerror}. Take another name.") from error
    screen.notice(f"Saved {len(conversation.turns)} turns in {path}.")


def _quit(_chat: Chat, _screen: Screen, _argument: str) -> None:
    raise Quit


COMMANDS = {
    command.name: command
    for command in (
        Command("help", "", "this list", _help),
        Command("sources", "", "the sources of the last answer again", _sources),
        Command("show", "N", "the article around the quote of source N", _show),
        Command("new", "", "begin a new conversation; this one is kept", _new),
        Command("save", "FILE", "write the conversation to FILE.md or FILE.json", _save),
        Command("quit", "", "leave", _quit),
    )
}
