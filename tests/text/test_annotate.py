"""The sentences of a passage, what is found in each, and their record."""

from __future__ import annotations

import json
from datetime import date
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from qabot.text.annotate import annotate, from_record, to_record
from qabot.text.dates.period import Period

PASSAGE = (
    "The council of Wexmoor voted on 3 May 2019 for a dam. A year later Marie Dupont said: “It cost $4.5 million.”"
    "\n\nThe mill was owned by Holm from 1915 to 1920."
)
NEWSLIKE = st.lists(
    st.one_of(
        st.sampled_from(
            "The mill |Ann Holm |said. |In May 2019|two years later|since 1998|on Thursday|\n\n|? |U.S. |Sept. |5|“|, "
            "|from 3 to 5 June 2020 |about 6 million |$4.5 |percent".split("|")
        ),
        st.just("1" * 400),
        st.text(max_size=8),
    )
).map("".join)
PUBLISHED = st.sampled_from([None, "2024", "2024-11", "2024-11-27", "0001-01-01", "9999-12-31"])


def test_a_sentence_has_all_that_is_found_in_it() -> None:
    voted, cost, owned = annotate(PASSAGE, "2024-11-27")
    assert cost.text == PASSAGE[cost.start : cost.end] == "A year later Marie Dupont said: “It cost $4.5 million.”"
    assert voted.stems == {"council", "wexmoor", "vote", "3", "may", "2019", "dam"}
    assert [PASSAGE[slice(*name)] for name in cost.names] == ["Marie Dupont"]
    assert [(q.value, q.unit, PASSAGE[q.start : q.end]) for q in cost.quantities] == [
        (4_500_000, "$", "$4.5 million"),
    ]
    assert [(time.text, time.period) for time in cost.times] == [
        ("A year later", Period(date(2020, 1, 1), date(2020, 12, 31)))
    ]
    (stated,) = owned.stated
    assert (stated.period, stated.bound) == (Period(date(1915, 1, 1), date(1920, 12, 31)), "span")
    assert PASSAGE[stated.start : stated.end] == "1915 to 1920"


def test_a_sentence_alone_counts_its_own_characters() -> None:
    _, cost, owned = (sentence.alone() for sentence in annotate(PASSAGE, None))
    assert (cost.start, cost.text[: cost.end]) == (0, cost.text)
    assert [cost.text[slice(*name)] for name in cost.names] == ["Marie Dupont"]
    assert [cost.text[time.start : time.end] for time in cost.times] == ["A year later"]
    assert [cost.text[q.start : q.end] for q in cost.quantities] == ["$4.5 million"]
    assert [owned.text[time.start : time.end] for time in owned.stated] == ["1915 to 1920"]


def test_a_record_has_the_form_that_indexes_keep() -> None:
    record = to_record(annotate("Ann Holm paid about $5 in May 2019.", "2024"))
    days = [date(2019, 5, 1).toordinal(), date(2019, 5, 31).toordinal()]
    assert record == [
        [
            0,
            35,
            ["2019", "5", "ann", "holm", "may", "paid"],
            [[0, 8], [26, 34]],
            [[26, 34, days, "month", "a month: 2019-05", "calendar"]],
            [[26, 34, days, "in", False]],
            [[14, 22, 5.0, 4.5, 5.5, "about", "$"], [30, 34, 2019.0, 2019.0, 2019.0, "", ""]],
        ]
    ]


def test_nothing_has_no_sentences() -> None:
    assert annotate("\n ", "2024") == ()
    assert from_record("\n ", to_record(())) == ()


@settings(deadline=None)  # the first text loads the sentence splitter
@given(NEWSLIKE, PUBLISHED)
def test_what_is_found_are_slices_in_order(text: str, published: str | None) -> None:
    sentences = annotate(text, published)
    assert all(text[each.start : each.end] == each.text for each in sentences)
    assert all(a.end <= b.start for a, b in pairwise(sentences))
    for each in sentences:
        assert all(text[found.start : found.end] == found.text for found in (*each.times, *each.quantities))
        for found in (each.names, [(t.start, t.end) for t in each.times], [(q.start, q.end) for q in each.quantities]):
            assert all(each.start <= start < each.end and start < end for start, end in found)
            assert all(a[1] <= b[0] for a, b in pairwise(found))


@settings(deadline=None)
@given(NEWSLIKE, PUBLISHED)
def test_a_record_keeps_everything(text: str, published: str | None) -> None:
    sentences = annotate(text, published)
    assert from_record(text, json.loads(json.dumps(to_record(sentences)))) == sentences
