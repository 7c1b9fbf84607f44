"""From what a person names (files, folders, URLs) to the sources that are read one by one."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from qabot.articles.formats import SUFFIXES
from qabot.errors import QabotError

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def is_url(source: str) -> bool:
    """Whether a source is an address rather than a path."""
    return bool(_ADDRESS.match(source))


def find_sources(paths: Sequence[str]) -> list[str]:
    """The sources that ``paths`` stand for, each once, in the order given; those of a folder sorted by path.

    Of a folder, at any depth, come the files with a known suffix that are not hidden. A file that is named itself comes
    whatever its suffix: reading it says why it cannot be read.

    Args:
        paths: files, folders and URLs.

    Raises:
        QabotError: there is no such path.
    """
    found: dict[str, str] = {}
    for path in paths:
        for source in _sources(path):
            found.setdefault(source if is_url(source) else os.path.realpath(source), source)
    return list(found.values())


def _sources(path: str) -> Iterator[str]:
    if is_url(path):
        yield path
        return
    absolute = os.path.abspath(os.path.expanduser(path))
    if not path or not os.path.exists(absolute):
        raise QabotError(f"There is no file or folder {path!r}. Check the path.")
    if not os.path.isdir(absolute):
        yield absolute
        return
    unreadable: list[str] = []
    files: list[str] = []
    for folder, subfolders, names in os.walk(absolute, onerror=lambda error: unreadable.append(str(error.filename))):
        subfolders[:] = [name for name in subfolders if not name.startswith(".")]
        files += [os.path.join(folder, name) for name in names if _is_article(name)]
    # A folder that may not be entered is a source too: reading it fails and says so, where silence would lose articles.
    yield from sorted(files + unreadable)


def _is_article(name: str) -> bool:
    return not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES
