"""Writes what the pages say of commands and settings from the program: ``python docs/commands.py``.

That is ``commands.md``, the help of every command, and the tables of a chat's commands and of the settings, which stand
between two comments in other pages. A test sees that nothing is stale.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import typer
from typer.main import get_command
from typer.testing import CliRunner

from qabot.chat.commands import COMMANDS, MARK
from qabot.cli.app import app
from qabot.settings import PREFIX, Settings

PAGE = Path(__file__).with_name("commands.md")
_VARIABLE_ONLY = ("tracing",)  # settings that a file of somebody else may not make
_TABLE = re.compile(r"(<!-- made by docs/commands\.py -->\n).*?(?=<!-- end -->)", re.DOTALL)
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


def pages() -> dict[Path, str]:
    """Every page that is made, or has a table that is, with its text."""
    tables = {PAGE.with_name("chatting.md"): _chat_table(), PAGE.parents[1] / "README.md": _settings_table()}
    made = {
        path: _TABLE.sub(lambda begins, table=table: begins[1] + table, path.read_text("utf-8"))
        for path, table in tables.items()
    }
    return {PAGE: commands_page(), **made}


def _chat_table() -> str:
    rows = [(f"`{MARK}{each.name} {each.argument}".rstrip() + "`", each.says) for each in COMMANDS.values()]
    return _table(("command", "does"), *rows)


def _settings_table() -> str:
    rows = []
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None or field.default is False else f" (default: {field.default})"
        in_file = "(a variable only)" if name in _VARIABLE_ONLY else f"`{name}`"
        rows.append((f"`{PREFIX}{name.upper()}`", in_file, f"{field.description}{default}"))
    return _table(("variable", "in `qabot.toml`", "meaning"), *rows)


def _table(*rows: tuple[str, ...]) -> str:
    head, *others = (f"| {' | '.join(row)} |\n" for row in rows)
    return "".join([head, f"|{'---|' * len(rows[0])}\n", *others])


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
    for path, text in pages().items():
        path.write_text(text, "utf-8")
        typer.echo(f"{path} is written.")
