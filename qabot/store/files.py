"""The files of the search indexes: what is noted of them when a write is confirmed, and whether they are so still."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

_PIECE = 1_000_000  # bytes that are read at a time


class Noted(NamedTuple):
    """What is noted of a file: its size in bytes, and a checksum."""

    size: int
    crc: int


def noted_of(folders: Iterable[Path]) -> dict[str, Noted]:
    """Return what is to be noted of every file that holds data, by its folder's name and its own."""
    return {name: Noted(file.stat().st_size, _crc(file)) for name, file in sorted(_files_in(folders))}


def are_whole(folders: Iterable[Path], noted: Mapping[str, Noted]) -> bool:
    """True if there is in the files what was in them when they were noted; all of them are read for that."""
    found = dict(_files_in(folders))
    try:
        return bool(noted) and all(
            found[name].stat().st_size == each.size and _crc(found[name]) == each.crc for name, each in noted.items()
        )
    except (KeyError, FileNotFoundError):
        return False


def _files_in(folders: Iterable[Path]) -> list[tuple[str, Path]]:
    files = (file for folder in folders for file in folder.rglob("*") if file.suffix != ".lock" and file.is_file())
    return [(f"{file.parent.name}/{file.name}", file) for file in files]


def _crc(file: Path) -> int:
    crc = 0
    with file.open("rb") as stream:
        while piece := stream.read(_PIECE):
            crc = zlib.crc32(piece, crc)
    return crc
