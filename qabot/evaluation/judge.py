"""A language model as a judge of answers: its verdicts stand beside the deterministic score, never in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qabot.answering.llm.model import ChatModel
from qabot.answering.llm.parse import printable
from qabot.answering.llm.prompts import load_prompt, new_boundary
from qabot.errors import ModelError
from qabot.evaluation.result import Result
from qabot.evaluation.statistics import Estimate, wilson
from qabot.settings import Settings, with_model

if TYPE_CHECKING:
    from qabot.answering.llm.prompts import ChatPromptTemplate

_VERDICT = re.compile(r"\W*(RIGHT|WRONG)\b", re.IGNORECASE)
_GIVES_UP = 3  # failures in a row


@dataclass(frozen=True)
class Verdicts:
    """A judge's verdicts on a run.

    Attributes:
        judge: the model, as ``provider:name``.
        right: by case id, whether it calls the answer right; cases that it did not judge are missing.
        agreement: the share of the judged cases in which it says what the score says.
        kappa: Cohen's: agreement beyond what chance would bring; None where either says the same of every case.
        disagreed: the ids of the cases in which it says otherwise.
        failed: how many cases it did not judge.
        error: the first error that kept it from judging; None where none did.
        interrupted: whether it was stopped (Ctrl-C) before it had judged all.
    """

    judge: str
    right: dict[str, bool]
    agreement: Estimate
    kappa: float | None
    disagreed: tuple[str, ...]
    failed: int
    error: str | None = None
    interrupted: bool = False


class Judge:
    """Asks a language model whether answers are right. Make one by ``open``.

    Attributes:
        name: the model, as ``provider:name``.
    """

    def __init__(self, model: ChatModel, prompt: ChatPromptTemplate) -> None:
        self.name = model.name
        self._model = model
        self._prompt = prompt

    @classmethod
    def open(cls, name: str, settings: Settings) -> Judge:
        """Return the judge of that name; nothing is sent yet.

        Raises:
            ModelError: the model's provider is unknown, or its package or key is missing.
            SettingsError: its prompt is missing or its variables are wrong.
        """
        return cls(ChatModel(with_model(settings, name)), load_prompt("judge", settings.prompts))

    def calls_right(self, result: Result) -> bool | None:
        """True if it calls an answer right; None where it gave no verdict.

        Raises:
            ModelError: it did not answer.
        """
        assert result.said is not None
        messages = self._prompt.format_messages(
            question=str(result.said.get("standalone_question") or result.case.turns[-1]),
            expected=result.case.expected,
            answer=str(result.said["answer"]),
            boundary=new_boundary(),
        )
        verdict = _VERDICT.match(printable(self._model.ask(messages).text))
        return verdict[1].upper() == "RIGHT" if verdict else None

    def judge(
        self, results: Sequence[Result], jobs: int = 1, progress: Callable[[int, int], None] = lambda _done, _all: None
    ) -> Verdicts:
        """Judge every result that was scored right or wrong; one that the judge fails on is counted, not guessed.

        After a few failures in a row it is not asked again: its key is wrong, or its server is down. Interrupted
        (Ctrl-C), it returns the verdicts so far.

        Args:
            results: of a run.
            jobs: how many to ask about at a time.
            progress: called after each with how many are done and how many there are.
        """
        judged = [r for r in results if r.scored and r.correct is not None and r.answered_or_declined]
        pairs: list[tuple[Result, bool]] = []
        error, interrupted = None, False
        try:
            error = self._judge(judged, jobs, progress, pairs)
        except KeyboardInterrupt:
            error, interrupted = "interrupted before it had judged all", True
        return Verdicts(
            judge=self.name,
            right={r.case.case_id: right for r, right in pairs},
            agreement=_agreement([(bool(r.correct), right) for r, right in pairs]),
            kappa=_kappa([(bool(r.correct), right) for r, right in pairs]),
            disagreed=tuple(r.case.case_id for r, right in pairs if r.correct is not right),
            failed=len(judged) - len(pairs),
            error=error,
            interrupted=interrupted,
        )

    def _judge(
        self,
        judged: Sequence[Result],
        jobs: int,
        progress: Callable[[int, int], None],
        pairs: list[tuple[Result, bool]],
    ) -> str | None:
        """Put each result that it gives a verdict on to ``pairs``, with whether it is right; return the first error."""
        error, in_a_row = None, 0
        with ThreadPoolExecutor(jobs) as pool:
            futures = [pool.submit(self.calls_right, result) for result in judged]
            try:
                for done, (result, future) in enumerate(zip(judged, futures, strict=True), start=1):
                    try:
                        right, in_a_row = future.result(), 0
                    except ModelError as failure:
                        right, in_a_row, error = None, in_a_row + 1, error or str(failure)
                    if right is not None:
                        pairs.append((result, right))
                    progress(done, len(judged))
                    if in_a_row == _GIVES_UP:
                        break
            finally:
                pool.shutdown(cancel_futures=True)
        return error


def _agreement(pairs: Sequence[tuple[bool, bool]]) -> Estimate:
    if not pairs:
        return Estimate()
    hits = sum(one is other for one, other in pairs)
    return Estimate(hits / len(pairs), wilson(hits, len(pairs)), len(pairs), hits)


def _kappa(pairs: Sequence[tuple[bool, bool]]) -> float | None:
    count = len(pairs)
    if not count:
        return None
    agreed = sum(one is other for one, other in pairs) / count
    ours, theirs = (sum(pair[side] for pair in pairs) / count for side in (0, 1))
    by_chance = ours * theirs + (1 - ours) * (1 - theirs)
    return None if by_chance == 1 else round((agreed - by_chance) / (1 - by_chance), 4)
