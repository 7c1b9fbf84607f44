"""The page: whole, offline, and safe whatever the articles say."""

import json
import re
import shutil
import subprocess
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.errors import QabotError
from qabot.evaluation.case import parse_case
from qabot.evaluation.comparison import Baseline, compare
from qabot.evaluation.judge import Verdicts
from qabot.evaluation.metrics import Figure
from qabot.evaluation.page import page, write_page
from qabot.evaluation.record import RunRecord
from qabot.evaluation.report import Report
from qabot.evaluation.result import Result
from qabot.evaluation.statistics import Estimate
from qabot.render.timeline import write_timeline_page
from qabot.settings import Settings
from tests.evaluation.results import answer, case, declined, evidence, failed, right, scored, wrong

NODE = shutil.which("node")
MARKS = Path(str(files("qabot.evaluation.page"))) / "marks.js"
EVIL = "<script>alert(1)</script><img src=http://evil.example/x.png onerror=alert(2)>\x1b[31m&amp;\u202e"
RESULTS = (
    right("year", "fact", short="2003", confidence=0.8),
    wrong("court", "fact", "name", confidence=0.4),
    failed("slow", "fact"),
    declined("moscow", "miss"),
    scored(case("found", "fact", sources=("002",)), answer(found=(evidence("/a/001.md"), evidence()))),
    scored(case(f"evil {EVIL}", EVIL, turns=(EVIL, EVIL)), answer(f"{EVIL} [1]", short=EVIL, source=EVIL)),
    scored(case("open", answers=(), turns=("Who?", "When?")), answer()),
)
RECORD = replace(RunRecord.begin(Settings(), [case()], index={"fingerprint": "f", "articles": 3}), seconds=7.4)
REPORT = Report(RESULTS, RECORD, compare(RESULTS, Baseline({"year": False, "court": True})))


