"""The topic of a question: what it asks about, which a follow-up without a name of its own is about too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qabot.text.phrases import Phrase, noun_phrases

_TIMES = frozenset("day year month week time times morning evening night today general particular way ways".split())
_CLOSED = ("a", "an", "my", "our", "your", "his", "her", "its", "their")
_BODIES = frozenset(
    "agency airline association bank board choir church club college company council court department factory "
    "federation firm group hospital institute ministry museum newspaper orchestra party railway school team theatre"
    " union university works".split()
)


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


def topics_of(question: str, *, named: bool = False) -> list[Topic]:
    """Return what a question is about and what else it names, the main topic first.

    Where it names its topic, "the reward" is one though nobody says whose.
    """
    phrases = [phrase for phrase in noun_phrases(question) if phrase.head.lower() not in _TIMES]
    if not phrases:
        return []
    main = int(phrases[0].determiner in ("many", "much") and len(phrases) > 1)
    while main + 1 < len(phrases) and _asked_of(question, phrases[main], phrases[main + 1]):
        main += 1
    owned = _topic_at(question, phrases, main).text != phrases[main].text  # "the attack on Port Lenn"
    if phrases[main].determiner and is_open_phrase(phrases[main]) and not owned and not named:
        return [_topic_at(question, phrases, at) for at, phrase in enumerate(phrases) if phrase.proper]
    others = [at for at, phrase in enumerate(phrases) if at > main and not is_open_phrase(phrase)]
    return [_topic_at(question, phrases, at) for at in (main, *others)]


def _asked_of(question: str, phrase: Phrase, following: Phrase) -> bool:
    """True if a phrase is asked of the one that follows it, which is the topic: "the history of *the toilet*"."""
    between = question[phrase.end : following.start].strip().lower()
    if phrase.proper or (following.proper and phrase.modifiers and phrase.head.lower() in _BODIES):
        return False  # "the ferry company of Halmo" is not asked of Halmo
    return between in ("of", "about", "between")


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
    """True if a phrase wants an owner: it names nobody and does not say whose ("the types", "main benefits")."""
    if phrase.proper or phrase.determiner in _CLOSED:
        return False
    length = len(phrase.text.split())
    return length <= 2 if phrase.determiner else phrase.plural and length == 2
