"""A Conversation: the turns so far, which a follow-up question leans on."""

from __future__ import annotations

from dataclasses import dataclass

from qabot.answering.answer import Answer


@dataclass(frozen=True)
class Turn:
    """A question and its answer."""

    question: str
    answer: Answer


@dataclass(frozen=True)
class Conversation:
    """Turns, oldest first."""

    turns: tuple[Turn, ...] = ()

    def with_turn(self, answer: Answer) -> Conversation:
        """This conversation with one more turn."""
        return Conversation((*self.turns, Turn(answer.question, answer)))
