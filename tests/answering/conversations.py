"""Conversations made up for tests: what was asked, the short answer, and the one passage that was read for it."""

from __future__ import annotations

from datetime import date
from functools import cache, partial

from qabot.answering.answer import Answer, Citation, Conversation
from qabot.answering.query import analyse
from qabot.answering.rank import Trained
from qabot.answering.read import Readings
from qabot.answering.rewrite import rewrite
from tests import samples


@cache
def trained() -> Trained:
    return Trained.load()


def readings(question: str, as_of: date | None = None) -> Readings:
    """A question of which nothing was read yet."""
    return Readings(analyse(question), as_of, trained())


evidence = partial(samples.evidence, title="T", similarity=0.5)  # as similar as what is found mostly is


def conversation(*turns: tuple[str, str | None, str]) -> Conversation:
    """Turns of (question, short answer, what was read); None: the bot abstained."""
    talk = Conversation()
    for question, short, read in turns:
        piece = evidence(read)
        citation = Citation("a", "T", None, None, None, "a.txt", read, 0, len(read), "a", marker=1)
        talk = talk.with_turn(
            Answer(
                question=question,
                standalone_question=rewrite(question, talk),
                text=f"{short}. [1]" if short else "The articles do not say.",
                short_answer=short,
                abstained=short is None,
                reason=None if short else "not-stated",
                confidence=0.9,
                citations=(citation,) if short else (),
                evidence=(piece,),
                model="extractive",
            )
        )
    return talk
