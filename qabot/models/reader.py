"""The trained reader: where in a passage a question is answered, if anywhere; and whether a passage bears a claim out.

A small cross-encoder (`reader_model/card.md` says what it was trained on and how well it does; `eval/reader` trains
it), run by ONNX Runtime, without torch. It reads a whole passage with its article's day and title, so that "he", "the
ministry" and "this week" are read with what they refer to. That nothing in the passage answers is the logit of [CLS],
as SQuAD 2.0 is read (Devlin et al., "BERT", 2019, section 4.3).
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qabot.errors import QabotError
from qabot.models.loading import open_session, session_options
from qabot.text.dates.period import in_words

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

_SHIPPED = Path(__file__).parent / "reader_model"
_SLOWER = ["SkipLayerNormFusion"]
"""Rewritings of the graph that are left out: this fused operator takes five times as long as the two it replaces."""
_CLS, _SEP = 101, 102  # of the BERT vocabulary, as are the token types 0 (question) and 1 (what is read)


@dataclass(frozen=True)
class ReaderPassage:
    """A text to be read, with its article's heading and what stands there before it (both may be empty).

    What stands before is read, since "he" may be named there, but not as a part of the passage: what it answers, the
    passage doesn't.
    """

    text: str
    heading: str = ""
    before: str = ""


def heading(title: str | None, published: str | None) -> str:
    """Return what the reader reads above a passage: its article's day and title ("27 November 2024: A title").

    By the day it knows of what time an article tells that doesn't name it.
    """
    return ": ".join(part for part in (in_words(published), title) if part)


def without_mark(question: str) -> str:
    """Return a question without the mark at its end."""
    return question.strip().rstrip("?!. ")


def leaning(question: str, before: str, answer: str | None) -> str:
    """Return a question with the one that it leans on, and that one's answer, in brackets: the reader knows this form.

    ``why (Who let Ada Quill go: the court)?``
    """
    told = without_mark(before)
    return f"{without_mark(question)} ({f'{told}: {answer}' if answer else told})?"


@dataclass(frozen=True)
class Reading:
    """What the reader made of a part of a passage.

    `start` and `end` (characters of the passage) are the span that answers best there; `score` is the log-odds of all
    spans there together against that nothing in the passage answers: a reason may begin and end at several places.
    """

    score: float
    start: int
    end: int


NOTHING_READ = Reading(-math.inf, 0, 0)
"""Of a part without a token: white space, control characters."""


@dataclass(frozen=True)
class Judgement:
    """How likely a passage bears a claim out, speaks against it, or does neither; together 1."""

    supported: float
    refuted: float
    neither: float

    @property
    def verdict(self) -> str:
        """`Yes` where the claim is likelier supported than refuted, else `No`."""
        return "Yes" if self.supported >= self.refuted else "No"

    @property
    def sure(self) -> float:
        """How likely the verdict is right."""
        return max(self.supported, self.refuted)

    @property
    def margin(self) -> float:
        """By how much the verdict is likelier right than wrong."""
        return abs(self.supported - self.refuted)

    def leaning_to_yes(self, by: float) -> Judgement:
        """Return it with the odds that the claim is supported multiplied by e to the power of ``by``."""
        supported = self.supported * math.exp(by)
        whole = supported + self.refuted + self.neither
        return Judgement(supported / whole, self.refuted / whole, self.neither / whole)


def log_odds(probability: float) -> float:
    """Return the log-odds of a probability, finite also of 0 and 1."""
    clipped = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(clipped / (1 - clipped))


@dataclass(frozen=True)
class Limits:
    """In tokens: of the question or claim, of the heading, of a window of the passage, and of a span."""

    question: int = 64
    title: int = 24
    window: int = 256
    span: int = 30


@dataclass(frozen=True)
class TokenSequence:
    """One sequence for the model; the text's tokens are those from `first` on, `offsets` their characters.

    These are counted from the passage's first one: what stands before it has negative ones.
    """

    ids: list[int]
    types: list[int]
    first: int
    offsets: list[tuple[int, int]]

    def inputs(self) -> dict[str, NDArray[np.int64]]:
        """Return the model's inputs, a batch of one."""
        return {
            "input_ids": np.array([self.ids], dtype=np.int64),
            "token_type_ids": np.array([self.types], dtype=np.int64),
        }


class PassageReading:
    """What the reader made of a passage: start and end logits of its tokens, against those of what is not in it."""

    def __init__(self, windows: Sequence[_Window], longest: int) -> None:
        """Take the passage's windows, and how many tokens a span has at most."""
        self._windows, self._longest = windows, longest

    def within(self, start: int, end: int) -> Reading:
        """Return what was made of the part between two characters of the passage."""
        found = (window.best(start, end, self._longest) for window in self._windows)
        return max(found, key=lambda reading: reading.score, default=NOTHING_READ)


