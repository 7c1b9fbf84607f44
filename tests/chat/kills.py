"""A chat that is killed at a random moment.

It is a chat of `tests.chat.slow_chat` that goes on with the session before, and is killed with SIGKILL while it answers
the questions typed into it: every turn whose sources were shown must be saved, and every session must be readable.
"""

from __future__ import annotations

import signal
import subprocess
import time
from contextlib import closing
from pathlib import Path
from threading import Thread

from qabot.chat.sessions import Sessions
from tests.chat.terminal import ENVIRONMENT, ROOT, SLOW_CHAT

_QUESTIONS = 400  # more than are answered before the kill
_SIGN = b"/articles/fair.md)"  # ends the note of a source, which is shown when the turn is complete


def kill_once(folder: Path, name: str, moment: float) -> tuple[int, int]:
    """Kill a chat.

    Args:
        folder: where it saves.
        name: of its session.
        moment: seconds to wait after its first answer.

    Returns:
        how many turns were complete, and how many more were saved than before.
    """
    before = _turns(folder, name)
    with subprocess.Popen(
        [*SLOW_CHAT, str(folder), name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env=ENVIRONMENT,
    ) as chat:
        assert chat.stdin
        assert chat.stdout
        shown: list[bytes] = []
        reader = Thread(target=lambda out=chat.stdout: shown.extend(iter(lambda: out.read1(65536), b"")))
        chat.stdin.write(b"".join(b"Question %d?\n" % number for number in range(_QUESTIONS)))
        chat.stdin.flush()
        reader.start()
        while not shown:
            time.sleep(0.001)
        time.sleep(moment)
        chat.send_signal(signal.SIGKILL)
        reader.join()
    return b"".join(shown).count(_SIGN), _turns(folder, name) - before


def _turns(folder: Path, name: str) -> int:
    """How many turns are saved; every session is read."""
    with closing(Sessions(folder)) as sessions:
        counts = {each: len(sessions.load(each).turns) for each in sessions.names()}
    return counts.get(name, 0)
