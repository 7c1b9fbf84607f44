"""Questions that a text answers, made from its sentences by rule: who somebody is, when something was done, by whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from qabot.text.lexicon import MONTHS, SAYING
from qabot.text.tokens import is_content

_SENTENCE = re.compile(r"[^.!?\n]+[.!?]")
_NAME = r"[A-Z][\w’'-]+(?: (?:[A-Z][\w’'-]+|[A-Z]\.|al|bin|de|van|von)){0,2} [A-Z][\w’'-]+"
_ROLE = (
    r"(?:ambassador|analyst|author|chairman|chief|coach|commissioner|director|economist|envoy|founder|governor|head|"
    r"journalist|lawyer|leader|mayor|member|minister|officer|official|player|president|professor|reporter|researcher|"
    r"scientist|secretary|spokesman|spokesperson|spokeswoman|writer)"
)
_PERSON = re.compile(
    rf"\b(?P<before>{_ROLE}),? (?P<named>{_NAME})|"
    rf"\b(?P<first>{_NAME}),? (?:who|(?:an?|the) (?:\w+ ){{0,2}}(?P<after>{_ROLE})|{SAYING})\b"
)
_YEAR = r"(?:1[5-9]|20)\d\d\b"
_MONTH = rf"(?:{'|'.join(MONTHS)})"
_DATE = re.compile(rf"(?:(?:\d{{1,2}} )?{_MONTH} |{_MONTH} \d{{1,2}},? )?\b{_YEAR}")
_PASSIVE = re.compile(
    r"^\s*(?P<subject>(?:The |[A-Z])[\w’' -]{2,40}?) (?P<verb>was|were) (?P<done>\w{2,}(?:ed|wn|en|ld|lt|de|ght)) "
    rf"(?=.{{0,60}}\b{_YEAR})"
)
# Words that point at something before the sentence.
_POINTING = r"(?:he|her|his|it|its|our|that|their|them|these|they|this|those|we)"
_DEED = re.compile(
    r"^\s*(?P<who>(?:The \w|[A-Z])[\w’'-]*(?: [\w’'-]+){0,6}?) "
    rf"(?P<deed>[a-z]{{3,}}ed (?:an?|the|[A-Z][\w’'-]+) (?!.*\b{_POINTING}\b)[^,;:()“”\"]{{8,60}}?\w\w)[.!?]$"
)


@dataclass(frozen=True)
class MadeQuestion:
    """A question that a text answers.

    Attributes:
        kind: ``person`` (who is that?), ``time`` (when was it done?) or ``doer`` (who did it?).
        question: the question.
        answer: what the text says to it, in its words; empty where no short words of it do.
        sentence: the one that it is made of.
        about: the name of the person whom it asks about, or the question itself.
    """

    kind: Literal["person", "time", "doer"]
    question: str
    answer: str
    sentence: str
    about: str


def questions_from(text: str) -> Iterator[MadeQuestion]:
    """Yield the questions of all kinds that a text answers, in the order of its sentences."""
    for sentence in _SENTENCE.findall(text):
        for match in _PERSON.finditer(sentence):
            name, role = re.sub("[’']s$", "", match["named"] or match["first"]), match["before"] or match["after"] or ""
            if is_content(name.split()[0]):  # not "For Ada Quill"
                yield MadeQuestion("person", f"Who is {name}?", role, sentence, name)
        if done := _PASSIVE.match(sentence):
            subject = re.sub("^The ", "the ", done["subject"])
            question = f"When {done['verb']} {subject} {done['done']}?"
            date = _DATE.search(sentence, done.end())
            yield MadeQuestion("time", question, date[0] if date else "", sentence, question)
        if deed := _DEED.match(sentence):
            question = f"Who {deed['deed']}?"
            yield MadeQuestion("doer", question, re.sub("^The ", "the ", deed["who"]), sentence, question)
