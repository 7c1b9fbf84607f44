"""Time in questions, and how well sentences fit it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.text.dates.expressions import (
    StatedTime,
    TimeConstraint,
    stated_times,
    time_constraint,
    time_expressions,
    time_fit,
    timeliness,
)
from qabot.text.dates.period import Period, parse_period

TODAY = date(2024, 11, 27)


def asked(question: str) -> TimeConstraint:
    constraint = time_constraint(question, TODAY)
    assert constraint
    return constraint


def stated(sentence: str) -> tuple[StatedTime, ...]:
    return stated_times(sentence, time_expressions(sentence))


def fit(question: str, sentence: str, published: str | None = None) -> float:
    return time_fit(asked(question), stated(sentence), parse_period(published))


@pytest.mark.parametrize(
    ("question", "period"),
    [
        ("Who owned the mill between 1918 and 1919?", "1918-01-01/1919-12-31"),
        ("Who owned the mill from May 1944 to June 1945?", "1944-05-01/1945-06-30"),
        ("Who led the town before August 2021?", "../2021-07-31"),
        ("Who has led the town since 2015?", "2015-01-01/.."),
        ("What did the council decide last year?", "2023"),
        ("Where did she live in the late 1890s?", "1897-01-01/1899-12-31"),
    ],
)
def test_a_question_asks_about_a_time(question: str, period: str) -> None:
    found = asked(question).period
    assert found
    assert found.iso() == period


@pytest.mark.parametrize(
    "question", ["Who owns the mill now?", "What is the latest on the dam?", "Who is currently mayor?"]
)
def test_now_and_the_latest_ask_for_the_newest(question: str) -> None:
    assert asked(question).newest


@pytest.mark.parametrize(
    "question",
    [
        "When was the 1951 convention amended?",
        "In what year did the 2015 agreement end?",
        "Who hosts the 2034 World Cup?",
        "What is Agenda 2030?",
    ],
)
def test_a_year_in_a_name_is_not_the_time_asked_about(question: str) -> None:
    assert time_constraint(question, TODAY) is None


def test_a_year_in_the_name_of_what_was_held_in_it_is_asked_about() -> None:
    found = asked("Who won the 2022 regatta?").period
    assert found
    assert found.iso() == "2022"


def test_what_is_compared_with_is_not_the_time_asked_about() -> None:
    for question in ("Compared with 2022, how far did it rise in 2023?", "Did it cost more in 2023 than in 2022?"):
        found = asked(question).period
        assert found
        assert found.iso() == "2023"


@pytest.mark.parametrize("question", ["Who owned the mill?", "May dogs enter the park?", "How many people march?"])
def test_most_questions_ask_about_no_time(question: str) -> None:
    assert time_constraint(question, TODAY) is None
    assert time_fit(None, stated("It was sold in 1918.")) == 1


def test_the_sentence_of_the_time_asked_about_fits_best() -> None:
    question = "Who owned the mill between 1918 and 1919?"
    sentences = (
        "The Arnolds owned the mill from 1915 to 1920.",
        "The Becks bought the mill in 1912.",
        "The Cramers owned the mill from 1921 to 1940.",
        "The Dorns bought the mill in 1975.",
    )
    fits = [fit(question, sentence) for sentence in sentences]
    assert fits == sorted(fits, reverse=True)
    assert fits[0] > 0.8 > 0.5 > fits[1] > 0.25 > fits[2] > fits[3]


def test_a_day_within_the_time_asked_about_fits_as_well_as_that_time() -> None:
    question = "Who came to Velm in November 2023?"
    within = fit(question, "Ann Arn came to Velm in the last week of November 2023.")
    assert within == fit(question, "Ann Arn came to Velm in November 2023.") == 1
    assert 0.8 < fit(question, "Ann Arn came to Velm in 2023.") < 0.9


def test_a_sentence_without_a_date_is_of_its_articles_day() -> None:
    question = "Who led the town in 2021?"
    assert fit(question, "Beck leads the town.", "2021-05-04") > fit(question, "Beck leads the town.")
    assert fit(question, "Beck leads the town.") > fit(question, "Beck leads the town.", "2015-05-04")


dates = st.none() | st.dates()


@given(st.tuples(dates, dates), st.lists(st.tuples(dates, dates, st.sampled_from(["in", "since", "until", "span"]))))
def test_fits_are_shares(
    question: tuple[date | None, date | None], times: list[tuple[date | None, date | None, str]]
) -> None:
    def period(one: date | None, other: date | None) -> Period:
        return Period(min(one, other), max(one, other)) if one and other else Period(one, other)

    constraint = TimeConstraint(period(*question))
    fit_ = time_fit(constraint, [StatedTime(period(a, b), bound) for a, b, bound in times])  # type: ignore[arg-type]
    assert 0 <= fit_ <= 1


@pytest.mark.parametrize(
    "question", ["Is the town considering a new dam?", "Is the dam still closed?", "Who runs the mill now?"]
)
def test_how_things_stand_is_asked_of_the_newest(question: str) -> None:
    constraint = time_constraint(question)
    assert constraint
    assert constraint.newest


def test_passages_of_another_time_count_less() -> None:
    constraint = time_constraint("Who ran the mill last year?", date(2024, 5, 1))
    own, other = parse_period("2023-07-01"), parse_period("2019-07-01")
    assert timeliness(constraint, "Ann ran it.", own) == timeliness(constraint, "In 2023 Ann ran it.", other) == 1
    assert timeliness(constraint, "Ann ran it.", other) < 1
    assert timeliness(None, "Ann ran it.", other) == 1


@pytest.mark.parametrize("question", ["Who runs the mill now?", "What is the latest on the dam?"])
def test_now_asks_for_the_newest(question: str) -> None:
    constraint, other = time_constraint(question), time_constraint("Who ran the mill in 1990?")
    assert constraint
    assert constraint.newest
    assert other
    assert not other.newest
