"""The question as the articles spell it: what no article has is taken for what they have and is spelt nearly so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from difflib import SequenceMatcher
from itertools import permutations

from qabot.models.reader import Reader
from qabot.store.open_index import OpenIndex
from qabot.store.records import Hit, StoredPassage
from qabot.text.names import country_of, exchanged, is_country, long_form, sound, without_possessive
from qabot.text.tokens import fold, is_content, words

_LOOKED_AT = 20  # passages
_SHORTEST = 5  # letters: of two shorter words that are nearly alike, neither is the other's misspelling
_ACRONYM = 3  # letters: of fewer, too much is the beginning
_MOST_OTHERS = 2  # letters that are written for others
_WRITTEN_FOR = ("aeiou", "iy", "vw", "sz", "ckq", "cs", "gj")
"""Letters that are written for one another."""
_ALIKE = 0.75
"""Likeness of letters (difflib's ratio) from which on a word is taken for another one's misspelling."""


def as_spelt(question: str, index: OpenIndex, reader: Reader) -> str:
    """Return a question as the articles spell it; unchanged where they have its words.

    A word that no article has becomes the one that is nearest to it, unless it is a common word or a country, which is
    no misspelling of another one. An acronym that no article writes becomes what it stands for there. A question in
    capitals gets small letters, and capitals where the articles have them.
    """
    if question.isupper() and len(words(question)) > 1:
        question = _in_small_letters(question, index)
    for word in map(without_possessive, dict.fromkeys(words(question))):
        asked = fold(word)
        if word.isupper() and is_content(word) and len(asked) >= _ACRONYM:
            question = _in_full(question, word, index)
        if len(asked) < _SHORTEST or not asked.isalpha() or reader.knows(asked) or is_country((asked,)):
            continue
        told = _forms(index, index.spelt_nearly(asked, _LOOKED_AT))
        nearest = max(told, key=lambda form: (_likeness(asked, form), told[form]), default=word)
        if nearest != word and _likeness(asked, nearest) >= _ALIKE:
            question = exchanged(question, word, nearest)
    return question


def _in_full(question: str, short: str, index: OpenIndex) -> str:
    """Return the question with the name that an acronym stands for, where the articles have it in full only."""
    texts = [each.text for each in _passages(index, index.search_words(short, _LOOKED_AT))]
    if any(short in words(text) for text in texts):
        return question
    full = next((name for text in texts if (name := long_form(short, text)) and _is_one_name(name)), short)
    return exchanged(question, short, full)


def _is_one_name(name: str) -> bool:
    """True if capitals beside each other name one thing: not "Oslo's Tin Square", nor "Blue Tin and SEC"."""
    first = name.split()[0]
    owner = without_possessive(first) != first and country_of((fold(without_possessive(first)),)) is not None
    return not owner and not any(word.isupper() and len(word) >= _ACRONYM for word in words(name))


def _in_small_letters(question: str, index: OpenIndex) -> str:
    told = _forms(index, index.search_words(question, _LOOKED_AT))
    known: dict[str, str] = {}
    for form in sorted(told, key=lambda form: (form.islower(), told[form])):  # small letters at last: they count first
        known[fold(form)] = form
    for word in words(question):
        form = known.get(fold(word), word) if is_content(word.lower()) else word.lower()
        question = exchanged(question, word, form)
    return question[0].upper() + question[1:]


def _forms(index: OpenIndex, hits: Iterable[Hit]) -> Counter[str]:
    """Return the words of passages as they stand there, without possessive endings, with how often they do."""
    return Counter(without_possessive(word) for each in _passages(index, hits) for word in words(each.text))


def _passages(index: OpenIndex, hits: Iterable[Hit]) -> list[StoredPassage]:
    return index.passages([hit.passage_id for hit in hits])


def _likeness(asked: str, form: str) -> float:
    """Return how alike two words are, between 0 and 1; 0 where they are two words ("Petrova", "Petrovan")."""
    told = fold(form)
    if told[:1] != asked[0]:
        return 0.0
    longer = told.startswith(asked) or asked.startswith(told)
    if sound(told) != sound(asked) and (longer or not _is_mistyped(asked, told)):
        return 0.0
    return SequenceMatcher(None, asked, told).ratio()


def _is_mistyped(asked: str, told: str) -> bool:
    """True if a word has letters too many, too few or in another order, or letters that are written for one another.

    With another letter it is mostly another word: "condiment" is not misspelt for "continent".
    """
    extra, missing = (list((Counter(one) - Counter(other)).elements()) for one, other in ((asked, told), (told, asked)))
    if not extra or not missing:
        return True
    return len(extra) == len(missing) <= _MOST_OTHERS and any(
        all(any({*pair} <= {*alike} for alike in _WRITTEN_FOR) for pair in zip(extra, order, strict=True))
        for order in permutations(missing)
    )
