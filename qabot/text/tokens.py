"""Words: tokens, folding, stems and function words."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import Stemmer

WORD = re.compile(r"[^\W_]+(?:['’.&][^\W_]+)*", re.UNICODE)

FUNCTION_WORDS = frozenset(
    """a about above according actually after again against all also am an and any are aren't article articles as at
    be because been before being below between both but by called can can't cannot compare could couldn't describe
    did didn't do does doesn't doing don't down during each ever exactly explain few for from further give had
    hadn't has hasn't have haven't having he her here hers herself him himself his how i if in into is isn't it
    its itself just kind let list long many me more most much my myself name no nor not now of off old on once
    only or other our ours out over own please s said same say says shall she should show so some sort such t tell
    than that the their theirs them themselves then there these they this those through to too type under until up
    us very was wasn't we were weren't what when where which while who whom whose why will with within without
    won't would you your yours yourself""".split()
)

_LETTERS = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ı": "i"})
"""Letters that Unicode does not take apart, as the word index writes them too."""


def words(text: str) -> list[str]:
    """Return the words of a text, in order, as they stand."""
    return WORD.findall(text)


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """Return a word without case, accents, typographic apostrophes and possessive ending."""
    plain = word.casefold().replace("’", "'")
    if not plain.isascii():
        plain = "".join([c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c)])
        plain = plain.translate(_LETTERS)
    return plain.removesuffix("'s").replace(".", "")


_STEMMER = Stemmer.Stemmer("english")


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Return the stem of a word (Snowball English), folded; British and American endings give the same."""
    folded = fold(word)
    if len(folded) > 5:
        folded = re.sub(r"is(e|ed|es|ing|ation|ations)$", r"iz\1", folded)
    return str(_STEMMER.stemWord(folded.replace("'", "")))


@lru_cache(maxsize=50_000)
def is_content(word: str) -> bool:
    """True if a word carries content: it is no function word; "US" and "WHO" are names."""
    return fold(word) not in FUNCTION_WORDS or (len(word) > 1 and word.isupper())


@lru_cache(maxsize=10_000)
def content_stems(text: str) -> tuple[str, ...]:
    """Return the stems of a text's content words, in order."""
    return tuple([stem(word) for word in words(text) if is_content(word)])
