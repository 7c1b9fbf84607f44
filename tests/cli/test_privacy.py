"""Nothing leaves the machine, and nothing is written but where it is expected: every command, watched from outside."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.chat.terminal import Terminal, running
from tests.cli.run import COMMAND, ROOT

IDLE = 4.0  # seconds that a chat is left alone
WATCH = """
import os, sys

def watch(event, arguments):
    if event.startswith("socket."):
        if event in ("socket.connect", "socket.sendto", "socket.bind") and isinstance(arguments[1], (str, bytes)):
            return  # a socket of this machine's files
        if event.split(".")[1] in ("connect", "sendto", "bind", "getaddrinfo", "gethostbyname", "gethostbyaddr"):
            say(f"network {event} {arguments[1:]}")
    elif event == "import" and arguments[0] == "onnxruntime":
        say(f"telemetry {os.environ.get('ORT_DISABLE_TELEMETRY')} {os.environ.get('ORT_TELEMETRY_DISABLED')}")

def say(line):
    os.write(seen, (line + "\\n").encode())

seen = os.open(os.environ["SEEN"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
sys.addaudithook(watch)
"""
STRACE = shutil.which("strace")
TRACED = "trace=network,open,openat,creat,mkdir,mkdirat"
INET = re.compile(r"sa_family=AF_INET6?, .*")
WRITTEN = re.compile(r'(?:open(?=.*O_(?:WRONLY|RDWR|CREAT))|creat|mkdir)(?:at)?\((?:[^,"]+, )?"([^"]+)"(?!.* = -1 )')


@dataclass(frozen=True)
class Watched:
    """A home without a file, a folder with an index, and what is seen of the programs that run there."""

    person: Path
    folder: Path
    temporary: Path
    seen: Path
    trace: Path

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.person),
            "TMPDIR": str(self.temporary),
            "PYTHONPATH": f"{self.seen.parent}{os.pathsep}{ROOT}",
            "PYTHONUTF8": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "TERM": "xterm-256color",
            "SEEN": str(self.seen),
        }

    def command(self, *arguments: str) -> list[str]:
        watching = [STRACE, "-f", "--seccomp-bpf", "-qq", "-s", "200", "-e", TRACED, "-o", str(self.trace)]
        return [*(map(str, watching) if STRACE else ()), *COMMAND, *arguments]

    def run(self, *arguments: str) -> int:
        with running(Terminal(self.command(*arguments), self.folder, self.environment)) as terminal:
            return terminal.end()

    def check(self) -> None:
        """Assert that nobody was talked to, and that files were written in three places only."""
        said = self.seen.read_text("utf-8").splitlines()
        assert not [line for line in said if line.startswith("network")]
        assert {line for line in said if line.startswith("telemetry")} <= {"telemetry 1 1"}
        state = self.person / ".local" / "state" / "qabot"
        assert [p for p in self.person.rglob("*") if p.is_file() and state not in p.parents] == []
        if STRACE:
            trace = self.trace.read_text("utf-8", "replace")
            assert INET.findall(trace) == []
            places = tuple(map(str, (self.folder / "index", state, self.temporary, self.seen, "/dev", "/proc")))
            written = set(WRITTEN.findall(trace))
            wrong = {p for p in written if not str(self.folder / p).startswith(places)}
            assert wrong <= {str(p) for p in state.parents}  # made on the way there


@pytest.fixture
def watched(tmp_path: Path, home: Path) -> Watched:
    for name in ("person", "temporary", "watch"):
        (tmp_path / name).mkdir()
    (tmp_path / "watch" / "sitecustomize.py").write_text(WATCH, "utf-8")
    return Watched(tmp_path / "person", home, tmp_path / "temporary", tmp_path / "watch" / "seen", tmp_path / "trace")


@pytest.mark.model
def test_an_idle_chat_talks_to_nobody(watched: Watched) -> None:
    chat = Terminal(watched.command("chat"), watched.folder, watched.environment)
    with running(chat):
        chat.expect_prompt()
        chat.ask("When was the fair founded?", "1893")
        time.sleep(IDLE)
        chat.type("\x04")
        assert chat.end() == 0
    watched.check()
    assert "telemetry 1 1" in watched.seen.read_text("utf-8")


@pytest.mark.model
@pytest.mark.parametrize("command", [("ask", "When was the fair founded?"), ("doctor",), ("eval", "index/case.jsonl")])
def test_what_asks_the_index_talks_to_nobody(watched: Watched, command: tuple[str, ...]) -> None:
    case = {"id": "fair", "turns": ["When was the fair founded?"], "answers": [["1893"]]}
    (watched.folder / "index" / "case.jsonl").write_text(json.dumps(case), "utf-8")
    assert watched.run(*command) == 0
    watched.check()


@pytest.mark.model
def test_indexing_talks_to_nobody(watched: Watched, encoder_export: Path) -> None:
    store = watched.folder / "index" / "store"
    shutil.rmtree(store)
    shutil.copytree(encoder_export, store)
    assert watched.run("index") == 0
    watched.check()
