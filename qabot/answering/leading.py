"""The article that leads its origin: a sentence that a reprint shares with it is cited from there."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qabot.answering.answer import Evidence
from qabot.answering.draft import Quote
from qabot.text.sentences import sentence_spans
from qabot.text.tokens import content_stems

SAME_IN_REPRINT = 0.6
"""Share of content words from which on a sentence of the leading article says the same as a reprint's."""


def leads(evidence: Evidence) -> bool:
    """Whether a passage is of the article that leads its origin."""
    return evidence.article_id == evidence.origin


def in_leader(quote: Quote, evidence: Sequence[Evidence]) -> Quote:
    """The same sentence in the leading article, where one of its passages holds it; else the quote itself."""
    if leads(quote.evidence):
        return quote
    said, numbers = set(content_stems(quote.text)), _numbers(quote.text)
    best, most = quote, SAME_IN_REPRINT
    for passage in evidence:
        if passage.origin != quote.evidence.origin or not leads(passage):
            continue
        for start, end in sentence_spans(passage.text):
            sentence = passage.text[start:end]
            stems = set(content_stems(sentence))
            shared = len(said & stems) / len(said | stems) if said else 0.0
            if shared >= most and _numbers(sentence) == numbers:
                best, most = Quote(passage, passage.start + start, passage.start + end), shared
    return best


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+", text))
