"""A chat that is killed at random moments, time after time: ``python -m tests.chat.kills [ROUNDS] [SEED]``.

Each round types questions into a chat of `tests.chat.slow_chat` that goes on with the session before, kills it with
SIGKILL, and reads the database: every turn whose sources were shown must be in it, and every session must be readable.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from threading import Thread

from qabot.chat.sessions import Sessions
from tests.chat.terminal import ENVIRONMENT, ROOT, SLOW_CHAT

_QUESTIONS = 400  # more than are answered before the kill
_LONGEST = 0.25  # seconds after the first answer
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


def main(rounds: int, seed: int) -> None:
    """Kill a chat so many times, and print what became of the turns."""
    chance = random.Random(seed)
    complete = saved = lost = 0
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            shown, added = kill_once(Path(folder), chance.choice(("one", "two")), chance.uniform(0, _LONGEST))
            complete, saved, lost = complete + shown, saved + added, lost + max(0, shown - added)
    sys.stdout.write(
        f"{rounds} kills: {complete} turns complete, {saved} saved, {lost} lost; every session was readable each time\n"
    )


if __name__ == "__main__":
    main(*(int(argument) for argument in [*sys.argv[1:], *("200", "1")[len(sys.argv) - 1 :]]))
