"""Pages that stand in an article's place: a login, a paywall, a test for robots, an age gate, a parked domain.

Such a page speaks of itself and to its reader: it asks, points at itself ("this page", "here"), says what is the case.
An article tells: what somebody did, who it was, on which day. Which of the two a short page does is seen in its
sentences: their verbs' tense and mood, their pronouns, their names and days. What they are about does not count, as
there is an article about each of these matters. All this is of English.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from qabot.articles.boilerplate import lines as line
from qabot.articles.boilerplate.notices import addresses_reader, may_be_site_voice, unquoted
from qabot.text.dates.expressions import time_expressions
from qabot.text.lexicon import TIME_UNITS
from qabot.text.phrases import Word, tagged

_CONSENT = re.compile(
    r"\bcookies?\b|\bconsent\b|\byour (?:privacy|choices?|preferences|data|personal data|settings)\b|"
    r"\bprivacy (?:policy|notice|statement|settings|preferences)\b|"
    r"\bpersonali[sz]ed (?:ads|advertis\w+|content)\b|\bthird part(?:y|ies)\b|\blegitimate interests?\b|"
    r"\b(?:accept|reject|decline|manage)(?:ing)? (?:all|and|cookies|options|preferences)\b|"
    r"\bcontinu(?:e|ing) to (?:use|browse)\b|\byou agree\b|\bour (?:\d+ )?(?:partners|vendors)\b",
    re.I,
)
_COOKIES = re.compile(r"\bcookies?\b|\bconsent\b", re.I)
_ENDED = re.compile(r"[.!?…][”\"’')]*$")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
_QUESTION = re.compile(r"\?[”\"’')]*$")
_ONESELF = frozenset("i me my mine".split())
_OTHERS = frozenset("he him his she her hers".split())  # of whom no page speaks
_PAST = frozenset(("VVD", "VHD", "VDD"))  # tags of CLAWS5; not "was", with which pages too say what was done
_BARE = frozenset(("VVB", "VVI", "VBI", "VDB"))
_TIMES = frozenset((*TIME_UNITS, "morning", "afternoon", "evening", "night", "weekend", "spring", "summer", "autumn",
                    "winter", "season", "time"))  # fmt: skip
_LABEL = 6  # words: a line that is shorter, or without a verb, and does not end as a sentence does, is a label
_PLAIN = 10  # words that only say what is the case, and are enough of a file of text, or where the page is signed
_PLENTY = 30  # such words that are enough where it does not
_LONGEST = 60  # words of a login, an error and the like
_LONGEST_WALL = 400  # words of a wall of cookies
_LONGEST_PAGE = 5_000  # characters of either: a few words may be of any length
_SHARE = 0.6  # of its words in sentences about consent


def is_stand_in(rows: Iterable[str], removed: Iterable[str] = (), *, signed: bool = False, sent: bool = True) -> bool:
    """True if what was read of a page is no article but stands in the place of one.

    Args:
        rows: its rows, as they are left after cleaning.
        removed: those that are not left.
        signed: true where it is seen on the page who wrote it, or when.
        sent: false for a file of text, which nobody's server sent: somebody wrote or copied it.
    """
    sentences: list[str] = []
    total = characters = 0
    for row in rows:
        characters += len(row)
        if characters > _LONGEST_PAGE:
            return False
        total += len(line.words(row))
        if total > _LONGEST_WALL:
            return False
        sentences += _SENTENCE.split(row)
    if not total:
        return False
    if total <= _LONGEST and not _is_article(
        sentences, signed=signed, enough=_PLENTY if sent and not signed else _PLAIN
    ):
        return True
    if _words(sentences, _CONSENT.search) < _SHARE * total or not any(map(_COOKIES.search, (*sentences, *removed))):
        return False
    return 2 * _words(sentences, _speaks) >= total


def _is_article(sentences: Sequence[str], *, signed: bool, enough: int) -> bool:
    """True if sentences tell of something more than they speak to their reader, or say what is the case in some words.

    ``enough`` are so many words.
    """
    said: Counter[str] = Counter()
    total = 0
    for sentence in sentences:
        words = tagged(sentence)
        is_label = len(words) < _LABEL or not any(word.tag.startswith("V") for word in words)
        if signed or _ENDED.search(sentence) or not is_label:
            said[_does(sentence, words)] += 1
            total += len(line.words(sentence))
    told = said["tell"] + said["narrate"]
    if signed and (told or said["speak and name"]):
        return True
    if told:
        return told > said["speak"] or said["tell"] >= said["speak"]
    if said.total() > said["state"]:
        return signed and not any(may_be_site_voice(each) or _points(tagged(each)) for each in sentences)
    return total >= enough


def _does(sentence: str, words: Sequence[Word]) -> str:
    """Return what a sentence does: tell who or when, narrate what happened, state what is the case, or speak.

    It speaks to the reader, or of the page, and may name who or when with it, or narrate.
    """
    named = bool(time_expressions(sentence)) or any(
        n and word.tag == "NP0" and word.text.istitle() for n, word in enumerate(words)
    )
    folded = {word.text.lower() for word in words}
    narrates, speaks = any(word.tag in _PAST for word in words), _speaks(sentence)
    if folded & _OTHERS or ((named or folded & _ONESELF) and (narrates or not speaks)):
        return "tell"
    if speaks:
        return "speak and name" if named else "speak and narrate" if narrates else "speak"
    return "narrate" if narrates else "state"


def _speaks(sentence: str) -> bool:
    """True if a sentence addresses the reader, asks or requests something, or points at the page that it stands on."""
    own = tagged(unquoted(sentence))
    return _QUESTION.search(sentence) is not None or addresses_reader(sentence) or _requests(own) or _points(own)


def _requests(words: Sequence[Word]) -> bool:
    """True if a sentence begins with its verb, as a request does."""
    first = next((word for word in words if word.tag != "PUN"), None)
    return first is not None and (first.tag in _BARE or first.text.lower() in ("please", "sorry"))


def _points(words: Sequence[Word]) -> bool:
    """True if a sentence points at its page: "this page", "here"; "this week" does not."""
    return any(word.text.lower() == "here" for word in words) or any(
        word.text.lower() in ("this", "these")
        and following.tag.startswith(("NN", "AJ"))
        and following.text.lower().removesuffix("s") not in _TIMES
        for word, following in pairwise(words)
    )


def _words(sentences: Sequence[str], is_counted: Callable[[str], object]) -> int:
    """Return the number of the words that stand in sentences of a kind."""
    return sum(len(line.words(sentence)) for sentence in sentences if is_counted(sentence))
