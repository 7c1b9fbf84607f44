"""The chat: read a line, answer it, save the turn, until the person leaves."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from qabot.chat.commands import MARK, Chat, Quit, execute
from qabot.chat.screen import Screen, styled
from qabot.errors import QabotError
from qabot.render import error_line, plain

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

__all__ = ["Chat", "run"]

_PROMPT = "> "
_HOW_TO_QUIT = "Ctrl-D or /quit leaves the chat."


def run(chat: Chat, history: Path) -> bool:
    """Talk until the person leaves or standard input ends.

    Args:
        chat: what to talk with.
        history: file of what was typed, for the arrow keys and Ctrl-R; used on a terminal only.

    Returns:
        whether all went well: on a terminal always, off one where no turn ended in an error.
    """
    screen = Screen()
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return _answer_all(_plain_lines(), chat, screen)
    _greet(chat, screen)
    for line in _edited_lines(screen, history):
        try:
            _turn(line, chat, screen)
        except KeyboardInterrupt:
            screen.notice("\nStopped.")
        except Quit:
            break
        screen.show()
    if chat.session.name:
        screen.notice(f"Saved. Go on with: qabot chat --session {chat.session.name}")
    return True


def _answer_all(lines: Iterator[str], chat: Chat, screen: Screen) -> bool:
    """Answer line after line, an empty line between two; whether all went well."""
    failed = answered = False
    for line in lines:
        if answered:
            screen.show()
        try:
            well = _turn(line, chat, screen)
        except Quit:
            break
        failed, answered = failed or not well, answered or well
        sys.stdout.flush()
    return not failed


def _turn(line: str, chat: Chat, screen: Screen) -> bool:
    """Answer one line; whether that went well. Whatever goes wrong is said, and the chat goes on."""
    try:
        if line.startswith(MARK):
            execute(line, chat, screen)
        else:
            screen.answer(chat.bot.stream(line, chat.session.conversation, scope=chat.scope), chat.session.add)
    except (BrokenPipeError, Quit):
        raise
    except Exception as error:  # noqa: BLE001 - a defect in one turn must not end the conversation
        screen.notice(error_line(error))
        return False
    return True


def _greet(chat: Chat, screen: Screen) -> None:
    count = len(chat.bot.index.articles())
    screen.notice(f"qabot answers from {count} articles. /help lists the commands, Ctrl-D quits.")
    turns = chat.session.conversation.turns
    if turns:
        screen.notice(f"Going on with {chat.session.name}, {len(turns)} turns. The last one:")
        screen.show()
        screen.show(plain(f"{_PROMPT}{turns[-1].question}\n{turns[-1].answer.text}"))
    screen.show()


def _plain_lines() -> Iterator[str]:
    """Lines of standard input, until it ends; an empty one is none."""
    asks = sys.stdin.isatty()
    while True:
        if asks:
            sys.stderr.write(_PROMPT)
            sys.stderr.flush()
        raw = sys.stdin.buffer.readline()
        line = raw.decode("utf-8-sig", "replace").strip()
        if not raw:
            return
        if line:
            yield line


def _edited_lines(screen: Screen, history: Path) -> Iterator[str]:
    """Lines that a person edits, until Ctrl-D; an empty one is none."""
    session = _line_editor(history)
    while True:
        try:
            line = session.prompt(_PROMPT).strip()
        except KeyboardInterrupt:
            screen.notice(_HOW_TO_QUIT)
        except EOFError:
            return
        else:
            if line:
                yield line


def _line_editor(history: Path) -> PromptSession[str]:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.history import FileHistory
    from prompt_toolkit.output import ColorDepth

    try:
        history.touch(mode=0o600)
    except OSError as error:
        raise QabotError(
            f"{history} cannot be written: {error.strerror}. Set QABOT_STATE to a folder that you may write to."
        ) from error
    return PromptSession(
        history=FileHistory(str(history)),
        key_bindings=_keys(),
        color_depth=None if styled(sys.stdout) else ColorDepth.DEPTH_1_BIT,
    )


def _keys() -> KeyBindings:
    """Ctrl-C empties the line, and keeps what was typed in the history; on an empty line it is an interrupt."""
    from prompt_toolkit.key_binding import KeyBindings

    keys = KeyBindings()

    @keys.add("c-c")
    def _clear_or_interrupt(event: KeyPressEvent) -> None:
        line = event.current_buffer
        if line.text:
            line.append_to_history()
            line.reset()
        else:
            event.app.exit(exception=KeyboardInterrupt)

    return keys
