"""The chat's loop in a real pseudo-terminal, and off one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pexpect
import pyte
import pytest

from qabot.chat.sessions import Sessions

ROOT = Path(__file__).parents[2]
PATIENCE = 8.0  # seconds
MODULE = ["-m", "tests.chat.slow_chat"]
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "LINES")},
    "TERM": "xterm-256color",
    "PYTHONUNBUFFERED": "1",
}


class Terminal:
    """A chat in a pseudo-terminal, and the screen that a person would see."""

    def __init__(self, folder: Path, *arguments: str, columns: int = 80, **environment: str) -> None:
        self.process = pexpect.spawn(
            sys.executable,
            [*MODULE, str(folder), *arguments],
            cwd=str(ROOT),
            env={**ENVIRONMENT, **environment},
            dimensions=(24, columns),
            encoding="utf-8",
        )
        self.raw = ""
        self._screen = pyte.Screen(columns, 24)
        self._screen.write_process_input = self.process.send  # it is asked where its cursor is
        self._stream = pyte.Stream(self._screen)

    def expect(self, text: str) -> None:
        """Wait until this stands on the screen, however it was drawn."""
        self._until(lambda: text in self.shown)

    def expect_prompt(self) -> None:
        """Wait for an empty prompt below everything else."""
        self._until(lambda: self.lines[self._screen.cursor.y] == ">" and self._screen.cursor.x == 2)

    def type(self, keys: str) -> None:
        self.process.send(keys)

    def ask(self, line: str, sign: str) -> None:
        """Type a line, and wait for this sign of its answer and the next prompt."""
        self._screen.reset()
        self.type(line + "\r")
        self.expect(sign)
        self.expect_prompt()

    def end(self) -> int:
        """Wait for the end; the exit code."""
        self._until(lambda: False)
        self.process.close()
        return self.process.exitstatus if self.process.exitstatus is not None else -(self.process.signalstatus or 0)

    @property
    def shown(self) -> str:
        """What stands on the screen, wrapped lines put together."""
        return " ".join(line for line in self.lines if line)

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self._screen.display]

    def _until(self, done: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not done():
            try:
                new = self.process.read_nonblocking(4096, timeout=0.2)
            except pexpect.EOF:
                return
            except pexpect.TIMEOUT:
                assert time.monotonic() < end, f"not seen; there is:\n{self.shown}"
                continue
            self.raw += new
            self._stream.feed(new)


@contextmanager
def terminal(folder: Path, *arguments: str, columns: int = 80, **environment: str) -> Iterator[Terminal]:
    opened = Terminal(folder, *arguments, columns=columns, **environment)
    try:
        opened.expect_prompt()
        yield opened
    finally:
        opened.process.close(force=True)


def saved(folder: Path) -> list[str]:
    with closing(Sessions(folder)) as sessions:
        return [turn.question for name in sessions.names() for turn in sessions.load(name).turns]


def test_a_question_is_answered_with_its_sources_and_saved(tmp_path: Path) -> None:
    with terminal(tmp_path) as chat:
        chat.ask("Who cut the ribbon?", "fair.md")
        assert "Ada Quill. The mayor, Ada Quill, cut the ribbon at noon. [1]" in chat.shown
        assert "[1] The Courier, 2024-05-06, Fair opens — " in chat.shown
        assert saved(tmp_path) == ["Who cut the ribbon?"]
        chat.type("\x04")
        assert chat.end() == 0
        assert "Saved. Go on with: qabot chat --session 2" in chat.raw


def test_commands(tmp_path: Path) -> None:
    with terminal(tmp_path) as chat:
        chat.ask("/sources", "Ask a question first")
        chat.ask("Who?", "fair.md")
        chat.ask("/help", "Anything else is a question")
        chat.ask("/sources", "fair.md")
        chat.ask("/show 1", "People cheered")
        chat.ask("/show 9", "There are: 1.")
        chat.ask("/sorces", "Did you mean /sources?")
        chat.ask("/new", "A new conversation")
        chat.ask("/sources", "Ask a question first")
        chat.ask("cost", "came nearest")
        chat.ask("/show 1", "no sources to show")
        chat.type("/quit\r")
        assert chat.end() == 0
    assert saved(tmp_path) == ["cost", "Who?"]


def test_saving_to_a_file_never_overwrites(tmp_path: Path) -> None:
    with terminal(tmp_path) as chat:
        chat.ask("Who?", "fair.md")
        chat.ask(f"/save {tmp_path}/talk.md", "Saved 1 turn")
        chat.ask(f"/save {tmp_path}/talk.json", "Saved 1 turn")
        chat.ask(f"/save {tmp_path}/talk.md", "Take another name")
        chat.ask(f"/save {tmp_path}/talk.txt", "ends in .md, .html or .json")
        chat.ask(f"/save {tmp_path}/no/talk.md", "cannot be written")
    assert "## Who?" in (tmp_path / "talk.md").read_text("utf-8")
    assert json.loads((tmp_path / "talk.json").read_text("utf-8"))["turns"][0]["short_answer"] == "Ada Quill"


def test_ctrl_c_stops_an_answer_and_keeps_the_chat(tmp_path: Path) -> None:
    with terminal(tmp_path) as chat:
        chat.type("slow\r")
        chat.expect("word3")
        chat.process.sendintr()
        chat.expect("Stopped.")
        chat.expect_prompt()
        chat.ask("Who?", "fair.md")
        assert saved(tmp_path) == ["Who?"]


def test_ctrl_c_on_a_line_keeps_it_in_the_history_and_on_an_empty_one_says_how_to_quit(tmp_path: Path) -> None:
    with terminal(tmp_path) as chat:
        chat.type("half a question")
        chat.expect("half a question")
        chat.type("\x03")
        chat.type("\x03")
        chat.expect("/quit leaves the chat")
        chat.type("\x12half")
        chat.expect("half a question")
        chat.type("\r\r")  # the first ends the search, the second sends
        chat.expect("fair.md")
    assert "half a question" in (tmp_path / "history").read_text("utf-8")


def test_an_error_is_shown_and_the_chat_goes_on(tmp_path: Path) -> None:
    with terminal(tmp_path) as chat:
        chat.ask("fail", "The model refuses. Ask it nicely.")
        chat.ask("break", "This is a defect of qabot (ZeroDivisionError: oops)")
        chat.ask("Who?", "fair.md")
        assert "Traceback" not in chat.raw


def test_a_resumed_chat_shows_its_last_turn(tmp_path: Path) -> None:
    with terminal(tmp_path, "fair") as chat:
        chat.ask("Who?", "fair.md")
    with terminal(tmp_path, "fair") as chat:
        assert "Going on with fair" in chat.shown
        assert "> Who? Ada Quill. The mayor" in chat.shown


def test_what_a_check_changed_is_shown_again(tmp_path: Path) -> None:
    with terminal(tmp_path) as chat:
        chat.ask("checked", "fair.md")
        lines = chat.lines
        assert lines.index("Ada Quill cut it. [1]") > lines.index("Ada Quill cut it. [1] [7]")


@pytest.mark.parametrize("columns", [40, 80])
def test_words_are_whole_at_any_width(tmp_path: Path, columns: int) -> None:
    with terminal(tmp_path, columns=columns) as chat:
        chat.ask("Who?", "fair.md")
        assert all(word in chat.shown.split() for word in ("mayor,", "ribbon", "Courier,", "2024-05-06,"))


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_colour_where_it_is_unwelcome(tmp_path: Path, environment: dict[str, str]) -> None:
    with terminal(tmp_path, **environment) as chat:
        chat.ask("Who?", "fair.md")
        answer = chat.raw[chat.raw.index("Ada Quill") :]
        assert "\x1b]8" not in answer
        assert not [code for code in ("\x1b[1", "\x1b[3", "\x1b[2m") if code in answer[: answer.index("fair.md")]]


def test_a_kill_loses_no_turn(tmp_path: Path) -> None:
    with terminal(tmp_path) as chat:
        chat.ask("Who?", "fair.md")
        chat.type("slow\r")
        chat.expect("word3")
        chat.process.kill(signal.SIGKILL)
    assert saved(tmp_path) == ["Who?"]


def off_terminal(folder: Path, typed: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, *MODULE, str(folder)], input=typed, capture_output=True, cwd=ROOT, env=ENVIRONMENT, timeout=60
    )


def test_off_a_terminal_each_line_is_a_question(tmp_path: Path) -> None:
    done = off_terminal(tmp_path, b"Who?\n\ncost\n/QUIT now\nnever asked\n")
    assert (done.returncode, done.stderr) == (0, b"")
    text = done.stdout.decode()
    assert "\x1b" not in text
    assert text.startswith("Ada Quill. The mayor, Ada Quill, cut the ribbon at noon. [1]\n\n[1] The Courier")
    assert "\n\nThe articles do not say.\n" in text
    assert saved(tmp_path) == ["Who?", "cost"]


def test_off_a_terminal_an_error_shows_in_the_exit_code(tmp_path: Path) -> None:
    done = off_terminal(tmp_path, b"fail\nWho?\n\xff\xfe\n")
    assert done.returncode == 1
    assert done.stderr == b"The model refuses. Ask it nicely.\n"
    assert done.stdout.count(b"Ada Quill. The mayor") == 2


def test_off_a_terminal_no_input_is_no_error(tmp_path: Path) -> None:
    done = off_terminal(tmp_path, b"")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
