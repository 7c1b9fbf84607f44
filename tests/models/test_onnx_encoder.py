from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from qabot.models import onnx_encoder
from qabot.models.encoder import Encoder, SentenceTransformersEncoder
from qabot.models.onnx_encoder import OnnxEncoder, export, exported
from qabot.settings import Settings
from qabot.store.index import Index
from qabot.store.location import Location

pytestmark = pytest.mark.model


def test_the_export_gives_the_same_vectors(encoder: Encoder, torch_encoder: SentenceTransformersEncoder) -> None:
    assert isinstance(encoder, OnnxEncoder)
    texts = ["Wheat.", "", "When was the bridge closed, and by whom? " * 60, "Øresund — мост", "x" * 3000]
    similarity = (encoder.encode(texts) * torch_encoder.encode(texts, exact=True)).sum(axis=1)
    np.testing.assert_allclose(similarity, 1, atol=1e-4)
    assert encoder.encode([]).shape == (0, 384)


def test_an_index_is_asked_with_it(starter_location: Location) -> None:
    index = Index.open(starter_location, Settings())
    assert isinstance(index.encoder, OnnxEncoder)
    assert index.encoder_not_exported is None
    index.close()


def test_a_question_imports_no_torch(starter_location: Location) -> None:
    code = (
        "import sys; from pathlib import Path; from qabot.settings import Settings;"
        "from qabot.store.index import Index;"
        "from qabot.store.location import Location;"
        f"index = Index.open(Location(Path('a'), Path({str(starter_location.store)!r})), Settings());"
        "index.search_vectors(index.encoder.encode(['Who was it?'])[0], 3);"
        "print(sorted({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout == "[]\n"


def test_an_export_with_other_vectors_is_not_used(
    torch_encoder: SentenceTransformersEncoder, encoder_export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [made] = encoder_export.iterdir()
    monkeypatch.setattr(onnx_encoder, "_write", lambda _, folder: shutil.copytree(made, folder, dirs_exist_ok=True))
    monkeypatch.setattr(onnx_encoder, "SAME", 1.1)
    assert "gives other vectors" in str(export(torch_encoder, tmp_path))
    assert exported(tmp_path, torch_encoder.name, torch_encoder.digest) is None
    assert list(tmp_path.iterdir()) == []


def test_an_export_of_another_onnx_runtime_is_not_used(
    starter_location: Location, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert exported(starter_location.store, encoder.name, encoder.digest) is not None
    monkeypatch.setattr("onnxruntime.__version__", "0.1")
    assert exported(starter_location.store, encoder.name, encoder.digest) is None


def test_a_store_that_cannot_be_written_is_told(torch_encoder: SentenceTransformersEncoder, tmp_path: Path) -> None:
    (tmp_path / "store").write_text("a file")
    assert export(torch_encoder, tmp_path / "store")
