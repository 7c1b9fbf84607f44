"""Saved conversations: one SQLite file in the state folder, written after every turn.

A turn is one transaction on a database in WAL mode: a process killed at any moment loses no turn that was complete, and
two chats can write at once. A session exists from its first saved turn on.
"""

from __future__ import annotations

import json
import logging
import re
import sqlite3
import time
import unicodedata
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import chain, count
from pathlib import Path

from pydantic import TypeAdapter

from qabot.answering.answer import UNTOLD, Answer, Conversation, Turn
from qabot.errors import SessionError, UsageError, did_you_mean
from qabot.settings import Settings

HISTORY = "history"  # the file beside that of the sessions
ANOTHER_FOLDER = "Set QABOT_STATE to a folder that you may write to."
_log = logging.getLogger(__name__)

_FORMAT = 1
_NAME = re.compile(r"[\w.-]{1,64}")
_BUSY_SECONDS = 10
_PAUSE = 0.02
_PRIMARY = 0xFF  # of SQLite's error codes, without what is special
_QUESTIONS = "SELECT question FROM turns JOIN sessions USING (session_id) WHERE name = ?"
_NOT_SAVED = {"evidence": {"__all__": set(UNTOLD)}}
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


@dataclass(frozen=True)
class Summary:
    """A session in a list of sessions.

    Attributes:
        name: the session's.
        turns: how many it has.
        started: ISO 8601 time of its first turn.
        last: ISO 8601 time of its last turn.
        question: its first question.
        index: the folder of the index that its last turn was answered from; None where that was not saved.
    """

    name: str
    turns: int
    started: str
    last: str
    question: str
    index: str | None


@dataclass(frozen=True)
class SavedTurn:
    """A saved turn.

    Attributes:
        turn_id: its number among all turns of all sessions, never given twice.
        session: the name of its session.
        asked: ISO 8601 time at which it was saved.
        turn: question and answer.
    """

    turn_id: int
    session: str
    asked: str
    turn: Turn


def state_path(settings: Settings) -> Path:
    """Return where the folder for sessions and history is, or is to be."""
    from platformdirs import user_state_path

    return settings.state or user_state_path("qabot", appauthor=False)


def state_folder(settings: Settings) -> Path:
    """Return the folder for sessions and history, made where it is missing; only its owner may look into it.

    Raises:
        SessionError: it cannot be made.
    """
    folder = state_path(settings)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SessionError(f"There can be no folder {folder} ({error.strerror}). {ANOTHER_FOLDER}") from error
    return folder


