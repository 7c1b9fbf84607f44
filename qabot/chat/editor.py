"""The line editor of a terminal that can be drawn on: history, search, several lines, completion, and a bar."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from prompt_toolkit import PromptSession
from prompt_toolkit.application import run_in_terminal
from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.cursor_shapes import ModalCursorShapeConfig
from prompt_toolkit.document import Document
from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import Condition, has_focus
from prompt_toolkit.history import FileHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.styles import Style
from wcwidth import wcswidth

from qabot.chat.chat import Chat
from qabot.chat.commands import COMMANDS, MARK, PROMPT, about
from qabot.chat.sessions import ANOTHER_FOLDER
from qabot.errors import QabotError
from qabot.render.answer import source_label
from qabot.render.screen import styled
from qabot.render.text import counted, plain
from qabot.settings import EXTRACTIVE

if TYPE_CHECKING:
    from prompt_toolkit.buffer import Buffer

    from qabot.answering.bot import Bot
    from qabot.store.records import ArticleRecord


_CONTINUED = "\\"
_MENU_LINES = 6
_OFFERS = " | Tab offers questions"


class _InterruptError(Exception):
    """Ctrl-C was typed; a KeyboardInterrupt would be printed by asyncio if another one followed at once."""


class Editor:
    """Reads lines that a person edits."""

    def __init__(self, chat: Chat, history: Path) -> None:
        """Prepare to read; nothing is drawn yet.

        Args:
            chat: the chat, for the bar and the completions.
            history: file with the lines typed in all chats.

        Raises:
            QabotError: the history cannot be written.
        """
        try:
            history.touch(mode=0o600)
        except OSError as error:
            raise QabotError(f"{history} cannot be written: {error.strerror}. {ANOTHER_FOLDER}") from error
        self._chat = chat
        self._completer = ChatCompleter(chat)
        self._pending: list[Callable[[], None]] = []
        self._prompt: PromptSession[str] = PromptSession(
            history=FileHistory(str(history)),
            multiline=True,  # but Enter sends: see _keys
            prompt_continuation="  ",
            completer=self._completer,
            complete_while_typing=Condition(self._typing_a_command),
            reserve_space_for_menu=_MENU_LINES,
            bottom_toolbar=self._bar,
            key_bindings=_keys(),
            vi_mode=chat.vi_keys,
            cursor=ModalCursorShapeConfig() if chat.vi_keys else None,  # a bar inserts, a block moves
            enable_open_in_editor=True,
            enable_suspend=True,
            interrupt_exception=_InterruptError,
            style=Style.from_dict({} if styled(sys.stdout) else {"bottom-toolbar": "noreverse"}),
            color_depth=None if styled(sys.stdout) else ColorDepth.DEPTH_1_BIT,
        )
        chat.opening.watch(self._look_again)
        chat.opening.also(self._learn)

    def read(self) -> str:
        """Return what was typed: one line, or several that are sent together.

        Raises:
            KeyboardInterrupt: Ctrl-C was typed on an empty line.
            EOFError: Ctrl-D was typed on an empty line.
            QabotError: the bot cannot be opened.
        """
        try:
            # While a line is edited, Ctrl-C is a key, not a signal.
            return self._prompt.prompt(PROMPT, handle_sigint=False, pre_run=self._begun)
        except _InterruptError:
            raise KeyboardInterrupt from None

    def announce(self, show: Callable[[], None]) -> None:
        """Call this, from any thread, to have something shown above the prompt, or above the next one."""
        self._pending.append(show)
        self._show_pending()

    def _show_pending(self) -> None:
        app = self._prompt.app

        async def above_the_prompt() -> None:
            while self._pending:
                await run_in_terminal(self._pending.pop(0))

        # A context is compared with None, for an empty one is false.
        if self._pending and app.is_running and app.loop and app.context is not None:
            # The application keeps a reference to its tasks; the event loop alone does not.
            app.loop.call_soon_threadsafe(
                lambda: app.create_background_task(above_the_prompt()), context=app.context.copy()
            )

    def offer(self, questions: tuple[str, ...]) -> None:
        """Let Tab offer these questions where nothing is typed yet."""
        self._completer.examples = questions
        self._prompt.app.invalidate()

    def _learn(self, bot: Bot) -> None:
        """Ask which articles there are, which may take a server long, for the bar and the completions."""
        self._chat.learn_articles(bot)
        self._look_again()

    def _begun(self) -> None:
        """Catch up with what happened before the prompt was there."""
        self._look_again()
        self._show_pending()

    def _look_again(self) -> None:
        """Redraw the bar, or end reading if the bot cannot be opened."""
        app = self._prompt.app
        if app.is_running and app.loop:
            app.loop.call_soon_threadsafe(self._draw_or_give_up)

    def _draw_or_give_up(self) -> None:
        app, error = self._prompt.app, self._chat.opening.error
        if error and app.is_running and app.future and not app.future.done():
            app.exit(exception=error)
        else:
            app.invalidate()

    def _typing_a_command(self) -> bool:
        return self._prompt.default_buffer.text.startswith(MARK)

    def _bar(self) -> str:
        offers = self._completer.examples and not self._chat.session.conversation.turns
        return bar(self._chat, self._prompt.app.output.get_size().columns, offers=bool(offers))


def bar(chat: Chat, columns: int, *, offers: bool = False) -> str:
    """Return the text of the bar, cut to the columns: filters, model, number of articles, session.

    Where Tab ``offers`` questions, it says so behind them if there is room.
    """
    filters = str(chat.filters)
    parts = [plain(filters)] if filters else []
    parts.append(plain(chat.model))
    if not chat.opening.ready:
        parts.append(f"{chat.opening.doing}...")
    elif chat.articles is None:
        parts.append("... articles")
    elif filters:
        parts.append(f"{chat.articles_admitted} of {len(chat.articles)} articles")
    else:
        parts.append(counted(len(chat.articles), "article"))
    if chat.session.name:
        parts.append(chat.session.name)
    text = " " + " | ".join(parts)
    if offers and wcswidth(text + _OFFERS) <= columns:
        text += _OFFERS
    while wcswidth(text) > columns:
        text = f"{text.rstrip('.')[:-1]}..." if len(text) > len("....") else ""
    return text


def _keys() -> KeyBindings:
    """Return the key bindings: Enter sends, Alt-Enter begins a new line, Ctrl-C empties the line or interrupts."""
    keys = KeyBindings()
    typing = has_focus(DEFAULT_BUFFER)

    @keys.add("enter", filter=typing)
    def _send(event: KeyPressEvent) -> None:
        line = event.current_buffer
        if line.document.text_before_cursor.endswith(_CONTINUED):
            line.delete_before_cursor()
            line.insert_text("\n")
        else:
            line.validate_and_handle()

    @keys.add("escape", "enter", filter=typing)
    def _new_line(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    @keys.add("c-c", filter=typing)
    def _clear_or_interrupt(event: KeyPressEvent) -> None:
        line: Buffer = event.current_buffer
        if line.text:
            line.append_to_history()
            line.reset()
        else:
            event.app.exit(exception=_InterruptError)

    return keys


_LOOKED_AT = 200  # characters before the cursor
_LONGEST = 6  # words of a name that are looked at
_LAST_WORDS = tuple(re.compile(rf"(?:\S+\s+){{{count}}}\S+$") for count in reversed(range(_LONGEST)))


class ChatCompleter(Completer):
    """Completes commands, what follows them, and names of articles and publishers in a question.

    Attributes:
        examples: questions that are offered where nothing is typed yet.
    """

    def __init__(self, chat: Chat) -> None:
        self.examples: tuple[str, ...] = ()
        self._chat = chat

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        """Yield what may stand at the cursor."""
        text = document.text_before_cursor
        name, space, argument = text.removeprefix(MARK).partition(" ")
        if not text.startswith(MARK):
            if complete_event.completion_requested:
                yield from self._names(text[-_LOOKED_AT:]) if text.strip() else map(Completion, self.examples)
        elif not space:
            for command in COMMANDS.values():
                if command.name.startswith(name.lower()):
                    shown = f"{MARK}{command.name} {command.argument}"
                    end = " " if command.argument else ""
                    yield Completion(command.name + end, -len(name), display=shown, display_meta=command.says)
        elif name == "save":
            yield from PathCompleter(expanduser=True).get_completions(Document(argument), complete_event)
        else:
            for value, meaning in self._values(name):
                if value.casefold().startswith(argument.casefold()):
                    yield Completion(value, -len(argument), display_meta=meaning)

    def _values(self, command: str) -> Iterator[tuple[str, str]]:
        """Yield what may follow a command, each with what it means."""
        match command:
            case "publisher":
                yield from ((name, "") for name in self._publishers)
            case "model":
                yield from ((name, "") for name in dict.fromkeys((EXTRACTIVE, self._chat.model)))
            case "resume":
                yield from ((each.name, about(each)) for each in self._chat.session.others())
            case "show" | "open" if self._chat.session.conversation.turns:
                for citation in self._chat.last_answer.citations:
                    yield str(citation.marker), source_label(citation)

    def _names(self, text: str) -> Iterator[Completion]:
        """Yield names with a word that begins as the last words of the text do; as many of these as match any name."""
        titles = [plain(each.title) for each in self._articles if each.title]
        for last_words in _LAST_WORDS:
            match = last_words.search(text)
            if not match:
                continue
            begins = re.compile(rf"(?i)(?<!\w){re.escape(match.group())}")
            found = [name for name in (*self._publishers, *titles) if begins.search(name)]
            if found:
                yield from (Completion(name, -len(match.group())) for name in dict.fromkeys(found))
                return

    @property
    def _publishers(self) -> Iterable[str]:
        return sorted({plain(each.publisher) for each in self._articles if each.publisher})

    @property
    def _articles(self) -> Sequence[ArticleRecord]:
        return self._chat.articles or ()
