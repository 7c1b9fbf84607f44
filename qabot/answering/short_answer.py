"""The short answer: the reader's span, whole and in the form that is asked for, or the list that it is one of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qabot.answering.query import Kind, Question
from qabot.models.reader import Reading
from qabot.text.dates.patterns import DATE_FORMS
from qabot.text.lexicon import TIME_UNIT, TIME_UNITS
from qabot.text.names import name_spans
from qabot.text.quantities import BOUND_BEFORE, QUANTITY_FORMS
from qabot.text.terms import count_named
from qabot.text.tokens import content_stems

_FORMS = DATE_FORMS | QUANTITY_FORMS
_DATES = ("day", "month", "year", "relative", "time")
_FORMS_OF: dict[Kind, tuple[str, ...]] = {
    Kind.DATE: _DATES,
    Kind.DURATION: ("duration", "length", "year"),  # "how long" asks for either
    Kind.NUMBER: ("money", "percent", "number", "duration", "length"),
    Kind.MONEY: ("money", "number"),
    Kind.PERCENT: ("percent", "number"),
    Kind.AGE: ("age", "number", "duration"),
}
"""The kinds of answer that have a form of their own, without which nothing answers."""
_ASKS_A_NAME = re.compile(r"\bnames?\b|\b(?:called|named)\b", re.IGNORECASE)
_QUOTES = "\"“”‘’'"
_MOST_WORDS = 25
_OPENING = re.compile(
    r"^(?:(?:in|on|at(?! least\b| most\b)|by|of|to|for|from|with|as|and|or|that|than)\s+)+", re.IGNORECASE
)
_YEAR = re.compile(r"\b(?:1[0-9]|20)\d\d\b")
_BARE_NUMBER = re.compile(r"^\D*?(\d+)\D*$")
_UNIT = re.compile(rf"(.*[^\W_])[ -]?{TIME_UNIT}$")

Span = tuple[int, int]
"""First character and the one after the last, of a sentence."""


def short_answer(question: Question, text: str, reading: Reading) -> str | None:
    """Return what the question asks for, as a slice of a sentence; None where it has no such.

    It is the reader's span, with the rest of a number, a day or a person's name that the span cuts; where several
    things are asked for, the list that it is one of. A span without the form that is asked for (a day, a number), one
    that repeats the question, and a bare name or day that is to be a reason are none. Yes and no are judged, not read.

    Args:
        question: analysed.
        text: the sentence.
        reading: what the reader made of it.
    """
    if question.kind is Kind.YES_NO:
        return None
    start, end = whole(question, text, (reading.start, reading.end))
    if not _has_pattern(question, text[start:end]):
        return None
    if question.kind in (Kind.REASON, Kind.MANNER) and _is_no_clause(question, text[start:end]):
        return None
    if question.kind not in _FORMS_OF and (count := count_asked(question)) != 1:
        first, last = listed(text, list(name_spans(text)), (start, end), count) or (start, end)
        start, end = min(start, first), max(end, last)
        if text[start - 1 : start] in _QUOTES and text[end : end + 1] in _QUOTES:
            start, end = start - 1, end + 1
    said = _trimmed(text[start:end])
    if not 0 < len(said.split()) <= _MOST_WORDS or _repeats(question, said):
        return None
    return _as_asked(question, said)


def has_form(question: Question, said: str) -> bool:
    """True if words have the form that is asked for: a day, a number, a sum, a name; or what is asked for has none."""
    named = question.kind is Kind.PERSON or (question.kind is Kind.NAME and _ASKS_A_NAME.search(question.text))
    return _has_pattern(question, said) and (not named or any(name_spans(said)))


def _has_pattern(question: Question, said: str) -> bool:
    """True if words have the form of a day, a number or a sum, where one is asked for."""
    forms = _FORMS_OF.get(question.kind)
    return forms is None or any(_FORMS[form].search(said) for form in forms)


def whole_span(question: Question, text: str, reading: Reading) -> str:
    """Return the words of the reader's span, with the rest of what it cuts."""
    start, end = whole(question, text, (reading.start, reading.end))
    return text[start:end]


def whole(question: Question, text: str, span: Span) -> Span:
    """Return a span with the rest of what it cuts: of a number or a day, of a name where a person is asked for."""
    start, end = span
    for first, last in _units(question, text):
        if first < end and start < last:
            start, end = min(start, first), max(end, last)
    bound = BOUND_BEFORE.search(text[:start])
    return (bound.start() if bound and _starts_with_number(text[start:end]) else start), end


def _units(question: Question, text: str) -> Iterator[Span]:
    """Yield what is not cut; numbers and days inside one another count where they have the form asked for."""
    asked = _FORMS_OF.get(question.kind, ())
    for name, form in _FORMS.items():
        if name in asked or (not asked and name not in ("number", "time")):
            yield from (match.span() for match in form.finditer(text))
    if question.kind is Kind.PERSON:
        yield from name_spans(text)


def _starts_with_number(said: str) -> bool:
    return any(_FORMS[name].match(said) for name in ("number", "money", "percent"))


def _is_no_clause(question: Question, said: str) -> bool:
    """True if words are but a name, or a day or a number where a reason is asked for ("how full" may be a number)."""
    bare = _trimmed(said)
    if (0, len(bare)) in name_spans(bare):
        return True
    return question.kind is Kind.REASON and any(form.fullmatch(bare) for form in _FORMS.values())


def _as_asked(question: Question, answer: str) -> str:
    """Return a date or number in the form asked for: the year for "which year", the number for "how many days"."""
    if question.kind is Kind.DATE and question.precision == "year" and (years := _YEAR.findall(answer)):
        return str(years[0]) if len(years) == 1 and not answer.endswith("s") else answer
    if question.kind is Kind.AGE and (age := _BARE_NUMBER.match(answer)):
        return age[1]
    counted = re.search(rf"\bhow many (?:\w+ ){{0,2}}?(?:{'|'.join(TIME_UNITS)})s\b", question.text, re.I)
    if question.kind in (Kind.DURATION, Kind.NUMBER) and counted and (unit := _UNIT.match(answer)):
        return unit[1]
    return answer


def _repeats(question: Question, read: str) -> bool:
    """True if nearly all of what was read stands in the question."""
    stems = content_stems(read)
    return all(stem in question.stems for stem in stems)


def _trimmed(text: str) -> str:
    """Return a text without marks around it; quotation marks stay where there are others between them."""
    bare = text.strip(f" \n\t,;:.!?–—-()[]{_QUOTES}")
    return _OPENING.sub("", text if any(mark in bare for mark in '“”"') else bare)


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
    """Return how many things a question asks for: 1 where one, a number where it says so, None where several."""
    match = _COUNTED.search(question.text)
    count = count_named(match["count"]) if match else None
    if count and count > 1:
        return count
    return None if _PLURAL.search(question.text) else 1


def listed(sentence: str, spans: Sequence[Span], around: Span, count: int | None) -> Span | None:
    """Return the list of a sentence that holds a span: the spans joined to it by commas and "and".

    Args:
        sentence: that holds them.
        spans: candidates for its members, left to right.
        around: one of them.
        count: how many it is to have; None: two or more.

    Returns:
        From the first member to the last; None where there is no such list.
    """
    place = next((i for i, span in enumerate(spans) if span[0] < around[1] and around[0] < span[1]), None)
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
    return spans[first][0], spans[last][1]


def _joined(sentence: str, one: Span, other: Span) -> bool:
    between = re.sub(f"[{_QUOTES}]", "", sentence[one[1] : other[0]])  # “Rated X” and “The Pill”
    return bool(between.strip()) and bool(_JOINT.fullmatch(between))
