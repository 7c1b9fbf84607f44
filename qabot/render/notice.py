"""Notices: lines on standard error, with nothing slow to import: errors are told so."""

from __future__ import annotations

import shutil
import sys


def notice(message: str) -> None:
    """Write lines to standard error; on a terminal they break between words, and no word, long as paths are, breaks."""
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns
        message = "\n".join(_wrapped(line, width) for line in message.split("\n"))
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()


def _wrapped(line: str, width: int) -> str:
    from wcwidth import wcswidth

    indent = line[: len(line) - len(line.lstrip(" "))]
    first, *words = line[len(indent) :].split(" ")
    lines = [indent + first]
    for word in words:
        longer = f"{lines[-1]} {word}"
        if wcswidth(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return "\n".join(lines)
