"""A small index, built once by the command itself, for the tests that ask it."""

from __future__ import annotations

import io
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Protocol

import pytest

from qabot.answering.rank import Trained
from qabot.cli import main
from qabot.models.encoder import Encoder
from tests.cli.run import qabot
from tests.conftest import made_once
from tests.model_server import ModelServer, Request
from tests.samples import copy_store

loaded = cache(Trained.load)
FAIR = """---
title: Fair opens on the hill
author: Berta Lind
publisher: The Courier
published: 2024-05-06
---

The spring fair opened in Hillbrook on Monday. It was raining all morning.

The mayor, Ada Quill, cut the ribbon at noon. About 3,000 people came on the first day.

The fair was founded in 1893 by the brewer Otto Marsh.
"""
MILL = """---
title: Old mill burns down
publisher: Hill Gazette
published: 2023-11
---

The old water mill of Hillbrook burned down in November. Nobody was hurt.

The fire brigade said that a cable had caused the fire. The mill was built in 1790 by the miller Jan Stroud.
"""
BRIDGE = """---
title: A bridge for cyclists
---

The council of Hillbrook voted on Tuesday to build a bridge for cyclists over the river Arn.

The bridge will cost 4.2 million euros and open in 2027.
"""


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, emptied_store: Path) -> Path:
    """A home with an index of three articles in ``index/``, made in a process of its own; not to be changed."""

    def make(home: Path) -> None:
        shutil.copytree(emptied_store, home / "index" / "store")
        folder = home / "index" / "articles"
        folder.mkdir(parents=True)
        for name, text in (("fair.md", FAIR), ("mill.md", MILL), ("bridge.md", BRIDGE)):
            (folder / name).write_text(text, "utf-8")
        done = qabot(home, "index")
        assert (done.returncode, done.stdout.splitlines()[0][:8]) == (0, "3 added,"), done.stderr

    return made_once(tmp_path_factory, "built", make)


@pytest.fixture
def home(built: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    copy_store(built, tmp_path / "home")
    return tmp_path / "home"


class Run(Protocol):
    def __call__(
        self, *arguments: str | Path, typed: bytes = b"", home: Path | None = None, **variables: str
    ) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture
def run_bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """The command in this process, in an empty home, off a terminal."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def call(
        *arguments: str | Path, typed: bytes = b"", home: Path | None = None, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        words = [str(argument) for argument in arguments]
        with monkeypatch.context() as patch:
            patch.chdir(home or tmp_path)
            patch.setattr(sys, "argv", ["qabot", *words])
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed), "utf-8"))
            for name, value in {"QABOT_STATE": str(tmp_path), **variables}.items():
                patch.setenv(name, value)
            with pytest.raises(SystemExit) as ended:
                main()
        out, err = capsys.readouterr()
        return subprocess.CompletedProcess(words, int(ended.value.code or 0), out, err)

    yield call
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture
def run(built: Path, run_bare: Run, encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The same on the index of three articles, with the models that are loaded already."""
    for module in ("store.index", "evaluation.sets.indexed", "evaluation.sets.passage"):
        monkeypatch.setattr(f"qabot.{module}.load_encoder", lambda _name: encoder)
    monkeypatch.setattr(Trained, "load", loaded)

    def call(
        *arguments: str | Path, typed: bytes = b"", home: Path | None = None, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        return run_bare(*arguments, typed=typed, home=home or built, **variables)

    return call


def reply(request: Request) -> str:
    """A model that knows who cut the ribbon if a passage says so, and nothing else."""
    if "<passage" not in request.user:
        return "Who cut the ribbon?"  # it was asked to rewrite a question
    if "ribbon" in request.user.rsplit("Question:", 1)[1]:
        for number in range(1, request.user.count("</passage") + 1):
            if "Ada Quill" in request.user.split(f"<passage {number} ")[1].split("</passage")[0]:
                return f"SHORT: Ada Quill\nAda Quill did. [{number}] <<The mayor, Ada Quill, cut the ribbon at noon>>\n"
    return "NOT IN THE ARTICLES"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as running:
        running.obeys(reply)
        yield running


@pytest.fixture
def model(server: ModelServer) -> dict[str, str]:
    """The variables that make a scripted language model answer: what is tested is then not how well it is done."""
    return {"QABOT_MODEL": "openai:test", "QABOT_BASE_URL": server.base_url, "OPENAI_API_KEY": "x"}
