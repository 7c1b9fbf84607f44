"""Questions that a text answers, made from its sentences by rule: who, when, how many, what, and whether it is so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from qabot.text.lexicon import MONTHS, OFFICES, SAYING, UPPER
from qabot.text.names import without_possessive
from qabot.text.quantities import NUMBER
from qabot.text.tokens import is_content

_SENTENCE = re.compile(r"(?<![^.!?\n])[^.!?\n]+[.!?]")
_CAPITAL = rf"[{UPPER}][\w’'-]+"
_NAME = rf"{_CAPITAL}(?: (?:{_CAPITAL}|[A-Z]\.|al|bin|de|van|von)){{0,2}} {_CAPITAL}"
_ROLE = (
    rf"(?:{'|'.join(OFFICES)}|chairman|chief|commissioner|economist|founder|head|lawyer|member|officer|player|reporter"
    r"|scientist|writer)"
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
_REST = rf"(?!.*\b{_POINTING}\b)[^,;:()“”\"]{{8,90}}?\w\w"
_COUNT = rf"(?:(?:About|Some|Over|Around|Nearly|Almost|At least|More than|Only) )?(?P<count>(?i:{NUMBER}))"
_COUNTED = re.compile(
    rf"^\s*{_COUNT} (?P<noun>(?:[a-z-]+ )?[a-z]+s|people|men|women|children) "
    rf"(?P<told>(?:were|are|have|had|will|can|could) {_REST})[.!?]$"
)
_WILL_COUNT = re.compile(
    r"^\s*(?P<who>(?:The \w|[A-Z])[\w’'-]*(?: [\w’'-]+){0,4}?) (?P<aux>will|has|have|had|can|could) (?P<verb>[a-z]+) "
    rf"(?P<count>(?i:{NUMBER})) (?P<noun>(?:[a-z-]+ )?[a-z]+s|people)\b(?P<rest>[^,;:()“”\"]*)[.!?]$"
)
_IS_A = re.compile(
    r"^\s*(?P<what>(?:The )?[A-Z][\w’'-]*(?: [A-Z][\w’'-]*){1,3}) (?P<be>is|was) "
    rf"(?P<thing>(?:an?|the) (?!.*\b{_POINTING}\b)[^,;:()“”\"]{{3,60}}?\w\w)(?=[.!?,]| (?:that|which|who)\b)"
)


@dataclass(frozen=True)
class MadeQuestion:
    """A question that a text answers.

    Attributes:
        kind: ``person`` (who is that?), ``time`` (when was it done?), ``doer`` (who did it?), ``number`` (how many?),
            ``thing`` (what is it?) or ``whether`` (is it so?), of which the answer is Yes.
        question: the question.
        answer: what the text says to it, in its words; empty where no short words of it do.
        sentence: the one that it is made of.
        about: the name of the person whom it asks about, or the question itself.
    """

    kind: Literal["person", "time", "doer", "number", "thing", "whether"]
    question: str
    answer: str
    sentence: str
    about: str


def questions_from(text: str) -> Iterator[MadeQuestion]:
    """Yield the questions of all kinds that a text answers, in the order of its sentences."""
    for sentence in _SENTENCE.findall(text):
        for match in _PERSON.finditer(sentence):
            name, role = without_possessive(match["named"] or match["first"]), match["before"] or match["after"] or ""
            if is_content(name.split()[0]):  # not "For Ada Quill"
                yield MadeQuestion("person", f"Who is {name}?", role, sentence, name)
        if done := _PASSIVE.match(sentence):
            subject = re.sub("^The ", "the ", done["subject"])
            question = f"When {done['verb']} {subject} {done['done']}?"
            date = _DATE.search(sentence, done.end())
            yield MadeQuestion("time", question, date[0] if date else "", sentence, question)
            if date and (year := re.search(_YEAR, date[0])):
                whether = f"{done['verb'].capitalize()} {subject} {done['done']} in {year[0]}?"
                yield MadeQuestion("whether", whether, "Yes", sentence, whether)
        if deed := _DEED.match(sentence):
            question = f"Who {deed['deed']}?"
            yield MadeQuestion("doer", question, re.sub("^The ", "the ", deed["who"]), sentence, question)
        yield from _counts(sentence)
        thing = _IS_A.match(sentence)
        if thing and all(map(is_content, re.sub("^The ", "", thing["what"]).split())):
            question = f"What {thing['be']} {re.sub('^The ', 'the ', thing['what'])}?"
            yield MadeQuestion("thing", question, thing["thing"], sentence, question)


def _counts(sentence: str) -> Iterator[MadeQuestion]:
    """Yield how many a sentence says there are, and, where it is told of them first, whether it is so."""
    if told := _COUNTED.match(sentence):
        question = f"How many {told['noun']} {told['told']}?"
        yield MadeQuestion("number", question, told["count"], sentence, question)
        auxiliary, rest = told["told"].split(" ", 1)
        count = told["count"][0].lower() + told["count"][1:]
        whether = f"{auxiliary.capitalize()} {count} {told['noun']} {rest}?"
        yield MadeQuestion("whether", whether, "Yes", sentence, whether)
    elif told := _WILL_COUNT.match(sentence):
        who = re.sub("^(?:The|An?) ", lambda article: article[0].lower(), told["who"])
        question = f"How many {told['noun']} {told['aux']} {who} {told['verb']}{told['rest']}?"
        yield MadeQuestion("number", question, told["count"], sentence, question)
        whether = f"{told['aux'].capitalize()} {who} {told['verb']} {told['count']} {told['noun']}{told['rest']}?"
        yield MadeQuestion("whether", whether, "Yes", sentence, whether)
