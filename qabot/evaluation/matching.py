"""Scoring, pure: does this answer meet what was expected of it?"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Sequence

REGEX = "re:"
"""How an alternative begins that is a regular expression."""

_ABBREVIATION = re.compile(r"(?<![^\W_])[^\W\d_](?:\.[^\W\d_])+(?![^\W_])")  # U.S
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_WORD = re.compile(r"(?<![\d.])\d+\.\d+(?!\.?\d)|[^\W_]+")  # 3.5 is one word; 22.04.2024 and 10.0.0.1 are several
_UNDECOMPOSED = str.maketrans("łøđħŧı", "lodhti")  # strokes and a missing dot, which Unicode does not count as marks
_ARTICLES = frozenset({"a", "an", "the"})
_YES_OR_NO = frozenset({"yes", "no"})


def normalise(text: str) -> str:
    """Return the words of a text for comparison: no case, accents, punctuation or articles (a, an, the).

    They have one space between them. Punctuation parts words, but for what belongs to one: ``U.S.`` becomes ``us``,
    ``1,200`` becomes ``1200``, and ``3.5`` stays as it is.
    """
    text = _without_accents(text)
    text = _ABBREVIATION.sub(lambda match: match[0].replace(".", ""), text)
    text = _THOUSANDS.sub("", text)
    return " ".join(word for word in _WORD.findall(text) if word not in _ARTICLES)


def met(groups: Sequence[Sequence[str]], answer: str, short_answer: str | None) -> list[bool]:
    """Which of the groups are met by one of their alternatives.

    Args:
        groups: alternatives; what begins with ``re:`` is searched as a regular expression without regard to case, any
            other is looked for in normalised form at word boundaries. A yes or no is what the short answer begins with,
            where that is one: "Yes. There was no trial." is no No.
        answer: the answer's text, without the markers of its citations.
        short_answer: searched as well, apart from the text.
    """
    texts = [answer, short_answer or ""]
    normalised = [f" {normalise(text)} " for text in texts]
    begins = normalised[1].split()[:1]

    def found(alternative: str) -> bool:
        if alternative.startswith(REGEX):
            pattern = re.compile(alternative.removeprefix(REGEX), re.IGNORECASE)
            return any(pattern.search(text) for text in texts)
        wanted = normalise(alternative)
        if wanted in _YES_OR_NO and begins and begins[0] in _YES_OR_NO:
            return wanted == begins[0]
        return any(f" {wanted} " in text for text in normalised)

    return [any(map(found, group)) for group in groups]


def literal(alternatives: Sequence[str]) -> list[str]:
    """Return those of the alternatives that are no regular expressions."""
    return [alternative for alternative in alternatives if not alternative.startswith(REGEX)]


def holds(text: str, part: str) -> bool:
    """True if a text holds another: lower case, punctuation off, at word boundaries.

    So are answers looked for in passages where retrieval for open questions is measured (Karpukhin et al. 2020, "Dense
    Passage Retrieval for Open-Domain Question Answering").
    """
    return f" {' '.join(bare_words(part))} " in f" {' '.join(bare_words(text))} "


def exact_match(prediction: str, gold: Sequence[str]) -> float:
    """Return SQuAD's exact match: 1.0 where the prediction equals one of the gold answers, else 0.0.

    Source: Rajpurkar et al. 2016, "SQuAD: 100,000+ Questions for Machine Comprehension of Text", its evaluation script,
    whose normalisation deletes punctuation; here all of Unicode's, since news have curly quotes. No gold answer at all
    is met by the empty prediction, as in SQuAD 2.0.
    """
    predicted = _squad_words(prediction)
    return max(float(predicted == _squad_words(answer)) for answer in gold or ("",))


def token_f1(prediction: str, gold: Sequence[str]) -> float:
    """Return SQuAD's F1: the words shared with the gold answer that shares most, 0.0 to 1.0; else as `exact_match`."""
    predicted = _squad_words(prediction)
    return max(_f1(predicted, _squad_words(answer)) for answer in gold or ("",))


def _f1(predicted: list[str], gold: list[str]) -> float:
    if not predicted or not gold:
        return float(predicted == gold)
    shared = (Counter(predicted) & Counter(gold)).total()
    return 2 * shared / (len(predicted) + len(gold))


def bare_words(text: str) -> list[str]:
    """Return the words of a text in lower case, without punctuation."""
    kept = (c for c in text.lower() if c not in string.punctuation and not unicodedata.category(c).startswith("P"))
    return "".join(kept).split()


def _squad_words(text: str) -> list[str]:
    return [word for word in bare_words(text) if word not in _ARTICLES]


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(c for c in decomposed if unicodedata.category(c) != "Mn").translate(_UNDECOMPOSED)
