"""Which passages a language model is given, and in which order: what the reader finds in them decides."""

from __future__ import annotations

from collections.abc import Sequence

from qabot.answering.answer import Evidence
from qabot.answering.draft import Draft
from qabot.answering.llm.prompts import Case
from qabot.answering.query import Kind, Question
from qabot.answering.rank import Ranked

MOST_TOKENS = 600
"""Of all passages together, where nobody asked for another number of them: two or three passages. To read them, and
what is told beside them, takes a model of 1.5 billion parameters about a minute of a core's time."""
MOST_TOKENS_OF_A_DIGEST = 1_200
"""The same where a summary is asked for, which no single passage gives."""
NOTHING = 0.1
"""Where the likeliest sentence answers no likelier than this, the reader is sure that nothing does: so it was for 8 of
43 questions about news that have no answer, and for 1 of the 92 that have one."""
_CHARS_A_TOKEN = 4
_KNOWN_CHARS = 160  # of what is told of a passage beside its text


def case_of(question: Question, ranked: Sequence[Ranked], by_quoting: Draft) -> Case | None:
    """Return what is known of the question before the model is asked; None where it could only decline.

    The sentences of the passages are ranked, the likeliest to answer first.
    """
    if by_quoting.statements:
        return "Digest" if question.kind is Kind.DIGEST else "Sure"
    if not ranked or question.kind is Kind.DIGEST:
        return None
    unread = question.kind is Kind.YES_NO or not question.stems  # it is not read for a sentence that answers
    return "Unsure" if unread or ranked[0].probability >= NOTHING else None


def best_first(evidence: Sequence[Evidence], ranked: Sequence[Ranked], by_quoting: Draft) -> list[Evidence]:
    """Return the passages: those that would be quoted, then those in which the reader finds the likeliest answer."""
    quoted = [quote.evidence for statement in by_quoting.statements for quote in statement.quotes]
    first = dict.fromkeys([*quoted, *(each.candidate.evidence for each in ranked)])
    place = {passage: number for number, passage in enumerate(first)}
    return sorted(evidence, key=lambda passage: place.get(passage, len(place)))


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
