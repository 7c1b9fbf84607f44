"""qabot answers questions from your own collection of news articles, and cites every statement.

>>> from qabot import Bot
>>> answer = Bot.open("index").ask("When did Russia designate the Taliban a terrorist organisation?")
>>> print(answer.text, answer.citations[0].quote)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qabot.resources import __version__

__all__ = ["Answer", "Bot", "Citation", "Conversation", "Evidence", "__version__", "support"]

if TYPE_CHECKING:
    from qabot.answering.answer import Answer, Citation, Conversation, Evidence
    from qabot.answering.bot import Bot
    from qabot.answering.entailment import support

_HOMES = {
    "Answer": "qabot.answering.answer",
    "Bot": "qabot.answering.bot",
    "Citation": "qabot.answering.answer",
    "Conversation": "qabot.answering.answer",
    "Evidence": "qabot.answering.answer",
    "support": "qabot.answering.entailment",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: ``qabot --help`` must not wait for LangChain."""
    if name not in _HOMES:
        raise AttributeError(f"module 'qabot' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
