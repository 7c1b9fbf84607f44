"""Time expressions: which words tell a time, and which days they mean."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import SupportsIndex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.text.dates.expressions import DATE_FORMS, StatedTime, _matches, stated_times, time_expressions
from qabot.text.dates.period import Period
from qabot.text.dates.resolution import Setting

WEDNESDAY = "2024-11-27"


def meant(text: str, published: str | None = WEDNESDAY) -> list[tuple[str, str | None]]:
    return [(e.text, e.period.iso() if e.period else None) for e in time_expressions(text, published)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The bridge opened on 22 April 2019.", ("22 April 2019", "2019-04-22")),
        ("The bridge opened on April 22nd, 2019.", ("April 22nd, 2019", "2019-04-22")),
        ("The bridge opened April 22.", ("April 22", "2024-04-22")),
        ("A vote is due on December 3.", ("December 3", "2024-12-03")),
        ("The fair runs from Jan. 3-9, 2022.", ("Jan. 3-9, 2022", "2022-01-03/2022-01-09")),
        ("On Wednesday, Sept. 14, he sang.", ("Wednesday, Sept. 14", "2022-09-14")),
        ("It was built in March 1931.", ("March 1931", "1931-03")),
        ("It rained in July.", ("July", "2024-07")),
        ("The mill will close in July.", ("July", "2025-07")),
        ("Sales fell last July.", ("last July", "2024-07")),
        ("The ban holds until May this year.", ("May this year", "2024-05")),
        ("It was founded in 1874.", ("1874", "1874")),
        ("She was mayor 2004–09.", ("2004–09", "2004-01-01/2009-12-31")),
        ("He moved in the early 1990s.", ("early 1990s", "1990-01-01/1993-12-31")),
        ("The church is of the 12th century.", ("12th century", "1101-01-01/1200-12-31")),
        ("He came in the last week of November 2024.", ("the last week of November 2024", "2024-11-24/2024-11-30")),
        ("It rained in the first week of May 2021.", ("the first week of May 2021", "2021-05-01/2021-05-07")),
        ("Profits rose in the third quarter of 2023.", ("third quarter of 2023", "2023-07-01/2023-09-30")),
        ("Trams ran again in summer 2021.", ("summer 2021", "2021-06-01/2021-08-31")),
        ("Work began in late 2021.", ("late 2021", "2021-09-01/2021-12-31")),
        ("The mine shut on 2021-03-04.", ("2021-03-04", "2021-03-04")),
        ("The mine shut on 13/4/2021.", ("13/4/2021", "2021-04-13")),
        ("The fair was on the last Friday of May 2023.", ("the last Friday of May 2023", "2023-05-26")),
        ("They met on the second Tuesday in November 2023.", ("the second Tuesday in November 2023", "2023-11-14")),
        ("They met on the first Monday in May.", ("the first Monday in May", "2024-05-06")),
    ],
)
def test_the_calendar_dates(text: str, expected: tuple[str, str]) -> None:
    assert meant(text, "2024-11-27" if "Sept" not in text else "2022-10-01") == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The council voted on Thursday.", ("Thursday", "2024-11-21")),
        ("The council will vote on Thursday.", ("Thursday", "2024-11-28")),
        ("The council met Wednesday.", ("Wednesday", "2024-11-27")),
        ("The storm was expected to pass the coast late Saturday.", ("late Saturday", "2024-11-30")),
        ("They planned a march for Friday morning.", ("Friday", "2024-11-29")),
        ("Two shops announced Friday plans to merge.", ("Friday", "2024-11-22")),
        ("The plan for the dam passed on Friday.", ("Friday", "2024-11-22")),
        ("The pause on fees expires Dec. 31.", ("Dec. 31", "2024-12-31")),
        ("As the town prepares to host the fair in March, prices rise.", ("March", "2025-03")),
        ("The road stays shut until Friday.", ("Friday", "2024-11-29")),
        ("Earlier this week the ferry ran aground.", ("Earlier this week", "2024-11-25/2024-11-27")),
        ("July 26 - The union announces it is planning to leave.", ("July 26", "2024-07-26")),
        ("He came back yesterday.", ("yesterday", "2024-11-26")),
        ("She spoke last week.", ("last week", "2024-11-18/2024-11-24")),
        ("She spoke last month.", ("last month", "2024-10")),
        ("Prices doubled last year.", ("last year", "2023")),
        ("Prices doubled over past year.", ("past year", "2023-11-27/2024-11-27")),
        ("Prices doubled over the past three years.", ("the past three years", "2021-11-27/2024-11-27")),
        ("He left three years ago.", ("three years ago", "2021")),
        ("He left two days ago.", ("two days ago", "2024-11-25")),
        ("A bus crashed at the weekend.", ("the weekend", "2024-11-23/2024-11-24")),
        ("The dam will be ready later this year.", ("later this year", "2024-11-27/2024-12-31")),
        ("She left the day before yesterday.", ("the day before yesterday", "2024-11-25")),
        ("She will leave the day after tomorrow.", ("the day after tomorrow", "2024-11-29")),
        ("The fair is planned for next month.", ("next month", "2024-12")),
        ("Profits for last year fell.", ("last year", "2023")),
        ("It will rain during next week.", ("next week", "2024-12-02/2024-12-08")),
        ("The next week will be dry.", ("The next week", "2024-11-27/2024-12-04")),
        ("The dam will be shut over the next year.", ("the next year", "2024-11-27/2025-11-27")),
        ("The council voted after the November 20 flood.", ("November 20", "2024-11-20")),
        ("Snow fell last winter.", ("last winter", "2023-12-01/2024-02-29")),
    ],
)
def test_relative_expressions_are_counted_from_publication(text: str, expected: tuple[str, str]) -> None:
    assert [(w.removeprefix("over "), p) for w, p in meant(text)] == [expected]
    assert [period for _, period in meant(text, None)] == [None]


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("The court ruled in 2003. Six years later it ruled again.", "2009"),
        ("He signed on 3 April 2011 and left two days later.", "2011-04-05"),
        ("They met in May 1998. The following year they married.", "1999"),
        ("It opened in the 1980s and closed in the following decade.", "1990-01-01/1999-12-31"),
        ("In 1954 the mill burnt down. That same year the town was flooded.", "1954"),
        ("In 1983 she came home. On May 19 she was arrested.", "1983-05-19"),
        ("On 3 May 2023 the dam broke. The next day it rained.", "2023-05-04"),
        ("In 2010 the bridge fell. The next year it was built again.", "2011"),
        ("In December 2011 the talks began. In January they ended.", "2012-01"),
    ],
)
def test_what_follows_a_dated_sentence_is_counted_from_it(text: str, last: str) -> None:
    assert meant(text)[-1][1] == last
    assert meant(text, None)[-1][1] == last


def test_the_reasoning_is_told() -> None:
    first, second = time_expressions("The court ruled in 2003. Six years later it ruled again.")
    assert first.anchor == "calendar"
    assert (second.anchor, second.reasoning) == ("text", "six years later, counted from “2003” (2003): 2009")
    before = time_expressions("They met in May 1998. In the previous year they had written.")[-1]
    assert before.reasoning == "the year before “May 1998” (1998-05): 1997"
    (thursday,) = time_expressions("The council voted on Thursday.", WEDNESDAY)
    assert thursday.anchor == "published"
    assert thursday.reasoning == "the last one on or before the day, published 2024-11-27: 2024-11-21 (a Wednesday)"


@pytest.mark.parametrize(
    "text",
    [
        "They may march for hours.",
        "Theresa May met April Smith.",
        "USA TODAY reported it, and so did the Sunday Times.",
        "Black Friday sales and Friday prayers drew crowds.",
        "Some 2,000 people lost 1900 dollars each.",
        "Room 2012 is on the second floor.",
        "The train left at 1642 GMT.",
        "The band played its third song minutes later.",
        "Every year thousands come.",
        "More snow is expected in the coming days.",
        "It seemed like yesterday.",
        "Leaves fall where water springs.",
        "They led 44-37 in the second quarter.",
        "He died in the last year of the war.",
        "It rained on the last day of the fair.",
        "She fell ill in the last two years of her life.",
        "Power was cut in 2000 homes.",
        "They meet every first Monday in May.",
        "The day is 4/5/2024.",
        "The council honoured the victims of the January 6 attack.",
        "The next day it rained.",
    ],
)
def test_what_tells_no_day_is_left_alone(text: str) -> None:
    assert [period for _, period in meant(text) if period] == []


def test_a_publication_month_dates_only_what_it_can() -> None:
    assert meant("He left last year, on Thursday.", "2024-11") == [("last year", "2023"), ("Thursday", None)]


@given(st.text(max_size=200), st.sampled_from([None, "2024", "2024-11", "2024-11-27", "nonsense"]))
def test_any_text_is_read(text: str, published: str | None) -> None:
    found = time_expressions(text, published)
    assert all(text[e.start : e.end] == e.text for e in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


WORDS = st.sampled_from(
    "in on since the last next this 1999 2021 0001 May March Thursday years days later ago two 9999 1st 31 February 30"
    " early mid- century 1990s quarter Q3 , . - – weekend 20th centuries decades before year that".split()
)


@given(st.lists(WORDS, max_size=12).map(" ".join), st.sampled_from([None, "0001-01-01", "9999-12-31", "2024-02-29"]))
def test_any_words_of_time_are_read(text: str, published: str | None) -> None:
    for expression in time_expressions(text, published):
        period = expression.period
        if period and period.earliest and period.latest:
            assert period.earliest <= period.latest


def test_a_story_of_the_year_before_goes_on() -> None:
    assert meant("On 31 March 2023 she was asked. He agreed on 17 April.", "2024-11-27")[1] == (
        "17 April",
        "2023-04-17",
    )
    assert meant("On 30 December 2023 she was asked. He agreed on 5 January.", "2024-11-27")[1] == (
        "5 January",
        "2024-01-05",
    )


@pytest.mark.parametrize(
    ("told", "day"),
    [
        ("He had been arrested on 3 May.", "2015-05-03"),
        ("On 3 May he had left.", "2015-05-03"),
        ("He went free on 3 May.", "2016-05-03"),
        ("He had an operation on 3 May.", "2016-05-03"),
        ("He had need of help on 3 May.", "2016-05-03"),
    ],
)
def test_what_had_been_before_stays_in_the_year_of_the_story(told: str, day: str) -> None:
    assert meant(f"In November 2015 he was convicted. {told}", "2024-11-27")[1] == ("3 May", day)


def test_what_will_be_held_lies_ahead() -> None:
    assert meant("The vote will be held on 14 April, the council decided.", "2024-01-11") == [
        ("14 April", "2024-04-14")
    ]
    for text in (
        "It will not open on 4 May as planned but on 18 May, they said.",
        "It was put back to 18 May, they said.",
    ):
        assert meant(text, "2024-03-09")[-1] == ("18 May", "2024-05-18")


def stated(sentence: str) -> tuple[StatedTime, ...]:
    return stated_times(sentence, time_expressions(sentence))


@pytest.mark.parametrize(
    ("sentence", "period", "bound"),
    [
        ("She ran the mill from 1915 to 1920.", "1915-01-01/1920-12-31", "span"),
        ("She ran the mill ( 1915–1920 ).", "1915-01-01/1920-12-31", "span"),
        ("She ran the mill between March 1915 and May 1920.", "1915-03-01/1920-05-31", "span"),
        ("She has run the mill since 1990.", "1990-01-01/..", "since"),
        ("She has run the mill (1998–present).", "1998-01-01/..", "since"),
        ("She ran the mill until 1950.", "../1950-12-31", "until"),
        ("She ran the mill in 1950.", "1950", "in"),
    ],
)
def test_a_sentence_states_when_it_holds(sentence: str, period: str, bound: str) -> None:
    (time,) = stated(sentence)
    assert (time.period.iso(), time.bound) == (period, bound)


def test_the_dates_of_a_life_are_no_times_of_what_is_told() -> None:
    assert stated("Ann Arn ( 16 October 1911 – 5 January 2006 ) led the mill.") == ()
    assert [t.period.iso() for t in stated("Ann Arn ( 1985–1990 ) led the mill.")] == ["1985-01-01/1990-12-31"]


def test_the_end_of_a_large_number_counts_no_years() -> None:
    assert meant("The craft is some 4,000 years old; it began 12,500 years ago.", "2024-11-27") == []


@pytest.mark.parametrize("words", ["May ", "Monday ", "Today ", "the year before ", "a day ago ", "in the Q1 "])
def test_many_times_in_a_long_text_are_found_without_copies_of_all_that_follows(words: str) -> None:
    class Text(str):
        __slots__ = ()

        def __getitem__(self, where: SupportsIndex | slice) -> str:
            part = super().__getitem__(where)
            assert len(part) < 1_000
            return part

    text = Text(words * 500)
    for match, rule in _matches(text):
        rule.resolve(match, Setting(text, Period(date(2021, 5, 3), date(2021, 5, 3)), None))


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("The dam burst earlier this week.", "earlier this week"),
        ("The dam burst over the weekend.", "over the weekend"),
        ("The dam burst at the start of the week.", "the start of the week"),
        ("It is to be mended by the end of next month.", "the end of next month"),
        ("The dam burst early last week.", "early last week"),
        ("The dam burst overnight.", "overnight"),
        ("The dam burst this morning.", "this morning"),
        ("It had leaked in the past year.", "the past year"),
    ],
)
def test_a_time_told_relatively_is_taken_whole(text: str, form: str) -> None:
    found = DATE_FORMS["relative"].search(text)
    assert found
    assert found.group() == form


@pytest.mark.parametrize("text", ["He left the weekend paper.", "The night was cold.", "At the end of the road."])
def test_what_is_no_time(text: str) -> None:
    assert not DATE_FORMS["relative"].search(text)
