"""Numbers as they are written ("about 6 million", "17", "dozens"), and whether two of them can be the same."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from qabot.text.lexicon import ONES, SCALES, SHORT_SCALES, TENS, TIME_UNIT
from qabot.text.tokens import is_content, stem, words

Hedge = Literal["", "about", "least", "most", "nearly"]

_FACTORS = SCALES | {short: SCALES[scale] for short, scale in SHORT_SCALES.items()}
_VAGUE = {
    "dozens": (24, 99),
    "scores": (40, 199),
    "hundreds": (200, 999),
    "thousands": (2e3, 99_999),
    "millions": (2e6, 9.99e8),
    "a handful": (2, 9),
    "a couple": (2, 3),
    "several": (3, 12),
    "a few": (2, 9),
}
_HEDGES: dict[str, Hedge] = dict.fromkeys(
    ("about", "around", "roughly", "approximately", "some", "circa", "an estimated", "estimated"), "about"
)
_HEDGES |= dict.fromkeys(
    ("up to", "at most", "no more than", "not more than", "fewer than", "less than", "under"), "most"
)
_HEDGES |= dict.fromkeys(("more than", "over", "at least", "upwards of", "just over"), "least")
_HEDGES |= dict.fromkeys(("no fewer than", "no less than", "not fewer than", "not less than"), "least")
_HEDGES |= dict.fromkeys(("nearly", "almost", "close to", "just under"), "nearly")
_BOUNDS = "|".join(phrase for phrase, hedge in _HEDGES.items() if hedge != "about")
BOUND_BEFORE = re.compile(rf"\b(?:{_BOUNDS})\s$", re.IGNORECASE)
"""What stands before a number and makes it a bound: without "over", "60" is another number than "over 60"."""
_SCALE = rf"(?:{'|'.join(SCALES)})"
_SHORT_SCALE = r"(?:[ -]?(?:mn|bn|tn)\b|[mk](?=[\s,.;)]|$))"
_ONES = "|".join(sorted(ONES, key=len, reverse=True))  # "fourteen" before "four"
_SMALL = rf"(?:(?:{'|'.join(TENS)})(?:[ -](?:{'|'.join(list(ONES)[1:10])}))?|{_ONES})"
_AND_PART = r"(?: and (?:a half|a quarter|a third|three[ -]quarters)|-and-a-half)"
_PARTS = {
    "half": 1 / 2,
    "quarter": 1 / 4,
    "third": 1 / 3,
    "quarters": 1 / 4,
    "thirds": 1 / 3,
    "½": 1 / 2,
    "¼": 1 / 4,
    "¾": 3 / 4,
}
# Three digits behind a comma or a narrow space, or two in India; whole: "3.2bn" is no 3 and "60 000" no 60.
_DIGITS = (
    r"(?>\d{1,3}(?:,\d{2,3})*,\d{3}(?!\d)(?:\.\d+)?|\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?!\d)"
    r"|\d+(?:\.\d+)?[½¼¾]?|[½¼¾])"
)
_CARDINAL = (
    rf"(?>(?:half|(?:a|one) quarter of|three[ -]quarters of|(?:a|one) third of|two[ -]thirds of) an? {_SCALE}"
    rf"|(?:{_SMALL}{_AND_PART}?|an?(?= {_SCALE}\b))(?:[ -]{_SCALE}\b(?:,? (?:and )?{_SMALL}\b)?)*)"
)
"""A number in words, with its scale: "one hundred and twenty", "two and a half million", "half a dozen"."""
NUMBER = rf"(?:{_DIGITS}{_AND_PART}?(?:{_SHORT_SCALE}|(?:[ -]{_SCALE}\b)*)(?![\d])|{_CARDINAL})"
"""A number in digits or words, with what multiplies it."""
_CURRENCY_SIGNS = "$€£¥₽₹₩₺₴"
_SIGN = rf"(?:\b(?:US|A|C|HK))?[{_CURRENCY_SIGNS}]"
_QUANTITY = re.compile(
    rf"(?<![\w.,-])(?:(?P<hedge>{'|'.join(_HEDGES)}) )?(?:(?P<currency>{_SIGN})\s?)?"
    rf"(?P<number>{NUMBER})(?![\w,]\d|-(?!year|old)\w*\d)"
    r"(?P<ordinal>st\b|nd\b|rd\b|th\b)?(?!\w)"
    rf"|\b(?P<vague>{'|'.join(_VAGUE)})\b",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"\s?(?:%|per ?cent\b|percentage points?\b)")
_APPROXIMATE = 0.1
"""What "about" allows, as a share."""
_GREATEST = 1e100
"""A greater number is none that anybody counted."""
_ROUNDED = 0.05
"""What a round figure of three digits or more allows at most, as a share."""


_DAYS = {"day": 1, "week": 7, "fortnight": 14, "month": 30.4, "year": 365, "decade": 3652, "century": 36525}
_DAYS |= {"second": 1 / 86400, "minute": 1 / 1440, "hour": 1 / 24}
_KILOS = {"kg": 1, "kilo": 1, "kilogram": 1, "tonne": 1000, "ton": 1000}
_METRES = {
    "metre": 1,
    "meter": 1,
    "kilometre": 1000,
    "kilometer": 1000,
    "km": 1000,
    "mile": 1609,
    "foot": 0.305,
    "feet": 0.305,
}
_SIZES = {stem(unit): (sizes, sizes[unit]) for sizes in (_DAYS, _METRES, _KILOS) for unit in sizes}
"""For a unit, by its stem, all units of its dimension and how much it is of the smallest."""

_CURRENCY_NAME = r"(?:dollars?|euros?|pounds?|rou?bles?|yen|yuan|rupees?|afghanis?|francs?|cents?|lira|USD|EUR|GBP)"
_SHARE = rf"{NUMBER} (?:(?:in|out of) every|out of) {NUMBER}|{_SMALL} in (?!\d{{4}}\b){NUMBER}(?! {TIME_UNIT}\b)"
_FORMS = {
    "duration": (
        rf"\b(?:{NUMBER}|a|an|a few|several|many|for)[ -]{TIME_UNIT}\b|\b(?:decades|centuries)\b"
        r"|\bindefinitely\b|\bfor life\b|\blife (?:imprisonment|in prison|sentence)\b|\buntil further notice\b"
    ),
    "length": (
        rf"\b{NUMBER}[ -]?(?:(?:kilo|centi|milli)?met(?:re|er)s?|[kcm]?m|miles?|feet|foot|ft|yards?|inch(?:es)?)\b"
    ),
    "money": (
        rf"{_SIGN}\s?{NUMBER}|\b{NUMBER}[ -](?:of )?{_CURRENCY_NAME}\b"
        rf"|\b(?:millions|billions|trillions) (?:of )?{_CURRENCY_NAME}\b|\bfree\b"
    ),
    "percent": (
        rf"\b{NUMBER}\s?(?:%|per ?cent\b|percentage points?\b)"
        rf"|\b(?:a|{_SMALL})[ -](?:third|quarter|fifth|tenth)s?\b"
    ),
    "number": (
        rf"\b(?:{_SHARE}|{NUMBER}|{'|'.join(_VAGUE)}|billions|half|no|none)(?![\w-])|\b(?:once|twice|(?:{_SMALL}|\d+)-?fold)\b"
    ),
    "age": r"\b(?:aged?|age of) \d{1,3}\b|\b\d{1,3}[ -]years?[ -]olds?\b|(?<=, )\d{2}(?=,)|\b[2-9]0s\b",
}
QUANTITY_FORMS = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _FORMS.items()}
"""What a quantity that answers a question looks like, whole: "a few hours", "12 million euros", "aged 47"."""


@dataclass(frozen=True)
class Quantity:
    """A number in a text.

    Attributes:
        start: offset of its first character, of the words before it that hedge it too.
        end: offset after its last.
        text: its words.
        value: the number itself.
        low: the least number that it can stand for.
        high: the greatest.
        hedge: how it is hedged.
        unit: ``%``, a currency sign, or the stem of the noun that is counted; empty where none stands there.
    """

    start: int
    end: int
    text: str
    value: float
    low: float
    high: float
    hedge: Hedge
    unit: str

    @property
    def is_vague(self) -> bool:
        """True if it tells an order of magnitude at most ("dozens", "millions")."""
        return self.high > 2 * self.low

    def agrees(self, other: Quantity) -> bool:
        """True if both can be the same number: one is rounded, hedged or vague, and the other within what it allows.

        A share or a sum of money agrees with what counts something else. Times and lengths in different units are
        compared roughly: "two years", "24 months"; "62 miles", "100 km".
        """
        if self.unit != other.unit and {self.unit, other.unit} & {"%", *_CURRENCY_SIGNS}:
            return True
        (sizes, mine), (other_sizes, others) = (_SIZES.get(each.unit, (None, 1.0)) for each in (self, other))
        if self.unit != other.unit and sizes is not None and sizes is other_sizes:
            low, high = self.low * mine * (1 - _APPROXIMATE), self.high * mine * (1 + _APPROXIMATE)
            return low <= other.high * others and other.low * others <= high
        if self.hedge in ("least", "most") and self.hedge == other.hedge:
            return math.isclose(self.value, other.value, rel_tol=_APPROXIMATE)
        if self.low == self.high or other.low == other.high:
            return self.low <= other.high and other.low <= self.high
        return self.low < other.high and other.low < self.high


def quantities_in(text: str) -> Iterator[Quantity]:
    """Yield the numbers of a text, in order; ordinals ("the 5th") are none, nor are parts ("one of them")."""
    for match in _QUANTITY.finditer(text):
        if match["ordinal"] or (not match["vague"] and text.startswith(" of ", match.end())):
            continue
        unit, end = _unit(text, match)
        if match["vague"]:
            low, high = _VAGUE[match["vague"].lower()]
            yield Quantity(match.start(), match.end(), match[0], low, low, high, "about", unit)
            continue
        value, step = _number(match["number"].lower())
        if value > _GREATEST:
            continue
        hedge = _HEDGES.get((match["hedge"] or "").lower(), "")
        low, high = _range(value, step, hedge)
        yield Quantity(match.start(), end, text[match.start() : end], value, low, high, hedge, unit)


def _number(written: str) -> tuple[float, float]:
    """Return a number's value, and what its last digit counts where a scale stands behind it; else 0."""
    digits = re.findall(r"^[\d.,½¼¾\s]*", written.replace("-", " "))[0]
    figures = re.sub(r"[,\s]", "", digits)
    whole = figures.rstrip("½¼¾")
    current = (float(whole) if whole else 0.0) + sum(_PARTS[part] for part in figures[len(whole) :])
    total, step = 0.0, 10.0 ** -len(whole.partition(".")[2]) if whole else 1.0
    scaled, last = False, 0.0
    for part in re.findall(r"[a-z]+", written[len(digits) :]):
        if part in ONES or part in TENS:
            last = ONES.get(part, 0) or TENS.get(part, 0)
            current, step = current + last, 1.0
        elif part in _PARTS:  # "three quarters", "two and a half"
            share, step = _PARTS[part], 0.1
            current = current - last + last * share if part.endswith("s") and last else current + share
        elif factor := _FACTORS.get(part):
            scaled, step = True, step * factor
            if factor <= 100:
                current *= factor if current else 1
                current = current or factor
            else:
                total, current = total + (current or 1.0) * factor, 0.0
    return total + current, step if scaled and step > 100 else 0.0


