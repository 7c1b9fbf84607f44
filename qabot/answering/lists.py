"""Questions that ask for several things, and the slice of a sentence that lists them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qabot.answering.question import Question
from qabot.answering.spans import Span
from qabot.text.terms import count_named

_COUNTED = re.compile(
    r"\b(?:which|what|name|list|who were|who are)\s(?:(?:are|were|is)\s)?(?:the\s)?(?P<count>[\w-]+)\b", re.I
)
_NO_NOUN = r"(?!(?:is|was|has|does|this|his|its|us)\b)"
_PLURAL = re.compile(
    rf"\b(?:which|what)\s(?:{_NO_NOUN}\w+\s){{0,2}}?{_NO_NOUN}(?:\w{{2,}}[^\Ws]s|people|men|women|children)\b"
    r"|\bwho (?:are|were)\b|\b(?:name|list) the\b",
    re.I,
)
_JOINT = re.compile(
    r"\s*(?:,|;)?\s*(?:\b(?:and|or|as well as|along with|together with)\b|&|,|;|/)?\s*(?:the\s|an?\s)?", re.I
)


def count_asked(question: Question) -> int | None:
    """How many things a question asks for: 1 where one, a number where it says so, None where several."""
    match = _COUNTED.search(question.text)
    count = count_named(match["count"]) if match else None
    if count and count > 1:
        return count
    return None if _PLURAL.search(question.text) else 1


def listed(sentence: str, spans: Sequence[Span], around: Span, count: int | None) -> Span | None:
    """The list of a sentence that holds a span: the spans joined to it by commas and "and".

    Args:
        sentence: that holds them.
        spans: candidates for its members, left to right.
        around: one of them.
        count: how many it is to have; None: two or more.

    Returns:
        From the first member to the last; None where there is no such list.
    """
    place = next((i for i, span in enumerate(spans) if span.start <= around.start < span.end), None)
    if place is None:
        return None
    first = last = place
    while first and _joined(sentence, spans[first - 1], spans[first]):
        first -= 1
    while last + 1 < len(spans) and _joined(sentence, spans[last], spans[last + 1]):
        last += 1
    members = last - first + 1
    if members < 2 or (count and members != count):
        return None
    return Span(spans[first].start, spans[last].end, "list")


def _joined(sentence: str, one: Span, other: Span) -> bool:
    between = sentence[one.end : other.start]
    return bool(between.strip()) and bool(_JOINT.fullmatch(between))
