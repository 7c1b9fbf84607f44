"""Spans of a sentence that could be a short answer: dates, numbers, sums, names; each a slice of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass

from qabot.answering.query import Kind, Question, asks_for_human
from qabot.text.countries import country_of, is_adjective, is_country
from qabot.text.dates.patterns import DATE_FORMS, MONTH, WEEKDAY, YEAR
from qabot.text.lexicon import OFFICES
from qabot.text.names import NUMBERED_NOUN, folded_name, name_spans
from qabot.text.quantities import CARDINAL, DIGITS, QUANTITY_FORMS
from qabot.text.tokens import content_stems, stem, words

_PATTERNS = DATE_FORMS | QUANTITY_FORMS

# For each kind of answer, the patterns that can be one.
_PATTERNS_OF: dict[Kind, tuple[str, ...]] = {
    Kind.DATE: ("day", "month", "year", "relative", "time"),
    Kind.DURATION: ("duration", "length", "year"),  # "how long" asks for either
    Kind.NUMBER: ("money", "percent", "number", "duration"),
    Kind.MONEY: ("money", "number"),
    Kind.PERCENT: ("percent",),
    Kind.AGE: ("age",),
}
NAMING = frozenset({Kind.PERSON, Kind.PLACE, Kind.NAME, Kind.ROLE})
"""The kinds of answer that are as a rule a capitalised name, or what stands beside one."""
_DATE_PATTERNS: dict[str, tuple[str, ...]] = {
    "time": ("time",),
    "day": ("day", "relative"),
    "month": ("day", "month"),
    "year": ("day", "month", "year", "relative"),
    "any": ("day", "month", "year", "relative", "time"),
}
# What is told apart by a number: "resolution 77" is a name, and its number no year.
_NUMBERED = re.compile(rf"\b(?:{NUMBERED_NOUN}|number|no\.?)\s$", re.IGNORECASE)
_CALENDAR = re.compile(rf"(?:{WEEKDAY}|{MONTH})(?: \d+)?")
# What names a body of people, and no human being.
_BODY = re.compile(
    r"\b(?:court|council|committee|commission|ministry|department|office|agency|bureau|union|league|federation|republic"
    r"|emirate|states|kingdom|parliament|senate|congress|party|movement|group|organi[sz]ation|alliance|association|bank"
    r"|university|institute|college|school|company|corporation|army|navy|forces|police|guard|club|times|post|news"
    r"|agreement|treaty|accords?|conference|summit)\b",
    re.IGNORECASE,
)
_COUNTRY = frozenset({stem("country"), stem("nation")})
# What can stand beside a person's name; {name} is its last word, folded.
_TITLE = rf"(?:chief executive|chief|head|chairman|spokes\w+|officer|{'|'.join(OFFICES)})"
# Up to the next mark, with what closes the group of the role; "7.5 acres" goes on behind its point.
_TO_MARK = r"(?:[^,.;()]|\.(?=\d)){{4,90}})(?=[,;()]|\.(?!\d)|$)"
_OWNER = r"(?:[A-Z][\w’'-]*[’']s?\s)?"
_ROLE_PATTERNS = (
    r"(?i:\b{name}),\s(?:who (?:is|was)\s)?(?!(?:who|which|and|but|or|said|says|told|as|in|on|at|was|were|is|\w+ing)\b)"
    rf"(?P<role>(?:(?:the|an?)\s)?{_OWNER}(?:former |then )?[a-z]{_TO_MARK}",
    rf"(?i:\b{{name}}),\swho\s(?P<role>(?:heads?|leads?|runs?|chairs?|directs?|commands?|led|headed|ran|chaired)\s{_TO_MARK}",
    rf"(?i:\b{{name}})\s(?:is|was|became|serves as|served as)\s(?P<role>(?:the|an?|now|also)\s{_TO_MARK}",
    r"(?P<role>\b(?:[A-Z][\w’'-]*[’']s\s)?(?:(?!According\b|to\b|the\b|by\b)[A-Z]?[a-z]+\s){{0,3}}"
    rf"(?i:{_TITLE}))\s(?:[A-Z][\w’'-]*\s){{{{0,2}}}}(?i:{{name}})\b",
    r"(?P<role>\b(?:[A-Z][\w’'-]*(?:\s[A-Z][\w’'-]*)?[’']s\s)?(?:[a-z]+\s){{0,3}}"
    rf"{_TITLE}),\s(?:[A-Z][\w’'-]*\s){{{{0,2}}}}(?i:{{name}}),",
)
# What a number counts stands before the next number or mark: "118 tackles, four forced fumbles".
_COUNTED = re.compile(rf"(?:(?![,.;:()]\s|\s(?:{DIGITS}|{CARDINAL})\b).)*")
_FURTHER = re.compile(r"\b(another|further|additional) $", re.IGNORECASE)
_OF_WHICH = re.compile(rf"\b(?:{DIGITS}|{CARDINAL}) (?:out )?of (?:the |its |their |all )?$", re.IGNORECASE)
_LEADING = re.compile(r"([\w’'-]+)(?:\s*:|\s(?:with|at|by|to|is|was|are|were|of))\s*$", re.IGNORECASE)
_DATELINE = re.compile(r"\s*[A-Z][A-Z.’' -]+(?:,\s(?:[A-Z][\w.]+\s?){1,3})?\s*(?:\([^)]{2,30}\)\s*)?[–—-]+\s")
_QUOTED = re.compile(r"[“\"]([^”\"]{2,})[”\"]|‘([^’]{2,}?)’(?!\w)")


@dataclass(frozen=True)
class Span:
    """A slice ``[start:end]`` of a sentence, with the pattern that found it."""

    start: int
    end: int
    pattern: str


def has_typed_pattern(question: Question) -> bool:
    """True if the answer asked for has a form of its own (a date, a number), without which a sentence cannot answer."""
    return question.kind in _PATTERNS_OF


def asks_for_country(question: Question) -> bool:
    """True if the answer is to be a country ("to which country")."""
    return question.kind is Kind.PLACE and bool(question.focus & _COUNTRY)


def spans_for(question: Question, sentence: str, read: tuple[int, int] = (0, 0)) -> list[Span]:
    """Return the spans of a sentence that have the form of the answer asked for, left to right, without overlaps.

    A number counts where the noun that it counts stands beside it, or where it stands in the slice ``read`` that the
    reader takes for the answer ("the toll has risen to 112").

    Spans that repeat the question ("2021" in a question about 2021) are left out, and where a dispatch was sent from
    ("NASHVILLE, Tenn. –"). For persons, places and names
    these are the capitalised names; for the other kinds (reasons, statements) there are none.
    """
    asked = {stem(w) for w in words(question.text)}
    dateline = _DATELINE.match(sentence)
    begin = dateline.end() if dateline else 0
    found = [
        span
        for span in _candidates(question, sentence, read)
        if span.start >= begin and not _repeats(asked, sentence[span.start : span.end])
    ]
    return _without_overlaps(found)


def _repeats(asked: Set[str], text: str) -> bool:
    """True if a span repeats the question: all its words do, or most of a name of three or more."""
    said = [stem(w) for w in words(text)]
    repeated = sum(w in asked for w in said)
    return repeated == len(said) or (len(said) > 2 and 2 * repeated > len(said))


def _candidates(question: Question, sentence: str, read: tuple[int, int]) -> Iterator[Span]:
    kind = question.kind
    if kind in _PATTERNS_OF:
        patterns = _DATE_PATTERNS[question.precision] if kind is Kind.DATE else _PATTERNS_OF[kind]
        for pattern in patterns:
            for match in _PATTERNS[pattern].finditer(sentence):
                if _counts(question, sentence, match, pattern, read):
                    yield Span(match.start(), match.end(), pattern)
    elif kind is Kind.ROLE:
        yield from _roles(question, sentence)
    elif kind in NAMING:
        for start, end in name_spans(sentence):
            if _can_be_named(question, sentence[start:end]):
                yield Span(start, end, "name")
        if kind is Kind.NAME:
            for match in _QUOTED.finditer(sentence):
                yield Span(*match.span(match.lastindex or 0), "quoted")


def _can_be_named(question: Question, text: str) -> bool:
    """True if a name can be the person, the country, the thing asked for."""
    name = folded_name(text)
    if _CALENDAR.fullmatch(text):
        return False
    if asks_for_country(question):
        return is_country(name)
    if question.kind in (Kind.PERSON, Kind.PLACE) and is_adjective(name):
        return False
    if question.kind is not Kind.PERSON:
        return True
    return not (is_country(name) or (asks_for_human(question) and (country_of(name) or _BODY.search(text))))


def _roles(question: Question, sentence: str) -> Iterator[Span]:
    """Yield what the question's person is: an apposition ("X, mayor of Y,"), a title, "X is the ..."."""
    for name in question.names:
        if name[-1][0].isdigit():
            continue
        last = re.escape(name[-1])
        for pattern in _ROLE_PATTERNS:
            for match in re.finditer(pattern.format(name=last), sentence):
                yield Span(*match.span("role"), "role")


