"""Questions with their answers as questions of yes or no: whether a right or a wrong answer is so.

As Demszky et al. ("Transforming Question Answering Datasets Into Natural Language Inference Datasets", 2018) made
statements of them.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from typing import Any

from eval.reader.claims import AUXILIARY, finite_verb, tagger

SENTENCE_END = re.compile(r"(?<=[.?!]) +(?=[A-Z])")
NAME = re.compile(r"(?<![.?!] )(?<!^)\b[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*")
YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
ASKS_WHEN = re.compile(r"\bwhen\b|\b(?:what|which) (?:year|month|day|date)\b", re.IGNORECASE)
_ASKS_WHO = re.compile(
    r"who|(?:what|which) (?:person|man|woman|king|queen|president|country|city|team)\b", re.IGNORECASE
)
_ASKS_HOW_MANY = re.compile(r"how many\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_BE_OR_HAVE = r"(?P<aux>is|are|was|were|has|have|had|will|would|can|could|should|may|might)"
_DO = r"(?P<aux>did|does|do)"
_SUBJECT_IS_ASKED = re.compile(rf"(?:who|what|(?:what|which) \w+(?: \w+)?) {_BE_OR_HAVE} (?P<rest>.+)", re.I)
_OBJECT_IS_ASKED = re.compile(rf"(?:who|whom|what|(?:what|which) \w+(?: \w+)?) {_DO} (?P<rest>.+)", re.I)
_SUBJECT_DOES = re.compile(r"(?:who|what|(?:what|which) (?P<noun>\w+)) (?P<rest>.+)", re.I)
_TIME_OR_PLACE = re.compile(
    r"(?:when|where|(?:in |on )?(?:what|which) (?:year|month|day|date|city|country)) "
    r"(?P<aux>is|are|was|were|has|have|had|will|did|does|do) (?P<rest>.+)",
    re.I,
)
_COUNT_OF_SUBJECT = re.compile(rf"how many (?P<noun>\w+(?: \w+)?) {_BE_OR_HAVE} (?P<rest>.+)", re.I)
_COUNT_OF_OBJECT = re.compile(rf"how many (?P<noun>\w+(?: \w+)?) {_DO} (?P<rest>.+)", re.I)
_COUNT_DOES = re.compile(r"how many (?P<noun>\w+) (?P<rest>.+)", re.I)
_WHY = re.compile(r"why (?P<aux>is|are|was|were|has|have|had|did|does|do) (?P<rest>.+)", re.I)
_PREPOSITION = re.compile(
    r"(?:in|on|at|from|since|until|by|after|before|during|near|around|between|over|about)\b", re.I
)
_REASON = re.compile(r"(?:because|due to|to|in order to|for fear)\b", re.I)
_COUNT = re.compile(
    r"(?:(?:about|around|nearly|over|some|at least|more than) )?"
    r"(?:[1-9]\d*(?:,\d{3})*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+(?:teen|ty)(?:-\w+)?)\b",
    re.I,
)
_PEOPLE = re.compile(r" (?:people|persons|men|women|residents|civilians|students|children)\b")
_DAY = re.compile(r"\b\d{1,2}(?:st|nd|rd|th)?\b(?! ?\d{3})")
_ENDS_OPEN = re.compile(r"\b(?:in|on|at|from|with|for|to|by|of|about|into)$", re.I)


OtherName = Callable[[str, random.Random], str]
"""Returns another name than the one given."""


def whether(row: dict[str, Any], rng: random.Random, other_name: OtherName) -> tuple[str, str, str] | None:
    """Return whether an answer is so, the sentences that tell, and what is right; None where that isn't plain to ask.

    A wrong answer is refuted: that another is right is what the text says. Of a question that nothing answers the
    answer is whatever there is in its context of the kind that was asked for.
    """
    question, context = row["question"], row["context"]
    if not row["answers"]:
        kinds = ((_ASKS_WHO, NAME), (ASKS_WHEN, YEAR), (_ASKS_HOW_MANY, _NUMBER))
        of_kind = next((kind for asks, kind in kinds if asks.match(question)), None)
        there = [each for each in of_kind.finditer(context) if each[0] not in question] if of_kind else []
        if not there:
            return None
        drawn = rng.choice(there)
        at, answer, label = drawn.start(), drawn[0], "not-enough"
    else:
        at, answer, label = row["answers"][0]["start"], row["answers"][0]["text"].strip(" ."), "supported"
        if rng.random() < 0.55:
            told = [each["text"] for each in row["answers"]]
            wrong, label = other_answer(question, context, told, rng, other_name), "refuted"
            if wrong is None:
                return None
            answer = wrong
    put = asked_whether(question, answer)
    return (put, sentences_around(context, at, rng), label) if put else None


def with_answer(row: dict[str, Any], rng: random.Random, other_name: OtherName) -> tuple[str, str, str] | None:
    """Return a question with an answer behind it, the sentences that tell, and whether the answer is right by them.

    None for a wrong answer where the right one is neither a number nor a name.
    """
    told = [each["text"] for each in row["answers"]]
    wrong = rng.random() < 0.5
    answer = other_answer(row["question"], row["context"], told, rng, other_name) if wrong else told[0]
    around = sentences_around(row["context"], row["answers"][0]["start"], rng)
    return (f"{row['question']} {answer}", around, "refuted" if wrong else "supported") if answer else None


def whether_any(row: dict[str, Any], rng: random.Random) -> tuple[str, str, str] | None:
    """Return whether there was any of what a question counts, sentences by which there was or was none, what is right.

    "How many people were hurt?" becomes "Was anyone hurt?"; None for any other question.
    """
    body = row["question"].strip().rstrip("?").rstrip()
    answer = row["answers"][0] if row["answers"] else None
    if answer is None or not _COUNT.match(answer["text"]) or len(body) > 200:
        return None
    if found := _COUNT_OF_SUBJECT.fullmatch(body):
        people = found["noun"].lower() == "people"
        some = "anyone" if people and rng.random() < 0.7 else f"any {found['noun']}"
        front = {"were": "Was", "are": "Is", "have": "Has"}.get(found["aux"], _front(found))
        asked = f"{front if some == 'anyone' else _front(found)} {some} {found['rest']}?"
    elif (found := _COUNT_OF_OBJECT.fullmatch(body)) and _ends_with_verb(found["rest"]):
        asked = f"{_front(found)} {found['rest']} any {found['noun']}?"
    else:
        return None
    start, end = answer["start"], answer["start"] + len(answer["text"])
    context = row["context"]
    if rng.random() < 0.5:
        return asked, sentences_around(context, start, rng), "supported"
    count = _COUNT.match(answer["text"])
    after = context[start + count.end() :] if count else context[end:]
    nobody = _PEOPLE.match(after)
    none = rng.choice(("nobody", "no one")) if nobody else "no"
    at_start = not context[:start].strip() or context[:start].rstrip()[-1] in ".!?"
    put = none.capitalize() if at_start else none
    told = context[:start] + put + (after[nobody.end() :] if nobody else after)
    return asked, sentences_around(told, start, rng), "refuted"


def other_answer(
    question: str, context: str, answers: Sequence[str], rng: random.Random, other_name: OtherName
) -> str | None:
    """Return an answer of the same kind as the right ones; None for one that is neither a number nor a name."""
    answer = answers[0].strip(" .")
    if number := _NUMBER.search(answer):
        size = len(number[0])
        others = {n for n in _NUMBER.findall(context) if len(n) == size and not any(n in a for a in answers)}
        if size == 4 and number[0].isdigit():
            others.add(str(int(number[0]) + rng.choice((-10, -3, -2, -1, 1, 2, 4, 10))))
        return answer.replace(number[0], rng.choice(sorted(others))) if others else None
    if not answer[:1].isupper() or len(answer.split()) > 4:
        return None
    right = set(_WORD.findall(" ".join(answers)))
    names = {name for name in NAME.findall(context) if not right & set(_WORD.findall(name)) and name not in question}
    if names and rng.random() < 0.6:
        return rng.choice(sorted(names))
    name = other_name(answer, rng)
    return None if right & set(_WORD.findall(name)) else name


def sentences_around(text: str, at: int, rng: random.Random) -> str:
    """Return the sentence at a character of a text with up to two before and after it."""
    ends = [0, *(found.end() for found in SENTENCE_END.finditer(text)), len(text)]
    here = max(number for number, start in enumerate(ends[:-1]) if start <= at)
    first = max(0, here - rng.choice((0, 0, 1, 1, 2)))
    last = min(len(ends) - 1, here + 1 + rng.choice((0, 0, 0, 1, 2)))
    return text[ends[first] : ends[last]].strip()


def asked_whether(question: str, answer: str) -> str | None:
    """Return a question, with an answer to it, as the question whether that is so; None where that isn't plain.

    "When was the mill built?" with "1912": "Was the mill built in 1912?".
    """
    body = question.strip().rstrip("?").rstrip()
    if len(body) > 200 or len(answer.split()) > 8 or not answer.strip():
        return None
    if found := _WHY.fullmatch(body):
        return f"{_front(found)} {found['rest']} {answer}?" if _REASON.match(answer) else None
    if found := _TIME_OR_PLACE.fullmatch(body):
        day = _DAY.search(answer) and not answer.isdigit()
        before = "" if _PREPOSITION.match(answer) else "on " if day else "in "
        return f"{_front(found)} {found['rest']} {before}{answer}?"
    for counted in (_COUNT_OF_SUBJECT, _COUNT_OF_OBJECT, _COUNT_DOES):
        if found := counted.fullmatch(body):
            count = answer if answer.lower().endswith(found["noun"].lower()) else f"{answer} {found['noun']}"
            return _asked(found, count, counted is _COUNT_OF_OBJECT)
    for asked in (_SUBJECT_IS_ASKED, _OBJECT_IS_ASKED, _SUBJECT_DOES):
        if found := asked.fullmatch(body):
            return _asked(found, answer, asked is _OBJECT_IS_ASKED)
    return None


def _asked(found: re.Match[str], answer: str, is_object: bool) -> str | None:
    """Return the question whether an answer is so, of a question that asks for its subject or its object."""
    rest = found["rest"]
    if is_object:
        return f"{_front(found)} {rest} {answer}?" if _ends_with_verb(rest) or _ENDS_OPEN.search(rest) else None
    if "aux" in found.re.groupindex:
        return f"{_front(found)} {answer} {rest}?"
    said, *others = rest.split()
    verb = finite_verb([answer.split()[-1], said, *others])
    if verb is None or verb[0] != 1 or AUXILIARY.fullmatch(said):
        return None
    return f"{'Did' if verb[2] else 'Does'} {' '.join([answer, verb[1], *others])}?"


def _ends_with_verb(text: str) -> bool:
    return str(tagger().tag_sent(text.split())[-1][2]).startswith("VV")


def _front(found: re.Match[str]) -> str:
    return found["aux"].capitalize()
