"""A timeline as lines, JSON and a page."""

from __future__ import annotations

import errno
from datetime import date
from io import StringIO
from pathlib import Path

import pytest

from qabot.answering.answer import Citation
from qabot.answering.timeline import Event
from qabot.errors import QabotError
from qabot.render.screen import Screen
from qabot.render.timeline import show_timeline, timeline_json, timeline_page, write_timeline_page
from qabot.text.dates.period import Period


def event(day: date, text: str, marker: int) -> Event:
    source = "https://example.org/dam?a=1&b=2"
    citation = Citation(
        "a", "<b>Dam</b>", None, "The Courier", "2024-05-08", source, text, 0, len(text), "a", marker=marker
    )
    return Event(Period(day, day), "on Tuesday", "the last one", text, (citation,))


EVENTS = [
    event(date(1961, 5, 3), "The dam\nwas opened.", 1),
    event(date(1961, 5, 4), "It \x1b[31mheld.", 2),
    event(date(2024, 5, 7), "<script>alert(1)</script> voted.", 3),
]


def test_a_line_an_event_then_the_sources(capsys: pytest.CaptureFixture[str]) -> None:
    show_timeline(EVENTS, Screen())
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == "1961-05-03  The dam was opened. [1]"
    assert shown[1] == "1961-05-04  It held. [2]"
    assert shown[3] == ""
    assert shown[4] == "[1][2][3] The Courier, 2024-05-08, <b>Dam</b> (https://example.org/dam?a=1&b=2)"
    show_timeline([], Screen())
    assert capsys.readouterr().out == ""


def test_on_a_terminal_lines_break_between_words_beside_the_dates(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    out = Terminal()
    monkeypatch.setattr("sys.stdout", out)
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("NO_COLOR", "1")
    show_timeline([event(date(1961, 5, 3), "The council of the town opened the dam with a speech.", 1)], Screen())
    first, *others = out.getvalue().split("\n\n")[0].rstrip().splitlines()
    assert first.startswith("1961-05-03  The council")
    assert len(others) > 1
    assert all(line.startswith(" " * 12) and len(line.rstrip()) <= 40 for line in others)
    told = "1961-05-03 The council of the town opened the dam with a speech. [1]"
    assert " ".join([first, *others]).split() == told.split()


def test_the_document_has_every_event() -> None:
    told = timeline_json("dam", EVENTS)
    assert told["topic"] == "dam"
    events = told["events"]
    assert isinstance(events, list)
    assert [each["date"] for each in events] == ["1961-05-03", "1961-05-04", "2024-05-07"]
    assert events[0]["citations"][0]["marker"] == 1


def test_the_page_is_whole_and_safe() -> None:
    html = timeline_page("<dam>", EVENTS)
    assert html.startswith("<!doctype html>")
    assert "<script>" not in html
    assert "&lt;dam&gt;" in html
    assert html.count("<details>") == 3
    assert html.count('<a href="#event-') == 3
    assert 'href="https://example.org/dam?a=1&amp;b=2"' in html
    assert "default-src 'none'" in html
    assert "no dated event" in timeline_page("dam", [])


def test_a_page_of_somebody_else_is_kept(tmp_path: Path) -> None:
    article = tmp_path / "story.html"
    article.write_text("<!doctype html>\n<html lang='en'><title>Fair opens on the hill</title>")
    with pytest.raises(QabotError, match=r"story\.html is no page of HTML that qabot timeline wrote\. Give --html an"):
        write_timeline_page(article, "dam", EVENTS)
    assert "Fair opens" in article.read_text()
    own = tmp_path / "own.html"
    write_timeline_page(own, "dam", EVENTS)
    write_timeline_page(own, "dam", [])
    assert own.read_text("utf-8") == timeline_page("dam", [])


def test_a_folder_that_is_not_there_is_to_be_made(tmp_path: Path) -> None:
    with pytest.raises(QabotError, match=r"There is no folder .*gone\. Make it, or give --html another file\.$"):
        write_timeline_page(tmp_path / "gone" / "page.html", "dam", [])


def test_a_page_that_cannot_be_read_is_told_with_its_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.html"
    write_timeline_page(page, "dam", [])

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(QabotError, match=r"cannot be written: Permission denied\. Give --html another file\.$"):
        write_timeline_page(page, "dam", [])
