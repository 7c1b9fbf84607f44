"""A chat with a bot that answers word by word, for tests of the loop alone: ``python -m tests.chat.slow_chat FOLDER``.

It answers every question with Ada Quill; "fail" with an error, "break" with a defect, "slow" word by word without end,
"cost" by abstaining.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from qabot.answering.answer import Answer
from qabot.chat.chat import Chat
from qabot.chat.loop import run
from qabot.chat.opening import Opening
from qabot.chat.session import resume
from qabot.errors import ModelError
from qabot.settings import Settings
from tests.chat.samples import ARTICLE, abstained, answered


class SlowBot:
    class index:  # noqa: N801
        @staticmethod
        def articles() -> list[str]:
            return ["one", "two"]

        @staticmethod
        def text(_article_id: str) -> str:
            return ARTICLE

    def stream(self, question: str, conversation: Any, *, scope: Any) -> Iterator[str | Answer]:
        match question:
            case "fail":
                raise ModelError("The model refuses. Ask it nicely.")
            case "break":
                raise ZeroDivisionError("oops")
            case "slow":
                for number in range(1000):
                    yield f"word{number} "
                    time.sleep(0.05)
            case "cost":
                answer = abstained(question)
                yield answer.text
                yield answer
            case "checked":
                yield "Ada Quill cut it. [1] [7]"
                yield replace(answered(question), text="Ada Quill cut it. [1]")
            case _:
                answer = answered(question)
                for word in answer.text.split():
                    yield f"{word} "
                yield answer


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    name = sys.argv[2] if len(sys.argv) > 2 else None
    with closing(resume(Settings(state=folder), name, False, print)) as session:
        chat = Chat(Opening.done(SlowBot()), session, plain="--plain" in sys.argv)  # type: ignore[arg-type]
        sys.exit(not run(chat, folder / "history"))
