"""A first file of cases, made from the articles by rule, for a person to correct."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count, islice, zip_longest
from pathlib import Path

from qabot.errors import QabotError, writing
from qabot.evaluation.case import Case
from qabot.evaluation.matching import normalise
from qabot.render.text import web_address
from qabot.store.records import OpenIndex
from qabot.text.lexicon import MONTHS
from qabot.text.names import name_spans
from qabot.text.questions import MadeQuestion, questions_from

Made = Mapping[str, Sequence[MadeQuestion]]
"""The questions that texts answer, by the texts' sources."""

_WANTED = 20
_NOT_STATED = 2
_YEARS_OFF = 3
_KINDS = ("time", "doer", "person", "number", "thing", "whether")
_ARTICLES, _CHARS = 200, 8_000  # that are asked about, spread over the collection, and how much of each
_NAME = re.compile(r"(?:the )?[A-Z][\w’'.-]+(?: (?:of|and|the|[A-Z][\w’'.-]+)){0,4}")
_WHOLE = re.compile(rf"(?!{'|'.join(MONTHS)})[A-Z][a-z]+(?: [A-Z][a-z]+)+")
_NO_NAME = re.compile(
    r"(?:an?|but|he|i|in|it|on|she|that|there|these|they|this|those|we|what|who|why|you)\b", re.IGNORECASE
)
_NO_SUBJECT = re.compile(
    r"When (?:was|were) (?:An?|After|At|Before|He|In|It|Later|On|She|Similar|That|There|They|This|We)\b"
)


def write_first_cases(path: Path, index: OpenIndex) -> int:
    """Write cases about an index's articles to a new file and return how many.

    Raises:
        QabotError: there is such a file already, it cannot be written, or no case can be made.
    """
    cases = first_cases(index)
    if not cases:
        raise QabotError(
            "No question could be made from these articles. Write the cases by hand, a line each: "
            '{"id": "age", "turns": ["How old is she?"], "answers": [["41"]]}'
        )
    lines = (json.dumps(case.document(), ensure_ascii=False) + "\n" for case in cases)
    with writing(path, "Give --new another file."), path.open("x", encoding="utf-8", errors="replace") as file:
        file.writelines(lines)
    return len(cases)


def first_cases(index: OpenIndex) -> list[Case]:
    """Return cases of several kinds in turn, from all over the collection, and some that no article answers."""
    articles = index.articles()
    every = -(-len(articles) // _ARTICLES) or 1
    source_of = {each.article_id: each.source for each in articles[::every]}
    texts = {source_of[article_id]: text for article_id, text in index.texts(list(source_of)).items()}
    made = {source: list(filter(_is_good, questions_from(text[:_CHARS]))) for source, text in texts.items()}
    of_kinds = [*(list(_of_kind(kind, made)) for kind in _KINDS), list(_denied(made))]
    in_turn = [case for some in zip_longest(*of_kinds) for case in some if case]
    cases = list({case.turns: case for case in in_turn}.values())[:_WANTED]
    if every == 1:
        cases += _not_stated(texts, made)
        cases += _exchanged(texts, made)
    numbers: dict[str, Iterator[int]] = defaultdict(lambda: count(1))
    return [replace(case, case_id=f"{case.case_id}-{next(numbers[case.case_id])}") for case in cases]


def _of_kind(kind: str, made: Made) -> Iterator[Case]:
    """Yield cases of a kind, one a text: of these by their source."""
    for source, questions in made.items():
        if found := next((each for each in questions if each.kind == kind), None):
            yield Case(kind, (found.question,), ((found.answer,),), sources=(_named(source),), tags=(kind,))


def _denied(made: Made) -> Iterator[Case]:
    """Yield whether something was in another year than a text says: No."""
    for source, questions in made.items():
        for each in questions:
            year = re.search(r"\bin (\d{4})\?$", each.question) if each.kind == "whether" else None
            if year:
                other = f"{each.question[: year.start(1)]}{int(year[1]) - _YEARS_OFF}?"
                yield Case("denied", (other,), (("No",),), sources=(_named(source),), tags=("denied",))
                break


def _exchanged(texts: Mapping[str, str], made: Made) -> list[Case]:
    """Return cases that are to be declined: questions with the name of another text in the place of their own."""
    cases: list[Case] = []
    names = {
        source: [text[a:b] for a, b in name_spans(text[:_CHARS]) if _WHOLE.fullmatch(text[a:b])]
        for source, text in texts.items()
    }
    for source, questions in made.items():
        for each in questions:
            own = next(
                (n for n in names[source] if n in each.question and not each.question.startswith("Who is")), None
            )
            others = (n for other, some in names.items() if other != source for n in some if n not in texts[source])
            if own and (name := next((n for n in others if len(n.split()) == len(own.split())), None)):
                question = each.question.replace(own, name)
                cases.append(Case("exchanged", (question,), abstain=True, tags=("exchanged",)))
                break
    return cases[:_NOT_STATED]


def _named(source: str) -> str:
    return source if web_address(source) or "#" in source else Path(source).name


def _is_good(made: MadeQuestion) -> bool:
    if not normalise(made.answer):
        return False
    if made.kind == "whether":
        return not _NO_SUBJECT.match(re.sub(r"^\w+", "When was", made.question))
    if made.kind == "doer":
        return bool(_NAME.fullmatch(made.answer)) and not _NO_NAME.match(made.answer)
    return not _NO_SUBJECT.match(made.question)


def _not_stated(texts: Mapping[str, str], made: Made) -> Iterator[Case]:
    """Yield cases that are to be declined: how old people are of whom no text tells it."""
    people = dict.fromkeys(each.about for questions in made.values() for each in questions if each.kind == "person")
    untold = (name for name in people if not any(_may_tell_age(name, text) for text in texts.values()))
    for name in islice(untold, _NOT_STATED):
        yield Case("not-stated", (f"How old is {name}?",), abstain=True, tags=("not-stated",))


def _may_tell_age(name: str, text: str) -> bool:
    """True if a number of two digits stands near the last part of a name."""
    last = re.escape(name.split()[-1])
    return bool(re.search(rf"\b{last}\b[^.]{{0,60}}\b\d\d\b|\b\d\d\b[^.]{{0,60}}\b{last}\b", text))
