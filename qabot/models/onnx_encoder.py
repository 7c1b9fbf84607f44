"""The embedding model in ONNX Runtime: the same vectors without torch, which takes seconds to import.

It is made once, from the sentence-transformers model, when an index is built, and lies in the index's store. A model
that cannot be exported, or whose export gives other vectors, is used as it is.

The export is in ONNX Runtime's own format and mapped into memory, with its weights as they lie there: that loads in a
sixth of the time and takes half of the memory, and a question is encoded in some milliseconds more. The format may
change with the version of ONNX Runtime: the export of another one is not used, and made anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import threading
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qabot.errors import StoreError
from qabot.models.encoder import Encoder, SentenceTransformersEncoder, load_same
from qabot.models.loading import one_line, onnx_runtime, open_session, session_options

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

SAME = 0.9999
"""The cosine similarity that the vectors of the export must have with those of the model, on every sample text."""

_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_EXPORT, _MODEL, _TOKENIZER, _ABOUT = "model.onnx", "model.ort", "tokenizer.json", "about.json"
_MAPPED = (
    "session.use_memory_mapped_ort_model",
    "session.use_ort_model_bytes_directly",
    "session.use_ort_model_bytes_for_initializers",
    "session.disable_prepacking",
)
_BATCH = 32
_SAMPLES = (
    "When was it?",
    "The minister, Émilie Østergård, said on 3 May 2021 that 1,250 of the 40,000 homes were “beyond repair”.",
    "In the second paragraph of the statement the two governments agreed that trade in grain would go on. " * 40,
    "что сказал министр — 大臣は何と言いましたか",
)


class OnnxEncoder:
    """An exported embedding model in a folder; ONNX Runtime is imported when the first text is encoded."""

    def __init__(self, name: str, digest: str, folder: Path) -> None:
        self.name = name
        self.digest = digest
        self._folder = folder
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[Callable[[str, str], Encoder], tuple[str, str]]:
        """Return what loads the model itself in another process: of another machine, which has no export of it."""
        return load_same, (self.name, self.digest)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return vectors of unit length, one a text: shape (texts, dimension)."""
        with self._lock:
            session, tokenizer = self._loaded
        by_length = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        vectors: dict[int, NDArray[np.float32]] = {}
        wanted = {each.name for each in session.get_inputs()}
        for first in range(0, len(by_length), _BATCH):
            some = by_length[first : first + _BATCH]
            encodings = tokenizer.encode_batch([texts[at] for at in some])
            inputs = {
                "input_ids": [each.ids for each in encodings],
                "attention_mask": [each.attention_mask for each in encodings],
                "token_type_ids": [each.type_ids for each in encodings],
            }
            feed = {name: np.asarray(rows, dtype=np.int64) for name, rows in inputs.items() if name in wanted}
            found = np.asarray(session.run(None, feed)[0], dtype=np.float32)
            found /= np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
            vectors.update(zip(some, found, strict=True))
        if not texts:
            return np.empty((0, session.get_outputs()[0].shape[-1]), dtype=np.float32)
        return np.stack([vectors[at] for at in range(len(texts))])

    @cached_property
    def _loaded(self) -> tuple[Any, Any]:
        try:
            return self._load()
        except Exception as error:
            raise StoreError(
                f"The export of the embedding model in {self._folder} cannot be loaded ({one_line(error)}). "
                "Delete that folder and have it made again: qabot index"
            ) from error

    def _load(self) -> tuple[Any, Any]:
        from tokenizers import Tokenizer

        options = session_options()
        options.graph_optimization_level = onnx_runtime().GraphOptimizationLevel.ORT_DISABLE_ALL  # it was done before
        options.enable_cpu_mem_arena = False
        for entry in _MAPPED:
            options.add_session_config_entry(entry, "1")
        session = open_session(self._folder / _MODEL, options)
        about = json.loads((self._folder / _ABOUT).read_text(encoding="utf-8"))
        tokenizer = Tokenizer.from_file(str(self._folder / _TOKENIZER))
        tokenizer.enable_truncation(about["max_tokens"])
        tokenizer.enable_padding(pad_id=about["pad_id"], pad_token=about["pad_token"])
        return session, tokenizer


def exported(store: Path, name: str, digest: str) -> OnnxEncoder | None:
    """Return the export of the embedding model with that digest, or None where the store holds no whole one."""
    folder = _folder(store, digest)
    return OnnxEncoder(name, digest, folder) if _is_usable(folder) else None


def check_export(store: Path, digest: str) -> None:
    """Read the export of the embedding model with that digest, if there is one, to the last byte.

    Raises:
        StoreError: it is not as it was written.
    """
    folder = _folder(store, digest)
    if folder.is_dir() and not _is_usable(folder, reading=True):
        shutil.rmtree(folder, ignore_errors=True)
        raise StoreError(
            f"The export of the embedding model in {folder} was damaged, or is of another ONNX Runtime; it is used no "
            "more, and questions take seconds longer. Have it made again: qabot index"
        )


