"""What a run did, and how far it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

Progress = Callable[[int, int, str], None]
"""Told how many articles and sources are done, of how many that are known of, and which one it is about."""


@dataclass(frozen=True)
class Skipped:
    """A source that was left out, and why; ``read`` where it could be read and is left out for another reason."""

    source: str
    reason: str
    read: bool = False


@dataclass(frozen=True)
class UpdateReport:
    """What a run did (the first five), and what the index now holds."""

    added: int
    updated: int
    unchanged: int
    removed: int
    skipped: tuple[Skipped, ...]
    articles: int
    passages: int


class Tally:
    """Counts articles by what became of them in a run: each once, however often it was looked at."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._done = 0
        self._total = 0
        self._outcomes: dict[str, str] = {}
        self._removed = 0
        self._skipped: dict[tuple[str, str], Skipped] = {}

    # -- progress ------------------------------------------------------------------------------------------------

    def expect(self, more: int) -> None:
        """There is more to do than was known."""
        self._total += more

    def at(self, what: str) -> None:
        """This is looked at now."""
        self._progress(self._done, self._total, what)

    def done(self, what: str) -> None:
        """One more is done."""
        self._done += 1
        self.at(what)

    # -- outcomes ------------------------------------------------------------------------------------------------

    def written(self, article_id: str, former: str | None) -> None:
        """An article was written, in place of ``former``, which may be itself."""
        was = self._outcomes.pop(former, "unchanged") if former else "added"
        self._outcomes[article_id] = "added" if was == "added" else "updated"

    def unchanged(self, article_ids: Iterable[str]) -> None:
        """Articles are held as they were found."""
        for article_id in article_ids:
            self._outcomes.setdefault(article_id, "unchanged")

    def removed(self, article_ids: Iterable[str]) -> None:
        """Articles are held no more."""
        self._removed += sum(self._outcomes.pop(article_id, "") != "added" for article_id in article_ids)

    def is_new(self, article_id: str) -> bool:
        """Whether an article was added in this run."""
        return self._outcomes.get(article_id) == "added"

    def skip(self, source: str, reason: str, *, read: bool = False) -> None:
        """A source, or an article in one, was left out."""
        self._skipped.setdefault((source, reason), Skipped(source, reason, read))

    def report(self, articles: int, passages: int) -> UpdateReport:
        """All of it, with what the index now holds."""
        self._progress(self._total, self._total, "")
        counts = Counter(self._outcomes.values())
        return UpdateReport(
            counts["added"], counts["updated"], counts["unchanged"], self._removed,
            tuple(self._skipped.values()), articles, passages,
        )  # fmt: skip
