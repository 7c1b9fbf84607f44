"""The terminal loop: read a line, answer it, save the turn, until the person leaves; before it the first welcome."""

from __future__ import annotations

import os
import shlex
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from qabot import resources
from qabot.articles.urls import is_web
from qabot.chat.chat import Chat, answer
from qabot.chat.commands import MARK, PROMPT, Quit, execute, show_last_turns
from qabot.chat.small_talk import is_goodbye, reply_to
from qabot.errors import QabotError
from qabot.render.screen import Screen
from qabot.render.text import error_line, plain
from qabot.settings import EXTRACTIVE, Settings
from qabot.store.location import Location, is_starter, locate

if TYPE_CHECKING:
    from qabot.answering.bot import Bot
    from qabot.chat.editor import Editor
    from qabot.store.records import Progress

_HOW_TO_QUIT = "Ctrl-D or /quit leaves the chat."
_SAID = {"exit": "/quit", "quit": "/quit", "help": "/help"}  # what people type elsewhere, and no question
_STARTERS = ("", "1")
_OFFER = """There is no index here yet. qabot can answer from

  1  the starter articles that come with it
  2  your own: type a folder, a file or the address of a page or feed
"""
_OFFER_PROMPT = "1, or your folder, file or address: "


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
        return _answer_all(_plain_lines(), chat, screen)
    with _typing_unseen():  # what is typed now appears behind the prompt
        _greet(chat, screen)
        read = _line_reader(chat, screen, history)
    _talk(read, chat, screen)
    if chat.session.name:
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


def _answer_all(lines: Iterator[str], chat: Chat, screen: Screen) -> bool:
    """Answer line after line, with an empty line between two; return True if all went well."""
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
    """Answer one line and return True if that went well; an error is shown, and the chat goes on."""
    line = _SAID.get(line.casefold(), line)
    try:
        if line.startswith(MARK):
            execute(line, chat, screen)
        elif is_goodbye(line):
            raise Quit
        elif reply := reply_to(line):
            screen.show(reply)
        else:
            answer(line, chat, screen)
    except (BrokenPipeError, Quit):
        raise
    except Exception as error:  # a defect in one turn must not end the chat
        if chat.opening.error:
            raise  # nothing can be answered
        screen.notice(error_line(error))
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


def _offer_examples(bot: Bot, *, chat: Chat, screen: Screen, editor: Editor) -> None:
    """Show questions to begin with above the prompt, unless the person has asked one already."""
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
    """Load what the first question would load; a language model is not asked."""
    from qabot.answering.retrieve import retrieve

    question = "Who said what, where and when?"
    if bot.model == EXTRACTIVE:
        bot.ask(question)
    else:
        retrieve(bot.index, question)


def _plain_lines() -> Iterator[str]:
    """Yield the lines of standard input that are not empty."""
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
    """Return a line typed on a terminal where nothing may be drawn."""
    with suppress(ImportError):
        import readline  # noqa: F401 - lets input() edit lines

    _interruptible(True)
    return input(PROMPT)


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


def offer_articles(settings: Settings, progress: Progress) -> None:
    """If there are no articles and no index, ask what to answer from, and index it.

    Args:
        settings: say where the index is to be.
        progress: called with how far indexing is.

    Raises:
        KeyboardInterrupt: the person typed Ctrl-C or Ctrl-D.
        QabotError: the index cannot be written.
    """
    location = locate(settings.index)
    shipped = location.articles == resources.starter_articles()
    if location.built or (not shipped and _holds_files(location)):
        return
    sys.stderr.write(_OFFER)
    while True:
        try:
            chosen = input(_OFFER_PROMPT).strip()
        except EOFError:
            raise KeyboardInterrupt from None
        if chosen in _STARTERS and shipped:
            return  # opening the bot indexes them, in the user's data folder
        source = str(resources.starter_articles()) if chosen in _STARTERS else chosen
        if source == "2":
            continue
        try:
            _index(source, settings, progress)
        except QabotError as error:
            sys.stderr.write(error_line(error) + "\n")
        else:
            return


def _holds_files(location: Location) -> bool:
    return location.articles.is_dir() and any(location.articles.iterdir())


def _index(source: str, settings: Settings, progress: Progress) -> None:
    """Index a folder, file or address.

    Raises:
        QabotError: there is no article that can be read.
    """
    from qabot.store.ingest import update

    report = update(locate(settings.index, create=True), [source], settings, progress=progress)
    if not report.articles:
        raise QabotError(
            f"No article could be read: {report.skipped[0].source}: {report.skipped[0].reason}."
            if report.skipped
            else f"There are no articles in {source}."
        )
    sys.stderr.write(f"{report.articles} articles are indexed.\n")
    for skipped in report.skipped:
        sys.stderr.write(plain(f"skipped {skipped.source}: {skipped.reason}\n"))
