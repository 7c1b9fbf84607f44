"""Pages made up for these tests, in the forms that sites have; no rule may know their words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from eval.cleaning import SightingsInMemory
from qabot.articles.article import Document, Layout
from qabot.articles.assemble import article_of
from qabot.articles.boilerplate.clean import (
    ENOUGH,
    MANY,
    clean,
    is_left_out,
    line_keys,
    repeated_rows,
)
from tests.articles.boilerplate.test_clean import BODY

FORMULA = "Recommendations are chosen independently by the editors of our coverage team."
HEADING = "Why now?"


def page(name: str, *rows: str, site: str = "courier.example") -> Document:
    return Document(name, rows, Layout.PAGE, address=f"https://{site}/{name}")


def story(number: int) -> tuple[str, ...]:
    """An article's paragraphs; no two stories share one."""
    return tuple(
        f"On day {number} ship {part} left the port of town {number} with {part * 7} men aboard." for part in range(9)
    )


def repeated(document: Document, *others: Document) -> frozenset[str]:
    sightings = SightingsInMemory()
    for each in (document, *others):
        sightings.put(each.site, each.source, line_keys(each))
    return repeated_rows(document, sightings)


def test_what_enough_other_articles_hold_is_repeated() -> None:
    one, *others = (page(f"p{n}", *story(n), FORMULA) for n in range(ENOUGH + 1))
    assert repeated(one, *others) == {FORMULA}
    assert repeated(one, *others[1:]) == frozenset()
    assert repeated(one) == frozenset()


def test_case_and_white_space_do_not_matter() -> None:
    one, *others = (page(f"p{n}", *story(n), FORMULA.upper() if n else f"  {FORMULA}") for n in range(ENOUGH + 1))
    assert repeated(one, *others) == {f"  {FORMULA}"}


def test_short_lines_need_more() -> None:
    pages = [page(f"p{n}", *story(n), HEADING) for n in range(MANY + 1)]
    assert repeated(*pages) == {HEADING}
    assert repeated(*pages[:-1]) == frozenset()


def test_other_sites_do_not_count() -> None:
    one, *others = (page(f"p{n}", *story(n), FORMULA, site=f"site{n}.example") for n in range(9))
    assert repeated(one, *others) == frozenset()


def test_files_of_a_folder_are_a_site() -> None:
    pages = [Document(f"/inbox/p{n}.txt", (*story(n), FORMULA), Layout.PAGE) for n in range(ENOUGH + 1)]
    assert repeated(*pages) == {FORMULA}


def test_copies_do_not_count() -> None:
    wire = [page(f"p{n}", *story(1), *(f"{n}. Elsewhere" for _ in range(n))) for n in range(9)]
    assert repeated(*wire) == frozenset()
    versions = [page(f"p{n}", *story(1)[: 4 + n % 3], *story(n)[:5], FORMULA) for n in range(9)]
    assert repeated(*versions) == frozenset()


def test_a_document_read_again_holds_its_new_lines_only() -> None:
    sightings = SightingsInMemory()
    for n in range(ENOUGH + 1):
        for rows in ((*story(n), FORMULA), story(n)):
            document = page(f"p{n}", *rows)
            sightings.put(document.site, document.source, line_keys(document))
    assert repeated_rows(page("new", *story(99), FORMULA), sightings) == frozenset()


@given(st.lists(st.lists(st.sampled_from([*BODY, FORMULA, HEADING, "Share"])), min_size=1, max_size=12))
def test_only_lines_of_the_document_are_repeated(pages: list[list[str]]) -> None:
    documents = [page(f"p{n}", *rows) for n, rows in enumerate(pages)]
    assert repeated(*documents) <= set(pages[0])


def test_a_formula_goes_wherever_it_stands() -> None:
    rows = [*BODY[:2], FORMULA, *BODY[2:]]
    assert list(clean(rows, {FORMULA}).paragraphs) == BODY
    assert list(clean(rows).paragraphs) == rows
    assert is_left_out(FORMULA, {FORMULA})
    assert not is_left_out(FORMULA)


def test_repeated_headings_and_paragraphs_of_articles_stay() -> None:
    assert list(clean(BODY, {HEADING, BODY[1], BODY[-1]}).paragraphs) == BODY
    heading = "Best part of all"
    assert list(clean([*BODY, heading, "Somebody Else, “Film” (Studio)"], {heading}).paragraphs)[-2] == heading


def test_what_is_repeated_goes_from_the_ends() -> None:
    result = clean(
        ["The harbour paper", "Coal port closes after forty years", *BODY, "Sado Media"],
        {"The harbour paper", "Sado Media"},
    )
    assert list(result.paragraphs) == BODY
    assert result.removed == ("The harbour paper", "Sado Media")


def test_articles_are_made_without_what_is_repeated() -> None:
    written = Document("a.md", (*BODY, FORMULA), Layout.WRITTEN)
    extracted = Document("a.html", (*BODY, FORMULA), Layout.EXTRACTED, page=(*BODY, FORMULA))
    raw = page("a", *BODY, FORMULA)
    assert FORMULA in article_of(written, {FORMULA}).text
    for document in (extracted, raw):
        article = article_of(document, {FORMULA})
        assert FORMULA not in article.text
        assert FORMULA in article.removed
