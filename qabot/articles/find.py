"""From the files, folders and URLs that a person names to the sources that are read one by one."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qabot.articles.formats import FOLDER_SUFFIXES
from qabot.articles.urls import normal_url
from qabot.errors import QabotError

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

STANDARD_INPUT = "-"
IGNORE_FILE = ".qabotignore"
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def is_url(source: str) -> bool:
    """True if a source is an address rather than a path."""
    return bool(_ADDRESS.match(source))


def find_sources(paths: Sequence[str]) -> list[str]:
    """Return the sources that ``paths`` stand for, each once, in the order given; those of a folder sorted by path.

    A folder stands for the files in it, at any depth, that have a known suffix and are neither hidden nor ignored; an
    ignore file (``.qabotignore``) works as ``.gitignore`` does. Symbolic links to folders are not followed, and feeds
    and sitemaps are left out, because they lead out of the folder. A file that is named itself is always a source, and
    so is what is called as an ignore file and is no file, or is not there: reading it says why it cannot be read.

    Args:
        paths: files, folders, URLs, and ``-`` for standard input.

    Raises:
        QabotError: none of the paths is there or one can't be, or an ignore file cannot be read.
    """
    missing = [path for path in paths if not is_there(path)]
    if missing and (len(missing) == len(paths) or any("\0" in path for path in missing)):
        raise QabotError(f"There is no file or folder {missing[0]!r}. Check the path.")
    found: dict[str, str] = {}
    for path in paths:
        for source in _sources(path):
            known = source if is_url(source) or source == STANDARD_INPUT else os.path.realpath(source)
            found.setdefault(known, source)
    return list(found.values())


def is_there(path: str) -> bool:
    """True if a path that a person names is there; of an address and of standard input reading it will tell."""
    return is_url(path) or path == STANDARD_INPUT or bool(path and os.path.exists(os.path.expanduser(path)))


def _sources(path: str) -> Iterator[str]:
    if is_url(path) or path == STANDARD_INPUT:
        yield normal_url(path)
        return
    absolute = os.path.abspath(os.path.expanduser(path))
    if path and os.path.isdir(absolute):
        yield from sorted(_files(absolute))
    else:
        yield absolute if path else path


def _files(top: str) -> Iterator[str]:
    # What is unreadable is a source too: reading it fails with a message, so that no article is lost in silence.
    unreadable: list[str] = []
    rules_of: dict[str, tuple[_Rules, ...]] = {}
    for folder, subfolders, names in os.walk(top, onerror=lambda error: unreadable.append(str(error.filename))):
        rules = rules_of.pop(folder, ())
        if IGNORE_FILE in names:
            if os.path.isfile(ignore_file := os.path.join(folder, IGNORE_FILE)):
                rules = (_Rules.of(folder), *rules)
            else:  # opening a pipe waits for ever, and a device does not end
                unreadable.append(ignore_file)
        subfolders[:] = [
            name
            for name in subfolders
            if not name.startswith(".") and not _is_ignored(os.path.join(folder, name, ""), rules)
        ]
        rules_of.update((os.path.join(folder, name), rules) for name in subfolders)
        for name in names:
            path = os.path.join(folder, name)
            if not name.startswith(".") and name.lower().endswith(FOLDER_SUFFIXES) and not _is_ignored(path, rules):
                yield path
    yield from unreadable


@dataclass(frozen=True)
class _Rules:
    """The ignore file of a folder."""

    folder: str
    spec: GitIgnoreSpec

    @classmethod
    def of(cls, folder: str) -> _Rules:
        from pathspec import GitIgnoreSpec

        path = os.path.join(folder, IGNORE_FILE)
        try:
            with open(path, encoding="utf-8-sig") as lines:
                return cls(folder, GitIgnoreSpec.from_lines(lines))
        except (OSError, ValueError) as error:  # ValueError: a wrong encoding or pattern
            raise QabotError(f"{path} cannot be read ({error}): write it as .gitignore files are written.") from error

    def decide(self, path: str) -> bool | None:
        """True if a path below the folder is ignored; None where nothing is said of it. A folder's ends in a slash."""
        relative = path[len(os.path.join(self.folder, "")) :]
        return self.spec.check_file(relative.replace(os.sep, "/")).include


def _is_ignored(path: str, rules: Sequence[_Rules]) -> bool:
    """True if a path is ignored by the nearest ignore file that says something of it."""
    return next((decided for each in rules if (decided := each.decide(path)) is not None), False)
