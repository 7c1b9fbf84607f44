"""A run: cases, who answers them, and the asking and scoring of each."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from qabot import resources
from qabot.answering.answer import Answer, Conversation
from qabot.answering.bot import Bot
from qabot.answering.rewrite import rewrite
from qabot.errors import CaseError
from qabot.evaluation.case import Case, load_cases
from qabot.evaluation.comparison import ACCURACY
from qabot.evaluation.metrics import Figure
from qabot.evaluation.record import RunRecord, differences, read_record, record_path, write_record
from qabot.evaluation.report import Report
from qabot.evaluation.result import Result, ledger, read_results, score
from qabot.models.encoder import Encoder
from qabot.render.answer import answer_json
from qabot.render.text import error_line, index_label
from qabot.settings import EXTRACTIVE, Settings
from qabot.store.location import index_command, locate
from qabot.store.open_index import place_of
from qabot.store.records import Progress

CaseProgress = Callable[[int, int, Result], None]
"""Called after each case with how many are done, how many there are, and the result."""

_JOBS_WITH_A_SERVER = 4


@dataclass(frozen=True)
class Reply:
    """The answer to the last turn of a case.

    Attributes:
        said: the document of ``ask --json``; of one who only rewrites questions, its first two fields.
        verbatim: whether each citation's quote is the slice of the stored text that it says it is.
    """

    said: Mapping[str, Any]
    verbatim: bool = True


class Respondent(Protocol):
    """Whoever answers cases; from several threads at a time."""

    def reply(self, case: Case) -> Reply:
        """Answer the last turn of a case.

        Raises:
            Exception: it could not be done; the case then is listed with the error and left out of every mean.
        """
        ...


class BotRespondent:
    """A bot over an open index."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def reply(self, case: Case) -> Reply:
        """Ask the turns of the case in one conversation."""
        conversation = given_conversation(case)
        if not conversation.turns:
            for question in case.turns[:-1]:
                conversation = conversation.with_turn(self._bot.ask(question, conversation, scope=case.scope))
        answer = self._bot.ask(case.turns[-1], conversation, scope=case.scope)
        texts = {each.article_id: self._bot.index.text(each.article_id) for each in answer.citations}
        return Reply(answer_json(answer), is_verbatim(answer, texts))


def given_conversation(case: Case) -> Conversation:
    """Return the conversation that a case gives word for word, with its ``replies``; empty where it gives none."""
    conversation = Conversation()
    for question, reply in zip(case.turns[:-1], case.replies, strict=False):
        conversation = with_turn(conversation, question, reply)
    return conversation


def with_turn(conversation: Conversation, question: str, reply: str = "") -> Conversation:
    """Return the conversation after a question that was answered in these words, or, without any, not at all."""
    answer = Answer(
        question=question,
        standalone_question=rewrite(question, conversation),
        text=reply,
        short_answer=None,
        abstained=not reply,
        reason=None if reply else "not-stated",
        confidence=1.0,
        citations=(),
        evidence=(),
        model="given",
    )
    return conversation.with_turn(answer)


def is_verbatim(answer: Answer, texts: Mapping[str, str]) -> bool:
    """True if each citation's quote is what the text of its article (by id) has there."""
    return all(texts[each.article_id][each.start : each.end] == each.quote for each in answer.citations)


@dataclass(frozen=True)
class Opened:
    """The respondent, ready, and what the run's record says of what is searched.

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
    open: Callable[[Settings, Progress], AbstractContextManager[Opened]]
    name: str | None = None
    figures: tuple[Figure, ...] = ()
    headline: str = ACCURACY


def own_cases(paths: Sequence[str | Path]) -> CaseSet:
    """Return the cases in files of JSON lines, asked over the index that the settings name.

    Raises:
        CaseError: as of `load_cases`.
    """
    return CaseSet(load_cases(paths), _over_index)


def starter_cases() -> CaseSet:
    """Return the cases that come with qabot, asked over an index that holds the starter articles."""
    return CaseSet(load_cases([resources.shipped_cases()]), _over_starter_articles)


@contextmanager
def _over_starter_articles(settings: Settings, progress: Progress) -> Iterator[Opened]:
    with Bot.open(settings=settings, progress=progress) as bot:
        held = {Path(article.source).name for article in bot.index.articles()}
        if not held.issuperset(file.name for file in resources.starter_articles().glob("*.md")):
            raise CaseError(
                f"The cases that come with qabot are about its starter articles, which {index_label(bot.index.place)} "
                f"does not hold. Make cases of your own: {on_index(settings, 'qabot eval --new cases.jsonl')}; "
                f"correct them by hand, then: {on_index(settings, 'qabot eval cases.jsonl')}"
            )
        yield opened(bot)


def on_index(settings: Settings, command: str) -> str:
    """Return a command line that works on the index that the settings name."""
    if settings.chroma:
        return f"{command} --chroma {shlex.quote(place_of(settings))}"
    return index_command(locate(settings.index).store, command)


@contextmanager
def _over_index(settings: Settings, progress: Progress) -> Iterator[Opened]:
    with Bot.open(settings=settings, progress=progress) as bot:
        yield opened(bot)


def opened(bot: Bot) -> Opened:
    """Return a bot over an open index, its embedding model loaded, so that no answer's time includes that."""
    bot.index.encoder.encode(["Is all well?"])
    index = {"fingerprint": bot.index.fingerprint, "articles": len(bot.index.articles())}
    return Opened(BotRespondent(bot), index, bot.index.encoder)


