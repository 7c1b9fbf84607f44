"""The names, numbers and addresses of a text: what it can be held to by another text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache

from qabot.text.lexicon import CONNECTIVES, HONORIFICS, MONTHS, ONES, ORDINALS, SCALES, SHORT_SCALES, TENS
from qabot.text.names import SAME_COUNTRY
from qabot.text.tokens import content_stems, fold, is_content, stem, words

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_ADDRESS = re.compile(r"\S+://\S+|\bwww\.\S+|\S+@\S+\.\S+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b(?:/\S*)?")
_SCALED = re.compile(r"(?<=\d)\s?(k|m|mn|bn|tn)\b|([$£€%])", re.IGNORECASE)
_INITIALS = re.compile(r"\b([A-Z]\.)\s(?=[A-Z]\.)")  # "U. S." is "U.S."
_SPELT = SHORT_SCALES | {"$": "dollar", "£": "pound", "€": "euro", "%": "percent"}
_SCALE_WORDS = frozenset(SCALES)
_COUNTS = {word: str(number) for word, number in (ONES | TENS).items()}
_TENS_AND_ONES = re.compile(rf"\b({'|'.join(TENS)})[- ]({'|'.join(list(ONES)[1:10])})\b", re.IGNORECASE)
_OPENERS = _COUNTS.keys() | {
    *CONNECTIVES,
    *"about almost around approximately currently despite during eventually finally following initially later".split(),
    *"nearly over previously recently reportedly roughly since".split(),
}
"""Words that are no names where a sentence begins with them."""
_MONTH = "|".join(MONTHS)
_DAY = re.compile(rf"(?:\b(\d{{1,2}})(?:st|nd|rd|th)?\s+)?\b({_MONTH})\b(?(1)|\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?!:))")
_ORDINALS = frozenset((*ORDINALS[2:12], "twentieth"))
_UNCOUNTED = frozenset({"zero", "one", "two"})  # "the two sides": no article need have counted them
_TITLES = frozenset(map(str.lower, HONORIFICS))
_CAPITALISED_RUN = re.compile(r"[A-Z][\w’'-]*(?:\s+(?:(?:of|and|the|for)\s+){0,2}[A-Z][\w’'-]*)+")
_DEMONYM = re.compile(r"(?:i|n|an|ian|istan|ern)?s?")
_MIN_NAME = 4  # letters: shorter ones are no beginning of an adjective
_MAX_ACRONYM = 4  # letters: longer words in capitals are names that are shouted


class Terms:
    """What a text can be held to.

    Attributes:
        stems: the stems of its content words.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        counted = _TENS_AND_ONES.sub(lambda match: str(TENS[match[1].lower()] + ONES[match[2].lower()]), text)
        spelt_out = _SCALED.sub(lambda match: f" {_SPELT[match[0].strip().lower()]} ", counted).replace(
            "per cent", "percent"
        )
        self._counted = counted
        self.stems = frozenset(content_stems(spelt_out))
        self._words = words(_INITIALS.sub(r"\1", spelt_out))
        self._folded = frozenset(map(fold, self._words))

    @property
    def says_something(self) -> bool:
        """True if there is a word or a number in it that carries content."""
        return bool(self.stems or self.numbers)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Its numbers in digits, whether digits or words stand there, without thousands separators."""
        spelt = {_COUNTS[word] for word in self._folded - _UNCOUNTED if word in _COUNTS}
        return frozenset(spelt | {_normal(number) for number in _NUMBER.findall(self._counted)})

    @cached_property
    def substance(self) -> frozenset[str]:
        """The stems of its content words, numbers in digits: the same for "six people" and "6 people"."""
        spelt = {_COUNTS[word] for word in self._folded if word in _COUNTS}
        return self.numbers | spelt | (self.stems - {stem(word) for word in _COUNTS})

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Its capitalised words that carry content, as they stand; the first of a sentence may be no name."""
        first = int(bool(self._words) and fold(self._words[0]) in _OPENERS)
        capitalised = (word for word in self._words[first:] if word[0].isupper())
        return tuple(dict.fromkeys(word for word in capitalised if is_content(word) and fold(word) not in _TITLES))

    def missing_in(self, known: Terms) -> tuple[str, ...]:
        """Return the numbers, scales (million), addresses and names of this text that do not occur in ``known``."""
        counted = known.numbers | {_COUNTS[word] for word in _UNCOUNTED & known._folded}
        spelt_out = {word for initials, run in self._runs if initials in known._acronyms for word in run}
        return (
            *sorted(self.numbers - counted),
            *sorted(self._days - known._days if known._days else ()),
            *sorted(self._ordinals - known._ordinals),
            *sorted(self._scales - known._scales),
            *(address for address in _ADDRESS.findall(self.text) if address.rstrip(".,;:!?)") not in known.text),
            *(name for name in self.names if name not in spelt_out and not known._has_name(name)),
        )

    def _has_name(self, name: str) -> bool:
        """True if a name occurs, or its adjective ("Russia" in "Russian"), or what it abbreviates."""
        folded = fold(name)
        if not self._capitalised.isdisjoint(SAME_COUNTRY.get(folded, "").split()):
            return True
        if name.isupper() and len(folded) <= _MAX_ACRONYM:
            return folded in self._acronyms or any(folded == initials for initials, _ in self._runs)
        if folded in self._folded or stem(name) in self.stems:
            return True
        return len(folded) >= _MIN_NAME and any(
            _are_kin(*sorted((folded, word), key=len)) for word in self._folded if len(word) >= _MIN_NAME
        )

    @cached_property
    def _capitalised(self) -> frozenset[str]:
        return frozenset(fold(word) for word in self._words if word[0].isupper())

    @cached_property
    def _scales(self) -> frozenset[str]:
        return _SCALE_WORDS & {word.removesuffix("s") for word in self._folded}

    @cached_property
    def _days(self) -> frozenset[str]:
        """Its days of a month, as "7 october": a claim may not put one together from two dates."""
        return frozenset(f"{day or other} {month.lower()}" for day, month, other in _DAY.findall(self.text))

    @cached_property
    def _ordinals(self) -> frozenset[str]:
        return _ORDINALS & self._folded

    @cached_property
    def _acronyms(self) -> frozenset[str]:
        return frozenset(fold(word) for word in self._words if word.isupper())

    @cached_property
    def _runs(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Each run of two or more capitalised words, as its initials and its words: ("un", ("United", "Nations"))."""
        return tuple(run for match in _CAPITALISED_RUN.findall(self.text) for run in _parts(words(match)))


def count_named(word: str) -> int | None:
    """Return the number that a word is, in digits or spelt out; None where it is none."""
    number = _COUNTS.get(fold(word), word)
    return int(number) if number.isascii() and number.isdigit() else None


@lru_cache(maxsize=4096)  # every claim about a passage asks for the terms of the same texts
def terms_of(text: str) -> Terms:
    """Return the terms of a text."""
    return Terms(text)


def _parts(run: list[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    capitalised = [word for word in run if word[0].isupper()]
    for first in range(len(capitalised)):
        for last in range(first + 2, min(len(capitalised), first + _MAX_ACRONYM) + 1):
            part = capitalised[first:last]
            yield "".join(word[0] for word in part).lower(), tuple(part)


def _are_kin(name: str, longer: str) -> bool:
    name = name.removesuffix("s")
    return longer.startswith(name) and bool(_DEMONYM.fullmatch(longer[len(name) :]))


def _normal(number: str) -> str:
    plain = re.sub(r",(?=\d{3}(?!\d))", "", number)
    return plain.lstrip("0") or "0"
