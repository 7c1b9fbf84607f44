"""Entailment: how likely it is that a text supports a statement, and what in the text contradicts the statement.

>>> from qabot import support
>>> support("The harbour was closed in 1974.", ["It was closed to ships in 1974, the mayor said."])

`support` is a logistic regression over what can be told without a language model: how the trained reader judges the
statement by the sentences that are most like it; whether its names, numbers and days occur in the text, and occur
together; and whether the sentence that is most like it negates it, says the opposite, or says it of somebody else
(`contradictions`). `eval/support` fits its weights (`support.json`) and measures it.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, lru_cache
from pathlib import Path

from qabot.models.reader import Judgement, Reader, ReaderPassage, log_odds
from qabot.text.lexicon import NEGATORS
from qabot.text.phrases import Word, tagged
from qabot.text.sentences import sentence_spans
from qabot.text.terms import Terms, count_named, terms_of
from qabot.text.tokens import fold, is_content, stem, words

_READ = 3
"""So many of the sentences most like a statement are read, each with those beside it."""
_MOST = 3  # so many signs of one kind are counted


def support(statement: str, passages: str | Sequence[str], reader: Reader | None = None) -> float:
    """Return the probability that the passages say what a statement says.

    Args:
        statement: one sentence, in English.
        passages: an article, or passages of articles, in their order.
        reader: reads the passages; None: one is loaded for this call, which takes longer than the rest.

    Returns:
        Between 0 and 1; comparable across statements and texts.

    Raises:
        QabotError: a file of the reader is missing or damaged.
    """
    speaking = evidence(statement, [passages] if isinstance(passages, str) else passages, reader or Reader.load())
    weights = _weights()
    logit = weights["bias"] + sum(weights[name] * value for name, value in speaking.items())
    return 1 / (1 + math.exp(-logit)) if speaking else 0.0


def evidence(statement: str, passages: Sequence[str], reader: Reader) -> dict[str, float]:
    """Return what speaks for a statement and against it: the features of the regression.

    Returns:
        ``supported`` and ``refuted``: the reader's log-odds of either; ``missing``: how many of the statement's names,
        numbers and days occur nowhere in the passages; ``apart``: how many occur neither in the sentence that bears it
        out best nor in those next to that one; ``negated``, ``opposite``, ``misattributed`` and ``replaced``: how
        often that sentence speaks against it. Empty where there is nothing to read.
    """
    sentences = sentences_of(passages)
    said = terms_of(statement)
    if not sentences or not said.says_something:
        return {}
    best, judgement = _judged(statement, said, sentences, reader)
    around = _around(sentences, best)
    against = contradictions(statement, sentences[best], "\n".join(sentences))
    return {
        "supported": log_odds(judgement.supported),
        "refuted": log_odds(judgement.refuted),
        "missing": min(_MOST, len(said.missing_in(terms_of("\n".join(sentences))))),
        "apart": min(_MOST, len(said.missing_in(terms_of(around)))),
        "negated": min(_MOST, against.negated),
        "opposite": min(_MOST, against.opposites),
        "misattributed": min(_MOST, against.exchanged + against.others),
        "replaced": min(_MOST, against.replaced + against.added),
    }


def judged(statement: str, sentences: Sequence[str], reader: Reader) -> float:
    """Return the reader's log-odds that sentences, at least one, bear a statement out."""
    return log_odds(_judged(statement, terms_of(statement), sentences, reader)[1].supported)


def _judged(statement: str, said: Terms, sentences: Sequence[str], reader: Reader) -> tuple[int, Judgement]:
    """Return the sentence of those most like a statement that bears it out best, and the judgement by it."""
    nearest = _nearest(said, sentences)[:_READ]
    judgements = reader.judge(statement, [ReaderPassage(_around(sentences, at)) for at in nearest])
    return max(zip(nearest, judgements, strict=True), key=lambda each: each[1].supported)


def _around(sentences: Sequence[str], at: int) -> str:
    """Return a sentence with the one before it and the one behind it: "he" may be named there."""
    return " ".join(sentences[max(0, at - 1) : at + 2])


