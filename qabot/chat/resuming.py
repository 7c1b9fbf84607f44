"""Going on with a conversation that was saved: ``/sessions``, ``/resume``, and what a chat shows of its last turns."""

from __future__ import annotations

from rich.text import Text

from qabot.chat.chat import Chat
from qabot.chat.saved import Summary, minute
from qabot.chat.screen import Screen
from qabot.errors import UsageError
from qabot.render import cell, plain

PROMPT = "> "
_SHOWN_AGAIN = 3  # turns of a conversation that is gone on with
_LISTED = 10  # sessions
_INDENT = 2


def sessions(chat: Chat, screen: Screen, _argument: str) -> None:
    """Show the conversations saved last, but the one at hand."""
    others = chat.session.others()
    for each in others[:_LISTED]:
        screen.show(Text.assemble((each.name, "bold"), f"  {about(each)}"), indent=_INDENT)
    if not others:
        screen.notice("No other conversation is saved.")
    elif len(others) > _LISTED:
        screen.notice(f"And {len(others) - _LISTED} more: qabot sessions list")


def about(summary: Summary) -> str:
    """When a conversation was last gone on with, how many turns it has, and how it began."""
    turns = f"{summary.turns} turn{'' if summary.turns == 1 else 's'}"
    return f"{minute(summary.last)}, {turns}: {cell(summary.question)}"


def resume(chat: Chat, screen: Screen, argument: str) -> None:
    """Go on with a saved conversation: the one named, else the last but the one at hand."""
    others = chat.session.others()
    if not (argument or others):
        raise UsageError("No other conversation is saved.")
    chat.session.resume(argument or others[0].name)
    show_last_turns(chat, screen)


def show_last_turns(chat: Chat, screen: Screen) -> None:
    """Show where a conversation stands that is gone on with."""
    turns = chat.session.conversation.turns
    count = f"{len(turns)} turn{'' if len(turns) == 1 else 's'}"
    screen.notice(f"Going on with {chat.session.name}, {count}. The last:")
    for turn in turns[-_SHOWN_AGAIN:]:
        screen.show()
        screen.show(plain(f"{PROMPT}{turn.question}\n{turn.answer.text}"))
