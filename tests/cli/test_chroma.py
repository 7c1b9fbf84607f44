"""The commands with ``--chroma``: one fills a server, and whoever has no index of their own asks it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from qabot.models.encoder import Encoder
from qabot.models.onnx_encoder import exported
from qabot.store.chroma_server import reading
from tests.chroma_server import ChromaServer
from tests.cli.conftest import Run

pytestmark = pytest.mark.model

QUESTION = "Who cut the ribbon?"


@pytest.fixture(scope="module")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    with ChromaServer(tmp_path_factory.mktemp("chroma")) as server:
        yield server


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """The home of somebody who has nothing."""
    (tmp_path / "elsewhere").mkdir()
    return tmp_path / "elsewhere"


def test_who_has_no_index_asks_that_of_a_server(
    run: Run, home: Path, elsewhere: Path, chroma: ChromaServer, encoder: Encoder, encoder_export: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(reading, "exported", lambda _folder, *model: exported(encoder_export, *model))
    empty = run("ask", "--chroma", chroma.url, QUESTION, home=elsewhere)
    assert (empty.returncode, empty.stdout) == (1, "")
    assert "holds no index of qabot. Have it filled" in empty.stderr

    done = run("index", "--chroma", chroma.url, "--json", home=home)
    assert json.loads(done.stdout)["chroma"] == {"place": chroma.url, "sent": 3, "deleted": 0}
    local = json.loads(run("ask", "--json", QUESTION, home=home).stdout)
    for variables, words in (({}, ("--chroma", chroma.url)), ({"QABOT_CHROMA": chroma.url}, ())):
        done = run("ask", "--json", *words, QUESTION, home=elsewhere, **variables)
        asked = json.loads(done.stdout)
        assert (asked["answer"], asked["citations"]) == (local["answer"], local["citations"])
        assert asked["index"] == chroma.url
    assert not list(elsewhere.iterdir())

    def said(*words: str, typed: bytes = b"") -> str:
        done = run(*words, typed=typed, home=elsewhere, QABOT_CHROMA=chroma.url)
        assert done.returncode == 0, done.stderr
        return done.stdout

    [article, *_] = json.loads(said("articles", "list", "--json"))
    assert article["article_id"] in said("articles", "show", article["article_id"][:6], "--json")
    assert "Ada Quill" in said("chat", typed=QUESTION.encode())
    assert "brewer Otto Marsh" in said("timeline", "fair")
    assert said("eval", "--new", "cases.jsonl") == ""
    assert json.loads(said("doctor", "--json"))["index"]["chroma"] == chroma.url

    removed = run("articles", "remove", article["article_id"], "--chroma", chroma.url, home=home)
    assert removed.returncode == 0, removed.stderr
    assert article["article_id"] not in said("articles", "list")
    refused = run("articles", "remove", "3f9a", "--chroma", chroma.url, home=elsewhere)
    assert "another index" in refused.stderr


@pytest.mark.parametrize(
    ("words", "code", "line"),
    [
        (("ask", "--chroma", "archive", "Who?"), 2, "'archive' is no address of a server: write http://HOST:PORT"),
        (("index", "--chroma", "http://127.0.0.1:1"), 1, "No Chroma server answers at http://127.0.0.1:1"),
        (("index", "--rebuild"), 2, "Name it: --chroma URL"),
        (("eval", "--set", "squad", "x", "--chroma", "http://127.0.0.1:1"), 2, "A set has an index of its own"),
    ],
)
def test_what_is_wrong_is_one_line(run: Run, home: Path, words: tuple[str, ...], code: int, line: str) -> None:
    before = (home / "index" / "store" / "catalogue.sqlite").read_bytes()
    done = run(*words, home=home)
    assert (done.returncode, done.stdout) == (code, "")
    assert line in done.stderr
    assert done.stderr.count("\n") == 1
    assert (home / "index" / "store" / "catalogue.sqlite").read_bytes() == before


def test_a_folder_that_is_named_wins_over_a_server_of_a_variable(run: Run, built: Path) -> None:
    done = run("articles", "list", "--index", built / "index", QABOT_CHROMA="http://127.0.0.1:1")
    assert len(done.stdout.splitlines()) == 3
