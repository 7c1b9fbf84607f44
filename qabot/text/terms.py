"""What a text can be held to by another text: names, numbers, addresses; and where it is an altered copy of it."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import cached_property, lru_cache

from qabot.text.lexicon import (
    CONNECTIVES,
    HONORIFICS,
    MONTHS,
    ONES,
    OPENERS,
    ORDINALS,
    SCALES,
    SHORT_SCALES,
    TENS,
    UPPER,
)
from qabot.text.names import SAME_COUNTRY
from qabot.text.phrases import tagged
from qabot.text.tokens import content_stems, fold, is_content, stem, words

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_ADDRESS = re.compile(r"\S+://\S+|\bwww\.\S+|\S+@\S+\.\S+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b(?:/\S*)?")
_SCALED = re.compile(r"(?<=\d)\s?(k|m|mn|bn|tn)\b|([$£€%])", re.IGNORECASE)
_INITIALS = re.compile(r"\b([A-Z]\.)\s(?=[A-Z]\.)")  # "U. S." is "U.S."
_SPELT = SHORT_SCALES | {"$": "dollar", "£": "pound", "€": "euro", "%": "percent"}
_COUNTS = {word: str(number) for word, number in (ONES | TENS).items()}
_TENS_AND_ONES = re.compile(rf"\b({'|'.join(TENS)})[- ]({'|'.join(list(ONES)[1:10])})\b", re.IGNORECASE)
_MONTH = "|".join(MONTHS)
_DAY = re.compile(rf"(?:\b(\d{{1,2}})(?:st|nd|rd|th)?\s+)?\b({_MONTH})\b(?(1)|\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?!:))")
_ORDINALS = frozenset((*ORDINALS[2:12], "twentieth"))
_UNCOUNTED = frozenset({"zero", "one", "two"})  # "the two sides": no article need have counted them
_TITLES = frozenset(map(str.lower, HONORIFICS))
_CAPITALISED_RUN = re.compile(rf"[{UPPER}][\w’'-]*(?:\s+(?:(?:of|and|the|for)\s+){{0,2}}[{UPPER}][\w’'-]*)+")
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
        first = int(bool(self._words) and fold(self._words[0]) in _COUNTS.keys() | OPENERS)
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
        return frozenset(word.removesuffix("s") for word in self._folded) & SCALES.keys()

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


_NEGATORS = frozenset(
    "not no never cannot nor neither without nobody none nothing hardly barely few rarely seldom unable".split()
)
_REFUSALS = frozenset(
    map(
        stem,
        "refuse decline fail deny reject dismiss forbid ban outlaw prohibit prevent block bar stop halt cease veto"
        " refrain abstain doubt".split(),
    )
)
_COPIED = 0.7  # share of a statement's words, standing in a sentence in the same order, that makes it a near copy
_REACH = 4  # words over which a negation carries


def nearest(said: Terms, sentences: Sequence[str]) -> list[int]:
    """Return the indices of the sentences, first those that share most words with a statement, weighted by rarity.

    Names only break ties: what a statement says of one person is compared with who the text says it of.
    """
    terms = [terms_of(sentence) for sentence in sentences]
    plain = said.stems - {stem(name) for name in said.names}
    seen_in = Counter(word for each in terms for word in each.stems & plain)
    weight = {word: math.log(1 + len(sentences) / count) for word, count in seen_in.items()}

    def nearness(at: int) -> tuple[float, int]:
        return sum(weight[word] for word in terms[at].stems & plain), -len(said.missing_in(terms[at]))

    return sorted(range(len(sentences)), key=nearness, reverse=True)


def alterations(statement: str, sentences: Sequence[str], known: str = "") -> int:
    """Return in how many places a statement has something else than the sentence, of at least one, most like it.

    In a near copy: another name or number, a negation more or less, or words that the text lacks. In any: a noun with
    another name right before it ("Western" for "Russian sanctions"). A name may be written whole as it is in what else
    is ``known`` of what they tell of.
    """
    sentence = sentences[nearest(terms_of(statement), sentences)[0]]
    text, whole = "\n".join(sentences), f" {' '.join(words(known))} "
    return sum(
        _is_replaced(here, there, statement, sentence) or (_is_added(here, there, text) and not (run and run in whole))
        for here, there, run in _changed(statement, sentence)
    ) + _renamed(_named(statement), _named(sentence))


def _changed(statement: str, sentence: str) -> list[tuple[list[str], list[str], str]]:
    """Return where a near copy of a sentence departs from it: its words, and the sentence's; [] where it is none.

    The third of each is the run of the copy's words there up to the next that both have; empty at the copy's end.
    """
    said, seen = words(statement), words(sentence)
    matcher = SequenceMatcher(None, list(map(fold, said)), list(map(fold, seen)), autojunk=False)
    if sum(block.size for block in matcher.get_matching_blocks()) < _COPIED * len(said):
        return []
    return [
        (said[start:end], seen[first:last], f" {' '.join(said[start : end + 1])} " if end < len(said) else "")
        for kind, start, end, first, last in matcher.get_opcodes()
        if kind != "equal"
    ]


def _is_replaced(here: list[str], there: list[str], statement: str, sentence: str) -> bool:
    names, others = terms_of(" ".join(["the", *here])), terms_of(" ".join(["the", *there]))
    if names.missing_in(terms_of(sentence)) and others.missing_in(terms_of(statement)):
        return True
    if not (here and there):  # what was put in or left out took its own negation along, unless that ends it
        return _negates([word for word in (*here, *there) if is_content(word) or is_negator(word)][-1:])
    short = max(len(here), len(there)) <= _REACH
    return _counts_otherwise(here, there) or (short and _negates(here) is not _negates(there))


def _is_added(here: list[str], there: list[str], text: str) -> bool:
    new = {stem(word) for word in here if is_content(word) and fold(word) not in CONNECTIVES}
    return not there and bool(new) and new.isdisjoint(terms_of(text).stems)


def _renamed(said: dict[str, str], seen: dict[str, str]) -> int:
    return sum(
        bool(terms_of(f"the {said[noun]}").missing_in(terms_of(f"the {seen[noun]}")))
        for noun in said.keys() & seen.keys()
    )


def _counts_otherwise(here: list[str], there: list[str]) -> bool:
    """True if both hold a number, "two" or "one" included, and have none in common."""
    ours, theirs = ({count for word in some if (count := count_named(word)) is not None} for some in (here, there))
    return bool(ours and theirs) and ours.isdisjoint(theirs)


def _negates(some: list[str]) -> bool:
    return sum(is_negator(word) or stem(word) in _REFUSALS for word in some) % 2 == 1


def is_negator(word: str) -> bool:
    """True if a word denies what stands after it."""
    return fold(word) in _NEGATORS or fold(word).endswith("n't")


@lru_cache(maxsize=512)
def _named(text: str) -> dict[str, str]:
    """Return the stems of a text's nouns that have names right before them, with these names."""
    tokens, found = tagged(text), dict[str, str]()
    for at, word in enumerate(tokens):
        if at and word.tag.startswith("NN"):
            first = at
            while first and (tokens[first - 1].tag == "NP0" or tokens[first - 1].text.istitle()):
                first -= 1
            if first < at:
                names = " ".join(token.text for token in tokens[first:at])
                found[stem(word.text)] = f"{found.get(stem(word.text), '')} {names}".strip()
    return found
