"""An answer written by a language model and checked by us: sentence by sentence, before anybody sees it."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from qabot.answering.answer import Evidence
from qabot.answering.chat_model import ChatModel
from qabot.answering.check import check
from qabot.answering.conversation import Conversation
from qabot.answering.draft import Composer, Draft, Statement
from qabot.answering.prompts import conversation_text, load_prompt, new_boundary, passages_text
from qabot.answering.statements import Claim, ClaimReader, printable
from qabot.answering.terms import terms_of
from qabot.errors import ModelError
from qabot.settings import Settings

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage
    from langchain_core.prompts import ChatPromptTemplate

MAX_OUTPUT = 20_000  # characters of one reply that are read
_MAX_QUESTION = 500  # characters of a rewritten question
# Where the providers say why a reply ended, and what they say where it was cut off.
_END_KEYS = ("finish_reason", "stop_reason", "stopReason", "done_reason", "status")
_CUT_OFF = frozenset({"length", "max_tokens", "incomplete", "MAX_TOKENS"})


class LanguageModelAnswerer:
    """Answers from the evidence in a language model's words, as far as the evidence bears them out.

    Attributes:
        name: the model, as ``provider:name``.
    """

    def __init__(self, model: ChatModel, prompts: dict[str, ChatPromptTemplate], passages: int) -> None:
        self.name = model.name
        self._model = model
        self._prompts = prompts
        self._passages = passages

    @classmethod
    def open(cls, settings: Settings) -> LanguageModelAnswerer:
        """The answerer that the settings name; nothing is sent yet.

        Raises:
            ModelError: the model's provider is unknown, or its package or key is missing.
            SettingsError: a prompt is missing or its variables are wrong.
        """
        prompts = {
            "answer": load_prompt("answer", settings.prompts),
            "rewrite": load_prompt("rewrite", settings.prompts),
        }
        return cls(ChatModel(settings.model, settings), prompts, settings.passages)

    def answer(self, question: str, evidence: Sequence[Evidence]) -> Draft:
        """The checked draft of an answer; without statements where the model or the check found none.

        Raises:
            ModelError: the model did not answer.
        """
        *_, draft = self.stream(question, evidence)
        assert isinstance(draft, Draft)
        return draft

    def stream(self, question: str, evidence: Sequence[Evidence]) -> Iterator[str | Draft]:
        """The answer as text with markers, each sentence as soon as it passed the check; the whole draft last.

        The pieces of text joined are what ``draft.compose`` makes of the draft.

        Raises:
            ModelError: the model did not answer, or broke off.
        """
        given = evidence[: self._passages]
        if not given:
            yield Draft((), None, 0.0)
            return
        composer, reply = Composer(), _Reply()
        kept: list[Statement] = []
        left_out = 0
        partly = False
        with closing(self._claims(question, given, reply)) as claims:
            for claim in claims:
                if claim.refuses:
                    if not kept:
                        yield Draft((), None, 0.0)
                        return
                    partly = True
                elif statement := check(claim, given):
                    yield f"{' ' if kept else ''}{composer.add(statement)}"
                    kept.append(statement)
                else:
                    left_out += 1
        yield Draft(
            statements=tuple(kept),
            short_answer=_borne_out(reply.reader.short_answer, kept),
            confidence=len(kept) / (len(kept) + left_out) if kept else 0.0,
            notice=_notice(left_out, cut_off=bool(kept) and reply.cut_off, partly=partly),
        )

    def rewrite(self, question: str, conversation: Conversation) -> str | None:
        """The question as it stands alone, or None where the model fails or brings in what the conversation lacks."""
        if not conversation.turns:
            return question
        context = conversation_text(conversation)
        try:
            reply = self._model.ask(
                self._messages("rewrite", question=question, conversation=context, boundary=new_boundary())
            )
        except ModelError:
            return None
        lines = [" ".join(line.split()) for line in printable(reply).splitlines() if line.strip()]
        rewritten = lines[0].removeprefix("Question:").strip(' "“”*`') if len(lines) == 1 else ""
        if not rewritten or len(rewritten) > _MAX_QUESTION:
            return None
        return None if terms_of(rewritten).missing_in(terms_of(f"{context}\n{question}")) else rewritten

    def _claims(self, question: str, given: Sequence[Evidence], reply: _Reply) -> Generator[Claim]:
        """What the model claims, as its sentences arrive."""
        boundary = new_boundary()
        messages = self._messages(
            "answer", question=question, passages=passages_text(given, boundary), boundary=boundary
        )
        read = 0
        with closing(self._model.stream(messages)) as pieces:
            for piece in pieces:
                text = str(piece.text)
                read += len(text)
                reply.ended_by(piece.response_metadata)
                yield from reply.reader.feed(text)
                if read > MAX_OUTPUT:
                    reply.cut_off = True
                    break
        yield from reply.reader.close()
        if reply.reader.empty:
            raise ModelError(f"{self.name} returned nothing. Try again, or answer without it: --model extractive.")

    def _messages(self, prompt: str, **variables: str) -> list[BaseMessage]:
        return self._prompts[prompt].format_messages(**variables)


class _Reply:
    """What is known of a reply beside its claims: the reader of its text, and whether it ended where it should."""

    def __init__(self) -> None:
        self.reader = ClaimReader()
        self.cut_off = True  # until the provider says that it ended

    def ended_by(self, metadata: dict[str, object]) -> None:
        if reasons := [metadata[key] for key in _END_KEYS if metadata.get(key)]:
            self.cut_off = reasons[0] in _CUT_OFF


def _borne_out(short_answer: str | None, kept: Sequence[Statement]) -> str | None:
    """The short answer, where the quotes of the statements say all of it."""
    if not short_answer or not kept:
        return None
    short, quotes = terms_of(short_answer), terms_of("\n".join(quote.text for item in kept for quote in item.quotes))
    stands = not short.missing_in(quotes) and short.stems <= quotes.stems
    return short_answer if stands and (short.stems or short.numbers) else None


def _notice(left_out: int, *, cut_off: bool, partly: bool) -> str | None:
    said = []
    if left_out:
        sentences = "one sentence" if left_out == 1 else f"{left_out} sentences"
        said.append(f"Left out {sentences} of the model's that the passages cited do not bear out.")
    if partly:
        said.append("To a part of the question the model found no answer.")
    if cut_off:
        said.append("The model's answer broke off and may be incomplete.")
    return " ".join(said) or None
