"""How long a person waits for a chat over the starter articles: ``python -m tests.chat.times [STARTS] [QUESTIONS]``.

Everything is timed from outside, in a pseudo-terminal: from the start of ``qabot chat`` to its prompt, and from Enter
to the first sign of life, to the answer's first words, and to the next prompt below its sources. What the chat itself
takes is the rest beside finding the answer, which takes as long elsewhere. Beside each start stands ``python -c "import
chromadb"``, so that figures of different machines can be compared.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median

from qabot.chat.sessions import Sessions
from tests.chat.terminal import ENVIRONMENT, ROOT, Terminal, running

_CHAT = [sys.executable, "-m", "qabot", "chat"]
_MOMENTS = ("first sign of life", "answer begins", "next prompt")
_PROMPT_BEGINS = "\x1b[?2004h"  # the editor asks for pastes to be marked
_SIGN_OF_LIFE = "Reading the articles"
_SIGN_TAKEN_AWAY = "\r\x1b[K"


@contextmanager
def started(folder: str) -> Iterator[tuple[Terminal, float]]:
    """A new chat, and the seconds to its prompt."""
    began = time.perf_counter()
    with running(Terminal(_CHAT, ROOT, {**ENVIRONMENT, "QABOT_STATE": folder}, columns=100, rows=40)) as chat:
        chat.expect_prompt()
        yield chat, time.perf_counter() - began


def asked(chat: Terminal, question: str) -> tuple[float, float, float]:
    """Seconds from Enter to the first sign of life, to the first words of the answer, and to the next prompt."""
    chat.expect_prompt()
    chat.type(question)
    chat.wait(lambda: chat.typed.endswith(question[-20:]))
    start = len(chat.raw)
    began = time.perf_counter()
    chat.type("\r")

    def after(done: Callable[[str], object]) -> float:
        chat.wait(lambda: bool(done(chat.raw[start:])))
        return time.perf_counter() - began

    return (
        after(lambda new: _SIGN_OF_LIFE in new),
        after(lambda new: new.rpartition(_SIGN_OF_LIFE)[2].partition(_SIGN_TAKEN_AWAY)[2].strip()),
        after(lambda new: _PROMPT_BEGINS in new),
    )


def main(starts: int, number: int) -> None:
    """Measure, and print medians in milliseconds, and as multiples of importing chromadb."""
    cases = (ROOT / "eval" / "cases" / "facts.jsonl").read_text("utf-8").splitlines()
    questions = [turns[0] for turns in (json.loads(case)["turns"] for case in cases) if len(turns) == 1]
    questions = random.Random(1).sample(questions, number + 1)
    taken: dict[str, list[float]] = defaultdict(list)
    for _ in range(starts):
        with tempfile.TemporaryDirectory() as folder, started(folder) as (chat, seconds):
            taken["prompt"].append(seconds)
            chat.expect("articles")
            if not taken[_MOMENTS[0]]:
                asked(chat, questions[0])  # what is loaded with the first answer
                for question in questions[1:]:
                    for moment, spent in zip(_MOMENTS, asked(chat, question), strict=True):
                        taken[moment].append(spent)
                with closing(Sessions(Path(folder))) as saved:
                    answers = [turn.answer for turn in saved.load(saved.last()).turns]
                for whole, answer in zip(taken[_MOMENTS[-1]], answers[1:], strict=True):
                    taken["of it the chat's"].append(whole - answer.timings_ms["total"] / 1000)
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import chromadb"], check=True)
        taken["import chromadb"].append(time.perf_counter() - began)
    unit = median(taken["import chromadb"])
    for name, each in taken.items():
        worst = max(each) * 1000
        sys.stdout.write(
            f"{name:<20}{median(each) * 1000:7.0f} ms   at most {worst:6.0f}   {median(each) / unit:5.2f} of an import"
            f"   ({len(each)} times)\n"
        )


if __name__ == "__main__":
    main(*(int(argument) for argument in [*sys.argv[1:], *("7", "20")[len(sys.argv) - 1 :]]))
