"""Made-up facts about things that a passage names, and near misses of them.

Real data hardly ever asks for what a passage that speaks of the right person does not say. So a sentence that states
an attribute (an age, a price, a birthplace) is put into a real passage; another attribute, or another name, is a near
miss.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

_NAME = re.compile(r"(?<![.!?] )(?<!^)\b[A-Z][a-z]+(?: (?:[A-Z][a-z]+|of|de|von) ?){0,2}[A-Z][a-z]+\b")
_PERSON = re.compile(r"\b(he|she|his|her|him)\b")

_CITIES = (
    "Oslo Nairobi Lima Geneva Kazan Chicago Lagos Hanoi Porto Ankara Riga Dublin Perth Quito Izmir Leeds Turin Kyoto "
    "Tbilisi Austin Bergen Doha Manila Minsk Naples Rabat Sofia Tampere Tunis Utrecht"
).split()
_FIRST = (
    "Maria Ivan Ahmed Li Grace Peter Fatima Tom Elena Kofi Anna David Yuki Omar Ruth Carlos Nina Paul Leila Jan".split()
)
_LAST = (
    "Okafor Petrov Haddad Chen Murphy Silva Novak Tanaka Berg Mensah Rossi Kaya Dubois Singh Larsen Popov Reyes Stone"
).split()
_MONTHS = "January February March April May June July August September October November December".split()
_UNIVERSITIES = (
    "Harvard|the University of Vienna|Moscow State University|Cairo University|Yale|the Sorbonne|Oxford".split("|")
)
_CAUSES = "a heart attack|pneumonia|cancer|a stroke|a car crash|an overdose|kidney failure".split("|")
_JOBS = "a nurse|an electrician|a teacher|a lawyer|a bus driver|an accountant|a surgeon|a carpenter".split("|")
_FIRMS = "Norvik Energy|the Harlow Group|Bluestone Capital|Terra Systems|the Kestrel Foundation|Orion Steel".split("|")
_LANGUAGES = "Portuguese|Arabic|Swahili|German|Polish|Mandarin|Turkish|Finnish".split("|")
_PARTIES = "the Green Party|the Labour Party|the Centre Party|the National Front|the Liberal Party".split("|")


@dataclass(frozen=True)
class Attribute:
    """Questions that ask for it and sentences that state it: `{x}` the name, `{v}` the value, kind of value by name."""

    value: str
    questions: tuple[str, ...]
    sentences: tuple[str, ...]


_OF_PEOPLE = (
    Attribute(
        "age",
        ("How old is {x}?", "What is {x}'s age?", "What age is {x}?"),
        (
            "{x} is {v} years old.",
            "{x}, {v}, did not want to comment.",
            "The {v}-year-old {x} lives in {c}.",
            "{x} turned {v} in {m}.",
            "{x}, aged {v}, was not present.",
        ),
    ),
    Attribute(
        "city",
        ("Where was {x} born?", "In which city was {x} born?", "What is the birthplace of {x}?"),
        (
            "{x} was born in {v}.",
            "A native of {v}, {x} came from a large family.",
            "Born in {v}, {x} had four sisters.",
        ),
    ),
    Attribute(
        "date",
        ("When was {x} born?", "What is {x}'s date of birth?", "In what year was {x} born?"),
        ("{x} was born on {v}.", "{x} (born {v}) has two sisters."),
    ),
    Attribute(
        "city",
        ("Where does {x} live?", "In which city does {x} live?"),
        ("{x} lives in {v}.", "{x} has a house in {v} with a large garden.", "{x} moved to {v} and still lives there."),
    ),
    Attribute(
        "person",
        ("Who is {x} married to?", "What is the name of {x}'s spouse?", "Who did {x} marry?"),
        ("{x} is married to {v}.", "{x} and {v} married in {y}.", "{x} wed {v} in {c}."),
    ),
    Attribute(
        "small",
        ("How many children does {x} have?", "How many kids does {x} have?"),
        ("{x} has {v} children.", "{x} is a parent of {v}.", "{x} raised {v} children in {c}."),
    ),
    Attribute(
        "date",
        ("When did {x} die?", "On what date did {x} die?"),
        ("{x} died on {v}.", "{x} passed away on {v} in {c}.", "The death of {x} on {v} came as a surprise."),
    ),
    Attribute(
        "cause",
        ("How did {x} die?", "What did {x} die of?", "What was the cause of {x}'s death?"),
        ("{x} died of {v}.", "{v} killed {x} in {y}.", "The doctors said that {x} had died from {v}."),
    ),
    Attribute(
        "university",
        (
            "Where did {x} study?",
            "Which university did {x} attend?",
            "Where did {x} go to university?",
            "Where was {x} educated?",
        ),
        ("{x} studied at {v}.", "{x} graduated from {v} in {y}.", "{x} holds a degree from {v}."),
    ),
    Attribute(
        "job",
        ("What did {x} do for a living?", "What was {x}'s first job?", "What job did {x} have?"),
        ("{x} first worked as {v}.", "Before that, {x} had been {v} in {c}."),
    ),
    Attribute(
        "money",
        ("How much does {x} earn?", "What is {x}'s salary?", "How much is {x} paid?"),
        ("{x} earns {v} a year.", "{x} is paid {v} a year.", "The annual salary of {x} is {v}."),
    ),
    Attribute("height", ("How tall is {x}?", "What is {x}'s height?"), ("{x} is {v} tall.", "{x} stands {v} tall.")),
    Attribute(
        "firm",
        ("Who does {x} work for?", "Which company does {x} work for?", "Who is {x}'s employer?"),
        ("{x} works for {v}.", "{x} was hired by {v} in {y}.", "{x} is employed by {v}."),
    ),
    Attribute(
        "languages",
        ("Which language does {x} speak?", "What languages does {x} speak?"),
        ("{x} speaks fluent {v}.", "{x} grew up speaking {v}."),
    ),
    Attribute(
        "party",
        ("Which party does {x} belong to?", "What political party is {x} a member of?"),
        ("{x} is a member of {v}.", "{x} joined {v} in {y}.", "{x} stood for {v} in {c}."),
    ),
    Attribute(
        "person",
        ("Who is {x}'s lawyer?", "Who represents {x} in court?"),
        ("{v}, a lawyer for {x}, said that the case was weak.", "{x} is represented by {v}."),
    ),
    Attribute(
        "person",
        ("Who did {x} meet?", "Who met with {x}?", "Who held talks with {x}?"),
        ("{x} met {v} in {c}.", "{x} held talks with {v} on {d}."),
    ),
    Attribute(
        "city",
        ("Where did {x} travel to?", "Which city did {x} visit?", "Where did {x} go?"),
        ("{x} flew to {v} on {d}.", "{x} arrived in {v} for a short visit.", "{x} visited {v} in {m}."),
    ),
)
_OF_THINGS = (
    Attribute(
        "money",
        ("How much did {x} cost?", "What did {x} cost?", "How much was spent on {x}?"),
        ("{x} cost {v}.", "Some {v} was spent on {x}.", "The bill for {x} came to {v}."),
    ),
    Attribute(
        "money",
        ("What is {x} worth?", "How much is {x} worth?", "What is the value of {x}?"),
        ("{x} is worth {v}.", "{x} was valued at {v} in {y}."),
    ),
    Attribute(
        "year",
        ("When was {x} founded?", "When was {x} established?", "In what year was {x} created?"),
        ("{x} was founded in {v}.", "{x} was set up in {v}.", "{x} dates from {v}."),
    ),
    Attribute(
        "person",
        ("Who founded {x}?", "Who is the founder of {x}?", "Who set up {x}?"),
        ("{x} was founded by {v}.", "{v} set up {x} in {y}.", "{x} is the work of its founder, {v}."),
    ),
    Attribute(
        "person",
        ("Who leads {x}?", "Who is the head of {x}?", "Who runs {x}?", "Who is in charge of {x}?"),
        ("{x} is led by {v}.", "{v}, the head of {x}, declined to comment.", "{v} runs {x}."),
    ),
    Attribute(
        "big",
        ("What is the population of {x}?", "How many people live in {x}?"),
        ("{x} has a population of {v}.", "{x} is home to {v} people.", "Some {v} people live in {x}."),
    ),
    Attribute(
        "big",
        ("How many people work for {x}?", "How many employees does {x} have?"),
        ("{x} employs {v} people.", "{x} has {v} employees.", "The workforce of {x} is {v}."),
    ),
    Attribute(
        "big",
        ("How many people were killed in {x}?", "How many people died in {x}?", "What was the death toll in {x}?"),
        ("{v} people were killed in {x}.", "The death toll in {x} stands at {v}.", "{x} has claimed {v} lives."),
    ),
    Attribute(
        "big",
        ("How many people were injured in {x}?", "How many were wounded in {x}?"),
        ("{v} people were injured in {x}.", "{x} left {v} wounded."),
    ),
    Attribute(
        "city",
        ("Where is {x} based?", "Where is the headquarters of {x}?", "Where is {x} located?"),
        ("{x} is based in {v}.", "The headquarters of {x} are in {v}.", "{x} has its main office in {v}."),
    ),
    Attribute(
        "person",
        ("Who owns {x}?", "Who is the owner of {x}?", "Who bought {x}?"),
        ("{x} is owned by {v}.", "{v} bought {x} in {y}.", "The owner of {x} is {v}."),
    ),
    Attribute(
        "year",
        ("When did {x} close?", "In what year did {x} end?", "When was {x} abolished?"),
        ("{x} was closed in {v}.", "{x} came to an end in {v}.", "{x} was dissolved in {v}."),
    ),
    Attribute(
        "height",
        ("How high is {x}?", "How tall is {x}?", "What is the height of {x}?"),
        ("{x} is {v} high.", "{x} rises to {v}."),
    ),
    Attribute(
        "person",
        ("Who criticised {x}?", "Who condemned {x}?"),
        ("{v} criticised {x} sharply.", "{x} was condemned by {v}."),
    ),
    Attribute(
        "person",
        ("Who is the spokesperson for {x}?", "Who speaks for {x}?"),
        ("{v}, a spokesperson for {x}, confirmed it.", "A statement was read by {v}, who speaks for {x}."),
    ),
    Attribute(
        "percent",
        ("By how much did {x} grow?", "What share of the vote did {x} win?", "What percentage did {x} get?"),
        ("{x} got {v}.", "{x} won {v} of the vote.", "{x} grew by {v}."),
    ),
)


@dataclass(frozen=True)
class Fact:
    """A question about something that the passage names, a sentence to put into it, and the answer's span in that."""

    question: str
    sentence: str
    span: tuple[int, int] | None  # None: a near miss, the sentence does not answer the question


