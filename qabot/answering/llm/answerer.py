"""Answers written by a language model: every sentence is checked against the articles before anybody sees it.

`FallbackAnswerer` answers where the model fails.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

from qabot.answering import wording
from qabot.answering.answer import Conversation, Evidence
from qabot.answering.draft import Composer, Draft, Reply, Statement, compose
from qabot.answering.extractive import ExtractiveAnswerer
from qabot.answering.llm.faults import ContextTooLongError
from qabot.answering.llm.model import ChatModel, ReplyCache
from qabot.answering.llm.parse import IN_A_LOOP, Claim, ReplyReader, after_thoughts, printable
from qabot.answering.llm.prompts import (
    ANSWERS,
    MOST_TOKENS,
    MOST_TOKENS_OF_A_DIGEST,
    Case,
    best_first,
    case_of,
    conversation_text,
    facts_text,
    load_prompt,
    new_boundary,
    passages_text,
    within,
    without_instructions,
)
from qabot.answering.llm.verify import Check, Place, is_yes_or_no, yes_or_no
from qabot.answering.query import Kind, Question
from qabot.answering.rank import DECIDED
from qabot.answering.read import Readings
from qabot.answering.short_answer import short_answer
from qabot.errors import ModelError
from qabot.models.reader import ReaderPassage
from qabot.settings import Settings
from qabot.text.terms import is_negator, terms_of
from qabot.text.tokens import fold, is_content, stem, words

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

MAX_OUTPUT = 20_000  # characters of one reply that are read
_MAX_QUESTION = 500  # characters of a rewritten question
_FOR_THE_ANSWER = 2_000  # tokens of a model's limit, where that is known, that no passage may fill; at most a quarter
_LABEL = re.compile(r"^\W*(?:[\w-]+ )?question:\s*", re.IGNORECASE)


class LanguageModelAnswerer:
    """Answers from the evidence in a language model's words, as far as the evidence supports them."""

    def __init__(self, settings: Settings) -> None:
        """Make the answerer that the settings name; nothing is sent yet.

        Raises:
            ModelError: the model's provider is unknown, or its package or key is missing.
            SettingsError: a prompt is missing or its variables are wrong.
        """
        self.name = settings.model
        cases: tuple[Case, ...] = get_args(Case)
        self._prompts = {case: load_prompt("answer", settings.prompts, case) for case in cases}
        self._rewrite = load_prompt("rewrite", settings.prompts)
        self._cache = ReplyCache(settings.answer_cache) if settings.answer_cache else None
        self._passages = settings.passages
        # Where nobody asked for so many passages, the best of them are given, in few tokens.
        self._sparing = "passages" not in settings.model_fields_set
        self._model = ChatModel(settings)

    def stream(self, readings: Readings, evidence: Sequence[Evidence]) -> Iterator[str | Draft]:
        """Yield the answer as text with markers, each sentence once it has passed the check, and last the whole draft.

        The pieces of text joined are what ``draft.compose`` makes of the draft. A model that has no room for all
        passages is given the best of them.

        Raises:
            ModelError: the model did not answer, or broke off.
        """
        evidence = evidence[: self._passages]
        offered, warning = without_instructions(evidence)
        by_quoting = ExtractiveAnswerer().answer(readings, evidence)
        ranked = readings.candidates(offered)
        case = case_of(readings.question, ranked, by_quoting)
        if case is None:
            yield Draft((), None, 0.0, warning)
            return
        likely = {(each.evidence.article_id, each.quote.start): each.probability for each in ranked}
        offered = best_first(offered, ranked, by_quoting)
        if self._sparing:
            offered = within(offered, MOST_TOKENS_OF_A_DIGEST if case == "Digest" else MOST_TOKENS)
        given = self._fitting(case, readings.question.text, offered, self._model.most_tokens)
        while True:
            try:
                room = wording.room(len(given), len(offered))
                yield from self._checked(case, readings, likely, by_quoting, given, _joined(room, warning))
            except ContextTooLongError as error:  # it is raised before anything is shown
                if len(given) == 1:
                    raise
                fitting = self._fitting(case, readings.question.text, given, error.takes)
                given = fitting if len(fitting) < len(given) else given[: len(given) // 2]
            else:
                return

    def try_out(self) -> None:
        """Ask for one word, and raise a `ModelError` where the model does not reply."""
        from langchain_core.messages import HumanMessage

        if not self._model.ask([HumanMessage("Say yes.")]).text.strip():
            raise ModelError(f"{self.name} returned nothing. Take another --model.")

    def rewrite(self, question: str, conversation: Conversation) -> Reply | None:
        """Return the question as it stands alone; None where the model fails, repeats it, or names what nobody has."""
        context = conversation_text(conversation)
        try:
            told = {"question": question, "conversation": context, "boundary": new_boundary()}
            reply = self._model.ask(self._rewrite.format_messages(**told))
        except ModelError:
            return None
        lines = [" ".join(line.split()) for line in printable(after_thoughts(reply.text)).splitlines() if line.strip()]
        rewritten = _LABEL.sub("", lines[0]).strip(' "“”*`') if len(lines) == 1 else ""
        if not rewritten or len(rewritten) > _MAX_QUESTION or fold(rewritten) == fold(question.strip()):
            return None
        if question.rstrip().endswith("?") and not rewritten.endswith("?"):  # it answers
            return None
        if terms_of(rewritten).missing_in(terms_of(f"{context}\n{question}")):
            return None
        return Reply(rewritten, reply.tokens)

    def _checked(
        self,
        case: Case,
        readings: Readings,
        likely: Mapping[Place, float],
        by_quoting: Draft,
        given: Sequence[Evidence],
        warning: str | None,
    ) -> Iterator[str | Draft]:
        """Yield the claims that pass the check, as text, and the draft that they make up.

        Where the passages differ on what is asked, the model is told so, and the reader behind the model's words. What
        answers by quoting is told to the model too, and stands where nothing is left of what the model wrote, or where
        it declines: a small one often does although the passages answer, and the words of an article, with a line that
        says who found them, mislead less than "the articles do not say". Where nothing answers by quoting, a model
        that declines is believed.
        """
        unsure = case == "Plain" and not by_quoting.statements
        check = Check(readings.trained.reader, self._told(case), likely, readings.question, ANSWERS if unsure else 0.0)
        facts = facts_text(readings, by_quoting, given)
        composer, reply = Composer(), ReplyReader()
        kept: list[Statement] = []
        left_out = 0
        with closing(self._claims(case, readings.question.text, given, facts, reply)) as claims:
            for claim in _once(_with_yes_or_no(claims, readings.question)):
                if claim.refuses:
                    reply.refused = True
                elif reply.refused and not kept:
                    continue
                elif statement := check(claim, given):
                    yield f"{' ' if kept else ''}{composer.add(statement)}"
                    kept.append(statement)
                else:
                    left_out += 1
        if not kept and by_quoting.statements:
            yield compose(by_quoting)[0]
            yield _instead(by_quoting, reply, warning)
            return
        differing = [dispute.statement() for dispute in by_quoting.disputes]  # none where nothing is quoted
        yield from (f" {composer.add(statement)}" for statement in differing)
        yield Draft(
            statements=(*kept, *differing),
            short_answer=_short_of(readings, reply.short_answer, kept) if kept else None,
            confidence=min(by_quoting.confidence if unsure else 1.0, len(kept) / max(1, len(kept) + left_out)),
            notice=_joined(wording.left_out(left_out), _incomplete(reply, unsure=unsure) if kept else None, warning),
            tokens=dict(reply.tokens),
            disputes=by_quoting.disputes,
        )

    def _claims(
        self, case: Case, question: str, given: Sequence[Evidence], facts: str, reply: ReplyReader
    ) -> Generator[Claim]:
        """Yield what the model claims, as its sentences arrive."""
        boundary = new_boundary()
        variables = {"question": question, "passages": passages_text(given, boundary, facts), "boundary": boundary}
        key = self._key(case, variables) if self._cache else ""
        known = self._cache.get(key) if self._cache else None
        if known is not None:
            reply.cut_off = False
            yield from reply.feed(known)
        else:
            with closing(self._model.stream(self._messages(case, **variables))) as pieces:
                for piece in pieces:
                    reply.ended_by(piece)
                    yield from reply.feed(str(piece.text))
                    if len(reply.text) > MAX_OUTPUT or reply.loops:
                        reply.cut_off = True
                        break
        yield from reply.close()
        if reply.empty:
            did = "declined to answer" if reply.held_back else "returned nothing"
            raise ModelError(f"{self.name} {did}. Try again, or answer without it: --model extractive.")
        if self._cache and known is None and not reply.cut_off:
            self._cache.put(key, reply.text)

    def _fitting(self, case: Case, question: str, given: list[Evidence], most: int | None) -> list[Evidence]:
        """Return as many of the passages, best first, as go into so many tokens; all where that is None."""
        return within(given, most - min(_FOR_THE_ANSWER, most // 4), self._told(case) + question) if most else given

    def _told(self, case: Case) -> str:
        """Return what the model is told beside the passages and the question."""
        messages = self._messages(case, question="", passages="", boundary="")
        return "\n\n".join(str(message.content) for message in messages)

    def _messages(self, case: Case, **variables: str) -> list[BaseMessage]:
        return self._prompts[case].format_messages(**variables)

    def _key(self, case: Case, variables: dict[str, str]) -> str:
        """Return what the cache knows a request by: all of it but the random word of its delimiter lines."""
        told = repr(self._prompts[case].messages)
        boundary = variables["boundary"]
        same = {name: value.replace(boundary, "") for name, value in variables.items() if name != "boundary"}
        return ReplyCache.key(model=self.name, told=told, **same)


def _once(claims: Iterable[Claim]) -> Iterator[Claim]:
    """Yield claims, each once; a model that says one again and again is listened to no longer."""
    said: Counter[str] = Counter()
    for claim in claims:
        said[claim.text] += 1
        if said[claim.text] == IN_A_LOOP:
            return
        if said[claim.text] == 1:
            yield claim


def _with_yes_or_no(claims: Iterable[Claim], question: Question) -> Iterator[Claim]:
    """Yield claims, where a yes or no is asked for a bare one as the beginning of what stands behind it."""
    bare: Claim | None = None
    for claim in claims:
        joins = not claim.refuses and not yes_or_no(claim.text)
        if bare and joins:
            claim = Claim(f"{bare.text} {claim.text}", bare.marks + claim.marks)
        elif bare:
            yield bare
        bare = claim if question.kind is Kind.YES_NO and is_yes_or_no(claim.text) else None
        if not bare:
            yield claim
    if bare:
        yield bare


def _instead(by_quoting: Draft, reply: ReplyReader, warning: str | None) -> Draft:
    """Return what answers by quoting, with a line that says why it stands instead of what the model wrote."""
    notice = _joined(wording.FOUND_NONE if reply.refused else wording.NOT_BORNE_OUT, by_quoting.notice, warning)
    return replace(by_quoting, notice=notice, tokens=dict(reply.tokens), written_by=ExtractiveAnswerer.name)


def _incomplete(reply: ReplyReader, *, unsure: bool) -> str | None:
    return _joined(
        wording.MAY_NOT_ANSWER if unsure else None,
        wording.FOUND_IN_PART if reply.refused else None,
        wording.BROKE_OFF if reply.cut_off else None,
    )


def _joined(*said: str | None) -> str | None:
    return " ".join(part for part in said if part) or None


def _short_of(readings: Readings, said: str | None, kept: Sequence[Statement]) -> str | None:
    """Return the short answer; None where there is none that holds. Of a question of yes or no it is one of the two.

    The one that the model said counts where what was checked and kept, at least one statement, bears it out.
    """
    question, first = readings.question, kept[0].text
    if said and not yes_or_no(said) and question.kind is not Kind.YES_NO:
        return _borne_out(said, kept)
    reader, passage = readings.trained.reader, ReaderPassage(first)
    if question.kind is Kind.YES_NO:
        if own := yes_or_no(first) or yes_or_no(said or ""):
            return own
        judged = reader.judge(question.text, [passage])[0].leaning_to_yes(readings.trained.calibration.yes)
        return judged.verdict if judged.sure > DECIDED else None
    (reading,) = reader.read(question.text, [passage])
    return _borne_out(short_answer(question, first, reading.within(0, len(first))), kept)


def _borne_out(short_answer: str | None, kept: Sequence[Statement]) -> str | None:
    """Return the short answer if its words stand together in what was checked and are not denied there, else None."""
    wanted = _stems(short_answer or "")
    checked = [text for item in kept for text in (item.text, *(quote.text for quote in item.quotes))]
    quotes = terms_of("\n".join(quote.text for item in kept for quote in item.quotes))
    if not short_answer or not wanted or terms_of(short_answer).missing_in(quotes):
        return None
    for text in checked:
        stems = _stems(text)
        places = [at for at in range(len(stems)) if stems[at : at + len(wanted)] == wanted]
        if any(not at or not is_negator(stems[at - 1]) for at in places):
            return short_answer
    return None


def _stems(text: str) -> list[str]:
    """Return the stems of the words that carry content or deny something."""
    return [stem(word) for word in words(text) if is_content(word) or is_negator(word)]


class FallbackAnswerer:
    """Asks a language model, and answers by quoting where it cannot be opened or fails.

    What a model said before it broke off is replaced by the whole answer of quotes.
    """

    def __init__(self, settings: Settings) -> None:
        self.name = settings.model
        self._model: LanguageModelAnswerer | None = None
        self._why = ""
        try:
            self._model = LanguageModelAnswerer(settings)
        except ModelError as error:
            self._why = str(error)

    def stream(self, readings: Readings, evidence: Sequence[Evidence]) -> Iterator[str | Draft]:
        """Yield the pieces of the model; where it fails, the draft of quotes, with a notice that says why."""
        why = self._why
        if self._model:
            try:
                yield from self._model.stream(readings, evidence)
            except ModelError as error:
                why = str(error)
            else:
                return
        draft = ExtractiveAnswerer().answer(readings, evidence)
        notice = _joined(wording.without_model(why, ExtractiveAnswerer.name), draft.notice)
        yield replace(draft, notice=notice, written_by=ExtractiveAnswerer.name)

    def rewrite(self, question: str, conversation: Conversation) -> Reply | None:
        """Return the question as the model rewrites it; None where it could not be opened."""
        return self._model.rewrite(question, conversation) if self._model else None
