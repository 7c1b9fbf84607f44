"""Who answers the cases: the same chain as ``ask``, unchanged, over an index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from qabot.answering.answer import Answer
from qabot.answering.bot import Bot
from qabot.answering.conversation import Conversation
from qabot.answering.followups import rewrite
from qabot.evaluation.case import Case
from qabot.render import answer_json


@dataclass(frozen=True)
class Reply:
    """What was said to the last turn of a case.

    Attributes:
        said: the document of ``ask --json``; of one who only rewrites questions, its first two fields.
        verbatim: whether each citation's quote is the slice of the stored text that it says it is.
    """

    said: Mapping[str, Any]
    verbatim: bool = True


class Respondent(Protocol):
    """Whoever answers cases; from several threads at a time."""

    def reply(self, case: Case) -> Reply:
        """Answer the last turn of a case.

        Raises:
            Exception: it could not be done; the case then is listed with the error and left out of every mean.
        """
        ...


class BotRespondent:
    """A bot over an open index."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def reply(self, case: Case) -> Reply:
        """Ask the turns of the case in one conversation."""
        conversation = given_conversation(case)
        if not conversation.turns:
            for question in case.turns[:-1]:
                conversation = conversation.with_turn(self._bot.ask(question, conversation, scope=case.scope))
        answer = self._bot.ask(case.turns[-1], conversation, scope=case.scope)
        texts = {each.article_id: self._bot.index.text(each.article_id) for each in answer.citations}
        return Reply(answer_json(answer), is_verbatim(answer, texts))


def given_conversation(case: Case) -> Conversation:
    """The conversation that a case gives word for word, with its ``replies``; empty where it gives none."""
    conversation = Conversation()
    for question, reply in zip(case.turns[:-1], case.replies, strict=False):
        conversation = with_turn(conversation, question, reply)
    return conversation


def with_turn(conversation: Conversation, question: str, reply: str = "") -> Conversation:
    """The conversation after a question that was answered in these words, or, without any, not at all."""
    answer = Answer(
        question=question,
        standalone_question=rewrite(question, conversation),
        text=reply,
        short_answer=None,
        abstained=not reply,
        reason=None if reply else "not-stated",
        confidence=1.0,
        citations=(),
        evidence=(),
        model="given",
    )
    return conversation.with_turn(answer)


def is_verbatim(answer: Answer, texts: Mapping[str, str]) -> bool:
    """Whether each citation's quote is what the text of its article (by id) has there."""
    return all(texts[each.article_id][each.start : each.end] == each.quote for each in answer.citations)
