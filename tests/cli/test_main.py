"""The command line itself: what it refuses, its exit codes, and how it ends."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.chat.terminal import Terminal, running
from tests.cli.conftest import Run
from tests.cli.run import COMMAND, ROOT, environment, qabot

HEAVY = ("chromadb", "torch", "langchain", "langchain_core", "rich", "pydantic", "numpy", "prompt_toolkit", "httpx")


def test_help_imports_nothing_heavy() -> None:
    script = "import sys; from qabot.cli import main\ntry: main()\nfinally: print(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", script, "--help"], capture_output=True, text=True, cwd=ROOT, env=os.environ
    )
    assert done.returncode == 0
    loaded = set(done.stderr.split())
    assert "qabot.cli.app" in loaded
    assert not loaded & set(HEAVY)


def test_help_is_quick(tmp_path: Path) -> None:
    def seconds() -> float:
        """Processor time, which a busy machine does not stretch."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert qabot(tmp_path, "--help").returncode == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(seconds() for _ in range(3)) < 0.3


@pytest.mark.parametrize(
    "command",
    [
        *("index", "ask", "chat", "eval", "doctor", "articles list", "articles show", "articles remove"),
        *(f"sessions {name}" for name in ("list", "show", "search", "rename", "delete", "export")),
    ],
)
def test_every_help_begins_with_examples(run_bare: Run, command: str) -> None:
    done = run_bare(*command.split(), "--help")
    assert done.returncode == 0
    usage, what, *examples = [line.strip() for line in done.stdout.splitlines() if line.strip()][:5]
    assert usage.startswith(f"Usage: qabot {command} [OPTIONS]")
    assert what.endswith(".")
    assert examples[0] == "Examples:"
    assert f"qabot {command.split()[0]}" in examples[1]
    assert "\x1b" not in done.stdout


def test_in_a_process_of_its_own_the_exit_code_says_what_is_wrong(tmp_path: Path) -> None:
    refused = qabot(tmp_path, "ask", "--foo", "x")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == "qabot: No such option: --foo. Try: qabot ask --help\n"
    failed = qabot(tmp_path, "ask", "--continue", "x")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr.startswith("qabot: There is no conversation to continue.")
    assert failed.stderr.count("\n") == 1


