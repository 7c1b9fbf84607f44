"""Entailment: how likely it is that a text supports a statement, and whether a statement is a copy that was altered.

>>> from qabot import support
>>> support("The harbour was closed in 1974.", ["It was closed to ships in 1974, the mayor said."])

`support` is a logistic regression over how the trained reader judges the statement by the sentences that are most like
it, whether its names, numbers and days occur in the text, and whether it is a copy of a sentence with something else in
some place of it (`alterations`). `eval/support` fits its weights (`support.json`) and measures it.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import cache, lru_cache
from pathlib import Path

from qabot.models.reader import Reader, ReaderPassage, log_odds
from qabot.text.lexicon import CONNECTIVES, NEGATORS
from qabot.text.phrases import tagged
from qabot.text.sentences import sentence_spans
from qabot.text.terms import Terms, count_named, terms_of
from qabot.text.tokens import fold, is_content, stem, words

_READ = 3
"""So many of the sentences most like a statement are read, each with those beside it."""
_MOST = 3  # so many signs of one kind are counted


def support(statement: str, passages: str | Sequence[str], reader: Reader | None = None, known: str = "") -> float:
    """Return the probability that the passages say what a statement says.

    Args:
        statement: one sentence, in English.
        passages: an article, or passages of articles, in their order.
        reader: reads the passages; None: one is loaded for this call, which takes longer than the rest.
        known: what a statement about them may name beside: titles, the days that their words of time mean.

    Returns:
        Between 0 and 1; comparable across statements and texts.

    Raises:
        QabotError: a file of the reader is missing or damaged.
    """
    texts = [passages] if isinstance(passages, str) else passages
    speaking = evidence(statement, texts, reader or Reader.load(), known)
    weights = _weights()
    logit = weights["bias"] + sum(weights[name] * value for name, value in speaking.items())
    return 1 / (1 + math.exp(-logit)) if speaking else 0.0


def evidence(statement: str, passages: Sequence[str], reader: Reader, known: str = "") -> dict[str, float]:
    """Return what speaks for a statement and against it: the features of the regression of `support`.

    Returns:
        ``supported`` and ``refuted``: the reader's log-odds of either; ``missing``: how many of the statement's names,
        numbers and days occur in none of them; ``altered``: in how many places it is an altered copy of the
        sentence that is most like it. Empty where there is nothing to read.
    """
    sentences = sentences_of(passages)
    said = terms_of(statement)
    if not sentences or not said.says_something:
        return {}
    read = [ReaderPassage(around(sentences, at)) for at in _nearest(said, sentences)[:_READ]]
    judgement = max(reader.judge(statement, read), key=lambda judgement: judgement.supported)  # what bears it out best
    return {
        "supported": log_odds(judgement.supported),
        "refuted": log_odds(judgement.refuted),
        "missing": min(_MOST, len(said.missing_in(terms_of("\n".join([*sentences, known]))))),
        "altered": min(_MOST, alterations(statement, sentences, known)),
    }


def around(sentences: Sequence[str], at: int) -> str:
    """Return a sentence with the one before it and the one behind it: "he" may be named there."""
    return " ".join(sentences[max(0, at - 1) : at + 2])


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
    map(
        stem,
        "refuse decline fail deny reject dismiss forbid ban outlaw prohibit prevent block bar stop halt cease veto"
        " refrain abstain doubt".split(),
    )
)
_COPIED = 0.7  # share of a statement's words, standing in a sentence in the same order, that makes it a near copy
_REACH = 4  # words over which a negation carries


def alterations(statement: str, sentences: Sequence[str], known: str = "") -> int:
    """Return in how many places a statement has something else than the sentence, of at least one, most like it.

    In a near copy: another name or number, a negation more or less, or words that the text lacks. In any: a noun with
    another name right before it ("Western" for "Russian sanctions"). A name may be written whole as it is in what else
    is ``known`` of what they tell of.
    """
    sentence = sentences[_nearest(terms_of(statement), sentences)[0]]
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