@dataclass(frozen=True)
class _Window:
    """Some of a passage's tokens: their characters in it, shape (tokens, 2), and their logits, shape (tokens,).

    The logits are less those that no token of the passage answers: of [CLS] and of what stands before it, together.
    """

    offsets: NDArray[np.int64]
    starts: NDArray[np.float32]
    ends: NDArray[np.float32]

    def best(self, start: int, end: int, longest: int) -> Reading:
        inside = np.flatnonzero((self.offsets[:, 0] >= start) & (self.offsets[:, 1] <= end))
        if not len(inside):
            return NOTHING_READ
        low = int(inside[0])
        starts, ends = self.starts[inside], self.ends[inside]
        first, last = best_span(starts, ends, longest)
        score = float(np.logaddexp.reduce(starts) + np.logaddexp.reduce(ends))
        return Reading(score, int(self.offsets[low + first, 0]), int(self.offsets[low + last, 1]))


def best_span(starts: NDArray[np.float32], ends: NDArray[np.float32], longest: int) -> tuple[int, int]:
    """Return first and last token of the best span of up to `longest` tokens, by the sum of its start and end logit."""
    together = starts[:, None] + ends[None, :]
    allowed = np.triu(np.ones_like(together, dtype=bool)) & ~np.triu(np.ones_like(together, dtype=bool), longest)
    first, last = np.unravel_index(np.where(allowed, together, -np.inf).argmax(), together.shape)
    return int(first), int(last)


def token_sequences(
    tokenizer: Tokenizer, question: str, passage: ReaderPassage, limits: Limits = Limits()
) -> Iterator[TokenSequence]:
    """Yield a passage's windows, each as `[CLS] question [SEP] heading [SEP] window [SEP]`, without an empty heading.

    Most passages are one window. The beginnings of question and heading are read, as far as the limits allow.
    """
    asked, title, text = tokenizer.encode_batch(
        [question, passage.heading, passage.before + passage.text], add_special_tokens=False
    )
    offsets = [(start - len(passage.before), end - len(passage.before)) for start, end in text.offsets]
    begun = [_CLS, *asked.ids[: limits.question], _SEP]
    known = [*title.ids[: limits.title], _SEP] if title.ids else []
    count = math.ceil(len(text.ids) / limits.window)
    for number in range(count):
        some = slice(number * len(text.ids) // count, (number + 1) * len(text.ids) // count)
        ids = [*begun, *known, *text.ids[some], _SEP]
        types = [0] * len(begun) + [1] * (len(ids) - len(begun))
        yield TokenSequence(ids, types, len(begun) + len(known), offsets[some])


class Reader:
    """Reads passages for a question or a claim. Make one by `load`; it may be used from several threads."""

    def __init__(self, session: InferenceSession, tokenizer: Tokenizer, limits: Limits) -> None:
        self._session, self._tokenizer, self._limits = session, tokenizer, limits
        self._workers = ThreadPoolExecutor(min(os.cpu_count() or 1, 8), thread_name_prefix="reader")

    @classmethod
    def load(cls, folder: Path | None = None) -> Reader:
        """Load the reader that comes with qabot, or the one in a folder laid out like it.

        Raises:
            QabotError: if a file of the reader is missing or damaged.
        """
        from tokenizers import Tokenizer

        folder = folder or _SHIPPED
        options = session_options()
        options.intra_op_num_threads = 1  # several passages at a time keep the cores busier than one on several
        try:
            settings = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            session = open_session(folder / "reader.onnx", options, without=_SLOWER)
        except Exception as error:  # tokenizers and ONNX Runtime raise bare exceptions of their own
            raise QabotError(f"the reader in {folder} cannot be loaded ({error}): install qabot again") from error
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return cls(session, tokenizer, Limits(**settings["limits"]))

    def read(self, question: str, passages: Sequence[ReaderPassage]) -> list[PassageReading]:
        """Read the passages for the question; return one reading a passage, in their order.

        Each is read by itself, so that no reading depends on what else is read.
        """
        return list(self._workers.map(lambda passage: self._reading(question, passage), passages))

    def knows(self, word: str) -> bool:
        """True if a word, in small letters, is a common one: it has a token of its own."""
        return self._tokenizer.token_to_id(word) is not None

    def judge(self, claim: str, passages: Sequence[ReaderPassage]) -> list[Judgement]:
        """Judge a claim by each of the passages, by itself; of a long passage by the window that says the most."""
        return list(self._workers.map(lambda passage: self._judgement(claim, passage), passages))

    def _reading(self, question: str, passage: ReaderPassage) -> PassageReading:
        windows = []
        for sequence in token_sequences(self._tokenizer, question, passage, self._limits):
            offsets = np.array(sequence.offsets, dtype=np.int64).reshape(-1, 2)
            inside = sequence.first + np.flatnonzero(offsets[:, 0] >= 0)
            beside = [0, *range(sequence.first, inside[0] if len(inside) else sequence.first)]
            logits = (found[0] for found in self._session.run(["starts", "ends"], sequence.inputs()))
            starts, ends = (each[inside] - np.logaddexp.reduce(each[beside]) for each in logits)
            windows.append(_Window(offsets[inside - sequence.first], starts, ends))
        return PassageReading(windows, self._limits.span)

    def _judgement(self, claim: str, passage: ReaderPassage) -> Judgement:
        judged = [Judgement(0.0, 0.0, 1.0)]
        for sequence in token_sequences(self._tokenizer, claim, passage, self._limits):
            (logits,) = self._session.run(["claims"], sequence.inputs())[0]
            odds = np.exp(logits - logits.max())
            judged.append(Judgement(*(float(share) for share in odds / odds.sum())))
        return min(judged, key=lambda judgement: judgement.neither)
