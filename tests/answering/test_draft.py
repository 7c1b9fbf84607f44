from __future__ import annotations

import re
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.answering.draft import Composer, Draft, Quote, Statement, compose
from tests.samples import evidence

make_evidence = partial(evidence, title="A title", publisher="A paper", published="2024-04")


def draft_of(*statements: Statement) -> Draft:
    return Draft(statements, None, 0.5)


HARBOUR = make_evidence("The harbour opened in 1911. It closed in 1974.", start=100)
BRIDGE = make_evidence("The bridge is 402 metres long.", article_id="b")
OPENED, CLOSED = Quote(HARBOUR, 100, 127), Quote(HARBOUR, 128, 146)
LENGTH = Quote(BRIDGE, 0, 30)


def test_a_quote_is_the_slice_of_the_stored_text() -> None:
    assert OPENED.text == "The harbour opened in 1911."
    assert CLOSED.text == "It closed in 1974."


@pytest.mark.parametrize(("start", "end"), [(99, 110), (100, 147), (110, 110), (120, 110)])
def test_a_quote_outside_its_passage_cannot_be_made(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="not inside"):
        Quote(HARBOUR, start, end)


def test_the_dates_of_a_quote_are_resolved_by_what_stands_before_it() -> None:
    text = "The mill burnt down in 1954. Six years later it was built again."
    later = "Six years later it was built again."
    start = 100 + text.index(later)
    composer = Composer()
    composer.add(
        Statement("It was long closed.", (OPENED, Quote(make_evidence(text, start=100), start, 100 + len(text))))
    )
    _, date = composer.dates
    assert (date.marker, date.text, date.resolved) == (2, "Six years later", "1960")
    assert (date.start, date.end) == (start, start + len("Six years later"))
    assert "1954" in date.reasoning


@pytest.mark.parametrize(("text", "quotes"), [("1911", ()), (" ", (OPENED,))])
def test_a_statement_has_words_and_a_quote(text: str, quotes: tuple[Quote, ...]) -> None:
    with pytest.raises(ValueError, match="at least one quote"):
        Statement(text, quotes)


def test_markers_count_in_the_order_of_their_first_use_and_equal_quotes_share_one() -> None:
    text, citations = compose(
        draft_of(
            Statement("It closed in 1974.", (CLOSED,)),
            Statement("The bridge came later.", (LENGTH, CLOSED)),
            Statement("It opened in 1911.", (OPENED, OPENED)),
        )
    )
    assert text == "It closed in 1974. [1] The bridge came later. [2][1] It opened in 1911. [3]"
    assert [(citation.marker, citation.quote) for citation in citations] == [
        (1, CLOSED.text),
        (2, LENGTH.text),
        (3, OPENED.text),
    ]
    assert (citations[1].source, citations[1].published, citations[1].author) == ("/articles/b.md", "2024-04", None)


def test_the_same_slice_found_in_two_overlapping_passages_is_one_citation() -> None:
    overlapping = make_evidence("It closed in 1974. Nobody came.", start=128)
    text, citations = compose(draft_of(Statement("It closed.", (CLOSED, Quote(overlapping, 128, 146)))))
    assert (text, len(citations)) == ("It closed. [1]", 1)


def test_a_footnote_sign_of_the_article_is_no_marker() -> None:
    text, citations = compose(draft_of(Statement("The harbour opened.[7] [ 8 ]", (OPENED,))))
    assert text == "The harbour opened.(7) (8) [1]"
    assert len(citations) == 1


def test_an_abstention_composes_to_nothing() -> None:
    assert compose(draft_of()) == ("", ())


def test_streamed_statements_get_the_markers_of_the_whole() -> None:
    statements = (Statement("One.", (OPENED,)), Statement("Two.", (LENGTH, OPENED)))
    composer = Composer()
    assert " ".join(composer.add(statement) for statement in statements) == compose(draft_of(*statements))[0]


@given(
    st.lists(
        st.builds(
            Statement,
            st.text(st.sampled_from("[]0123 a"), min_size=1).filter(str.strip),
            st.lists(st.sampled_from([OPENED, CLOSED, LENGTH]), min_size=1).map(tuple),
        )
    )
)
def test_every_marker_in_the_text_is_a_citation_and_every_citation_has_one(statements: list[Statement]) -> None:
    text, citations = compose(draft_of(*statements))
    assert {int(marker) for marker in re.findall(r"\[(\d+)\]", text)} == {citation.marker for citation in citations}
    assert [citation.marker for citation in citations] == list(range(1, len(citations) + 1))
