"""The trained reader: how well each sentence answers a question, against "none of these", and the span it is asked for.

A small cross-encoder (`reader_model/card.md` says what it was trained on and how well it does; `eval/reader` trains
it), run by ONNX Runtime, without torch. A sentence is read with its article's title and the end of what stands before
it, so that "he" and "the ministry" are read with what they may refer to.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qabot.errors import QabotError
from qabot.models.loading import open_session, session_options

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

_SHIPPED = Path(__file__).parent / "reader_model"
_SLOWER = ["SkipLayerNormFusion"]
"""Rewritings of the graph that are left out: this fused operator takes five times as long as the two it replaces."""
_CLS, _SEP = 101, 102  # of the BERT vocabulary, as are the token types 0 (question) and 1 (what is read)


@dataclass(frozen=True)
class ReaderSentence:
    """A sentence to be read, with what stands before it in its passage and its article's title (may be empty)."""

    text: str
    before: str = ""
    title: str = ""


@dataclass(frozen=True)
class Reading:
    """What the reader made of one sentence.

    `score` is the log-odds that this sentence answers the question, against that nothing read does; `start` and `end`
    (characters of the sentence) the span that is asked for, and `span_score` its log-odds in the same sense.
    """

    score: float
    start: int
    end: int
    span_score: float


@dataclass(frozen=True)
class Limits:
    """In tokens: of the question, of the title, of what stands before, of the sentence, and of a span."""

    question: int = 64
    title: int = 24
    before: int = 0
    sentence: int = 160
    span: int = 24


@dataclass(frozen=True)
class TokenSequence:
    """One sequence for the model; the sentence's tokens are those from `first` on, `offsets` their characters in it."""

    ids: list[int]
    types: list[int]
    first: int
    offsets: list[tuple[int, int]]

    def inputs(self) -> dict[str, NDArray[np.int64] | NDArray[np.float32]]:
        """Return the model's inputs, a batch of one: `sentence` is 1 for the tokens of the sentence."""
        ids, types = (np.array([row], dtype=np.int64) for row in (self.ids, self.types))
        sentence = np.zeros(ids.shape, dtype=np.float32)
        sentence[0, self.first : self.first + len(self.offsets)] = 1
        return {"input_ids": ids, "token_type_ids": types, "sentence": sentence}


def token_sequences(
    tokenizer: Tokenizer, question: str, sentences: Sequence[ReaderSentence], limits: Limits = Limits()
) -> list[TokenSequence]:
    """Lay each sentence out as `[CLS] question [SEP] title [SEP] before [SEP] sentence [SEP]`, without empty parts.

    The end of what stands before is read, and the beginning of all else, as far as the limits allow.
    """

    def encode(texts: Sequence[str]) -> list[Encoding]:
        return tokenizer.encode_batch(texts, add_special_tokens=False)

    asked = [_CLS, *encode([question])[0].ids[: limits.question], _SEP]
    titles = encode([sentence.title for sentence in sentences])
    befores = encode([sentence.before[-12 * limits.before :] if limits.before else "" for sentence in sentences])
    sequences = []
    for title, before, read in zip(titles, befores, encode([s.text for s in sentences]), strict=True):
        known = [*title.ids[: limits.title], _SEP] if title.ids else []
        known += [*before.ids[-limits.before :], _SEP] if before.ids else []
        text = read.ids[: limits.sentence]
        ids = [*asked, *known, *text, _SEP]
        types = [0] * len(asked) + [1] * (len(ids) - len(asked))
        sequences.append(TokenSequence(ids, types, len(asked) + len(known), read.offsets[: limits.sentence]))
    return sequences


def best_span(starts: NDArray[np.float32], ends: NDArray[np.float32], longest: int) -> tuple[int, int, float]:
    """Return first and last token of the best span of up to `longest` tokens, and its score (start plus end logit)."""
    together = starts[:, None] + ends[None, :]
    allowed = np.triu(np.ones_like(together, dtype=bool)) & ~np.triu(np.ones_like(together, dtype=bool), longest)
    first, last = np.unravel_index(np.where(allowed, together, -np.inf).argmax(), together.shape)
    return int(first), int(last), float(together[first, last])


class Reader:
    """Reads sentences for a question. Make one by `load`; it holds the model and may be used from several threads."""

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
        options.intra_op_num_threads = 1  # several sentences at a time keep the cores busier than one on several
        try:
            settings = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            session = open_session(folder / "reader.onnx", options, without=_SLOWER)
        except Exception as error:  # tokenizers and ONNX Runtime raise bare exceptions of their own
            raise QabotError(f"the reader in {folder} cannot be loaded ({error}): install qabot again") from error
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return cls(session, tokenizer, Limits(**settings["limits"]))

    def read(self, question: str, sentences: Sequence[ReaderSentence]) -> list[Reading]:
        """Read the sentences for the question; return one reading a sentence, in their order.

        Each is read by itself, so that no reading depends on what else is read.
        """
        different = list(dict.fromkeys(sentences))
        sequences = token_sequences(self._tokenizer, question, different, self._limits)
        read = dict(zip(different, self._workers.map(self._reading, sequences), strict=True))
        return [read[sentence] for sentence in sentences]

    def _reading(self, sequence: TokenSequence) -> Reading:
        if not sequence.offsets:  # no token: white space, control characters
            return Reading(-math.inf, 0, 0, -math.inf)
        (score,), (starts,), (ends,) = self._session.run(None, sequence.inputs())
        inside = slice(sequence.first, sequence.first + len(sequence.offsets))
        first, last, span_score = best_span(starts[inside], ends[inside], self._limits.span)
        return Reading(float(score), sequence.offsets[first][0], sequence.offsets[last][1], span_score)
