"""How things stand now: the newest article answers."""

from __future__ import annotations

import pytest

from qabot.answering.answer import Citation, Evidence, told_dates
from qabot.answering.wording import told_on
from qabot.text.dates.constraint import time_constraint


@pytest.mark.parametrize("question", ["Who runs the mill now?", "What is the latest on the dam?"])
def test_now_asks_for_the_newest(question: str) -> None:
    constraint, other = time_constraint(question), time_constraint("Who ran the mill in 1990?")
    assert constraint
    assert constraint.newest
    assert other
    assert not other.newest


@pytest.mark.parametrize(
    ("published", "words"),
    [("2024-11-27", "27 November 2024"), ("2024-11", "November 2024"), ("2024", "2024"), (None, None), ("soon", None)],
)
def test_a_date_in_words(published: str | None, words: str | None) -> None:
    assert told_on(published) == words


def test_the_dates_of_a_quote_are_resolved_by_what_stands_before_it() -> None:
    text = "The mill burnt down in 1954. Six years later it was built again."
    piece = Evidence("a", None, None, None, None, "a.md", "a", text, 100, 100 + len(text), 1.0)
    quote = "Six years later it was built again."
    start = 100 + text.index(quote)
    citation = Citation(1, "a", None, None, None, None, "a.md", quote, start, start + len(quote), "a")
    (date,) = told_dates([citation], [piece])
    assert (date.marker, date.text, date.resolved) == (1, "Six years later", "1960")
    assert (date.start, date.end) == (start, start + len("Six years later"))
    assert "1954" in date.reasoning
