"""The chat's loop in a real pseudo-terminal, and off one."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import closing
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from qabot.chat.sessions import Sessions
from tests.chat.slow_chat import main
from tests.chat.terminal import ENVIRONMENT, ROOT, SLOW_CHAT, Terminal, slow_chat
from tests.chat.terminal import running as running_terminal


def saved(folder: Path) -> list[str]:
    with closing(Sessions(folder)) as sessions:
        return [turn.question for name in sessions.names() for turn in sessions.load(name).turns]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="module")
def running(folder: Path) -> Iterator[Terminal]:
    with slow_chat(folder, rows=40) as opened:
        yield opened


@pytest.fixture
def chat(running: Terminal) -> Terminal:
    """A chat that many tests share; each begins a conversation of its own, without filters."""
    running.ask("/new", "A new conversation")
    running.ask("/publisher", " articles")
    running.ask("/as-of", " articles")
    running.ask("/since", "All 3 articles")
    return running


def test_the_prompt_waits_for_no_index_and_no_model() -> None:
    script = "import sys, qabot.chat.loop, qabot.chat.editor; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True).stdout
    assert not set(loaded.split()) & {"chromadb", "tantivy", "onnxruntime", "numpy", "torch", "langchain_core"}


def test_a_question_is_answered_with_its_sources_and_saved(tmp_path: Path) -> None:
    with slow_chat(tmp_path) as chat:
        chat.ask("Who cut the ribbon?", "(fair.md)")
        assert "Ada Quill. The mayor, Ada Quill, cut the ribbon at noon. [1]" in chat.shown
        assert "[1] The Courier, 2024-05-06, Fair opens (fair.md)" in chat.shown
        assert "\x1b]8;" in chat.raw
        assert saved(tmp_path) == ["Who cut the ribbon?"]
        chat.type("\x04")
        assert chat.end() == 0
        assert re.search(r"Saved\. Go on with:\s+qabot chat --session 2[\d-]+ --index '.*/my index'", chat.raw)


def test_what_was_never_asked_is_not_called_saved(tmp_path: Path) -> None:
    with slow_chat(tmp_path, "fair") as chat:
        chat.type("\x04")
        assert chat.end() == 0
        assert "Saved." not in chat.raw


def test_commands_that_look_closer(chat: Terminal) -> None:
    chat.ask("/sources", "Ask a question first")
    chat.ask("/why", "Ask a question first")
    chat.ask("Who?", "fair.md")
    chat.ask("/help", "Anything else is a question")
    chat.ask("/sources", "fair.md")
    chat.ask("/show 1", "People cheered")
    assert ">>The mayor, Ada Quill, cut the ribbon at noon.<<" in chat.shown
    chat.ask("/show 9", "There are: 1.")
    chat.ask("/why", "is cited): 1")
    assert "understood as Who?" in chat.shown
    assert "* 0.710 0.000 The Courier, 2024-05-06, Fair opens" in chat.shown
    chat.ask("/disagreements", "do not differ")
    chat.ask("differ", "fair.md")
    chat.ask("/disagreements", "The articles differ on the hour:")
    assert '"noon" [1] of 2024-05-06, "one o\'clock" [2][3] (conflicting)' in chat.shown
    chat.ask("/sorces", "Did you mean /sources?")
    chat.ask("cost", "comes nearest")
    chat.ask("/show 1", "no sources to show")
    chat.ask("/why", "articles are about it, none answers")


def test_filters_are_set_shown_in_the_bar_and_lifted(chat: Terminal) -> None:
    chat.ask("/since 2024", "Only since 2024-01-01: 1 of 3 articles.")
    assert "Left out: 1 article without a date: state it in front matter" in chat.shown
    chat.expect("since 2024-01-01 | openai:slow | 1 of 3 articles")
    chat.ask("/until 2023", "No day fits both since 2024-01-01 and until 2023-12-31")
    chat.ask("/since yesterday", "'yesterday' is no date. Write 2024-04-22")
    chat.ask("/since", "All 3 articles.")
    chat.ask("/publisher hill gazette", "Only Hill Gazette: 2 of 3 articles.")
    chat.ask("/publisher the courier", "Only Hill Gazette, The Courier: 3 of 3 articles.")
    chat.ask("/publisher Curier", "Near: The Courier.")
    chat.ask("/as-of 2023", "Only as of 2023-12-31, Hill Gazette, The Courier: 1 of 3 articles.")
    chat.ask("/as-of", "Only Hill Gazette, The Courier: 3 of 3 articles.")
    chat.ask("/model", "openai:slow answers.")


def test_a_turn_is_taken_back_or_asked_again(chat: Terminal, folder: Path) -> None:
    before = saved(folder)
    chat.ask("/undo", "Ask a question first")
    chat.ask("/retry", "Ask a question first")
    chat.ask("One?", "fair.md")
    chat.ask("Two?", "fair.md")
    chat.ask("/retry", "Again: Two?")
    assert saved(folder) == ["One?", "Two?", *before]
    chat.ask("/undo", "Taken back: Two?")
    assert saved(folder) == ["One?", *before]
    chat.ask("/undo", "Taken back: One?")
    assert saved(folder) == before


def test_thanks_are_answered_and_no_turn(chat: Terminal, folder: Path) -> None:
    before = saved(folder)
    chat.ask("Thanks!", "You are welcome.")
    chat.ask("/sources", "Ask a question first")
    assert saved(folder) == before


def test_saving_to_a_file_never_overwrites(chat: Terminal, tmp_path: Path) -> None:
    chat.ask(f"/save {tmp_path}/talk.md", "Ask a question first")
    chat.ask("Who?", "fair.md")
    for name in ("talk.md", "talk.json", "talk.html"):
        chat.ask(f"/save {tmp_path}/{name}", "Saved 1 turn in")
    chat.ask(f"/save {tmp_path}/talk.md", "Take another name")
    chat.ask(f"/save {tmp_path}/talk.txt", "ends in .md, .html or .json")
    chat.ask(f"/save {tmp_path}/no/talk.md", "cannot be written. There is no folder")
    chat.ask("/save ~nobody-of-that-name/talk.md", "cannot be written. There is no folder")
    assert "## Who?" in (tmp_path / "talk.md").read_text("utf-8")
    assert json.loads((tmp_path / "talk.json").read_text("utf-8"))["turns"][0]["short_answer"] == "Ada Quill"
    assert "<mark>Ada Quill</mark>" in (tmp_path / "talk.html").read_text("utf-8")


def test_the_last_answer_is_copied_by_the_terminal(chat: Terminal) -> None:
    chat.ask("/copy", "Ask a question first")
    chat.ask("Who?", "fair.md")
    chat.ask("/copy", "Copied")
    copied = b64decode(chat.raw.rsplit("\x1b]52;c;", 1)[1].split("\x07")[0]).decode()
    assert copied.startswith("Ada Quill. The mayor, Ada Quill, cut the ribbon at noon. [1]\n\n[1] The Courier")


def test_ctrl_c_stops_an_answer_and_keeps_the_chat(chat: Terminal, folder: Path) -> None:
    before = saved(folder)
    chat.clear()
    chat.type("slow\r")
    chat.expect("word3")
    chat.type("\x03")
    chat.expect("Stopped.")
    chat.expect_prompt()
    chat.ask("Who?", "fair.md")
    assert saved(folder) == ["Who?", *before]


def test_ctrl_c_in_the_pager_is_the_pagers(tmp_path: Path) -> None:
    pager = tmp_path / "pager"
    pager.write_text("#!/bin/sh\ntrap '' INT\necho it pages\nread line </dev/tty\necho it ends\n")
    pager.chmod(0o755)
    with slow_chat(tmp_path, columns=20, rows=10, PAGER=str(pager)) as chat:
        chat.ask("Who?", "(fair.md)")
        chat.type("/show 1\r")
        chat.expect("it pages")
        chat.type("\x03\r")
        chat.expect("it ends")
        chat.expect_prompt()
        assert "Stopped." not in chat.raw


def test_ctrl_c_at_any_moment_keeps_the_chat(chat: Terminal) -> None:
    for count in range(20):
        chat.type("\x03" if count % 5 else "Who?\r")
    chat.type("\x15")
    chat.wait(lambda: chat.typed == ">")
    chat.ask("/new", "A new conversation")
    assert "Traceback" not in chat.raw


def test_what_is_typed_while_an_answer_comes_is_not_written_into_it(chat: Terminal) -> None:
    chat.clear()
    chat.type("slow\r")
    chat.expect("word3")
    chat.type("typed ahead")
    chat.expect("word9")
    assert "typed ahead" not in chat.shown
    chat.type("\x03")
    chat.expect("Stopped.")
    chat.wait(lambda: chat.typed.startswith(">"))
    chat.type("\x03")
    chat.expect_prompt()


def test_an_error_is_shown_and_the_chat_goes_on(chat: Terminal) -> None:
    chat.ask("fail", "The model refuses. Ask it nicely.")
    chat.ask("break", "This is a defect of qabot (ZeroDivisionError: oops)")
    chat.ask("Who?", "fair.md")
    assert "Traceback" not in chat.raw


def test_bytes_that_are_no_text_are_asked_as_a_question(chat: Terminal, folder: Path) -> None:
    chat.clear()
    os.write(chat.process.child_fd, b"Who was in the caf\xe9?\r")
    chat.expect("fair.md")
    assert "Who was in the caf\ufffd?" in saved(folder)
    chat.expect_prompt()
    chat.ask("/retry", "fair.md")


def test_what_a_check_changed_is_shown_again(chat: Terminal) -> None:
    chat.ask("checked", "fair.md")
    lines = chat.lines
    assert lines.index("Ada Quill cut it. [1]") > lines.index("Ada Quill cut it. [1] [7]")


def test_wide_letters_and_those_from_right_to_left_stay_whole(chat: Terminal) -> None:
    chat.ask("wide", "fair.md")
    assert chat.shown.replace(" ", "").count("市長の鐘") == 12
    assert "השנה נפתח היריד בעיר" in chat.shown  # as they are read; the terminal turns them round


def test_resizing_wraps_what_comes_anew(chat: Terminal) -> None:
    chat.type("half a question about the fair in Hillbrook")
    chat.expect_prompt("half a question about the fair in Hillbrook")
    chat.resize(30, 40)
    chat.wait(lambda: "> half a question about the fa" in chat.lines)
    chat.type("\x03")
    chat.expect_prompt()
    chat.clear()
    chat.type("Who?\r")
    chat.expect("(fair.md)")
    chat.expect_prompt()
    assert max(map(len, chat.lines)) <= 30
    assert all(word in chat.shown.split() for word in ("mayor,", "ribbon", "Courier,", "2024-05-06,"))
    chat.resize(80, 40)


def test_an_answer_goes_on_in_the_new_width(chat: Terminal, folder: Path) -> None:
    chat.clear()
    chat.type("halfway\r")
    chat.expect("word18 ")
    chat.resize(40, 40)
    (folder / "resized").touch()
    chat.expect("word59")
    chat.expect_prompt()
    new = " ".join(line for line in chat.lines if line.startswith("word")).split()
    at = new.index("word30")
    assert new[at : at + 30] == [f"word{number}" for number in range(30, 60)], "no word is broken"
    chat.resize(80, 40)


def test_a_question_typed_ahead_is_answered_next(chat: Terminal) -> None:
    chat.clear()
    chat.type("One?\rTwo?\r")
    chat.wait(lambda: chat.shown.count("(fair.md)") == 2)
    chat.expect_prompt()
    asked = [line for line in chat.lines if line.startswith("> ")]
    # An earlier command may stand above, drawn again in the new width.
    assert [line for line in asked if not line.startswith("> /")] == ["> One?", "> Two?"]


def test_a_chat_that_is_gone_on_with_shows_its_last_turns(tmp_path: Path) -> None:
    with slow_chat(tmp_path, "fair", rows=40) as chat:
        for question in ("One?", "Two?", "Three?", "Four?"):
            chat.ask(question, "fair.md")
    with slow_chat(tmp_path, "fair", rows=40) as chat:
        assert "Going on with fair, 4 turns. The last:" in chat.shown
        assert "> Four? Ada Quill. The mayor" in chat.shown
        assert "> Two?" in chat.shown
        assert "> One?" not in chat.shown


def test_one_can_go_on_with_another_conversation(tmp_path: Path) -> None:
    with slow_chat(tmp_path, "fair", rows=40) as chat:
        chat.ask("/sessions", "No other conversation is saved.")
        chat.ask("/resume", "No other conversation is saved.")
        chat.ask("One?", "fair.md")
        chat.ask("/new", "A new conversation")
        chat.ask("/sessions", ", 1 turn: One?")
        chat.ask("Two?", "fair.md")
        chat.ask("/resume", "Going on with fair, 1 turn. The last: > One? Ada Quill.")
        chat.ask("Three?", "fair.md")
        chat.ask("/resume fear", "Did you mean fair?")
        assert saved(tmp_path) == ["One?", "Three?", "Two?"]
        chat.type("/resume 2")  # the other is named after the day
        chat.expect("1 turn: Two?")
        chat.type("\t")
        chat.wait(lambda: len(chat.typed) > len("> /resume 2024-05-06"))


def test_one_can_type_before_the_index_is_open_and_the_bar_tells_how_far_it_is(tmp_path: Path) -> None:
    with slow_chat(tmp_path, "--indexing", "--late") as chat:
        chat.expect("openai:slow | Reading article 2 of 3...")
        (tmp_path / "read").touch()
        chat.expect("openai:slow | Getting the index ready...")
        chat.clear()
        chat.type("Who?\r")
        chat.wait(lambda: any(line.startswith("Getting the index ready...") for line in chat.lines))
        (tmp_path / "open").touch()
        chat.expect("fair.md")
        chat.expect_prompt()
        chat.expect("openai:slow | 3 articles")


def test_leaving_while_the_index_is_made_is_told_and_quick(tmp_path: Path) -> None:
    with slow_chat(tmp_path, "--indexing") as chat:
        chat.expect("Reading article 2 of 3")
        began = time.monotonic()
        chat.type("\x04")
        assert chat.end() == 0
        assert time.monotonic() - began < 8  # it waits for two
        assert "Leaving in a few seconds. What is indexed already is kept." in chat.shown


def test_the_first_chat_shows_questions_to_begin_with_above_what_is_being_typed(tmp_path: Path) -> None:
    with slow_chat(tmp_path, "--examples", "--late") as chat:
        chat.type("half a que")
        (tmp_path / "open").touch()
        chat.expect("Questions to begin with (Tab offers them):")
        chat.expect_prompt("half a que")
        assert chat.lines.index("  Who is Ada Quill?") < chat.lines.index("> half a que")
        chat.type("\x15\t")
        chat.expect_prompt("Who is Ada Quill?")
        chat.type("\r")
        chat.expect("(fair.md)")
    with slow_chat(tmp_path, "--examples") as chat:
        chat.ask("Who?", "(fair.md)")
        assert "Questions to begin with" not in chat.raw


def test_an_index_that_cannot_be_opened_ends_the_chat_with_one_line(tmp_path: Path) -> None:
    with slow_chat(tmp_path, "--unopened") as chat:
        assert chat.end() == 1
        assert "There is no index. Make one." in chat.shown
        assert "Traceback" not in chat.raw


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_colour_where_it_is_unwelcome(tmp_path: Path, environment: dict[str, str]) -> None:
    with slow_chat(tmp_path, **environment) as chat:
        chat.ask("Who?", "fair.md")
        answer = chat.raw[chat.raw.index("Ada Quill") :]
        assert "\x1b]8" not in answer
        assert not [code for code in ("\x1b[1", "\x1b[3", "\x1b[2m") if code in answer[: answer.index("fair.md")]]


def test_for_a_screen_reader_whole_lines_come_in_order(tmp_path: Path) -> None:
    with slow_chat(tmp_path, "--plain", PYTHONUTF8="0", PYTHONIOENCODING="ascii") as chat:
        chat.type("Who?\r")
        chat.expect("/articles/fair.md")
        chat.expect_prompt()
        chat.type("wide\r")
        chat.expect('"noon" - e [1]')  # no Unicode: what stands nearest
        chat.expect_prompt()
        chat.press("\x03", "/quit leaves the chat")
        chat.type("/quit\r")
        assert chat.end() == 0
        written = chat.raw.replace("\x1b[?2004h", "").replace("\x1b[?2004l", "")  # readline's, about pasting
        assert "\x1b" not in written
        reading = written.index("openai:slow is reading the articles. It has 60 seconds to begin.")
        assert reading < written.index("Ada Quill. The mayor")


def test_a_kill_loses_no_turn(tmp_path: Path) -> None:
    with slow_chat(tmp_path) as chat:
        chat.ask("Who?", "fair.md")
        chat.type("slow\r")
        chat.expect("word3")
        chat.process.kill(signal.SIGKILL)
    assert saved(tmp_path) == ["Who?"]


def test_in_a_process_of_its_own_off_a_terminal_an_error_shows_in_the_exit_code(tmp_path: Path) -> None:
    done = subprocess.run(
        [*SLOW_CHAT, str(tmp_path)], input=b"fail\nWho?\n\xff\xfe\n", capture_output=True, cwd=ROOT, env=ENVIRONMENT
    )
    assert done.returncode == 1
    assert done.stderr == b"line 1: The model refuses. Ask it nicely.\n"
    assert done.stdout.count(b"Ada Quill. The mayor") == 2


@pytest.fixture
def off_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[bytes], tuple[int, str, str]]:
    """Types lines into a chat in this process; returns its exit code, output and errors."""

    def call(typed: bytes) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["slow_chat", str(tmp_path)])
        monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(typed)))
        code = main()
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_off_a_terminal_each_line_is_a_question(
    off_terminal: Callable[[bytes], tuple[int, str, str]], tmp_path: Path
) -> None:
    code, out, err = off_terminal(b"Who?\n\ncost\n/QUIT now\nnever asked\n")
    assert (code, err) == (0, "")
    assert "\x1b" not in out
    assert out.startswith("> Who?\nAda Quill. The mayor, Ada Quill, cut the ribbon at noon. [1]\n\n[1] The Courier")
    assert "\n\n> cost\nThe articles do not say.\n" in out
    assert saved(tmp_path) == ["Who?", "cost"]


def test_off_a_terminal_who_takes_leave_is_no_end(
    off_terminal: Callable[[bytes], tuple[int, str, str]], tmp_path: Path
) -> None:
    code, out, err = off_terminal(b"Who?\nThat's all.\nbye\n\nfail\ncost\n")
    assert (code, err) == (1, "line 5: The model refuses. Ask it nicely.\n")
    assert re.findall("(?m)^> .*", out) == ["> Who?", "> fail", "> cost"]
    assert saved(tmp_path) == ["Who?", "cost"]


@pytest.mark.parametrize(("reader", "goes_on"), [("> {0}/log", True), ("| tee -i {0}/log", True), ("| cat", False)])
def test_an_interrupt_stops_the_answer_where_output_goes_elsewhere(tmp_path: Path, reader: str, goes_on: bool) -> None:
    command = f"set -o pipefail; {shlex.join(SLOW_CHAT)} {tmp_path} {reader.format(tmp_path)}"
    with running_terminal(Terminal(["bash", "-c", command], ROOT, ENVIRONMENT)) as chat:
        chat.expect_prompt()
        chat.type("slow\r")
        chat.expect("is reading the articles")
        chat.press("\x03", "Stopped." if goes_on else "Interrupted")
        if goes_on:
            chat.clear()
            chat.type("Who?\r")
            chat.wait(lambda: saved(tmp_path) == ["Who?"])
            chat.type("\x04")
            assert chat.end() == 0
            assert "Ada Quill. The mayor" in (tmp_path / "log").read_text()
        else:
            assert chat.end()


def test_leaving_begins_a_line_of_its_own_where_nothing_is_drawn(tmp_path: Path) -> None:
    with slow_chat(tmp_path, "--plain") as chat:
        chat.ask("Who?", "fair.md")
        chat.type("\x04")
        assert chat.end() == 0
        assert "> Saved." not in chat.raw
        assert "\nSaved. Go on with:" in chat.raw.replace("\r", "")


def test_what_people_type_elsewhere_for_help_and_to_leave_does_so(
    off_terminal: Callable[[bytes], tuple[int, str, str]], tmp_path: Path
) -> None:
    code, out, err = off_terminal(b"help\nExit\nnever asked\n")
    assert (code, err) == (0, "")
    assert "/sources        the sources of the last answer again\n" in out
    assert out.endswith("Anything else is a question.\n\n")
    assert saved(tmp_path) == []


def test_off_a_terminal_no_input_is_no_error(off_terminal: Callable[[bytes], tuple[int, str, str]]) -> None:
    assert off_terminal(b"") == (0, "", "")
