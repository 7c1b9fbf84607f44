"""Whether a statement says otherwise than a sentence that is like it: negation, opposites, who did what to whom."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, lru_cache
from pathlib import Path

from qabot.answering.phrases import Word, tagged
from qabot.answering.question import fold, is_content, stem, words
from qabot.answering.terms import terms_of

_NEGATORS = frozenset(
    "not n't never no nor neither without nobody none nothing hardly cannot barely few rarely seldom unable".split()
)
_REFUSALS = frozenset(map(stem, "refuse decline fail deny reject forbid ban prevent stop bar refrain abstain".split()))
_COPIED = 0.7  # of the statement's words that stand in the sentence in the same order: from here on it is a near copy
_REACH = 4  # words over which a negation carries
_NOUNS = ("NN", "NP")
_IN_PHRASE = frozenset("AT0 DPS DT0 AJ0 AJS AJC CRD ORD POS PRF".split())


@dataclass(frozen=True)
class Contradictions:
    """How many words of the statement the sentence has in another sense.

    Attributes:
        negated: that are negated in one and not in the other.
        opposites: whose opposite the sentence has in their place.
        exchanged: verbs whose subject and object stand the other way round.
        others: verbs of which the sentence says another subject.
        replaced: places at which a near copy of the sentence has another name or number, or a negation more or less.
    """

    negated: int
    opposites: int
    exchanged: int
    others: int
    replaced: int


def contradictions(statement: str, sentence: str) -> Contradictions:
    """What in the statement the sentence speaks against."""
    said, seen = _reading(statement), _reading(sentence)
    shared = said.negated.keys() & seen.negated.keys()
    roles = [(said.roles[verb], seen.roles[verb]) for verb in said.roles.keys() & seen.roles.keys()]
    exchanged = sum(one.is_turned_round(other) for one, other in roles)
    return Contradictions(
        negated=sum(said.negated[word] is not seen.negated[word] for word in shared),
        opposites=sum(
            any(seen.negated.get(other) is said.negated[word] for other in opposites().get(word, ()))
            for word in said.negated.keys() - shared
        ),
        exchanged=exchanged,
        others=sum(one.has_another_subject(other) for one, other in roles) - exchanged,
        replaced=_replaced(statement, sentence),
    )


def _replaced(statement: str, sentence: str) -> int:
    """See `Contradictions`; 0 where the statement is no near copy."""
    said, seen = words(statement), words(sentence)
    matcher = SequenceMatcher(None, list(map(fold, said)), list(map(fold, seen)), autojunk=False)
    blocks = matcher.get_matching_blocks()
    if sum(block.size for block in blocks) < _COPIED * len(said):
        return 0
    count = 0
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind != "equal":
            here, there = said[start:end], seen[first:last]
            names, others = terms_of(" ".join(["the", *here])), terms_of(" ".join(["the", *there]))
            swapped = bool(names.missing_in(terms_of(sentence)) and others.missing_in(terms_of(statement)))
            short = max(len(here), len(there)) <= _REACH  # a longer piece was left out, with what it denies
            count += swapped or (short and _negates(here) is not _negates(there))
    return count


def _negates(some: list[str]) -> bool:
    return sum(fold(word) in _NEGATORS or stem(word) in _REFUSALS for word in some) % 2 == 1


@cache
def opposites() -> dict[str, frozenset[str]]:
    """The stems of words with those of their opposites."""
    found: dict[str, set[str]] = {}
    for line in (Path(__file__).parent / "opposites.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            word, *others = map(stem, line.split())
            found.setdefault(word, set()).update(other for other in others if other != word)
    return {word: frozenset(others) for word, others in found.items()}


@dataclass(frozen=True)
class _Roles:
    """Who does what a verb says, and to whom: stems of the nouns and names of the phrases next to it."""

    subject: frozenset[str]
    object: frozenset[str]

    def is_turned_round(self, other: _Roles) -> bool:
        """Whether the subject is the other's object, or the object its subject."""
        by_other = bool(self.subject & other.object) and not self.subject & other.subject
        to_other = bool(self.object & other.subject) and not self.object & other.object
        return by_other or to_other

    def has_another_subject(self, other: _Roles) -> bool:
        """Whether both have a subject and these have nothing in common."""
        return bool(self.subject and other.subject) and not self.subject & other.subject


@dataclass(frozen=True)
class _Reading:
    """The content words of a text, each with whether it is negated, and its verbs with their roles; all as stems."""

    negated: dict[str, bool]
    roles: dict[str, _Roles]


@lru_cache(maxsize=512)
def _reading(text: str) -> _Reading:
    tokens = tagged(text)
    negated: dict[str, bool] = {}
    roles: dict[str, _Roles] = {}
    for at, word in enumerate(tokens):
        if not (word.text[0].isalnum() and is_content(word.text)) or word.tag == "NP0" or word.text[0].isdigit():
            continue
        key = stem(word.text)
        negated[key] = _is_negated(tokens, at)
        if word.tag.startswith("VV"):
            roles[key] = _roles(tokens, at)
    return _Reading(negated, roles)


def _is_negated(tokens: tuple[Word, ...], at: int) -> bool:
    negations = 0
    for word in reversed(tokens[max(0, at - _REACH) : at]):
        if word.text in ",;:.—–" or word.tag in ("CJC", "CJS"):
            break
        negations += fold(word.text) in _NEGATORS or stem(word.text) in _REFUSALS
    return negations % 2 == 1


def _roles(tokens: tuple[Word, ...], at: int) -> _Roles:
    before, after = _phrase_before(tokens, at), _phrase_after(tokens, at + 1)
    passive = tokens[at].tag == "VVN" and any(word.tag.startswith("VB") for word in tokens[max(0, at - 3) : at])
    if not passive:
        return _Roles(before, after)
    by = next((i for i in range(at + 1, min(at + 8, len(tokens))) if tokens[i].text == "by"), None)
    return _Roles(_phrase_after(tokens, by + 1) if by is not None else frozenset(), before)


def _phrase_before(tokens: tuple[Word, ...], at: int) -> frozenset[str]:
    """The nouns and names of the nearest phrase before a verb, where no other verb but auxiliaries stands between."""
    found: set[str] = set()
    for word in reversed(tokens[max(0, at - 12) : at]):
        if word.tag.startswith(_NOUNS):
            found.add(stem(word.text))
        elif word.tag.startswith(("VV", "PNP")) or (found and word.tag not in _IN_PHRASE):
            break
    return frozenset(found)


def _phrase_after(tokens: tuple[Word, ...], start: int) -> frozenset[str]:
    """The nouns and names of the phrase that begins there."""
    found: set[str] = set()
    for word in tokens[start : start + 10]:
        if word.tag.startswith(_NOUNS):
            found.add(stem(word.text))
        elif word.tag not in _IN_PHRASE:
            break
    return frozenset(found)
