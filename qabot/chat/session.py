"""The session of a running chat: its conversation, which is saved turn by turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from qabot.answering.answer import Answer, Conversation, Turn
from qabot.chat.sessions import SavedTurn, Sessions, Summary, checked_name, state_folder
from qabot.errors import SessionError, UsageError, did_you_mean
from qabot.render.text import index_label
from qabot.settings import Settings
from qabot.store.location import locate
from qabot.store.open_index import moved_to, place_of


class Session:
    """A conversation and where it is saved.

    Attributes:
        name: of the saved session; None before its first turn, and where nothing is saved.
        conversation: the turns so far.
    """

    def __init__(
        self, sessions: Sessions | None = None, name: str | None = None, turns: tuple[SavedTurn, ...] = ()
    ) -> None:
        self.name = name
        self._sessions = sessions
        self._take(turns)

    def _take(self, turns: Iterable[SavedTurn]) -> None:
        turns = tuple(turns)
        self.conversation = Conversation(tuple(saved.turn for saved in turns))
        self._ids: list[int | None] = [saved.turn_id for saved in turns]  # None: not saved yet, which may be the last

    @property
    def place(self) -> str | None:
        """Where the index is that the last turn was answered from; None where that is not known."""
        turns = self.conversation.turns
        return turns[-1].answer.index or None if turns else None

    @property
    def is_saved(self) -> bool:
        """True if there is a turn, and all are saved."""
        return bool(self._ids) and None not in self._ids

    @property
    def is_first(self) -> bool:
        """True if conversations are saved and none has been yet."""
        return self._sessions is not None and not self._sessions.names()

    def others(self) -> list[Summary]:
        """Return summaries of the other saved conversations, the one used last first."""
        return [each for each in self._sessions.summaries() if each.name != self.name] if self._sessions else []

    @property
    def before_last(self) -> Conversation:
        """Return the conversation as it was when the last question was asked.

        Raises:
            UsageError: nothing has been answered yet.
        """
        self._last_turn()
        return Conversation(self.conversation.turns[:-1])

    def add(self, answer: Answer) -> None:
        """Add a turn and save it.

        Raises:
            SessionError: it could not be saved; it belongs to the conversation, and is saved with the next.
        """
        self.conversation = self.conversation.with_turn(answer)
        self._ids.append(None)
        self._save()

    def replace_last(self, answer: Answer) -> None:
        """Replace the last answer by another and save it; raise as `add` does."""
        self.conversation = self.before_last.with_turn(answer)
        self._save()

    def _save(self) -> None:
        """Save the last turn, after those before it that could not be saved."""
        if not self._sessions:
            return
        for place, turn_id in enumerate(self._ids):
            if turn_id is None or place == len(self._ids) - 1:
                answer = self.conversation.turns[place].answer
                saved = next((each for each in reversed(self._ids) if each is not None), None)
                self.name, self._ids[place] = self._sessions.save(self.name, answer, instead_of=turn_id, after=saved)

    def _save_rest(self) -> None:
        """Save the turns that could not be saved, if there are any."""
        if None in self._ids:
            self._save()

    def undo(self) -> Turn:
        """Remove the last turn, from the saved session too, and return it.

        Raises:
            UsageError: there is none.
            SessionError: the saved session cannot be changed.
        """
        turn = self._last_turn()
        if self._sessions and self._ids[-1] is not None:
            self._sessions.remove_turn(self._ids[-1])
        self.conversation = self.before_last
        self._ids.pop()
        return turn

    def _last_turn(self) -> Turn:
        if not self.conversation.turns:
            raise UsageError("Nothing has been answered yet. Ask a question first.")
        return self.conversation.turns[-1]

    def restart(self) -> None:
        """Begin a new conversation; the saved one stays as it is.

        Raises:
            SessionError: a turn of it is not saved yet and cannot be; it stays the one at hand.
        """
        self._save_rest()
        self.name = None
        self._take(())

    def resume(self, name: str) -> None:
        """Go on with another saved conversation; the one at hand stays saved as it is.

        Raises:
            UsageError: conversations are not saved here.
            SessionError: there is none of that name, and the nearest is named; or as of `restart`.
        """
        if not self._sessions:
            raise UsageError("This conversation is not saved, and no other is at hand.")
        self._save_rest()
        self.name = self._sessions.existing(name)
        self._take(self._sessions.turns(self.name))

    def close(self) -> None:
        """Close the database."""
        if self._sessions:
            self._sessions.close()


def resume(settings: Settings, name: str | None, last: bool, notice: Callable[[str], None]) -> Session:
    """Return the session of that name, or the last one; a new one where neither is asked for.

    Args:
        settings: say where the sessions are.
        name: the value of ``--session``; where there is no such session, it begins now.
        last: true for ``--continue``.
        notice: called with one line when a named session begins.

    Raises:
        UsageError: both are asked for, or the name is not one that a session can have.
        SessionError: there is no last one, or the sessions cannot be read.
    """
    if name is not None and last:
        raise UsageError("Give --session NAME or --continue, not both.")
    if name is not None:
        name = checked_name(name)
    sessions = Sessions(state_folder(settings))
    try:
        if last:
            name = sessions.last()
        if name is None:
            return Session(sessions)
        turns = tuple(sessions.turns(name))
        if not turns:
            notice(f"Begins the session {name}. {did_you_mean(name, sessions.names())}".strip())
        return Session(sessions, name, turns)
    except BaseException:
        sessions.close()
        raise


def with_its_index(settings: Settings, session: Session, named: bool, notice: Callable[[str], None]) -> Settings:
    """Return settings for a session that goes on: over the index that answered it, unless another is named.

    Args:
        settings: those in force.
        session: the session.
        named: true if the command line names an index.
        notice: called with one line where that is not the index that would answer without the session.

    Raises:
        SessionError: its index is gone.
    """
    if session.place is None:
        return settings
    wanted = moved_to(settings, session.place)
    place = place_of(wanted)
    if place == place_of(settings):
        return settings
    label = index_label(place)
    if named:
        notice(f"{session.name} was answered from {label} so far.")
        return settings
    its = locate(wanted.index)
    if not (wanted.chroma or its.built or its.articles.is_dir()):
        raise SessionError(f"{session.name} was answered from {label}, which is gone. Name another one: --index DIR")
    notice(f"Going on with {label}, as {session.name} did before.")
    return wanted
