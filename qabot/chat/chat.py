"""A running chat: the bot, which is opened while the person types; the conversation so far; the filters."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Thread
from typing import TYPE_CHECKING, Self

from qabot.answering.answer import Answer, Citation
from qabot.chat.session import Session
from qabot.errors import UsageError
from qabot.render.screen import Screen
from qabot.settings import EXTRACTIVE
from qabot.store.filters import Filters, admitted, undated_left_out

if TYPE_CHECKING:
    from qabot.answering.bot import Bot
    from qabot.settings import Settings
    from qabot.store.records import ArticleRecord, Progress, Scope

_PATIENCE = 2.0  # seconds that closing waits for what is still being loaded
_TICK = 0.1  # seconds between two looks at what is being loaded


class Opening:
    """A bot that a thread opens, or the error that kept it from being opened.

    Attributes:
        doing: what the thread is doing now, for the person.
        wanted: false as soon as `close` was called.
    """

    def __init__(self, open_bot: Callable[[Progress], Bot]) -> None:
        """Start a thread that opens the bot and does not keep the process alive.

        Args:
            open_bot: opens the bot; where the index must be built first, it reports how far that is.
        """
        self.doing = "Loading the index and the model"
        self.wanted = True
        self._future: Future[Bot] = Future()
        self._threads: list[Thread] = []
        self._watchers: list[Callable[[], None]] = []
        self._start(lambda: self._open(open_bot))

    @classmethod
    def done(cls, bot: Bot) -> Self:
        """Return the opening of a bot that is open already."""
        opening = cls(lambda _: bot)
        opening._future.exception()
        return opening

    def also(self, job: Callable[[Bot], None]) -> None:
        """Run a job in another thread as soon as the bot is open; its errors are ignored."""

        def run() -> None:
            with suppress(Exception):
                job(self.bot)

        self._start(run)

    def _start(self, run: Callable[[], None]) -> None:
        thread = Thread(target=run, name="opening", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _open(self, open_bot: Callable[[Progress], Bot]) -> None:
        try:
            self._future.set_result(open_bot(self._progress))
        except BaseException as error:  # noqa: BLE001 - raised again where the bot is asked for
            self._future.set_exception(error)

    def _progress(self, done: int, total: int, _what: str) -> None:
        self.doing = f"Reading article {done + 1} of {total}" if done < total else "Getting the index ready"
        for call in self._watchers:
            call()

    @property
    def bot(self) -> Bot:
        """Wait for the bot and return it; raise the error that kept it from being opened."""
        return self._future.result()

    @property
    def ready(self) -> bool:
        """True if the bot is open."""
        return self._future.done() and not self.error

    @property
    def error(self) -> BaseException | None:
        """Return the error that kept the bot from being opened, None as long as there is none."""
        return self._future.exception() if self._future.done() else None

    def wait(self, seconds: float) -> bool:
        """Wait at most this long; return True if the bot is open or cannot be opened."""
        with suppress(TimeoutError):
            self._future.exception(seconds)
        return self._future.done()

    def take(self, bot: Bot) -> None:
        """Have another bot, on the same index, from now on."""
        self._future = Future()
        self._future.set_result(bot)

    def watch(self, call: Callable[[], None]) -> None:
        """Call this, from any thread, whenever `doing` changes and once the bot is open or cannot be opened."""
        self._watchers.append(call)
        self._future.add_done_callback(lambda _: call())

    def close(self) -> None:
        """Wait for the threads, a moment at most for all together, and close the bot if it is open."""
        self.wanted = False
        until = time.monotonic() + _PATIENCE
        while self._threads:
            self._threads.pop().join(max(0.0, until - time.monotonic()))
        if self.ready:
            self.bot.close()


@dataclass
class Chat:
    """A running chat.

    Attributes:
        opening: the bot, perhaps still being opened.
        session: the conversation and where it is saved.
        filters: the dates and publishers of the articles that may be used.
        model: the name of what writes the answers.
        plain: true for screen readers: nothing moves, and nothing is drawn twice.
        vi_keys: true if lines are edited with the keys of vi, not those of emacs.
        place: where the index is that answers.
        articles: those that the index held when it was opened; None: not known yet.
        undated_told: true once it was said which undated articles the filters leave out.
        configured: the settings that the chat began with; None: those of its bot, which is its first.
    """

    opening: Opening
    session: Session
    filters: Filters = field(default_factory=Filters)
    model: str = EXTRACTIVE
    plain: bool = False
    vi_keys: bool = False
    place: str | None = None
    articles: list[ArticleRecord] | None = None
    undated_told: bool = False
    configured: Settings | None = None
    _admitted: dict[Scope, int] = field(default_factory=dict)

    def use(self, bot: Bot) -> None:
        """Let another bot on the same index answer from now on."""
        self.opening.take(bot)
        self.model = bot.model

    def move(self, bot: Bot, place: str, articles: list[ArticleRecord]) -> None:
        """Let a bot on another index answer from now on."""
        self.close()
        self.opening, self.model, self.place, self.articles = Opening.done(bot), bot.model, place, articles
        self.undated_told = False
        self._admitted.clear()

    def learn_articles(self, bot: Bot) -> None:
        """Ask a bot which articles there are, unless another index answers by then."""
        articles = bot.index.articles()
        if self.opening.bot.index is bot.index:
            self.articles = articles

    def close(self) -> None:
        """Close the bot."""
        self.opening.close()

    @property
    def articles_admitted(self) -> int:
        """Return how many of the articles that are known the filters admit."""
        scope = self.filters.scope
        if scope not in self._admitted:
            self._admitted[scope] = len(admitted(self.articles or (), scope))
        return self._admitted[scope]

    @property
    def last_answer(self) -> Answer:
        """Return the answer that ``/sources`` and ``/show`` speak of.

        Raises:
            UsageError: there is none yet.
        """
        if not self.session.conversation.turns:
            raise UsageError("Nothing has been answered yet. Ask a question first.")
        return self.session.conversation.turns[-1].answer

    def citation(self, number: str) -> Citation:
        """Return the last answer's citation of a number, written ``2`` or ``[2]``; its first where none is given.

        Raises:
            UsageError: there is no such citation.
        """
        citations = {str(citation.marker): citation for citation in self.last_answer.citations}
        if not citations:
            raise UsageError("The last answer has no sources to show.")
        wanted = number.strip("[] ") or next(iter(citations))
        if wanted not in citations:
            raise UsageError(f"There is no source {number!r}. There are: {', '.join(citations)}.")
        return citations[wanted]


def answer(question: str, chat: Chat, screen: Screen) -> None:
    """Answer a question on the screen and add the turn to the conversation.

    Raises:
        QabotError: it could not be answered, or not be saved.
    """
    bot = opened(chat, screen)
    pieces = bot.stream(question, chat.session.conversation, scope=chat.filters.scope)
    screen.answer(pieces, chat.session.add, model=chat.model, seconds=bot.patience)


def answer_again(chat: Chat, screen: Screen) -> None:
    """Ask the last question again; the new answer replaces the last one as soon as it is complete.

    Raises:
        UsageError: nothing has been asked yet.
        QabotError: it could not be answered, or not be saved; the last answer stays.
    """
    before, question = chat.session.before_last, chat.last_answer.question
    bot = opened(chat, screen)
    pieces = bot.stream(question, before, scope=chat.filters.scope)
    screen.answer(pieces, chat.session.replace_last, model=chat.model, seconds=bot.patience)


def opened(chat: Chat, screen: Screen) -> Bot:
    """Return the bot as soon as it is open; until then the screen says what is waited for, then what is left out."""
    if not chat.opening.ready:
        with screen.status(chat.opening.doing) as status:
            while not chat.opening.wait(_TICK):
                status.tell(chat.opening.doing)
    bot, scope = chat.opening.bot, chat.filters.scope
    if not chat.undated_told and (scope.since or scope.until):
        chat.undated_told = True
        if undated := undated_left_out(bot.index.articles(), scope):
            screen.notice(undated)
    return bot
