"""A running chat: who answers, the conversation so far, and which articles may be used."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from qabot.answering.answer import Answer, Citation
from qabot.chat.filters import Filters, admitted
from qabot.chat.opening import Opening
from qabot.chat.session import Session
from qabot.errors import UsageError
from qabot.settings import EXTRACTIVE

if TYPE_CHECKING:
    from qabot.answering.bot import Bot
    from qabot.store.records import ArticleRecord, Scope


@dataclass
class Chat:
    """A running chat.

    Attributes:
        opening: the bot, or that it is being opened, or why it could not be.
        session: the conversation and where it is saved.
        filters: of which dates and publishers the articles may be.
        model: who writes the answers.
        plain: whether the screen is read aloud: nothing moves, and nothing is drawn twice.
        vi_keys: whether lines are edited with the keys of vi, not those of emacs.
    """

    opening: Opening
    session: Session
    filters: Filters = field(default_factory=Filters)
    model: str = EXTRACTIVE
    plain: bool = False
    vi_keys: bool = False
    _admitted: dict[Scope, int] = field(default_factory=dict)

    def use(self, bot: Bot) -> None:
        """Let another bot, on the same index, answer from now on."""
        self.opening, self.model = Opening.done(bot), bot.model

    @cached_property
    def articles(self) -> list[ArticleRecord]:
        """The articles that there were when the bot was opened; waits for it."""
        return self.opening.bot.index.articles()

    @property
    def articles_admitted(self) -> int:
        """How many of them the filters admit."""
        scope = self.filters.scope
        if scope not in self._admitted:
            self._admitted[scope] = len(admitted(self.articles, scope))
        return self._admitted[scope]

    @property
    def last_answer(self) -> Answer:
        """The answer that ``/sources`` and ``/show`` speak of.

        Raises:
            UsageError: there is none yet.
        """
        if not self.session.conversation.turns:
            raise UsageError("Nothing has been answered yet. Ask a question first.")
        return self.session.conversation.turns[-1].answer

    def citation(self, number: str) -> Citation:
        """The last answer's citation of that number, written ``2`` or ``[2]``; its first where none is given.

        Raises:
            UsageError: there is none.
        """
        citations = {str(citation.marker): citation for citation in self.last_answer.citations}
        if not citations:
            raise UsageError("The last answer has no sources to show.")
        wanted = number.strip("[] ") or next(iter(citations))
        if wanted not in citations:
            raise UsageError(f"There is no source {number!r}. There are: {', '.join(citations)}.")
        return citations[wanted]
