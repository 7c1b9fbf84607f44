"""Writes ``commands.md``, the help of every command: ``python docs/commands.py``. A test sees that it is not stale."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import typer
from typer.main import get_command
from typer.testing import CliRunner

from qabot.cli.app import app

PAGE = Path(__file__).with_name("commands.md")
_HEAD = """# Commands

What `qabot COMMAND --help` says. This page is made from it by `python docs/commands.py`.
"""


def commands_page() -> str:
    """The page."""
    sections = [_HEAD]
    for words in _paths(get_command(app), []):
        title = " ".join(["qabot", *words])
        sections.append(f"## {title}\n\n```text\n{_help(words)}\n```\n")
    return "\n".join(sections)


def _paths(command: object, words: list[str]) -> Iterator[list[str]]:
    """The words of each command, a group's before its commands'."""
    yield words
    for name, each in getattr(command, "commands", {}).items():
        yield from _paths(each, [*words, name])


def _help(words: list[str]) -> str:
    wide = {"COLUMNS": "90", "TERMINAL_WIDTH": "90", "NO_COLOR": "1"}
    result = CliRunner().invoke(app, [*words, "--help"], prog_name="qabot", env={**os.environ, **wide})
    assert not result.exit_code, result.output
    return "\n".join(line.rstrip() for line in result.output.strip().splitlines())


if __name__ == "__main__":
    PAGE.write_text(commands_page(), "utf-8")
    typer.echo(f"{PAGE} is written.")
