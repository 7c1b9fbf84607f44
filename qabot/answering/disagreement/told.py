"""A sentence as an article tells it: its words, numbers, names and times."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from qabot.text.dates.expressions import time_expressions
from qabot.text.dates.resolution import TimeExpression
from qabot.text.dates.stated import StatedTime, stated_times
from qabot.text.names import name_spans
from qabot.text.quantities import Quantity, quantities_in
from qabot.text.tokens import is_content, stem

_PARTICLES_BEHIND = re.compile(r"(?:\s+[a-z]+)*\s*$")
_SAYS = r"(?:said|says|told|reported|reports|announced|confirmed|wrote|tweeted|estimates?|estimated|found|shows?)"
_SAYS_BEHIND = re.compile(rf"(?:\W+\w+){{0,4}}?\W+{_SAYS}\b")
_SAYS_BEFORE = re.compile(
    rf"\b(?:according to|{_SAYS}|data from|figures (?:of|from))(?: (?:the|by|a|an))?(?: \w+){{0,3}} $"
)
_PART = re.compile(
    r"\b(?:including|among (?:them|those|the \w+)(?: (?:is|are|was|were))?|of (?:them|whom|these|those)|another"
    r"|an? (?:further|additional|extra)|\bof(?: (?:the|its|their|all|[\w’']+['’]s)){1,2}|(?:other|more) than"
    r"|except|only)\s*$",
    re.IGNORECASE,
)
"""What stands before a number that counts a part, or the whole that a part is of."""
_PART_BEHIND = re.compile(
    r"\s*(?:\w+ )?(?:others?|more|further|additional)\b"
    r"|(?:\s*[\w’'-]+){0,4}?\s(?:behind|ahead of|short of|shy of|away from|apart|more than|fewer than)\b",
    re.IGNORECASE,
)
"""What stands behind a number that counts what is beside others, or how far something is from them."""
WORD = re.compile(r"[^\W_]+(?:['’.,&-][^\W_]+)*|[$€£¥%]")


@dataclass(frozen=True)
class Told:
    """A sentence as an article tells it.

    Attributes:
        text: of the sentence.
        published: the ISO date of its article; None where it is unknown.
        expressions: its time expressions, with offsets into it.
        capitals: words that its article writes with a capital inside sentences, so that they are names at the head of
            one too.
    """

    text: str
    published: str | None
    expressions: tuple[TimeExpression, ...]
    capitals: frozenset[str] = frozenset()

    @cached_property
    def words(self) -> list[re.Match[str]]:
        """Its words, with their places."""
        return list(WORD.finditer(self.text))

    @cached_property
    def keys(self) -> list[str]:
        """What its words are compared by: their stems."""
        return [stem(match[0]) for match in self.words]

    @cached_property
    def content(self) -> frozenset[str]:
        """The stems of its content words."""
        return frozenset(key for match, key in zip(self.words, self.keys, strict=True) if is_content(match[0]))

    @cached_property
    def amounts(self) -> list[Quantity]:
        """Its numbers that can be held against others: none of dates, of parts or of orders of magnitude."""
        return [
            amount
            for amount in quantities_in(self.text)
            if not any(e.start < amount.end and amount.start < e.end for e in self.expressions)
            and not (amount.is_vague or _PART.search(self.text[: amount.start]))
            and not _PART_BEHIND.match(self.text[amount.end :])
        ]

    @cached_property
    def names(self) -> list[tuple[int, int]]:
        """Where its names stand, without those of months and weekdays; its first word counts where it is one inside."""
        found = []
        for start, end in name_spans(self.text):
            end = min([end, *(e.start for e in self.expressions if start <= e.start < end)])
            name = _PARTICLES_BEHIND.sub("", self.text[start:end])  # "Madeira on" of "Madeira on Thursday"
            inside_date = any(e.start <= start < e.end for e in self.expressions)
            if name and not inside_date and (start > 0 or " " in name or name in self.capitals):
                found.append((start, start + len(name)))
        return found

    @cached_property
    def plain(self) -> frozenset[str]:
        """The stems of its content words, without those of numbers and dates."""
        values = [place_of(a) for a in self.amounts] + [place_of(e) for e in self.expressions]
        return frozenset(
            key
            for match, key in zip(self.words, self.keys, strict=True)
            if key in self.content and not any(start <= match.start() < end for start, end in values)
        )

    def words_shared(self, other: Told) -> float:
        """The content words that both have as a share of all of both's, numbers, dates and names of one only aside."""
        mine, others = self.plain - self._named_alone(other), other.plain - other._named_alone(self)
        return len(mine & others) / max(1, len(mine | others))

    def _named_alone(self, other: Told) -> frozenset[str]:
        places = names_only_in(self, other)
        return frozenset(
            key
            for match, key in zip(self.words, self.keys, strict=True)
            if any(start <= match.start() < end for start, end in places)
        )

    @cached_property
    def times(self) -> tuple[StatedTime, ...]:
        """The times that it states."""
        return stated_times(self.text, self.expressions)


def told(text: str, start: int, end: int, published: str | None) -> Told:
    """The sentence ``[start:end]`` of a text, its time expressions resolved against the article's date and the text."""
    expressions = tuple(
        replace(e, start=e.start - start, end=e.end - start)
        for e in time_expressions(text, published)
        if start <= e.start and e.end <= end
    )
    return Told(text[start:end], published, expressions, _capitals(text))


@lru_cache(maxsize=256)
def _capitals(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"(?<=[a-z,] )[A-Z][\w’'-]+", text))


def names_only_in(one: Told, other: Told) -> list[tuple[int, int]]:
    """The names of a sentence, without the words that the other has too."""
    places = []
    for start, end in one.names:
        own = [m for m in one.words if start <= m.start() < end and stem(m[0]) not in other.content]
        if own:
            places.append((own[0].start(), own[-1].end()))
    return places


def places_only_in(one: Told, other: Told) -> bool:
    """Whether a sentence has a name that the other has not, and not of whoever says so."""
    return any(
        not _SAYS_BEHIND.match(one.text, end) and not _SAYS_BEFORE.search(one.text[:start])
        for start, end in names_only_in(one, other)
    )


def beside(told_: Told, value: Quantity | TimeExpression, step: int) -> list[str]:
    """The stems of the content words behind a number or date, or before it, the nearest first."""
    keyed = list(zip(told_.words, told_.keys, strict=True))
    if step > 0:
        return [key for match, key in keyed if match.start() >= value.end and is_content(match[0])]
    return [key for match, key in reversed(keyed) if match.end() <= value.start and is_content(match[0])]


def place_of(value: Quantity | TimeExpression) -> tuple[int, int]:
    """Where a number or date stands in its sentence."""
    return value.start, value.end
