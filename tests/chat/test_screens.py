"""Screens as a person sees them at two widths: where lines break, what is indented, what the bar and the menu cut.

``QABOT_NEW_SCREENS=1 pytest tests/chat/test_screens.py`` writes them anew; look at them before they are kept.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.chat.terminal import slow_chat

SCREENS = Path(__file__).parent / "screens"


@pytest.mark.parametrize("columns", [40, 80])
def test_screens(tmp_path: Path, columns: int) -> None:
    screens = []
    with slow_chat(tmp_path, "fair", columns=columns, rows=40) as chat:
        for line, sign in (
            ("Who cut the ribbon at the fair in Hillbrook, and when?", "(fair.md)"),
            ("cost", "comes nearest"),
            ("wide", "(fair.md)"),
            ("/why", "Retrieved"),
            ("/since 2024", "Left out"),
        ):
            chat.ask(line, sign)
            chat.expect("openai:slow |")
            screens.append(chat.lines)
        chat.clear()
        chat.type("\x0c/s")
        chat.expect("write the conv")
        chat.expect("openai:slow |")
        screens.append(chat.lines)
    seen = "".join(f"{'=' * columns}\n{_shortened(screen)}\n" for screen in screens)
    kept = SCREENS / f"{columns}.txt"
    if os.environ.get("QABOT_NEW_SCREENS"):
        kept.write_text(seen, "utf-8")
    assert seen == kept.read_text("utf-8")


def _shortened(lines: list[str]) -> str:
    """The lines, with three dots for the empty ones between what was written and the bar."""
    return re.sub(r"\n{4,}", "\n\n...\n", "\n".join(lines).rstrip())
