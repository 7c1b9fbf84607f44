"""The terminal loop: read a line, answer it, save the turn, until the person leaves; small talk is answered here."""

from __future__ import annotations

import re
import shlex
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from qabot.articles.urls import is_web
from qabot.chat.chat import Chat, answer
from qabot.chat.commands import MARK, PROMPT, Quit, execute, show_last_turns
from qabot.render.screen import Screen
from qabot.render.text import error_line, plain, readable
from qabot.settings import EXTRACTIVE
from qabot.store.location import is_starter

if TYPE_CHECKING:
    from qabot.answering.bot import Bot

_READER_ENDS = 0.1  # seconds that the reader of standard output has to end after an interrupt
_HOW_TO_QUIT = "Ctrl-D or /quit leaves the chat."
_SAID = {"exit": "/quit", "quit": "/quit", "help": "/help"}  # what people type elsewhere, and no question
_ENDS = r"(?:,? (?:qabot|there|all|everyone|again|so much|very much|a lot|for (?:that|now|the (?:help|answer))))*"
_PLEASED = (
    r"(?:ok(?:ay)?|great|good|fine|nice|cool|perfect|super|excellent|right|all ?right|wow|i see|got it|never ?mind)"
)
_OK = rf"(?:(?:{_PLEASED}|well|no|yes)[,.!]* )*"
_REPLIES = (
    (
        rf"{_OK}(?:hi|hello|hey|good (?:morning|afternoon|evening|day)|greetings){_ENDS}",
        "Hello. Ask what the articles are to tell you; /help lists what else can be typed.",
    ),
    (
        rf"{_OK}(?:thanks?|thank you|many thanks|thx|cheers|much appreciated){_ENDS}",
        "You are welcome.",
    ),
    (
        rf"{_OK}(?:(?:hi|hello|hey)[,.!]* )?"
        rf"(?:how are you|how do you do|who are you|what are you|what (?:can|do) you do|what can i ask){_ENDS}\??",
        "I answer from the articles, with quotes. Ask what they are to tell you; /help lists what else can be typed.",
    ),
    (
        _PLEASED,
        "Ask on, if there is more to know.",
    ),
)
_COMPILED = tuple((re.compile(pattern, re.IGNORECASE), reply) for pattern, reply in _REPLIES)
_GOODBYE = re.compile(
    rf"{_OK}(?:(?:thanks?|thank you)[,.!]* )?"
    rf"(?:bye|bye bye|goodbye|good night|see you|farewell|that(?: is|['’]s) all){_ENDS}",
    re.IGNORECASE,
)


def run(chat: Chat, history: Path) -> bool:
    """Talk until the person leaves or standard input ends.

    Args:
        chat: the chat.
        history: file with the lines typed before, for the arrow keys and Ctrl-R; used where lines can be edited.

    Returns:
        True if all went well: always on a terminal, elsewhere if no turn ended in an error.

    Raises:
        QabotError: the bot cannot be opened.
    """
    screen = Screen(plain=chat.plain)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return _answer_all(chat, screen)
    with _typing_unseen():  # what is typed now appears behind the prompt
        _greet(chat, screen)
        read = _line_reader(chat, screen, history)
    _talk(read, chat, screen)
    if not (chat.opening.ready or chat.opening.error):
        screen.notice("Leaving in a few seconds. What is indexed already is kept.")
    if chat.session.is_saved:
        screen.notice("Saved. Go on with:")
        screen.err.print(_go_on(chat), soft_wrap=True)  # in one line, to be copied
    return True


def _go_on(chat: Chat) -> str:
    """Return the command that goes on with the chat, from wherever it is typed."""
    command = f"qabot chat --session {chat.session.name}"
    if chat.place is None or is_starter(Path(chat.place)):  # which the session knows by itself
        return command
    return f"{command} {'--chroma' if is_web(chat.place) else '--index'} {shlex.quote(chat.place)}"


def _line_reader(chat: Chat, screen: Screen, history: Path) -> Callable[[], str]:
    """Return a function that reads a line: an editor's, or where nothing may be drawn a plain prompt."""
    if not screen.drawn:
        chat.opening.also(_warm_up)
        return _typed_line
    from qabot.chat.editor import Editor

    editor = Editor(chat, history)
    chat.opening.also(_warm_up)
    if chat.session.is_first:
        from qabot.chat.welcome import offer_examples

        chat.opening.also(partial(offer_examples, chat=chat, screen=screen, editor=editor))
    return editor.read


def _talk(read: Callable[[], str], chat: Chat, screen: Screen) -> None:
    """Answer line after line; an interrupt ends what is being done, not the chat."""
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
    """Let Ctrl-C raise KeyboardInterrupt or do nothing; it may raise only while there is something to interrupt."""
    signal.signal(signal.SIGINT, signal.default_int_handler if may else lambda _signal, _frame: None)


