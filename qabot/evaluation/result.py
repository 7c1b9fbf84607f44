"""A Result: what the bot said to a case, and whether that was right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from qabot.answering.answer import Answer
from qabot.evaluation.case import Case
from qabot.evaluation.scoring import meets
from qabot.render import answer_json


@dataclass(frozen=True)
class Result:
    """What came of a case: an answer and its score, or the error that kept it from being scored.

    Attributes:
        case: the case.
        answer: to the last turn; None where an error came instead.
        correct: the expected answer was given, or the bot abstained as it had to.
        cited: the citations are as they must be: verbatim and of the case's sources; none where the bot had to abstain.
        error: one line; None where the case was scored.
    """

    case: Case
    answer: Answer | None = None
    correct: bool = False
    cited: bool = False
    error: str | None = None

    @property
    def scored(self) -> bool:
        """Whether the case counts in a mean."""
        return self.error is None

    @property
    def abstained(self) -> bool:
        """Whether the bot abstained."""
        return self.answer is not None and self.answer.abstained

    def document(self) -> dict[str, object]:
        """The result as JSON: all of ``ask --json``, and ``id``, ``correct``, ``cited``, ``tags``, ``expected``.

        Of a case that could not be scored: ``id``, ``question``, ``error``, ``tags``, ``expected``, and null for
        ``correct`` and ``cited``.
        """
        said: dict[str, object] = answer_json(self.answer) if self.answer else {"question": self.case.turns[-1]}
        outcome: dict[str, object] = {"correct": self.correct, "cited": self.cited}
        if self.error is not None:
            outcome = {"correct": None, "cited": None, "error": self.error}
        expected = "abstain" if self.case.abstain else [list(group) for group in self.case.answers]
        return {"id": self.case.case_id, **said, **outcome, "tags": list(self.case.tags), "expected": expected}


def score(case: Case, answer: Answer, stored_text: Callable[[str], str]) -> Result:
    """The result of an answer to a case.

    Args:
        case: what was expected.
        answer: what the bot said to the last turn.
        stored_text: the stored text of an article, by id; citations are compared with it.
    """
    if case.abstain:
        return Result(case, answer, correct=answer.abstained, cited=answer.abstained and not answer.citations)
    correct = not answer.abstained and meets(case.answers, answer.text, answer.short_answer)
    quotes = answer.citations
    verbatim = all(stored_text(quote.article_id)[quote.start : quote.end] == quote.quote for quote in quotes)
    named = not case.sources or any(source in quote.source for quote in quotes for source in case.sources)
    return Result(case, answer, correct=correct, cited=bool(quotes) and verbatim and named)
