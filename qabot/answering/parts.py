"""Questions that ask two things ("When did it fall, and how many were hurt?"): taken apart, and answered together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from qabot.answering.answer import Conversation
from qabot.answering.draft import Draft, Statement
from qabot.answering.references import names
from qabot.answering.rewrite import rewrite
from qabot.answering.wording import ABSTAINING, of_part, quoted
from qabot.models.reader import leaning, without_mark
from qabot.text.lexicon import AUXILIARIES, QUESTION_WORDS

_WITH = r"(?:(?:by|in|on|at|to|for|from|with|of|since|until) )?"
_BOTH = re.compile(
    rf"^(?P<first>when|where|why|how),? and (?P<second>when|where|why|how) (?P<rest>{AUXILIARIES}\b.+)$", re.IGNORECASE
)
"""Two question words before one clause: "When and where did it sink"."""
_AND = re.compile(rf",? and (?={_WITH}{QUESTION_WORDS}\b)", re.IGNORECASE)
_BEGUN = re.compile(rf"^(?:{_WITH}{QUESTION_WORDS}|{AUXILIARIES})(?! (?:if|about)\b) ", re.IGNORECASE)
_ONE = re.compile(rf"{_BEGUN.pattern}(?:(?!{QUESTION_WORDS}\b)[^ ]+(?: |$))+$", re.IGNORECASE)
"""A question without another one inside, of which what follows may be a part: "Did they say how many fell ill"."""
_WHOLE = re.compile(rf"^{_WITH}(?:when|where|why|how) {AUXILIARIES}\b", re.IGNORECASE)
"""A question for itself, of which no other sentence can be a part: "why did she leave", not "why she left"."""
_ALONE = re.compile(rf"^{_WITH}(?:when|where|why|how|whom)$", re.IGNORECASE)


def asked_apart(question: str) -> list[str]:
    """Return what a question asks, each by itself, in its order; only the question where it asks one thing.

    The second may lean on the first as a follow-up does ("and why?", "and how many did it kill?").
    """
    body = without_mark(question)
    if both := _BOTH.match(body):
        return [f"{both['first']} {both['rest']}?", f"{both['second'].capitalize()} {both['rest']}?"]
    for joint in _AND.finditer(body):
        first, second = body[: joint.start()], body[joint.end() :]
        one = _BEGUN if _WHOLE.match(second) else _ONE
        if one.match(first) and (_ALONE.match(second) or _ONE.match(second)):
            return [f"{first}?", f"{second[0].upper()}{second[1:]}?"]
    return [question]


def ask_behind(part: str, conversation: Conversation) -> str:
    """Return a part as it is asked behind another: one that names nothing, and refers to nothing, leans on that."""
    if names(part) or rewrite(part, conversation) != part:
        return part
    last = conversation.turns[-1].answer
    return leaning(part, last.standalone_question, last.short_answer)


def asked_as(part: str, meant: str) -> str:
    """Return a part as it stands beside the others: as it is meant, but what it leans on, in brackets, stands there."""
    leans = meant.startswith(leaning(part, "", None).removesuffix(")?"))
    return part if leans else meant


def together(parts: Sequence[str], drafts: Sequence[Draft]) -> Draft:
    """Return the drafts of the answers to the parts of a question as one.

    What the articles don't say of it is told in the notice. Where they say nothing of it, the first one is given.
    """
    given = [draft for draft in drafts if draft.statements]
    if not given:
        return drafts[0]
    statements: list[Statement] = []
    for draft in given:
        statements += _without(statements, draft) if draft.short_answer else draft.statements
    notices = [draft.notice for draft in given if draft.notice]
    left_out = [of_part(part, ABSTAINING[each.reason]) for part, each in zip(parts, drafts, strict=True) if each.reason]
    return Draft(
        statements=tuple(statements),
        short_answer="; ".join(draft.short_answer for draft in given if draft.short_answer) or None,
        confidence=min(draft.confidence for draft in given),
        notice=" ".join([*notices, *left_out]) or None,
        disputes=tuple(dispute for draft in given for dispute in draft.disputes),
    )


def _without(told: Sequence[Statement], draft: Draft) -> list[Statement]:
    """Return what a draft says behind its short answer, with only the marker of each quote that was given before."""
    given = {quote.place for statement in told for quote in statement.quotes}
    kept: list[Statement] = []
    for statement in draft.statements:
        text = f" {statement.text}"
        for quote in statement.quotes:
            if quote.place in given:
                text = text.replace(f" {quoted(quote.text)}", "", 1)
        if text.strip():
            kept.append(replace(statement, text=text.strip()))
        elif kept:
            kept[-1] = replace(kept[-1], quotes=(*kept[-1].quotes, *statement.quotes))
    return kept
