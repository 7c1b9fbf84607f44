"""Words wrapped as they come."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from qabot.errors import ModelError
from qabot.render.screen import Screen, Status, WordWriter, styled

WORDS = st.lists(st.text("abcdefgh", min_size=1, max_size=12), min_size=1, max_size=30)


@given(words=WORDS, width=st.integers(12, 40), data=st.data())
def test_it_wraps_as_the_whole_text_would_be_wrapped(words: list[str], width: int, data: st.DataObject) -> None:
    text = " ".join(words)
    cut = data.draw(st.integers(0, len(text)))
    out = StringIO()
    writer = WordWriter(out, lambda: width)
    writer.write(text[:cut])
    writer.write(text[cut:])
    assert writer.end() == text
    assert out.getvalue() == textwrap.fill(text, width) + "\n"


@given(st.lists(st.text()), st.integers(1, 100))
def test_no_word_is_lost(pieces: list[str], width: int) -> None:
    out = StringIO()
    writer = WordWriter(out, lambda: width)
    for piece in pieces:
        writer.write(piece)
    writer.end()
    assert out.getvalue().split() == "".join(pieces).split()


def test_wide_characters_count_twice() -> None:
    out = StringIO()
    writer = WordWriter(out, lambda: 10)
    writer.write("漢字漢字 漢字")
    writer.end()
    assert out.getvalue() == "漢字漢字\n漢字\n"


class _Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_nothing_is_drawn_on_a_dumb_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr("sys.stdout", _Terminal())
    assert not Screen().drawn


def test_a_notice_breaks_between_words_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    monkeypatch.setattr("sys.stderr", err := _Terminal())
    path = "/home/ann/folder/with-a-very-long-name-of-its-own.md"
    Screen().notice(f"There is no program here to open it with. It is: {path}")
    Screen().notice("  indented\n\n漢字漢字漢字漢字漢字 漢字漢字漢字")
    assert err.getvalue().splitlines() == [
        "There is no program here to",
        "open it with. It is:",
        path,
        "  indented",
        "",
        "漢字漢字漢字漢字漢字",
        "漢字漢字漢字",
    ]


def test_a_line_that_is_redrawn_is_no_wider_than_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "12")
    out = _Terminal()
    with Status(out, "漢字漢字漢字漢字"):
        assert out.getvalue() == "\r\x1b[K漢字漢字漢 "


@pytest.mark.parametrize(
    ("name", "value", "welcome"), [("NO_COLOR", "1", False), ("NO_COLOR", "", True), ("TERM", "dumb", False)]
)
def test_colour_is_for_terminals_that_want_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, welcome: bool
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv(name, value)
    assert styled(_Terminal()) is welcome
    assert not styled(StringIO())


def test_an_answer_that_breaks_off_ends_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    def pieces() -> Iterator[str]:
        yield "Ada Quill cut the rib"
        raise ModelError("It broke off.")

    with pytest.raises(ModelError):
        Screen()._stream(pieces(), Status(StringIO(), ""), drawn=True)
    assert capsys.readouterr().out == "Ada Quill cut the rib\n"


def test_a_pager_that_is_no_command_line_is_none(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PAGER", "less '")
    Screen().page(Text("Ada Quill"), at="Ada")
    assert capsys.readouterr().out == "Ada Quill\n"
