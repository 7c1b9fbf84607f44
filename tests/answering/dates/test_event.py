"""Events that date a question."""

from __future__ import annotations

from datetime import date

from qabot.answering.answer import Evidence
from qabot.answering.dates.constraint import TimeConstraint, time_constraint
from qabot.answering.dates.event import dated
from qabot.answering.dates.period import Period


def passage(text: str, published: str | None = "2020-01-15") -> Evidence:
    return Evidence("a", None, None, None, published, "a.md", "a", text, 0, len(text), 1.0)


def asked(question: str) -> TimeConstraint:
    constraint = time_constraint(question)
    assert constraint
    return constraint


TEXTS = [
    passage("The flood in Aldham came in June 2019. Many left."),
    passage("On 2 June 2019 the flood reached Aldham and its mill."),
    passage("A flood came to Dunmore in 1920."),
]


def test_an_article_dates_the_event() -> None:
    constraint = dated(asked("How many people have left since the flood in Aldham?"), TEXTS)
    assert constraint.period == Period(date(2019, 6, 2), None)
    before = dated(asked("Who ran the mill before the flood in Aldham?"), TEXTS)
    assert before.period == Period(None, date(2019, 6, 2))


def test_what_no_article_dates_stays_undated() -> None:
    constraint = asked("How many people have left since the fire in Kirkby?")
    assert dated(constraint, TEXTS) == constraint
    stated = asked("How many people left in 2019?")
    assert dated(stated, TEXTS) == stated
