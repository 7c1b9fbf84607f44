"""The documentation is not stale: the help it shows is the program's, its command lines and links are good."""

from __future__ import annotations

import ast
import re
import runpy
import shlex
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from qabot.chat.commands import COMMANDS
from qabot.cli.app import app

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")
LINE = re.compile(r"^\$ (.+?)(?:\s+#.*)?$", re.MULTILINE)


def test_the_help_of_every_command_is_in_the_docs() -> None:
    module = runpy.run_path(str(ROOT / "docs" / "commands.py"))
    assert module["PAGE"].read_text("utf-8") == module["commands_page"](), "run: python docs/commands.py"


def test_the_tables_of_chat_commands_and_settings_are_the_programs() -> None:
    made = runpy.run_path(str(ROOT / "docs" / "commands.py"))["pages"]()
    assert {path.name for path in made} == {"commands.md", "chatting.md", "README.md"}
    for path, text in made.items():
        assert path.read_text("utf-8") == text, "run: python docs/commands.py"
    assert "| `QABOT_TRACING` | (a variable only) |" in made[ROOT / "README.md"]
    assert "| `/since DATE` | only articles of DATE or later" in made[ROOT / "docs" / "chatting.md"]


def command_lines() -> list[str]:
    """Every ``qabot`` that stands behind a dollar sign, without what it is piped to."""
    lines = [line for page in PAGES for line in LINE.findall(page.read_text("utf-8"))]
    parts = [part for line in lines for part in re.split(r"[|<>]", line)]
    return sorted({part[part.index("qabot ") :].strip() for part in parts if re.search(r"(?:^|\s)qabot ", part)})


@pytest.mark.parametrize("line", command_lines())
def test_the_program_accepts_what_the_docs_type(line: str) -> None:
    words = shlex.split(line)[1:]
    command: Any = get_command(app)
    while getattr(command, "commands", None):
        command = command.commands[words.pop(0)]
    command.make_context("qabot", words)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    missing = [target for target in LINK.findall(page.read_text("utf-8")) if not (page.parent / target).exists()]
    assert not missing


def test_every_chat_command_is_explained() -> None:
    page = (ROOT / "docs" / "chatting.md").read_text("utf-8")
    assert not [name for name in COMMANDS if f"`/{name}" not in page]


def test_pictures_need_nothing_from_the_web() -> None:
    pictures = sorted((ROOT / "docs" / "pictures").glob("*.svg"))
    assert [picture.stem for picture in pictures] == ["chat", "eval", "model"]
    for picture in pictures:
        addresses = set(re.findall(r"https?://[^\"'\s<)]+", picture.read_text("utf-8")))
        assert addresses <= {"http://www.w3.org/2000/svg", "https://www.textualize.io"}, picture


def test_make_clean_deletes_nothing_of_an_index() -> None:
    recipe = (ROOT / "Makefile").read_text("utf-8").split("\nclean:\n")[1].split("\n\n")[0]
    assert "rm -rf $(VENV) build" in recipe
    assert "index" not in recipe


@pytest.mark.model
def test_the_python_of_the_docs_runs(starter_index: object, monkeypatch: pytest.MonkeyPatch) -> None:
    from qabot.answering.bot import Bot, load_answerer
    from qabot.answering.rank import Trained
    from qabot.settings import Settings

    settings = Settings()
    bot = Bot(starter_index, settings, load_answerer(settings), Trained.load())  # type: ignore[arg-type]
    monkeypatch.setattr(Bot, "open", lambda *_arguments, **_settings: bot)
    monkeypatch.setattr(bot, "close", lambda: None)
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "python.md").read_text("utf-8"), re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(ast.parse(block), "docs/python.md", "exec"), {})