def make_fact(passage: str, rng: random.Random) -> Fact | None:
    """A fact about a name of the passage; half of them near misses. None where it has no name to ask for."""
    names = sorted({match.group() for match in _NAME.finditer(passage)})
    if not names:
        return None
    name = rng.choice(names)
    attributes = _OF_PEOPLE if _PERSON.search(passage) and rng.random() < 0.8 else _OF_THINGS
    asked = rng.choice(attributes)
    question = rng.choice(asked.questions).format(x=name)
    kind = rng.random()
    stated, subject = asked, name
    if kind < 0.35:
        stated = rng.choice([a for a in attributes if a is not asked])
        answers = False
    elif kind < 0.55:
        subject = rng.choice([n for n in names if not set(n.split()) & set(name.split())] or [_person(rng)])
        answers = False
    else:
        answers = True
        if attributes is _OF_PEOPLE and rng.random() < 0.5:
            subject = name.split()[-1]
    value = _value(stated.value, rng)
    template = rng.choice(stated.sentences)
    before, after = template.split("{v}")
    fill = {
        "x": subject,
        "c": rng.choice(_CITIES),
        "m": rng.choice(_MONTHS),
        "y": str(rng.randrange(1900, 2026)),
        "d": rng.choice("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()),
    }
    before, after = before.format(**fill), after.format(**fill)
    sentence = before + value + after
    span = (len(before), len(before) + len(value)) if answers else None
    return Fact(question, sentence[0].upper() + sentence[1:], span)


def _person(rng: random.Random) -> str:
    return f"{rng.choice(_FIRST)} {rng.choice(_LAST)}"


def _value(kind: str, rng: random.Random) -> str:
    number = rng.choice((rng.randrange(12, 100), rng.randrange(100, 1000), rng.randrange(1, 99) * 1000))
    scale = rng.choice(("million", "billion", "thousand"))
    simple = {
        "age": lambda: str(rng.randrange(18, 95)),
        "city": lambda: rng.choice(_CITIES),
        "person": lambda: _person(rng),
        "small": lambda: rng.choice("two three four five six 2 3 4 5".split()),
        "cause": lambda: rng.choice(_CAUSES),
        "university": lambda: rng.choice(_UNIVERSITIES),
        "job": lambda: rng.choice(_JOBS),
        "firm": lambda: rng.choice(_FIRMS),
        "languages": lambda: rng.choice(_LANGUAGES),
        "party": lambda: rng.choice(_PARTIES),
        "year": lambda: str(rng.randrange(1850, 2026)),
        "big": lambda: f"{number:,}" if rng.random() < 0.8 else f"{rng.randrange(2, 90) / 10} million",
        "height": lambda: f"{rng.randrange(150, 210)} cm" if rng.random() < 0.5 else f"{rng.randrange(2, 300)} metres",
        "money": lambda: (
            f"{rng.choice('$€£')}{number:,}" if rng.random() < 0.5 else f"{rng.randrange(2, 99)} {scale} dollars"
        ),
        "percent": lambda: f"{rng.randrange(1, 99)}%" if rng.random() < 0.5 else f"{rng.randrange(2, 99)} per cent",
        "date": lambda: f"{rng.randrange(1, 29)} {rng.choice(_MONTHS)} {rng.randrange(1900, 2026)}",
    }
    return simple[kind]()
