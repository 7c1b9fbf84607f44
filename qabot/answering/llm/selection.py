"""Which passages a language model is given, and in which order: what the reader finds in them decides."""

from __future__ import annotations

from collections.abc import Sequence

from qabot.answering.answer import Evidence
from qabot.answering.query import Kind
from qabot.answering.rank import Ranked, rank
from qabot.answering.read import Readings

MOST_TOKENS = 1_200
"""Of all passages together, where nobody asked for another number of them: a model on a laptop reads these in half a
minute, and a small one is led astray by more. Of 92 questions about news they hold the answer to 90."""
NOTHING = 0.1
"""Where the likeliest sentence answers no likelier than this, the reader is sure that nothing does: so it was for 8 of
43 questions about news that have no answer, and for 1 of the 92 that have one."""
_CHARS_A_TOKEN = 4
_KNOWN_CHARS = 160  # of what is told of a passage beside its text


def best_first(readings: Readings, evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return the passages, those first in which the reader finds the likeliest answer; the others as they were."""
    likely: dict[Evidence, float] = {}
    for each in ranked(readings, evidence):
        likely.setdefault(each.candidate.evidence, each.probability)
    return sorted(evidence, key=lambda passage: -likely.get(passage, 0.0))


def nothing_answers(readings: Readings, evidence: Sequence[Evidence]) -> bool:
    """True if the reader is sure that no passage answers: a digest, or yes and no, it does not read for."""
    question = readings.question
    if question.kind in (Kind.DIGEST, Kind.YES_NO) or not question.stems:
        return False
    return max((each.probability for each in ranked(readings, evidence)), default=0.0) < NOTHING


def ranked(readings: Readings, evidence: Sequence[Evidence]) -> list[Ranked]:
    """Return the sentences of passages that were read for the question, the likeliest to answer it first."""
    return rank(readings.candidates(evidence), readings.trained.calibration)


def within(evidence: Sequence[Evidence], tokens: int) -> list[Evidence]:
    """Return the first passages, at least one, that take about so many tokens together at most."""
    room = tokens * _CHARS_A_TOKEN
    given: list[Evidence] = []
    for passage in evidence:
        room -= len(passage.text) + _KNOWN_CHARS
        if given and room < 0:
            break
        given.append(passage)
    return given