class Elements(HTMLParser):
    """The elements of a page with their attributes, those left open, and its text."""

    VOID = frozenset({"meta", "br", "input", "link", "img", "use", "wbr"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.wrongly_closed: list[str] = []
        self.words = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag):
        if self.open and self.open[-1] == tag:
            self.open.pop()
        elif tag not in self.VOID:
            self.wrongly_closed.append(tag)

    def handle_data(self, data):
        self.words += data


@pytest.fixture(scope="module")
def html() -> str:
    return page(REPORT)


def test_it_asks_for_nothing_from_outside(html):
    assert not re.search(r"@import|@font-face|url\(\s*['\"]?(?!#)", html)
    elements = Elements(html).found
    assert not {"link", "img", "iframe", "object", "embed", "base"} & {tag for tag, _ in elements}
    for tag, attributes in elements:
        assert "http" not in attributes.get("style", "")
        for name in ("href", "src", "xlink:href", "action", "srcset", "poster"):
            assert attributes.get(name, "#").startswith("#"), (tag, attributes)


def test_what_articles_say_is_text_and_nothing_else(html):
    elements = Elements(html)
    assert [tag for tag, _ in elements.found].count("script") == 1
    assert not any(name.startswith("on") for _, attributes in elements.found for name in attributes)
    assert "<script>alert(1)</script><img src=http://evil.example/x.png onerror=alert(2)>" in elements.words
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", html)


def test_only_its_own_script_may_run(html):
    import base64
    import hashlib

    script = html[html.index("<script>") + len("<script>") : html.rindex("</script>")]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in html
    assert "default-src 'none'" in html


def test_the_name_of_a_metric_breaks_at_its_underscores_only(html):
    assert '<th scope="row">answered_<wbr>accuracy</th>' in html
    assert not re.search(r"<(th|span)[^>]*>answered_accuracy<", html.split('<h2 id="tags">')[0].split("<main>")[1])
    assert "#by-metric { overflow-wrap: break-word; }" in html  # anywhere would make its columns narrower than a word


def test_it_is_well_formed_and_no_id_is_there_twice(html):
    elements = Elements(html)
    assert (elements.open, elements.wrongly_closed) == ([], [])
    ids = [attributes["id"] for _, attributes in elements.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    for tag, attributes in elements.found:
        if tag in ("use", "a"):
            assert attributes["href"].removeprefix("#") in ids
        for reference in re.findall(r"url\(#([^)]+)\)", " ".join(attributes.values())):
            assert reference in ids


def test_it_can_be_read_on_a_phone_in_the_dark_and_without_seeing(html):
    elements = Elements(html)
    assert ("html", {"lang": "en"}) in elements.found
    assert "width=device-width" in html
    assert "prefers-color-scheme: dark" in html
    drawings = [attributes for tag, attributes in elements.found if tag == "svg"]
    assert len(drawings) == 6
    assert all(drawing["role"] == "img" and drawing["aria-label"] for drawing in drawings)
    labelled = {attributes["for"] for tag, attributes in elements.found if tag == "label"}
    assert labelled == {"words", "outcome", "tag"}
    assert not re.search(r"#0[1-6]0[1-6]0[1-6]\b", html)  # every colour is the page's


def test_every_case_is_there_with_what_was_said_and_why(html):
    rows = [attributes for tag, attributes in Elements(html).found if tag == "tr" and "data-outcomes" in attributes]
    assert [row["data-outcomes"] for row in rows] == [
        "right|fixed",
        "wrong|broken",
        "not scored",
        "right|declined",
        "right",
        "right" if RESULTS[5].correct else "wrong",
        "not judged",
    ]
    assert rows[1]["data-tags"] == "fact|name"
    words = " ".join(Elements(html).words.split())
    for said in (
        "The server did not answer.",
        "declined, as it must be",
        "that the articles do not say",
        "lacks: “2003”",
    ):
        assert said in words
    assert "the first of the named sources was retrieved at rank 2" in words


def test_without_its_script_all_cases_show_and_the_controls_do_not(html):
    (form,) = [attributes for tag, attributes in Elements(html).found if tag == "form"]
    assert "hidden" in form
    assert not any("hidden" in attributes for tag, attributes in Elements(html).found if tag == "tr")


def test_the_same_report_makes_the_same_page(html):
    assert page(REPORT) == html


def test_a_sets_figures_come_first():
    text = Elements(page(replace(REPORT, figures=(Figure("share answered", "coverage"),)))).words
    assert text.index("share answered") < text.index("Charts")
    assert "coverage by tag" in text


@pytest.mark.parametrize("results", [(), (failed("slow"),), (declined("moscow"),)])
def test_little_to_say_is_a_page_too(results):
    elements = Elements(page(Report(results, interrupted=True)))
    assert elements.open == []
    assert "interrupted" in elements.words


@pytest.mark.parametrize("tag", ["؝ العربية", "$x^2$ & <b>\n\ud800", "a" * 200])
def test_any_tag_may_stand_in_a_chart(tag):
    elements = Elements(page(Report((right("year", tag),))))
    assert (elements.open, elements.wrongly_closed) == ([], [])


@given(st.text(), st.text())
def test_any_text_may_stand_in_it(said, tag):
    result = scored(case("odd", tag, turns=(said or "?",)), answer(f"{said} [1]", short=said, source=said))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("qabot.evaluation.page._charts", lambda _report: [])  # they take a second each
        text = page(Report((result,)))
    text.encode("utf-8")
    elements = Elements(text)
    assert (elements.open, elements.wrongly_closed) == ([], [])


def test_it_is_written_in_place_of_an_earlier_one_and_of_nothing_else(tmp_path):
    file, empty = tmp_path / "report.html", Report((), interrupted=True)
    write_page(file, Report(()))
    write_page(file, empty)
    assert file.read_text("utf-8") == page(empty)
    cases = tmp_path / "cases.jsonl"
    cases.write_text('{"id": "x"}\n')
    with pytest.raises(QabotError, match="is no page of HTML"):
        write_page(cases, empty)
    article = tmp_path / "story.html"
    article.write_text("<!doctype html>\n<title>Fair opens on the hill</title>\n")
    write_timeline_page(timeline := tmp_path / "timeline.html", "fair", [])
    for other in (article, timeline):
        held = other.read_bytes()
        with pytest.raises(QabotError, match=r"no page of HTML that qabot eval wrote\. Give --report another"):
            write_page(other, empty)
        assert other.read_bytes() == held
    with pytest.raises(QabotError, match=r"There is no folder .*gone"):
        write_page(tmp_path / "gone" / "report.html", empty)
    with pytest.raises(QabotError, match=r"cannot be written: .* Give --report another"):
        write_page(tmp_path, empty)
    with pytest.raises(QabotError, match=r"cannot be written: File name too long\. Give --report another"):
        write_page(tmp_path / ("x" * 300), empty)


def test_a_judge_stands_beside_the_score():
    agreement = Estimate(0.5, (0.1, 0.9), 2, 1)
    verdicts = Verdicts(f"openai:{EVIL}", {"year": True, "court": True}, agreement, 0.25, ("court",), 1, EVIL)
    without, told = page(REPORT), page(replace(REPORT, verdicts=verdicts))
    assert "judge" not in Elements(without).words.lower().replace("not judged", "")
    words = " ".join(Elements(told).words.split())
    assert (
        "calls 2 of 2 right. It agrees with the score on 1: 0.500, 95% interval 0.100 to 0.900, Cohen's kappa 0.25"
        in words
    )
    assert "it failed on 1" in words
    assert "The judge's first error: <script>" in words
    assert "the judge: right" in words
    assert "judge differs (1)" in words
    assert "<script>alert" not in told
    none = replace(verdicts, right={}, agreement=Estimate(), kappa=None, disagreed=())
    assert "gave no verdict on any case (1 failed)" in " ".join(
        Elements(page(replace(REPORT, verdicts=none))).words.split()
    )
    cards = told[told.index('<ul class="cards">') : told.index("</ul>")]
    assert cards in without  # no figure depends on it


def marked(mark: str, result: Result, typed: str = "") -> dict[str, Any]:
    """The case that the page's script makes, read as ``qabot eval`` reads it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("qabot.evaluation.page._charts", lambda _report: [])  # they take a second each
        text = page(Report((result,)))
    said = json.loads(unescape(re.search(r"data-said='([^']*)'", text)[1]))
    values = (said["asked"], said["given"], said["abstained"], said["right"], mark, typed)
    call = f"markedCase({', '.join(map(json.dumps, values))})"
    script = MARKS.read_text("utf-8") + f"console.log(JSON.stringify({call}))"
    line = subprocess.run([NODE, "-e", script], capture_output=True, text=True, check=True).stdout
    assert parse_case(line).case_id == result.case.case_id
    return {key: value for key, value in json.loads(line).items() if key not in ("id", "turns", "tags")}


@pytest.mark.skipif(not NODE, reason="no Node.js is installed")
@pytest.mark.parametrize(
    ("mark", "result", "typed", "fields"),
    [
        ("right", right("year", short="in 2003"), "", {"answers": [["2003"]]}),
        ("right", wrong("year", short="MMIII"), "", {"answers": [["2003", "MMIII"]]}),
        ("right", scored(case("year", answers=(), abstain=None), answer(short="2003")), "", {"answers": [["2003"]]}),
        ("right", scored(case("year", abstain=True), answer()), "", {"answers": [["The court ruled in 2003."]]}),
        ("right", scored(case("year"), answer(abstained=True)), "", {"abstain": True}),
        ("right", scored(case("year", wrong=("MMIII", "IV")), answer(short="MMIII")), "",
         {"answers": [["2003", "MMIII"]], "wrong": ["IV"]}),
        ("wrong", wrong("year", short="spring"), "", {"answers": [["2003"]], "wrong": ["spring"]}),
        ("wrong", wrong("year", short="spring"), "in 2004", {"answers": [["in 2004"]]}),
        ("wrong", declined("year"), "", {"abstain": None}),
        ("wrong", scored(case("year", abstain=True), answer(short="2003")), "", {"abstain": True, "wrong": ["2003"]}),
        ("decline", wrong("year", short="spring"), "", {"abstain": True}),
    ],
)  # fmt: skip
def test_a_mark_makes_a_corrected_case(mark, result, typed, fields):
    assert marked(mark, result, typed) == fields
