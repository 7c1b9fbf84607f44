"""Questions made from a statement: each of its names, numbers and dates is asked for in turn, for the reader to answer.

A text that answers such a question otherwise does not say what the statement says, even if all its words occur there.
Source: Wang, Cho and Lewis, "Asking and Answering Questions to Evaluate the Factual Consistency of Summaries" (ACL
2020); the questions are made by rule here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qabot.text.lexicon import MONTHS, ONES, TENS
from qabot.text.phrases import Word, tagged
from qabot.text.terms import terms_of
from qabot.text.tokens import is_content, stem, words

_MONTH = rf"(?:{'|'.join(MONTHS)})"
_NUMBER = rf"(?:\d[\d,.]*\d|\d|{'|'.join([*list(ONES)[2:13], *list(TENS)[:4]])})"  # two to twelve, twenty to fifty
_SCALE = "(?: (?:million|billion|trillion|thousand))?"
_COUNTED = (  # the question word, and a pattern whose group "a" is the answer
    ("when", rf"\b(?:on|in|since|until|from|of|by) (?P<a>(?:\d{{1,2}} )?{_MONTH}(?: \d{{1,2}}(?!\d))?(?:,? \d{{4}})?)"),
    ("when", r"\b(?:on|in|since|until|from|of|by) (?P<a>(?:1[5-9]|20)\d\d)\b"),
    ("how much", rf"(?P<a>[$£€] ?{_NUMBER}{_SCALE}|\b{_NUMBER}{_SCALE} (?:dollars|euros|pounds))"),
    ("what percentage", rf"\b(?P<a>{_NUMBER}(?:%| per ?cent))"),
    ("how many", rf"\b(?P<a>{_NUMBER}{_SCALE})(?= (?P<of>(?:[a-z-]+ )?[a-z-]{{3,}}s)\b)"),
)
_ASKS = {"in": "where", "at": "where", "near": "where", "by": "by whom", "the": "what"}  # by the word before a name
_JOINS = frozenset({"of", "the"})  # words inside a name
_FEWEST_WORDS = 3  # that must be left of a statement without the answer


@dataclass(frozen=True)
class Cloze:
    """A question and the statement's answer to it; ``counted`` if that is a number or a date."""

    question: str
    answer: str
    counted: bool

    def is_answered_alike(self, span: str) -> bool:
        """True if a span that was found for the question says what the statement says."""
        said, found = terms_of(f"the {self.answer}"), terms_of(f"the {span}")
        if said.numbers:
            return bool(said.numbers & found.numbers)
        wanted = {stem(word) for word in words(self.answer) if is_content(word)}
        return not wanted.isdisjoint(map(stem, words(span))) or (bool(said.names) and not said.missing_in(found))


def clozes(statement: str) -> tuple[Cloze, ...]:
    """Return the questions that a statement answers, numbers and dates first; no word of it is asked for twice."""
    taken: set[int] = set()
    found = []
    for place in (*_counted(statement), *_named(statement)):
        left, right = statement[: place.begin].strip(" ,;:()"), statement[place.after :].strip(" ,;:().")
        rest = f"{left} {right}".split()
        if len(rest) >= _FEWEST_WORDS and taken.isdisjoint(range(place.start, place.end)):
            taken.update(range(place.start, place.end))
            # The question word in front of the rest is no good English, but good enough for the reader.
            found.append(Cloze(" ".join([place.ask, *rest]) + "?", statement[place.start : place.end], place.counted))
    return tuple(found)


@dataclass(frozen=True)
class _Place:
    """Something to ask for.

    Attributes:
        ask: the question words.
        start: offset of the answer.
        end: offset after it.
        begin: offset of what the question words replace.
        after: offset after that.
        counted: True for a number or a date.
    """

    ask: str
    start: int
    end: int
    begin: int
    after: int
    counted: bool


def _counted(statement: str) -> Iterator[_Place]:
    for ask, pattern in _COUNTED:
        for match in re.finditer(pattern, statement):
            (start, end), begin, after = match.span("a"), match.start(), match.end()
            if ask == "how many":
                yield _Place(f"how many {match['of']}", start, end, begin, match.end("of"), counted=True)
            else:
                yield _Place(ask, start, end, begin, after, counted=True)


def _named(statement: str) -> Iterator[_Place]:
    tokens = tagged(statement)
    for first, after in _names(tokens):
        start, end = tokens[first].start, tokens[after - 1].end
        before = tokens[first - 1].text.lower() if first else ""
        begin = tokens[first - 1].start if before in _ASKS else start
        yield _Place(_ASKS.get(before, "who"), start, end, begin, end, counted=False)


def _names(tokens: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Yield where names stand, as [first, after): runs of capitalised words, "of" and "the" between them."""
    first = None
    last = 0
    for at, token in enumerate(tokens):
        if token.tag == "NP0":
            first, last = at if first is None else first, at
        elif first is not None and not (token.text in _JOINS and at - last <= len(_JOINS)):
            yield first, last + 1
            first = None
    if first is not None:
        yield first, last + 1
