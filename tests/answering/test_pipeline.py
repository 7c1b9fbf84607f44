"""The steps from a question to its answer: what is told of the dates in it."""

from __future__ import annotations

from qabot.answering.answer import Citation, Evidence
from qabot.answering.pipeline import told_dates


def test_the_dates_of_a_quote_are_resolved_by_what_stands_before_it() -> None:
    text = "The mill burnt down in 1954. Six years later it was built again."
    piece = Evidence("a", None, None, None, None, "a.md", "a", text, 100, 100 + len(text), 1.0)
    quote = "Six years later it was built again."
    start = 100 + text.index(quote)
    citation = Citation("a", None, None, None, None, "a.md", quote, start, start + len(quote), "a", marker=1)
    (date,) = told_dates([citation], [piece])
    assert (date.marker, date.text, date.resolved) == (1, "Six years later", "1960")
    assert (date.start, date.end) == (start, start + len("Six years later"))
    assert "1954" in date.reasoning