def test_version(tmp_path: Path) -> None:
    from qabot import __version__

    done = qabot(tmp_path, "--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"qabot {__version__}\n", "")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["aks", "x"], "Did you mean 'ask'? Try: qabot --help"),
        (["-"], "Try: qabot --help"),
        (["When did it open?"], """Put ask before a question: qabot ask "When did it open?"\n"""),
        (["When did it open?", "--json"], """qabot ask "When did it open?"\n"""),
        (["Tell me about the fair"], """Put ask before a question: qabot ask "Tell me about the fair"\n"""),
        (["When", "did it", "open?"], """Put ask before a question: qabot ask "When did it open?"\n"""),
        (["What", "is", "it?"], """qabot ask "What is it?"\n"""),
        (["aks", "When?"], "Did you mean 'ask'? Try: qabot --help"),
        (["Who said 'it\u2019s $5'?"], """qabot ask 'Who said '"'"'it\u2019s $5'"'"'?'\n"""),
        (["ask", "Who", "won", "it"], "(won it). Put the question in quotation marks. Try: qabot ask --help"),
        (["timeline", "the", "port"], "(port). Put the topic in quotation marks. Try: qabot timeline --help"),
        (["articles", "show", "a", "b"], "(b). Try: qabot articles show --help"),
        (["ask"], "Missing argument 'QUESTION'"),
        (["ask", "--foo", "x"], "No such option: --foo"),
        (["ask", "--since", "yesterday", "x"], "Write 2024-04-22, 2024-04 or 2024"),
        (["ask", "--since", "2024-02-30", "x"], "'2024-02-30' is no date"),
        (["ask", "--since", "2024-00", "x"], "'2024-00' is no date"),
        (["ask", "--until", "24-01", "x"], "'24-01' is no date"),
        (["ask", "--as-of", "0000", "x"], "'0000' is no date"),
        (
            ["ask", "--since", "2024-05", "--until", "2024-04", "x"],
            "No day fits both since 2024-05-01 and until 2024-04-30. Change one of them.",
        ),
        (
            ["ask", "--since", "2024-05", "--as-of", "2024-04", "x"],
            "No day fits both since 2024-05-01 and as-of 2024-04-30. Change one of them.",
        ),
        (
            ["chat", "--since", "2024-05", "--until", "2023"],
            "No day fits both since 2024-05-01 and until 2023-12-31. Change one of them.",
        ),
        (["ask", "--passages", "0", "x"], "--passages takes a whole number, 1 to 50. Try"),
        (["ask", "--passages", "51", "x"], "--passages takes a whole number, 1 to 50. Try"),
        (["ask", "--passages", "many", "x"], "--passages takes a whole number, 1 to 50. Try"),
        (["eval", "--out", "-"], "- is no file here. Name one."),
        (["eval", "--limit", "0"], "--limit takes a whole number, 1 or more. Try"),
        (["ask", "--chroma", "http://u:secret@h:99999", "x"], "'http://h:99999' is no address of a server"),
        (["ask", "--model", "gpt-5", "x"], "provider:name"),
        (["ask", "--model", "openai:", "x"], "provider:name"),
        (["ask", "--prompts", "mine", "--fallback", "extractive", "x"], "--prompts and --fallback would say nothing"),
        (["ask", "--session", "a b", "x"], "1 to 64 letters"),
        (["ask", "--session", "a", "--continue", "x"], "not both"),
        (["chat", "--session", "a", "--continue"], "not both"),
        (["articles", "show"], "Missing argument 'ID'"),
        (["articles", "show", "a", "--text", "--json"], "one of --text"),
        (["eval", "--fail-under", "accuracy"], "METRIC=VALUE"),
        (["eval", "--new", "x", "--fail-under", "accuracy=1"], "--new asks nothing, so --fail-under would say nothing"),
        (["eval", "--from", "x", "--limit", "1", "--index", "y"], "--from asks nothing, so --index, --limit would"),
        (["eval", "--fail-under", "acuracy=1"], "Did you mean accuracy?"),
    ],
)
def test_a_wrong_command_line_is_refused_in_one_line(run_bare: Run, arguments: list[str], says: str) -> None:
    done = run_bare(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("qabot: ")
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "variables", "says"),
    [
        (["ask", "--continue", "x"], {}, "Start one with --session NAME"),
        (["chat", "--continue"], {}, "Start one with --session NAME"),
        (["ask", "x"], {"QABOT_MODLE": "x"}, "Did you mean QABOT_MODEL?"),
        (["ask", "x"], {"QABOT_ZZZZ": "x"}, "There are: QABOT_INDEX, QABOT_CHROMA, "),
        (["ask", "x"], {"QABOT_PASSAGES": "none"}, "The setting passages cannot be 'none'"),
        (["ask", "x", "--index", "nowhere"], {}, "qabot index"),
        (["ask", "x"], {"QABOT_PASSAGES": "0"}, "it should be greater than or equal to 1"),
        (["articles", "list", "--index", "nowhere"], {}, "qabot index"),
        (["index", "nowhere"], {}, "nowhere"),
        (["index", "--index", "nowhere"], {}, "There are no articles"),
        (["eval", "--baseline", "nowhere"], {}, "There is no file nowhere"),
        (["eval", "nowhere.jsonl"], {}, "nowhere.jsonl"),
        (["ask", "--session", "a", "x"], {"QABOT_STATE": "/dev/null/x"}, "QABOT_STATE"),
        (["ask", "x", "--index", "~nobody-of-that-name/x"], {}, "/~nobody-of-that-name/x. Make one: qabot index"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(
    run_bare: Run, arguments: list[str], variables: dict[str, str], says: str
) -> None:
    done = run_bare(*arguments, **variables)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("qabot: ")
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


def test_where_the_starter_articles_are_not_indexed_yet_no_folder_of_ours_is_named(tmp_path: Path) -> None:
    done = qabot(tmp_path, "articles", "remove", "a")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "qabot: There is no index here yet. Make one: qabot index PATH_OR_URL\n"


@pytest.mark.parametrize(
    ("arguments", "code"), [(["ask", "--passages", "0", "x"], 2), (["articles", "list", "--index", "nowhere"], 1)]
)
def test_every_error_breaks_between_words(tmp_path: Path, arguments: list[str], code: int) -> None:
    said = qabot(tmp_path, *arguments).stderr
    with running(Terminal([*COMMAND, *arguments], tmp_path, environment(tmp_path, TERM="xterm"), columns=40)) as shown:
        assert shown.end() == code
        written = shown.raw.replace("\r\n", "\n")
    assert len(written.splitlines()) > 1
    assert written.split() == said.split()


@pytest.mark.parametrize("arguments", [["--debug", "ask", "--continue", "x"], ["ask", "--continue", "x", "--debug"]])
def test_debug_shows_the_traceback_wherever_it_stands(run_bare: Run, arguments: list[str]) -> None:
    done = run_bare(*arguments)
    assert done.returncode == 1
    assert "Traceback (most recent call last)" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("qabot: There is no conversation to continue.")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["timeline", "caf\udce9"], 3, "no dated event"),
        (["articles", "show", "caf\udce9"], 1, "caf\ufffd"),
        (["articles", "remove", "caf\udce9"], 1, "caf\ufffd"),
        (["articles", "list", "--origin", "caf\udce9"], 1, "caf\ufffd"),
        (["sessions", "search", "caf\udce9"], 0, "0 turns"),
        (["sessions", "rename", "caf\udce9", "fair"], 1, "There is no session 'caf\ufffd'"),
    ],
)
def test_bytes_that_are_no_text_are_told_as_what_is_asked(
    run: Run, home: Path, arguments: list[str], code: int, says: str
) -> None:
    done = run(*arguments, home=home)
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert not re.search("defect|damaged", done.stderr)


