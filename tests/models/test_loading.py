"""Models are loaded in one place, and nothing is sent anywhere when they are."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import qabot
from qabot.errors import StoreError
from qabot.models.loading import model_folder

PACKAGE = Path(qabot.__file__).parent
LIBRARIES = {"onnxruntime", "tokenizers", "torch", "sentence_transformers", "transformers", "huggingface_hub"}


def test_the_libraries_of_models_are_imported_by_models_alone() -> None:
    importing = {
        file.relative_to(PACKAGE).parts[0]
        for file in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        for name in (
            [each.name for each in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
        if name.split(".")[0] in LIBRARIES
    }
    assert importing == {"models"}


def test_onnx_runtime_is_imported_with_its_telemetry_off() -> None:
    code = """
import os, sys
from importlib.abc import MetaPathFinder

class Watch(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "onnxruntime":
            print(os.environ.get("ORT_DISABLE_TELEMETRY"), os.environ.get("ORT_TELEMETRY_DISABLED"))

sys.meta_path.insert(0, Watch())
{use}
"""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ORT_")}
    use = "from qabot.models.reader import Reader; Reader.load()"
    done = subprocess.run(
        [sys.executable, "-c", code.replace("{use}", use)],
        cwd=PACKAGE.parent, env=environment, capture_output=True, check=True, text=True,
    )  # fmt: skip
    assert done.stdout == "1 1\n"


def test_a_home_of_nobody_is_no_model() -> None:
    with pytest.raises(StoreError, match="There is no embedding model ~nobody-of-that-name/x"):
        model_folder("~nobody-of-that-name/x")
