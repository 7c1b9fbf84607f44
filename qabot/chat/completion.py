"""What Tab completes in a chat: commands, what follows them, and names of articles and publishers in a question."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document

from qabot.chat.chat import Chat
from qabot.chat.commands import COMMANDS, MARK
from qabot.chat.resuming import about
from qabot.render import plain, source_label
from qabot.settings import EXTRACTIVE

_LONGEST = 6  # words of a name that may have been typed
_LAST_WORDS = tuple(re.compile(rf"(?:\S+\s+){{{count}}}\S+$") for count in reversed(range(_LONGEST)))


class ChatCompleter(Completer):
    """Completes what is typed in a chat.

    Attributes:
        examples: questions that are offered where nothing is typed yet.
    """

    def __init__(self, chat: Chat) -> None:
        self.examples: tuple[str, ...] = ()
        self._chat = chat

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        """What may stand at the cursor, as prompt_toolkit asks for it."""
        text = document.text_before_cursor
        name, space, argument = text.removeprefix(MARK).partition(" ")
        if not text.startswith(MARK):
            if complete_event.completion_requested:
                yield from self._names(text) if text.strip() else map(Completion, self.examples)
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
        """What may follow a command, each with what it means."""
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
        """Publishers and titles in which the last words of the text begin a word; as many of these as match any."""
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
    def _articles(self):  # type: ignore[no-untyped-def]
        return self._chat.articles if self._chat.opening.ready else []
