"""What an installed qabot needs is in the wheel."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return zipfile.ZipFile(next(folder.glob("*.whl")))


@pytest.mark.parametrize(
    ("folder", "inside"),
    [
        ("index/articles", "qabot/data/index/articles"),
        ("prompts", "qabot/data/prompts"),
        ("eval/cases", "qabot/data/eval/cases"),
    ],
)
def test_articles_prompts_and_cases_are_inside(wheel: zipfile.ZipFile, folder: str, inside: str) -> None:
    files = [path.name for path in (ROOT / folder).iterdir() if path.suffix in (".md", ".jsonl")]
    assert files
    assert {f"{inside}/{name}" for name in files} <= set(wheel.namelist())


def test_the_reader_the_weights_and_the_types_are_inside(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    assert {"qabot/models/reader_model/reader.onnx", "qabot/answering/calibration.json", "qabot/py.typed"} <= names
    assert wheel.getinfo("qabot/models/reader_model/reader.onnx").file_size <= 40_000_000


def test_the_licence_the_name_and_the_command_are_stated(wheel: zipfile.ZipFile) -> None:
    metadata = wheel.read(next(name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))).decode()
    assert "License-Expression: Apache-2.0" in metadata
    assert "\nName: qabot-articles\n" in metadata  # the name qabot is another program's
    scripts = wheel.read(next(name for name in wheel.namelist() if name.endswith("entry_points.txt"))).decode()
    assert "qabot = qabot.cli:main" in scripts


def test_nothing_but_the_package_is_inside(wheel: zipfile.ZipFile) -> None:
    assert {name.split("/")[0].split("-")[0] for name in wheel.namelist()} == {"qabot", "qabot_articles"}
