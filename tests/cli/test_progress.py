"""How far indexing is: lines off a terminal, bars that move on one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from qabot.cli import output
from qabot.cli.output import IndexProgress
from qabot.errors import StoppedError
from qabot.store.location import locate
from tests.chat.terminal import ENVIRONMENT, ROOT, Terminal, running

SCRIPT = """
import time
from qabot.cli.output import IndexProgress
with IndexProgress() as progress:
    progress(1, 3, "/news/a-rather-long-name-of-a-file-about-nothing-in-particular.md")
    progress.stage("Embedding passages", 512, 2048)
    time.sleep(2)
"""


def test_off_a_terminal_lines_say_how_far_it_is_and_how_long_it_takes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(output, "_PLAIN_EVERY_SECONDS", 0)
    clock = iter(range(0, 1000, 10))
    monkeypatch.setattr(output.time, "monotonic", lambda: next(clock))
    with IndexProgress() as progress:
        progress(1, 3, "fair.md")
        progress.stage("Embedding passages", 0, 2000)
        progress.stage("Embedding passages", 500, 2000)
        progress.stage("Preparing the model, once")
    first, *stages = capsys.readouterr().err.splitlines()
    assert first == "Indexing: 1 of 3: fair.md"
    assert stages[0] == "Embedding passages: 0 of 2,000"
    assert stages[1].startswith("Embedding passages: 500 of 2,000, ")
    assert stages[1].endswith("0 s left")
    assert stages[2] == "Preparing the model, once ..."


def test_what_is_plain_has_no_bars(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(output, "_PLAIN_EVERY_SECONDS", 0)
    monkeypatch.setattr("qabot.render.screen.styled", lambda _: True)
    with IndexProgress(plain=True) as progress:
        progress(1, 3, "fair.md")
    assert capsys.readouterr().err == "Indexing: 1 of 3: fair.md\n"


def test_the_first_run_says_once_what_is_made_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    location = locate(tmp_path / "mine")
    with IndexProgress(location) as progress:
        assert capsys.readouterr().err == ""  # nothing is made yet
        progress(0, 3, "fair.md")
        progress(1, 3, "fair.md")
    said = capsys.readouterr().err
    assert said.count(f"Making an index in {tmp_path}/mine: ") == 1
    assert "That takes about a minute" in said
    location.store.mkdir(parents=True)
    location.catalogue.touch()
    with IndexProgress(location) as progress:
        progress(0, 3, "fair.md")
    assert capsys.readouterr().err == ""


def interrupted(*, indexing: bool) -> None:
    """Make an index until somebody interrupts it."""
    with IndexProgress() as progress:
        if indexing:
            progress(1, 3, "fair.md")
        raise KeyboardInterrupt


def test_who_interrupts_indexing_is_told_what_is_kept_and_how_to_go_on() -> None:
    kept = r"Interrupted; what was stored .* kept\. Go on with the same command"
    with pytest.raises(StoppedError, match=kept) as told:
        interrupted(indexing=True)
    assert told.value.exit_code == 130
    with pytest.raises(KeyboardInterrupt):
        interrupted(indexing=False)


def test_on_a_narrow_terminal_the_bars_fit_and_move_by_themselves(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SCRIPT]
    environment = {**ENVIRONMENT, "PYTHONPATH": str(ROOT)}
    with running(Terminal(command, tmp_path, environment, columns=60)) as terminal:
        terminal.expect("512/2,048")
        assert [line.split()[1] for line in terminal.lines if line] == ["Articles", "Embedding"]
        assert terminal.end() == 0
    assert terminal.raw.count("512/2,048") >= 4  # drawn twice a second at least


def test_a_warning_begins_a_line_of_its_own_above_what_is_being_done(tmp_path: Path) -> None:
    script = """
import logging, sys
from qabot.cli.output import Warnings
from qabot.render.screen import Screen
logging.getLogger("qabot").addHandler(Warnings())
with Screen().status("Reading the articles"):
    logging.getLogger("qabot.store").warning("Something in the index in %s is damaged and left out.", "/news")
    sys.stdin.read(1)
"""
    environment = {**ENVIRONMENT, "PYTHONPATH": str(ROOT)}
    with running(Terminal([sys.executable, "-c", script], tmp_path, environment, columns=40)) as terminal:
        warning = ["Something in the index in /news is", "damaged and left out."]
        terminal.expect("left out. Reading the articles...")
        assert [line.rstrip() for line in terminal.lines if line.strip()] == [*warning, "Reading the articles..."]
        terminal.type("\n")
        terminal.end()
        assert [line.rstrip() for line in terminal.lines[:2]] == warning
