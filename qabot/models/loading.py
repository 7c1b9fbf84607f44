"""How every model is loaded: from files on this machine, without network, telemetry, progress bars or chatter."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from qabot.errors import StoreError

_NO_TELEMETRY = {
    "ORT_DISABLE_TELEMETRY": "1",
    "ORT_TELEMETRY_DISABLED": "1",  # its name in newer versions
    "HF_HUB_DISABLE_TELEMETRY": "1",
}
_OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TRANSFORMERS_NO_ADVISORY_WARNINGS": "1",
    "TOKENIZERS_PARALLELISM": "true",
}


def onnx_runtime() -> ModuleType:
    """Return ONNX Runtime, imported with its telemetry switched off: on Linux it is on otherwise."""
    os.environ.update(_NO_TELEMETRY)
    import onnxruntime

    module: ModuleType = onnxruntime
    return module


def session_options() -> Any:
    """Return ONNX Runtime's options of a model that is run on the processor: quiet, and idle while it is not asked."""
    options = onnx_runtime().SessionOptions()
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options


def open_session(model: Path, options: Any, *, without: Sequence[str] = ()) -> Any:
    """Open a model's file in ONNX Runtime, on the processor, without some of the rewritings of its graph."""
    return onnx_runtime().InferenceSession(
        str(model), options, providers=["CPUExecutionProvider"], disabled_optimizers=list(without)
    )


def model_folder(name: str) -> Path:
    """Return the folder of an embedding model of sentence-transformers on this machine, or in Hugging Face's cache.

    Raises:
        StoreError: there is no such model.
    """
    folder = Path(name)
    if folder.is_dir():
        return folder
    _stay_offline()
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    for repository in (name, f"sentence-transformers/{name}"):
        try:
            return Path(snapshot_download(repository, local_files_only=True))
        except (HFValidationError, LocalEntryNotFoundError, OSError):
            continue
    raise StoreError(
        f"There is no embedding model {name} on this machine. Name a folder, fetch it (hf download {name}), or unset "
        "QABOT_ENCODER."
    )


@contextmanager
def loading_quietly() -> Iterator[None]:
    """Have sentence-transformers models loaded offline and in silence while the block runs."""
    _stay_offline()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from transformers.utils import logging as transformers_logging

        transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        yield


def one_line(error: BaseException) -> str:
    """Return the first line of what a library says went wrong."""
    return str(error).strip().split("\n", 1)[0]


def _stay_offline() -> None:
    """Switch off network, telemetry, progress bars and chatter; to be called before the libraries are imported."""
    os.environ.update(_NO_TELEMETRY | _OFFLINE)  # those libraries may import ONNX Runtime themselves
    for library in ("transformers", "sentence_transformers", "huggingface_hub", "torch"):
        logging.getLogger(library).setLevel(logging.ERROR)