def spoken_against(statement: str, sentences: Sequence[str]) -> Contradictions:
    """Return what in a statement the sentence that is most like it, of at least one, contradicts."""
    best = _nearest(terms_of(statement), sentences)[0]
    return contradictions(statement, sentences[best], "\n".join(sentences))


def sentences_of(passages: Sequence[str]) -> list[str]:
    """Return the sentences of the passages, in order, each on one line."""
    return [sentence for passage in passages for sentence in _sentences(passage)]


@cache
def _weights() -> dict[str, float]:
    return dict(json.loads((Path(__file__).parent / "support.json").read_text(encoding="utf-8")))


def _nearest(said: Terms, sentences: Sequence[str]) -> list[int]:
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


@lru_cache(maxsize=512)
def _sentences(passage: str) -> tuple[str, ...]:
    return tuple(" ".join(passage[start:end].split()) for start, end in sentence_spans(passage))


_NEGATORS = NEGATORS.union("nor neither without nobody none nothing hardly barely few rarely seldom unable".split())
_REFUSALS = frozenset(
    map(stem, "refuse decline fail deny reject forbid ban prevent stop bar refrain abstain doubt".split())
)
_CONNECTIVES = frozenset("however meanwhile moreover furthermore additionally therefore thus although though".split())
_COPIED = 0.7  # share of a statement's words, standing in a sentence in the same order, that makes it a near copy
_REACH = 4  # words over which a negation carries
_IN_PHRASE = frozenset("AT0 DPS DT0 AJ0 AJS AJC CRD ORD POS PRF".split())


@dataclass(frozen=True)
class Contradictions:
    """In how many places a sentence contradicts a statement.

    Attributes:
        negated: words that are negated in one and not in the other.
        opposites: words in whose place the sentence has their opposite.
        exchanged: verbs whose subject and object are exchanged, a name among them.
        others: verbs that the sentence says of another subject.
        replaced: places at which a near copy of the sentence has another name or number, or a negation more or less;
            and nouns that the sentence has with another name right before them ("Western" for "Russian sanctions").
        added: places at which a near copy says more than the sentence, in words that the text lacks.
    """

    negated: int
    opposites: int
    exchanged: int
    others: int
    replaced: int
    added: int


def contradictions(statement: str, sentence: str, text: str = "") -> Contradictions:
    """Return what in a statement a sentence contradicts.

    Args:
        statement: what is said.
        sentence: the one that is most like it.
        text: the text that the sentence is from; empty: the sentence is the whole text.
    """
    said, seen = _reading(statement), _reading(sentence)
    shared = said.negated.keys() & seen.negated.keys()
    roles = [(said.roles[verb], seen.roles[verb]) for verb in said.roles.keys() & seen.roles.keys()]
    exchanged = sum(one.is_turned_round(other) for one, other in roles)
    pieces = _changed(statement, sentence)
    return Contradictions(
        negated=sum(said.negated[word] is not seen.negated[word] for word in shared),
        opposites=sum(
            any(seen.negated.get(other) is said.negated[word] for other in opposites().get(word, ()))
            for word in said.negated.keys() - shared
        ),
        exchanged=exchanged,
        others=sum(one.has_another_subject(other) for one, other in roles) - exchanged,
        replaced=sum(_is_replaced(here, there, statement, sentence) for here, there in pieces)
        + _renamed(said.named, seen.named),
        added=sum(_is_added(here, there, text or sentence) for here, there in pieces),
    )


