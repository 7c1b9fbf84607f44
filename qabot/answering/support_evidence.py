"""Which sentences of a text bear most on a statement: what the support network reads."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from qabot.answering.terms import Terms, terms_of
from qabot.store.sentences import sentence_spans

READ = 2
"""Sentences that are read for one statement."""
_AGAIN = 0.3
"""What a word counts that an earlier sentence has as well, against one that none has."""
_MOST_CHARS = 500


def sentences_of(passages: Sequence[str]) -> list[str]:
    """The sentences of the passages, in order, white space tidied."""
    return [sentence for passage in passages for sentence in _sentences(passage)]


def evidence_for(statement: str, sentences: Sequence[str]) -> list[str]:
    """The sentences that share most with the statement, in their order.

    A word counts by its rarity in the text, and less once an earlier sentence has it.
    """
    wanted = _words(terms_of(statement))
    held = [_words(terms_of(sentence)) & wanted for sentence in sentences]
    seen_in = Counter(word for words in held for word in words)
    weight = {word: math.log(1 + len(sentences) / count) for word, count in seen_in.items()}
    chosen: list[int] = []
    covered: set[str] = set()
    room = _MOST_CHARS

    def gain(at: int) -> float:
        return sum(weight[word] * (_AGAIN if word in covered else 1.0) for word in held[at])

    while len(chosen) < READ:
        left = [at for at in range(len(sentences)) if at not in chosen]
        if not left:
            break
        best = max(left, key=gain)
        if chosen and (not gain(best) or len(sentences[best]) > room):
            break
        chosen.append(best)
        room -= len(sentences[best])
        covered |= held[best]
    return [sentences[at] for at in sorted(chosen)]


def _words(terms: Terms) -> set[str]:
    return set(terms.stems | terms.numbers)


@lru_cache(maxsize=512)
def _sentences(passage: str) -> tuple[str, ...]:
    return tuple(" ".join(passage[start:end].split()) for start, end in sentence_spans(passage))
