"""The short answer: the reader's span, whole and in the form that is asked for, or the list that it is one of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from qabot.answering.query import Kind, Question, names_person
from qabot.articles.tables import cells_of
from qabot.models.reader import Reading
from qabot.text.dates.expressions import DATE_FORMS
from qabot.text.lexicon import TIME_UNITS
from qabot.text.names import name_spans
from qabot.text.quantities import BOUND_BEFORE, QUANTITY_FORMS, quantities_in
from qabot.text.terms import count_named
from qabot.text.tokens import content_stems, stem

_FORMS = DATE_FORMS | QUANTITY_FORMS
_DATES = ("day", "month", "year", "relative", "time")
_FORMS_OF: dict[Kind, tuple[str, ...]] = {
    Kind.DATE: _DATES,
    Kind.DURATION: ("duration", "length", *_DATES),  # "how long" asks for any: "until Sunday"
    Kind.NUMBER: ("money", "percent", "number", "duration", "length"),
    Kind.MONEY: ("money", "number"),
    Kind.PERCENT: ("percent", "number"),
    Kind.AGE: ("age", "number", "duration"),
}
"""The kinds of answer that have a form of their own, without which nothing answers."""
_EXACT = {"time": ("time", "relative"), "day": ("day", "relative"), "month": ("day", "month", "relative")}
"""The forms of a time that is told as exactly as asked."""
_ASKS_A_NAME = re.compile(r"\bnames?\b|\b(?:called|named)\b", re.IGNORECASE)
_FEW = 5
"""Words of a day, a number or a sum at most; in more, there is something else beside."""
_MARKS = '“”"'
_QUOTES = "\"“”‘’'"
_MOST_WORDS = 25
_AROUND = f" \n\t,;:.!?–—-()[]{_QUOTES}"
_OF_CLAUSE = "and|or|that|as|than"
_OF_TIME = rf"{_OF_CLAUSE}|in|on|at(?! least\b| most\b)|of|to|for|with"
_OPENINGS = {
    **dict.fromkeys((Kind.REASON, Kind.STATEMENT), _OF_CLAUSE),
    **dict.fromkeys((Kind.DATE, Kind.DURATION), _OF_TIME),
}
"""What opens a span beside the answer. Of a reason more belongs to it ("to save money"), and of a time ("by 2030")."""
_ITS_OWN_MARK = re.compile(r"[.!?](?=,| [a-z])|(?<=\b\w\.\w)\.")
"""A mark that ends a name and no sentence: "Apple Inc. bought", "the U.S."."""
_MINUS = re.compile(r"(?<!\S)[-−]$")
_YEAR = re.compile(r"\b(?:1[0-9]|20)\d\d\b")
_PARTS_OF_YEAR = frozenset(stem(unit) for unit in TIME_UNITS if unit != "year")

_PARTED = re.compile(r",?\s+(?:and|or|&)\s+|[,;]\s+")
"""Where a list is parted."""

Span = tuple[int, int]
"""First character and the one after the last, of a sentence."""


def short_answer(question: Question, text: str, reading: Reading) -> str | None:
    """Return what the question asks for, as a slice of a sentence; None where it has no such.

    It is the reader's span, with the rest of a number, a day or a person's name that the span cuts, and without what
    else the span has beside a day or a number; where several things are asked for, the list that it is one of. Of a
    table's row it is a cell. A span without the form that is asked for (a day, a number) and one that repeats the
    question are none. Yes and no are judged, not read.
    """
    if question.kind is Kind.YES_NO:
        return None
    span = _span(question, text, reading)
    if question.kind in _FORMS_OF and not _is_any(_FORMS_OF[question.kind], text[slice(*span)]):
        return None
    found = _alone(question, text, span) if question.kind in _FORMS_OF else _with_list(question, text, span)
    said = _trimmed(question, text, _with_marks(text, found)) if found else ""
    if not 0 < len(said.split()) <= _MOST_WORDS or _says_again(question, said):
        return None
    return _as_asked(question, said)


def _says_again(question: Question, said: str) -> bool:
    """True if words are the question's own, and not one of those between which it lets choose ("open or closed")."""
    stems = content_stems(said)
    if not question.stems.issuperset(stems) or (not stems and question.kind in _FORMS_OF):  # "once"
        return False
    one = rf"(?:an?\s|the\s)?{re.escape(re.sub('^(?:an?|the) ', '', said))}\b"
    return not re.search(rf"\bor {one}|\b{one},? or\b", question.text, re.IGNORECASE)