def _range(value: float, step: float, hedge: Hedge) -> tuple[float, float]:
    """Return the least and the greatest number that one can stand for, given how it is rounded and hedged."""
    give = 0.5 * step
    if not step and value >= 100 and value == int(value):
        zeros = len(str(int(value))) - len(str(int(value)).rstrip("0"))
        give = min(0.5 * 10**zeros, _ROUNDED * value) if zeros >= 2 else 0.0
    if hedge == "about":
        give = max(give, _APPROXIMATE * value)
    low, high = value - give, value + give
    if hedge == "least":
        high = max(high, 1.5 * value)
    elif hedge == "most":
        low = min(low, 0.5 * value)
    elif hedge == "nearly":
        low = min(low, (1 - _APPROXIMATE) * value)
    return low, high


def _unit(text: str, match: re.Match[str]) -> tuple[str, int]:
    """Return what is counted, and where the number with its sign ends."""
    if match["currency"]:
        return match["currency"][-1], match.end()
    if percent := _PERCENT.match(text, match.end()):
        return "%", percent.end()
    following = re.match(r"(?:[ -][^\W\d_][\w’'-]*){0,3}", text[match.end() : match.end() + 60])
    named = [w for part in words(following[0]) for w in part.split("-")] if following else []
    nouns = [stem(w) for w in named if is_content(w)]
    return (nouns[0] if nouns else ""), match.end()