def export(encoder: SentenceTransformersEncoder, store: Path) -> str | None:
    """Put the export of an embedding model into a store, unless it is there; return why it could not be exported.

    What the export encodes is compared with what the model encodes itself.
    """
    folder = _folder(store, encoder.digest)
    if _is_usable(folder):
        return None
    scratch = folder.with_name(f"{folder.name}.{os.getpid()}")
    try:
        scratch.mkdir(parents=True)
        _write(encoder.model, scratch)
        made = OnnxEncoder(encoder.name, encoder.digest, scratch)
        similarity = float((made.encode(_SAMPLES) * encoder.encode(_SAMPLES, exact=True)).sum(axis=1).min())
        if not similarity >= SAME:
            return f"its export gives other vectors (cosine similarity {similarity:.4f})"
        shutil.rmtree(folder, ignore_errors=True)
        scratch.rename(folder)
    except Exception as error:  # noqa: BLE001 - whatever an exporter or a foreign model raises, the model itself works
        return " ".join(str(error).split())[:200] or type(error).__name__
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return None


def remove_leftovers(store: Path) -> None:
    """Delete what killed processes left of exports that they were making; nobody else may be making one."""
    for folder in store.glob("encoder-*.*"):
        shutil.rmtree(folder, ignore_errors=True)


def _is_usable(folder: Path, *, reading: bool = False) -> bool:
    """True if a folder holds a whole export, made by the ONNX Runtime that is installed.

    Where not all files are to be read, those are that somebody has written to since they were made.
    """
    try:
        about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        files, said = about.pop("files"), about.pop("sum")
        return bool(
            about["onnxruntime"] == onnx_runtime().__version__
            and said == _sum_of(about)
            and all(_is_same(folder / name, files[name], reading) for name in (_MODEL, _TOKENIZER))
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return False


def _is_same(file: Path, known: list[Any], reading: bool) -> bool:
    status, (size, time, digest) = file.stat(), known
    if status.st_size != size:
        return False
    if status.st_mtime_ns == time and not reading:
        return True
    if _digest(file) != digest:
        return False
    with suppress(OSError):  # it was copied: it need not be read again
        os.utime(file, ns=(status.st_atime_ns, time))
    return True


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sum_of(about: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()


def _folder(store: Path, digest: str) -> Path:
    return store / f"encoder-{digest[:16]}"


def _write(model: SentenceTransformer, folder: Path) -> None:
    import torch

    class Exported(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
            features = dict(zip(names, inputs, strict=True))
            vector: torch.Tensor = self.model(features)["sentence_embedding"]
            return vector

    tokenizer = model.tokenizer
    sample = tokenizer(["A sample of some length.", "Another."], padding=True, return_tensors="pt")
    names = [name for name in _INPUTS if name in sample]
    axes = {name: {0: "texts", 1: "tokens"} for name in names} | {"vectors": {0: "texts"}}
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # tracing warns of every branch that it fixes; the vectors are compared after
        torch.onnx.export(
            Exported().eval(),
            tuple(sample[name] for name in names),
            str(folder / _EXPORT),
            input_names=names,
            output_names=["vectors"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
    _optimise(folder)
    tokenizer.backend_tokenizer.save(str(folder / _TOKENIZER))
    _note(model, tokenizer, folder)


def _note(model: SentenceTransformer, tokenizer: Any, folder: Path) -> None:
    """Write what is to be known of an export beside it."""
    about = {
        "onnxruntime": onnx_runtime().__version__,
        "max_tokens": model.max_seq_length or 512,
        "pad_id": tokenizer.pad_token_id or 0,
        "pad_token": tokenizer.pad_token or "[PAD]",
    }
    files = {
        file.name: (file.stat().st_size, file.stat().st_mtime_ns, _digest(file))
        for file in (folder / _MODEL, folder / _TOKENIZER)
    }
    (folder / _ABOUT).write_text(json.dumps({**about, "sum": _sum_of(about), "files": files}), encoding="utf-8")


def _optimise(folder: Path) -> None:
    """Turn the export into a model in ONNX Runtime's own format, its graph optimised."""
    options = session_options()
    options.optimized_model_filepath = str(folder / _MODEL)
    options.graph_optimization_level = onnx_runtime().GraphOptimizationLevel.ORT_ENABLE_EXTENDED  # for any processor
    options.add_session_config_entry("session.save_model_format", "ORT")
    open_session(folder / _EXPORT, options)
    (folder / _EXPORT).unlink()
