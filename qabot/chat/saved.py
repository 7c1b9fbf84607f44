"""What the database of sessions gives to those who ask it."""

from __future__ import annotations

from dataclasses import dataclass

from qabot.answering.answer import Turn


@dataclass(frozen=True)
class Summary:
    """What a list of sessions says of one.

    Attributes:
        name: the session's.
        turns: how many it has.
        started: ISO 8601 time of its first turn.
        last: ISO 8601 time of its last turn.
        question: its first question.
    """

    name: str
    turns: int
    started: str
    last: str
    question: str


@dataclass(frozen=True)
class SavedTurn:
    """A turn as it is saved.

    Attributes:
        turn_id: its number among all turns of all sessions; never used again.
        session: the name of its session.
        asked: ISO 8601 time at which it was saved.
        turn: question and answer.
    """

    turn_id: int
    session: str
    asked: str
    turn: Turn


def minute(time: str) -> str:
    """The day and minute of an ISO 8601 time, for people."""
    return time[: len("2024-05-06T12:00")].replace("T", " ")
