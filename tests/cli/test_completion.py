"""Completion in the shells: the scripts are good, and what they ask for is answered."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from qabot.chat.sessions import Sessions
from tests.cli.conftest import Run
from tests.cli.run import COMMAND, environment, qabot
from tests.samples import answered

ASKS = {
    "bash": lambda words: {"COMP_WORDS": words, "COMP_CWORD": str(len(words.split(" ")) - 1)},
    "zsh": lambda words: {"_TYPER_COMPLETE_ARGS": words},
    "fish": lambda words: {"_TYPER_COMPLETE_ARGS": words, "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
}


@pytest.mark.parametrize("shell", ASKS)
def test_a_script_is_installed_that_the_shell_reads(tmp_path: Path, shell: str) -> None:
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    install = f"{shlex.join(COMMAND)} --install-completion; true"  # the shell finds out that it is the one
    done = subprocess.run(
        [shell, "-c", install], cwd=tmp_path, env=environment(tmp_path), capture_output=True, text=True
    )
    script = Path(done.stdout.split("completion installed in ", 1)[1].splitlines()[0])
    assert script.is_relative_to(tmp_path)
    assert "_QABOT_COMPLETE" in script.read_text("utf-8")
    checked = subprocess.run([shell, "-n", str(script)], capture_output=True, text=True)
    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize("shell", ASKS)
def test_commands_options_and_sessions_are_completed(run_bare: Run, tmp_path: Path, shell: str) -> None:
    with closing(Sessions(tmp_path)) as sessions:
        sessions.save("fair", answered())

    def completed(words: str) -> str:
        asked = {"_QABOT_COMPLETE": f"complete_{shell}", **ASKS[shell](words)}
        return run_bare(**asked).stdout

    in_its_own = {"_QABOT_COMPLETE": f"complete_{shell}", **ASKS[shell]("qabot sess")}
    assert "sessions" in qabot(tmp_path, **in_its_own).stdout
    assert "--until" in completed("qabot ask --un")
    for words in ("qabot chat --session fa", "qabot sessions show fa", "qabot sessions delete fa"):
        assert "fair" in completed(words), words


def test_names_of_sessions_are_completed_without_a_word_and_without_a_trace(run_bare: Run, tmp_path: Path) -> None:
    asked = {"_QABOT_COMPLETE": "complete_bash", **ASKS["bash"]("qabot chat --session fa")}
    state = tmp_path / "state"
    for variables in ({"QABOT_STATE": str(state)}, {"QABOT_BOGUS": "1"}):
        done = run_bare(**asked, **variables)
        assert (done.stdout.strip(), done.stderr) == ("", "")
    assert not state.exists()
