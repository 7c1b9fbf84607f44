"""An answerer that stands in where a language model fails, and says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from qabot.answering.answer import Evidence
from qabot.answering.chain import Answerer
from qabot.answering.conversation import Conversation
from qabot.answering.draft import Draft, Rewrite
from qabot.errors import ModelError


class FallbackAnswerer:
    """Asks one answerer, and another where the first cannot be had or fails.

    What a model had said before it broke off is replaced by the whole answer of the other.

    Attributes:
        name: the first one's.
    """

    def __init__(self, name: str, first: Callable[[], Answerer], other: Callable[[], Answerer]) -> None:
        """Take who answers; both are opened when they are first needed, the first one now.

        Args:
            name: the first one's, which it may not live to tell.
            first: opens it.
            other: opens who stands in.
        """
        self.name = name
        self._open_other = other
        self._other: Answerer | None = None
        self._first: Answerer | None = None
        self._why = ""
        try:
            self._first = first()
        except ModelError as error:
            self._why = str(error)

    def stream(self, question: str, evidence: Sequence[Evidence], as_of: date | None = None) -> Iterator[str | Draft]:
        """The first one's pieces; where it fails, the other's, whose draft says why."""
        why = self._why
        if self._first:
            try:
                yield from self._first.stream(question, evidence, as_of)
            except ModelError as error:
                why = str(error)
            else:
                return
        if self._other is None:
            self._other = self._open_other()
        *_, draft = self._other.stream(question, evidence, as_of)
        assert isinstance(draft, Draft)
        notice = f"{why} Answered without it: {self._other.name}."
        yield replace(draft, notice=f"{notice} {draft.notice}" if draft.notice else notice, written_by=self._other.name)

    def rewrite(self, question: str, conversation: Conversation) -> Rewrite | None:
        """The first one's; None where it cannot be had."""
        return self._first.rewrite(question, conversation) if self._first else None
