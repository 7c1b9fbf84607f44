"""``qabot index --ray``: whatever is wrong is one line, and nothing is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from qabot.resources import __version__
from tests.cli.conftest import FAIR, Run
from tests.ray_stand_in import StandIn


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with an article that is not indexed yet."""
    (tmp_path / "index" / "articles").mkdir(parents=True)
    (tmp_path / "index" / "articles" / "fair.md").write_text(FAIR, "utf-8")
    return tmp_path


MISMATCH = "Version mismatch: The cluster was started with:\n    Ray: 2.9.0\n    Python: 3.12.1\n"
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"refuses": RuntimeError(MISMATCH)}, "Install the same Ray and Python on both. Version mismatch: The cluster was"),
    ({"refuses": RuntimeError("It is no node.")}, "cannot be used: It is no node. Name HOST:PORT on a machine of the"),
    ({"cpus": 0.0}, "has no processor to work with. Start a worker: ray start --address ADDRESS"),
    ({"silent": True}, "answer. Mend or stop them: ray status"),
    ({"machines": {"alpha": None, "beta": ("", "")}}, "beta, a machine of Ray's, has no qabot. Install there"),
    ({"machines": {"alpha": ("0.0.1", "")}}, "alpha, a machine of Ray's, has qabot 0.0.1. Install there what is here"),
    ({"machines": {"alpha": (__version__, "0" * 64)}}, "alpha, a machine of Ray's, cannot embed: Its embedding model"),
    (
        {"machines": {"one": ("0.0.1", ""), "two": None}, "host": "alpha"},
        "alpha, a machine of Ray's, has qabot 0.0.1",
    ),
    ({"machines": {"alpha": (__version__, "There is no model.")}}, "cannot embed: There is no model. Put the model"),
]


@pytest.mark.parametrize(("state", "line"), WRONG, ids=lambda each: str(each)[:30])
def test_what_is_wrong_is_one_line_and_nothing_is_written(
    run_bare: Run, ray: StandIn, listening: str, home: Path, state: dict[str, Any], line: str
) -> None:
    for name, value in state.items():
        setattr(ray, name, value)
    done = run_bare("index", "--ray", listening, home=home)
    assert (done.returncode, done.stdout) == (1, "")
    assert line in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (home / "index" / "store").exists()
    assert ray.connected is None


@pytest.mark.parametrize(
    ("address", "code", "line"),
    [
        ("archive", 2, "'archive' is no address of Ray: write local, HOST:PORT or ray://HOST:PORT."),
        ("127.0.0.1:1", 1, "No Ray answers at 127.0.0.1:1"),
        ("ray://127.0.0.1:1", 1, "No Ray answers at ray://127.0.0.1:1"),
    ],
)
def test_where_nobody_answers(run_bare: Run, ray: StandIn, home: Path, address: str, code: int, line: str) -> None:
    done = run_bare("index", "--ray", address, home=home)
    assert (done.returncode, done.stdout) == (code, "")
    assert line in done.stderr
    assert not (home / "index" / "store").exists()


def test_a_local_ray_that_does_not_start(run_bare: Run, ray: StandIn, home: Path) -> None:
    ray.refuses = OSError("no room for a socket")
    done = run_bare("index", "--ray", "local", home=home)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "Ray could not be started: no room for a socket. Index without --ray." in done.stderr


def test_without_ray(run_bare: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qabot.store.on_ray.find_spec", lambda _name: None)
    done = run_bare("index", "--ray", "local", home=home)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Ray is not installed. Install it: pip install '.[ray]' in the checkout of qabot" in done.stderr
    assert not (home / "index" / "store").exists()
