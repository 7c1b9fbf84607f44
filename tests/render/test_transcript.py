"""Transcripts; the page of HTML also in a browser, where one is installed."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.answering.answer import Conversation
from qabot.errors import UsageError
from qabot.render.text import plain
from qabot.render.transcript import transcript
from tests.render.browser import Browser, browsing
from tests.samples import QUOTE, abstained, answered

CONVERSATION = Conversation().with_turn(answered()).with_turn(abstained())
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


class Page(HTMLParser):
    """The tags of a page and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_page_has_the_quote_in_its_surroundings_with_the_answer_marked() -> None:
    page = transcript(".html", "fair", CONVERSATION)
    assert '<h1 dir="auto">fair</h1>' in page
    assert "It was raining. <q>The mayor, <mark>Ada Quill</mark>, cut the ribbon at noon.</q> People cheered." in page
    assert '<a href="#s1-1">[1]</a>' in page
    assert 'id="s1-1"' in page
    assert "What comes nearest:" in page


def test_a_page_says_how_a_question_was_understood_where_that_is_not_what_was_asked() -> None:
    follow_up = answered("And who?", standalone_question="Who cut <it>?")
    page = transcript(".html", "fair", Conversation().with_turn(answered()).with_turn(follow_up))
    assert page.count("Understood as: ") == page.count("Understood as: Who cut &lt;it&gt;?") == 1


def test_a_page_lists_the_address_of_a_source_outside_what_unfolds() -> None:
    page = transcript(".html", "fair", CONVERSATION)
    assert re.search(r"</details>\s*<p class=\"quiet\">/articles/fair.md</p>", page)


@pytest.mark.parametrize("suffix", [".md", ".html"])
def test_a_transcript_says_which_index_answered(suffix: str) -> None:
    moved = Conversation().with_turn(answered(index="/old")).with_turn(answered(index="/new"))
    assert "Answered from the index in /old, then the index in /new." in transcript(suffix, "fair", moved)
    assert "Answered from" not in transcript(suffix, "fair", CONVERSATION)


def test_a_page_needs_nothing_from_elsewhere() -> None:
    page = Page(transcript(".html", "fair", CONVERSATION))
    assert not {"script", "link", "img", "iframe"} & set(page.tags)
    assert not [value for name, value in page.attributes if name == "src"]


def test_a_quote_that_no_passage_holds_stands_alone() -> None:
    page = transcript(".html", None, Conversation().with_turn(answered(evidence=())))
    assert '<blockquote id="s1-1" dir="auto"><q>The mayor, <mark>Ada Quill</mark>, cut' in page


@given(st.text(), st.text(max_size=30))
def test_whatever_is_in_it_no_tag_is_made_of_it(text: str, short: str) -> None:
    hostile = f"<script>alert(1)</script>{text}"
    citation = replace(answered().citations[0], title=hostile, source=f"javascript:{hostile}", quote=hostile)
    answer = answered(hostile, text=f"{hostile} [1] [2]", short_answer=short, citations=(citation,))
    page = Page(transcript(".html", hostile, Conversation().with_turn(answer)))
    assert "script" not in page.tags
    assert not [value for name, value in page.attributes if name == "href" and not str(value).startswith("#s1-")]
    assert page.tags.count("a") == len(re.findall(r"\[0*1\]", plain(answer.text)))


def test_the_formats() -> None:
    assert transcript(".md", "fair", CONVERSATION).startswith("# fair\n\n## Who cut the ribbon?")
    assert json.loads(transcript(".json", "fair", CONVERSATION))["turns"][1]["reason"] == "not-stated"
    with pytest.raises(UsageError, match=r"ends in \.md, \.html or \.json"):
        transcript(".pdf", "fair", CONVERSATION)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if not BROWSER:
        pytest.skip("no Chromium is installed")
    with browsing(BROWSER, tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.mark.parametrize("width", [360, 1280])
def test_a_page_is_read_by_keyboard_alone(browser: Browser, tmp_path: Path, width: int) -> None:
    long = replace(answered().citations[0], source="https://example.org/" + "long-path-" * 30)
    page = tmp_path / "fair.html"
    page.write_text(transcript(".html", "fair", Conversation().with_turn(answered(citations=(long,)))), "utf-8")
    browser.open(page, width)
    assert not browser.evaluate(f"{DETAILS}.open")
    browser.press("Tab")
    assert browser.evaluate("document.activeElement.textContent") == "[1]"
    browser.press("Enter")
    assert browser.evaluate(f"{DETAILS}.open"), "the marker unfolds its source"
    assert browser.evaluate("document.querySelector('q').checkVisibility()")
    box = browser.evaluate("(({top, bottom}) => [top, bottom])(document.querySelector('q').getBoundingClientRect())")
    assert 0 <= box[0] < box[1] <= 800, "and shows the quote"
    assert browser.evaluate("document.querySelector('q').textContent") == QUOTE
    assert browser.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    browser.press("Tab")
    assert browser.evaluate("document.activeElement.href") == long.source
    browser.press("Tab", shift=True)
    assert browser.evaluate("document.activeElement.tagName") == "SUMMARY"
    assert browser.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid", "one sees where one is"
    browser.press("Enter")
    assert not browser.evaluate(f"{DETAILS}.open")


DETAILS = "document.querySelector('details')"