def _answer_all(chat: Chat, screen: Screen) -> bool:
    """Answer each line of standard input, below the question where nobody saw it typed; return True if all went well.

    An error names its line. Who interrupts, with the lines typed on a terminal, stops the answer alone.
    """
    typed = sys.stdin.isatty()
    failed = answered = answering = False
    number = 0
    while True:
        try:
            answering = False
            raw = _plain_line(typed)
            if not raw:
                return not failed
            number += 1
            line = raw.decode("utf-8-sig", "replace").strip()
            if not line or (is_goodbye(line) and not typed):  # which ends no file
                continue
            answering = True
            if answered:
                screen.show()
            well = _turn(line, chat, screen, number=None if typed else number)
            failed, answered = failed or not well, True
            sys.stdout.flush()
        except KeyboardInterrupt:
            if not typed or _nobody_reads():
                raise
            screen.notice("\nStopped.\n" if answering else f"\n{_HOW_TO_QUIT}")
        except Quit:
            return not failed


def _nobody_reads() -> bool:
    """True if standard output is a pipe whose reader has ended, as the interrupt that is for us ends it, too."""
    try:
        import select

        looking = select.poll()
        looking.register(sys.stdout, 0)
        time.sleep(_READER_ENDS)
        return bool(looking.poll(0))
    except (ImportError, AttributeError):  # no POSIX system
        return False


def _turn(line: str, chat: Chat, screen: Screen, number: int | None = None) -> bool:
    """Answer one line and return True if that went well; an error is shown, and the chat goes on.

    Args:
        line: what was typed.
        chat: the chat.
        screen: where the answer goes.
        number: of the line in a file, whose questions stand above their answers; None where it was typed.
    """
    line = readable(line)
    line = _SAID.get(line.casefold(), line)
    try:
        if line.startswith(MARK):
            execute(line, chat, screen)
            return True
        if is_goodbye(line):
            raise Quit
        if number is not None:
            screen.show(f"{PROMPT}{plain(line)}")
        if reply := reply_to(line):
            screen.show(reply)
        else:
            answer(line, chat, screen)
    except (BrokenPipeError, Quit):
        raise
    except Exception as error:  # a defect in one turn must not end the chat
        if chat.opening.error:
            raise  # nothing can be answered
        screen.notice(f"line {number}: {error_line(error)}" if number is not None else error_line(error))
        return False
    return True


def _greet(chat: Chat, screen: Screen) -> None:
    if chat.place and is_starter(Path(chat.place)):
        screen.notice("qabot answers from the starter articles that come with it. Your own: qabot index PATH_OR_URL")
        screen.notice("/help lists the commands, Ctrl-D quits.")
    else:
        screen.notice("qabot answers from your articles. /help lists the commands, Ctrl-D quits.")
    if chat.session.conversation.turns:
        show_last_turns(chat, screen)
    screen.show()


def _warm_up(bot: Bot) -> None:
    """Load what the first question would load; a language model is not asked."""
    from qabot.answering.retrieve import retrieve

    question = "Who said what, where and when?"
    if bot.model == EXTRACTIVE:
        bot.ask(question)
    else:
        retrieve(bot.index, question)


def _plain_line(typed: bool) -> bytes:
    """Return a line of standard input, behind a prompt where it is typed; nothing at the end."""
    if typed:
        sys.stderr.write(PROMPT)
        sys.stderr.flush()
    return sys.stdin.buffer.readline()


def _typed_line() -> str:
    """Return a line typed on a terminal where nothing may be drawn."""
    with suppress(ImportError):
        import readline  # noqa: F401 - lets input() edit lines

    _interruptible(True)
    try:
        return input(PROMPT)
    except EOFError:
        sys.stdout.write("\n")
        sys.stdout.flush()
        raise


@contextmanager
def _typing_unseen() -> Iterator[None]:
    """Turn the terminal's echo off: what is typed ahead waits for the next prompt and does not mix with the answer."""
    try:
        import termios
    except ImportError:  # no POSIX system
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


def reply_to(line: str) -> str | None:
    """Return what is said back to thanks, greetings and the like; None where a line is a question about anything."""
    said = _bare(line)
    return next((reply for pattern, reply in _COMPILED if pattern.fullmatch(said)), None)


def is_goodbye(line: str) -> bool:
    """True if a line takes leave."""
    return bool(_GOODBYE.fullmatch(_bare(line)))


def _bare(line: str) -> str:
    return " ".join(line.split()).strip(" .!")
