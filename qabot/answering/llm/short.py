"""The short answer to what a language model has answered: its own, or what the reader finds in its answer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qabot.answering.draft import Statement
from qabot.answering.entailment import is_negator
from qabot.answering.query import Kind
from qabot.answering.read import Readings
from qabot.answering.short_answer import short_answer
from qabot.models.reader import ReaderPassage
from qabot.text.terms import terms_of
from qabot.text.tokens import is_content, stem, words

_YES_NO = re.compile(r"\W*(yes|no)\b", re.IGNORECASE)


def short_of(readings: Readings, said: str | None, kept: Sequence[Statement]) -> str | None:
    """Return the short answer; None where there is none that holds.

    The one that the model said counts where what was checked and kept, at least one statement, bears it out.
    """
    if said and not _YES_NO.match(said):
        return borne_out(said, kept)
    question, first = readings.question, kept[0].text
    reader, passage = readings.trained.reader, ReaderPassage(first)
    if question.kind is Kind.YES_NO:
        own = _YES_NO.match(said or first)
        return own[1].capitalize() if own else reader.judge(question.text, [passage])[0].verdict
    (reading,) = reader.read(question.text, [passage])
    return borne_out(short_answer(question, first, reading.within(0, len(first))), kept)


def borne_out(short_answer: str | None, kept: Sequence[Statement]) -> str | None:
    """Return the short answer if its words stand together in what was checked and are not denied there, else None."""
    wanted = _stems(short_answer or "")
    checked = [text for item in kept for text in (item.text, *(quote.text for quote in item.quotes))]
    quotes = terms_of("\n".join(quote.text for item in kept for quote in item.quotes))
    if not short_answer or not wanted or terms_of(short_answer).missing_in(quotes):
        return None
    for text in checked:
        stems = _stems(text)
        places = [at for at in range(len(stems)) if stems[at : at + len(wanted)] == wanted]
        if any(not at or not is_negator(stems[at - 1]) for at in places):
            return short_answer
    return None


def _stems(text: str) -> list[str]:
    """Return the stems of the words that carry content or deny something."""
    return [stem(word) for word in words(text) if is_content(word) or is_negator(word)]
