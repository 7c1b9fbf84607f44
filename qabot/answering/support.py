"""Whether a text supports a statement about it: a probability, for checking what a language model writes.

>>> from qabot import support
>>> support("The harbour was closed in 1974.", ["It was closed to ships in 1974, the mayor said."])

Two things are put together: a small cross-encoder that reads the statement with the sentences that bear most on it
(`support_model/card.md` says what it was trained on and how well it does; `eval/support` trains it), and whether the
statement's names and numbers occur there.
"""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from qabot.answering.support_evidence import evidence_for, sentences_of
from qabot.answering.terms import terms_of
from qabot.errors import QabotError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

_HERE = Path(__file__).parent
SUPPORT_MODEL = _HERE / "support_model"
_TOKENIZER = _HERE / "reader_model" / "tokenizer.json"  # both are made from the same encoder
_MOST_MISSING = 3  # names and numbers: more say no more
_CLS, _SEP = 101, 102  # of the BERT vocabulary


def support(statement: str, passages: str | Sequence[str]) -> float:
    """How likely it is that the passages say what the statement says.

    Args:
        statement: one sentence, in English.
        passages: an article, or passages of articles, in their order.

    Returns:
        Between 0 and 1; comparable across statements and texts.

    Raises:
        QabotError: a file of the model is missing or damaged.
    """
    return support_model().score(statement, [passages] if isinstance(passages, str) else passages)


@cache
def support_model() -> SupportModel:
    """The model that comes with qabot, loaded once."""
    return SupportModel(SUPPORT_MODEL)


class SupportModel:
    """The cross-encoder and the weights that join its score with what is missing. From several threads at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._session: InferenceSession | None = None
        self._tokenizer: Tokenizer | None = None
        self._settings: dict[str, Any] = {}

    def load(self) -> None:
        """Read the files now, which takes a tenth of a second; else the first score does.

        Raises:
            QabotError: one is missing or damaged.
        """
        with self._lock:
            if self._session is None:
                self._read()

    def score(self, statement: str, passages: Sequence[str]) -> float:
        """See `support`."""
        if not statement.strip() or not sentences_of(passages):
            return 0.0
        known = self.known(statement, passages)
        weights = self._settings["weights"]
        logit = weights["bias"] + sum(weights[name] * value for name, value in known.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))

    def known(self, statement: str, passages: Sequence[str]) -> dict[str, float]:
        """What speaks for and against the statement: what the weights are for.

        ``network``: the log-odds of the cross-encoder, which reads two sentences; ``missing``: how many names, numbers
        and days of the statement occur nowhere, and ``missing_nearby`` not in what was read; ``shared``: of its words.
        """
        self.load()
        sentences = sentences_of(passages)
        read = " ".join(evidence_for(statement, sentences))
        said, nearby, all_ = terms_of(statement), terms_of(read), terms_of("\n".join(sentences))
        return {
            "network": self._network(statement, read),
            "missing": min(_MOST_MISSING, len(said.missing_in(all_))),
            "missing_nearby": min(_MOST_MISSING, len(said.missing_in(nearby))),
            "shared": len(said.stems & nearby.stems) / max(1, len(said.stems)),
        }

    def _network(self, statement: str, read: str) -> float:
        """The cross-encoder's log-odds."""
        assert self._session is not None
        assert self._tokenizer is not None
        said, seen = self._tokenizer.encode_batch([statement, read], add_special_tokens=False)
        first = [_CLS, *said.ids[: self._settings["statement_tokens"]], _SEP]
        second = [*seen.ids[: self._settings["evidence_tokens"]], _SEP]
        ids = np.array([first + second], dtype=np.int64)
        types = np.array([[0] * len(first) + [1] * len(second)], dtype=np.int64)
        inputs = {"input_ids": ids, "token_type_ids": types, "attention_mask": np.ones_like(ids)}
        (scores,) = self._session.run(None, inputs)
        return float(scores[0])

    def _read(self) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._settings = json.loads((self._folder / "config.json").read_text(encoding="utf-8"))
            self._tokenizer = Tokenizer.from_file(str(_TOKENIZER))
            session = onnxruntime.InferenceSession(
                self._folder / "support.onnx", options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # tokenizers and ONNX Runtime raise bare exceptions of their own
            raise QabotError(
                f"The support model in {self._folder} cannot be loaded ({error}): install qabot again"
            ) from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._session = session
