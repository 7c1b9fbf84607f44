"""Transcripts; the page of HTML also in a browser, where one is installed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.answering.conversation import Conversation
from qabot.chat.transcript import transcript
from qabot.errors import UsageError
from qabot.render import plain
from tests.chat.samples import QUOTE, abstained, answered

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
    assert "The articles that came nearest (they do not answer it):" in page


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


@pytest.mark.skipif(not BROWSER, reason="no Chromium is installed")
@pytest.mark.parametrize("width", [360, 1280])
def test_in_a_browser_a_marker_unfolds_its_source(tmp_path: Path, width: int) -> None:
    """A frame of the page at its marker's address, looked at by a script of the test's own."""
    long = replace(answered().citations[0], source="https://example.org/" + "long-path-" * 30)
    page = transcript(".html", "fair", Conversation().with_turn(answered(citations=(long,))))
    page = page.replace("default-src 'none'; ", "").replace("</body>", f"{LOOK}</body>")
    (tmp_path / "fair.html").write_text(page, "utf-8")
    done = subprocess.run(
        [
            str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            f"--user-data-dir={tmp_path}/profile", f"--window-size={width},800", "--virtual-time-budget=3000",
            "--dump-dom", f"{(tmp_path / 'fair.html').as_uri()}",
        ],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    match = re.search(r"<pre>(.*?)</pre>", done.stdout, re.DOTALL)
    assert match, done.stderr[-2000:]
    seen = json.loads(match[1])
    assert seen["order"] == ["A", "SUMMARY"]  # by Tab: the marker, then the source
    assert seen["before"] == [False, False]
    assert seen["after"] == [True, True]
    assert seen["overflow"] <= 0
    assert seen["quote"] == QUOTE


LOOK = """<script>
const [details, quote, marker] = ["details", "q", ".answer a"].map(each => document.querySelector(each));
const visible = each => each.checkVisibility({contentVisibilityAuto: true}) && each.getBoundingClientRect().height > 0;
const shown = () => [details.open, visible(quote)];
const before = shown();
marker.click();
setTimeout(() => {
  const seen = {
    before, after: shown(), quote: quote.textContent,
    order: [...document.querySelectorAll("a[href], summary")].slice(0, 2).map(each => each.tagName),
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  };
  const note = document.createElement("pre");
  note.textContent = JSON.stringify(seen);
  document.body.append(note);
}, 500);
</script>"""