def _span(question: Question, text: str, reading: Reading) -> Span:
    """Return the reader's span, whole; in a table's row the cell that it lies in, an empty one where that is none."""
    start, end = span = whole(question, text, (reading.start, reading.end))
    if not (cells := cells_of(text)):
        return span
    return next(((cell.start, cell.end) for cell in cells if cell.start <= start and end <= cell.end), (0, 0))


def has_form(question: Question, text: str, reading: Reading) -> bool:
    """True if the reader's span of a sentence has the form that is asked for: a day, a number, a sum, a name.

    Also where what is asked for has none.
    """
    said = text[slice(*_span(question, text, reading))]
    if forms := _EXACT.get(question.precision) or _FORMS_OF.get(question.kind):
        return _is_any(forms, said)
    named = question.kind is Kind.PERSON or (question.kind is Kind.NAME and _ASKS_A_NAME.search(question.text))
    return not named or any(name_spans(said))


def _is_any(forms: Sequence[str], said: str) -> bool:
    """True if words have one of some forms."""
    return any(_FORMS[form].search(said) for form in forms)


def _alone(question: Question, text: str, span: Span) -> Span | None:
    """Return a day or a number, or a range, without what else is read there; None where it is one of several."""
    start, end = span
    if len(text[start:end].split()) <= _FEW:
        return span
    found = ([match.span() for match in _FORMS[name].finditer(text, start, end)] for name in _FORMS_OF[question.kind])
    places = next(filter(None, found), [])
    apart = [text[one[1] : other[0]] for one, other in pairwise(places)]
    if not places or any(len(between.split()) > 1 for between in apart):
        return None
    return _with_bound(text, (places[0][0], places[-1][1]))


def _with_list(question: Question, text: str, span: Span) -> Span | None:
    """Return a span with the list that it is one of, where several things are asked for.

    None where it has fewer than so many as are asked for.
    """
    count = count_asked(question)
    if count == 1:
        return span
    first, last = listed(text, list(name_spans(text)), span, count) or span
    found = min(span[0], first), max(span[1], last)
    return found if len(_PARTED.split(text[slice(*found)])) >= (count or 1) else None


def _with_marks(text: str, span: Span) -> Span:
    """Return a span that has quotation marks inside with those at its ends, where it cuts them."""
    start, end = span
    if any(mark in text[start:end] for mark in _MARKS):
        start -= text[start - 1 : start] in ("“", '"')
        end += text[end : end + 1] in ("”", '"')
    return start, end


def whole(question: Question, text: str, span: Span) -> Span:
    """Return a span with the rest of what it cuts: of a number or a day, of a name where a person is asked for."""
    start, end = span
    for first, last in _units(question, text):
        if first < end and start < last:
            start, end = min(start, first), max(end, last)
    if question.kind is Kind.PERSON and names_person(text[start:end]):
        end = next((last for first, last in name_spans(text) if text[end:first] == ", "), end)  # "her father, Per"
    return _with_bound(text, (start, end))


def _with_bound(text: str, span: Span) -> Span:
    """Return a span with what makes its number a bound ("over 60")."""
    is_number = any(_FORMS[name].match(text[slice(*span)]) for name in ("number", "money", "percent"))
    bound = BOUND_BEFORE.search(text[: span[0]]) if is_number else None
    return (bound.start() if bound else span[0]), span[1]


def _units(question: Question, text: str) -> Iterator[Span]:
    """Yield what is not cut; numbers and days inside one another count where they have the form asked for."""
    asked = _FORMS_OF.get(question.kind, ())
    for name, form in _FORMS.items():
        if name in asked or (not asked and name not in ("number", "time")):
            yield from (match.span() for match in form.finditer(text))
    if question.kind is Kind.PERSON:
        yield from name_spans(text)


