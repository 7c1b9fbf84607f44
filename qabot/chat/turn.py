"""One turn of a chat: a question answered on the screen and saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qabot.chat.chat import Chat
from qabot.chat.screen import Screen
from qabot.settings import EXTRACTIVE

if TYPE_CHECKING:
    from qabot.answering.bot import Bot

_TICK = 0.1  # seconds


def answer(question: str, chat: Chat, screen: Screen) -> None:
    """Answer a question and add the turn to the conversation.

    Raises:
        QabotError: it could not be answered, or not be saved.
    """
    bot = opened(chat, screen)
    pieces = bot.stream(question, chat.session.conversation, scope=chat.filters.scope)
    screen.answer(pieces, chat.session.add, waiting=_reading(chat))


def answer_again(chat: Chat, screen: Screen) -> None:
    """Ask the last question again; what is answered now takes the place of the last answer when it is complete.

    Raises:
        UsageError: nothing has been asked yet.
        QabotError: as `answer` does; the last answer stays then.
    """
    before, question = chat.session.before_last, chat.last_answer.question
    pieces = opened(chat, screen).stream(question, before, scope=chat.filters.scope)
    screen.answer(pieces, chat.session.replace_last, waiting=_reading(chat))


def opened(chat: Chat, screen: Screen) -> Bot:
    """The bot as soon as it is open; until then it is shown what is waited for."""
    if not chat.opening.ready:
        with screen.status(chat.opening.doing) as status:
            while not chat.opening.wait(_TICK):
                status.tell(chat.opening.doing)
    return chat.opening.bot


def _reading(chat: Chat) -> str:
    return "Reading the articles" if chat.model == EXTRACTIVE else f"{chat.model} is reading the articles"
