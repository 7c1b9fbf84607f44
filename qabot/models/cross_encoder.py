"""A cross-encoder of sentence-transformers, from files on this machine alone."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from qabot.errors import StoreError
from qabot.models.encoder import loading_quietly, model_folder

if TYPE_CHECKING:
    import sentence_transformers


class CrossEncoder:
    """Scores texts for a question; torch and the model are loaded when the first are."""

    def __init__(self, name: str) -> None:
        """Take a model by its folder or by its name in Hugging Face's cache."""
        self._name = name
        self._lock = threading.Lock()

    def logits(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers, on the model's own scale; more is better.

        Raises:
            StoreError: the model is not on this machine, or cannot be loaded.
        """
        with self._lock:
            found = self._model.predict(
                [(question, text) for text in texts], activation_fn=_as_it_is, show_progress_bar=False
            )
        return [float(logit) for logit in found]

    @cached_property
    def _model(self) -> sentence_transformers.CrossEncoder:
        folder = model_folder(self._name, "cross-encoder", "QABOT_CROSS_ENCODER")
        with loading_quietly():
            from sentence_transformers import CrossEncoder

            try:
                options = {"use_safetensors": True}  # a pickle can run any code
                model: CrossEncoder = CrossEncoder(str(folder), local_files_only=True, model_kwargs=options)
                return model
            except Exception as error:
                reason = str(error).strip().split("\n", 1)[0]
                raise StoreError(
                    f"The cross-encoder {self._name} cannot be loaded: {reason} Unset QABOT_CROSS_ENCODER."
                ) from error


def _as_it_is(logits: object) -> object:
    return logits
