"""Makes the pictures of the documentation from the real program: ``python docs/pictures.py``.

The starter articles are indexed anew, and a chat and an evaluation run over them in a pseudo-terminal; what a person
would see there becomes an SVG, without a font from the web. With ``--model FOLDER`` so does a question to the small
language model that ``python -m eval model run --cache FOLDER`` sets up and serves.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pyte
import typer
from rich.console import Console
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from rich.text import Text

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent
sys.path.insert(0, str(ROOT))

from eval.model import served  # noqa: E402
from qabot.resources import starter_articles  # noqa: E402
from tests.chat.terminal import ENVIRONMENT, Terminal, running  # noqa: E402

_QABOT = [sys.executable, "-m", "qabot"]
_COLUMNS = 92
_CHAT = (
    "When did Russia designate the Taliban a terrorist organisation?",
    "Which court did that?",
    "/since 2024",
    "What is the population of Moscow?",
)
_ASKED = "How did Russia's relations with the Taliban change after August 2021?"
_FONT_FACE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
_NAMES = {"brown": "yellow", "default": None}
_LIGHT = TerminalTheme(
    (252, 252, 250),
    (40, 40, 40),
    [
        *((40, 40, 40), (176, 32, 32), (20, 120, 40), (140, 100, 0)),
        *((20, 80, 170), (130, 40, 130), (0, 110, 125), (215, 215, 210)),
    ],
)


def chat(environment: dict[str, str]) -> list[Text]:
    """A chat, as its screen stands at the end."""
    with running(Terminal([*_QABOT, "chat", "--session", "talks"], ROOT, environment, _COLUMNS, 60)) as terminal:
        terminal.patience = 120
        terminal.expect_prompt()
        terminal.expect(" articles | talks")
        for number, line in enumerate(_CHAT, 1):
            terminal.type(line + "\r")
            terminal.wait(lambda count=number: sum(each.startswith(">") for each in terminal.lines) > count)
        terminal.expect("1-01 | extractive | ")
        return lines_of(terminal.screen)


def model(environment: dict[str, str]) -> list[Text]:
    """An answer that a language model wrote."""
    with running(Terminal([*_QABOT, "ask", _ASKED], ROOT, environment, _COLUMNS, 60)) as terminal:
        terminal.patience = 600
        terminal.end()
        return lines_of(terminal.screen)


def evaluation(environment: dict[str, str]) -> list[Text]:
    """The report of an evaluation."""
    with running(Terminal([*_QABOT, "eval"], ROOT, environment, _COLUMNS, 120)) as terminal:
        terminal.patience = 600
        terminal.end()
        return lines_of(terminal.screen)


def lines_of(screen: pyte.Screen) -> list[Text]:
    """The lines of a screen with their styles; runs of empty ones are shortened to one."""
    lines: list[Text] = []
    for y in range(screen.lines):
        line = Text()
        for x in range(screen.columns):
            cell = screen.buffer[y][x]
            line.append(cell.data, _style(cell))
        line.rstrip()
        if line.plain or (lines and lines[-1].plain):
            lines.append(line)
    while lines and not lines[-1].plain:
        lines.pop()
    return lines


def _style(cell: pyte.screens.Char) -> Style:
    return Style(
        color=_NAMES.get(cell.fg, cell.fg),
        bgcolor=_NAMES.get(cell.bg, cell.bg),
        bold=cell.bold,
        italic=cell.italics,
        underline=cell.underscore,
        reverse=cell.reverse,
    )


def svg(lines: Sequence[Text], title: str) -> str:
    """The lines as a picture of a terminal; its identifiers are the same each time."""
    console = Console(record=True, width=_COLUMNS, file=open("/dev/null", "w"), force_terminal=True)  # noqa: SIM115
    for line in lines:
        console.print(line, soft_wrap=True)
    picture = console.export_svg(title=title, theme=_LIGHT, unique_id=f"terminal-{title.split()[-1]}")
    return _FONT_FACE.sub("", picture).replace("Fira Code, monospace", "ui-monospace, DejaVu Sans Mono, monospace")


def main() -> None:
    """Make them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, metavar="FOLDER", help="make the one with the model kept there")
    cache = parser.parse_args().model
    with tempfile.TemporaryDirectory() as folder:
        environment = {**ENVIRONMENT, "QABOT_STATE": folder, "QABOT_INDEX": f"{folder}/index"}
        subprocess.run([*_QABOT, "index", str(starter_articles())], cwd=ROOT, env=environment, check=True)
        if cache:
            with served(cache, os.cpu_count() or 1) as address:
                _save("model", model({**environment, "QABOT_MODEL": "openai:small", "QABOT_BASE_URL": address}))
            return
        for name, make in (("chat", chat), ("eval", evaluation)):
            _save(name, make(environment))


def _save(name: str, lines: Sequence[Text]) -> None:
    path = FOLDER / "pictures" / f"{name}.svg"
    path.write_text(svg(lines, f"qabot {name}"), "utf-8")
    typer.echo(f"{path} is written.")


if __name__ == "__main__":
    main()
