"""Saved conversations: one SQLite file in the state folder, written after every turn.

A turn is one transaction on a database in WAL mode, so a process killed at any moment loses no turn that was complete,
and two chats can write at once. A session exists from its first saved turn on.
"""

from __future__ import annotations

import difflib
import json
import re
import sqlite3
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields, replace
from datetime import datetime
from itertools import chain, count
from pathlib import Path
from typing import Any, TypeVar

from qabot.answering.answer import Answer, Citation, Evidence
from qabot.answering.conversation import Conversation, Turn
from qabot.errors import SessionError, UsageError
from qabot.settings import Settings

_Kind = TypeVar("_Kind", Answer, Citation, Evidence)
_FORMAT = 1
_NAME = re.compile(r"[\w.-]{1,64}")
_BUSY_SECONDS = 10
_SCHEMA = """
CREATE TABLE IF NOT EXISTS sessions (
    session_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    started TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS turns (
    turn_id INTEGER PRIMARY KEY AUTOINCREMENT,
    session_id INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
    asked TEXT NOT NULL,
    question TEXT NOT NULL,
    answer TEXT NOT NULL  -- JSON of the whole Answer
) STRICT;
CREATE INDEX IF NOT EXISTS turns_of_session ON turns (session_id);
"""


def state_folder(settings: Settings) -> Path:
    """The folder for sessions and history, made where it is missing; only its owner may look into it.

    Raises:
        SessionError: it cannot be made.
    """
    from platformdirs import user_state_path

    folder = settings.state or user_state_path("qabot", appauthor=False)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SessionError(
            f"The folder for sessions {folder} cannot be made ({error.strerror}). "
            "Set QABOT_STATE to a folder that you may write to."
        ) from error
    return folder


def checked_name(name: str) -> str:
    """A session's name in its normal form.

    Raises:
        UsageError: it is no name.
    """
    name = unicodedata.normalize("NFC", name)
    if not _NAME.fullmatch(name):
        raise UsageError("A session's name is 1 to 64 letters, digits, dots, hyphens or underscores.")
    return name


class Sessions:
    """The saved conversations of one state folder.

    Every method raises `SessionError` where the file cannot be read or written.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "sessions.sqlite"
        with self._translated():
            self._database = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None)
            try:
                self._prepare()
            except BaseException:
                self._database.close()
                raise

    def _prepare(self) -> None:
        run = self._database.execute
        found = run("PRAGMA user_version").fetchone()[0]
        if found > _FORMAT:
            raise SessionError(
                f"The saved sessions in {self.path} are of a newer qabot. Install the newest, or set QABOT_STATE."
            )
        run("PRAGMA journal_mode = WAL")
        run("PRAGMA foreign_keys = ON")
        if found < _FORMAT:
            self.path.chmod(0o600)
            self._database.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {_FORMAT}; COMMIT;")

    def names(self) -> list[str]:
        """All sessions, the one used last first."""
        with self._translated():
            rows = self._database.execute(
                "SELECT name FROM sessions JOIN turns USING (session_id) GROUP BY session_id ORDER BY max(turn_id) DESC"
            )
            return [row[0] for row in rows]

    def last(self) -> str:
        """The session used last.

        Raises:
            SessionError: there is none.
        """
        names = self.names()
        if not names:
            raise SessionError("There is no conversation to continue. Start one with --session NAME, or qabot chat.")
        return names[0]

    def nearest(self, name: str) -> str | None:
        """The session whose name is most like this one, if one is."""
        return next(iter(difflib.get_close_matches(name, self.names(), n=1)), None)

    def load(self, name: str) -> Conversation:
        """The conversation of a session; an empty one where there is no such session yet."""
        with self._translated():
            rows = self._database.execute(
                "SELECT question, answer FROM turns JOIN sessions USING (session_id) WHERE name = ? ORDER BY turn_id",
                (name,),
            )
            return Conversation(tuple(Turn(question, _answer(json.loads(answer))) for question, answer in rows))

    def save(self, name: str | None, answer: Answer) -> str:
        """Add a turn to a session, which begins with its first.

        Args:
            name: of the session; None: a new one, named after the time.
            answer: the turn's answer.

        Returns:
            the session's name.
        """
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        record = json.dumps(asdict(replace(answer, timings_ms=dict(answer.timings_ms))), ensure_ascii=True)
        with self._translated(), self._transaction():
            run = self._database.execute
            name = name or self._new_name()
            run("INSERT INTO sessions (name, started) VALUES (?, ?) ON CONFLICT DO NOTHING", (name, now))
            run(
                "INSERT INTO turns (session_id, asked, question, answer) "
                "SELECT session_id, ?, ?, ? FROM sessions WHERE name = ?",
                (now, answer.question, record, name),
            )
        return name

    def _new_name(self) -> str:
        taken = {row[0] for row in self._database.execute("SELECT name FROM sessions")}
        stem = datetime.now().astimezone().strftime("%Y-%m-%d-%H%M%S")
        return next(name for name in chain([stem], (f"{stem}-{n}" for n in count(2))) if name not in taken)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self._database.in_transaction:  # SQLite ends it by itself on some errors
                self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.OperationalError, OSError) as error:
            raise SessionError(
                f"The saved sessions in {self.path} cannot be read or written ({error}). Free space or mend the "
                "permissions, or set QABOT_STATE to another folder."
            ) from error
        except (sqlite3.Error, ValueError, TypeError, KeyError) as error:
            raise SessionError(
                f"The saved sessions in {self.path} are damaged ({error}). Move the file away; qabot begins a new one."
            ) from error


class Session:
    """A conversation and where it is saved.

    Attributes:
        name: of the saved session; None until its first turn, or where nothing is saved.
        conversation: the turns so far.
    """

    def __init__(
        self, sessions: Sessions | None = None, name: str | None = None, conversation: Conversation | None = None
    ) -> None:
        self._sessions = sessions
        self.name = name
        self.conversation = conversation or Conversation()

    def add(self, answer: Answer) -> None:
        """Add a turn and save it.

        Raises:
            SessionError: it is not saved; it is part of the conversation all the same.
        """
        self.conversation = self.conversation.with_turn(answer)
        if self._sessions:
            self.name = self._sessions.save(self.name, answer)

    def restart(self) -> None:
        """Begin a new conversation; what was saved of the one before stays."""
        self.name = None
        self.conversation = Conversation()

    def close(self) -> None:
        """Let go of the file."""
        if self._sessions:
            self._sessions.close()


def resume(settings: Settings, name: str | None, last: bool, notice: Callable[[str], None]) -> Session:
    """The session of that name, or the last one; a new one where neither is asked for.

    Args:
        settings: say where the sessions are.
        name: of ``--session``; it begins where there is none of that name.
        last: ``--continue``.
        notice: told when a session begins.

    Raises:
        UsageError: both are asked for, or the name is none.
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
        conversation = sessions.load(name)
        if not conversation.turns:
            near = sessions.nearest(name)
            notice(f"Begins the session {name}" + (f" (did you mean {near}?)." if near else "."))
        return Session(sessions, name, conversation)
    except BaseException:
        sessions.close()
        raise


def _answer(record: dict[str, Any]) -> Answer:
    citations = tuple(_made(Citation, citation) for citation in record.pop("citations"))
    evidence = tuple(_made(Evidence, passage) for passage in record.pop("evidence"))
    return _made(Answer, {**record, "citations": citations, "evidence": evidence})


def _made(kind: type[_Kind], record: dict[str, Any]) -> _Kind:
    """The object of a record; a field that another version of qabot wrote is passed over."""
    return kind(**{field.name: record[field.name] for field in fields(kind) if field.name in record})
