"""A chat with a bot that answers word by word, for tests of the loop alone: ``python -m tests.chat.slow_chat FOLDER``.

It answers every question with Ada Quill; "fail" with an error, "break" with a defect, "slow" word by word without end,
"halfway" with words of which the later ones wait for a file ``resized``, "cost" by abstaining, "differ" with a
disagreement, "wide" in letters of two columns and from right to left. A second argument names the session; ``--plain``
is for screen readers, ``--unopened`` for an index that cannot be opened, ``--late`` for one that waits for a file
``open``, ``--examples`` for one that is asked for questions to begin with, ``--vi`` for the keys of vi. ``--indexing``
reads an article until there is a file ``read``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from qabot.answering.answer import Answer, Disagreement, Value
from qabot.chat.chat import Chat, Opening
from qabot.chat.loop import run
from qabot.chat.session import resume
from qabot.errors import ModelError, QabotError, StoreError
from qabot.render.text import error_line
from qabot.settings import EXTRACTIVE, Settings
from qabot.store.records import ArticleRecord, Progress
from tests.samples import ARTICLE, abstained, answered


def article(number: int, title: str, publisher: str, published: str | None) -> ArticleRecord:
    unknown = dict.fromkeys(("author", "updated", "language", "url", "original", "about"))
    return ArticleRecord(
        f"{number:016}", title, publisher=publisher, published=published, source=f"/articles/{number}.md",
        origin=f"{number:016}", passages=1, indexed="2024-05-07T12:00:00+00:00", **unknown,
    )  # fmt: skip


class SlowBot:
    settings = Settings()
    model = EXTRACTIVE if "--examples" in sys.argv else "openai:slow"  # which is not asked before a person asks
    patience = 60.0

    class index:  # noqa: N801
        @staticmethod
        def articles() -> list[ArticleRecord]:
            return [
                article(1, "Fair opens", "The Courier", "2024-05-06"),
                article(2, "Old mill burns down", "Hill Gazette", "2023-11"),
                article(3, "A bridge for cyclists", "Hill Gazette", None),
            ]

        @staticmethod
        def text(_article_id: str) -> str:
            return ARTICLE

    def ask(self, question: str) -> Answer:
        return answered(question)

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
            case "halfway":
                for number in range(60):
                    if number == 20:
                        _wait_for("resized")
                    yield f"word{number} "
                yield answered(question)
            case "cost":
                answer = abstained(question)
                yield answer.text
                yield answer
            case "checked":
                yield "Ada Quill cut it. [1] [7]"
                yield replace(answered(question), text="Ada Quill cut it. [1]")
            case "differ":
                values = (Value("noon", (1,), "2024-05-06", None), Value("one o'clock", (2, 3), None, None))
                yield answered(question, disagreements=(Disagreement("conflicting", "the hour", values),))
            case "wide":
                answer = answered(question, text="市長の鐘 " * 12 + "השנה נפתח היריד בעיר “noon” – é [1]")
                yield answer.text
                yield answer
            case _:
                answer = answered(question)
                for word in answer.text.split():
                    yield f"{word} "
                yield answer

    def close(self) -> None:
        pass


def _wait_for(file: str) -> None:
    while not (Path(sys.argv[1]) / file).exists():
        time.sleep(0.05)


def open_bot(progress: Progress) -> SlowBot:
    if "--indexing" in sys.argv:
        progress(1, 3, "mill.md")
        _wait_for("read")
        progress(3, 3, "")
    if "--late" in sys.argv:
        _wait_for("open")
    if "--unopened" in sys.argv:
        time.sleep(0.3)
        raise StoreError("There is no index. Make one.")
    return SlowBot()


def main() -> int:
    folder = Path(sys.argv[1])
    names = [argument for argument in sys.argv[2:] if not argument.startswith("--")]
    opening = Opening(open_bot)  # type: ignore[arg-type]
    with (
        closing(resume(Settings(state=folder), names[0] if names else None, False, print)) as session,
        closing(Chat(opening, session, model=SlowBot.model)) as chat,
    ):
        chat.plain, chat.vi_keys, chat.place = "--plain" in sys.argv, "--vi" in sys.argv, str(folder / "my index")
        return 0 if run(chat, folder / "history") else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except QabotError as error:
        sys.exit(error_line(error))
