"""Entailment: how likely it is that a text supports a statement.

>>> from qabot import support
>>> support("The harbour was closed in 1974.", ["It was closed to ships in 1974, the mayor said."])

`eval/support` fits the weights of what speaks for and against it (`support.json`), and measures it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

from qabot.models.reader import Reader, ReaderPassage, log_odds
from qabot.text.sentences import sentence_spans
from qabot.text.terms import alterations, nearest, terms_of

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
    speaking = signs(statement, texts, reader or Reader.load(), known)
    weights = _weights()
    logit = weights["bias"] + sum(weights[name] * value for name, value in speaking.items())
    return 1 / (1 + math.exp(-logit)) if speaking else 0.0


def signs(statement: str, passages: Sequence[str], reader: Reader, known: str = "") -> dict[str, float]:
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
    read = [ReaderPassage(around(sentences, at)) for at in nearest(said, sentences)[:_READ]]
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


@lru_cache(maxsize=512)
def _sentences(passage: str) -> tuple[str, ...]:
    return tuple(" ".join(passage[start:end].split()) for start, end in sentence_spans(passage))
