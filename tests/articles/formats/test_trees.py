from __future__ import annotations

import lxml.etree
import lxml.html
import pytest

from qabot.articles.article import Layout
from qabot.articles.formats.page_lines import lines_of, without_hidden
from qabot.articles.formats.trees import drop_deep, instead_of, lower, parsed, strip
from tests.articles.formats.pages import MORE, PARAGRAPHS, document_of, page, paragraphs, rows

MANY = " ".join(f"a{n}" for n in range(140_000))


@pytest.mark.parametrize(
    "tag",
    [
        f"<p {MANY}>",
        f"<p x='>' y=\"<\" {MANY}>",
        f"<script>if (a <b '</script><p {MANY}>",
        f"<!-- <b ' --><title>a <b '</title></title><p {MANY}>",
    ],
    ids=["bare", "with marks", "after a script", "after a comment"],
)
def test_a_tag_with_attributes_without_end_is_read_by_other_means(tag: str) -> None:
    with pytest.raises(ValueError, match="too many attributes"):
        parsed(tag)
    document = document_of(page(body=tag + paragraphs(*PARAGRAPHS)))
    assert document.layout is Layout.PAGE
    assert set(PARAGRAPHS) <= set(document.rows)


@pytest.mark.parametrize(
    "tag", [f"<img alt='{MANY}'>", f"<img src=data:image/png;base64,{'a/' * 90_000}>", f"<!-- <p {MANY}> -->"]
)
def test_a_long_attribute_is_no_reason_to_give_up_the_article(tag: str) -> None:
    assert rows(page(body=tag + paragraphs(*PARAGRAPHS))) == PARAGRAPHS


def test_what_is_nested_too_deep_is_dropped_and_nothing_beside_it() -> None:
    tree = parsed("<div>" * 300 + "x" + "</div>" * 250 + "<p>y</p>" + "</div>" * 50 + "<p>z")
    assert drop_deep(tree)
    assert tree.text_content() == "yz"
    assert not drop_deep(tree)


def test_a_page_that_is_nested_too_deep_has_its_lines_and_what_its_head_states() -> None:
    document = document_of(page("<title>Port to close</title>", body=paragraphs(*PARAGRAPHS) + "<div>" * 300 + MORE))
    assert document.layout is Layout.PAGE
    assert document.rows[-4:] == (*PARAGRAPHS, MORE)
    assert ("title", "Port to close") in {(each.field, each.value) for each in document.stated}


@pytest.mark.parametrize(("keep_text", "left"), [(False, "<p>abd<i>e</i>f</p>"), (True, "<p>abcd<i>e</i>f</p>")])
def test_elements_are_removed_at_once(keep_text: bool, left: str) -> None:
    tree = lxml.etree.fromstring("<p>a<x/>b<x>c</x>d<i>e<x/></i>f</p>")
    strip(tree, "x", keep_text=keep_text)
    assert lxml.etree.tostring(tree).decode() == left
    assert len(tree.xpath("text()")) == 2


@pytest.mark.parametrize(
    "body",
    [
        "<p>" + "x <b hidden>y</b>" * 60_000,
        "<p>" + "x <b aria-hidden=true>y</b>" * 60_000,
        "<p>" + "ab<sup>ab</sup>" * 30_000,
        "<p>" + "<i></i>" * 5_000 + "<sup></sup>" * 5_000,
        "<div style='font-size:0'>" * 200 + "<b>x</b>" * 60_000,
    ],
    ids="hidden doubtful raised empty unsized".split(),
)
def test_hostile_pages_take_no_time(body: str) -> None:
    tree = without_hidden(parsed(f"<p>{MORE}</p>{body}"))
    lower(tree)
    assert lines_of(tree).lines[0] == MORE


def test_hidden_and_raised_characters_leave_one_text() -> None:
    tree = without_hidden(lxml.html.document_fromstring("<p>a<b hidden>x</b>b<sup>[1]</sup>c<sup>*</sup>d</p>"))
    lower(tree)
    assert tree.xpath("//p/text()") == ["ab [1]cd"]
    assert lines_of(tree).lines == ("ab [1]cd",)


@pytest.mark.parametrize(
    ("base", "mark", "left"),
    [
        ("the port shipped 31,400", "1", ""),
        ("in 1998", "2", ""),
        ("said the mayor", "12", ""),
        ("a pension.", "3,4", ""),
        ("1.5", "*", ""),
        ("31,400", "a", ""),
        ("the mayor", "[7]", " [7]"),
        ("30", "1", " [1]"),  # a footnote or a power: neither is made up
        ("a tank of 10", "6", "⁶"),
        ("3 × 10", "−4", "⁻⁴"),
        ("310 km", "2", "²"),
        ("E = mc", "2", "²"),
        ("the 21", "st", "st"),
        ("Setubal", "TM", "TM"),
        ("", "1", "1"),
    ],
)
def test_what_stands_for_raised_characters(base: str, mark: str, left: str) -> None:
    assert instead_of(mark, base) == left


@pytest.mark.parametrize(
    "mark",
    [
        "<sup>1</sup>",
        '<sup><a href="#note1">1</a></sup>',
        '<a href="#note1"><sup>1</sup></a>',
        '<span style="vertical-align: super">1</span>',
        '<a href="#fn1">1</a>',
        '<b><sup id="r1">1</sup></b>',
    ],
)
def test_the_mark_of_a_footnote_is_no_digit_of_the_number_before_it(mark: str) -> None:
    told = f"In 1998 it shipped 31,400{mark} tons of coal, as the council said, from a tank of 10<sup>6</sup> litres."
    expected = "In 1998 it shipped 31,400 tons of coal, as the council said, from a tank of 10⁶ litres."
    assert rows(page(body=paragraphs(*PARAGRAPHS, told)))[-1] == expected


def test_a_link_to_another_place_is_no_footnote() -> None:
    told = 'The council voted on <a href="https://sado.example/12#top">12</a> May to close the port for good.'
    assert rows(page(body=paragraphs(*PARAGRAPHS, told)))[-1].startswith("The council voted on 12 May")
