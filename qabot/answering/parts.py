"""Questions that ask two things ("When did it fall, and how many were hurt?"): taken apart, and answered together."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from qabot.answering.answer import Answer, Citation, Conversation
from qabot.answering.references import names
from qabot.answering.rewrite import rewrite
from qabot.answering.wording import ABSTAINING, of_part, quoted
from qabot.models.reader import leaning
from qabot.text.lexicon import AUXILIARIES

_ASKS = r"(?:when|where|why|how|who|whom|whose|which|what)"
_WITH = r"(?:(?:by|in|on|at|to|for|from|with|of|since|until) )?"
_BOTH = re.compile(
    rf"^(?P<first>when|where|why|how),? and (?P<second>when|where|why|how) (?P<rest>{AUXILIARIES}\b.+)$", re.IGNORECASE
)
"""Two question words before one clause: "When and where did it sink"."""
_AND = re.compile(rf",? and (?={_WITH}{_ASKS}\b)", re.IGNORECASE)
_BEGUN = re.compile(rf"^(?:{_WITH}{_ASKS}|{AUXILIARIES})(?! (?:if|about)\b) ", re.IGNORECASE)
_ONE = re.compile(rf"{_BEGUN.pattern}(?:(?!{_ASKS}\b)[^ ]+(?: |$))+$", re.IGNORECASE)
"""A question without another one inside, of which what follows may be a part: "Did they say how many fell ill"."""
_WHOLE = re.compile(rf"^{_WITH}(?:when|where|why|how) {AUXILIARIES}\b", re.IGNORECASE)
"""A question for itself, of which no other sentence can be a part: "why did she leave", not "why she left"."""
_ALONE = re.compile(rf"^{_WITH}(?:when|where|why|how|whom)$", re.IGNORECASE)
_MARKERS = re.compile(r"\[(\d+)\]")


def asked_apart(question: str) -> list[str]:
    """Return what a question asks, each by itself, in its order; only the question where it asks one thing.

    The second may lean on the first as a follow-up does ("and why?", "and how many did it kill?").
    """
    body = question.strip().rstrip("?!. ")
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


def together(question: str, answers: Sequence[Answer]) -> Answer:
    """Return the answers to what a question asks as the answer to it, its citations numbered through.

    What the articles don't say of it is told in the notice. Where they say nothing of it, the first answer is given.
    """
    asked = " ".join(map(_asked_as, answers))
    given = [each for each in answers if not each.abstained]
    evidence = tuple({piece.place: piece for each in answers for piece in each.evidence}.values())
    timings: dict[str, float] = {}
    for each in answers:
        for step, spent in each.timings_ms.items():
            timings[step] = round(timings.get(step, 0.0) + spent, 1)
    first = (given or answers)[0]
    whole = replace(first, question=question, standalone_question=asked, evidence=evidence, timings_ms=timings)
    if not given:
        return whole
    markers: dict[tuple[str, int, int], Citation] = {}
    for citation in (citation for each in given for citation in each.citations):
        markers.setdefault(citation.place, replace(citation, marker=len(markers) + 1))
    left_out = [of_part(each.question, ABSTAINING[each.reason]) for each in answers if each.reason]
    notices = [each.notice for each in given if each.notice]
    numbered = [_renumbered(each, lambda place: markers[place].marker) for each in given]
    return replace(
        whole,
        text=_told_once(numbered),
        short_answer="; ".join(each.short_answer for each in given if each.short_answer) or None,
        confidence=min(each.confidence for each in given),
        citations=tuple(markers.values()),
        notice=" ".join([*notices, *left_out]) or None,
        dates=tuple(dict.fromkeys(date for each in numbered for date in each.dates)),
        disagreements=tuple(difference for each in numbered for difference in each.disagreements),
    )


def _asked_as(answer: Answer) -> str:
    """Return the question of a part as it stands beside the others: what it leans on, in brackets, stands there."""
    leans = answer.standalone_question.startswith(leaning(answer.question, "", None).removesuffix(")?"))
    return answer.question if leans else answer.standalone_question


def _told_once(answers: Sequence[Answer]) -> str:
    """Return the texts of answers, one behind the other; behind a short answer no quote that was given before."""
    told = ""
    for each in answers:
        text = each.text
        for sentence in (quoted(citation.quote) for citation in each.citations):
            if each.short_answer and sentence in told:
                text = text.replace(f" {sentence}", "", 1)
        told = f"{told} {text}".strip()
    return told


def _renumbered(answer: Answer, marker_of: Callable[[tuple[str, int, int]], int]) -> Answer:
    """Return an answer with other markers, by the places that they stand for."""
    new = {citation.marker: marker_of(citation.place) for citation in answer.citations}
    differing = tuple(
        replace(each, values=tuple(replace(v, citations=tuple(new[m] for m in v.citations)) for v in each.values))
        for each in answer.disagreements
    )
    return replace(
        answer,
        text=_MARKERS.sub(lambda match: f"[{new[int(match[1])]}]", answer.text),
        dates=tuple(replace(each, marker=new[each.marker]) for each in answer.dates),
        disagreements=differing,
    )