def checked_name(name: str) -> str:
    """Return a session's name in Unicode's normal form C.

    Raises:
        UsageError: no session can have that name.
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
        self._log_ahead()
        run("PRAGMA foreign_keys = ON")
        run("PRAGMA secure_delete = ON")
        self._database.create_function("holds", 2, _holds, deterministic=True)
        if found < _FORMAT:
            self.path.chmod(0o600)
            self._database.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {_FORMAT}; COMMIT;")

    def _log_ahead(self) -> None:
        """Switch to WAL; try again for a while, as SQLite does not wait where two chats make the file at once."""
        deadline = time.monotonic() + _BUSY_SECONDS
        while True:
            try:
                self._database.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
                time.sleep(_PAUSE)
            else:
                return

    def names(self) -> list[str]:
        """Return the names of all sessions, the one used last first."""
        return [summary.name for summary in self.summaries()]

    def summaries(self) -> list[Summary]:
        """Return a summary of each session, the one used last first."""
        with self._translated():
            rows = self._database.execute(
                "SELECT name, number, first_asked, last_asked, question, "
                "(SELECT answer ->> '$.index' FROM turns WHERE turn_id = last AND json_valid(answer)) "
                "FROM sessions JOIN turns USING (session_id) "
                "JOIN (SELECT min(turn_id) AS first, max(turn_id) AS last, count(*) AS number, "
                "min(asked) AS first_asked, max(asked) AS last_asked FROM turns GROUP BY session_id) "
                "ON turn_id = first ORDER BY julianday(last_asked) DESC, last DESC"  # a turn asked again keeps its id
            )
            return [Summary(*row) for row in rows]

    def last(self) -> str:
        """Return the name of the session used last.

        Raises:
            SessionError: there is none.
        """
        names = self.names()
        if not names:
            raise SessionError("There is no conversation to continue. Start one with --session NAME, or qabot chat.")
        return names[0]

    def existing(self, name: str) -> str:
        """Return the name of a session as it is saved.

        Raises:
            SessionError: there is none; the nearest is named.
        """
        name = unicodedata.normalize("NFC", name)
        names = self.names()
        if name in names:
            return name
        near = did_you_mean(name, names) or "qabot sessions list shows those that there are."
        raise SessionError(f"There is no session {name!r}. {near}")

    def load(self, name: str) -> Conversation:
        """Return the conversation of a session; an empty one where there is no such session."""
        return Conversation(tuple(saved.turn for saved in self.turns(name)))

    def turns(self, name: str) -> list[SavedTurn]:
        """Return the turns of a session that can be read, in order; none where there is no such session."""
        return self._turns(name, "")

    def search(self, words: str) -> list[SavedTurn]:
        """Return the turns with all these words, in any case, in question or answer; the newest first."""
        return self._turns(None, words.casefold())[::-1]

    def _turns(self, name: str | None, words: str) -> list[SavedTurn]:
        with self._translated():
            rows = self._database.execute(
                "SELECT turn_id, name, asked, question, answer FROM turns JOIN sessions USING (session_id) "
                "WHERE (?1 IS NULL OR name = ?1) AND (?2 = '' OR "
                "holds(question || ' ' || iif(json_valid(answer), ifnull(answer ->> '$.text', ''), ''), ?2)) "
                "ORDER BY iif(?1 IS NULL, julianday(asked), 0), turn_id",
                (name, words),
            )
            found = []
            for turn_id, session, asked, question, answer in rows:
                try:
                    turn = Turn(question, _answers().validate_json(answer))
                except ValueError:
                    left_out = "Left out of session %s: %r of %s, which this qabot cannot read; a newer one may."
                    _log.warning(left_out, session, question, minute(asked))
                else:
                    found.append(SavedTurn(turn_id, session, asked, turn))
            return found

    def save(
        self, name: str | None, answer: Answer, *, instead_of: int | None = None, after: int | None = None
    ) -> tuple[str, int]:
        """Add a turn to a session; begin the session where this is its first.

        Args:
            name: of the session; None: a new one, named after the time.
            answer: the turn's answer.
            instead_of: id of the turn that this one replaces; where it was deleted, the turn is added.
            after: id of a turn of the session, by which it is found if it has another name now.

        Returns:
            The session's name and the turn's id.
        """
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        record = json.dumps(_answers().dump_python(answer, mode="json", exclude=_NOT_SAVED), ensure_ascii=False)
        question, record = (text.encode("utf-8", "replace").decode("utf-8") for text in (answer.question, record))
        with self._translated(), self._transaction():
            run = self._database.execute
            known = "SELECT name FROM sessions JOIN turns USING (session_id) WHERE turn_id = ?"
            [name] = run(known, (after,)).fetchone() or [name]
            if instead_of is not None:
                values = (now, question, record, instead_of)
                if run("UPDATE turns SET asked = ?, question = ?, answer = ? WHERE turn_id = ?", values).rowcount:
                    return str(name), instead_of
            name = name or self._new_name()
            run("INSERT INTO sessions (name, started) VALUES (?, ?) ON CONFLICT DO NOTHING", (name, now))
            added = run(
                "INSERT INTO turns (session_id, asked, question, answer) "
                "SELECT session_id, ?, ?, ? FROM sessions WHERE name = ?",
                (now, question, record, name),
            )
            return name, int(added.lastrowid or 0)

    def remove_turn(self, turn_id: int) -> None:
        """Remove a turn, and its session where it was the only turn."""
        with self._translated(), self._transaction():
            self._database.execute("DELETE FROM turns WHERE turn_id = ?", (turn_id,))
            self._database.execute("DELETE FROM sessions WHERE session_id NOT IN (SELECT session_id FROM turns)")
        self._forget()

    def rename(self, name: str, new_name: str) -> str:
        """Give a session another name and return that as it is saved.

        Raises:
            SessionError: there is none of that name, or one of the new name already.
            UsageError: no session can have the new name.
        """
        name, new_name = self.existing(name), checked_name(new_name)
        with self._translated(), self._transaction():
            taken = self._database.execute("SELECT 1 FROM sessions WHERE name = ?", (new_name,)).fetchone()
            if taken and new_name != name:
                raise SessionError(f"There is a session {new_name} already. Take another name.")
            self._database.execute("UPDATE sessions SET name = ? WHERE name = ?", (new_name, name))
        return new_name

    def delete(self, name: str) -> None:
        """Delete a session with all its turns; no trace of them stays in the file, nor of its questions in the history.

        Raises:
            SessionError: there is none of that name.
        """
        name = self.existing(name)
        with self._translated(), self._transaction():
            gone = {question for (question,) in self._database.execute(_QUESTIONS, (name,))}
            self._database.execute("DELETE FROM sessions WHERE name = ?", (name,))
            forget_typed(self.path.with_name(HISTORY), gone)
        self._forget()

    def _forget(self) -> None:
        """Empty the write-ahead log, which still holds what was deleted; while another chat reads, SQLite does not."""
        with self._translated():
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _new_name(self) -> str:
        taken = {row[0] for row in self._database.execute("SELECT name FROM sessions")}
        stem = datetime.now().astimezone().strftime("%Y-%m-%d-%H%M%S")
        return next(name for name in chain([stem], (f"{stem}-{n}" for n in count(2))) if name not in taken)

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self._database.in_transaction:  # SQLite rolls back by itself on some errors
                self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            if getattr(error, "sqlite_errorcode", 0) & _PRIMARY in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise SessionError(
                    f"Another qabot is writing to the saved sessions in {self.path}. Try again."
                ) from error
            if _is_damage(error):
                raise SessionError(
                    f"The saved sessions in {self.path} are damaged ({error}). Move the file away; qabot begins a new "
                    "one."
                ) from error
            raise SessionError(
                f"The saved sessions in {self.path} cannot be read or written ({error}). Free space or mend the "
                "permissions, or set QABOT_STATE to another folder."
            ) from error


def forget_typed(history: Path, questions: Collection[str]) -> None:
    """Take questions out of the file with what was typed in chats, to which prompt_toolkit adds also meanwhile."""
    if not history.exists():
        return
    wanted = {" ".join(question.split()) for question in questions}
    new = history.with_name(f"{history.name}.new")
    new.touch(mode=0o600)
    found = None
    while found != (found := history.read_bytes()):
        entries = re.split(rb"(?<=\n)(?=\n# )", found)
        new.write_bytes(b"".join(entry for entry in entries if _typed(entry) not in wanted))
    new.replace(history)


def _typed(entry: bytes) -> str:
    """Return what was typed in an entry of the history, in one line."""
    return " ".join(b" ".join(re.findall(rb"(?m)^\+(.*)", entry)).decode("utf-8", "replace").split())


def _is_damage(error: Exception) -> bool:
    """True if it is the file's content that cannot be read; else its place can be in want of space or permissions."""
    if isinstance(error, sqlite3.OperationalError):
        # Without a code, or with the one for all that has none of its own, SQLite did not understand what it read.
        return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) == sqlite3.SQLITE_ERROR
    return not isinstance(error, OSError)


def _holds(text: str, words: str) -> bool:
    folded = text.casefold()
    return all(word in folded for word in words.split())


@cache
def _answers() -> TypeAdapter[Answer]:
    """Return the converter between answers and their JSON; it skips fields that another version wrote."""
    return TypeAdapter(Answer)


def minute(time: str) -> str:
    """Return the day and minute of an ISO 8601 time, for people."""
    return time[: len("2024-05-06T12:00")].replace("T", " ")