def _as_asked(question: Question, answer: str) -> str:
    """Return a date or number in the form asked for: the year for "which year", the number for "how many days"."""
    if question.kind is Kind.DATE and question.precision == "year" and (years := _YEAR.findall(answer)):
        return str(years[0]) if len(years) == 1 and not answer.endswith("s") else answer
    if question.kind is Kind.AGE:
        ages = list(quantities_in(answer))
        return ages[0].text if len(ages) == 1 and ages[0].unit not in _PARTS_OF_YEAR else answer
    counted = re.search(rf"\bhow many (?:\w+ ){{0,2}}?({'|'.join(TIME_UNITS)})s\b", question.text, re.I)
    if question.kind in (Kind.DURATION, Kind.NUMBER) and counted:
        return re.sub(rf"(?<=[^\W_])[ -]?{counted[1]}s?$", "", answer, flags=re.I)
    return answer


def _trimmed(question: Question, text: str, span: Span) -> str:
    """Return a span's words without marks around them; quotation marks stay where there are others between them."""
    start, end = span
    said = text[start:end]
    bare = said.strip(_AROUND)
    if any(mark in bare for mark in _MARKS):
        bare = said
    start += said.find(bare)
    end = start + len(bare)
    if bare and (own := _ITS_OWN_MARK.match(text, end)):
        end = own.end()
    elif text[end : end + 1] == ")" and bare.count("(") > bare.count(")"):
        end += 1
    if bare[:1].isdigit() and _MINUS.search(text[:start]):
        start -= 1
    quoted = text[start - 1 : start] in tuple(_QUOTES) and text[end : end + 1] in tuple(_QUOTES)
    in_name = bare[:1].isupper() and text[:start].strip(_AROUND)  # "To Kill a Mockingbird", not first in its sentence
    if quoted or in_name:
        return text[start:end]
    opening = _OPENINGS.get(question.kind, rf"{_OF_TIME}|by|from")
    return re.sub(rf"^(?:(?:{opening})\s+)+", "", text[start:end], flags=re.IGNORECASE)


_NO_NOUN = r"(?!(?:is|was|has|does|this|his|its|us)\b)"
_PLURAL_NOUN = rf"(?:{_NO_NOUN}[\w-]+\s){{0,2}}?{_NO_NOUN}(?:\w{{2,}}[^\Ws]s|people|men|women|children)\b"
_COUNTED = re.compile(
    r"\b(?:which|what|name|list|who were|who are)\s(?:(?:are|were|is)\s)?(?:the\s)?"
    rf"(?P<count>(?!\d{{4}})[\w-]+)\s{_PLURAL_NOUN}",
    re.IGNORECASE,
)
_PLURAL = re.compile(
    rf"\b(?:which|what)\s{_PLURAL_NOUN}"
    r"|\bwho (?:are|were)\b|\b(?:name|list) the\b",
    re.I,
)
_JOINT = re.compile(
    r"\s*(?:,|;)?\s*(?:\b(?:and|or|as well as|along with|together with)\b|&|,|;|/)?\s*(?:the\s|an?\s)?", re.I
)

_ASIDE = re.compile(r"\s[–—-]\s[^–—]{1,80}\s[–—-]\s|\s\([^()]{1,80}\)")
"""What stands between dashes or in brackets, between two members of a list."""


def count_asked(question: Question) -> int | None:
    """Return how many things a question asks for: 1 where one, a number where it says so, None where several."""
    match = _COUNTED.search(question.text)
    count = count_named(match["count"]) if match else None
    if count and count > 1:
        return count
    return None if _PLURAL.search(question.text) else 1


def listed(sentence: str, spans: Sequence[Span], around: Span, count: int | None) -> Span | None:
    """Return the list of a sentence that a span is in: from the first to the last of those that "and" and commas join.

    None where there is no such list, or none of ``count`` members.
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
    between = _ASIDE.sub(" ", re.sub(f"[{_QUOTES}]", "", sentence[one[1] : other[0]]))  # “Rated X” and “The Pill”
    return bool(between.strip()) and bool(_JOINT.fullmatch(between))