def test_debug_alone_shows_the_help(run_bare: Run) -> None:
    done = run_bare("--debug")
    assert done.stderr.startswith("Usage: qabot")


def test_an_empty_folder_holds_no_article(run_bare: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = run_bare("index", "empty")
    assert done.returncode == 1
    assert done.stderr.startswith("qabot: ")
    assert not (tmp_path / "index").exists()


def in_shell(home: Path, line: str) -> subprocess.CompletedProcess[str]:
    command = " ".join(COMMAND)
    return subprocess.run(
        ["bash", "-c", line.replace("qabot", command)],
        capture_output=True,
        text=True,
        timeout=300,
        cwd=home,
        env=environment(home),
    )


def test_a_closed_pipe_ends_it_quietly(tmp_path: Path) -> None:
    done = in_shell(tmp_path, "(sleep 0.5; qabot --help; echo $? >code) | true")
    assert done.stderr == ""
    assert (tmp_path / "code").read_text() == "141\n"


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    done = in_shell(tmp_path, "qabot --help >/dev/full")
    assert done.returncode == 1
    assert done.stderr == "qabot: Cannot read or write: No space left on device. Free some space.\n"


@pytest.mark.parametrize("closing", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_trouble(tmp_path: Path, closing: str) -> None:
    assert in_shell(tmp_path, f"qabot ask --continue x {closing}").returncode == 1
    if closing == "<&- >&- 2>&-":
        assert in_shell(tmp_path, f"qabot --version {closing}").returncode == 0
        assert in_shell(tmp_path, f"qabot chat --index nowhere {closing}").returncode == 1


def test_an_interrupt_while_it_starts_is_one_line(tmp_path: Path) -> None:
    script = (
        "import qabot.cli, os, signal\nqabot.cli._run = lambda _: os.kill(os.getpid(), signal.SIGINT)\nqabot.cli.main()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT)
    assert (done.returncode, done.stdout, done.stderr) == (
        130,
        "",
        "qabot: Interrupted; nothing that was saved is lost.\n",
    )


def test_another_interrupt_while_the_first_is_told_changes_nothing(tmp_path: Path) -> None:
    script = (
        "import qabot.cli, os, signal\nexplain = qabot.cli._explain\n"
        "def interrupt(): os.kill(os.getpid(), signal.SIGINT)\n"
        "qabot.cli._run = lambda _: interrupt()\n"
        "qabot.cli._explain = lambda error: interrupt() or explain(error)\nqabot.cli.main()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT)
    assert (done.returncode, done.stderr) == (130, "qabot: Interrupted; nothing that was saved is lost.\n")


def test_an_interrupt_of_a_command_is_one_line(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys\nimport qabot.chat.sessions, qabot.cli\n"
        "qabot.chat.sessions.Sessions = lambda *_: os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.argv[1:] = ['sessions', 'list']\nqabot.cli.main()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT)
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "qabot: Interrupted; nothing that was saved is lost.\n"


def test_a_termination_ends_it_as_an_exit_would(tmp_path: Path) -> None:
    script = (
        "import qabot.cli, os, signal\n"
        "def run(_):\n  try: os.kill(os.getpid(), signal.SIGTERM)\n  finally: print('given back')\n"
        "qabot.cli._run = run\nqabot.cli.main()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT)
    assert (done.returncode, done.stdout, done.stderr) == (143, "given back\n", "")


def test_a_defect_is_one_line(tmp_path: Path) -> None:
    script = "import qabot.cli\nqabot.cli._run = lambda _: 1 / 0\nqabot.cli.main()"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 1
    assert done.stderr.startswith("qabot: This is a defect of qabot (ZeroDivisionError: division by zero).")
    assert done.stderr.count("\n") == 1
