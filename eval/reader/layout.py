"""Training examples as token sequences, laid out as the reader reads them.

An example is `[CLS] question [SEP] heading [SEP] passage [SEP]`, the passage cut to a window where it is too long.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from tokenizers import Tokenizer

CLS, SEP = 101, 102
QUESTION, TITLE, PASSAGE = 64, 24, 200
"""Most tokens of each part; with the separators fewer than 300."""
LABELS = ("supported", "refuted", "not-enough")


@dataclass(frozen=True)
class Example:
    """Token ids and what is right.

    Attributes:
        ids: of the whole sequence.
        passage: the first and the last token (exclusive) of the passage.
        starts: tokens at which an answer may start; `(0,)`, the [CLS], where nothing answers; empty for a claim.
        ends: tokens at which it may end.
        label: of a claim, an index into `LABELS`; -1 for a question.
        first: the first token of type 1.
    """

    ids: tuple[int, ...]
    first: int
    passage: tuple[int, int]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    label: int


def held_out(group: str) -> bool:
    """True for the twentieth of all groups (articles, pages) that no training sees: they choose between trainings."""
    return hashlib.sha256(group.encode()).digest()[0] < 13


class Layout:
    """Lays texts out as the reader reads them."""

    def __init__(self, tokenizer: Tokenizer, rng: random.Random) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._tokenizer, self._rng = tokenizer, rng
        self._encode = lru_cache(maxsize=60_000)(self._encoded)

    def _encoded(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        return encoding.ids, encoding.offsets

    def question(
        self, question: str, title: str, context: str, spans: Sequence[tuple[int, int]], inside: bool = False
    ) -> Example | None:
        """An example of a question; no spans: nothing in the context answers it.

        `inside`: any token of the spans may be start or end (the sentence is known, the span is not).
        """
        ids, offsets = self._encode(context)
        low, high = self._window(offsets, spans)
        head, first = self._head(question, title)
        starts, ends = set(), set()
        for start, end in spans:
            touched = [i for i in range(low, high) if offsets[i][0] < end and offsets[i][1] > start]
            if touched:
                at = [i - low + len(head) for i in (touched if inside else (touched[0], touched[-1]))]
                starts.update(at if inside else at[:1])
                ends.update(at if inside else at[1:])
        if not ids or (spans and not starts):
            return None
        passage = (len(head), len(head) + high - low)
        found = (tuple(sorted(starts)), tuple(sorted(ends))) if spans else ((0,), (0,))
        return Example((*head, *ids[low:high], SEP), first, passage, *found, -1)

    def claim(self, claim: str, evidence: str, label: str, title: str = "") -> Example:
        """An example of a claim."""
        head, first = self._head(claim, title)
        ids = self._encode(evidence)[0][:PASSAGE]
        return Example((*head, *ids, SEP), first, (len(head), len(head) + len(ids)), (), (), LABELS.index(label))

    def _head(self, question: str, title: str) -> tuple[list[int], int]:
        asked = [CLS, *self._encode(question)[0][:QUESTION], SEP]
        known = self._encode(title)[0][:TITLE]
        return [*asked, *known, SEP] if known else asked, len(asked)

    def _window(self, offsets: Sequence[tuple[int, int]], spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
        """A stretch of at most `PASSAGE` tokens that holds the first span, at random."""
        if len(offsets) <= PASSAGE:
            return 0, len(offsets)
        low = self._rng.randint(0, len(offsets) - PASSAGE)
        if spans:
            first = next((i for i, (_, end) in enumerate(offsets) if end > spans[0][0]), 0)
            last = next((i for i, (_, end) in enumerate(offsets) if end >= spans[0][1]), first)
            latest = min(first, len(offsets) - PASSAGE)
            low = self._rng.randint(min(latest, max(0, last - PASSAGE + 1)), latest)
        return low, low + PASSAGE