def _counts(
    question: Question, sentence: str, match: re.Match[str], pattern: str, read: tuple[int, int] = (0, 0)
) -> bool:
    """True if a span of the right form counts what is asked: a number of soldiers, not any number or a further one."""
    if pattern == "number":
        looks_like_year = re.fullmatch(YEAR, match.group()) and not _NUMBERED.search(sentence[: match.start()])
        if looks_like_year and not question.focus & set(content_stems(sentence[match.end() :])[:2]):
            return False
        vague = match.group().lower() in {"one", "half", "no"}
        if vague and not (question.focus and _focus_follows(question, sentence, match.end())):
            return False
        if question.kind is Kind.MONEY:
            return bool(re.match(r"\s*(?:worth|in \w+ (?:aid|assets))", sentence[match.end() :]))
        if question.focus and question.text.lower().find("how many") >= 0:
            if further := _FURTHER.search(sentence[: match.start()]):
                return further[1].lower() in question.text.lower()
            of_them = read[1] and _OF_WHICH.search(sentence, read[0], match.start())  # "71 of the 120 seats"
            return (
                (read[0] <= match.start() and match.end() <= read[1] and not of_them)
                or (_focus_follows(question, sentence, match.end()) and not of_them)
                or _focus_leads(question, sentence, match.start())
            )
    return True


def _focus_leads(question: Question, sentence: str, start: int) -> bool:
    """True if the noun that is counted stands right before the number ("led in goals with 24", "goals: 24")."""
    leading = _LEADING.search(sentence[:start])
    return leading is not None and stem(leading[1]) == question.head


def _focus_follows(question: Question, sentence: str, end: int) -> bool:
    """True if the noun that is counted stands near behind the number ("five post-Soviet states")."""
    phrase = _COUNTED.match(sentence, end)
    following = words(phrase.group())[:6] if phrase else []
    return not question.focus or bool(question.focus & {stem(part) for w in following for part in re.split("[-–]", w)})


def _without_overlaps(spans: list[Span]) -> list[Span]:
    """Return the longest of overlapping spans, left to right."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start - s.end, s.start)):
        if all(span.end <= other.start or span.start >= other.end for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda s: s.start)
