"""Answering where nothing is to be searched: from one given passage, or not at all."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from qabot.answering.answer import Answer, Evidence
from qabot.answering.bot import load_answerer
from qabot.answering.chain import ABSTAINING, Answerer
from qabot.answering.draft import Draft, compose
from qabot.answering.followups import rewrite
from qabot.evaluation.case import Case
from qabot.evaluation.caseset import IndexProgress, Opened
from qabot.evaluation.record import digest
from qabot.evaluation.respondent import Reply, given_conversation, is_verbatim
from qabot.models.encoder import Encoder, load_encoder
from qabot.render import answer_json
from qabot.settings import Settings


@contextmanager
def over_one_passage(passages: Mapping[str, str], settings: Settings, _progress: IndexProgress) -> Iterator[Opened]:
    """For each case, by its id, the answerer with that passage as all the evidence there is."""
    encoder = load_encoder(settings.encoder)
    encoder.encode(["loaded before the first case, whose time it is not"])
    respondent = _OnePassage(passages, load_answerer(settings), encoder)
    yield Opened(respondent, {"documents": digest(passages.values())}, encoder)


@contextmanager
def only_rewriting(settings: Settings, _progress: IndexProgress) -> Iterator[Opened]:
    """The rewriting of follow-ups, and no answering."""
    yield Opened(_Rewriting(load_answerer(settings)))


class _OnePassage:
    def __init__(self, passages: Mapping[str, str], answerer: Answerer, encoder: Encoder) -> None:
        self._passages, self._answerer, self._encoder = passages, answerer, encoder

    def reply(self, case: Case) -> Reply:
        began = time.perf_counter()
        text, question = self._passages[case.case_id], case.turns[-1]
        *_, draft = self._answerer.stream(question, [_evidence(text, self._similarity(question, text))])
        assert isinstance(draft, Draft)
        answered = bool(draft.statements)
        words, citations = compose(draft) if answered else (ABSTAINING["not-stated"], ())
        answer = Answer(
            question=question,
            standalone_question=question,
            text=words,
            short_answer=draft.short_answer if answered else None,
            abstained=not answered,
            reason=None if answered else "not-stated",
            confidence=draft.confidence,
            citations=citations,
            evidence=(),
            model=self._answerer.name,
            timings_ms={"total": (time.perf_counter() - began) * 1000},
        )
        said = answer_json(answer)
        del said["evidence"]  # nothing was retrieved
        return Reply(said, is_verbatim(answer, {_PASSAGE: text}))

    def _similarity(self, question: str, text: str) -> float:
        one, other = self._encoder.encode([question, text])
        return float(one @ other)


_PASSAGE = "passage"


def _evidence(text: str, similarity: float) -> Evidence:
    return Evidence(
        article_id=_PASSAGE,
        title=None,
        author=None,
        publisher=None,
        published=None,
        source=_PASSAGE,
        origin=_PASSAGE,
        text=text,
        start=0,
        end=len(text),
        score=1.0,
        similarity=similarity,
    )


class _Rewriting:
    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer

    def reply(self, case: Case) -> Reply:
        question, conversation = case.turns[-1], given_conversation(case)
        rewritten = self._answerer.rewrite(question, conversation) if conversation.turns else None
        standalone = rewritten.question if rewritten else rewrite(question, conversation)
        return Reply({"question": question, "standalone_question": standalone})
