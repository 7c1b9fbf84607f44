"""The dates that an answer's quotes tell, resolved, with the reasoning."""

from __future__ import annotations

from collections.abc import Sequence

from qabot.answering.answer import Citation, Evidence, ToldDate
from qabot.text.dates.expressions import time_expressions


def told_dates(citations: Sequence[Citation], evidence: Sequence[Evidence]) -> tuple[ToldDate, ...]:
    """The time expressions of the quotes, in the order of the citations.

    Args:
        citations: of an answer.
        evidence: that they were taken from: a passage tells what "six years later" is counted from.
    """
    found: list[ToldDate] = []
    for citation in citations:
        text, start = citation.quote, citation.start
        for piece in evidence:
            if piece.article_id == citation.article_id and piece.start <= citation.start and citation.end <= piece.end:
                text, start = piece.text, piece.start
                break
        for e in time_expressions(text, citation.published):
            first, last = start + e.start, start + e.end
            if citation.start <= first and last <= citation.end:
                resolved = e.period.iso() if e.period else None
                found.append(ToldDate(citation.marker, e.text, resolved, e.precision, e.reasoning, first, last))
    return tuple(found)