def default_jobs(settings: Settings) -> int:
    """Return how many cases to ask at a time: several where a server does the work, which is waited for."""
    return 1 if settings.model == EXTRACTIVE else _JOBS_WITH_A_SERVER


def evaluate(
    respondent: Respondent,
    cases: Sequence[Case],
    record: RunRecord,
    *,
    out: Path | None = None,
    resume: bool = False,
    progress: CaseProgress | None = None,
) -> Report:
    """Ask every case and score it; interrupted (Ctrl-C), report what was done so far.

    Args:
        respondent: who answers; asked ``record.jobs`` cases at a time.
        cases: with ids of their own.
        record: of this run; written beside ``out`` when it begins and, with its duration, when it ends.
        out: file that every result is written to as soon as it is there, as JSON lines.
        resume: do not ask again what ``out`` holds already of a run with the same record; else it is overwritten.
        progress: called after each case.

    Raises:
        QabotError: ``out`` cannot be written, or not be gone on with.
    """
    began = time.monotonic()
    kept = kept_results(out, record, cases) if out and resume else {}
    record = replace(record, resumed=len(kept))
    asked = [case for case in cases if case.case_id not in kept]
    done, interrupted = dict(kept), False
    with ledger(out, kept, cases) as write, closing(_results(respondent, asked, record.jobs)) as results:
        _write_record(out, record)
        try:
            for result in results:
                write(result)
                done[result.case.case_id] = result
                if progress:
                    progress(len(done), len(cases), result)
        except KeyboardInterrupt:
            interrupted = True
    record = record.ended(began)
    _write_record(out, record)
    return Report(tuple(done[case.case_id] for case in cases if case.case_id in done), record, interrupted=interrupted)


def _write_record(out: Path | None, record: RunRecord) -> None:
    if out:
        write_record(out, record)


def kept_results(out: Path, record: RunRecord, cases: Sequence[Case]) -> dict[str, Result]:
    """Return the scored results in the file of a run that was cut short, by id; none where there is no file yet.

    Raises:
        CaseError: they are those of another run, or the file holds something else.
    """
    if not out.exists():
        return {}
    earlier = read_record(out)
    if earlier is None:
        raise CaseError(f"There is no {record_path(out)}, so it is not known what {out} is of. Leave out --resume.")
    if changed := differences(record, earlier):
        raise CaseError(f"{out} is of another run ({'; '.join(changed)}). Leave out --resume to begin anew.")
    ids = {case.case_id for case in cases}
    return {r.case.case_id: r for r in read_results(out) if r.scored and r.case.case_id in ids}


def run_case(respondent: Respondent, case: Case) -> Result:
    """Ask the turns of a case in one conversation and score the last answer; an error becomes the result's."""
    try:
        reply = respondent.reply(case)
        return score(case, reply.said, verbatim=reply.verbatim)
    except Exception as error:  # noqa: BLE001 - nothing in one case may lose the run
        return Result(case, error=error_line(error))


def _results(respondent: Respondent, cases: Sequence[Case], jobs: int) -> Generator[Result]:
    """Return the results as they come; closed before the last, it waits for the cases in hand and asks no more."""
    if jobs == 1:
        yield from (run_case(respondent, case) for case in cases)
        return
    with ThreadPoolExecutor(jobs, thread_name_prefix="eval") as pool:
        futures = [pool.submit(run_case, respondent, case) for case in cases]
        try:
            yield from (future.result() for future in as_completed(futures))
        finally:
            pool.shutdown(cancel_futures=True)
