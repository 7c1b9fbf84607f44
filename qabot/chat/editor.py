"""The line editor: history, search, several lines, paste, completion, and a bar; for terminals that can be drawn on."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from prompt_toolkit import PromptSession
from prompt_toolkit.application import run_in_terminal
from prompt_toolkit.cursor_shapes import ModalCursorShapeConfig
from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import Condition, has_focus
from prompt_toolkit.history import FileHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.styles import Style
from wcwidth import wcswidth

from qabot.chat.chat import Chat
from qabot.chat.commands import MARK
from qabot.chat.completion import ChatCompleter
from qabot.chat.screen import styled
from qabot.errors import QabotError
from qabot.render import plain

if TYPE_CHECKING:
    from prompt_toolkit.buffer import Buffer

PROMPT = "> "
_CONTINUED = "\\"
_MENU_LINES = 6


class _InterruptError(Exception):
    """Ctrl-C; asyncio reports a KeyboardInterrupt of a task on the screen where another follows at once."""


class Editor:
    """Reads the lines that a person edits."""

    def __init__(self, chat: Chat, history: Path) -> None:
        """Make it ready; draws nothing yet.

        Args:
            chat: what the bar and the completions tell of.
            history: file of what was typed, in all chats.

        Raises:
            QabotError: the history cannot be written.
        """
        try:
            history.touch(mode=0o600)
        except OSError as error:
            raise QabotError(
                f"{history} cannot be written: {error.strerror}. Set QABOT_STATE to a folder that you may write to."
            ) from error
        self._chat = chat
        self._completer = ChatCompleter(chat)
        self._pending: list[Callable[[], None]] = []
        self._prompt: PromptSession[str] = PromptSession(
            history=FileHistory(str(history)),
            multiline=True,  # Enter sends all the same: see _keys
            prompt_continuation="  ",
            completer=self._completer,
            complete_while_typing=Condition(self._typing_a_command),
            reserve_space_for_menu=_MENU_LINES,
            bottom_toolbar=self._bar,
            key_bindings=_keys(),
            vi_mode=chat.vi_keys,
            cursor=ModalCursorShapeConfig() if chat.vi_keys else None,  # a bar to insert, a block to move
            enable_open_in_editor=True,
            enable_suspend=True,
            interrupt_exception=_InterruptError,
            style=Style.from_dict({} if styled(sys.stdout) else {"bottom-toolbar": "noreverse"}),
            color_depth=None if styled(sys.stdout) else ColorDepth.DEPTH_1_BIT,
        )
        chat.opening.watch(self._look_again)

    def read(self) -> str:
        """One line, or several that are sent together.

        Raises:
            KeyboardInterrupt: Ctrl-C was typed on an empty line.
            EOFError: Ctrl-D was typed on an empty line.
            QabotError: the bot cannot be opened.
        """
        try:
            # While it edits, Ctrl-C is a key.
            return self._prompt.prompt(PROMPT, handle_sigint=False, pre_run=self._begun)
        except _InterruptError:
            raise KeyboardInterrupt from None

    def announce(self, show: Callable[[], None]) -> None:
        """Have something shown above the prompt, from any thread; above the next one where there is none now."""
        self._pending.append(show)
        self._show_pending()

    def _show_pending(self) -> None:
        app = self._prompt.app

        async def above_the_prompt() -> None:
            while self._pending:
                await run_in_terminal(self._pending.pop(0))

        if self._pending and app.is_running and app.loop and app.context is not None:  # an empty context is false
            # As a task of the application, which keeps hold of it: the event loop alone does not.
            app.loop.call_soon_threadsafe(
                lambda: app.create_background_task(above_the_prompt()), context=app.context.copy()
            )

    def offer(self, questions: tuple[str, ...]) -> None:
        """Offer questions where nothing is typed yet."""
        self._completer.examples = questions
        self._prompt.app.invalidate()

    def _begun(self) -> None:
        """What may have happened before the prompt was there."""
        self._look_again()
        self._show_pending()

    def _look_again(self) -> None:
        """Draw the bar anew, or give up where the bot cannot be opened."""
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
        text = bar(self._chat, self._prompt.app.output.get_size().columns)
        return f"{text} | Tab offers questions" if offers else text


def bar(chat: Chat, columns: int) -> str:
    """Active filters, model and how many articles there are, as far as the columns reach."""
    filters = str(chat.filters)
    parts = [plain(filters)] if filters else []
    parts.append(plain(chat.model))
    if not chat.opening.ready:
        parts.append(f"{chat.opening.doing}...")
    elif filters:
        parts.append(f"{chat.articles_admitted} of {len(chat.articles)} articles")
    else:
        parts.append(f"{len(chat.articles)} article{'' if len(chat.articles) == 1 else 's'}")
    if chat.session.name:
        parts.append(chat.session.name)
    text = " " + " | ".join(parts)
    while wcswidth(text) > columns:
        text = f"{text.rstrip('.')[:-1]}..." if len(text) > len("....") else ""
    return text


def _keys() -> KeyBindings:
    """Enter sends, Alt-Enter begins a new line; Ctrl-C empties the line, and on an empty one it is an interrupt."""
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
