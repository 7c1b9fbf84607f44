"""A CaseSet: cases, and who is to answer them over which articles. A user's own, or a public set's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qabot.answering.bot import Bot
from qabot.evaluation.case import Case, load_cases
from qabot.evaluation.respondent import BotRespondent, Respondent
from qabot.models.encoder import Encoder
from qabot.settings import Settings

IndexProgress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Figure:
    """A figure that a public set is known by: a metric under its name there, over all cases or those of a tag."""

    name: str
    metric: str
    tag: str | None = None


@dataclass(frozen=True)
class Opened:
    """Who answers, and what the run's record says of what is searched.

    Attributes:
        respondent: who answers.
        index: as of `qabot.evaluation.record.RunRecord`.
        encoder: the embedding model, where one is used.
    """

    respondent: Respondent
    index: Mapping[str, Any] = field(default_factory=dict)
    encoder: Encoder | None = None


@dataclass(frozen=True)
class CaseSet:
    """Cases that are asked together.

    Attributes:
        cases: the cases, each with an id of its own.
        open: makes ready who answers, with these settings; building an index, it tells how far it is.
        name: the public set's; None for a user's own cases.
        figures: those that the set is known by.
        headline: the metric that decides whether a run is worse than an earlier one.
    """

    cases: Sequence[Case]
    open: Callable[[Settings, IndexProgress], AbstractContextManager[Opened]]
    name: str | None = None
    figures: tuple[Figure, ...] = ()
    headline: str = "accuracy"


def own_cases(paths: Sequence[str | Path]) -> CaseSet:
    """The cases in files of JSON lines, asked over the index that the settings name.

    Raises:
        CaseError: as of `load_cases`.
    """
    return CaseSet(load_cases(paths), _over_index)


@contextmanager
def _over_index(settings: Settings, progress: IndexProgress) -> Iterator[Opened]:
    with Bot.open(settings=settings, progress=progress) as bot:
        yield opened(bot)


def opened(bot: Bot) -> Opened:
    """A bot over an open index, its embedding model loaded: no answer's time is to hold that."""
    bot.index.encoder.encode(["Is all well?"])
    index = {"fingerprint": bot.index.fingerprint, "articles": len(bot.index.articles())}
    return Opened(BotRespondent(bot), index, bot.index.encoder)
