"""The chat: read a line, answer it, save the turn, until the person leaves."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from qabot.chat.chat import Chat
from qabot.chat.commands import MARK, Quit, execute
from qabot.chat.resuming import PROMPT, show_last_turns
from qabot.chat.screen import Screen
from qabot.chat.turn import answer
from qabot.render import error_line
from qabot.settings import EXTRACTIVE

if TYPE_CHECKING:
    from qabot.answering.bot import Bot
    from qabot.chat.editor import Editor

__all__ = ["Chat", "run"]

_HOW_TO_QUIT = "Ctrl-D or /quit leaves the chat."
_SAID = {"exit": "/quit", "quit": "/quit", "help": "/help"}  # what people type elsewhere, and no question


def run(chat: Chat, history: Path) -> bool:
    """Talk until the person leaves or standard input ends.

    Args:
        chat: what to talk with.
        history: file of what was typed, for the arrow keys and Ctrl-R; used where lines can be edited.

    Returns:
        whether all went well: on a terminal always, off one where no turn ended in an error.

    Raises:
        QabotError: the bot cannot be opened.
    """
    screen = Screen(plain=chat.plain)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return _answer_all(_plain_lines(), chat, screen)
    with _typing_unseen():  # what is typed by now is not lost, but belongs behind the prompt
        _greet(chat, screen)
        read = _line_reader(chat, screen, history)
    _talk(read, chat, screen)
    if chat.session.name:
        screen.notice(f"Saved. Go on with: qabot chat --session {chat.session.name}")
    return True


def _line_reader(chat: Chat, screen: Screen, history: Path) -> Callable[[], str]:
    """What reads a line: an editor, or where nothing may be drawn a plain prompt."""
    if chat.plain or os.environ.get("TERM") == "dumb":
        chat.opening.also(_warm_up)
        return _typed_line
    from qabot.chat.editor import Editor

    editor = Editor(chat, history)
    chat.opening.also(_warm_up)
    if chat.session.is_first:
        chat.opening.also(partial(_offer_examples, chat=chat, screen=screen, editor=editor))
    return editor.read


def _talk(read: Callable[[], str], chat: Chat, screen: Screen) -> None:
    """Answer line after line; an interrupt ends what is being done and not the chat."""
    answering = False
    while True:
        try:
            _interruptible(False)
            answering = False
            line = read().strip()
            if line:
                answering = True
                with _typing_unseen():
                    _interruptible(True)
                    _turn(line, chat, screen)
                    _interruptible(False)
                screen.show()
        except KeyboardInterrupt:
            _interruptible(False)
            screen.notice("\nStopped.\n" if answering else _HOW_TO_QUIT)
        except (EOFError, Quit):
            break
    _interruptible(True)


def _interruptible(may: bool) -> None:
    """Whether Ctrl-C raises: only while something is being done that it may end, so that none comes amiss."""
    signal.signal(signal.SIGINT, signal.default_int_handler if may else lambda _signal, _frame: None)


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
    line = _SAID.get(line.casefold(), line)
    try:
        if line.startswith(MARK):
            execute(line, chat, screen)
        else:
            answer(line, chat, screen)
    except (BrokenPipeError, Quit):
        raise
    except Exception as error:  # a defect in one turn must not end the conversation
        if chat.opening.error:
            raise  # nothing can be answered
        screen.notice(error_line(error))
        return False
    return True


def _greet(chat: Chat, screen: Screen) -> None:
    screen.notice("qabot answers from your articles. /help lists the commands, Ctrl-D quits.")
    if chat.session.conversation.turns:
        show_last_turns(chat, screen)
    screen.show()


def _offer_examples(bot: Bot, *, chat: Chat, screen: Screen, editor: Editor) -> None:
    """Show questions to begin with above the prompt, unless the person has begun without."""
    from qabot.chat.examples import example_questions

    opening, session = chat.opening, chat.session
    questions = example_questions(bot, lambda: opening.wanted and not session.conversation.turns)

    def show() -> None:
        if not session.conversation.turns:
            screen.notice(
                "\n".join(["Questions to begin with (Tab offers them):", *(f"  {each}" for each in questions), ""])
            )

    if questions:
        editor.offer(questions)
        editor.announce(show)


def _warm_up(bot: Bot) -> None:
    """Load what is loaded when it is first used; a language model is not asked."""
    from qabot.answering.retrieve import retrieve

    question = "Who said what, where and when?"
    if bot.model == EXTRACTIVE:
        bot.ask(question)
    else:
        retrieve(bot.index, question)


def _plain_lines() -> Iterator[str]:
    """Lines of standard input, until it ends; an empty one is none."""
    asks = sys.stdin.isatty()
    while True:
        if asks:
            sys.stderr.write(PROMPT)
            sys.stderr.flush()
        raw = sys.stdin.buffer.readline()
        line = raw.decode("utf-8-sig", "replace").strip()
        if not raw:
            return
        if line:
            yield line


def _typed_line() -> str:
    """A line typed on a terminal where nothing may be drawn."""
    with suppress(ImportError):
        import readline  # noqa: F401 - from now on the line can be edited

    _interruptible(True)
    return input(PROMPT)


@contextmanager
def _typing_unseen() -> Iterator[None]:
    """While an answer comes, what is typed ahead is kept for the next prompt but not written into the answer."""
    try:
        import termios
    except ImportError:  # a system without them
        yield
        return
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    quiet = termios.tcgetattr(terminal)
    quiet[3] &= ~termios.ECHO
    termios.tcsetattr(terminal, termios.TCSADRAIN, quiet)
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