def _changed(statement: str, sentence: str) -> list[tuple[list[str], list[str]]]:
    """Return where a near copy of a sentence departs from it: its words, and the sentence's; [] where it is none."""
    said, seen = words(statement), words(sentence)
    matcher = SequenceMatcher(None, list(map(fold, said)), list(map(fold, seen)), autojunk=False)
    if sum(block.size for block in matcher.get_matching_blocks()) < _COPIED * len(said):
        return []
    return [
        (said[start:end], seen[first:last])
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
    new = {stem(word) for word in here if is_content(word) and fold(word) not in _CONNECTIVES}
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


@cache
def opposites() -> dict[str, frozenset[str]]:
    """Return the stems of words with those of their opposites."""
    found: dict[str, set[str]] = {}
    for line in (Path(__file__).parent / "opposites.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            word, *others = map(stem, line.split())
            found.setdefault(word, set()).update(other for other in others if other != word)
    return {word: frozenset(others) for word, others in found.items()}


@dataclass(frozen=True)
class _Roles:
    """A verb's subject and object: the stems of the nouns and names in the phrases next to it.

    Names begin with a capital.
    """

    subject: frozenset[str]
    object: frozenset[str]

    def is_turned_round(self, other: _Roles) -> bool:
        """True if a name of the subject is in the other's object, or one of the object in its subject."""
        by_other = bool(_names(self.subject & other.object)) and not self.subject & other.subject
        to_other = bool(_names(self.object & other.subject)) and not self.object & other.object
        return by_other or to_other

    def has_another_subject(self, other: _Roles) -> bool:
        """True if both have a subject and these have nothing in common."""
        return bool(self.subject and other.subject) and not self.subject & other.subject


@dataclass(frozen=True)
class _Reading:
    """What the contradictions of a text are found by; its words are stems.

    Attributes:
        negated: its content words, True where they are negated.
        roles: its verbs, with their subjects and objects.
        named: its nouns that have names right before them, with these names.
    """

    negated: dict[str, bool]
    roles: dict[str, _Roles]
    named: dict[str, str]


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
    return _Reading(negated, roles, _named(tokens))


def _named(tokens: tuple[Word, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for at, word in enumerate(tokens):
        if at and word.tag.startswith("NN"):
            first = at
            while first and (tokens[first - 1].tag == "NP0" or tokens[first - 1].text.istitle()):
                first -= 1
            if first < at:
                names = " ".join(token.text for token in tokens[first:at])
                found[stem(word.text)] = f"{found.get(stem(word.text), '')} {names}".strip()
    return found


def _noun(word: Word) -> str:
    """Return the word's stem, of a name with a capital: a name's stem may be an ordinary word's too."""
    return stem(word.text).capitalize() if word.tag == "NP0" else stem(word.text)


def _names(nouns: frozenset[str]) -> frozenset[str]:
    return frozenset(noun for noun in nouns if noun[:1].isupper())


def _is_negated(tokens: tuple[Word, ...], at: int) -> bool:
    negations = 0
    for word in reversed(tokens[max(0, at - _REACH) : at]):
        if word.text in ",;:.—–" or word.tag in ("CJC", "CJS"):
            break
        negations += is_negator(word.text) or (word.tag.startswith("VV") and stem(word.text) in _REFUSALS)
    return negations % 2 == 1


def _roles(tokens: tuple[Word, ...], at: int) -> _Roles:
    before, after = _phrase_before(tokens, at), _phrase_after(tokens, at + 1)
    passive = tokens[at].tag == "VVN" and any(word.tag.startswith("VB") for word in tokens[max(0, at - 3) : at])
    if not passive:
        return _Roles(before, after)
    by = next((i for i in range(at + 1, min(at + 8, len(tokens))) if tokens[i].text == "by"), None)
    return _Roles(_phrase_after(tokens, by + 1) if by is not None else frozenset(), before)


def _phrase_before(tokens: tuple[Word, ...], at: int) -> frozenset[str]:
    """Return the nouns and names of the nearest phrase before a verb, no verb but auxiliaries between them."""
    found: set[str] = set()
    for word in reversed(tokens[max(0, at - 12) : at]):
        if word.tag.startswith(("NN", "NP")):
            found.add(_noun(word))
        elif word.tag.startswith(("VV", "PNP")) or (found and word.tag not in _IN_PHRASE):
            break
    return frozenset(found)


def _phrase_after(tokens: tuple[Word, ...], start: int) -> frozenset[str]:
    """Return the nouns and names of the phrase that begins there."""
    found: set[str] = set()
    for word in tokens[start : start + 10]:
        if word.tag.startswith(("NN", "NP")):
            found.add(_noun(word))
        elif word.tag not in _IN_PHRASE:
            break
    return frozenset(found)
