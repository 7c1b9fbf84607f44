"""A bot that is opened while a person is typing already."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from qabot.answering.bot import Bot

Progress = Callable[[int, int, str], None]
_PATIENCE = 10.0  # seconds to wait at the end for what is still being loaded


class Opening:
    """A bot, or that it is being opened, or why it could not be.

    Attributes:
        doing: what is being done while it is opened.
        wanted: false from when it is to be closed.
    """

    def __init__(self, open_bot: Callable[[Progress], Bot]) -> None:
        """Begin to open it, in a thread that does not keep the process alive.

        Args:
            open_bot: opens it, and tells how far the index is built if it has to be.
        """
        self.doing = "Loading the index and the model"
        self.wanted = True
        self._future: Future[Bot] = Future()
        self._threads: list[Thread] = []
        self._watchers: list[Callable[[], None]] = []
        self._start(lambda: self._open(open_bot))

    @classmethod
    def done(cls, bot: Bot) -> Self:
        """A bot that is open already."""
        opening = cls(lambda _: bot)
        opening.wait(_PATIENCE)
        return opening

    def also(self, job: Callable[[Bot], None]) -> None:
        """Have something done with the bot as soon as it is open, in a thread; what goes wrong there harms nobody."""

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
        """The bot, waited for; raises what kept it from being opened."""
        return self._future.result()

    @property
    def ready(self) -> bool:
        """Whether the bot is there to be asked."""
        return self._future.done() and not self.error

    @property
    def error(self) -> BaseException | None:
        """What kept it from being opened, if that is known by now."""
        return self._future.exception() if self._future.done() else None

    def wait(self, seconds: float) -> bool:
        """Wait so long at most; whether it is opened or cannot be."""
        with suppress(TimeoutError):
            self._future.exception(seconds)
        return self._future.done()

    def watch(self, call: Callable[[], None]) -> None:
        """Have this called when something else is being done, and when it is opened or cannot be; from any thread."""
        self._watchers.append(call)
        self._future.add_done_callback(lambda _: call())

    def close(self) -> None:
        """Close the bot, when what is still being loaded is there."""
        self.wanted = False
        for thread in self._threads:
            thread.join(_PATIENCE)
        if self.ready:
            self.bot.close()
