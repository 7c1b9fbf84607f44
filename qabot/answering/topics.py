"""The topic of a question: what it asks about, which a follow-up without a name of its own is about too."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qabot.text.phrases import Phrase, noun_phrases, tagged

_ABOUT = re.compile(r"\b(?:about|define|describe)\b", re.IGNORECASE)
_TIMES = frozenset("day year month week time times morning evening night today general particular way ways".split())
_ASKED_OF = ("of", "for", "in", "about", "around", "between", "with", "on", "from", "to", "at")
# Adjectives that do not say whose: "the main advantages" are still somebody's.
_LOOSE = frozenset(
    "main common popular other important different similar first last best good major key new own primary general "
    "possible typical interesting special biggest largest various certain more most many some".split()
)
_QUANTITIES = ("many", "much")
_BODIES = frozenset(
    "agency airline association bank board choir church club college company council court department factory "
    "federation firm group hospital institute ministry museum newspaper orchestra party railway school team theatre"
    " union university works".split()
)
_CONTAINERS = frozenset("kind kinds type types sort sorts lot number part some many few way ways thing things".split())


@dataclass(frozen=True)
class Topic:
    """What a turn is about: a phrase and its head noun."""

    text: str
    head: str
    plural: bool
    proper: bool
    determined: bool
    definite: bool

    @property
    def named(self) -> str:
        """It with its article: "the ferry company", but "Storm Ines"."""
        return f"the {self.text}" if self.definite and self.text[0].islower() else self.text


def topics_of(question: str) -> list[Topic]:
    """Return what a question is about and what else it names, the main topic first."""
    phrases = [phrase for phrase in noun_phrases(question) if phrase.head.lower() not in _TIMES]
    if not phrases:
        return []
    main = 0
    if (phrases[0].head.lower() in _CONTAINERS or phrases[0].determiner in _QUANTITIES) and len(phrases) > 1:
        main = 1
    while main + 1 < len(phrases) and _asked_of(question, phrases[main], phrases[main + 1]):
        main += 1
    owned = _topic_at(question, phrases, main).text != phrases[main].text  # "the attack on Port Lenn"
    if _wants_owner(phrases[main]) and not owned and not _ABOUT.search(question):
        rest = [at for at, phrase in enumerate(phrases) if phrase.proper]
        return [_topic_at(question, phrases, at) for at in rest]
    others = [at for at, phrase in enumerate(phrases) if at > main and not is_open_phrase(phrase)]
    return [_topic_at(question, phrases, at) for at in (main, *others)]


def _wants_owner(phrase: Phrase) -> bool:
    return bool(phrase.determiner) and is_open_phrase(phrase)


def _asked_of(question: str, phrase: Phrase, following: Phrase) -> bool:
    """True if a phrase is asked of the one that follows it, which is the topic: "the history of *the toilet*"."""
    between = question[phrase.end : following.start].strip().lower()
    if phrase.proper or (following.proper and phrase.modifiers and phrase.head.lower() in _BODIES):
        return False  # "the ferry company of Halmo" is not asked of Halmo
    loose = phrase.head.lower() in _CONTAINERS or not phrase.determiner
    return between in ("of", "about", "between") or (between in _ASKED_OF and is_open_phrase(phrase) and loose)


def _topic_at(question: str, phrases: Sequence[Phrase], main: int) -> Topic:
    phrase = phrases[main]
    last, plural = phrase, phrase.plural
    for other in phrases[main + 1 :]:
        between = question[last.end : other.start].strip().lower()
        if between in ("and", "or", "and not"):
            plural = True
        elif not (between in ("in", "at", "on", "of", "for") and (other.proper or between == "of")):
            break
        last = other
    start = phrase.end - len(phrase.text)
    proper = any(each.proper for each in phrases[main : phrases.index(last) + 1])
    definite = phrase.determiner in ("the", "this", "that")
    return Topic(question[start : last.end], phrase.head, plural, proper, bool(phrase.determiner), definite)


def is_open(question: str) -> bool:
    """True if all that a question names belongs to something that it does not name: "the main advantages"."""
    phrases = noun_phrases(question)
    return bool(phrases) and all(is_open_phrase(phrase) for phrase in phrases)


def is_open_phrase(phrase: Phrase) -> bool:
    """True if a phrase wants an owner: it names nobody and does not say whose ("the types", "any benefits")."""
    if phrase.proper or phrase.determiner in ("a", "an"):
        return False
    restricting = [word for word in phrase.text.lower().split()[:-1] if word not in _LOOSE]
    if phrase.determiner in ("the", "any", "some", "other", "this", "these", "that", "which", "what", "many"):
        return len(restricting) < 2
    return phrase.plural and not restricting and phrase.modifiers > 0


def missing_noun(question: str) -> int | None:
    """Return the offset where a superlative lacks its noun: "Which is the largest | in the world"; None without one."""
    tokens = tagged(question)
    for number, word in enumerate(tokens):
        following = tokens[number + 1].tag if number + 1 < len(tokens) else ""
        chooses = word.tag in ("AJS", "ORD") and number and tokens[number - 1].text.lower() in ("the", "'s", "’s")
        if chooses and not following.startswith(("NN", "NP", "AJ", "VVG", "UNC", "CRD", "ORD")):
            return word.end
    return None
