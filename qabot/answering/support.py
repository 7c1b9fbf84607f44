"""Whether a text supports a statement about it: a probability, for checking what a language model writes.

>>> from qabot import support
>>> support("The harbour was closed in 1974.", ["It was closed to ships in 1974, the mayor said."])

A logistic regression over what can be told without a language model: whether the statement's names, numbers and days
occur, and occur where it is spoken of; whether the sentence that is most like it negates it, says the opposite, or says
it of somebody else (`contradictions`); and how well the best sentences answer to it, as the trained reader sees it.
`eval/support` fits its weights (`support.json`) and measures it.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

from qabot.answering.cloze import clozes
from qabot.answering.contradictions import Contradictions, contradictions
from qabot.models.reader import ReaderSentence, shipped_reader
from qabot.text.sentences import sentence_spans
from qabot.text.terms import Terms, terms_of
from qabot.text.tokens import stem

_WEIGHTS = Path(__file__).parent / "support.json"
_READ = 4  # sentences that the reader reads
_READ_QUICKLY = 2  # the same where it must be quick
_MOST = 3  # of a kind that are counted: more say no more
_FARTHEST = 8.0  # the reader's log-odds are cut there


def support(statement: str, passages: str | Sequence[str]) -> float:
    """How likely it is that the passages say what the statement says.

    Args:
        statement: one sentence, in English.
        passages: an article, or passages of articles, in their order.

    Returns:
        Between 0 and 1; comparable across statements and texts.

    Raises:
        QabotError: a file of the reader is missing or damaged.
    """
    speaking = evidence(statement, [passages] if isinstance(passages, str) else passages)
    weights = _weights()
    logit = weights["bias"] + sum(weights[name] * value for name, value in speaking.items())
    return 1 / (1 + math.exp(-logit)) if speaking else 0.0


def evidence(statement: str, passages: Sequence[str]) -> dict[str, float]:
    """What speaks for a statement and against it: what the weights are for.

    Returns:
        ``reader``: the log-odds that one of the best sentences answers to it; ``missing``: how many of its names,
        numbers and days occur nowhere in the passages, and ``apart`` neither in the sentence that is most like it nor
        in those next to it; ``negated``, ``opposite``, ``misattributed`` and ``replaced``: how often that sentence
        speaks against it; what the best sentences answer where its names and numbers are asked for (see `_looked_up`).
        Empty where there is nothing to read.
    """
    sentences = sentences_of(passages)
    said = terms_of(statement)
    if not sentences or not said.says_something:
        return {}
    nearest = _nearest(said, sentences)[:_READ]
    read = [ReaderSentence(sentences[at]) for at in nearest]
    answered, best = max(
        (reading.score, at) for reading, at in zip(shipped_reader().read(statement, read), nearest, strict=True)
    )
    around = " ".join(sentences[max(0, best - 1) : best + 2])
    against = contradictions(statement, sentences[best], "\n".join(sentences))
    return {
        "reader": _cut(answered),
        "missing": min(_MOST, len(said.missing_in(terms_of("\n".join(sentences))))),
        "apart": min(_MOST, len(said.missing_in(terms_of(around)))),
        "negated": min(_MOST, against.negated),
        "opposite": min(_MOST, against.opposites),
        "misattributed": min(_MOST, against.exchanged + against.others),
        "replaced": min(_MOST, against.replaced + against.added),
        **_looked_up(statement, read),
    }


def _looked_up(statement: str, read: Sequence[ReaderSentence]) -> dict[str, float]:
    """What sentences answer where the names, numbers and dates of a statement are asked for.

    Returns:
        ``counted``: of the numbers and dates, for the one with the least, the log-odds of what is said less that of
        the best other answer (0 where there is none); ``agreed``: the share of all whose best answer is what is said
        (a half where there is none); ``contradicted``: how many have a likely other answer.
    """
    counted: list[float] = []
    agreed: list[bool] = []
    contradicted = 0
    for cloze in clozes(statement):
        readings = shipped_reader().read(cloze.question, read)
        said, other = [-_FARTHEST], [-_FARTHEST]
        for reading, sentence in zip(readings, read, strict=True):
            alike = cloze.is_answered_alike(sentence.text[reading.start : reading.end])
            (said if alike else other).append(_cut(reading.score))
        if cloze.counted:
            counted.append(max(said) - max(other))
        agreed.append(max(said) > max(other))
        contradicted += max(other) > max(0.0, max(said))
    return {
        "counted": min(counted, default=0.0),
        "agreed": sum(agreed) / len(agreed) if agreed else 0.5,
        "contradicted": min(_MOST, contradicted),
    }


def _cut(log_odds: float) -> float:
    return max(-_FARTHEST, min(_FARTHEST, log_odds))


def spoken_against(statement: str, passages: Sequence[str]) -> Contradictions:
    """What in the statement is contradicted by the sentence of the passages (at least one) that is most like it."""
    sentences = sentences_of(passages)
    best = _nearest(terms_of(statement), sentences)[0]
    return contradictions(statement, sentences[best], "\n".join(passages))


def answered_to(statement: str, passages: Sequence[str]) -> float:
    """The reader's log-odds that one of the sentences (at least one) most like the statement answers to it.

    Raises:
        QabotError: a file of the reader is missing or damaged.
    """
    sentences = sentences_of(passages)
    best = _nearest(terms_of(statement), sentences)[:_READ_QUICKLY]
    return max(
        reading.score for reading in shipped_reader().read(statement, [ReaderSentence(sentences[at]) for at in best])
    )


def sentences_of(passages: Sequence[str]) -> list[str]:
    """The sentences of the passages, in order, white space tidied."""
    return [sentence for passage in passages for sentence in _sentences(passage)]


@cache
def _weights() -> dict[str, float]:
    weights: dict[str, float] = json.loads(_WEIGHTS.read_text(encoding="utf-8"))
    return weights


def _nearest(said: Terms, sentences: Sequence[str]) -> list[int]:
    """The places of the sentences, those first that share most words with the statement, each counted by its rarity.

    Names come second: a statement that says of one what the text says of another is held against the latter.
    """
    terms = [terms_of(sentence) for sentence in sentences]
    words = said.stems - {stem(name) for name in said.names}
    seen_in = Counter(word for each in terms for word in each.stems & words)
    weight = {word: math.log(1 + len(sentences) / count) for word, count in seen_in.items()}

    def nearness(at: int) -> tuple[float, int]:
        return sum(weight[word] for word in terms[at].stems & words), -len(said.missing_in(terms[at]))

    return sorted(range(len(sentences)), key=nearness, reverse=True)


@lru_cache(maxsize=512)
def _sentences(passage: str) -> tuple[str, ...]:
    return tuple(" ".join(passage[start:end].split()) for start, end in sentence_spans(passage))
